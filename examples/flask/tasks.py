"""Work that nobody waits for, by way of REDIS_URL."""

import os
import ssl

import psycopg
from celery import Celery

app = Celery("tasks", broker=os.environ["REDIS_URL"])
if os.environ["REDIS_URL"].startswith("rediss:"):
    # Celery wants to be told that certificates are checked. The variable is for authorities of one's own, as in tests.
    app.conf.broker_use_ssl = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": os.environ.get("REDIS_CA")}


@app.task
def letter(text):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("INSERT INTO notes (text, written_by) VALUES (%s, 'the worker')", (text,))
