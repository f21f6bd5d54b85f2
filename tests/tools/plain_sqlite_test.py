#!/usr/bin/env python3
"""Nothing stored needs learnsql: a plain SQLite reads a built warehouse whole.

usage: plain_sqlite_test.py LEARNSQL ROOT

The project is built over hours with letters beyond ASCII, mixed case, halves
and dates that do not exist. A connection of Python's own sqlite3, without any
function of learnsql and with a schema that it does not trust, then runs every
view, constraint and index.
"""

import gzip
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

LEARNSQL = ""
ROOT = pathlib.Path()

LOGINS = ["École", "école", "ÉCOLE", "Straße", "STRASSE", "strasse", "ann",
          "Ann", "ANN", "ﬁx", "İx", "x'y", 'x"y', "0.5", "1e3"]
TIMES = ["2015-03-01T00:00:%02dZ", "2015-03-01T00:30:%02dZ"]
BAD_TIMES = ["2015-02-30T00:00:00Z", "2015-03-01T25:00:00Z", "yesterday", ""]


def event(number, login, time):
    return {
        "id": str(number), "type": ["PushEvent", "WatchEvent"][number % 2],
        "actor": {"id": number % 7 + 1, "login": login},
        "repo": {"id": number % 5 + 1, "name": f"{login}/Ünit-{number % 3}"},
        "org": {"id": number % 2 + 1, "login": f"{login}-ß"},
        "payload": {}, "public": True, "created_at": time}


def hour_text():
    events = [event(100 + at * len(LOGINS) + i, login, time % i)
              for at, time in enumerate(TIMES)
              for i, login in enumerate(LOGINS)]
    events += [event(200 + i, "bad", time) for i, time in enumerate(BAD_TIMES)]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n"
                   for each in events).encode()


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class PlainSqlite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = pathlib.Path(tempfile.mkdtemp(prefix="learnsql-plain-"))
        for folder in ("sql", "views"):
            (cls.dir / folder).symlink_to(ROOT / folder)
        (cls.dir / "hours").mkdir()
        (cls.dir / "hours/2015-03-01-0.json.gz").write_bytes(
            gzip.compress(hour_text(), mtime=0))
        (cls.dir / "learnsql.ini").write_text(
            "[gharchive]\nbase_url = hours\nmax_rejects = 100%\n")
        cls.learnsql("sync", "gharchive", "--from", "2015-03-01T00",
                     "--to", "2015-03-01T01")
        cls.learnsql("build")
        cls.db = sqlite3.connect(f"file:{cls.dir}/warehouse.db?mode=ro",
                                 uri=True)
        cls.db.execute("pragma trusted_schema = off")

    @classmethod
    def tearDownClass(cls):
        cls.db.close()
        shutil.rmtree(cls.dir, ignore_errors=True)

    @classmethod
    def learnsql(cls, *arguments):
        done = subprocess.run([LEARNSQL, *arguments], cwd=cls.dir, text=True,
                              capture_output=True)
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.stderr}")
        return done.stdout

    def objects(self, kind):
        return self.db.execute(
            "select name, tbl_name, sql from sqlite_schema where type = ?"
            " and sql is not null and name not like 'sqlite~_%' escape '~'"
            " order by name", (kind,)).fetchall()

    def test_the_data_is_what_it_should_be(self):
        logins = {login for login, in self.db.execute(
            "select actor_login from dim_actor_names")}
        self.assertEqual(logins, set(LOGINS))
        rejects, = self.db.execute("select count(*) from ls_reject").fetchone()
        self.assertGreater(rejects, 0, "dates that do not exist")
        shares = [share for share, in self.db.execute(
            "select share from event_type_share")]
        self.assertEqual(shares, [0.5, 0.5])

    def test_every_view_gives_the_same_rows(self):
        views = self.objects("view")
        self.assertGreater(len(views), 10)
        for name, _, _ in views:
            with self.subTest(view=name):
                cursor = self.db.execute(f"select * from {quoted(name)}")
                columns = [column[0] for column in cursor.description]
                ours = json.loads(self.learnsql(
                    "query", f"select * from {quoted(name)}", "--json"))
                self.assertEqual(
                    [dict(zip(columns, row)) for row in cursor], ours)

    def test_every_constraint_takes_its_rows(self):
        """The contracts stand alone, and their checks and defaults run."""
        for name, _, sql in self.objects("table"):
            with self.subTest(table=name):
                rows = self.db.execute(f"select * from {quoted(name)}")
                marks = ",".join("?" * len(rows.description))
                copy = sqlite3.connect(":memory:")
                copy.execute("pragma trusted_schema = off")
                copy.execute(sql)
                copy.executemany(
                    f"insert into {quoted(name)} values ({marks})", rows)

    def test_every_index_finds_all_rows(self):
        for name, table, sql in self.objects("index"):
            with self.subTest(index=name):
                if " where " in sql.lower():
                    continue  # a partial one holds some rows
                text = f"select count(*) from {quoted(table)} "
                self.assertEqual(
                    self.db.execute(text + "not indexed").fetchone(),
                    self.db.execute(
                        text + f"indexed by {quoted(name)}").fetchone())

    def test_the_file_is_whole(self):
        self.assertEqual([("ok",)],
                         self.db.execute("pragma integrity_check").fetchall())
        self.assertEqual(
            [], self.db.execute("pragma foreign_key_check").fetchall())


if __name__ == "__main__":
    LEARNSQL = str(pathlib.Path(sys.argv[1]).resolve())
    ROOT = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
