"""One server of an application: which release and which settings its processes have, and how the next ones take their place."""

import json
import os
import random
import socket
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import once
from environment import RUN, Secrets, concurrency, keep, public_host, read_settings, render
from processes import HOST_ONLY, Image, Process, leave_when_quiet, say
from proxy import Proxy

SPREAD = float(os.environ.get("SPREAD_SECONDS", "60"))
BASE = int(os.environ.get("PORT_BASE", "8100"))
COLOURS = (BASE, BASE + 100)


class Ends(Exception):
    """The server ends while something goes on."""


class Wanted:
    """What is to run: the release that is current, and its environment."""

    def __init__(self, secrets, settings):
        self.directory = os.path.realpath(os.environ.get("CURRENT", "/opt/app/current"))
        self.version = os.path.basename(self.directory)
        with open(os.path.join(self.directory, ".stagecraft", "manifest.json"), encoding="utf8") as file:
            self.manifest = json.load(file)
        self.cpus = int(os.environ.get("CPUS") or os.cpu_count() or 1)
        self.settings = settings
        surroundings = {
            **{"AWS_REGION": os.environ["AWS_REGION"], "RELEASE": self.version, "CPUS": self.cpus},
            **{"UPLOADS": os.environ.get("UPLOADS", "/data/uploads"), "SERVER": socket.gethostname()},
        }
        self.variables = render(settings, self.manifest, surroundings, secrets.read)
        self.web = self.manifest["web"]
        self.image = Image(settings, self.manifest["image"]) if self.manifest.get("image") else None

    def environment(self, port=None):
        passed = {key: value for key, value in os.environ.items() if key in HOST_ONLY or key.startswith("AWS_")}
        authority = os.environ.get("NODE_EXTRA_CA_CERTS", "/etc/pki/rds.pem")
        return {
            **{**passed, "NODE_ENV": "production", "NODE_EXTRA_CA_CERTS": authority},
            **{**self.variables, **keep(self.variables), **({"PORT": str(port)} if port else {})},
        }

    def command(self, said, name):
        """A command that runs to its end, as words."""
        if not self.image:
            return ["/bin/sh", "-c", said["command"]]
        return self.image.command(said.get("command"), self.environment(), f"{name}-{os.getpid()}-{time.time_ns()}")

    def start(self, said, port=None):
        return Process(said, self.environment(port), self.directory, self.image, port)

    def workers(self, role):
        """Servers for workers run those that take jobs of the queue; web servers the others, and those too where there is no queue."""
        has_queue = "jobs/queue" in self.settings
        for said in self.manifest["workers"]:
            on_workers = bool(said.get("onQueue")) and has_queue
            if on_workers == (role == "worker"):
                yield from [said] * said["count"]

    def answer(self, port):
        return answer(port, self.web["healthPath"], public_host(self.settings))

    def is_healthy(self, port):
        return is_healthy(self.answer(port))


