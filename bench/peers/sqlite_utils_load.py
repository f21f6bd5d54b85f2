"""sqlite-utils: its Python API, as its documents load JSON lines.

usage: sqlite_utils_load.py DATABASE FILE...
Prints "events seconds".
"""

import gzip
import json
import sys
import time

import sqlite_utils


def rows(paths):
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                e = json.loads(line)
                actor, repo = e.get("actor") or {}, e.get("repo") or {}
                org, p = e.get("org") or {}, e.get("payload") or {}
                yield {
                    "event_id": int(e["id"]), "type": e["type"],
                    "actor_id": actor.get("id"),
                    "actor_login": actor.get("login"),
                    "repo_id": repo.get("id"), "repo_name": repo.get("name"),
                    "org_id": org.get("id"), "org_login": org.get("login"),
                    "public": e.get("public"), "created_at": e["created_at"],
                    "action": p.get("action"), "ref": p.get("ref"),
                    "ref_type": p.get("ref_type"), "number": p.get("number"),
                    "size": p.get("size"),
                    "distinct_size": p.get("distinct_size"),
                }


db = sqlite_utils.Database(sys.argv[1])
began = time.perf_counter()
db["events"].insert_all(rows(sys.argv[2:]), batch_size=1000)
seconds = time.perf_counter() - began
print(f"{db['events'].count} {seconds:.3f}")
