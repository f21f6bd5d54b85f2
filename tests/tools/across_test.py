#!/usr/bin/env python3
"""Who is who over the systems, and what is asked of all of them, computed a
second time, without SQL.

usage: across_test.py LEARNSQL ROOT

Learners are generated; commits, a roster, weekly scores and an archive are
invented around them. People are then found as the connected parts of a graph
of addresses and accounts, and counted in Python.
"""

import collections
import csv
import datetime
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from learning_roi_project import RoiProject  # noqa: E402

LEARNSQL = ""
ROOT = HERE.parents[1]
VERIFIED, RECORDED = ("snapshots", "commits"), ("signup", "exam")
EVIDENCE = {  # the columns with the address and the account
    "raw_learning_roi__user_emails": ("deobfuscated_email", "user_id"),
    "raw_learning_roi__user_signups": ("email_address", "actor_id"),
    "raw_learning_roi__exam_results": ("email", "dotcomid"),
    "raw_github__commits": ("author_email", "author_id"),
}
WINDOW, PRACTICE, GOOD_WEEKS, LEAST_HOURS = 90, 28, 3, 168
GOOD_POINTS = 30
SEEN = "2026-01-30T00:00:00Z"
MEMBER, STRANGER, BOT = 77, 78, 79


def day_of(text):
    return datetime.date.fromisoformat(text[:10])


def days(number):
    return datetime.timedelta(days=number)


