#!/usr/bin/env python3
"""Syncs recorded answers of Codetrack and LeetCode and compares what the models
publish with what must come of them.

usage: codetrack_test.py LEARNSQL FAULT_SERVER ROOT
"""

import csv
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from some_models import link_models

LEARNSQL, SERVER, ROOT = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
DATA = ROOT / "tests/fixtures/codetrack"
API = "https://codetrack.example"
IDS = (101, 102, 103)


def fixture(name):
    return json.loads((DATA / f"{name}.json").read_text())


def answer(target, body, status=200, method="GET", request=""):
    return {
        "method": method,
        "url": API + target,
        "request_body": request,
        "status": status,
        "response_headers": {},
        "response_body": body,
    }


def exchanges(**changed):
    """The recorded answers by target; `changed` replaces, adds, or (None) takes
    away."""
    bodies = {}
    for learner in IDS:
        for kind in ("weeklyScores", "weeklyCommits"):
            for limit in (1, 1000):
                bodies[f"/{kind}/{learner}?limit={limit}"] = fixture(
                    f"{kind}_{learner}_limit{limit}"
                )
        bodies[f"/users/{learner}"] = fixture(f"users_{learner}")
    bodies.update(changed.get("targets", {}))
    found = [answer(t, b) for t, b in bodies.items() if b is not None]
    found.append(
        answer(
            "/graphql",
            changed.get(
                "leetcode", fixture("leetcode_recentAcSubmissions_two-lc")
            ),
            method="POST",
        )
    )
    return found


def week(day, points):
    return {"date": f"{day}T04:00:00.000Z", "points": points}


class Project:
    """A project in a folder of its own, and a server that answers it."""

    def __init__(self, found=None, roster=None):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        link_models(ROOT, self.folder, "codetrack")
        (self.folder / "learnsql.ini").write_text(
            "[learnsql]\nwarehouse = w.db\n[codetrack]\n"
        )
        self.roster(fixture("roster") if roster is None else roster)
        self.server = None
        self.serve(exchanges() if found is None else found)

    def roster(self, rows):
        path = self.folder / "rosters/roster.json"
        path.parent.mkdir(exist_ok=True)
        text = rows if isinstance(rows, str) else json.dumps(rows, indent=1)
        path.write_text(text)

    def serve(self, found):
        self.stop()
        recorded = self.folder / "recorded.exchanges.json"
        recorded.write_text(json.dumps(found))
        (self.folder / "requests").unlink(missing_ok=True)
        self.server = subprocess.Popen(
            [SERVER, "--replay", recorded, "--log", self.folder / "requests"],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = "http://127.0.0.1:" + self.server.stdout.readline().strip()
        (self.folder / ".env").write_text(f"API_URL={self.url}\n")

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait()
            self.server.stdout.close()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)

    def run(self, *arguments):
        environment = {
            key: value
            for key, value in os.environ.items()
            if key != "API_URL" and "proxy" not in key.lower()
        }
        return subprocess.run(
            [LEARNSQL, *arguments, "--project", self.folder]
            + ["--set", f"codetrack.leetcode_url={self.url}/graphql"],
            capture_output=True,
            text=True,
            env=environment,
        )

    def sync(self, *arguments):
        return self.run("sync", "codetrack", *arguments)

    def requests(self):
        """What was asked. The log is written behind the answers: it is whole
        when a last request stands in it."""
        try:
            urllib.request.urlopen(self.url + "/the-last-one")
        except urllib.error.HTTPError as error:
            error.close()
        while True:
            text = (self.folder / "requests").read_text()
            if "/the-last-one" in text:
                return text

    def rows(self, sql):
        db = sqlite3.connect(self.folder / "w.db")
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()


RAW = (
    "learners",
    "weekly_scores",
    "weekly_commits",
    "profiles",
    "submissions",
)


