"""The environment of an application by convention, made of the deployment's settings."""

import hashlib
import json
import os
import pwd
import subprocess
import time
from urllib.parse import quote, urlsplit

RUN = os.environ.get("RUNTIME_DIRECTORY", "/run/app")
DATA = os.environ.get("DATA", "/data")
USER = pwd.getpwuid(os.getuid()).pw_name
AUTHORITY = os.environ.get("NODE_EXTRA_CA_CERTS", "/etc/pki/rds.pem")
# `require` verifies nothing in libpq and fails in Node: only this means the same to all clients.
VERIFIED = f"sslmode=verify-full&sslrootcert={quote(AUTHORITY, safe='/')}"
# How long the text of a secret is believed. Whoever can't work with it asks at once.
SECRET_SECONDS = float(os.environ.get("SECRET_SECONDS", "600"))

# By the text of their map.
SHARDS = {}


def aws(*command):
    """What the AWS CLI answers, as JSON."""
    answer = subprocess.run(["aws", *command, "--output", "json"], check=True, stdout=subprocess.PIPE, timeout=60).stdout
    return json.loads(answer)


def read_settings(name):
    found = parameters(f"/{name}/config/")
    # Where shards are is asked once for each map: there may be many.
    shard_map = found.get("shards/map")
    if shard_map and shard_map not in SHARDS:
        SHARDS[shard_map] = {f"shard/{number}": place for number, place in parameters(f"/{name}/shards/").items()}
    return {**found, **SHARDS.get(shard_map, {})}


def parameters(path):
    found = aws("ssm", "get-parameters-by-path", "--path", path, "--recursive")["Parameters"]
    return {parameter["Name"][len(path):]: parameter["Value"] for parameter in found}


class Secrets:
    """Texts of secrets, which are asked for rarely: each question costs."""

    def __init__(self):
        self.known = {}

    def forget(self):
        self.known = {}

    def read(self, arn):
        text, until = self.known.get(arn, (None, 0))
        if time.time() > until:
            text = aws("secretsmanager", "get-secret-value", "--secret-id", arn)["SecretString"]
            self.known[arn] = (text, time.time() + SECRET_SECONDS)
        return text


