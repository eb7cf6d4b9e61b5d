"""Notes in PostgreSQL, and letters that a Celery worker writes."""

import os

import psycopg
from flask import Flask, jsonify, request
from psycopg.rows import dict_row
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__, static_url_path="/files")
app.wsgi_app = ProxyFix(app.wsgi_app)


def database():
    return psycopg.connect(os.environ["DATABASE_URL"], row_factory=dict_row)


@app.get("/")
def home():
    with database() as connection:
        connection.execute("SELECT 1")
    return "ok"


@app.get("/notes")
def notes():
    with database() as connection:
        return jsonify(connection.execute("SELECT text, written_by FROM notes ORDER BY id").fetchall())


@app.post("/notes")
def write():
    text = request.get_json(force=True)["text"]
    if text.startswith("later: "):
        from tasks import letter

        letter.delay(text)
    else:
        with database() as connection:
            connection.execute("INSERT INTO notes (text, written_by) VALUES (%s, %s)", (text, request.remote_addr))
    return jsonify(secure=request.is_secure, host=request.host), 201
