"""What must happen once, however many servers there are. The database is the one thing that all of them see."""

import os
import signal
import subprocess
import tempfile
import time

LOCK = 20409
QUIET = {"PGAPPNAME": "psql", "PGCONNECT_TIMEOUT": "10", "PGOPTIONS": "-c client_min_messages=error"}


class Database:
    """One session of psql, which holds an advisory lock for as long as it lives."""

    def __init__(self, environment):
        self.psql = subprocess.Popen(
            ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1"],
            **{"env": {**environment, **QUIET}, "encoding": "utf8"},
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.psql.kill()
        self.psql.wait()

    def ask(self, statement):
        try:
            self.psql.stdin.write(f"{statement};\n\\echo .\n")
            self.psql.stdin.flush()
        except BrokenPipeError:
            pass
        lines = []
        for line in self.psql.stdout:
            if line == ".\n":
                return "".join(lines).strip()
            lines.append(line)
        raise RuntimeError(f"the database refused: {''.join(lines).strip()[-500:] or statement}")

    def is_alive(self):
        return self.psql.poll() is None


def release(version, command, environment, directory, timeout, meanwhile):
    """Runs the command, unless it has run for this release. Others that want the same wait. A command that died runs again.

    What else a server has to do meanwhile it does in `meanwhile`, which may end all of this by an error.
    """
    until = time.time() + timeout
    with Database(environment) as database:
        done = f"SELECT 1 FROM stagecraft_release WHERE version = '{version}' AND state = 'done'"
        there = "SELECT to_regclass('stagecraft_release')"

        def is_done():
            return bool(database.ask(there)) and bool(database.ask(done))

        while not is_done() and database.ask(f"SELECT NOT pg_is_in_recovery() AND pg_try_advisory_lock({LOCK})") != "t":
            if time.time() > until:
                raise RuntimeError("another server runs the release command, and did not end in time")
            meanwhile()
            time.sleep(0.5)
        if is_done():
            return
        # Changes of tables are not replicated: they would stop the copy, or be lost with the end that is left.
        if database.ask("SELECT 1 FROM pg_publication WHERE pubname LIKE 'place\\_%' OR pubname LIKE 'move\\_%' LIMIT 1"):
            raise RuntimeError("a climb is copying the database: finish it, then deploy the release")
        if not database.ask(there):
            database.ask("CREATE TABLE stagecraft_release (version text PRIMARY KEY, state text, started timestamptz, finished timestamptz)")
        database.ask(
            f"INSERT INTO stagecraft_release VALUES ('{version}', 'running', now()) "
            "ON CONFLICT (version) DO UPDATE SET state = 'running', started = now(), finished = NULL"
        )
        status, words = run(command, environment, directory, until, database, meanwhile)
        state = "done" if status == 0 else "failed"
        database.ask(f"UPDATE stagecraft_release SET state = '{state}', finished = now() WHERE version = '{version}'")
        if status != 0:
            raise RuntimeError(f"the release command ended with {status}: {shortened(words)}")


def shortened(words):
    """Both ends: a stack trace has its reason on top in some languages, and at its end in others."""
    return words if len(words) <= 1000 else f"{words[:500]} […] {words[-500:]}"


def run(command, environment, directory, until, database, meanwhile):
    """The command in a group of its own, which ends as a whole: with its time, with the lock, or with this server."""
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            command, env=environment, cwd=directory, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
        try:
            while child.poll() is None:
                if time.time() > until:
                    raise RuntimeError("the release command took too long and was ended")
                if not database.is_alive():
                    raise RuntimeError("the database went away under the release command, which was ended")
                meanwhile()
                time.sleep(0.2)
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        output.seek(0)
        words = output.read().decode("utf8", "replace").strip()
    print(words, flush=True)
    return child.returncode, words


def is_ours(name, slot, environment):
    """Whether this server is the one that runs a scheduled process now."""
    with Database(environment) as database:
        if database.ask("SELECT pg_is_in_recovery()") == "t":
            return False
        database.ask(f"SELECT pg_advisory_lock({LOCK + 1})")
        if not database.ask("SELECT to_regclass('stagecraft_schedule')"):
            database.ask("CREATE TABLE stagecraft_schedule (name text PRIMARY KEY, slot bigint)")
        ours = database.ask(
            f"INSERT INTO stagecraft_schedule VALUES ('{name}', {slot}) ON CONFLICT (name) DO UPDATE SET slot = {slot} "
            f"WHERE stagecraft_schedule.slot < {slot} RETURNING 1"
        )
        return ours == "1"


def is_there(environment):
    """Whether the database lets this environment in."""
    try:
        with Database(environment) as database:
            return database.ask("SELECT 1") == "1"
    except RuntimeError:
        return False
