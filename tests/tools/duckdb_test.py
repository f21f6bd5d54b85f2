#!/usr/bin/env python3
"""DuckDB reads a published file: every table and view, the same rows.

usage: duckdb_test.py LEARNSQL ROOT [unittest arguments]

Skipped unless LEARNSQL_DUCKDB names a folder that get_duckdb.sh has filled.
"""

import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import unittest

import commands_test
from commands_test import CommandCase, HOURS

KEY = {"LEARNSQL_EDITION_KEY": "a key that nobody guesses 0123456789"}

READ = """
import { DuckDBInstance } from '@duckdb/node-api';
import { readFileSync } from 'node:fs';
const { extension, file, queries } = JSON.parse(readFileSync(0, 'utf8'));
const instance = await DuckDBInstance.create(':memory:');
const duckdb = await instance.connect();
await duckdb.run(`load '${extension}'`);
await duckdb.run(`attach '${file}' as f (type sqlite, read_only)`);
await duckdb.run('use f');
const answers = {};
for (const [name, sql] of Object.entries(queries)) {
  try {
    answers[name] = (await duckdb.runAndReadAll(sql)).getRowsJson();
  } catch (error) {
    answers[name] = { error: String(error) };
  }
}
process.stdout.write(JSON.stringify(answers));
"""


def missing():
    """Why the test cannot run here; None where it can."""
    folder = os.environ.get("LEARNSQL_DUCKDB")
    if not folder:
        return "LEARNSQL_DUCKDB is not set: tests/tools/get_duckdb.sh FOLDER"
    for name in ("node_modules/@duckdb/node-api",
                 "sqlite_scanner.duckdb_extension"):
        if not (pathlib.Path(folder) / name).exists():
            return f"LEARNSQL_DUCKDB={folder} has no {name}"
    return None


def ours(value):
    return str(value) if isinstance(value, int) else value


def theirs(value):
    """DuckDB's JSON has 64-bit integers as text, and 2.0 as 2."""
    return float(value) if isinstance(value, (int, float)) else value


class DuckDb(CommandCase):
    def ask(self, file, queries):
        folder = pathlib.Path(os.environ["LEARNSQL_DUCKDB"]).resolve()
        (folder / "read.mjs").write_text(READ)
        done = subprocess.run(
            ["node", folder / "read.mjs"], text=True, capture_output=True,
            input=json.dumps({
                "extension": str(folder / "sqlite_scanner.duckdb_extension"),
                "file": str(self.dir / file), "queries": queries}))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def publish(self):
        self.project("[edition.team]\nscan = email\n"
                     "pii = email: hash, login: hash, *: keep\n")
        self.ok("sync", *HOURS)
        self.ok("build")
        self.ok("publish", "whole.db")
        self.ok("publish", "team.db", "--edition", "team", env=KEY)

    def check_rows(self, file):
        with sqlite3.connect(self.dir / file) as db:
            names = [name for name, in db.execute(
                "select name from sqlite_schema where type in ('table', "
                "'view') and name not like 'sqlite~_%' escape '~'")]
            answers = self.ask(
                file, {name: f'select * from "{name}"' for name in names})
            for name in names:
                with self.subTest(file=file, object=name):
                    self.assertIsInstance(answers[name], list,
                                          answers[name])
                    stock = db.execute(f'select * from "{name}"')
                    self.assertEqual(
                        sorted(repr(list(map(ours, row))) for row in stock),
                        sorted(repr(list(map(theirs, row)))
                               for row in answers[name]))
            self.assertGreater(len(names), 60)

    @unittest.skipIf(missing(), missing())
    def test_reads_every_object_of_every_edition(self):
        self.publish()
        for file in ("whole.db", "team.db"):
            self.check_rows(file)
        columns = self.ask("whole.db", {
            "types": "select column_name, data_type from "
                     "information_schema.columns where table_name = "
                     "'fct_github_events' and column_name in ('event_id', "
                     "'action_time') order by 1"})
        self.assertEqual(columns["types"], [["action_time", "VARCHAR"],
                                            ["event_id", "BIGINT"]])
        joined = self.ask("whole.db", {
            "join": "select count(*) from fct_github_events join dim_actors "
                    "using (actor_id)"})
        with sqlite3.connect(self.dir / "whole.db") as db:
            self.assertEqual(joined["join"], [[str(*db.execute(
                "select count(*) from fct_github_events join dim_actors "
                "using (actor_id)").fetchone())]])


if __name__ == "__main__":
    commands_test.LEARNSQL = str(pathlib.Path(sys.argv[1]).resolve())
    commands_test.ROOT = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
