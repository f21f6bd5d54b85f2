#!/usr/bin/env python3
"""Refreshes a warehouse as a scheduler does, also with things in its way.

usage: refresh_test.py LEARNSQL ROOT [unittest arguments]
"""

import fcntl
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

import commands_test
from commands_test import CommandCase, event

CONTRACT = """
-- kind: snapshot, key exam_id
create table raw_lms__exams (
    row_id         integer primary key,
    source_offset  integer not null,
    exam_id        integer not null,
    score          real
) strict;
"""

STAGING = """-- stg_lms__exams, version 1
-- Exams.
-- owner: test

create view stg_lms__exams (exam_id, score) as
select exam_id, score
from raw_lms__exams
"""

EXAMS = """-- fct_exams, version 1
-- One row per exam.
-- owner: test

create table fct_exams (
    exam_id  integer primary key,
    score    real check (score <= 100)
) strict;

with final as (
    select exam_id, score
    from stg_lms__exams
)
select * from final;
"""

VIEW = """-- scores, version 1
-- Scores.
-- owner: test
-- file: {as_of}_scores.csv

create view scores (exam_id, score) as
select exam_id, score
from fct_exams
order by exam_id
"""


class RefreshCase(CommandCase):
    def setUp(self):
        super().setUp()
        for name, text in [("sql/raw/lms.sql", CONTRACT),
                           ("sql/staging/lms/stg_lms__exams.sql", STAGING),
                           ("sql/curated/fct_exams.sql", EXAMS),
                           ("views/scores.sql", VIEW)]:
            path = self.dir / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.exams("1,50\n2,60\n")
        self.ini()

    def exams(self, text):
        folder = self.dir / "lms"
        folder.mkdir(exist_ok=True)
        (folder / "exams.csv").write_text("exam_id,score\n" + text)

    def ini(self, more="[publish]\nfile = out.db\n"):
        (self.dir / "learnsql.ini").write_text(
            "[files.lms]\npath = lms\ncontract = lms\n" + more)

    def scores(self, file="warehouse.db"):
        with sqlite3.connect(f"file:{self.dir / file}?mode=ro", uri=True) as db:
            return db.execute("select * from scores").fetchall()

    def runs(self):
        with sqlite3.connect(self.dir / "warehouse.db") as db:
            return db.execute(
                "select kind, outcome from ls_run order by run_id").fetchall()


