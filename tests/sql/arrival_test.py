#!/usr/bin/env python3
"""Hours in any order, doubled, replaced, emptied: the tables of one full build.

usage: arrival_test.py LEARNSQL

Random hours over few accounts, repositories and events, so that most rounds have
copies, renames and names that come late. After each round the tables that were
folded in are compared with those of a new warehouse, built once from the same
files, and `build --prove` compares them inside the program too.
"""

import gzip
import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(
    0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))

from some_models import link_models  # noqa: E402

LEARNSQL = ""
ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = "2015-03-01"
HOURS = 8
ROUNDS = 5
SEEDS = range(3)
# Load times and numbers of loads are not compared: they tell of the loading.
TABLES = ["fct_github_events", "dim_actors", "dim_repos", "dim_orgs",
          "dim_actor_names", "dim_repo_names", "dim_org_names",
          "dim_renamed_repos", "fct_github_event_hours",
          "fct_contributor_days", "fct_contributor_totals",
          "fct_actor_action_days", "fct_actor_action_totals"]
# They and what they are made of, and nothing of the other systems.
MODELS = [f"+{table}" for table in TABLES]


def random_event(chance):
    """One of few ids at one of few moments: copies agree or contradict."""
    number = chance.randrange(-3, 3)
    actor, repo = chance.randrange(4), chance.randrange(4)
    record = {
        "id": str(number), "type": chance.choice(["WatchEvent", "PushEvent"]),
        "public": True, "payload": {},
        "actor": {"id": actor, "login": chance.choice(["a", "b", "c", None])},
        "repo": {"id": repo, "name": chance.choice(["o/a", "o/b", "o/c"])},
        "created_at": f"{DAY}T00:00:{chance.randrange(3):02}Z",
    }
    if chance.random() < 0.3:
        record["org"] = {"id": 1, "login": chance.choice(["x", "y"])}
    if chance.random() < 0.1:
        record["actor"] = {"login": "ghost"}
    return json.dumps(record)


class Project:
    def __init__(self, folder, hours):
        self.folder = folder
        folder.mkdir()
        link_models(ROOT, folder, "gharchive", *TABLES)
        (folder / "learnsql.ini").write_text(
            f"[gharchive]\nbase_url = {hours}\nmax_rejects = 100%\n")

    def run(self, *arguments):
        done = subprocess.run([LEARNSQL, *arguments], cwd=self.folder,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.stderr}")

    def sync(self, hour, *more):
        self.run("sync", "--from", f"{DAY}T{hour:02}", "--to",
                 f"{DAY}T{hour + 1:02}", *more)

    def rows(self, sql):
        with sqlite3.connect(self.folder / "warehouse.db") as db:
            return db.execute(sql).fetchall()

    def tables(self):
        return {table: sorted(self.rows(f"select * from {table}"), key=repr)
                for table in TABLES}


class Arrival(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="learnsql-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.hours = self.dir / "hours"
        self.hours.mkdir()

    def write_hour(self, hour, chance):
        count = chance.choice([0, 1, 6, 12])
        lines = "".join(random_event(chance) + "\n" for _ in range(count))
        (self.hours / f"{DAY}-{hour}.json.gz").write_bytes(
            gzip.compress(lines.encode(), mtime=0))

    def change(self, project, loaded, chance):
        """A new hour, one that is loaded again, or one with other content."""
        hour = chance.randrange(HOURS)
        if hour in loaded and chance.random() < 0.5:
            hour = chance.choice(sorted(set(range(HOURS)) - loaded) or [hour])
        if hour not in loaded or chance.random() < 0.3:
            self.write_hour(hour, chance)
        project.sync(hour, *(["--force"] if hour in loaded else []))
        loaded.add(hour)

    def built_once(self, loaded, name):
        project = Project(self.dir / name, self.hours)
        for hour in sorted(loaded):
            project.sync(hour)
        project.run("build", *MODELS)
        return project.tables()

    def play(self, seed):
        chance = random.Random(seed)
        project, loaded = Project(self.dir / f"p{seed}", self.hours), set()
        modes = set()
        for turn in range(ROUNDS):
            for _ in range(chance.choice([1, 1, 2])):
                self.change(project, loaded, chance)
            project.run("build", "--prove", *MODELS)
            once = self.built_once(loaded, f"once{seed}_{turn}")
            for table, rows in project.tables().items():
                self.assertEqual(once[table], rows, (seed, turn, table))
            modes.update(project.rows(
                "select model, mode from ls_model_run "
                "where model in ('fct_github_events', 'fct_github_event_hours',"
                " 'fct_contributor_totals', 'fct_actor_action_totals')"))
        return modes

    def test_gives_the_tables_of_one_full_build(self):
        modes = set()
        for seed in SEEDS:
            for path in self.hours.iterdir():
                path.unlink()
            modes |= self.play(seed)
        self.assertEqual(
            {(model, mode)
             for model in ("fct_github_events", "fct_github_event_hours",
                           "fct_contributor_totals", "fct_actor_action_totals")
             for mode in ("full", "incremental")}, modes)


if __name__ == "__main__":
    LEARNSQL = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
