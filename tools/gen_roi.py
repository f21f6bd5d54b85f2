#!/usr/bin/env python3
"""Makes the source tables of the certification team's system, invented.

usage: gen_roi.py FOLDER [--learners N] [--seed N] [--until YYYY-MM-DD]

One CSV file per source table, named as its raw table without the prefix, with the
header that the source has. The same arguments give the same bytes. Shares follow
what the original publishes: of 84 000 certified users 69% lead to an account,
120 000 exams, 33 000 accounts with product usage, 340 visitors of learning sites,
12 700 of Learn, 63 000 of Skills; other sizes in proportion. All addresses end
in .example, so nobody's is among them.
"""

import argparse
import csv
import datetime
import pathlib
import random

OLD = [("ACTIONS", "GitHub Actions exam"), ("ADMIN", "Administration exam"),
       ("GHAS", "Advanced Security exam"), ("GHF", "Foundations exam"),
       ("COPILOT", "Copilot exam")]
NEW = [("GH-100", "GitHub Administration (GH-100)"),
       ("GH-200", "GitHub Actions (GH-200)"),
       ("GH-300", "GitHub Copilot (GH-300)"),
       ("GH-400", "GitHub Advanced Security (GH-400)"),
       ("GH-900", "GitHub Foundations (GH-900)")]
PRODUCTS = ["Copilot", "Copilot Chat", "Actions", "Advanced Security", "Issues",
            "Pull Requests", "Packages", "GitHubCopilot", "Code Search"]
COUNTRIES = [("US", "AMER"), ("CA", "AMER"), ("BR", "AMER"), ("MX", "AMER"),
             ("GB", "EMEA"), ("DE", "EMEA"), ("FR", "EMEA"), ("NL", "EMEA"),
             ("IN", "APAC"), ("JP", "APAC"), ("AU", "APAC"), ("SG", "APAC")]
SKILLS = ["introduction-to-github", "hello-github-actions", "code-with-copilot",
          "resolve-merge-conflicts", "secure-code-game", "deploy-to-azure",
          "communicate-using-markdown", "review-pull-requests", "test-with-action",
          "expand-your-team-with-copilot", "release-based-workflow"]
LEARN_PATHS = ["/", "/certifications", "/certification/GHF", "/credentials",
               "/learning/path/1", "/skills", "/profile", "/dashboard", "/search"]
DOCS = ["copilot", "actions", "codespaces", "code-security", "packages",
        "admin", "get-started", "authentication", "rest"]
STATUSES = ["Completed"] * 80 + ["No Show"] * 6 + ["Absent"] * 2 + [
    "Canceled"] * 5 + ["Scheduled"] * 5 + ["Confirmed"] * 2
# Of the certified users, as published.
PASSED_BEFORE_FY26, SECOND_EXAM = 0.62, 0.29
RESOLVED = [(0.40, "snapshot"), (0.57, "signup"), (0.69, "exam")]
USAGE, LEARNING, LEARN, SKILL = 33 / 84, 340 / 84000, 12.7 / 84, 63 / 84

