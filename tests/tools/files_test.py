#!/usr/bin/env python3
"""Loads CSV and JSON files with the learnsql program and counts beside it.

usage: files_test.py LEARNSQL ROOT
"""

import csv
import gzip
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

from some_models import link_models

LEARNSQL = ""
ROOT = pathlib.Path()
SAMPLE = "data/samples/oulad"

CONTRACT = """
-- kind: snapshot, key exam_id
create table raw_lms__exams (
    row_id         integer primary key,
    source_offset  integer not null,
    exam_id        integer not null,
    candidate_email text,
    score          real
) strict;
"""


class FilesCase(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="learnsql-files-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

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

    def rows(self, sql):
        connection = sqlite3.connect(self.dir / "warehouse.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


class Oulad(FilesCase):
    """The sample, by the project's own models."""

    def setUp(self):
        super().setUp()
        link_models(ROOT, self.dir, "oulad")
        shutil.copytree(ROOT / SAMPLE, self.dir / "oulad")
        (self.dir / "learnsql.ini").write_text(
            "[files.oulad]\npath = oulad\ncontract = oulad\n")

    def records(self, name):
        with open(self.dir / "oulad" / name, newline="") as file:
            return list(csv.DictReader(file))

    def test_counts_are_those_of_another_reader(self):
        self.ok("sync", "files.oulad")
        self.ok("build")
        for view, name in [("presentations", "courses.csv"),
                           ("assessments", "assessments.csv"),
                           ("students", "studentInfo.csv"),
                           ("registrations", "studentRegistration.csv"),
                           ("results", "studentAssessment.csv"),
                           ("sites", "vle.csv"),
                           ("clicks", "studentVle.part.csv")]:
            self.assertEqual(self.rows(f"select count(*) from stg_oulad__{view}"),
                             [(len(self.records(name)),)], view)
        scores = [int(row["score"]) for row in
                  self.records("studentAssessment.csv") if row["score"]]
        clicks = self.records("studentVle.part.csv")
        self.assertEqual(
            self.rows("select count(score_percent), sum(score_percent) "
                      "from stg_oulad__results"), [(len(scores), sum(scores))])
        self.assertEqual(
            self.rows("select sum(click_count), min(clicked_day) "
                      "from stg_oulad__clicks"),
            [(sum(int(row["sum_click"]) for row in clicks),
              min(int(row["date"]) for row in clicks))])
        bands = [row["imd_band"] for row in self.records("studentInfo.csv")]
        self.assertIn("10-20", bands)
        self.assertEqual(
            self.rows("select count(*) filter (where imd_band = '10-20%'), "
                      "count(*) filter (where imd_band is null) "
                      "from stg_oulad__students"),
            [(bands.count("10-20"), bands.count(""))])
        left = [row for row in self.records("studentRegistration.csv")
                if row["date_unregistration"]]
        self.assertEqual(
            self.rows("select count(unregistered_day) "
                      "from stg_oulad__registrations"), [(len(left),)])

    def test_quirks_are_checked(self):
        path = self.dir / "oulad" / "studentInfo.csv"
        path.write_text(path.read_text().replace(
            '"Withdrawn"', '"Pass"'))
        self.ok("sync")
        done = self.run_program("build")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("oulad_who_left_did_not_pass", done.stderr)

    def test_a_file_is_loaded_when_its_content_changed(self):
        self.ok("sync")
        before = self.rows("select max(load_id) from ls_slice")
        self.assertIn("7 unchanged", self.ok("sync").stderr)
        self.assertEqual(self.rows("select max(load_id) from ls_slice"), before)
        # Compressed it is another content of the same slice.
        path = self.dir / "oulad" / "courses.csv"
        (self.dir / "oulad" / "courses.csv.gz").write_bytes(
            gzip.compress(path.read_bytes()))
        path.unlink()
        (self.dir / "oulad" / "vle.csv").unlink()
        self.ok("sync")
        self.assertEqual(self.rows("select count(*) from raw_oulad__courses"),
                         [(22,)])
        self.assertEqual(
            self.rows("select object, state from ls_slice "
                      "where state <> 'loaded'"), [("vle", "source_gone")])
        self.assertEqual(self.rows("select count(*) > 0 from raw_oulad__vle"),
                         [(1,)])


class Damage(FilesCase):
    """Files of a contract of the project's own."""

    def setUp(self):
        super().setUp()
        (self.dir / "sql/raw").mkdir(parents=True)
        (self.dir / "sql/raw/lms.sql").write_text(CONTRACT)
        (self.dir / "in").mkdir()
        (self.dir / "learnsql.ini").write_text(
            "[files.lms]\npath = in\ncontract = lms\n")

    def test_keeps_what_it_rejects(self):
        text = b'Exam ID,Candidate Email,Score\n1,"a,5\n2,b,6\n3,c\n4,d,x\n'
        (self.dir / "in/exams.csv").write_bytes(text)
        self.ok("sync")
        self.assertEqual(
            self.rows("select exam_id, candidate_email, score "
                      "from raw_lms__exams"), [(2, "b", 6.0)])
        self.assertEqual(
            self.rows("select line, reason, column_name, raw from ls_reject "
                      "order by sequence"),
            [(2, "unclosed_quote", None, b'1,"a,5'),
             (4, "ragged_row", None, b"3,c"),
             (5, "bad_type", "score", b"4,d,x")])

    def test_one_bad_file_leaves_the_others(self):
        (self.dir / "in/exams.csv").write_text("exam_id\n1\n")
        (self.dir / "in/exams.part2.ndjson").write_text(
            json.dumps({"exam_id": 2, "Score": 1.5}) + "\n")
        (self.dir / "in/exams.part3.csv").write_text("score\n1\n")
        (self.dir / "in/other.csv").write_text("a\n1\n")
        done = self.run_program("sync")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("nothing for exam_id", done.stderr)
        self.assertIn("no raw table has its name", done.stderr)
        self.assertEqual(self.rows("select exam_id from raw_lms__exams "
                                   "order by exam_id"), [(1,), (2,)])

    def test_says_what_the_settings_have_wrong(self):
        ini = self.dir / "learnsql.ini"
        for text, message in [
            ("path = none\ncontract = lms\n", "no such file or folder"),
            ("contract = lms\n", "name the file, folder or pattern"),
            ("path = in\n", "sql/raw/NAME.sql"),
            ("path = in\ncontract = lms\ntables = exam: *\n", "raw_..__exam"),
            ("path = in\ncontract = lms\ndelimiter = x\n", "semicolon"),
        ]:
            ini.write_text("[files.lms]\n" + text)
            done = self.run_program("sync", "files.lms")
            self.assertNotEqual(done.returncode, 0, text)
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    LEARNSQL, ROOT = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    LEARNSQL = str(pathlib.Path(LEARNSQL).resolve())
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