class Invented:
    """Rows of GitHub, Codetrack and GH Archive around generated learners."""

    def __init__(self, sources):
        self.random = random.Random(7)
        read = {}
        for name in ("user_emails", "user_signups", "exam_results"):
            with (sources / f"{name}.csv").open(newline="", encoding="utf-8") as file:
                read[name] = list(csv.DictReader(file))
        verified = [(row["deobfuscated_email"], int(row["user_id"]))
                    for row in read["user_emails"] if row["state"] == "verified"]
        signed = [(row["email_address"], int(row["actor_id"]))
                  for row in read["user_signups"]]
        passed = [row["email"] for row in read["exam_results"]
                  if row["passed"] in ("true", "1")]
        known = dict(signed + verified)
        accounts = [known[email.lower()] for email in dict.fromkeys(passed)
                    if email.lower() in known]
        self.authors = accounts[:40] + accounts[-20:] + [MEMBER, BOT]
        self.addresses = {account: email for email, account in known.items()}
        self.more_emails(sources, verified)
        self.commits()
        self.runs()
        self.roster(list(dict.fromkeys(email for email, _ in verified))[:25],
                    list(dict.fromkeys(passed))[:30] + passed[-20:])
        recent = {row["email"].lower() for row in read["exam_results"]
                  if row["passed"] in ("true", "1")
                  and "2025-04" < row["endtime"][:7] < "2025-11"}
        self.archive(accounts[30:40] + accounts[-10:] + [
            account for account in accounts
            if self.addresses[account].lower() in recent][:25])

    def more_emails(self, sources, verified):
        """Addresses with two verified accounts, and one that only a roster has."""
        twice = [email for email, _ in verified[-6:]]
        with (sources / "user_emails.csv").open(
                "a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [["verified", email.upper(), 990_000 + number]
                 for number, email in enumerate(twice)]
                + [["verified", "Roster-Only@x.example", MEMBER],
                   ["unverified", "nobody-knows@x.example", STRANGER]])

    def commits(self):
        """A few a month by each author, most under an address of GitHub's own."""
        self.commit_rows, first = [], datetime.date(2022, 1, 1)
        for number in range(4000):
            account = self.random.choice([*self.authors, None])
            at = first + days(self.random.randrange(1480))
            email = "0+x@users.noreply.github.com"
            if account in self.addresses and number % 3 == 0:
                email = f" {self.addresses[account].upper()}"
            self.commit_rows.append([
                f"org/repo{self.random.randrange(3)}", f"{number:040x}", email,
                str(account or ""), f"user{account}" if account else "",
                f"{at}T{number % 24:02}:00:00Z", SEEN])
        # An address of a learner in a commit of another account.
        other = self.addresses[self.authors[0]]
        self.commit_rows.append(["org/repo0", "f" * 40, other, "991234", "other",
                                 "2024-01-01T00:00:00Z", SEEN])
        self.logins = {account: f"user{account}" for account in self.authors}
        self.logins[BOT] = "dependabot[bot]"
        for row in self.commit_rows:
            if row[3] == str(BOT):
                row[4] = self.logins[BOT]

    def runs(self):
        kinds = ["success"] * 6 + ["failure", "timed_out", "cancelled", ""]
        self.run_rows = []
        for number in range(2500):
            at = datetime.date(2022, 1, 1) + days(self.random.randrange(1480))
            end = self.random.choice(kinds)
            self.run_rows.append([
                f"org/repo{self.random.randrange(3)}", str(number + 1), "1",
                "completed" if end else "queued", end, f"{at}T00:00:00Z",
                f"{at}T00:{number % 60:02}:00Z", f"{at}T00:00:00Z", SEEN])

    def roster(self, verified, passed):
        emails = [*verified, *passed, "roster-only@x.example",
                  "nobody-knows@x.example", "alone@x.example"]
        self.roster_rows, self.week_rows = [], []
        for number, email in enumerate(dict.fromkeys(emails)):
            ident = 101 + number
            self.roster_rows.append([email.title(), f"Name {number}", str(ident),
                                     "11.30", "", SEEN])
            day = datetime.date(2024, 1, 1)
            while day < datetime.date(2026, 1, 26):
                if self.random.random() < 0.9:
                    self.week_rows.append([
                        str(ident), str(day), str(self.random.randrange(60)),
                        f"{day}T04:00:00Z", SEEN])
                day += days(7)

    def archive(self, accounts):
        """Three hours a day of a year, with a hole; pushes of some people."""
        self.hours, self.event_rows = [], []
        at, number = datetime.datetime(2025, 2, 1), 0
        while at < datetime.datetime(2026, 1, 20):
            if not datetime.date(2025, 8, 1) <= at.date() < datetime.date(2025, 9, 1):
                for hour in (3, 11, 19):
                    self.hours.append(f"{at.date()}T{hour:02}:00:00Z")
            at += days(1)
        for hour in self.hours:
            for _ in range(3):
                number += 1
                account = self.random.choice([*accounts, STRANGER])
                self.event_rows.append([
                    hour, str(10_000 + number),
                    self.random.choice(["PushEvent", "PushEvent", "WatchEvent"]),
                    str(account), f"actor{account}", "5", "org/any",
                    hour.replace(":00:00", ":10:00")])

    def load(self, project):
        def load(contract, table, header, rows):
            project.load(table, header.split(), rows, source=contract,
                         contract=contract)
        load("github", "repositories",
             "repository repo_id full_name name seen_at",
             [[f"org/repo{n}", str(n + 1), f"org/repo{n}", f"repo{n}", SEEN]
              for n in range(3)])
        load("github", "members", "org user_id login seen_at",
             [["org", str(MEMBER), "mem", SEEN]])
        load("github", "member_lists", "org seen_at", [["org", SEEN]])
        load("github", "commits",
             "repository sha author_email author_id author_login committed_at seen_at",
             self.commit_rows)
        load("github", "workflow_runs",
             "repository run_id run_attempt status conclusion created_at updated_at "
             "run_started_at seen_at", self.run_rows)
        load("codetrack", "learners",
             "email name codetrack_id cohort leetcode_id seen_at", self.roster_rows)
        load("codetrack", "weekly_scores",
             "codetrack_id date points date_time seen_at", self.week_rows)
        rows = collections.defaultdict(list)
        for hour, *row in self.event_rows:
            rows[hour].append(row)
        project.load_slices(
            "events", ["event_id", "type", "actor_id", "actor_login", "repo_id",
                       "repo_name", "created_at"],
            [(hour, f"{hour[:11]}{int(hour[11:13]) + 1:02}{hour[13:]}", rows[hour])
             for hour in self.hours], "gharchive", "gharchive")


