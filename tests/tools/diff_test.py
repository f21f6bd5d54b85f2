#!/usr/bin/env python3
"""Compares warehouses and published files as people do.

usage: diff_test.py LEARNSQL ROOT [unittest arguments]
"""

import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import unittest

import commands_test
from commands_test import CommandCase

KEY = {"LEARNSQL_EDITION_KEY": "a key that nobody guesses 0123456789"}

EXAMS = """-- fct_exams, version {version}
-- One row per exam.
-- owner: test

create table fct_exams (
    exam_id  integer primary key,
    email    text not null,  -- pii: email
    score    {type}
) strict;

with final as (
    select exam_id, email, {score} as score from stg_lms__exams
)
select * from final;
"""

STAGING = """-- stg_lms__exams, version 1
-- Exams as they are.
-- owner: test

create view stg_lms__exams (exam_id, email, score) as
select exam_id, email, {score} from raw_lms__exams
"""

COUNTS = """-- exam_counts, version 1
-- Exams by score.
-- owner: test

create table exam_counts (
    score  integer primary key,
    exams  integer not null
) strict;

with final as (
    select score, count(*) as exams from fct_exams group by score
)
select * from final;
"""

RAW = """-- kind: snapshot, key exam_id
create table raw_lms__exams (
    row_id         integer primary key,
    source_offset  integer not null,
    exam_id        integer not null,
    email          text,  -- pii: email
    score          integer
) strict;
"""


class DiffCase(CommandCase):
    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def exams(self, rows):
        lines = [f"{i},{email},{score}" for i, email, score in rows]
        self.write("exports/exams.csv",
                   "\n".join(["exam_id,email,score"] + lines) + "\n")

    def model(self, score="score", version=1, type="integer"):
        self.write("sql/curated/fct_exams.sql",
                   EXAMS.format(score=score, version=version, type=type))

    def setUp(self):
        super().setUp()
        self.write("learnsql.ini",
                   "[files.lms]\npath = exports\ncontract = lms\n"
                   "[edition.hashed]\npii = email: hash\n")
        self.write("sql/raw/lms.sql", RAW)
        self.write("sql/staging/lms/stg_lms__exams.sql",
                   STAGING.format(score="score"))
        self.write("views/exam_counts.sql", COUNTS)
        self.model()
        self.exams([(1, "ann@x.example", 5), (2, "bob@x.example", 7)])
        self.refresh()

    def refresh(self):
        self.ok("sync", "-q")
        self.ok("build", "-q")

    def keep(self, name):
        """The warehouse as it is now, in a file of its own."""
        source = sqlite3.connect(self.dir / "warehouse.db")
        target = sqlite3.connect(self.dir / name)
        source.backup(target)
        source.close()
        target.close()

    def diff(self, *arguments):
        return json.loads(self.ok("diff", *arguments, "--json").stdout)

    def object(self, diff, name):
        return next(each for each in diff["objects"] if each["name"] == name)

    def causes(self, diff, name):
        return [(each["cause"], each["certain"])
                for each in self.object(diff, name)["causes"]]


