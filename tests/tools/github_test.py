#!/usr/bin/env python3
"""Syncs recorded answers of GitHub's API and compares what the models make of
them with what DevLake made of the same objects.

usage: github_test.py LEARNSQL FAULT_SERVER ROOT
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

from some_models import link_models

LEARNSQL, SERVER, ROOT = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
DATA = ROOT / "tests/fixtures/github/devlake"
REPO = "/repos/panjf2000/ants"
API = "https://api.github.com"
CANARY = "canary-token-4711"


def objects(name):
    seen = {}
    for line in (DATA / f"{name}.ndjson").read_text().splitlines():
        item = json.loads(line)
        seen[item.get("id") or item["sha"]] = item
    return list(seen.values())


def answer(target, body, status=200, headers=None):
    return {
        "method": "GET",
        "url": API + target,
        "status": status,
        "response_headers": headers or {},
        "response_body": body,
    }


def runs_and_jobs():
    """The recorded runs, and a small run for each job whose own was not kept."""
    runs, jobs = objects("runs"), {}
    for job in objects("jobs"):
        jobs.setdefault(job["run_id"], []).append(job)
    for run_id in jobs:
        runs.append(
            {
                "id": run_id,
                "status": "completed",
                "conclusion": "success",
                "created_at": "2021-02-18T06:59:00Z",
                "updated_at": "2021-02-18T07:00:00Z",
            }
        )
    return runs, jobs


def exchanges():
    pulls = objects("pull_requests")
    runs, jobs = runs_and_jobs()
    etag = {"etag": '"page-one"'}
    commits = objects("pull_request_commits")
    found = [
        answer(REPO, pulls[0]["base"]["repo"], headers=etag),
        answer(f"{REPO}/commits?per_page=100", commits),
        # The newest, less seven days: nothing is newer.
        answer(f"{REPO}/commits?per_page=100&since=2022-02-07T11:08:21Z", []),
        answer(
            f"{REPO}/pulls?state=all&sort=updated&direction=desc&per_page=100",
            pulls,
        ),
        answer(
            f"{REPO}/actions/runs?per_page=100",
            {"total_count": len(runs), "workflow_runs": runs},
        ),
        answer(
            "/orgs/ants-org/members?per_page=100",
            [{"id": 8923413, "login": "choleraehyq", "type": "User"}],
        ),
    ]
    for run in runs:
        own = jobs.get(run["id"], [])
        target = f"{REPO}/actions/runs/{run['id']}/jobs?filter=all&per_page=100"
        found.append(answer(target, {"total_count": len(own), "jobs": own}))
    reviews = {}
    for review in objects("pull_request_reviews"):
        number = review.pop("_number")["Number"]
        reviews.setdefault(number, []).append(review)
    for pull in pulls:
        number = pull["number"]
        target = f"{REPO}/pulls/{number}/reviews?per_page=100"
        found.append(answer(target, reviews.get(number, [])))
    return found


class Project:
    """A project in a folder of its own, and a server that answers it."""

    def __init__(self, found, settings):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        link_models(ROOT, self.folder, "github", "fct_reviews")
        (self.folder / "learnsql.ini").write_text(
            "[learnsql]\nwarehouse = w.db\n[github]\n" + settings
        )
        (self.folder / ".env").write_text(f"GITHUB_TOKEN={CANARY}\n")
        self.server = None
        self.serve(found)

    def serve(self, found):
        self.stop()
        recorded = self.folder / "recorded.exchanges.json"
        recorded.write_text(json.dumps(found))
        self.server = subprocess.Popen(
            [SERVER, "--replay", recorded, "--log", self.folder / "requests"],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = "http://127.0.0.1:" + self.server.stdout.readline().strip()

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
            if not key.startswith("GITHUB") and "proxy" not in key.lower()
        }
        return subprocess.run(
            [LEARNSQL, *arguments, "--project", self.folder]
            + ["--set", f"github.api_url={self.url}"],
            capture_output=True,
            text=True,
            env=environment,
        )

    def rows(self, sql):
        db = sqlite3.connect(self.folder / "w.db")
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()


def commit(sha, author, date="2024-01-01T00:00:00Z"):
    who = {"name": "A", "email": "a@example.org", "date": date}
    return {
        "sha": sha,
        "commit": {"author": who, "committer": who, "message": "m\n\nmore"},
        "author": author,
        "committer": None,
    }


class SmallRepositoryTest(unittest.TestCase):
    """What goes wrong with one repository."""

    REPO = {"id": 9, "name": "new", "full_name": "o/new"}
    SETTINGS = "repositories = o/old\n"

    def small(self, commits, **changed):
        lists = {
            "": self.REPO,
            "/commits?per_page=100": commits,
            "/pulls?state=all&sort=updated&direction=desc&per_page=100": [],
            "/actions/runs?per_page=100": {"workflow_runs": []},
        }
        return [
            answer("/repos/o/old" + path, body) for path, body in lists.items()
        ]

    def project(self, found):
        project = Project(found, self.SETTINGS)
        self.addCleanup(project.remove)
        return project

    def sync_and_build(self, project):
        for command in (["sync", "github"], ["build"]):
            done = project.run(*command)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_keeps_commits_without_an_account(self):
        user = {"id": 3, "login": "u"}
        project = self.project(self.small([commit("a", None), commit("b", user)]))
        self.sync_and_build(project)
        self.assertEqual(
            project.rows("select commit_id, user_id from fct_commits order by 1"),
            [("a", None), ("b", 3)],
        )
        self.assertEqual(
            project.rows("select commit_title from cicd_commits"), [("m",)]
        )

    def test_follows_a_renamed_repository(self):
        moved = [
            answer(
                found["url"].removeprefix(API),
                "",
                301,
                {
                    "location": found["url"].replace(
                        "/repos/o/old", "/repositories/9"
                    )
                },
            )
            for found in self.small([])
        ]
        there = self.small([commit("a", None)])
        for found in there:
            found["url"] = found["url"].replace("/repos/o/old", "/repositories/9")
        project = self.project(moved + there)
        self.sync_and_build(project)
        self.assertEqual(
            project.rows(
                "select configured_name, repo_full_name, is_renamed "
                "from dim_github_repos"
            ),
            [("o/old", "o/new", 1)],
        )
        self.assertIn(
            "/repositories/9",
            project.rows("select cursor from ls_slice where object like 'commits%'")
            [0][0],
        )

    def test_keeps_what_vanished(self):
        project = self.project(self.small([commit("a", None)]))
        self.sync_and_build(project)
        project.serve([])
        self.sync_and_build(project)
        self.assertEqual(
            project.rows(
                "select distinct state from ls_slice "
                "where object = 'repository:o/old' order by state"
            ),
            [("loaded",), ("source_gone",)],
        )
        self.assertEqual(
            project.rows("select is_gone from dim_github_repos"), [(1,)]
        )
        self.assertEqual(
            project.rows("select count(*) from fct_commits"), [(1,)]
        )

    def test_goes_on_page_by_page(self):
        found = self.small([commit("a", None)])
        found[1]["response_headers"] = {
            "Link": f'<{API}/repositories/9/commits?page=2>; rel="next"'
        }
        second = "/repositories/9/commits?page=2"
        project = self.project(found + [answer(second, "", 501)])
        done = project.run("sync", "github")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("HTTP 501", done.stderr)
        self.assertEqual(
            project.rows(
                "select (select count(*) from raw_github__commits), "
                "(select count(*) from raw_github__repositories)"
            ),
            [(0, 1)],
        )
        found.append(answer(second, [commit("b", None)]))
        project.serve(found)
        self.sync_and_build(project)
        self.assertEqual(
            project.rows("select count(*) from fct_commits"), [(2,)]
        )

    def test_takes_empty_repositories(self):
        found = self.small([])
        found[1] = answer(
            "/repos/o/old/commits?per_page=100",
            {"message": "Git Repository is empty."},
            409,
        )
        found[2]["status"], found[2]["response_body"] = 204, ""
        project = self.project(found)
        self.sync_and_build(project)
        self.assertEqual(
            project.rows("select count(*) from fct_commits"), [(0,)]
        )

    def test_fails_at_a_limit_when_told_not_to_wait(self):
        found = self.small([])
        for each in found:
            each["status"] = 403
            each["response_body"] = {"message": "API rate limit exceeded"}
            each["response_headers"] = {
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "{{now offset='9 minutes' format='unix'}}",
                "Date": "{{now timezone='GMT' format='EEE, dd MMM yyyy'}}",
            }
        project = self.project(found)
        done = project.run("sync", "github", "--no-wait")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("the limit of requests is used up until", done.stderr)
        self.assertIn("without --no-wait", done.stderr)

    def test_rejects_what_is_no_time(self):
        bad = commit("a", None)
        bad["commit"]["committer"] = {"date": "yesterday"}
        project = self.project(self.small([bad, commit("b", None)]))
        self.sync_and_build(project)
        self.assertEqual(
            project.rows("select reason, column_name from ls_reject"),
            [("bad_value", "committed_at")],
        )
        # It is no watermark either.
        later = commit("c", None, "2024-01-02T00:00:00Z")
        since = "/repos/o/old/commits?per_page=100&since=2023-12-25T00:00:00Z"
        project.serve(self.small([]) + [answer(since, [later])])
        self.sync_and_build(project)
        self.assertEqual(
            project.rows("select commit_id from fct_commits order by 1"),
            [("b",), ("c",)],
        )

    def test_tells_which_reviews_are_not_shown(self):
        pulls = [
            {
                "id": 100 + number,
                "number": number,
                "updated_at": "2024-01-01T00:00:00Z",
            }
            for number in range(1, 7)
        ]
        found = self.small([])
        found[2]["response_body"] = pulls
        limited = {"message": "In order to keep the API fast for everyone, "
                   "pagination is limited for this resource."}
        for number, status, body in (
            (1, 404, {"message": "Not Found"}),
            (2, 404, {"message": "Not Found"}),
            (3, 404, {"message": "Not Found"}),
            (4, 451, {"message": "Blocked"}),
            (5, 422, limited),
            (6, 200, []),
        ):
            reviews = f"/repos/o/old/pulls/{number}/reviews?per_page=100"
            found.append(answer(reviews, body, status))
        project = self.project(found)
        done = project.run("sync", "github")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            project.rows(
                "select warning from ls_slice where object = 'pulls:o/old'"
            ),
            [
                (
                    "reviews of 1 pull request not all shown: HTTP 422; "
                    "reviews of 3 pull requests not shown: HTTP 404; "
                    "reviews of 1 pull request not shown: HTTP 451",
                )
            ],
        )

    def test_begins_where_it_is_told(self):
        since = "/repos/o/old/commits?per_page=100&since=2023-12-25T00:00:00Z"
        late = commit("b", None)
        project = self.project(
            self.small([commit("a", None, "2020-01-01T00:00:00Z"), late])
            + [answer(since, [late])]
        )
        done = project.run("sync", "github", "--from", "2024-01-01")
        self.assertEqual(done.returncode, 0, done.stderr)
        shas = "select sha from raw_github__commits order by 1"
        self.assertEqual(project.rows(shas), [("b",)])
        # The next one goes on from the watermark, and an earlier day back.
        every = "/repos/o/old/commits?per_page=100&since=2019-12-25T00:00:00Z"
        early = commit("a", None, "2020-01-01T00:00:00Z")
        project.serve(self.small([]) + [answer(every, [early, late])])
        done = project.run("sync", "github", "--from", "2020-01-01")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(("a",), project.rows(shas))

    def test_refuses_names_that_are_none(self):
        project = self.project([])
        done = project.run("sync", "--set", "github.repositories=nobody")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("owner/name", done.stderr)


class GithubTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = Project(
            exchanges(),
            "repositories = panjf2000/ants\norganizations = ants-org\n",
        )
        cls.folder = cls.project.folder
        cls.first = cls.project.run("sync", "github")
        cls.build = cls.project.run("build", "--as-of", "2026-01-01T00:00:00Z")
        cls.db = sqlite3.connect(cls.folder / "w.db")

    @classmethod
    def tearDownClass(cls):
        cls.db.close()
        cls.project.remove()

    def rows(self, sql):
        return self.db.execute(sql).fetchall()

    def expected(self, name):
        csv.field_size_limit(10**9)
        with open(DATA / f"expected_{name}.csv", newline="") as file:
            return list(csv.DictReader(file))

    def compare(self, expected, key, columns, table):
        names = ", ".join(columns.values())
        ours = {
            # The server puts its own origin for the recorded one.
            str(row[0]): [
                "" if v is None else str(v).replace(self.project.url, API)
                for v in row
            ]
            for row in self.rows(f"select {names} from {table}")
        }
        for theirs in expected:
            wanted = [
                theirs[c].replace(".000+00:00", "Z").replace('\\"', '"')
                for c in columns
            ]
            self.assertEqual(ours[theirs[key]], wanted)

    def test_syncs_and_builds(self):
        self.assertEqual(self.first.returncode, 0, self.first.stderr)
        self.assertEqual(self.build.returncode, 0, self.build.stderr)

    def test_runs_equal_devlakes(self):
        same = (
            "id name node_id head_branch head_sha path run_number event status "
            "conclusion workflow_id check_suite_id check_suite_node_id "
            "display_title html_url run_attempt run_started_at"
        ).split()
        columns = {name: name for name in same}
        columns["id"] = "workflow_run_id"
        columns["repo_id"] = "repo_id"
        columns["url"] = "api_url"
        columns["github_created_at"] = "created_at"
        columns["github_updated_at"] = "updated_at"
        expected = self.expected("runs")
        self.assertEqual(len(expected), 35)
        self.compare(expected, "id", columns, "fct_workflow_runs")

    def test_jobs_equal_devlakes(self):
        # DevLake errs in four columns: status and conclusion are in upper case
        # (its own constants, not the API's words), runner_id holds the run's id
        # where the API says null, and runner_group_id 0 where it says null.
        columns = {"id": "workflow_job_id", "run_id": "workflow_run_id"}
        columns["url"] = "api_url"
        columns["status"] = "upper(status)"
        columns["conclusion"] = "upper(conclusion)"
        for name in (
            "repo_id run_url node_id head_sha html_url started_at completed_at "
            "name check_run_url runner_name"
        ).split():
            columns[name] = name
        expected = self.expected("jobs")
        self.assertEqual(len(expected), 35)
        self.compare(expected, "id", columns, "fct_workflow_jobs")
        steps = dict(
            self.rows("select workflow_job_id, steps from fct_workflow_jobs")
        )
        labels = dict(
            self.rows("select workflow_job_id, labels from fct_workflow_jobs")
        )
        for theirs in expected:
            job = int(theirs["id"])
            self.assertEqual(json.loads(steps[job]), json.loads(theirs["steps"]))
            self.assertEqual(
                json.loads(labels[job]), json.loads(theirs["labels"])
            )
        self.assertEqual(
            self.rows("select count(runner_id) from fct_workflow_jobs"), [(0,)]
        )

    def test_commits_equal_devlakes(self):
        # DevLake errs in three columns: author_id and committer_id are 0 though
        # the API names the accounts, and message is quoted as JSON. additions
        # and deletions are 0 there; lists do not tell them, so ours are null.
        columns = {
            "sha": "sha",
            "author_name": "author_name",
            "author_email": "author_email",
            "authored_date": "authored_at",
            "committer_name": "committer_name",
            "committer_email": "committer_email",
            "committed_date": "committed_at",
            "url": "api_url",
        }
        expected = self.expected("commits")
        self.assertEqual(len(expected), 90)
        self.compare(expected, "sha", columns, "stg_github__commits")
        messages = dict(
            self.rows("select sha, message from stg_github__commits")
        )
        for theirs in expected:
            self.assertEqual(
                messages[theirs["sha"]], json.loads(theirs["message"])
            )

    def test_keeps_all_and_counts_what_is_left_out(self):
        pulls = len(objects("pull_requests"))
        counts = self.rows(
            "select (select count(*) from fct_commits), "
            "(select count(*) from fct_pull_requests)"
        )
        self.assertEqual(counts, [(90, pulls)])
        left = self.rows("select sum(row_count) from cicd_left_out")[0][0]
        shown = self.rows(
            "select (select count(*) from cicd_commits) "
            "+ (select count(*) from cicd_pull_requests)"
        )[0][0]
        self.assertEqual(left + shown, 90 + pulls)
        self.assertGreater(left, 0)

    def test_links_reviews_and_members(self):
        reviews = self.rows("select count(*) from fct_reviews")[0][0]
        self.assertGreater(reviews, 10)
        members = self.rows(
            "select login from cicd_users where is_member = 1"
        )
        self.assertEqual(members, [("choleraehyq",)])

    def test_every_view_runs_in_a_stock_sqlite(self):
        names = self.rows(
            "select name from sqlite_master where name like 'cicd%'"
        )
        self.assertGreaterEqual(len(names), 13)
        for (name,) in names:
            if "__" not in name and "autoindex" not in name:
                self.rows(f"select * from {name}")

    def test_foreign_keys_hold(self):
        self.assertEqual(self.rows("pragma foreign_key_check"), [])

    def test_a_later_sync_changes_nothing(self):
        # The second one reads the hour before the watermark again, once.
        for loaded in (1, 0):
            again = self.project.run("sync", "github")
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertIn(f"{loaded} loaded", again.stderr)
            self.assertIn("0 not there, 0 failed", again.stderr)
        self.assertEqual(
            self.rows(
                "select count(distinct run_id || ' ' || run_attempt), "
                "(select count(*) from stg_github__workflow_runs) "
                "from raw_github__workflow_runs"
            ),
            [(45, 45)],
        )

    def test_the_token_stays_out_of_everything(self):
        for path in self.folder.rglob("*"):
            if path.is_dir() or path.name in (".env", "requests"):
                continue
            self.assertNotIn(CANARY.encode(), path.read_bytes(), path)
        self.assertNotIn(CANARY, self.first.stderr)
        self.assertIn(
            CANARY, (self.folder / "requests").read_text(), "it was sent"
        )


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