HEADERS = {
    "user_emails": ["state", "deobfuscated_email", "user_id"],
    "user_signups": ["timestamp", "email_address", "actor_id", "actor_login"],
    "exam_results": [
        "email", "dotcomid", "userhandle", "examname", "examcode", "endtime",
        "passed", "correct", "incorrect", "eligibilityid", "updateddate",
        "firstname", "lastname", "company", "companytype", "country", "region"],
    "pearson_exam_results": [
        "Candidate Email", "Candidate First Name", "Candidate Last Name",
        "Candidate Country", "Candidate Region", "Exam Title",
        "Exam Series Code", "Date", "Total Passed", "Total Failed",
        "Registration Status", "Score"],
    "eligibilities_sent": [
        "existing_eligibility_id", "kafka_timestamp", "user_handle",
        "exam_name", "exam_code", "start_date"],
    "exams_scheduled": [
        "eligibility_id", "scheduled_for", "timestamp", "user_handle",
        "exam_name", "exam_code"],
    "exams_cancelled": [
        "eligibility_id", "cancelled_on", "timestamp", "user_handle",
        "exam_name", "exam_code"],
    "exams_absent": [
        "eligibility_id", "absent_on", "timestamp", "user_handle",
        "exam_name", "exam_code"],
    "ace_users": [
        "email", "workemail", "dotcomid", "userhandle", "firstname", "lastname",
        "jobrole", "company", "companytype", "country", "region",
        "acceptedterms"],
    "event_registrants": [
        "email", "userhandle", "eventid", "attendancetype", "eventcategory",
        "updateddate"],
    "user_product_days": [
        "user_id", "day", "product", "num_engagement_events", "country_code"],
    "page_views": [
        "source", "timestamp", "last_timestamp", "views", "page", "user_login",
        "user_id", "actor_id", "client_id", "app", "repository_nwo"],
    "docs_page_events": [
        "source", "timestamp", "last_timestamp", "views",
        "context_dotcom_user", "context_path_product",
        "context_octo_client_id"],
    "partner_credentials": [
        "Status", "Email", "Certification Name", "Partner Name",
        "Certification Completed Date"],
    "accounts": [
        "dotcom_id", "day", "account_type", "country_account", "created_at",
        "is_staff", "is_spammy", "is_suspended", "is_paid", "plan"],
    "account_relationships": [
        "child_dotcom_id", "child_type", "parent_dotcom_id", "parent_type",
        "day"],
    "account_hierarchies": [
        "dotcom_id", "account_type", "day", "login", "account_country",
        "is_paid", "plan_name", "enterprise_account_emu_enabled",
        "enterprise_account_slug", "enterprise_account_id", "customer_id",
        "customer_name", "salesforce_account_name",
        "salesforce_parent_account_name", "has_enterprise_agreements"],
}


class Learner:
    def __init__(self, number, random_):
        self.number = number
        self.handle = f"learner{number}"
        self.company = f"Company {number % 997}"
        self.email = f"l{number}@company{number % 997}.example"
        self.account = 1_000_000 + number
        self.country, self.region = random_.choice(COUNTRIES)
        draw = random_.random()
        self.known_by = next((by for share, by in RESOLVED if draw < share), "")