class Across(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="learnsql-across-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        sources = cls.folder / "sources"
        subprocess.run(
            [sys.executable, ROOT / "tools/gen_roi.py", sources, "--learners",
             "400"], check=True, capture_output=True)
        invented = Invented(sources)
        folder = cls.folder / "project"
        folder.mkdir()
        cls.project = RoiProject(LEARNSQL, ROOT, folder)
        cls.project.begin()
        cls.project.load_folder(sources)
        invented.load(cls.project)
        cls.project.build()
        cls.learners = cls.project.table("dim_learners")
        cls.decisions = cls.decide()
        cls.people = cls.group()

    @classmethod
    def raw(cls, sql):
        return cls.project.rows(sql)

    @classmethod
    def claims(cls):
        """{address: {source: accounts}} of all that the raw rows say."""
        found = collections.defaultdict(lambda: collections.defaultdict(set))
        wanted = {row["email"] for row in cls.learners if row["email"]}
        wanted |= {row[0].strip().lower() for row in cls.raw(
            "select email from raw_codetrack__learners")}
        for source, sql in {
            "snapshots": "select deobfuscated_email, user_id from "
                         "raw_learning_roi__user_emails where state = 'verified'",
            "commits": "select author_email, author_id from raw_github__commits",
            "signup": "select email_address, actor_id from "
                      "raw_learning_roi__user_signups",
            "exam": "select email, dotcomid from raw_learning_roi__exam_results",
        }.items():
            for email, account in cls.raw(sql):
                email = (email or "").strip().lower()
                if email in wanted and str(account or "").isdigit() and int(account):
                    found[email][source].add(int(account))
        return found

    @classmethod
    def decide(cls):
        """{address: account, or None where the sources contradict each other}."""
        decisions = {}
        for email, sources in cls.claims().items():
            verified = set().union(*(sources[name] for name in VERIFIED))
            recorded = set().union(*(sources[name] for name in RECORDED))
            accounts = verified or recorded
            decisions[email] = accounts.pop() if len(accounts) == 1 else None
        return decisions

    @classmethod
    def group(cls):
        """The records of each person, as the connected parts of a graph."""
        edges = collections.defaultdict(set)

        def join(one, other):
            edges[one].add(other)
            edges[other].add(one)

        for row in cls.learners:
            record = ("learning", row["learner_id"])
            join(record, ("@", row["email"]) if row["email"]
                 else ("#", row["dotcom_id"]))
        for ident, email in cls.raw("select codetrack_id, email from "
                                    "dim_codetrack_learners"):
            join(("codetrack", str(ident)), ("@", email.lower()))
        for email, account in cls.decisions.items():
            if account:
                join(("@", email), ("#", account))
        for ident, in cls.raw("select user_id from dim_github_users"):
            join(("github", str(ident)), ("#", ident))
        for ident, in cls.raw("select distinct actor_id from raw_gharchive__events"):
            if ("#", ident) in edges:
                join(("gharchive", str(ident)), ("#", ident))
        people, seen = [], set()
        for start in list(edges):
            if start in seen:
                continue
            part, todo = set(), [start]
            while todo:
                node = todo.pop()
                if node not in part:
                    part.add(node)
                    todo.extend(edges[node])
            seen |= part
            people.append(frozenset(part))
        return people

    @staticmethod
    def records(person):
        return frozenset(node for node in person if node[0] not in "@#")

    def account(self, person):
        accounts = [node[1] for node in person if node[0] == "#"]
        self.assertLessEqual(len(accounts), 1)
        return accounts[0] if accounts else None

    def passes(self):
        """{learner_id: times of the exams passed}"""
        times = collections.defaultdict(list)
        for learner, at in self.raw("select learner_id, exam_at from "
                                    "fct_exam_results where is_passed = 1"):
            times[learner].append(at)
        return times

    def certified(self):
        """(person, account, day of the first certificate)."""
        if not hasattr(Across, "first_day"):
            first = {}
            for learner, at in self.raw("select learner_id, min(exam_at) from "
                                        "fct_exam_results where is_passed = 1 "
                                        "group by learner_id"):
                first[learner] = at
            Across.first_day = {}
            for person in self.people:
                times = [first[key] for system, key in person
                         if system == "learning" and first.get(key)]
                if times:
                    Across.first_day[person] = day_of(min(times))
        return Across.first_day

    def test_people_are_the_connected_parts(self):
        groups = collections.defaultdict(set)
        for person, system, key in self.raw(
                "select person_id, link_system, record_key from fct_people_links"):
            groups[person].add((system, key))
        expected = {self.records(person) for person in self.people}
        self.assertEqual(expected, {frozenset(group) for group in groups.values()})
        systems = collections.Counter(
            len({system for system, _ in group}) for group in expected)
        self.assertGreaterEqual(systems[4], 3, systems)
        self.assertGreater(systems[3], 10, systems)
        self.assertEqual(
            len(expected), self.raw("select count(*) from dim_people")[0][0])

    def test_people_say_what_is_known_of_them(self):
        by_account = {self.account(person): person for person in self.people
                      if self.account(person)}
        rows = [row for row in self.project.table("dim_people") if row["account_id"]]
        self.assertEqual(set(by_account), {row["account_id"] for row in rows})
        all_passes = self.passes()
        for row in rows:
            person = by_account[row["account_id"]]
            kinds = collections.Counter(node[0] for node in person)
            passes = [at for system, key in person if system == "learning"
                      for at in all_passes[key]]
            self.assertEqual(
                (kinds["learning"], kinds["codetrack"], kinds["github"],
                 len(passes), int(bool(passes))),
                (row["learner_count"], row["codetrack_count"], row["is_github_user"],
                 row["passed_count"], row["is_certified"]), row)
            self.assertEqual(
                min(filter(None, passes), default=None),
                row["first_passed_at"])
        self.assertEqual([MEMBER], [row["account_id"] for row in rows
                                    if row["is_member"]])

    def test_each_link_shows_its_evidence(self):
        emails = {row["learner_id"]: row["email"] for row in self.learners}
        roster = {str(ident): email.lower() for ident, email in self.raw(
            "select codetrack_id, email from dim_codetrack_learners")}
        accounts = dict(self.raw("select person_id, account_id from dim_people"))
        seen = collections.Counter()
        for link in self.project.table("fct_people_links"):
            table, key = link["evidence_table"], link["evidence_key"]
            address = {**emails, **roster}.get(link["record_key"])
            seen[table] += 1
            if table in EVIDENCE:
                said = self.raw(f"select {EVIDENCE[table][0]}, {EVIDENCE[table][1]} "
                                f"from {table} where row_id = {key}")
                self.assertEqual(1, len(said), link)
                self.assertEqual(
                    (address, accounts[link["person_id"]]),
                    (said[0][0].strip().lower(), int(said[0][1])), link)
            elif table == "raw_codetrack__learners":
                self.assertEqual([(address,)], self.raw(
                    f"select lower(email) from {table} where row_id = {key}"))
        self.assertEqual(len(seen), 8, seen)

    def test_contradictions_are_shown_and_link_nobody(self):
        claims = self.claims()
        expected = {
            (email, account, source)
            for email, sources in claims.items()
            if len(set().union(*sources.values())) > 1
            for source, accounts in sources.items() for account in accounts}
        rows = self.project.table("people_conflicts")
        self.assertEqual(expected, {(row["email"], row["account_id"],
                                     row["id_source"]) for row in rows})
        for row in rows:
            decided = self.decisions[row["email"]]
            self.assertEqual(
                "conflicting" if decided is None else
                "linked" if decided == row["account_id"] else "overruled",
                row["verdict"], row)
        kinds = collections.Counter(row["verdict"] for row in rows)
        self.assertGreaterEqual(kinds["conflicting"], 12, kinds)
        self.assertGreater(kinds["linked"], 0, kinds)
        self.assertGreater(kinds["overruled"], 0, kinds)

    def activity(self, known):
        """The published row, of (day, before, after, hours before and after)."""
        pairs = [(before * 168 / hours[0], after * 168 / hours[1])
                 for before, after, hours in known if hours]
        before = statistics.fmean(pair[0] for pair in pairs)
        after = statistics.fmean(pair[1] for pair in pairs)
        return (len(pairs), len(known) - len(pairs),
                sum(b > a for a, b in pairs), sum(b < a for a, b in pairs),
                sum(b == a for a, b in pairs), before, after,
                (after - before) * 100 / before)

    def compare(self, expected, sql, project=None):
        rows = (project or self.project).rows(sql)
        self.assertEqual(len(expected), len(rows))
        for one, other in zip(expected, rows):
            for value, told in zip(one, other):
                if isinstance(value, float):
                    self.assertAlmostEqual(value, told, places=9)
                else:
                    self.assertEqual(value, told)

    @staticmethod
    def sides(day, times):
        before = sum(day - days(WINDOW) <= at < day for at in times)
        after = sum(day < at <= day + days(WINDOW) for at in times)
        return before, after

    def test_commits_before_and_after(self):
        commits = collections.defaultdict(list)
        for account, at in self.raw("select author_id, committed_at from "
                                    "raw_github__commits where author_id > 0"):
            commits[account].append(day_of(at))
        first = min(at for times in commits.values() for at in times)
        last = day_of(SEEN)
        known = []
        for person, day in self.certified().items():
            if not any(node[0] == "github" for node in person):
                continue
            enough = first < day - days(WINDOW) and day + days(WINDOW) < last
            known.append((*self.sides(day, commits[self.account(person)]),
                          (24 * WINDOW, 24 * WINDOW) if enough else None))
        self.assertGreater(len(known), 40)
        pushes = collections.defaultdict(list)
        for account, at in self.raw("select actor_id, created_at from "
                                    "raw_gharchive__events where type = 'PushEvent'"):
            pushes[account].append(day_of(at))
        hours = [day_of(hour) for hour, in self.raw(
            "select slice_start from ls_slice where source = 'gharchive'")]
        pushed = []
        for person, day in self.certified().items():
            if not any(node[0] == "gharchive" for node in person):
                continue
            covered = self.sides(day, hours)
            pushed.append((*self.sides(day, pushes[self.account(person)]),
                           covered if min(covered) >= LEAST_HOURS else None))
        self.assertGreater(sum(1 for row in pushed if row[2]), 3)
        self.assertGreater(sum(1 for row in pushed if not row[2]), 3)
        self.compare([("commits", *self.activity(known)),
                      ("pushes", *self.activity(pushed))],
                     "select * from certified_activity_change")

    def test_practice_before_exams(self):
        weeks = collections.defaultdict(dict)
        for ident, day, points in self.raw("select codetrack_id, date, points from "
                                           "raw_codetrack__weekly_scores"):
            weeks[str(ident)][day_of(day)] = points
        person_of = {node: person for person in self.people for node in person}
        groups = collections.defaultdict(list)
        for learner, status, at in self.raw(
                "select learner_id, exam_status, exam_at from fct_exam_attempts "
                "where learner_id is not null and exam_at is not null"):
            if status not in ("Passed", "Failed"):
                continue
            person, day, points = person_of["learning", learner], day_of(at), {}
            for system, key in person:
                if system != "codetrack":
                    continue
                for begin, gained in weeks[key].items():
                    if day - days(PRACTICE) <= begin <= day - days(7):
                        points[begin] = max(gained, points.get(begin, 0))
            good = sum(gained >= GOOD_POINTS for gained in points.values())
            name = ("not known" if not points else
                    "active" if good >= GOOD_WEEKS else "less active")
            groups[name].append((person, status == "Passed", good,
                                 sum(points.values())))
        self.assertGreater(min(map(len, groups.values())), 5, {
            name: len(rows) for name, rows in groups.items()})
        self.compare(
            [(name, len({row[0] for row in rows}), len(rows),
              sum(row[1] for row in rows),
              statistics.fmean(row[1] for row in rows),
              *((None, None) if name == "not known" else
                (statistics.fmean(row[2] for row in rows),
                 statistics.fmean(row[3] for row in rows))))
             for name, rows in sorted(groups.items())],
            "select * from practice_and_passing")

    def test_builds_by_share_of_certified_authors(self):
        certified = {self.account(person): day for person, day
                     in self.certified().items() if self.account(person)}
        months = collections.defaultdict(dict)
        for repo, account, login, at in self.raw(
                "select repository, author_id, author_login, committed_at from "
                "raw_github__commits where author_id > 0"):
            if not login.endswith("[bot]"):
                first = months[repo, at[:7]]
                first[account] = min(at, first.get(account, at))
        runs = collections.defaultdict(list)
        for repo, end, at in self.raw("select repository, conclusion, created_at "
                                      "from raw_github__workflow_runs"):
            runs[repo, at[:7]].append(end)
        bands = collections.defaultdict(list)
        for (repo, month), authors in months.items():
            holders = sum(account in certified and certified[account] < day_of(at)
                          for account, at in authors.items())
            name = ("none" if not holders else "below half"
                    if holders / len(authors) < 0.5 else "half and more")
            ends = runs[repo, month]
            bands[name].append((repo, len(ends),
                                [end != "success" for end in ends if end in (
                                    "success", "failure", "timed_out")]))
        self.assertGreaterEqual(len(bands), 3)
        self.compare(
            [(name, len({row[0] for row in rows}), len(rows),
              sum(row[1] for row in rows), sum(len(row[2]) for row in rows),
              statistics.fmean(one for row in rows for one in row[2]),
              statistics.median(statistics.fmean(row[2]) for row in rows if row[2]))
             for name, rows in sorted(bands.items())],
            "select * from ci_health_by_certified_share")

    def test_every_key_is_held(self):
        db = self.project.connect()
        self.assertEqual([], db.execute("pragma foreign_key_check").fetchall())
        self.assertEqual(
            [("ok",)], db.execute("pragma integrity_check").fetchall())
        db.close()

    def copy(self, name):
        """The project once more, to change it."""
        folder = self.folder / name
        folder.mkdir()
        other = RoiProject(LEARNSQL, ROOT, folder)
        self.project.connect().close()
        for path in self.project.folder.glob("warehouse.db*"):
            shutil.copy(path, folder)
        return other

    def test_a_file_with_hashed_people_keeps_its_joins(self):
        other = self.copy("published")
        with (other.folder / "learnsql.ini").open("a") as file:
            file.write("[edition.team]\npii = email: hash, login: hash, id: hash,"
                       " *: keep\nscan = email\n[edition.bare]\npii = *: drop\n")
        (other.folder / ".env").write_text(
            "LEARNSQL_EDITION_KEY=0123456789abcdef0123456789abcdef\n")
        done = other.run("publish", "team.db", "--edition", "team")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("fct_people_links.evidence_key blanked", done.stderr)
        self.assertIn("fct_people_claims.email hashed", done.stderr)
        self.assertEqual(0, other.run("verify", "team.db").returncode)
        other.warehouse = other.folder / "team.db"
        for sql in ("select * from certified_activity_change",
                    "select * from practice_and_passing",
                    "select * from ci_health_by_certified_share",
                    "select learner_count, count(*) from dim_people "
                    "inner join fct_people_links using (person_id) "
                    "group by 1 order by 1"):
            self.compare(self.raw(sql), sql, other)
        data = other.warehouse.read_bytes()
        for learner in self.learners[:50]:
            if learner["email"]:
                self.assertNotIn(learner["email"].encode(), data)
        # A key cannot be dropped: it is said, and nothing is written.
        done = other.run("publish", "bare.db", "--edition", "bare")
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn("cannot be dropped: hash it", done.stderr)
        self.assertFalse((other.folder / "bare.db").exists())

    def test_settings_change_what_is_counted(self):
        other = self.copy("settings")
        (other.folder / "data").unlink()
        seeds = other.folder / "data/seeds"
        seeds.mkdir(parents=True)
        file = seeds / "settings.csv"
        (certified,), = self.raw("select count(*) from certified_users")
        file.write_text("setting,value\npeople.practice_weeks,1\n"
                        f"learning.certified_users,{certified}\n")
        done = other.build()
        self.assertNotIn("check certified_users_rows: fail", done.stderr)
        self.assertIn("check individual_exams_rows: fail", done.stderr)
        active = "select count(*) from fct_exam_practice where "
        self.assertEqual(other.rows(active + "practice_group = 'active'"),
                         self.raw(active + "good_week_count >= 1"))
        # What is no setting, twice one, or no number stops the build.
        for text, code, message in (
                ("people.practice_week,1", 3, "every_setting_is_known"),
                ("practice_weeks,1", 3, "every_setting_is_known"),
                ("learning.hot_days,9\nlearning.hot_days,8", 3, "setting"),
                ("codetrack.points,2.5", 3, "every_setting_is_whole"),
                ("codetrack.points,-2", 3, "a_setting_is_not_negative"),
                ("codetrack.points,few", 3, "settings.csv:2: value: 'few'")):
            with self.subTest(text=text):
                file.write_text(f"setting,value\n{text}\n")
                done = other.run("build", "dim_settings", "--as-of",
                                 "2026-01-31T00:00:00Z")
                self.assertEqual(code, done.returncode, done.stderr)
                self.assertIn(message, done.stderr)
        file.unlink()
        other.build()
        self.assertEqual(other.rows("select * from practice_and_passing"),
                         self.raw("select * from practice_and_passing"))

    def test_a_person_is_forgotten_in_all_systems(self):
        # Of three digits: a shorter name is a part of somebody else's.
        person, account, email = self.raw(
            "select dim_people.person_id, account_id, dim_learners.email "
            "from dim_people inner join fct_people_links using (person_id) "
            "inner join dim_learners using (learner_id) "
            "where learner_count = 1 and codetrack_count = 1 and is_github_user = 1 "
            "and account_id between 1000100 and 1000999 order by account_id")[0]
        other = self.copy("forgotten")
        (ident,), = self.raw("select codetrack_id from fct_people_links where "
                             f"person_id = '{person}' and codetrack_id is not null")
        before = self.raw("select count(*) from raw_codetrack__weekly_scores "
                          f"where codetrack_id <> {ident}")
        done = other.run("forget", "--learner", email)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("scan of the file's bytes: 0 places", done.stdout)
        for table, column, value in [
                ("dim_people", "account_id", account),
                ("fct_people_links", "person_id", f"'{person}'"),
                ("fct_people_links", "codetrack_id", ident),
                ("fct_people_claims", "account_id", account),
                ("fct_certified_activity", "person_id", f"'{person}'"),
                ("fct_exam_practice", "person_id", f"'{person}'"),
                ("dim_codetrack_learners", "codetrack_id", ident),
                ("fct_weekly_scores", "codetrack_id", ident),
                ("raw_codetrack__weekly_scores", "codetrack_id", ident),
                ("raw_github__commits", "author_id", account),
                ("raw_gharchive__events", "actor_id", account)]:
            self.assertEqual([(0,)], other.rows(
                f"select count(*) from {table} where {column} = {value}"), table)
        self.assertEqual(before, other.rows(
            "select count(*) from raw_codetrack__weekly_scores"))
        self.assertEqual(1, other.run("forget", "--learner", email).returncode)
        # Somebody whom only the roster knows, and a member who learns nothing.
        for key in ("alone@x.example", str(MEMBER)):
            self.assertEqual(0, other.run("forget", "--learner", key).returncode)
            done = other.run("forget", "--learner", key, "--dry-run")
            self.assertIn("nobody has this key", done.stderr)

    def test_the_rows_are_the_same_in_any_order(self):
        """A second project with the same rows, loaded the other way round."""
        folder = self.folder / "other"
        folder.mkdir()
        other = RoiProject(LEARNSQL, ROOT, folder)
        other.begin()
        rows = {}
        for table, in self.raw("select name from sqlite_schema where type = 'table' "
                               "and name glob 'raw_*'"):
            rows[table] = self.project.table(table)
        for table in sorted(rows, reverse=True):
            _, contract, name = table.replace("__", "_", 1).split("_", 2) if (
                not table.startswith("raw_learning_roi")) else (
                    "", "learning_roi", table.removeprefix("raw_learning_roi__"))
            if not rows[table] or contract == "gharchive":
                continue
            header = [column for column in rows[table][0]
                      if column not in ("row_id", "source_offset")]
            other.load(name, header,
                       [["" if row[column] is None else str(row[column])
                         for column in header] for row in reversed(rows[table])],
                       source=contract, contract=contract)
        other.build()
        for table, left_out in (("dim_people", ()),
                                ("fct_people_claims", ("evidence_row_id",)),
                                ("fct_exam_practice", ()), ("fct_repo_months", ())):
            mine, theirs = (
                [{key: value for key, value in row.items() if key not in left_out}
                 for row in project.table(table)] for project in (self.project, other))
            self.assertEqual(mine, theirs, table)


if __name__ == "__main__":
    LEARNSQL = str(pathlib.Path(sys.argv[1]).resolve())
    ROOT = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
