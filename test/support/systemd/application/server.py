"""A guest book: POST writes the body into it, GET says the release and everything that was written."""

import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def sql(statement, *values):
    given = [word for number, value in enumerate(values) for word in ("-v", f"v{number}={value}")]
    command = ["psql", os.environ["DATABASE_URL"], "-qtAX", "-v", "ON_ERROR_STOP=1", *given]
    return subprocess.run(command, input=statement, check=True, capture_output=True, text=True).stdout


class Handler(BaseHTTPRequestHandler):
    def answer(self, text):
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        with open("VERSION", encoding="utf8") as file:
            self.answer(f"{file.read().strip()}: {' '.join(sql('SELECT name FROM guest ORDER BY name').split())}\n")

    def do_POST(self):
        sql("INSERT INTO guest VALUES (:'v0')", self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer("written\n")


ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
