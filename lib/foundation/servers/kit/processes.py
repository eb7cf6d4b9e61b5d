"""Processes of an application: as they are, or each in a container of its image."""

import json
import os
import signal
import subprocess
import time

from environment import AUTHORITY, RUN

# What the server's own environment has, and means nothing in a container.
HOST_ONLY = ("PATH", "HOME", "LANG", "TMPDIR")


def say(text, level="info"):
    print(json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "level": level, "msg": text}), flush=True)


class Image:
    """Where a container differs from a process. It has the network of its server, so that no port is mapped and no hop added."""

    LABEL = "stagecraft"

    def __init__(self, settings, said):
        self.name, self.user = f"{settings['application/image']}:{said['tag']}", said.get("user")

    def command(self, command, variables, container):
        # Values stay out of the command line: docker takes them from its own environment.
        words = ["docker", "run", "--rm", "--name", container, "--label", self.LABEL, "--network", "host", "--log-driver", "none"]
        words += ["--init", "--security-opt", "no-new-privileges", "--group-add", str(os.getgid())]
        words += ["--user", self.user] if self.user else []
        words += [word for variable in sorted(variables) if variable not in HOST_ONLY for word in ("--env", variable)]
        for path, mode in ((RUN, "ro"), (AUTHORITY, "ro"), (variables.get("UPLOADS"), "rw")):
            words += ["--volume", f"{path}:{path}:{mode}"] if path else []
        return [*words, self.name] + (["sh", "-c", command] if command else [])

    @staticmethod
    def kill(container):
        subprocess.run(["docker", "rm", "-f", container], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)

    @classmethod
    def clear(cls):
        """What a server that was killed has left behind, with its ports."""
        left = subprocess.run(["docker", "ps", "-aq", "--filter", f"label={cls.LABEL}"], stdout=subprocess.PIPE, timeout=60, check=True)
        for container in left.stdout.decode().split():
            cls.kill(container)


class Process:
    """One process of the application, in a group of its own, started again when it ends."""

    def __init__(self, said, environment, directory, image, port=None):
        self.name, self.stop_seconds, self.port = said["name"], said.get("stopSeconds", 30), port
        self.directory, self.image, self.command = directory, image, said.get("command")
        self.environment = environment
        self.wait, self.quiet_until, self.until, self.count = 1, None, None, 0
        self.start()

    def start(self):
        self.started = time.time()
        self.count += 1
        self.container = f"{self.name}-{os.getpid()}-{id(self)}-{self.count}"
        command = ["/bin/sh", "-c", self.command]
        if self.image:
            command = self.image.command(self.command, self.environment, self.container)
        self.child = subprocess.Popen(command, env=self.environment, cwd=self.directory, start_new_session=True, stdin=subprocess.DEVNULL)

    def tend(self):
        if self.child.poll() is None:
            return
        lasted = time.time() - self.started
        self.wait = 1 if lasted > 60 else min(30, self.wait)
        if lasted > self.wait:
            say(f"{self.name} ended with {self.child.returncode} and is started again", "error")
            self.wait *= 2
            self.start()

    def leave(self):
        """What has a port is told to end when nobody waits for an answer from it any more."""
        if self.port:
            self.quiet_until = time.time() + self.stop_seconds
        else:
            self.terminate()

    def terminate(self, seconds=None):
        self.quiet_until = None
        if self.until is None:
            self.until = time.time() + (self.stop_seconds if seconds is None else seconds)
            self.signal(signal.SIGTERM)

    def is_gone(self):
        """Whether the whole group has ended; what is left after its time is killed."""
        self.child.poll()
        if self.until and time.time() > self.until:
            if self.image:
                self.image.kill(self.container)
            self.signal(signal.SIGKILL)
        try:
            os.killpg(self.child.pid, 0)
            return False
        except (ProcessLookupError, PermissionError):
            return True

    def signal(self, number):
        try:
            os.killpg(self.child.pid, number)
        except ProcessLookupError:
            pass


def leave_when_quiet(leaving):
    """Tells those to end that have no connection from the proxy, or have had their time."""
    waiting = [process for process in leaving if process.quiet_until]
    if not waiting:
        return
    with open("/proc/net/tcp", encoding="utf8") as file:
        connections = [line.split() for line in file.readlines()[1:]]
    busy = {int(words[2].split(":")[1], 16) for words in connections if words[3] == "01"}
    for process in waiting:
        if process.port not in busy or time.time() > process.quiet_until:
            process.terminate()
