class Config:
    def __init__(self, connect_timeout=60, read_timeout=60, retries=None):
        self.connect_timeout = connect_timeout
        self.read_timeout = read_timeout
        self.attempts = (retries or {}).get("total_max_attempts", 5)