class Diff(DiffCase):
    def test_equal_files_differ_in_nothing(self):
        self.keep("a.db")
        self.ok("publish", "out.db")
        for a, b in [("a.db", "warehouse.db"), ("a.db", "out.db"),
                     ("out.db", "out.db")]:
            with self.subTest(a=a, b=b):
                done = self.ok("diff", a, b, "--check")
                self.assertIn("no difference in 2 tables and views",
                              done.stdout)
                self.assertFalse(self.diff(a, b)["differs"])

    def test_counts_and_samples_of_what_changed(self):
        self.keep("a.db")
        self.exams([(2, "bob@x.example", 8), (3, "cy@x.example", 9)])
        self.refresh()
        diff = self.diff("a.db", "warehouse.db")
        exams = self.object(diff, "fct_exams")
        self.assertEqual(
            {key: exams[key] for key in ("compared_by", "key", "rows_before",
                                         "rows_after", "added", "removed",
                                         "changed", "added_samples",
                                         "removed_samples")},
            {"compared_by": "key", "key": ["exam_id"], "rows_before": 2,
             "rows_after": 2, "added": 1, "removed": 1, "changed": 1,
             "added_samples": [[3]], "removed_samples": [[1]]})
        self.assertEqual(exams["columns"],
                         [{"column": "score", "rows": 1, "pii": None,
                           "samples": [{"key": [2], "before": 7,
                                        "after": 8}]}])
        self.assertEqual(self.object(diff, "exam_counts")["added"], 2)
        self.assertEqual(diff["relation"], "continues")

    def test_personal_values_are_in_no_output(self):
        self.keep("a.db")
        self.exams([(1, "eve@x.example", 5), (2, "bob@x.example", 7)])
        self.refresh()
        self.ok("publish", "b.db")
        for b in ("warehouse.db", "b.db"):
            for form in ("text", "json", "markdown"):
                with self.subTest(b=b, form=form):
                    text = self.ok("diff", "a.db", b, "--format", form).stdout
                    self.assertNotIn("x.example", text)
                    self.assertIn("email", text)

    def test_cause_is_the_source(self):
        self.keep("a.db")
        self.exams([(1, "ann@x.example", 6), (2, "bob@x.example", 7)])
        self.refresh()
        diff = self.diff("a.db", "warehouse.db")
        for name in ("fct_exams", "exam_counts"):
            self.assertEqual(self.causes(diff, name),
                             [("restated source", True)])
        cause = self.object(diff, "fct_exams")["causes"][0]
        self.assertEqual((cause["source"], cause["slices"]), ("files.lms", 1))

    def test_cause_is_the_model_or_its_parent(self):
        self.ok("publish", "a.db")
        self.keep("aw.db")
        self.model(score="score + 1", version=2)
        self.ok("build", "-q")
        self.ok("publish", "b.db")
        for a, b in (("aw.db", "warehouse.db"), ("a.db", "b.db")):
            with self.subTest(b=b):
                diff = self.diff(a, b)
                self.assertEqual(self.causes(diff, "fct_exams"),
                                 [("changed model", True)])
                self.assertEqual(self.causes(diff, "exam_counts"),
                                 [("changed parent", True)])
                parent = self.object(diff, "exam_counts")["causes"][0]
                self.assertEqual(parent["model"], "fct_exams")
                self.assertIn("version 1 became 2", parent["detail"])

    def test_cause_is_a_staging_view(self):
        self.ok("publish", "a.db")
        self.keep("aw.db")
        self.write("sql/staging/lms/stg_lms__exams.sql",
                   STAGING.format(score="score * 2"))
        self.ok("build", "-q")
        self.ok("publish", "b.db")
        diff = self.diff("aw.db", "warehouse.db")
        self.assertEqual(self.object(diff, "fct_exams")["causes"][0]["model"],
                         "stg_lms__exams")
        # A published file does not hold the view, and says so.
        cause = self.object(self.diff("a.db", "b.db"), "fct_exams")["causes"]
        self.assertEqual([each["cause"] for each in cause],
                         ["changed parent"])
        self.assertIn("not in the file", cause[0]["detail"])

    def test_comments_are_no_cause(self):
        self.ok("publish", "a.db")
        text = (self.dir / "sql/curated/fct_exams.sql").read_text()
        self.write("sql/curated/fct_exams.sql",
                   text.replace("One row per exam.", "One row for an exam."))
        self.ok("build", "-q")
        self.ok("publish", "b.db")
        self.assertNotEqual((self.dir / "a.db").read_bytes(),
                            (self.dir / "b.db").read_bytes())
        self.ok("diff", "a.db", "b.db", "--check")

    def test_states_since_the_earlier_file_are_listed(self):
        self.keep("a.db")
        for score in (6, 7):
            self.exams([(1, "ann@x.example", score)])
            self.refresh()
        rebuilt = self.object(self.diff("a.db", "warehouse.db"),
                              "fct_exams")["rebuilt"]
        self.assertEqual([each["state"] for each in rebuilt], [3, 2])
        self.assertIn("raw_lms__exams", rebuilt[0]["cause"])
        text = self.ok("diff", "warehouse.db", "a.db").stdout
        self.assertIn("A is newer than B", text)
        self.assertNotIn("built in state", text)

    def test_loads_that_no_build_has_read_are_told(self):
        self.keep("a.db")
        self.exams([(1, "ann@x.example", 6)])
        self.ok("sync", "-q")
        diff = self.diff("a.db", "warehouse.db")
        self.assertFalse(diff["differs"])
        self.assertIn("B has loads since its last build", diff["notes"][0])

    def test_schema_of_another_version(self):
        self.ok("publish", "a.db")
        self.model(score="cast(score as double)", version=2, type="real")
        self.ok("build", "-q")
        self.ok("publish", "b.db")
        exams = self.object(self.diff("a.db", "b.db"), "fct_exams")
        self.assertEqual(exams["schema"],
                         [{"change": "type", "column": "score",
                           "before": "INTEGER", "after": "REAL"}])
        self.assertEqual(exams["changed"], 2)

    def test_editions_are_told_apart(self):
        self.ok("publish", "a.db")
        self.ok("publish", "--edition", "hashed", "b.db", env=KEY)
        diff = self.diff("a.db", "b.db")
        exams = self.object(diff, "fct_exams")
        self.assertEqual([each["column"] for each in exams["columns"]],
                         ["email"])
        self.assertEqual(self.causes(diff, "fct_exams"),
                         [("other edition", False)])
        self.assertIn("different editions", " ".join(diff["notes"]))

    def test_new_and_late_hours(self):
        for folder in ("sql", "views"):
            shutil.rmtree(self.dir / folder)
        self.project()
        (self.dir / "learnsql.ini").write_text(
            f"[learnsql]\nwarehouse = hours.db\n"
            f"[gharchive]\nbase_url = {self.dir / 'hours'}\n")
        for hour in range(4):
            self.write_hour(
                f"2015-03-01-{hour}.json.gz",
                [commands_test.event(
                    hour * 10 + i, created_at="2015-03-01T%02d:00:00Z" % hour)
                 for i in range(3)])
        build = ("build", "-q", "fct_github_events")
        day = "2015-03-01T"
        self.ok("sync", "gharchive", "--from", day + "00", "--to", day + "01")
        self.ok("sync", "gharchive", "--from", day + "02", "--to", day + "03")
        self.ok(*build)
        with sqlite3.connect(self.dir / "hours.db") as db:
            db.execute(f"vacuum into '{self.dir / 'before.db'}'")
        self.ok("sync", "gharchive", "--from", day + "00", "--to", day + "04")
        self.ok(*build)
        causes = self.object(self.diff("before.db", "hours.db"),
                             "fct_github_events")["causes"]
        self.assertEqual(
            [(each["cause"], each["slices"], each["first"])
             for each in causes],
            [("new data", 1, day + "03:00:00Z"),
             ("late data", 1, day + "01:00:00Z")])

    def test_markdown_is_a_table(self):
        self.keep("a.db")
        self.exams([(1, "ann@x.example", 6), (2, "bob@x.example", 7)])
        self.refresh()
        text = self.ok("diff", "a.db", "warehouse.db", "--format",
                       "markdown").stdout
        self.assertIn("| fct\\_exams | 2 | 2 | 0 | 0 | 1 |", text)
        self.assertIn("- cause: restated source", text)

    def test_no_samples_on_request(self):
        self.keep("a.db")
        self.exams([(1, "ann@x.example", 6)])
        self.refresh()
        exams = self.object(self.diff("a.db", "warehouse.db", "--samples",
                                      "0"), "fct_exams")
        self.assertEqual(exams["removed"], 1)
        self.assertEqual(exams["removed_samples"], [])
        self.assertEqual(exams["columns"][0]["samples"], [])

    def test_no_project_is_needed(self):
        self.keep("a.db")
        other = self.dir / "elsewhere"
        other.mkdir()
        self.ok("diff", "../a.db", "../warehouse.db", cwd=other)


