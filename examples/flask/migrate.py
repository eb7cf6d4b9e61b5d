"""What the tables look like. Running it again changes nothing."""

import os

import psycopg

with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)")
    connection.execute("ALTER TABLE notes ADD COLUMN IF NOT EXISTS written_by text NOT NULL DEFAULT 'nobody'")
print("migrated")
