#!/usr/bin/env python3
"""Learn, Skills, docs and events computed a second time, without SQL.

usage: learning_roi_second_test.py LEARNSQL ROOT

The sources are generated, with odd rows added; what the documents say is then
computed in Python from the same files and compared with what was published.
"""

import collections
import csv
import datetime
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from learning_roi_project import RoiProject  # noqa: E402

LEARNSQL = ""
ROOT = HERE.parents[1]
HOT_DAYS = 90
CONTENT = [("Certifications", ["/certifications", "/certification/"]),
           ("Credentials", ["/credentials"]), ("Learning Content", ["/learning"]),
           ("Skills", ["/skills"]), ("Profile", ["/profile"]),
           ("Dashboard", ["/dashboard"])]
SKILL_GROUPS = [("ai", ["copilot", "mcp", "spark"]),
                ("actions", ["action", "workflow"]),
                ("git", ["git", "pull-request", "merge"]),
                ("", ["code", "codespace"]), ("security", ["secure", "security"])]
DOCS_GROUPS = [("copilot", ["copilot"]), ("actions", ["actions"]),
               ("", ["codespaces"]), ("security", ["code-security", "security"]),
               ("", ["packages", "container"]), ("", ["admin", "enterprise"]),
               ("getting_started", ["get-started", "authentication"])]
ODD_VIEWS = [
    # actor, client, app, page, repository
    ("71", "c1", "learn", "https://learn.github.com", ""),
    ("71", "c1", "learn", "https://LEARN.github.com/Certification/x", ""),
    ("71", "", "learn", "https://learn.github.com/certification", ""),
    ("71", "", "learn", "https://learn.github.com/learning-paths?a=/skills", ""),
    ("71", "c2", "learn", "https://learn.github.com/skillset#/profile", ""),
    ("0", "c2", "learn", "https://learn.github.com/skills", ""),
    ("", "c2", "learn", "https://learn.github.com/skills", ""),
    ("71", "c2", "Learn", "https://learn.github.com/skills", ""),
    ("72", "c1", "", "https://github.com/x", "Skills/GitHub-Spark"),
    ("72", "", "", "https://github.com/x", "skills/Merge-actions"),
    ("72", "", "", "https://github.com/x", "skills/Sécure"),
    ("72", "", "", "https://github.com/x", "skills/secure_code"),
    ("72", "", "", "https://github.com/x", "skillsets/copilot"),
    ("72", "", "", "https://github.com/x", "my/skills")]
ODD_DOCS = ["Copilot/Chat", "githubcopilot", "actions", "code-security/codeql",
            "enterprise-cloud@latest", "", "get-started"]
ODD_EVENTS = [
    # handle, event, attendance, category, time
    ("Zoe", "E1", "Full", "B", "2024-01-01T00:00:00Z"),
    ("Zoe", "E1", "Partial", "A", "2024-02-01T00:00:00Z"),
    ("Zoe", "E1", "No Show", "", "2024-03-01T00:00:00Z"),
    ("Zoe", "E2", "", "A", "2024-01-15T00:00:00Z"),
    ("Zoe", "E3", "full", "C", "2024-01-16T00:00:00Z"),
    ("Zoe", "E4", "Full", "C", "2023-12-31T23:59:59Z"),
    ("", "E4", "Full", "C", "2024-12-31T23:59:59Z")]


def has(text, term):
    """KQL's has, of terms between what are no letters and no digits."""
    return re.search(rf"(?<![^\W_]){re.escape(term)}(?![^\W_])", text.lower())


def group_of(text, groups):
    return next((name for name, terms in groups
                 if any(has(text, term) for term in terms)), "")


def content_of(page):
    path = re.sub(r"[?#].*", "", page.lower()).partition("learn.github.com")[2]
    for name, starts in CONTENT:
        if any(re.search(re.escape(start) + (
                "" if start.endswith("/") else r"(?![^\W_])"), path)
               for start in starts):
            return name
    return "Home" if path in ("", "/") else "Other"


def in_first_order(rows, limit):
    """The texts of (time, text) by their first time, then by themselves."""
    first = {}
    for at, text in rows:
        if text:
            first[text] = min(at, first.get(text, at))
    return ",".join(sorted(first, key=lambda text: (first[text], text))[:limit])