class Refusals(DiffCase):
    def test_check_says_by_its_exit_code(self):
        self.keep("a.db")
        self.exams([(1, "ann@x.example", 6)])
        self.refresh()
        done = self.fails(3, "a.db and warehouse.db differ", "diff", "a.db",
                          "warehouse.db", "--check")
        self.assertIn("fct_exams", done.stdout)
        self.ok("diff", "a.db", "warehouse.db")

    def test_wrong_usage(self):
        self.keep("a.db")
        pair = ("a.db", "warehouse.db")
        for message, arguments in [
            ("say which two", ()),
            ("say which two", ("a.db",)),
            (r"unknown format 'html' \(text, json or markdown\)",
             (*pair, "--format", "html")),
            ("--samples must be 0 to 1000", (*pair, "--samples", "-1")),
            ("--samples must be 0 to 1000", (*pair, "--samples", "1001")),
            ("samples", (*pair, "--samples", "many")),
            ("did you mean 'fct_exams'", (*pair, "fct_exam")),
            ("raw tables and staging views are not compared",
             (*pair, "raw_lms__exams")),
        ]:
            with self.subTest(arguments=arguments):
                done = self.fails(2, message, "diff", *arguments)
                self.assertEqual(done.stdout, "")

    def test_files_that_are_none_of_ours(self):
        sqlite3.connect(self.dir / "other.db").execute(
            "create table t (a)").connection.close()
        self.write("text.db", "exam_id,score\n" * 200)
        self.write("empty.db", "")
        (self.dir / "folder.db").mkdir()
        for message, name in [
            ("missing.db: no such file", "missing.db"),
            ("other.db: .*learnsql did not make", "other.db"),
            ("text.db: ", "text.db"),
            ("empty.db: .*learnsql did not make", "empty.db"),
            ("folder.db: ", "folder.db"),
        ]:
            for pair in ((name, "warehouse.db"), ("warehouse.db", name)):
                with self.subTest(pair=pair):
                    done = self.fails(1, message, "diff", *pair)
                    self.assertEqual(done.stdout, "")

    def test_a_damaged_file_is_no_difference(self):
        self.ok("publish", "b.db")
        self.keep("a.db")
        data = bytearray((self.dir / "b.db").read_bytes())
        with sqlite3.connect(self.dir / "b.db") as db:
            page, = db.execute("select rootpage from sqlite_schema where "
                               "name = 'fct_exams'").fetchone()
            size, = db.execute("pragma page_size").fetchone()
        data[(page - 1) * size:page * size] = b"\xff" * size
        (self.dir / "b.db").write_bytes(data)
        self.fails(1, "fct_exams", "diff", "a.db", "b.db")

    def test_a_reader_that_goes_away_is_no_error(self):
        self.keep("a.db")
        self.exams([(1, "ann@x.example", 6)])
        self.refresh()
        done = subprocess.run(
            f"'{commands_test.LEARNSQL}' diff a.db warehouse.db "
            "| head -n 1; exit ${PIPESTATUS[0]}",
            shell=True, executable="/bin/bash", cwd=self.dir,
            capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_neither_file_is_written_to(self):
        self.ok("publish", "a.db")
        self.exams([(1, "ann@x.example", 6)])
        self.refresh()
        self.ok("publish", "b.db")
        files = [self.dir / "a.db", self.dir / "b.db"]
        before = [path.read_bytes() for path in files]
        for path in files:
            path.chmod(0o444)
        self.ok("diff", "a.db", "b.db")
        self.assertEqual([path.read_bytes() for path in files], before)
        self.assertEqual(sorted(path.name for path in self.dir.glob("*.db-*")
                                if not path.name.startswith("warehouse")), [])


if __name__ == "__main__":
    commands_test.LEARNSQL = str(pathlib.Path(sys.argv[1]).resolve())
    commands_test.ROOT = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
