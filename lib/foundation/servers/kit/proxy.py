"""nginx on port 80 of a server: probes, Host, scheme, the client's address, and the lines that alarms count."""

import os
import subprocess
import threading
import time

from environment import RUN

TEMPLATE = """
daemon off;
pid {run}/nginx.pid;
error_log stderr warn;
worker_processes auto;
worker_shutdown_timeout {stop}s;
events {{ worker_connections 4096; }}
http {{
  map $request_time $ms {{ ~^0\\.0*(?<low>\\d+)$ $low; ~^(?<whole>\\d+)\\.(?<part>\\d+)$ $whole$part; }}
  map $http_upgrade $connection_value {{ default upgrade; '' ''; }}
  # What a CDN says of a visitor is heard where there is one; a load balancer is inside of the network and names the last one before it.
  map $http_cloudfront_forwarded_proto $visitor_scheme {{ {cdn_scheme} default http; }}
  map $http_cloudfront_viewer_address $visitor {{ {cdn_address} default $remote_addr; }}
  set_real_ip_from 10.0.0.0/8;
  set_real_ip_from 172.16.0.0/12;
  set_real_ip_from 192.168.0.0/16;
  set_real_ip_from 100.64.0.0/10;
  real_ip_header X-Forwarded-For;
  log_format line escape=json '{{"time":"$time_iso8601","level":"info","msg":"request","route":"$uri","method":"$request_method","status":$status,"ms":$ms}}';
  access_log {log} line;
  server_tokens off;
  client_max_body_size {body}m;
  client_body_temp_path {run}/body;
  proxy_temp_path {run}/proxy;
  fastcgi_temp_path {run}/fastcgi;
  uwsgi_temp_path {run}/uwsgi;
  scgi_temp_path {run}/scgi;
  keepalive_timeout 75s;
  # Both colours are always there, and a file says which one serves: a reload would close connections that a balancer is about to use.
  upstream blue {{ {blue} keepalive 64; keepalive_timeout 2s; }}
  upstream green {{ {green} keepalive 64; keepalive_timeout 2s; }}
  server {{
    listen {port};
    set $colour blue;
    if (-f {run}/green) {{ set $colour green; }}
    # Readiness until the application was up once, liveness from then on: an outage of a shared part must not replace servers.
    location = /healthz {{ access_log off; if (!-f {run}/up) {{ return 503; }} return 200 "ok"; }}
    # Asked from outside, by an address: the application hears its own name, and a redirect is an answer.
    location = /readyz {{
      {forward}
      proxy_pass http://$colour{path};
      proxy_set_header Host {host};
      proxy_set_header X-Forwarded-Proto {scheme};
      proxy_intercept_errors on;
      error_page 301 302 303 307 308 =200 @up;
    }}
    location @up {{ return 200 "ok"; }}
    location / {{
      {forward}
      proxy_pass http://$colour;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto $visitor_scheme;
    }}
  }}
}}
"""

FORWARD = """proxy_http_version 1.1;
      proxy_set_header X-Forwarded-For $visitor;
      proxy_set_header X-Real-IP $visitor;
      proxy_set_header X-Origin-Secret "";
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_value;
      proxy_connect_timeout 5s;
      proxy_read_timeout {idle}s;
      proxy_send_timeout {idle}s;
      proxy_next_upstream error;"""


def servers(ports):
    return " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports)


def show(colour):
    mark = os.path.join(RUN, "green")
    if colour:
        with open(mark, "w", encoding="utf8"):
            pass
    elif os.path.exists(mark):
        os.remove(mark)


class Proxy:
    def __init__(self, port):
        self.port, self.process, self.text, self.config = port, None, None, os.path.join(RUN, "nginx.conf")
        # The log file is root's: nginx writes into a pipe, and the lines go where everything else goes.
        self.log = os.path.join(RUN, "access")
        if not os.path.exists(self.log):
            os.mkfifo(self.log, 0o600)
        self.pipe = os.open(self.log, os.O_RDWR)
        threading.Thread(target=self.copy, daemon=True).start()

    def copy(self):
        while True:
            data = os.read(self.pipe, 65536)
            while data:
                data = data[os.write(1, data):]

    def point(self, colours, colour, web, url, behind_cdn):
        """Sends new requests to the ports of one of the two colours. Requests under way end where they are."""
        text = TEMPLATE.format(
            run=RUN, port=self.port, log=self.log, stop=web["stopSeconds"], body=web["bodyMegabytes"], path=web["healthPath"],
            blue=servers(colours[0]), green=servers(colours[1]),
            forward=FORWARD.format(idle=web["idleSeconds"]), host=url.netloc or "$http_host", scheme=url.scheme or "http",
            cdn_scheme="https https;" if behind_cdn else "", cdn_address="~^(?<viewer>.+):\\d+$ $viewer;" if behind_cdn else "",
        )  # fmt: skip
        if self.process is None:
            show(colour)
        if text != self.text:
            self.load(text)
        self.text = text
        show(colour)

    def load(self, text):
        with open(self.config + ".new", "w", encoding="utf8") as file:
            file.write(text)
        tried = subprocess.run(["nginx", "-t", "-c", self.config + ".new", "-e", "stderr"], stderr=subprocess.PIPE, check=False)
        if tried.returncode:
            raise RuntimeError(f"nginx refuses its configuration: {tried.stderr.decode('utf8', 'replace').strip()[-500:]}")
        os.replace(self.config + ".new", self.config)
        if self.process and self.process.poll() is None:
            self.process.send_signal(1)
        else:
            self.process = subprocess.Popen(["nginx", "-c", self.config, "-e", "stderr"])
        time.sleep(0.5)

    def tend(self):
        if self.process and self.process.poll() is not None:
            self.process = subprocess.Popen(["nginx", "-c", self.config, "-e", "stderr"])

    def stop(self, seconds):
        if self.process and self.process.poll() is None:
            self.process.send_signal(3)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