class Refresh(RefreshCase):
    def test_loads_builds_and_publishes(self):
        done = self.ok("refresh", "--json")
        self.assertEqual(self.scores("out.db"), [(1, 50.0), (2, 60.0)])
        self.assertEqual(self.runs(), [("refresh", "ok")])
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 1)
        report = json.loads(lines[0])
        self.assertEqual((report["outcome"], report["exit_code"]), ("ok", 0))
        self.assertEqual(report["sources"][0]["source"], "files.lms")
        self.assertEqual(report["sources"][0]["rows"], 2)
        self.assertTrue(report["published"][0]["changed"])
        self.assertRegex(done.stderr, r"refresh: ok; 1 of 1 sources, 2 rows; ")

    def test_nothing_new_changes_no_file(self):
        self.ok("refresh")
        before = os.stat(self.dir / "out.db").st_ino
        report = json.loads(self.ok("refresh", "--json").stdout)
        self.assertFalse(report["published"][0]["changed"])
        self.assertEqual(os.stat(self.dir / "out.db").st_ino, before)
        self.assertFalse((self.dir / "out.db.1").exists())

    def test_new_data_goes_through(self):
        self.ok("refresh")
        time.sleep(1.1)  # the file's time is its version
        self.exams("1,50\n2,60\n3,70\n")
        self.ok("refresh")
        self.assertEqual(len(self.scores("out.db")), 3)
        self.assertEqual(len(self.scores("out.db.1")), 2)

    def test_editions_and_export_follow(self):
        self.ini("[edition.team]\nfile = team.db\nrows = fct_exams: "
                 "exam_id = 1\n[refresh]\nexport = out\n")
        self.ok("refresh", "--as-of", "2026-01-02")
        self.assertEqual(self.scores("team.db"), [(1, 50.0)])
        self.assertEqual([p.name for p in (self.dir / "out").iterdir()],
                         ["2026-01-02_scores.csv"])
        self.assertFalse((self.dir / "out.db").exists())

    def test_skip_leaves_a_source_out(self):
        report = json.loads(
            self.ok("refresh", "--skip", "files.lms", "--json").stdout)
        self.assertEqual(report["sources"], [])
        self.assertEqual(self.scores("out.db"), [])

    def test_goes_on_after_a_kill_at_any_moment(self):
        for millis in range(0, 400, 40):
            child = subprocess.Popen(
                [commands_test.LEARNSQL, "refresh"], cwd=self.dir,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(millis / 1000)
            child.send_signal(signal.SIGKILL)
            child.wait()
        self.ok("refresh")
        self.assertEqual(len(self.scores("out.db")), 2)
        self.ok("verify", "out.db")
        self.assertEqual(self.runs()[-1], ("refresh", "ok"))

    def test_missed_runs_by_policy(self):
        """After ten hours without a refresh: all, the last three, none."""
        start = time.strftime("%Y-%m-%dT%H", time.gmtime(time.time() - 36000))
        (self.dir / "hours").mkdir()
        # One more where the clock enters another hour meanwhile.
        for policy, hours in (("fill", (11, 12)), ("latest", (4, 5)),
                              ("skip", (0, 1))):
            with self.subTest(policy=policy):
                for path in self.dir.glob("warehouse.db*"):
                    path.unlink()
                self.ini(f"[gharchive]\nbase_url = hours\nstart = {start}\n"
                         f"[refresh]\nmissed = {policy}\nrecent_hours = 3\n")
                self.ok("refresh", "--skip", "gharchive")
                with sqlite3.connect(self.dir / "warehouse.db") as db:
                    db.execute(f"update ls_run set started_at = '{start}:00:00Z'")
                self.ok("refresh")
                with sqlite3.connect(self.dir / "warehouse.db") as db:
                    count, = db.execute(
                        "select count(*) from ls_slice "
                        "where source = 'gharchive'").fetchone()
                self.assertIn(count, hours)

    def test_skipped_time_stays_skipped(self):
        """Hours of a gap are asked for by fill only."""
        self.ini("[gharchive]\nbase_url = hours\nstart = 2026-01-01T00\n"
                 "[refresh]\nmissed = skip\nrecent_hours = 2\n")
        (self.dir / "hours").mkdir()
        self.ok("refresh", "--skip", "gharchive")
        with sqlite3.connect(self.dir / "warehouse.db") as db:
            db.execute("update ls_run set started_at = '2026-01-02T00:00:00Z'")
        for _ in range(2):
            self.run_program("refresh", "gharchive")
        with sqlite3.connect(self.dir / "warehouse.db") as db:
            first, count = db.execute(
                "select min(slice_start), count(*) from ls_slice "
                "where source = 'gharchive'").fetchone()
        self.assertLess(count, 5)
        self.assertTrue(first is None or first > "2026-01-02T03", first)


class RefreshErrors(RefreshCase):
    def test_dead_source_does_not_stop_the_rest(self):
        hour = time.strftime("%Y-%m-%dT%H", time.gmtime(time.time() - 7200))
        self.ini("[publish]\nfile = out.db\n[gharchive]\nbase_url = "
                 f"http://127.0.0.1:9\nstart = {hour}\n")
        done = self.fails(5, r"127.0.0.1", "refresh", "--json")
        report = json.loads(done.stdout)
        self.assertEqual(report["outcome"], "unavailable")
        self.assertEqual({s["source"]: s["status"] for s in report["sources"]},
                         {"files.lms": "success", "gharchive": "unavailable"})
        self.assertEqual(len(self.scores("out.db")), 2)

    def test_wrong_words_and_settings(self):
        cases = [
            (2, "", ["refresh", "files.lmx"], r"'files.lms'"),
            (2, "", ["refresh", "--skip", "x"], r"--skip 'x'"),
            (2, "", ["refresh", "--from", "soon"], r"no UTC time"),
            (1, "[refresh]\nmissed = some\n", ["refresh"],
             r"learnsql.ini:5.*fill, latest, skip"),
            (1, "[refresh]\nrecent_hours = 0\n", ["refresh"], r"1 to 8784"),
            (1, "[refresh]\nmin_rows = fct_exam: 1\n", ["refresh"],
             r"learnsql.ini:5.*'fct_exams'"),
            (1, "[refresh]\nmin_rows = fct_exams\n", ["refresh"],
             r"TABLE: ROWS"),
            (1, "[refresh]\nmin_rows = fct_exams: many\n", ["refresh"],
             r"'many' is no number"),
            (1, "[refresh]\ncomplete_through = lms: 6h\n", ["refresh"],
             r"no source 'lms'"),
            (1, "[refresh]\ncomplete_through = files.lms: 6w\n", ["refresh"],
             r"'6w' is neither"),
            (1, "[edition.a]\nfile = a.db\npii = x: burn\n", ["refresh"],
             r"keep, drop or hash"),
        ]
        for code, more, words, message in cases:
            with self.subTest(words=words, more=more):
                self.ini(more)
                self.fails(code, message, *words)
                self.assertFalse((self.dir / "warehouse.db").exists())

    def test_min_rows_commits_nothing(self):
        self.ok("refresh")
        before = (self.dir / "out.db").read_bytes()
        time.sleep(1.1)
        self.exams("1,50\n")
        self.ini("[publish]\nfile = out.db\n"
                 "[refresh]\nmin_rows = fct_exams: 2\n")
        for _ in range(2):
            done = self.fails(3, r"min_rows fct_exams: 2, but it is 1",
                              "refresh", "--json")
            report = json.loads(done.stdout)
            self.assertEqual((report["outcome"], report["build"]),
                             ("gate", None))
        self.assertEqual(len(self.scores()), 2)
        self.assertEqual((self.dir / "out.db").read_bytes(), before)
        self.assertEqual(self.runs()[-1], ("refresh", "gate"))

    def test_complete_through_stops_a_gap(self):
        self.write_hour("2015-03-01-0.json.gz", [event(1)])
        words = ["refresh", "gharchive", "--from", "2015-03-01T00", "--to",
                 "2015-03-01T01"]
        gate = ("[gharchive]\nbase_url = hours\n[publish]\nfile = out.db\n"
                "[refresh]\ncomplete_through = gharchive: ")
        self.ini(gate + "2015-03-01T02\n")
        self.fails(3, r"2015-03-01T02, but it is 2015-03-01T01", *words)
        self.assertFalse((self.dir / "out.db").exists())
        self.ini(gate + "2015-03-01T01\n")
        self.ok(*words)
        self.assertTrue((self.dir / "out.db").exists())
        self.ini(gate + "6h\n")
        self.fails(3, r"gharchive: 6h, but it is 2015", *words)

    def test_second_refresh_is_told_who_writes(self):
        self.ok("refresh")
        with open(self.dir / "warehouse.db.lock", "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.fails(4, r"learnsql refresh", "refresh", "--json")
            self.assertEqual(json.loads(done.stdout)["outcome"], "busy")

    def test_file_that_cannot_be_published(self):
        (self.dir / "out.db").mkdir()
        done = self.fails(1, r"is a folder", "refresh", "--json")
        self.assertIsNotNone(json.loads(done.stdout)["build"])
        self.assertEqual(len(self.scores()), 2)

    def test_every_file_that_cannot_be_published_is_named(self):
        """One in a place that cannot be; the others are there."""
        (self.dir / "plain").write_text("no folder")
        text = (self.dir / "learnsql.ini").read_text()
        (self.dir / "learnsql.ini").write_text(
            text + "\n[edition.a]\nfile = plain/a.db\n"
            "[edition.b]\nfile = plain/b.db\n"
            "[edition.c]\nfile = new/folder/c.db\n"
            "[refresh]\nexport = csv\n")
        done = self.fails(1, "plain/a.db", "refresh")
        self.assertIn("plain/b.db", done.stderr)
        self.assertTrue((self.dir / "new/folder/c.db").exists())
        self.assertEqual(len(list((self.dir / "csv").iterdir())), 1)

    def test_wrong_models_stop_before_the_sync(self):
        (self.dir / "views/scores.sql").write_text("select")
        self.fails(1, r"views/scores.sql", "refresh")
        self.assertFalse((self.dir / "warehouse.db").exists())


class Script(RefreshCase):
    def script(self, **environment):
        return subprocess.run(
            [commands_test.ROOT / "tools/refresh.sh"], capture_output=True,
            text=True, cwd="/",
            env={"PATH": os.environ["PATH"], "PROJECT": str(self.dir),
                 "LEARNSQL": commands_test.LEARNSQL} | environment)

    def logs(self):
        return sorted((self.dir / "logs").glob("refresh-*.log"))

    def test_writes_logs_and_keeps_the_last(self):
        for _ in range(3):
            done = self.script(KEEP_LOGS="2")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(self.logs()), 2)
        self.assertIn("refresh: ok", self.logs()[-1].read_text())

    def test_says_what_failed(self):
        self.ini("[refresh]\nmin_rows = fct_exams: 9\n")
        done = self.script()
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"exit code 3; see .*min_rows"
                         .replace(".*", r"[\s\S]*"))
        self.assertEqual(self.script(KEEP_LOGS="x").returncode, 2)
        self.assertEqual(self.script(PROJECT="/nowhere").returncode, 2)


if __name__ == "__main__":
    commands_test.LEARNSQL = sys.argv[1]
    commands_test.ROOT = pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
