#!/usr/bin/env python3
"""Builds projects with seeds, as people change them.

usage: seeds_test.py LEARNSQL
"""

import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

LEARNSQL = ""

CONTRACT = """
-- Days on which nobody learns.
-- kind: snapshot, key day
create table raw_seeds__holidays (
    row_id         integer primary key,
    source_offset  integer not null,
    day            text    not null,
    hours          integer
        constraint a_day_has_24_hours check (hours between 0 and 24)
) strict;
"""

STAGING = """
create view stg_seeds__holidays (row_id, day, hours) as
select row_id, day, hours from raw_seeds__holidays
"""

MODEL = """
-- dim_holidays, version 1
-- One row per holiday.
-- owner: you
create table dim_holidays (
    day    text primary key,
    hours  integer  -- null: the whole day
) strict;

with

holidays as (select day, hours from stg_seeds__holidays),

final as (select day, hours from holidays)

select * from final
"""

OTHER = """
-- dim_other, version 1
-- Reads no seed.
-- owner: you
create table dim_other (n integer primary key) strict;

with final as (select 1 as n) select * from final
"""


class Seeds(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="learnsql-seeds-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.write("learnsql.ini", "[learnsql]\n")
        self.write("sql/raw/seeds.sql", CONTRACT)
        self.write("sql/staging/seeds/stg_seeds__holidays.sql", STAGING)
        self.write("sql/curated/dim_holidays.sql", MODEL)
        self.write("sql/curated/dim_other.sql", OTHER)
        self.write("data/seeds/README.md", "Not a seed.\n")
        self.write("data/seeds/holidays.csv",
                   "day,hours\n2015-01-01,\n2015-12-24,4\n")

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_program(self, *arguments):
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith("LEARNSQL_")}
        return subprocess.run([LEARNSQL, *arguments], cwd=self.dir,
                              env=clean | {"HOME": str(self.dir)},
                              capture_output=True, text=True)

    def ok(self, *arguments):
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def fails(self, code, *arguments):
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def rows(self, sql):
        connection = sqlite3.connect(self.dir / "warehouse.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def holidays(self):
        return self.rows("select day, hours from dim_holidays order by day")

    def test_build_brings_them_in(self):
        done = self.ok("build")
        self.assertIn("seeds: 1 loaded, 0 unchanged; 2 rows", done.stderr)
        self.assertEqual(self.holidays(),
                         [("2015-01-01", None), ("2015-12-24", 4)])
        self.assertEqual(
            self.rows("select name, state, rows_loaded from ls_slice "
                      "where source = 'seeds'"),
            [("holidays.csv", "loaded", 2)])

    def test_unchanged_ones_write_nothing(self):
        self.ok("build")
        before = self.rows("select * from ls_slice")
        os.utime(self.dir / "data/seeds/holidays.csv", (1, 1))
        done = self.ok("build")
        self.assertNotIn("seeds:", done.stderr)
        self.assertIn("0 built, 3 unchanged", done.stderr)
        self.assertEqual(self.rows("select * from ls_slice"), before)

    def test_changed_ones_make_their_readers_stale(self):
        self.ok("build")
        self.write("data/seeds/holidays.csv", "day,hours\n2015-12-24,6\n")
        self.assertIn("seeds changed", self.ok("plan").stderr)
        self.assertIn("seeds changed", self.fails(3, "plan", "--check"))
        done = self.ok("build")
        self.assertIn("1 built, 2 unchanged", done.stderr)
        self.assertNotIn("seeds", self.ok("plan", "--check").stderr)
        self.assertEqual(self.holidays(), [("2015-12-24", 6)])

    def test_bad_records_are_named_and_stop_the_build(self):
        self.ok("build")
        self.write("data/seeds/holidays.csv",
                   "day,hours\n2015-12-24,soon\n,3\n2015-12-26,25\n"
                   "2015-12-27,2\n")
        errors = self.fails(3, "build")
        for line in [r"data/seeds/holidays.csv:2: hours: 'soon' is",
                     r"data/seeds/holidays.csv:3: ",
                     r"data/seeds/holidays.csv:4: "]:
            self.assertIn(line, errors)
        self.assertIn("day", errors)
        self.assertIn("a_day_has_24_hours", errors)
        self.assertNotIn("holidays.csv:5", errors)
        self.assertEqual(len(self.holidays()), 2, "the old rows stay")
        self.fails(3, "build")  # until it is right
        self.fails(3, "sync", "seeds")
        self.write("data/seeds/holidays.csv", "day,hours\n2015-12-24,4\n")
        self.ok("build")
        self.assertEqual(self.holidays(), [("2015-12-24", 4)])

    def test_a_single_bad_record_is_enough(self):
        lines = "".join(f"2015-01-{day:02},1\n" for day in range(1, 32))
        self.write("data/seeds/holidays.csv", "day,hours\n" + lines + "x,x\n")
        self.assertIn("data/seeds/holidays.csv:33: hours: 'x'",
                      self.fails(3, "build"))

    def test_headers_and_files_must_fit(self):
        self.write("data/seeds/holidays.csv", "date,hours\n2015-12-24,4\n")
        errors = self.fails(1, "build")
        self.assertRegex(errors, r"holidays.csv.*day")
        self.write("data/seeds/holidays.csv", "day,hours\n2015-12-24,4\n")
        self.write("data/seeds/holiday.csv", "day\n")
        self.assertRegex(
            self.fails(1, "build"),
            r"data/seeds/holiday.csv: no raw_seeds__holiday in "
            r"sql/raw/seeds.sql \(did you mean 'holidays'\?\)")
        (self.dir / "data/seeds/holiday.csv").unlink()
        (self.dir / "data/seeds/holidays.csv").unlink()
        self.assertRegex(
            self.fails(1, "build"),
            r"sql/raw/seeds.sql:4: raw_seeds__holidays has no file "
            r"data/seeds/holidays.csv")

    def test_files_need_a_contract(self):
        shutil.rmtree(self.dir / "sql/staging")
        (self.dir / "sql/curated/dim_holidays.sql").unlink()
        (self.dir / "sql/raw/seeds.sql").unlink()
        self.assertRegex(self.fails(1, "build"),
                         r"data/seeds/holidays.csv: no sql/raw/seeds.sql")
        shutil.rmtree(self.dir / "data")
        self.ok("build")  # a project without seeds
        self.assertRegex(self.fails(1, "sync", "seeds"), "has no seeds")

    def test_a_changed_contract_makes_the_table_anew(self):
        self.ok("build")
        self.write("sql/raw/seeds.sql",
                   CONTRACT.replace("hours          integer",
                                    "hours          real"))
        self.write("sql/curated/dim_holidays.sql",
                   MODEL.replace("hours  integer", "hours  real"))
        self.ok("build")
        self.assertEqual(
            self.rows("select typeof(hours) from dim_holidays "
                      "where hours is not null"), [("real",)])

    def test_an_optional_seed_may_be_absent(self):
        self.write("sql/raw/seeds.sql", CONTRACT.replace(
            "-- kind:", "-- optional: who has no holidays needs no file\n-- kind:"))
        file = self.dir / "data/seeds/holidays.csv"
        file.unlink()
        self.ok("build")
        self.assertEqual(self.holidays(), [])
        self.assertIn("optional", self.fails(1, "sync", "seeds"))
        self.write("data/seeds/holidays.csv", "day,hours\n2015-12-24,4\n")
        self.assertIn("seeds changed", self.fails(3, "plan", "--check"))
        self.assertIn("seeds: 1 loaded", self.ok("build").stderr)
        self.assertEqual(self.holidays(), [("2015-12-24", 4)])
        self.ok("plan", "--check")
        # A file that goes takes its rows with it, once.
        file.unlink()
        self.assertIn("seeds changed", self.fails(3, "plan", "--check"))
        self.assertIn("seeds: none is there any more", self.ok("build").stderr)
        self.assertEqual(self.holidays(), [])
        self.assertEqual(
            self.rows("select state, load_id from ls_slice"),
            [("source_gone", None)])
        self.assertNotIn("seeds", self.ok("build").stderr)
        self.ok("plan", "--check")

    def test_of_two_optional_seeds_one_may_go(self):
        self.write("sql/raw/seeds.sql", CONTRACT + CONTRACT.replace(
            "-- kind:", "-- optional: no breaks\n-- kind:").replace(
                "holidays", "breaks").replace("a_day_has", "a_break_has"))
        self.ok("build")
        self.write("data/seeds/breaks.csv", "day,hours\n2015-01-02,1\n")
        self.ok("build")
        count = "select count(*) from raw_seeds__breaks"
        self.assertEqual(self.rows(count), [(1,)])
        (self.dir / "data/seeds/breaks.csv").unlink()
        self.ok("build")
        self.assertEqual(self.rows(count), [(0,)])
        self.assertEqual(len(self.holidays()), 2)

    def test_a_seed_that_is_taken_out_leaves_no_rows(self):
        self.ok("build")
        self.write("sql/raw/seeds.sql", CONTRACT.replace("holidays", "breaks"))
        shutil.rmtree(self.dir / "sql/staging")
        (self.dir / "sql/curated/dim_holidays.sql").unlink()
        (self.dir / "data/seeds/holidays.csv").rename(
            self.dir / "data/seeds/breaks.csv")
        self.ok("build")
        self.assertEqual(
            self.rows("select name from sqlite_schema "
                      "where name glob 'raw_seeds__*'"),
            [("raw_seeds__breaks",)])
        self.assertEqual(
            self.rows("select object, state from ls_slice order by object"),
            [("breaks", "loaded"), ("holidays", "source_gone")])


if __name__ == "__main__":
    LEARNSQL = sys.argv.pop(1)
    unittest.main()