class SyncTest(unittest.TestCase):
    """What a sync takes in, and what goes wrong with one."""

    def project(self, *arguments):
        project = Project(*arguments)
        self.addCleanup(project.remove)
        return project

    def counts(self, project):
        return [
            project.rows(f"select count(*) from raw_codetrack__{name}")[0][0]
            for name in RAW
        ]

    def test_loads_history_first(self):
        project = self.project()
        done = project.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.counts(project), [4, 6, 4, 3, 2])
        self.assertNotIn("limit=1\n", project.requests())
        self.assertIn("1 learner without an account skipped", done.stderr)

    def test_a_run_before_new_data_says_so_and_changes_nothing(self):
        project = self.project()
        project.sync()
        before = self.counts(project)
        again = project.sync()
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn(
            "scores: no new week: the newest is still 2024-04-29, "
            "nothing is changed",
            again.stderr,
        )
        self.assertIn("0 loaded, 5 unchanged", again.stderr)
        self.assertEqual(self.counts(project), before)

    def test_a_new_week_asks_for_one_week_alone(self):
        project = self.project()
        project.sync()
        new = {
            "/weeklyScores/101?limit=1": [week("2024-05-06", 50)],
            "/weeklyScores/101?limit=1000": None,
        }
        project.serve(exchanges(targets=new))
        done = project.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("scores: no new week", done.stderr)
        self.assertIn("commits: no new week", done.stderr)
        self.assertEqual(
            project.rows(
                "select points from raw_codetrack__weekly_scores "
                "where date = '2024-05-06'"
            ),
            [(50,)],
        )

    def test_a_week_that_was_missed_is_fetched_too(self):
        project = self.project()
        project.sync()
        weeks = [week("2024-05-13", 9), week("2024-05-06", 8)]
        new = {
            "/weeklyScores/101?limit=1": weeks[:1],
            "/weeklyScores/101?limit=1000": weeks
            + fixture("weeklyScores_101_limit1000"),
        }
        project.serve(exchanges(targets=new))
        self.assertEqual(project.sync().returncode, 0)
        self.assertEqual(
            project.rows(
                "select date, points from raw_codetrack__weekly_scores "
                "where codetrack_id = 101 and date > '2024-04-29' order by 1"
            ),
            [("2024-05-06", 8), ("2024-05-13", 9)],
        )

    def test_from_reads_history_again(self):
        project = self.project()
        project.sync()
        changed = fixture("weeklyScores_101_limit1000")
        changed[1]["points"] = 31
        project.serve(
            exchanges(targets={"/weeklyScores/101?limit=1000": changed})
        )
        done = project.sync("--from", "2024-01-01")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            project.rows(
                "select points from raw_codetrack__weekly_scores "
                "where date = '2024-01-01' order by row_id"
            ),
            [(30,), (31,)],
        )

    def test_roster_errors_are_told_row_by_row(self):
        rows = fixture("roster") + [
            {"id": 1, "email": "a@example.org", "name": "A", "cohort": 11.3},
            {"id": 2, "name": "B", "cohort": "1"},
            {"id": 3, "email": "c@example.org", "name": "C"},
            {"email": "d@example.org", "name": "D", "cohort": "1"},
            {"id": "5", "email": "e@example.org", "name": "E", "cohort": "1"},
            {"id": 6, "email": "nobody", "name": "F", "cohort": "1"},
            {"id": 101, "email": "g@example.org", "name": "G", "cohort": "1"},
            {"id": 8, "email": "One@example.org", "name": "H", "cohort": "1"},
            {"id": 9, "email": "i@example.org", "name": "", "cohort": "1"},
            7,
        ]
        project = self.project(None, rows)
        done = project.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.counts(project), [4, 6, 4, 3, 2])
        for told in (
            "roster.json:30: cohort is 11.3, not text: write it in quotes",
            "roster.json:36: has no email",
            "has no cohort",
            "has no id",
            "id is not an integer",
            "'nobody' is no address",
            "id 101 stands in line 2 already",
            "email One@example.org stands in line 2 already",
            "has no name",
            "is no object",
        ):
            self.assertIn(told, done.stderr)
        lines = project.rows(
            "select line from ls_reject order by line"
        )
        self.assertEqual(len(lines), 10)
        self.assertEqual(lines[0], (30,))

    def test_a_roster_that_is_none_is_refused(self):
        for text, told in (
            ("", "roster.json:1: is no roster"),
            ('{"id": 1}', "roster.json:1: is no roster"),
            ('[\n{"id": 1},\n{"id": 2', "roster.json:3"),
        ):
            with self.subTest(text):
                project = self.project(None, text)
                done = project.sync()
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertEqual(done.stderr.count(told), 1, done.stderr)

    def test_without_roster_or_address_it_says_what_to_write(self):
        project = self.project()
        (project.folder / "rosters/roster.json").unlink()
        done = project.sync()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("roster = FILE", done.stderr)
        (project.folder / ".env").write_text("")
        done = project.sync()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("API_URL=https://", done.stderr)

    def test_an_unknown_learner_keeps_no_other_out(self):
        project = self.project(
            exchanges(targets={"/weeklyScores/102?limit=1000": None})
        )
        done = project.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("scores: ", done.stderr)
        self.assertIn("1 learner not known there (102)", done.stderr)
        self.assertEqual(self.counts(project)[1], 4)

    def test_an_api_that_knows_nobody_is_the_wrong_one(self):
        project = self.project([answer("/nothing", [])])
        done = project.sync()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("is API_URL right?", done.stderr)

    def test_bad_weeks_become_rejects(self):
        bad = [
            week("2024-04-29", 1),
            {"date": "2024-02-30T04:00:00.000Z", "points": 1},
            {"date": "yesterday", "points": 1},
            {"date": "2024-04-22T04:00:00.000Z", "points": "7"},
            {"error": "no"},
        ]
        project = self.project(
            exchanges(targets={"/weeklyScores/101?limit=1000": bad})
        )
        done = project.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.counts(project)[1], 4)
        self.assertEqual(
            project.rows(
                "select count(*) from ls_reject"
            ),
            [(4,)],
        )

    def test_a_server_that_fails_loses_no_other_list(self):
        found = exchanges()
        for exchange in found:
            if "/weeklyCommits/102" in exchange["url"]:
                exchange["status"] = 400
        project = self.project(found)
        done = project.sync()
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.counts(project), [4, 6, 0, 3, 2])
        project.serve(exchanges())
        self.assertEqual(project.sync().returncode, 0)
        self.assertEqual(self.counts(project), [4, 6, 4, 3, 2])

    def test_refresh_only_for_who_asks_for_it(self):
        refresh = {"/leetcode/102/two-lc": {"easy": 1}}
        project = self.project(exchanges(targets=refresh))
        project.sync()
        self.assertNotIn("/leetcode/", project.requests())
        project.serve(exchanges(targets=refresh))
        done = project.sync("--set", "codetrack.refresh=yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        asked = project.requests()
        self.assertEqual(asked.count("GET /leetcode/"), 1)
        refreshed = asked.index("GET /leetcode/102/two-lc")
        self.assertGreater(asked.index("GET /users/102", refreshed), refreshed)

    def test_a_user_that_leetcode_does_not_know_is_told(self):
        unknown = {
            "errors": [{"message": "That user does not exist."}],
            "data": {"recentAcSubmissionList": None},
        }
        project = self.project(exchanges(leetcode=unknown))
        done = project.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 LeetCode user not known there (two-lc)", done.stderr)

    def test_many_learners_come_in_several_slices(self):
        roster = [
            {"id": i, "email": f"{i}@example.org", "name": "N", "cohort": "1"}
            for i in range(1, 451)
        ]
        found = [
            answer("/weeklyScores/:id?limit=1000", [week("2024-04-29", 3)]),
            answer("/weeklyScores/:id?limit=1", [week("2024-04-29", 3)]),
            answer("/weeklyCommits/:id?limit=1000", []),
            answer("/weeklyCommits/:id?limit=1", []),
            answer("/users/:id", fixture("users_101")),
        ]
        project = self.project(found, roster)
        done = project.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.counts(project), [450, 450, 0, 450, 0])
        self.assertEqual(
            project.rows(
                "select count(distinct codetrack_id), "
                "count(distinct row_id >> 28) from raw_codetrack__weekly_scores"
            ),
            [(450, 3)],
        )
        again = project.sync()
        self.assertIn("0 loaded, 5 unchanged", again.stderr)

    def test_unknown_learners_at_the_end_are_no_other_api(self):
        roster = [
            {"id": i, "email": f"{i}@example.org", "name": "N", "cohort": "1"}
            for i in range(1, 451)
        ]
        found = []
        for i in range(401, 451):
            found += [
                answer(f"/{kind}/{i}?limit=1000", "", 404)
                for kind in ("weeklyScores", "weeklyCommits")
            ]
            found.append(answer(f"/users/{i}", "", 404))
        weeks = [week("2024-04-29", 3)]
        found += [
            answer("/weeklyScores/:id?limit=1000", weeks),
            answer("/weeklyCommits/:id?limit=1000", weeks),
            answer("/users/:id", fixture("users_101")),
        ]
        project = self.project(found, roster)
        done = project.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("scores: 50 learners not known there (401", done.stderr)
        self.assertEqual(self.counts(project), [450, 400, 400, 400, 0])

    def test_leetcode_may_be_left_out(self):
        project = self.project()
        done = project.sync("--set", "codetrack.submissions=no")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("POST", project.requests())


