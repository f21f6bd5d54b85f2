#!/usr/bin/env python3
"""Exports views, tables and questions, and reads the files.

usage: export_test.py LEARNSQL ROOT [unittest arguments]
"""

import csv
import json
import pathlib
import sys
import unittest

import commands_test
from commands_test import CommandCase

LEARNERS = """-- dim_learners, version 1
-- One row per learner.
-- owner: test

create table dim_learners (
    learner_id  integer primary key,
    cohort      text not null,
    remark      text  -- null: none
) strict;

with final as (
    select 2 as learner_id, 'B' as cohort, 'says "no", twice' as remark
    union all
    select 1, 'A', null
)
select * from final;
"""

VIEW = """-- totals, version 1
-- Learners by cohort, the last one first.
-- owner: test
{file}
create view totals (cohort, learner_count, remark) as
select cohort, count(*) as learner_count, max(remark) as remark
from dim_learners
group by cohort
order by cohort desc
"""

QUESTION = """-- solved, version 1
-- Learners above a number.
-- owner: test
{file}-- param end: date = 2015-02-01; the last day
-- param above: integer = 1; a number
select learner_id, :end as until
from dim_learners
where learner_id > :above
"""


class ExportCase(CommandCase):
    def models(self, file="-- file: {as_of}_totals.csv\n", question=""):
        for name, text in [
            ("sql/curated/dim_learners.sql", LEARNERS),
            ("views/totals.sql", VIEW.replace("{file}\n", file + "\n")),
            ("views/solved.sql", QUESTION.replace("{file}", question)),
        ]:
            path = self.dir / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (self.dir / "learnsql.ini").write_text("[learnsql]\n")

    def built(self, **more):
        self.models(**more)
        self.ok("build", "--as-of", "2015-01-09T10")

    def files(self, folder="out"):
        return sorted(p.name for p in (self.dir / folder).iterdir())

    def text(self, name):
        return (self.dir / "out" / name).read_bytes().decode()


class Export(ExportCase):
    def test_header_order_and_empties_are_the_views(self):
        self.built()
        done = self.ok("export", "--out", "out")
        self.assertRegex(done.stderr, r"exported 1 files? to out: 2 rows")
        self.assertEqual(self.files(), ["2015-01-09_totals.csv"])
        with open(self.dir / "out/2015-01-09_totals.csv", newline="") as file:
            self.assertEqual(
                list(csv.reader(file)),
                [["cohort", "learner_count", "remark"],
                 ["B", "1", 'says "no", twice'], ["A", "1", ""]])

    def test_day_comes_from_the_flag_first(self):
        self.built()
        self.ok("export", "--out", "out", "--as-of", "2016-02-03")
        self.assertEqual(self.files(), ["2016-02-03_totals.csv"])

    def test_json_keeps_types(self):
        self.built()
        self.ok("export", "--out", "out", "--format", "json")
        self.assertEqual(json.loads(self.text("2015-01-09_totals.json"))[1],
                         {"cohort": "A", "learner_count": 1, "remark": None})
        self.ok("export", "--out", "lines", "--format", "jsonl")
        lines = (self.dir / "lines/2015-01-09_totals.jsonl").read_text()
        self.assertEqual(len(lines.splitlines()), 2)
        self.assertEqual(json.loads(lines.splitlines()[0])["cohort"], "B")

    def test_tables_and_questions_when_named(self):
        self.built()
        self.ok("export", "dim_learners", "solved", "--out", "out")
        self.assertEqual(self.files(), ["dim_learners.csv", "solved.csv"])
        self.assertTrue(
            self.text("dim_learners.csv").splitlines()[1].startswith("1,A"))
        self.assertIn("2,2015-02-01", self.text("solved.csv"))

    def test_question_with_a_file_goes_with_the_views(self):
        self.built(question="-- file: {end}_solved.csv\n")
        self.ok("export", "--out", "out")
        self.assertEqual(self.files(),
                         ["2015-01-09_totals.csv", "2015-02-01_solved.csv"])

    def test_replaces_in_one_step_and_leaves_nothing_behind(self):
        self.built()
        self.ok("export", "--out", "out")
        held = open(self.dir / "out/2015-01-09_totals.csv", encoding="utf-8")
        self.addCleanup(held.close)
        self.ok("export", "--out", "out")
        self.assertIn("learner_count", held.read())
        self.assertEqual(self.files(), ["2015-01-09_totals.csv"])

    def test_published_file_is_exported_too(self):
        self.built()
        self.ok("publish", "sent.db")
        self.ok("export", "totals", "--out", "out", "--as-of", "2015-01-01",
                "--warehouse", "sent.db")
        self.assertEqual(self.files(), ["2015-01-01_totals.csv"])


class ExportErrors(ExportCase):
    def test_wrong_words(self):
        self.built()
        cases = [
            (["export"], r"--out DIR"),
            (["export", "--out", "out", "--format", "xml"],
             r"unknown format 'xml' \(csv, json or jsonl\)"),
            (["export", "total", "--out", "out"], r"'totals'"),
            (["export", "--out", "out", "--as-of", "soon"], r"no UTC time"),
        ]
        for words, message in cases:
            with self.subTest(words=words):
                self.fails(2, message, *words)
        self.assertFalse((self.dir / "out").exists())

    def test_file_names_stay_in_the_folder(self):
        for name in ("../out.csv", ".hidden", "a/b.csv", "{as_of.csv", "a}b"):
            with self.subTest(name=name):
                self.models(file=f"-- file: {name}\n")
                self.fails(1, r"views/totals.sql:4", "build")

    def test_brace_that_names_nothing(self):
        self.built(file="-- file: {day}_totals.csv\n")
        self.fails(1, r"views/totals.sql: \{day\} is neither", "export",
                   "--out", "out")

    def test_two_of_one_name(self):
        self.built(file="-- file: solved.csv\n",
                   question="-- file: solved.csv\n")
        self.fails(2, r"would both be written to solved.csv", "export",
                   "--out", "out")

    def test_failure_leaves_the_files_of_before(self):
        self.built()
        self.ok("export", "--out", "out")
        before = self.text("2015-01-09_totals.csv")
        (self.dir / "views/zeta.sql").write_text(
            VIEW.replace("totals", "zeta").replace("{file}\n", ""))
        self.fails(1, r"zeta", "export", "--out", "out")  # not built yet
        self.assertEqual(self.text("2015-01-09_totals.csv"), before)
        self.assertEqual(self.files(), ["2015-01-09_totals.csv"])

    def test_folder_that_cannot_be(self):
        self.built()
        (self.dir / "out").write_text("a file")
        self.fails(1, r"out", "export", "--out", "out")

    def test_no_warehouse(self):
        self.models()
        self.fails(1, r"warehouse.db", "export", "--out", "out")


if __name__ == "__main__":
    commands_test.LEARNSQL = sys.argv[1]
    commands_test.ROOT = pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
