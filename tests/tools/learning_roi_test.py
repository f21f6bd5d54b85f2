#!/usr/bin/env python3
"""The Learning ROI models on invented sources, against what they must hold.

usage: learning_roi_test.py LEARNSQL ROOT
"""

import csv
import datetime
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from learning_roi_project import TABLES, RoiProject  # noqa: E402

LEARNSQL = ""
ROOT = HERE.parents[1]
FIXTURES = HERE.parent / "fixtures/learning_roi"
PUBLISHED = [
    "certified_users", "unified_users", "individual_exams", "product_usage",
    "product_usage_all", "learning_activity", "github_learn", "github_skills",
    "github_docs", "event_attendance", "learners_enriched", "identity_emails",
    "identity_conflicts", "exams_without_email", "learner_traces"]
# Columns that explain stand under names of their own here.
EXPLAINING = {"_id_source": "id_source",
              "_focus_with_old_codes": "cert_product_focus_all_codes"}


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def as_text(value):
    return "" if value is None else repr(value) if isinstance(
        value, float) else str(value)


class RoiCase(unittest.TestCase):
    def project(self):
        folder = tempfile.mkdtemp(prefix="learnsql-roi-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        project = RoiProject(LEARNSQL, ROOT, folder, "learning_roi")
        project.begin()
        return project

    def built(self):
        project = self.project()

        def build():
            project.load_folder(FIXTURES / "sources")
            project.build()
        project.made_once("built", build)
        return project


class Published(RoiCase):
    def test_equals_what_is_expected(self):
        project = self.built()
        for path in sorted((FIXTURES / "expected").glob("*.csv")):
            with self.subTest(file=path.stem):
                expected = read_csv(path)
                columns = [EXPLAINING.get(name, name) for name in expected[0]]
                rows = project.table(path.stem)
                self.assertEqual(
                    [list(row.values()) for row in expected],
                    [[as_text(row[name]) for name in columns] for row in rows])
                own = [name for name in expected[0] if not name.startswith("_")]
                self.assertEqual(own, list(rows[0])[:len(own)])

    def test_can_be_read_by_a_stock_sqlite(self):
        project = self.built()
        for name in PUBLISHED:
            with self.subTest(view=name):
                done = subprocess.run(
                    ["sqlite3", "-bail", project.warehouse,
                     f"select count(*) from {name}; select * from {name}"],
                    capture_output=True, text=True)
                self.assertEqual("", done.stderr)
        self.assertEqual([], project.rows("pragma foreign_key_check"))
        self.assertEqual(project.table("certified_users"),
                         project.table("unified_users"))

    def test_counts_what_it_leaves_out(self):
        project = self.built()
        self.assertEqual([("FY22-25", "No Show", 1), ("FY26", "Passed", 1)],
                         project.rows("select * from exams_without_email"))
        exams = {row["email"]: row for row in project.table("individual_exams")}
        self.assertIsNone(exams["jo@corp.example"]["score_percent"])
        self.assertEqual(0, exams["jo@corp.example"]["score_percent_or_zero"])
        self.assertIsNone(exams["cy@corp.example"]["score_percent_or_zero"])

    def test_keeps_the_source_population_apart(self):
        project = self.built()
        self.assertEqual(
            [(101, 0), (202, 0), (404, 1), (950, 1)],
            project.rows("select dotcom_id, in_source_population "
                         "from product_usage_all order by 1"))

    def test_is_the_same_whatever_came_first(self):
        project, other = self.built(), self.project()
        for path in sorted((FIXTURES / "sources").glob("*.csv"), reverse=True):
            with path.open(newline="", encoding="utf-8") as file:
                header, *rows = csv.reader(file)
            other.load(TABLES.get(path.stem, path.stem), header, rows[::-1])
        other.build()
        for name in PUBLISHED:
            with self.subTest(view=name):
                self.assertEqual(project.table(name), other.table(name))

    def test_is_not_built_again_on_the_same_day(self):
        project = self.built()
        self.assertIn(" 0 built", project.build().stderr)
        done = project.run("build", "--as-of", "2026-02-01T00:00:00Z")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(
            [(702,)], project.rows("select days_since_cert from certified_users "
                                   "where email = 'ana@corp.example'"))


class Identity(RoiCase):
    def test_names_the_row_that_says_so(self):
        project = self.built()
        tables = {1: ("user_emails", "user_id"), 2: ("user_signups", "actor_id"),
                  3: ("exam_results", "dotcomid")}
        matches = project.rows(
            "select email, source_rank, dotcom_id, evidence_table, "
            "evidence_row_id, is_chosen from fct_identity_matches")
        self.assertEqual(
            [("ana@corp.example", 101), ("bob@corp.example", 202),
             ("dee@corp.example", 404), ("lou@corp.example", 808),
             ("multi@corp.example", 302)],
            [(row[0], row[2]) for row in matches if row[5]])
        for email, rank, dotcom_id, table, row_id, _ in matches:
            name, column = tables[rank]
            self.assertEqual(f"raw_learning_roi__{name}", table)
            self.assertEqual(
                [(str(dotcom_id),)],
                project.rows(f"select cast({column} as text) from {table} "
                             "where row_id = ?", row_id), email)

    def test_shows_conflicts(self):
        self.assertEqual(
            [("ana@corp.example", 101, 900, 950, 101, "snapshots")],
            self.built().rows("select * from identity_conflicts"))

    def test_takes_ids_that_are_no_numbers_for_none(self):
        project = self.project()
        project.load("exam_results",
                     ["email", "dotcomid", "userhandle", "passed", "examcode"],
                     [["a@x.example", "12x", "a", "true", "GHF"],
                      ["b@x.example", "-5", "b", "true", "GHF"],
                      ["c@x.example", " 7 ", "C", "true", "GHF"],
                      ["  ", "9", "d", "true", "GHF"]])
        project.build()
        self.assertEqual(
            [("a@x.example", 0, ""), ("b@x.example", 0, ""),
             ("c@x.example", 7, "c")],
            project.rows("select email, dotcom_id, user_handle "
                         "from certified_users"))


class Words(RoiCase):
    """KQL's `has` is a whole run of letters and digits in any case."""

    def test_of_products(self):
        project = self.project()
        project.load("exam_results", ["email", "dotcomid", "passed"],
                     [["a@x.example", "1", "true"]])
        products = ["Copilot", "copilot chat", "GitHubCopilot", "Copilot2",
                    "my-COPILOT-x", "Actions", "actions", "Code Security",
                    "Sécurity", "Security_Lab", ""]
        project.load("user_product_days",
                     ["user_id", "day", "product", "num_engagement_events"],
                     [["1", "2025-01-02T00:00:00.0000000Z", product, "1"]
                      for product in products])
        project.build()
        flagged = {row[0]: row[1:] for row in project.rows(
            "select product, is_copilot, is_actions, is_security "
            "from fct_product_usage_days")}
        self.assertEqual({"Copilot", "copilot chat", "my-COPILOT-x"},
                         {name for name, flags in flagged.items() if flags[0]})
        self.assertEqual({"Actions"},
                         {name for name, flags in flagged.items() if flags[1]})
        self.assertEqual({"Code Security", "Security_Lab"},
                         {name for name, flags in flagged.items() if flags[2]})


VIEW_HEADER = ["source", "timestamp", "last_timestamp", "views", "page",
               "user_login", "actor_id", "client_id", "app", "repository_nwo"]
FIRST_DAY = datetime.date(2025, 1, 1)


def truth_of(day):
    """What really happened on a day: rows without the store's name."""
    date = FIRST_DAY + datetime.timedelta(days=day)
    return [(f"{date}T{hour:02}:05:00Z", f"{date}T{hour:02}:50:00Z",
             str(1 + (day + hour) % 4), "https://docs.github.com/x",
             f"user{(day + hour) % 5}", "", f"c{hour % 2}", "", "")
            for hour in range(day % 3, 24, 9)]


class Stitching(RoiCase):
    HOT = 90

    def expected(self, days):
        views = {}
        for day in range(days):
            for first, last, count, _, login, *_ in truth_of(day):
                entry = views.setdefault(login, [0, set(), set(), first, last])
                entry[0] += int(count)
                entry[1].add(first[:13])
                entry[2].add(first[:10])
                entry[3], entry[4] = min(entry[3], first), max(entry[4], last)
        return {login: (total, len(hours), len(dates), first, last)
                for login, (total, hours, dates, first, last) in views.items()}

    def seen(self, project):
        return {row[0]: row[1:] for row in project.rows(
            "select user_ref, page_views, learning_sessions, learning_days, "
            "first_learning, last_learning from learning_activity")}

    def load_day(self, project, day, store, loads, drop_client=False):
        rows = [[store, *row[:6], "" if drop_client else row[6], *row[7:]]
                for row in truth_of(day)]
        date = FIRST_DAY + datetime.timedelta(days=day)
        loads[store, day] = project.load(
            "page_views", VIEW_HEADER, rows,
            start=f"{date}T00:00:00Z" if store == "kusto" else f"{date}T00:00:01Z",
            replaces=loads.get((store, day)))

    def test_of_120_days_against_a_window_of_90_is_the_truth(self):
        project, loads = self.project(), {}
        # Each tenth day a sync takes what the hot store has then.
        for today in range(0, 120, 10):
            for day in range(max(0, today - self.HOT + 1), today + 1):
                self.load_day(project, day, "kusto", loads)
        for day in range(110, 120):
            self.load_day(project, day, "kusto", loads)
        project.build()
        self.assertEqual(self.expected(120), self.seen(project))
        gone = project.rows("select view_date from dim_page_view_days "
                            "where is_source_gone = 1 order by 1")
        self.assertEqual(30, len(gone))
        self.assertEqual([("2025-01-01",), ("2025-01-30",)], [gone[0], gone[-1]])
        self.assertEqual(
            project.rows("select count(distinct view_date) from "
                         "fct_learning_days where is_source_gone = 1"), [(30,)])
        # The history comes late, for the first 60 days; nothing is twice.
        for day in range(60):
            self.load_day(project, day, "trino", loads, drop_client=True)
        project.build()
        self.assertEqual(self.expected(120), self.seen(project))
        self.assertEqual(
            [("kusto", 90), ("trino", 30)],
            project.rows("select origin, count(*) from dim_page_view_days "
                         "group by 1 order by 1"))

    def test_prefers_the_history_before_the_window_and_counts_conflicts(self):
        project = self.project()
        row = ["{day}T10:00:00Z", "", "{views}", "https://docs.github.com/x", "a",
               "", "", "", ""]
        def add(store, day, views):
            project.load("page_views", VIEW_HEADER, [[store] + [
                text.format(day=day, views=views) for text in row]],
                start=f"{day}T00:00:0{len(store)}Z")
        add("kusto", "2025-06-30", "1")
        add("kusto", "2025-01-01", "2")
        add("trino", "2025-01-01", "3")
        add("kusto", "2025-06-01", "4")
        add("trino", "2025-06-01", "5")
        add("trino", "2025-06-02", "6")
        project.build()
        self.assertEqual(
            [("2025-01-01", "trino", 1, 1), ("2025-06-01", "kusto", 0, 1),
             ("2025-06-02", "trino", 0, 0), ("2025-06-30", "kusto", 0, 0)],
            project.rows("select view_date, origin, is_source_gone, "
                         "is_conflicting from dim_page_view_days order by 1"))
        self.assertEqual([(3 + 4 + 6 + 1,)], project.rows(
            "select page_views from learning_activity"))


class Checks(RoiCase):
    def report(self, project, code=0):
        path = project.folder / "report.json"
        done = project.run("check", "--as-of", "2026-01-31T00:00:00Z",
                           "--report", path)
        self.assertEqual(code, done.returncode, done.stderr)
        report = json.loads(path.read_text())
        return report, {check["name"]: check for check in report["checks"]}

    def test_report_has_the_documented_shape(self):
        report, checks = self.report(self.built())
        self.assertEqual({"timestamp", "summary", "checks", "by_category"},
                         set(report))
        summary = report["summary"]
        self.assertEqual(len(checks), summary["total_checks"])
        self.assertEqual(
            summary["total_checks"], summary["passed"] + summary["failed"]
            + summary["not_applicable"])
        self.assertEqual(0, summary["errors"])
        for check in checks.values():
            self.assertEqual({"name", "passed", "message", "severity",
                              "category", "details", "timestamp"}, set(check))
        self.assertEqual("error", checks["valid_dates"]["severity"])
        self.assertEqual("info", checks["certified_users_rows"]["severity"])
        self.assertFalse(checks["certified_users_rows"]["passed"])
        # 4 of 10 certified users lead to an account; the floor is 60%.
        resolved = checks["identity_resolution"]
        self.assertFalse(resolved["passed"])
        self.assertEqual("warning", resolved["severity"])
        self.assertIn("0.4", resolved["message"])
        self.assertEqual(
            sum(part["passed"] for part in report["by_category"].values()),
            summary["passed"])

    def test_nothing_fails_where_nothing_was_loaded(self):
        project = self.project()
        _, checks = self.report(project)
        mine = [name for name, check in checks.items()
                if not check["passed"] and check["category"] != "other"]
        self.assertEqual([], mine)

    def test_a_pass_in_the_future_stops_the_build(self):
        project = self.built()
        before = project.table("certified_users")
        project.load("pearson_exam_results",
                     ["Candidate Email", "Date", "Total Passed"],
                     [["z@x.example", "2026-02-01", "1"]])
        done = project.run("build", "--as-of", "2026-01-31T00:00:00Z")
        self.assertEqual(3, done.returncode, done.stderr)
        self.assertIn("valid_dates", done.stderr)
        self.assertEqual(before, project.table("certified_users"))


class Forgetting(RoiCase):
    def bytes_of(self, project):
        data = b""
        for path in (project.warehouse, f"{project.warehouse}-wal"):
            if pathlib.Path(path).exists():
                data += pathlib.Path(path).read_bytes().lower()
        return data

    def test_leaves_no_byte_of_the_person(self):
        project = self.built()
        with project.connect() as db:
            db.execute("insert into ls_reject values (1, 1, 1, 0, 'x', 'x', null, "
                       "?, 10, 'x')", [b"{\"email\":\"Dee@corp.example\"}"])
            db.execute("insert into ls_failure values (null, 'm', 'r', 'check', "
                       "'{}', ?, 'c', null, null, 'open', 1, 'x', 1, 'x', null)",
                       ['{"email":"dee@corp.example"}'])
        db.close()
        self.assertIn(b"dee@corp.example", self.bytes_of(project))
        ledger = project.rows("select load_id, rows_loaded from ls_slice order by 1")
        done = project.run("forget", "--learner", "DEE@corp.example")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("scan of the file's bytes: 0 places", done.stdout)
        self.assertIn("still at the source", done.stdout)
        self.assertNotIn(b"dee@corp.example", self.bytes_of(project))
        self.assertNotIn(404, [row["dotcom_id"] for row in
                               project.table("product_usage")])
        self.assertEqual([], project.rows(
            "select 1 from raw_learning_roi__user_product_days where user_id = 404"))
        self.assertEqual(9, len(project.table("certified_users")))
        self.assertEqual(
            ledger, project.rows("select load_id, rows_loaded from ls_slice order by 1"))
        self.assertEqual([], project.rows("pragma foreign_key_check"))
        self.assertNotIn("dee@", str(project.rows("select arguments from ls_run")))
        again = project.run("build")
        self.assertEqual(0, again.returncode, again.stderr)
        self.assertIn("build: 0 built", again.stderr)

    def test_deletes_nothing_that_cannot_be_built_anew(self):
        project = self.built()
        (project.folder / "sql/curated/dim_broken.sql").write_text(
            "select nothing from nowhere\n")
        done = project.run("forget", "--learner", "dee@corp.example")
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn("dim_broken.sql", done.stderr)
        self.assertEqual("", done.stdout)
        self.assertIn(b"dee@corp.example", self.bytes_of(project))

    def test_says_what_is_wrong(self):
        project = self.built()
        for arguments, code, message in (
                ([], 2, "--learner KEY"),
                (["--learner", "nobody@x.example"], 1, "nobody has this key")):
            with self.subTest(arguments=arguments):
                done = project.run("forget", *arguments)
                self.assertEqual(code, done.returncode, done.stderr)
                self.assertIn(message, done.stderr)
        done = project.run("forget", "--learner", "fay@corp.example", "--dry-run")
        self.assertIn("fay@corp.example", done.stdout)
        self.assertIn(b"fay@corp.example", self.bytes_of(project))


class SyncStatus(RoiCase):
    def sync(self, project, *arguments):
        return project.run(
            "sync", "gharchive", "--from", "2015-01-01T00", "--to",
            "2015-01-01T01", "--set", "learnsql.sync_status=out/sync_status.json",
            *arguments)

    def test_changes_its_source_only(self):
        project = self.project()
        path = project.folder / "out/sync_status.json"
        path.parent.mkdir()
        path.write_text('{"kusto": {"status": "success", "rows": 7}}')
        self.assertEqual(0, self.sync(project).returncode)
        status = json.loads(path.read_text())
        self.assertEqual({"status": "success", "rows": 7}, status["kusto"])
        own = status["gharchive"]
        self.assertEqual({"last_sync", "status", "rows", "error"}, set(own))
        self.assertEqual(("success", 7702, None),
                         (own["status"], own["rows"], own["error"]))
        datetime.datetime.fromisoformat(own["last_sync"])
        self.assertEqual("success", status["sync_status"])
        self.assertEqual(7702, status["records_synced"])
        self.assertEqual(own["last_sync"], status["last_sync"])

    def test_is_not_written_over_what_is_no_status(self):
        project = self.project()
        path = project.folder / "out/sync_status.json"
        path.parent.mkdir()
        path.write_text("[1]")
        done = self.sync(project)
        self.assertEqual(1, done.returncode)
        self.assertIn("is no JSON object", done.stderr)
        self.assertEqual("[1]", path.read_text())


if __name__ == "__main__":
    LEARNSQL = str(pathlib.Path(sys.argv[1]).resolve())
    ROOT = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