class PublishedTest(unittest.TestCase):
    """What the models make of the recorded answers."""

    @classmethod
    def setUpClass(cls):
        cls.project = Project()
        cls.sync = cls.project.sync()
        cls.build = cls.project.run("build", "--as-of", "2026-01-01T00:00:00Z")

    @classmethod
    def tearDownClass(cls):
        cls.project.remove()

    def expected(self, name):
        with open(DATA / f"expected/{name}.csv", newline="") as file:
            return list(csv.reader(file))

    def asked(self, *arguments):
        done = self.project.run("query", *arguments, "--format", "csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        return list(csv.reader(done.stdout.splitlines()))

    def test_builds(self):
        self.assertEqual(self.sync.returncode, 0, self.sync.stderr)
        self.assertEqual(self.build.returncode, 0, self.build.stderr)

    def test_views_equal_what_must_come(self):
        for view, name in (
            ("codetrack_weekly_stats", "weekly_stats"),
            ("codetrack_latest_week_above_points", "latest_week_above_points"),
            ("codetrack_latest_week_below_points", "latest_week_below_points"),
            (
                "codetrack_latest_week_above_commits",
                "latest_week_above_commits",
            ),
            (
                "codetrack_latest_week_below_commits",
                "latest_week_below_commits",
            ),
            ("codetrack_latest_week_averages", "latest_week_class_averages"),
            ("codetrack_current_totals", "current_totals"),
        ):
            with self.subTest(view):
                rows = self.asked(f"select * from {view}")
                self.assertEqual(rows, self.expected(name))

    def test_questions_equal_what_must_come(self):
        for question, params, name in (
            (
                "codetrack_last_days",
                ("as_of=2024-05-05", "days=30"),
                "last_30_days_asof_2024-05-05",
            ),
            (
                "codetrack_totals_as_of",
                ("as_of=2024-05-01",),
                "totals_asof_2024-05-01",
            ),
            (
                "codetrack_solved_problems",
                ("from=2024-04-25", "to=2024-05-01"),
                "solved_problems_2024-04-25_2024-05-01",
            ),
        ):
            with self.subTest(question):
                given = [x for value in params for x in ("--param", value)]
                rows = self.asked("--question", question, *given)
                self.assertEqual(rows, self.expected(name))

    def ask(self, question, *params):
        given = [x for value in params for x in ("--param", value)]
        return self.asked("--question", question, *given)[1:]

    def test_last_days_reach_over_new_year(self):
        self.assertEqual(
            self.ask("codetrack_last_days", "as_of=2024-01-05", "days=26"),
            [["one@example.org", "21.0", "1.0"]],
        )

    def test_lists_of_the_last_days(self):
        days = ("as_of=2024-05-05", "days=30")
        for name, wanted in (
            ("above_points", [["three@example.org", "31.0"]]),
            (
                "below_points",
                [["one@example.org", "22.5"], ["two@example.org", "14.5"]],
            ),
            (
                "above_commits",
                [["one@example.org", "3.5"], ["two@example.org", "1.5"]],
            ),
            ("below_commits", [["three@example.org", "0.0"]]),
            ("averages", [["21.0", "2.0"]]),
        ):
            with self.subTest(name):
                rows = self.ask(f"codetrack_last_days_{name}", *days)
                self.assertEqual(rows, wanted)
        self.assertEqual(
            self.ask("codetrack_last_days_above_points", *days, "threshold=90"),
            [],
        )

    def test_both_days_of_solved_problems_count(self):
        problems = "codetrack_solved_problems"
        self.assertEqual(
            len(self.ask(problems, "from=2024-04-24", "to=2024-04-30")), 2
        )
        done = self.project.run(
            "query",
            "--question",
            problems,
            "--param",
            "from=2024-05-01",
            "--param",
            "to=2024-04-01",
        )
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("'2024-04-01' is less than from", done.stderr)
        # Midnight UTC is the evening before in New York.
        rows = self.ask(
            problems,
            "from=2024-04-25",
            "to=2024-05-01",
            "utc_offset_minutes=-240",
        )
        self.assertEqual(rows[0][1], "2024-04-29")

    def test_a_wrong_day_is_refused(self):
        done = self.project.run(
            "query",
            "--question",
            "codetrack_totals_as_of",
            "--param",
            "as_of=2024-02-30",
        )
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_streaks_and_the_own_mean(self):
        rows = self.project.rows(
            "select date, mean_points, points_change, weeks_good, weeks_below "
            "from codetrack_learner_weeks where email = 'one@example.org'"
        )
        self.assertEqual(
            rows,
            [
                ("2023-12-25", None, None, 0, 1),
                ("2024-01-01", 12.0, 18.0, 1, 0),
                ("2024-04-22", None, None, 0, 1),
                ("2024-04-29", 0.0, 45.0, 1, 0),
            ],
        )

    def test_whom_to_call_and_why(self):
        self.assertEqual(
            self.project.rows("select * from codetrack_learners_to_call"),
            [("two@example.org", "11.3", 0, 2, -100.0, "below and fall")],
        )
        self.assertEqual(
            self.project.rows("select * from codetrack_learners_to_celebrate"),
            [],
        )

    def test_foreign_keys_hold(self):
        self.assertEqual(self.project.rows("pragma foreign_key_check"), [])

    def test_a_changed_roster_is_history(self):
        project = Project()
        self.addCleanup(project.remove)
        project.sync()
        roster = fixture("roster")[:2]
        roster[0]["cohort"] = "12.10"
        project.roster(roster)
        self.assertEqual(project.sync().returncode, 0)
        done = project.run("build")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            project.rows(
                "select cohort, is_current from dim_codetrack_cohorts "
                "where codetrack_id = 101 order by valid_from"
            ),
            [("11.3", 0), ("12.10", 1)],
        )
        # The weeks were before; who left keeps them.
        self.assertEqual(
            project.rows(
                "select distinct cohort from codetrack_weekly_stats "
                "where id = 101"
            ),
            [("11.3",)],
        )
        self.assertEqual(
            project.rows(
                "select codetrack_id from dim_codetrack_learners "
                "where is_listed = 0"
            ),
            [(103,)],
        )
        self.assertEqual(
            len(project.rows("select * from codetrack_weekly_stats")), 7
        )

    def test_an_empty_file_builds(self):
        project = Project([], [])
        self.addCleanup(project.remove)
        done = project.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        done = project.run("build")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            project.rows("select * from codetrack_learners_to_call"), []
        )


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