class Tables:
    """The rows of all files, and what they are drawn from."""

    def __init__(self, learners, seed, until):
        self.random = random.Random(seed)
        self.until = until
        self.rows = {name: [] for name in HEADERS}
        self.learners = [Learner(i, self.random) for i in range(learners)]
        self.eligibilities = 0

    def add(self, table, *values):
        self.rows[table].append(values)

    def moment(self, first, last):
        """An instant between two days, as text."""
        seconds = int((last - first).total_seconds())
        at = first + datetime.timedelta(seconds=self.random.randrange(seconds))
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def day(self, back):
        return self.until - datetime.timedelta(days=back)

    def some(self, share):
        return self.random.random() < share

    def count_of(self, share):
        return max(1, round(len(self.learners) * share))

    # ---- who is who

    def identities(self):
        for learner in self.learners:
            if learner.known_by == "snapshot":
                self.add("user_emails", "verified", learner.email.upper()
                         if self.some(0.1) else learner.email, learner.account)
            if learner.known_by == "signup" or (
                    learner.known_by == "snapshot" and self.some(0.5)):
                # Some signed up with an account that they left since.
                old = learner.known_by == "snapshot" and self.some(0.1)
                self.add("user_signups",
                         self.moment(self.day(1500), self.day(300)),
                         learner.email, learner.account + 5_000_000 * old,
                         learner.handle.title() + ("-old" if old else ""))
            if self.some(0.05):
                self.add("user_emails", "unverified", learner.email,
                         9_000_000 + learner.number)
            if self.some(0.3):
                self.register(learner)

    def register(self, learner):
        self.add("ace_users", learner.email, "",
                 learner.account if self.some(0.7) else "", learner.handle,
                 f"First{learner.number}", f"Last{learner.number}", "Developer",
                 learner.company, "Customer", learner.country, learner.region,
                 self.moment(self.day(900), self.day(1)))

    # ---- exams

    def exams(self):
        for learner in self.learners:
            old = (self.some(PASSED_BEFORE_FY26)
                   or learner.known_by == "exam")
            self.result(learner, True) if old else self.registration(learner)
            while self.some(SECOND_EXAM):
                if self.some(0.5):
                    self.result(learner, self.some(0.7))
                else:
                    self.registration(learner)
        for number in range(self.count_of(0.02)):
            self.only_event(number)

    def result(self, learner, passed):
        code, name = self.random.choice(OLD)
        right = self.random.randrange(42, 61) if passed else self.random.randrange(42)
        total = 0 if self.some(0.02) else 60
        at = self.moment(self.day(1400), self.day(240))
        knows = learner.known_by == "exam" or self.some(0.85)
        eligibility = self.next_eligibility()
        self.add("exam_results",
                 learner.email.title() if self.some(0.1) else learner.email,
                 learner.account if knows and learner.known_by else "",
                 learner.handle if knows else "", name,
                 code.lower() if self.some(0.05) else code, at,
                 "true" if passed else "false", right if total else 0,
                 total - right if total else 0, eligibility, at,
                 f"First{learner.number}", f"Last{learner.number}",
                 learner.company if self.some(0.6) else "", "Customer",
                 learner.country, learner.region)
        if self.some(0.5):
            self.add("eligibilities_sent", eligibility,
                     self.moment(self.day(1500), self.day(1400)),
                     learner.handle, name, code, at)
            self.add("exams_scheduled", eligibility, at,
                     self.moment(self.day(1450), self.day(1400)),
                     learner.handle, name, code)

    def registration(self, learner):
        code, name = self.random.choice(NEW)
        status = self.random.choice(STATUSES)
        passed = status == "Completed" and self.some(0.8)
        failed = status == "Completed" and not passed
        score = self.random.randrange(7000, 10000) / 100 if passed else (
            self.random.randrange(1, 7000) / 100 if failed else "")
        at = self.moment(self.day(210), self.day(1))
        if status == "Scheduled":
            at = self.moment(self.day(-1), self.day(-90))
        self.add("pearson_exam_results", learner.email, f"First{learner.number}",
                 f"Last{learner.number}", learner.country, learner.region, name,
                 code, at, int(passed), int(failed), status, score)

    def next_eligibility(self):
        self.eligibilities += 1
        return f"E{self.eligibilities}"

    def only_event(self, number):
        """An eligibility of which no result came."""
        learner = self.learners[number % len(self.learners)]
        code, name = self.random.choice(OLD)
        kind = self.random.choice(
            ["exams_scheduled", "exams_cancelled", "exams_absent"])
        at = self.moment(self.day(300), self.day(240))
        self.add(kind, self.next_eligibility(), at, at, learner.handle, name, code)

    # ---- what they did

    def usage(self):
        named = sorted({int(row[1]) for row in self.rows["exam_results"]
                        if row[1] and row[6] == "true"})
        using = self.random.sample(
            named, min(len(named), self.count_of(USAGE)))
        others = [one.account for one in self.learners
                  if one.known_by and self.some(0.05)]
        for account in [*using, *others]:
            country = self.random.choice(COUNTRIES)[0]
            days = self.random.sample(range(1, 700), self.random.randrange(1, 6))
            for back in days:
                for product in self.random.sample(PRODUCTS, self.random.randrange(1, 3)):
                    self.add("user_product_days", account,
                             self.day(back).strftime("%Y-%m-%d"), product,
                             self.random.randrange(1, 40), country)

    def view(self, account, login, page, app="", repository="", back=None):
        """An hour's views of a page, in the store that has its day."""
        back = self.random.randrange(1, 400) if back is None else back
        start = self.day(back) + datetime.timedelta(hours=self.random.randrange(24))
        views = self.random.randrange(1, 5)
        first = start + datetime.timedelta(seconds=self.random.randrange(1800))
        last = first + datetime.timedelta(seconds=self.random.randrange(1800))
        stores = ["kusto"] * (back <= 90) + ["trino"] * (back > 60)
        client = f"c{account or login}-{self.random.randrange(3)}"
        for store in stores:
            self.add("page_views", store, first.strftime("%Y-%m-%dT%H:%M:%SZ"),
                     (last if views > 1 else first).strftime("%Y-%m-%dT%H:%M:%SZ"),
                     views, page, login, account, account,
                     client if store == "kusto" else "", app, repository)

    def learning(self):
        for number in range(self.count_of(LEARNING)):
            account = 3_000_000 + number
            for _ in range(self.random.randrange(1, 6)):
                host = self.random.choice(
                    ["learn.microsoft.com", "skills.github.com", "docs.github.com"])
                self.view(account if number % 4 == 0 else "",
                          "" if number % 4 == 0 else f"Visitor{number}",
                          f"https://{host}/page{self.random.randrange(9)}")
        for number in range(self.count_of(LEARN)):
            account = self.learners[number].account
            for _ in range(self.random.randrange(1, 3)):
                self.view(account, "", "https://learn.github.com"
                          + self.random.choice(LEARN_PATHS) + "?x=1", app="learn")
        # Most who use Skills are known for nothing else.
        for number in range(self.count_of(SKILL)):
            account = (self.learners[number].account if number % 11 == 0
                       else 4_000_000 + number)
            if number % 11 and self.some(0.95):
                self.account(account, self.random.choice(COUNTRIES)[0])
            skill = self.random.choice(SKILLS)
            self.view(account, "", f"https://github.com/skills/{skill}",
                      repository=f"skills/{skill}")
        for number in range(self.count_of(0.05)):
            self.docs_view(self.learners[number].handle)

    def docs_view(self, handle):
        back = self.random.randrange(1, 400)
        at = self.day(back) + datetime.timedelta(seconds=self.random.randrange(86400))
        at = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        for store in ["kusto"] * (back <= 90) + ["trino"] * (back > 60):
            self.add("docs_page_events", store, at, at, 1, handle,
                     self.random.choice(DOCS) if store == "kusto" else "rest",
                     "c" + handle if store == "kusto" else "")

    def events_and_partners(self):
        for number in range(self.count_of(0.1)):
            learner = self.learners[number * 3 % len(self.learners)]
            self.add("event_registrants", learner.email, learner.handle,
                     f"EV{self.random.randrange(40)}",
                     self.random.choice(["Full", "Partial", "No Show", ""]),
                     self.random.choice(["Webinar", "Bootcamp", "Workshop"]),
                     self.moment(self.day(800), self.day(1)))
        for number in range(self.count_of(428 / 84000)):
            email = (self.learners[number].email if number % 3 == 0
                     else f"partner{number}@partner{number % 7}.example")
            self.add("partner_credentials",
                     "Completed" if self.some(0.95) else "Pending", email,
                     self.random.choice(NEW)[1], f"Partner {number % 7}",
                     self.moment(self.day(700), self.day(1)))

    # ---- who pays

    def companies(self):
        day = self.day(1).strftime("%Y-%m-%d")
        for number in range(997):
            self.add("account_hierarchies", 8_000_000 + number, "Organization",
                     day, f"org{number}", self.random.choice(COUNTRIES)[0],
                     self.random.choice([0, 1]), "business", 0, "", "", "",
                     f"Customer {number}" if number % 2 else "",
                     f"Sales {number}" if number % 3 else "", "", 0)
        for learner in self.learners:
            if not learner.known_by:
                continue
            self.account(learner.account,
                         learner.country if self.some(0.6) else "")
            if self.some(0.5):
                self.add("account_relationships", learner.account, "User",
                         8_000_000 + learner.number % 997, "Organization", day)

    def account(self, number, country):
        self.add("accounts", number, self.day(1).strftime("%Y-%m-%d"), "User",
                 country, self.moment(self.day(3000), self.day(1500)),
                 int(self.some(0.01)), int(self.some(0.01)), 0, 0, "free")

    def fill(self):
        self.identities()
        self.exams()
        self.usage()
        self.learning()
        self.events_and_partners()
        self.companies()

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, header in HEADERS.items():
            path = folder / f"{name}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(self.rows[name])
            print(f"{path}: {len(self.rows[name])} rows")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--learners", type=int, default=84000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", default="2026-01-31")
    arguments = parser.parse_args()
    if arguments.learners < 1:
        parser.error("--learners must be 1 or more")
    tables = Tables(arguments.learners, arguments.seed,
                    datetime.datetime.fromisoformat(arguments.until))
    tables.fill()
    tables.write(arguments.folder)


if __name__ == "__main__":
    main()