def render(settings, manifest, surroundings, secret):
    """All variables. A part that a deployment doesn't have has no variable; what an application doesn't read it doesn't use."""
    made = {"HOST": "127.0.0.1", "AWS_REGION": surroundings["AWS_REGION"], "RELEASE": surroundings["RELEASE"]}
    made["WEB_CONCURRENCY"] = str(concurrency(manifest, surroundings["CPUS"])[1])
    made["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4318"
    made["TRUSTED_PROXIES"] = "127.0.0.1"
    made.update(database(settings, surroundings, secret))
    made.update(functions(settings, surroundings, secret))
    made.update(valkey("REDIS_URL", settings, "sessions", secret))
    made.update(valkey("CACHE_URL", settings, "cache", secret))
    if "sessions/table" in settings:
        made["SESSIONS_TABLE"] = settings["sessions/table"]
    uploads = settings.get("storage/uploads", "/")
    if uploads.startswith("/"):
        made["UPLOADS"] = surroundings["UPLOADS"]
    else:
        made.update(S3_BUCKET=uploads, S3_PREFIX="uploads/")
    if "jobs/queue" in settings:
        made["QUEUE_URL"] = settings["jobs/queue"]
    if "application/url" in settings:
        made.update(PUBLIC_URL=settings["application/url"], PUBLIC_HOST=public_host(settings))
    made.update(manifest["environment"])
    for key, value in settings.items():
        kind, _, variable = key.replace("application/", "", 1).partition("/")
        if key.startswith("application/environment/"):
            made[variable] = value
        if key.startswith("application/secrets/"):
            made[variable] = secret(value)
    return made


def public_host(settings):
    return urlsplit(settings.get("application/url", "")).netloc


def concurrency(manifest, cpus):
    """How many processes serve, and how many workers each of them is told to have: together one for each CPU."""
    processes = manifest["web"]["instances"] or cpus
    return processes, max(1, cpus // processes)


def database(settings, surroundings, secret):
    writer = settings["database/writer"]
    name = settings["database/name"]
    if writer.startswith("/"):
        return on_this_server(writer, name)
    writer, user, password, urls = reach("", place_of("database", settings), settings, surroundings, secret)
    host, _, port = writer.rpartition(":")
    return {
        **urls,
        **{"PGHOST": host, "PGPORT": port, "PGUSER": user, "PGPASSWORD": password, "PGDATABASE": name},
        **{"PGSSLMODE": "verify-full", "PGSSLROOTCERT": AUTHORITY},
        **jdbc(f"{writer}/{name}?{VERIFIED}", user, password),
    }


def functions(settings, surroundings, secret):
    """Databases by function have their names before the usual ones, shards their numbers; the map says which shard has which key."""
    if "shards/map" not in settings:
        return {}
    names = [key[: -len("/writer")] for key in settings if key.endswith("/writer") and key not in ("database/writer", "region/writer")]
    places = {f"{name.upper()}_": place_of(name, settings) for name in names}
    places.update({f"SHARD_{key[len('shard/'):]}_": json.loads(value) for key, value in settings.items() if key.startswith("shard/")})
    made = {"SHARD_MAP": settings["shards/map"]}
    for prefix, place in places.items():
        made.update(reach(prefix, place, settings, surroundings, secret)[-1])
    return made


def place_of(area, settings):
    return {part: settings.get(f"{area}/{part}", "") for part in ("writer", "readers", "secret")}


def reach(prefix, place, settings, surroundings, secret):
    """Where writes of a database go from here, who logs in, and its variables."""
    credentials = json.loads(secret(place["secret"]))
    user, password = credentials["username"], credentials["password"]

    def url(endpoint):
        return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{endpoint}/{settings['database/name']}?{VERIFIED}"

    writer = place["writer"]
    readers = [endpoint for endpoint in place["readers"].split(",") if endpoint] or [writer]
    # A copy in another region passes on what its readers are told to write; at its writer's name it is only read (Aurora guide, "Connecting to Aurora Global Database").
    here = surroundings["AWS_REGION"]
    if settings.get("region/writer", settings.get("region/founding", here)) != here:
        writer = readers[0]
    reader = readers[int(hashlib.sha256(surroundings["SERVER"].encode()).hexdigest(), 16) % len(readers)]
    urls = {"URL": url(writer), "REPLICA_URL": url(reader), "REPLICA_URLS": ",".join(url(endpoint) for endpoint in readers)}
    return writer, user, password, {f"{prefix}DATABASE_{name}": value for name, value in urls.items()}


def on_this_server(directory, name):
    """A password where there is one, because not every client speaks through a socket; otherwise the operating system's user is proof enough."""
    try:
        with open(os.path.join(DATA, "database-password"), encoding="utf8") as file:
            password = file.read().strip()
    except FileNotFoundError:
        urls = f"postgresql://{USER}@/{name}?host={directory}"
        return {**three(urls), "PGHOST": directory, "PGUSER": USER, "PGDATABASE": name}
    place = f"127.0.0.1:5432/{name}?sslmode=disable"
    return {
        **three(f"postgresql://{USER}:{password}@{place}"),
        **{"PGHOST": "127.0.0.1", "PGPORT": "5432", "PGUSER": USER, "PGPASSWORD": password, "PGDATABASE": name, "PGSSLMODE": "disable"},
        **jdbc(place, USER, password),
    }


def three(url):
    return dict.fromkeys(("DATABASE_URL", "DATABASE_REPLICA_URL", "DATABASE_REPLICA_URLS"), url)


def jdbc(place, user, password):
    return {"JDBC_DATABASE_URL": f"jdbc:postgresql://{place}", "JDBC_DATABASE_USERNAME": user, "JDBC_DATABASE_PASSWORD": password}


def valkey(variable, settings, group, secret):
    if f"{group}/endpoint" not in settings:
        return {}
    password = quote(secret(settings[f"{group}/secret"]), safe="")
    return {variable: f"rediss://:{password}@{settings[f'{group}/endpoint']}/0"}


def keep(variables):
    """Each variable also as a file, on tmpfs, for applications that read NAME_FILE."""
    directory = os.path.join(RUN, "secrets")
    os.makedirs(directory, mode=0o750, exist_ok=True)
    files = {}
    for name, value in variables.items():
        path = os.path.join(directory, name)
        with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "w", encoding="utf8") as file:
            file.write(value)
        os.replace(path + ".new", path)
        files[f"{name}_FILE"] = path
    return files
