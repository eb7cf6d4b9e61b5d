"""Runs an application of a Procfile on one server, as the deployment's settings say.

run.py web|worker   stays in the foreground: proxy, release command, processes, changes of settings
run.py reload       starts the release that is current now beside the one that serves, checks it, switches; prints why it did not
"""

import os
import random
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from environment import RUN  # noqa: E402
from processes import Image, say  # noqa: E402
from server import Server  # noqa: E402

CONTROL = os.path.join(RUN, "control")
# Touched by a runbook that changed a setting on this server and doesn't want to wait.
TOUCHED = os.path.join(RUN, "look")
POLL = float(os.environ.get("POLL_SECONDS", "30"))


def is_touched(since):
    try:
        return os.stat(TOUCHED).st_mtime > since
    except OSError:
        return False


def listen():
    control = socket.socket(socket.AF_UNIX)
    control.bind(CONTROL)
    control.listen()
    control.settimeout(0.2)
    return control


def attempt(server, action, until_it_works=False):
    """Does it, and says why it could not. Whatever it was, what runs goes on running."""
    while not server.ending:
        try:
            action()
            return None
        except Exception as error:
            say(f"{action.__name__} failed, what runs stays: {error}", "error")
            if not until_it_works:
                return str(error) or type(error).__name__
            until = time.time() + min(POLL, 15)
            while time.time() < until and not server.ending:
                server.tend()
                time.sleep(0.2)
    return "the server ends"


def serve(role):
    os.makedirs(RUN, mode=0o750, exist_ok=True)
    for name in ("up", "control"):
        if os.path.exists(os.path.join(RUN, name)):
            os.remove(os.path.join(RUN, name))
    server = Server(role)
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "ending", True))
    if os.path.exists("/var/run/docker.sock"):
        attempt(server, Image.clear)
    attempt(server, server.switch, until_it_works=True)
    control = listen()
    looked = time.time()
    while not server.ending:
        try:
            asked, _ = control.accept()
            with asked:
                asked.sendall((attempt(server, server.switch) or "ok").encode())
        except socket.timeout:
            pass
        except OSError as error:
            say(f"who asked for a switch is gone: {error}", "warn")
        server.tend()
        attempt(server, server.schedule)
        if is_touched(looked) or time.time() - looked > POLL * random.uniform(0.8, 1.2):
            looked = time.time()
            attempt(server, server.look)
    server.end()


def reload():
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(CONTROL)
        answer = control.makefile().read()
    print(answer)
    sys.exit(0 if answer == "ok" else 1)


if __name__ == "__main__":
    reload() if sys.argv[1] == "reload" else serve(sys.argv[1])
