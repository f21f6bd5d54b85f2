#!/usr/bin/env python3
"""Every check of gharchive's data passes on good hours and fires on bad ones.

usage: checks_test.py LEARNSQL
"""

import datetime
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

LEARNSQL = ""
ROOT = pathlib.Path(__file__).resolve().parents[2]

# Weeks of the hour of the second sample, with many more rows than it has.
EARLIER = """
insert into ls_slice (
    source, object, slice_start, slice_end, name, state, rows_read, rows_loaded)
values
    ('gharchive', 'hours', '2014-12-18T01:00:00Z', '2014-12-18T02:00:00Z',
     'a', 'loaded', 90000, 90000),
    ('gharchive', 'hours', '2014-12-25T01:00:00Z', '2014-12-25T02:00:00Z',
     'b', 'loaded', 80000, 80000)"""

# What breaks a check, by its name.
BROKEN = {
    "hour_completeness": "update ls_slice set state = 'failed', load_id = 0 "
                         "where slice_start = '2015-01-01T00:00:00Z'; "
                         + EARLIER,
    "row_count_band": EARLIER,
    "duplicate_rate": "update ls_slice set rows_duplicate = 2000",
    "cast_failures": "update ls_slice set rows_rejected = rows_read / 1000 + 11",
    "fct_github_events.id_not_null":
        "update fct_github_events set event_id = -event_id "
        "where archive_hour_id = 2015010101",
    "fct_github_events.time_in_window":
        "update fct_github_events set action_time = '2015-01-01T03:00:00Z' "
        "where event_id % 50 = 0",
    "fct_github_events.unknown_type":
        "update fct_github_events set type = 'NovelEvent' where event_id % 9 = 0",
    "fct_github_events.every_event_is_kept":
        "delete from fct_github_events where event_id % 9 = 0",
    "fct_github_events.a_name_stands_only_where_there_is_no_id":
        "update fct_github_events set actor_login = 'x'",
    "fct_github_events.every_event_has_its_load_in_the_ledger":
        "delete from ls_slice",
}


def run(folder, *arguments):
    return subprocess.run([LEARNSQL, *arguments], cwd=folder,
                          capture_output=True, text=True)


def outcomes(folder):
    with sqlite3.connect(folder / "warehouse.db") as db:
        return dict(db.execute(
            "select name, outcome from ls_check where run_id = "
            "(select max(run_id) from ls_check)").fetchall())


class Checks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = pathlib.Path(tempfile.mkdtemp(prefix="learnsql-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        cls.built = cls.dir / "built"
        cls.built.mkdir()
        for name in ("sql", "views", "data"):
            (cls.built / name).symlink_to(ROOT / name)
        (cls.built / "learnsql.ini").write_text(
            "[gharchive]\nbase_url = data/samples/gharchive\n")
        for command in (["sync", "gharchive", "--from", "2015-01-01T00", "--to",
                         "2015-01-01T02"], ["build"]):
            done = run(cls.built, *command)
            if done.returncode != 0:
                raise AssertionError(done.stderr)

    def test_pass_on_good_hours(self):
        found = outcomes(self.built)
        for name in BROKEN:
            self.assertEqual("pass", found.get(name), name)

    def test_judge_an_hour_by_the_four_weeks_before(self):
        """By their median: neither the fifth nor one that is out of line."""
        earlier = {7: 10, 14: 1000, 21: 20, 28: 30, 35: 1, 6: 1, 8: 1}
        for weeks, count, outcome in (
                ((7, 14, 21, 28, 35), 75, "pass"),  # of 10, 20, 30, 1000: 25
                ((7, 14, 21, 28, 35), 76, "fail"),
                ((7, 14, 21, 28), 8, "pass"),
                ((7, 14, 21, 28), 7, "fail"),
                ((7, 14, 21), 60, "pass"),  # of 10, 20, 1000: 20
                ((7, 14, 21), 61, "fail"),
                ((7, 21), 45, "pass"),  # of 10, 20: 15
                ((7, 21), 46, "fail"),
                ((28,), 9, "pass"),
                ((28,), 8, "fail"),
                ((35, 6, 8), 1000, "pass")):  # nothing to go by
            with self.subTest(weeks=weeks, count=count):
                folder = self.dir / f"band{len(weeks)}-{count}"
                shutil.copytree(self.built, folder, symlinks=True)
                with sqlite3.connect(folder / "warehouse.db") as db:
                    day = datetime.date(2016, 3, 1)
                    for back, rows in ((0, count),
                                       *((w, earlier[w]) for w in weeks)):
                        at = (day - datetime.timedelta(days=back)).isoformat()
                        db.execute(
                            "insert into ls_slice (source, object, slice_start,"
                            " slice_end, name, state, rows_read, rows_loaded) "
                            "values ('gharchive', 'hours', ?, ?, ?, 'loaded', "
                            "?, ?)", (f"{at}T05:00:00Z", f"{at}T06:00:00Z",
                                      f"{back} days before", rows, rows))
                run(folder, "check", "row_count_band")
                with sqlite3.connect(folder / "warehouse.db") as db:
                    failed = db.execute(
                        "select 1 from ls_failure where rule = 'row_count_band'"
                        " and row_json like '%\"0 days before\"%'").fetchall()
                self.assertEqual(outcome == "fail", bool(failed))

    def test_fire_on_bad_ones(self):
        for number, (name, sql) in enumerate(BROKEN.items()):
            with self.subTest(check=name):
                folder = self.dir / f"bad{number}"
                shutil.copytree(self.built, folder, symlinks=True)
                with sqlite3.connect(folder / "warehouse.db") as db:
                    db.executescript(sql)
                run(folder, "check")
                self.assertEqual("fail", outcomes(folder).get(name))


if __name__ == "__main__":
    LEARNSQL = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
