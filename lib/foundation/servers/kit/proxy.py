"""nginx on port 80 of a server: probes, Host, scheme, the client's address, and the lines that alarms count."""

import fcntl
import os
import resource
import subprocess
import threading
import time
from math import ceil

from environment import RUN

# What nginx can't hold in memory is on the disk of the system, which nothing that matters shares: RUN is memory.
SPOOL = os.environ.get("SPOOL", "/var/tmp/app")
# Requests and answers that may lie there together, in MiB.
SPOOL_MEGABYTES = 2048

TEMPLATE = """
daemon off;
pid {run}/nginx.pid;
error_log stderr error;
worker_processes auto;
worker_rlimit_nofile {files};
worker_shutdown_timeout {stop}s;
events {{ worker_connections {connections}; }}
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
{bounds}
  log_format line escape=json '{{"time":"$time_iso8601","level":"info","msg":"request","route":"$uri","method":"$request_method","status":$status,"ms":$ms}}';
  access_log {log} line;
  server_tokens off;
  client_max_body_size {body}m;
  client_body_temp_path {spool}/body;
  proxy_temp_path {spool}/proxy;
  proxy_max_temp_file_size 1m;
  fastcgi_temp_path {run}/fastcgi;
  uwsgi_temp_path {run}/uwsgi;
  scgi_temp_path {run}/scgi;
  client_header_timeout 10s;
  client_body_timeout 15s;
  send_timeout 30s;
  lingering_time 10s;
  reset_timedout_connection on;
  keepalive_timeout 75s;
  # Both colours are always there, and a file says which one serves: a reload would close connections that a balancer is about to use.
  upstream blue {{ {blue} keepalive 64; keepalive_timeout 2s; }}
  upstream green {{ {green} keepalive 64; keepalive_timeout 2s; }}
  server {{
    listen {port} backlog=4096;
    set $colour blue;
    if (-f {run}/green) {{ set $colour green; }}
    # Readiness until the application was up once, liveness from then on: an outage of a shared part must not replace servers.
    location = /healthz {{ access_log off; if (!-f {run}/up) {{ return 503; }} return 200 "ok"; }}
    # Asked from outside, by an address: the application hears its own name, and a redirect is an answer.
    location = /readyz {{
      {by_client}
      {forward}
      proxy_pass http://$colour{path};
      proxy_set_header Host {host};
      proxy_set_header X-Forwarded-Proto {scheme};
      proxy_intercept_errors on;
      error_page 301 302 303 307 308 =200 @up;
    }}
    location @up {{ return 200 "ok"; }}
    location / {{
      {by_client}
      {in_total}
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

# The server itself is no client, and IPv6 gives a client the last half of an address. Behind a CDN a peer is one of its servers, which speaks for many;
# who goes around it can say a false address, and still is one peer. All refusals are 429, which a CDN doesn't keep and no alarm counts.
BOUNDS = """
  map $visitor $client {{ 127.0.0.1 ''; "~^\\[?(?<network>(?:[0-9a-fA-F]+:){{2,4}})" $network; default $visitor; }}
  map $remote_addr $peer {{ 127.0.0.1 ''; default $remote_addr; }}
  map "$content_length:$http_transfer_encoding" $large {{ "~^\\d{{7,}}:" large; "~:." large; default ''; }}
  map $large $large_client {{ large $client; default ''; }}
  limit_req_zone $client zone=rate:10m rate={rate}r/s;
  limit_conn_zone $client zone=clients:10m;
  limit_conn_zone $peer zone=peers:10m;
  limit_conn_zone $server_port zone=all:1m;
  limit_conn_zone $large_client zone=large_clients:10m;
  limit_conn_zone $large zone=large:1m;
  limit_req_status 429;
  limit_conn_status 429;
  limit_req_log_level info;
  limit_conn_log_level info;"""


def limits(web):
    """What one client may do, and all of them together. 0 lets everything through."""
    rate, each, total = web["requestsPerSecond"], web["requestsPerClient"], web["requestsAtOnce"]
    large = max(4, SPOOL_MEGABYTES // web["bodyMegabytes"])
    by_client = {f"limit_req zone=rate burst={10 * rate} nodelay;": rate, f"limit_conn clients {each};": each}
    in_total = {
        **{f"limit_conn large_clients {ceil(large / 4)};": large, f"limit_conn large {large};": large},
        **{f"limit_conn peers {ceil(total / 2)};": total, f"limit_conn all {total};": total},
    }
    files = min(65536, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    return {
        **{name: " ".join(line for line, bound in lines.items() if bound) for name, lines in (("by_client", by_client), ("in_total", in_total))},
        # A request is a connection from a client and another one to the application; others wait for one.
        **{"bounds": BOUNDS.format(rate=rate or 1), "files": files, "connections": min(files, 2 * total + 16384)},
    }


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
        os.makedirs(SPOOL, mode=0o700, exist_ok=True)
        # Who cleans temporary files leaves a directory that is locked as it is.
        self.spool = os.open(SPOOL, os.O_RDONLY)
        fcntl.flock(self.spool, fcntl.LOCK_SH)
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
            **limits(web), run=RUN, spool=SPOOL, port=self.port, log=self.log, stop=web["stopSeconds"], body=web["bodyMegabytes"], path=web["healthPath"],
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