def views_of(row):
    return int(row["views"] or 1)


def counting_rows(rows):
    """Those of the store that counts for their day, since 2024."""
    days = collections.defaultdict(set)
    for row in rows:
        days[row["timestamp"][:10]].add(row["source"])
    hot = [day for day, stores in days.items() if "kusto" in stores]
    start = str(datetime.date.fromisoformat(max(hot))
                - datetime.timedelta(days=HOT_DAYS - 1))
    counts = {day: "kusto" if "kusto" in stores and (
        day >= start or "trino" not in stores) else "trino"
        for day, stores in days.items()}
    return [row for row in rows
            if row["timestamp"] >= "2024" and
            row["source"] == counts[row["timestamp"][:10]]]


def visits(rows, client):
    """What every area has: views, sessions, first, last."""
    clients = {row[client] for row in rows if row[client]}
    days = {row["timestamp"][:10] for row in rows if not row[client]}
    return (sum(map(views_of, rows)), len(clients) + len(days),
            min(row["timestamp"] for row in rows),
            max(row["last_timestamp"] or row["timestamp"] for row in rows))


def by(key, rows):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


class Second(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="learnsql-roi-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        sources = cls.folder / "sources"
        subprocess.run(
            [sys.executable, ROOT / "tools/gen_roi.py", sources, "--learners",
             "300"], check=True, capture_output=True)
        cls.add_odd_rows(sources)
        cls.tables = {}
        for path in sources.glob("*.csv"):
            with path.open(newline="", encoding="utf-8") as file:
                cls.tables[path.stem] = list(csv.DictReader(file))
        folder = cls.folder / "project"
        folder.mkdir()
        cls.project = RoiProject(LEARNSQL, ROOT, folder, "learning_roi")
        cls.project.begin()
        cls.project.load_folder(sources)
        cls.project.build()

    @staticmethod
    def add_odd_rows(sources):
        def add(table, rows):
            with (sources / f"{table}.csv").open(
                    "a", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        times = [f"2026-01-{1 + number:02}T10:00:00Z" for number in range(20)]
        add("page_views", [
            ["kusto", times[number], "", "", page, "", "", actor, client, app,
             repository]
            for number, (actor, client, app, page, repository)
            in enumerate(ODD_VIEWS)])
        add("docs_page_events", [
            ["kusto", times[number % 3], times[number % 3], 2, "Zoe", product,
             "" if number % 2 else "c"]
            for number, product in enumerate(ODD_DOCS)])
        add("event_registrants", [
            ["z@x.example", handle, event, kind, category, at]
            for handle, event, kind, category, at in ODD_EVENTS])

    def published(self, name, count):
        rows = self.project.rows(f"select * from {name}")
        return {row[0]: row[1:count] for row in rows}

    def page_views(self, wanted):
        rows = [row for row in counting_rows(self.tables["page_views"])
                if wanted(row) and int(row["actor_id"] or 0) > 0]
        return {int(actor): group for actor, group in by("actor_id", rows).items()}

    def test_github_learn(self):
        def sums(rows, name):
            return sum(views_of(row) for row in rows
                       if content_of(row["page"]) == name)
        groups = self.page_views(lambda row: row["app"] == "learn")
        self.assertGreater(len(groups), 40)
        self.assertEqual(
            {actor: (*visits(rows, "client_id"),
                     in_first_order([(row["timestamp"], content_of(row["page"]))
                                     for row in rows], 8),
                     sums(rows, "Certifications"), sums(rows, "Skills"),
                     sums(rows, "Learning Content"))
             for actor, rows in groups.items()},
            self.published("github_learn", 9))

    def test_github_skills(self):
        def skill(row):
            return row["repository_nwo"].split("/")[1]
        def sums(rows, name):
            return sum(views_of(row) for row in rows
                       if group_of(skill(row), SKILL_GROUPS) == name)
        groups = self.page_views(
            lambda row: row["repository_nwo"].lower().startswith("skills/"))
        self.assertGreater(len(groups), 200)
        self.assertEqual(
            {actor: (*visits(rows, "client_id"),
                     in_first_order([(row["timestamp"], skill(row))
                                     for row in rows], 20),
                     len({skill(row) for row in rows}),
                     *(sums(rows, name)
                       for name in ("ai", "actions", "git", "security")))
             for actor, rows in groups.items()},
            self.published("github_skills", 11))

    def test_github_docs(self):
        def product(row):
            return row["context_path_product"]
        def sums(rows, name):
            return sum(views_of(row) for row in rows
                       if group_of(product(row), DOCS_GROUPS) == name)
        rows = [row for row in counting_rows(self.tables["docs_page_events"])
                if row["context_dotcom_user"]]
        groups = by("context_dotcom_user", rows)
        self.assertEqual(
            {user: (*visits(rows, "context_octo_client_id"),
                    in_first_order([(row["timestamp"], product(row))
                                    for row in rows], 20),
                    len({product(row) for row in rows} - {""}),
                    *(sums(rows, name) for name in (
                        "copilot", "actions", "security", "getting_started")))
             for user, rows in groups.items()},
            self.published("github_docs", 11))

    def test_event_attendance(self):
        def events(rows, kinds):
            return len({row["eventid"] for row in rows
                        if kinds is None or row["attendancetype"] in kinds})
        rows = [row for row in self.tables["event_registrants"]
                if row["userhandle"] and row["updateddate"] >= "2024-01-01"]
        groups = by("userhandle", rows)
        self.assertGreater(len(groups), 20)
        self.assertEqual(
            {handle: (events(rows, None), events(rows, ("Full", "Partial")),
                      events(rows, ("No Show", "")),
                      min(row["updateddate"] for row in rows),
                      max(row["updateddate"] for row in rows),
                      in_first_order([(row["updateddate"], row["eventcategory"])
                                      for row in rows], 10))
             for handle, rows in groups.items()},
            self.published("event_attendance", 7))

    # ---- learners_enriched

    def results(self):
        """{address: (passed, time, code, name, first name, company, country)} of
        each result, the copies of one counted once."""
        found = collections.defaultdict(dict)
        for row in self.tables["exam_results"]:
            key = (row["eligibilityid"], row["examcode"], row["endtime"])
            found[row["email"].strip().lower()][key] = (
                row["passed"] in ("1", "true"), row["endtime"], row["examcode"],
                row["examname"], row["company"], row["country"])
        for row in self.tables["pearson_exam_results"]:
            found[row["Candidate Email"].strip().lower()][tuple(row.values())] = (
                int(row["Total Passed"] or 0) > 0, row["Date"],
                row["Exam Series Code"], row["Exam Title"], "",
                row["Candidate Country"])
        found.pop("", None)
        return {email: list(rows.values()) for email, rows in found.items()}

    @staticmethod
    def status(passed, total, events):
        for least, name, stage in ((4, "Champion", "Stage 11: Champion"),
                                   (3, "Specialist", "Stage 10: Specialist"),
                                   (2, "Multi-Certified", "Stage 9: Power User"),
                                   (1, "Certified", "Stage 6: Certified")):
            if passed >= least:
                return name, stage
        if total:
            return "Learning", "Stage 4: Learning"
        return (("Engaged", "Stage 3: Engaged") if events
                else ("Registered", "Stage 2: Registered"))

    def domain_company(self, email):
        domain = email.partition("@")[2]
        free, name = self.domains.get(domain, (0, None))
        first = domain.split(".")[0]
        if free:
            return ""
        if name:
            return name
        if ".edu" in domain or domain.endswith(".ac.uk") or (
                len(re.findall("[a-z]", first)) < 3):
            return ""
        return first[:1].upper() + first[1:]

    def expected_enriched(self):
        self.domains = {row[0]: (row[2], row[1]) for row in
                        self.project.rows("select * from dim_email_domains")}
        regions = dict(self.project.rows(
            "select country_code, region from dim_sales_countries"))
        accounts = {row["dotcom_id"]: row
                    for row in self.project.table("dim_learner_accounts")}
        ids = dict(self.project.rows(
            "select email, registered_dotcom_id from dim_identity_emails"))
        results, portal = self.results(), {}
        for row in self.tables["ace_users"]:
            portal.setdefault(row["email"].strip().lower(), row)
        events = collections.Counter(
            row["email"].strip().lower() for row in self.tables["event_registrants"])
        partners = collections.defaultdict(list)
        for row in self.tables["partner_credentials"]:
            if row["Status"] == "Completed" and row["Email"]:
                partners[row["Email"].strip().lower()].append(row)
        everybody = {*results, *portal, *events, *partners} - {""}
        for email in everybody:
            account = accounts.get(ids.get(email), {})
            if account.get("is_staff") or account.get("is_spammy"):
                continue
            rows = results.get(email, [])
            user = portal.get(email, {})
            only_partner = not (rows or user or events[email])
            passed = sum(row[0] for row in rows)
            status = self.status(passed, len(rows), events[email])
            if only_partner:
                status = ("Partner Certified", "Stage 6: Certified")
            companies = [
                ("billing_customer", account.get("org_customer_name")),
                ("user_billing_customer", account.get("user_customer_name")),
                ("salesforce_account", account.get("org_salesforce_account_name")),
                ("salesforce_account", account.get("user_salesforce_account_name")),
                ("salesforce_parent", account.get("user_salesforce_parent_name")),
                ("salesforce_parent", account.get("org_salesforce_parent_name")),
                ("exam_registration", max((row[4] for row in rows), default="")),
                ("ace_registration", user.get("company")),
                ("org_name", account.get("org_name")),
                ("partner_credential", min(
                    ((row["Certification Completed Date"] or "9", row["Partner Name"])
                     for row in partners[email] if row["Partner Name"]),
                    default=("", ""))[1]),
                ("email_domain", self.domain_company(email))]
            source, company = next(
                (pair for pair in companies if pair[1]), ("none", ""))
            country = next((one for one in (
                account.get("country_account"), account.get("org_country"),
                max((row[5] for row in rows), default=""), user.get("country"),
                account.get("active_country")) if one), "")
            times = [row[1] for row in rows if row[1]]
            if only_partner:
                times = [row["Certification Completed Date"] for row in
                         partners[email] if row["Certification Completed Date"]]
            count = len(partners[email]) if only_partner else len(rows)
            yield email, (
                ids.get(email, 0), count, count if only_partner else passed,
                min(times, default=None), max(times, default=None), events[email],
                *status, company, source, country,
                regions.get(country.upper(), "Other") if country else "Unknown",
                in_first_order([(row[1] or "~", row[2]) for row in rows], 10))

    def test_learners_enriched(self):
        expected = dict(self.expected_enriched())
        rows = self.project.rows(
            "select email, dotcom_id, total_exams, exams_passed, first_exam, "
            "last_exam, events_registered, learner_status, journey_stage, "
            "company_name, company_source, country, region, exam_codes "
            "from learners_enriched where email <> ''")
        self.maxDiff = 4000
        self.assertEqual(set(expected), {row[0] for row in rows})
        for row in rows:
            self.assertEqual(expected[row[0]], row[1:], row[0])
        self.assertGreater(len({row[7] for row in rows}), 4)
        self.assertGreater(len({row[10] for row in rows}), 3)


class Described(unittest.TestCase):
    def test_no_example_of_a_person_is_shown(self):
        folder = tempfile.mkdtemp(prefix="learnsql-roi-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        project = RoiProject(LEARNSQL, ROOT, folder, "learning_roi")
        project.begin()
        project.load_folder(HERE.parent / "fixtures/learning_roi/sources")
        project.build()
        secrets = [value for row in project.rows(
            "select email, dotcom_id from dim_learners") for value in row
            if value]
        self.assertGreater(len(secrets), 8)
        for name in ("certified_users", "individual_exams", "learners_enriched",
                     "dim_learners", "fct_exam_results", "learner_traces",
                     "raw_learning_roi__exam_results",
                     "stg_learning_roi__pearson_exam_results"):
            for flags in ([], ["--json"]):
                with self.subTest(name=name, flags=flags):
                    done = project.run("describe", name, *flags)
                    self.assertEqual(0, done.returncode, done.stderr)
                    said = done.stdout.lower()
                    self.assertEqual(
                        [], [text for text in map(str, secrets)
                             if re.search(rf"(?<![\w.-]){re.escape(text)}(?!\w)",
                                          said)])


if __name__ == "__main__":
    LEARNSQL = str(pathlib.Path(sys.argv[1]).resolve())
    ROOT = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