class Server:
    def __init__(self, role):
        self.role, self.name = role, os.environ["NAME"]
        self.colour, self.ports, self.processes, self.leaving, self.runs = 0, [], [], [], {}
        self.secrets, self.wanted, self.change_at, self.proxy, self.ending = Secrets(), None, None, None, False

    def look_up(self):
        return Wanted(self.secrets, read_settings(self.name))

    def meanwhile(self):
        self.tend()
        if self.ending:
            raise Ends("the server ends")

    def wait(self, for_what):
        while not for_what():
            self.meanwhile()
            time.sleep(0.2)

    def switch(self):
        """Start beside, check, switch, drain, stop. Whatever fails before the switch leaves what runs."""
        wanted, new = self.look_up(), []
        # What is asked for runs: a release that failed is left for it.
        if self.wanted and (wanted.version, wanted.variables) == (self.wanted.version, self.wanted.variables):
            return
        release = wanted.manifest.get("release")
        if release:
            words = wanted.command(release, "release")
            once.release(wanted.version, words, wanted.environment(), wanted.directory, release["timeoutSeconds"], self.meanwhile)
        try:
            ports = self.start_web(wanted, new) if self.role == "web" else []
            new += [wanted.start(said) for said in wanted.workers(self.role)]
        except BaseException:
            for process in new:
                process.terminate()
            self.leaving += new
            raise
        for process in self.processes:
            process.leave()
        self.leaving += self.processes
        self.processes, self.ports, self.wanted, self.change_at = new, ports, wanted, None
        say(f"release {wanted.version} runs")

    def start_web(self, wanted, new):
        colour, count = 1 - self.colour, concurrency(wanted.manifest, wanted.cpus)[0]
        colours = [[base + number for number in range(count)] for base in COLOURS]
        ports = colours[colour]
        # Who left last time has these ports, and goes within its time.
        self.wait(lambda: not any(process.port in ports for process in self.leaving))
        new += [wanted.start(wanted.web, port) for port in ports]
        path, seconds = wanted.web["healthPath"], wanted.web["startSeconds"]
        until, left = time.time() + seconds, {port: None for port in ports}

        def serves():
            for port in list(left):
                left[port] = wanted.answer(port)
                if is_healthy(left[port]):
                    del left[port]
            ended = next((process for process in new if process.child.poll() is not None), None)
            if left and ended:
                raise RuntimeError(f"the new release ended with {ended.child.returncode} before it answered {path}")
            if left and time.time() > until:
                last = " and ".join(sorted({str(answered or "nothing") for answered in left.values()}))
                raise RuntimeError(f"the new release did not answer {path} with 200 to 399 within {seconds} s, but with {last}")
            return not left

        self.wait(serves)
        self.proxy = self.proxy or Proxy(int(os.environ.get("PORT", "80")))
        url = urlsplit(wanted.settings.get("application/url", ""))
        self.proxy.point(colours, colour, wanted.web, url, "edge/host" in wanted.settings)
        self.colour = colour
        with open(os.path.join(RUN, "up"), "w", encoding="utf8"):
            pass
        return ports

    def tend(self):
        for process in self.processes:
            process.tend()
        leave_when_quiet(self.leaving)
        self.leaving = [process for process in self.leaving if not process.is_gone()]
        if self.proxy:
            self.proxy.tend()

    def look(self):
        """New settings reach processes by a switch: spread over the servers, or at once where the old ones lead nowhere any more."""
        works = all(self.wanted.is_healthy(port) for port in self.ports) and once.is_there(self.wanted.environment())
        if not works:
            self.secrets.forget()
        wanted = self.look_up()
        # Another release is switched to by who brings it, and not before its packages are there.
        if wanted.version != self.wanted.version or wanted.variables == self.wanted.variables:
            self.change_at = None
            return
        moved = place(wanted) != place(self.wanted)
        if self.change_at is None:
            self.change_at = time.time() + random.random() * SPREAD
        if moved or not works or time.time() >= self.change_at:
            self.switch()

    def schedule(self):
        if self.role != "web":
            return
        for job in self.wanted.manifest["scheduled"]:
            slot = int(time.time() // job["everySeconds"])
            if self.runs.setdefault(job["name"], slot) == slot:
                continue
            self.runs[job["name"]] = slot
            if once.is_ours(job["name"], slot, self.wanted.environment()):
                say(f"{job['name']} starts")
                child = self.wanted.start(job)
                child.until = time.time() + job["timeoutSeconds"]
                self.leaving.append(child)

    def end(self):
        """Within the 90 seconds that a server that ends gives: requests first, then processes."""
        last = time.time() + 85
        if self.proxy:
            self.proxy.stop(self.wanted.web["stopSeconds"])
        self.leaving += self.processes
        for process in self.leaving:
            process.until = None
            process.terminate(min(process.stop_seconds, max(1, last - time.time())))
        while self.leaving:
            self.leaving = [process for process in self.leaving if not process.is_gone()]
            time.sleep(0.1)


def place(wanted):
    """Where an application finds its database: a climb and a failover change it."""
    return wanted.variables.get("PGHOST"), wanted.variables.get("PGPORT")


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def answer(port, path, host):
    """The status of an answer, None without one. A process is asked by the website's name, because frameworks refuse others."""
    headers = {"X-Forwarded-Proto": "https", **({"Host": host} if host else {})}
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        return urllib.request.build_opener(KeepRedirects).open(request, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return None


def is_healthy(status):
    return status is not None and status < 400
