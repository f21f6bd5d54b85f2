"""Python's json and sqlite3: what a careful script does.

usage: python_sqlite.py DATABASE FILE...
Prints "events seconds".
"""

import gzip
import json
import sqlite3
import sys
import time

COLUMNS = 16


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            e = json.loads(line)
            actor, repo = e.get("actor") or {}, e.get("repo") or {}
            org, p = e.get("org") or {}, e.get("payload") or {}
            yield (
                int(e["id"]), e["type"], actor.get("id"), actor.get("login"),
                repo.get("id"), repo.get("name"), org.get("id"),
                org.get("login"), e.get("public"), e["created_at"],
                p.get("action"), p.get("ref"), p.get("ref_type"),
                p.get("number"), p.get("size"), p.get("distinct_size"),
            )


db = sqlite3.connect(sys.argv[1])
db.execute("create table events (event_id integer, type text, actor_id integer,"
           " actor_login text, repo_id integer, repo_name text, org_id integer,"
           " org_login text, public integer, created_at text, action text,"
           " ref text, ref_type text, number integer, size integer,"
           " distinct_size integer)")
began = time.perf_counter()
with db:
    for path in sys.argv[2:]:
        db.executemany(
            "insert into events values (%s)" % ",".join("?" * COLUMNS),
            rows(path))
seconds = time.perf_counter() - began
(count,) = db.execute("select count(*) from events").fetchone()
print(f"{count} {seconds:.3f}")
