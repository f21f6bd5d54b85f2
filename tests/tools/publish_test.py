#!/usr/bin/env python3
"""Publishes files as people do, and looks at their bytes.

usage: publish_test.py LEARNSQL ROOT [unittest arguments]
"""

import gzip
import hashlib
import os
import pathlib
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import unittest

import commands_test
from commands_test import CommandCase, HOURS

KEY = "a key that nobody guesses 0123456789"

EXAMS = """
create table dim_learners (
    -- One row per learner.
    learner_id  integer primary key,  -- pii: id
    email       text not null unique,  -- pii: email
    full_name   text,  -- pii: name
    cohort      text not null,
    manager_id  integer references dim_learners (learner_id)  -- pii: id
) strict;
create index dim_learners__name on dim_learners (full_name);
with final as (
    select 101 as learner_id, 'ann.example' || '@mail.test' as email,
        'Ann ' || 'Example' as full_name, 'A' as cohort, null as manager_id
    union all
    select 102, 'bob.sample' || '@mail.test', 'Bob ' || 'Sample', 'B', 101
)
select * from final;
"""

RESULTS = """
create table fct_results (
    -- One row per result.
    result_id      integer primary key,
    learner_id     integer not null references dim_learners (learner_id),  -- pii: id
    learner_email  text,  -- pii: email
    remark         text
) strict;
create index fct_results__learner on fct_results (learner_id);
with final as (
    select 1 as result_id, learner_id, email as learner_email,
        'passed' as remark
    from dim_learners
    where learner_id = 101
    union all
    select 2, learner_id, email, {remark}
    from dim_learners
    where learner_id = 102
)
select * from final;
"""

ANSWER = """
create view result_list (result_id, cohort) as
-- Results by cohort.
select fct_results.result_id, dim_learners.cohort
from fct_results
inner join dim_learners
    on fct_results.learner_id = dim_learners.learner_id
order by fct_results.result_id
"""


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


class PublishCase(CommandCase):
    def exams(self, editions="", remark="'passed'"):
        """A project of two tables and a view, with people in them."""
        for name, head, text in [
            ("sql/curated/dim_learners.sql", "dim_learners", EXAMS),
            ("sql/curated/fct_results.sql", "fct_results",
             RESULTS.replace("{remark}", remark)),
            ("views/result_list.sql", "result_list", ANSWER),
        ]:
            path = self.dir / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"-- {head}, version 1\n-- A test's.\n"
                            f"-- owner: test\n{text}")
        (self.dir / "learnsql.ini").write_text("[learnsql]\n" + editions)
        self.ok("build")

    def rows(self, file, sql):
        with sqlite3.connect(f"file:{self.dir / file}?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()


class Publish(PublishCase):
    def test_file_is_what_the_warehouse_is(self):
        self.project()
        self.ok("sync", *HOURS)
        self.ok("build")
        done = self.ok("publish", "out.db")
        self.assertRegex(done.stderr, r"published out.db: [\d ]+ rows")
        self.assertIn(sha256(self.dir / "out.db"), done.stderr)
        self.assertEqual(
            (self.dir / "out.db.sha256").read_text(),
            f"{sha256(self.dir / 'out.db')}  out.db\n")
        views = [name for name, in self.rows(
            "out.db", "select model from ls_model order by 1")]
        self.assertIn("github_events", views)
        for view in views:
            if view in ("dim_archive_hours", "github_events"):
                continue  # tell when an hour was loaded
            self.assertEqual(self.rows("out.db", f"select * from {view}"),
                             self.rows("warehouse.db",
                                       f"select * from {view}"), view)
        self.assertEqual(self.rows("out.db", "pragma journal_mode"),
                         [("delete",)])
        self.assertEqual(
            self.rows("out.db", "select count(*) from ls_run"), [(0,)])
        self.assertIn("whole", self.ok("verify", "out.db").stderr)
        self.assertFalse((self.dir / "out.db.part").exists())

    def test_stock_shell_runs_the_selftest(self):
        self.exams()
        self.ok("publish", "out.db")
        done = subprocess.run(["sqlite3", self.dir / "out.db", ".selftest"],
                              capture_output=True, text=True)
        self.assertRegex(done.stdout, r"\n0 errors out of ([6-9]|\d\d) tests")
        with sqlite3.connect(self.dir / "out.db") as db:
            db.execute("update dim_learners set cohort = 'C' where learner_id = 102")
        done = subprocess.run(["sqlite3", self.dir / "out.db", ".selftest"],
                              capture_output=True, text=True)
        self.assertRegex(done.stdout, r"\n1 errors out of")

    def test_same_inputs_same_bytes(self):
        """Other folder, order, threads, time and history: the same file."""
        hours = self.dir / "a"
        for name in ("a", "b"):
            (self.dir / name).mkdir()
        first = self.dir / "a"
        second = self.dir / "b"
        lines = [
            '{"id":"%d","type":"WatchEvent","actor":{"id":%d,"login":"u%d"},'
            '"repo":{"id":%d,"name":"o/r%d"},"payload":{"action":"started"},'
            '"public":true,"created_at":"2016-03-01T%02d:00:%02dZ"}'
            % (hour * 100 + i, i % 7, i % 7, i % 5, i % 5, hour, i)
            for hour in range(4) for i in range(40)]
        for hour in range(4):
            self.write_hour(f"2016-03-01-{hour}.json.gz",
                            lines[hour * 40:hour * 40 + 40])
        for folder in (first, second):
            for name in ("sql", "views"):
                (folder / name).symlink_to(commands_test.ROOT / name)
            (folder / "learnsql.ini").write_text(
                f"[gharchive]\nbase_url = {self.dir / 'hours'}\n")
        span = ("--from", "2016-03-01T00", "--to", "2016-03-01T04")
        self.ok("sync", *span, "--project", str(first))
        self.ok("build", "--project", str(first))
        self.ok("publish", str(first / "out.db"), "--project", str(first))
        other = ("--project", str(second))
        self.ok("sync", "--from", "2016-03-01T02", "--to", "2016-03-01T04",
                "--newest-first", *other)
        self.ok("build", *other)
        self.ok("sync", "--from", "2016-03-01T03", "--to", "2016-03-01T04",
                "--force", *other)
        self.ok("sync", *span, "--at-once", "2", "--newest-first", *other)
        self.ok("build", *other)
        self.ok("build", "--full", *other)
        self.ok("publish", str(second / "out.db"), *other)
        self.assertEqual(sha256(first / "out.db"), sha256(second / "out.db"))

    def test_readers_of_the_old_file_go_on(self):
        self.exams()
        self.ok("publish", "out.db")
        reader = sqlite3.connect(self.dir / "out.db")
        cursor = reader.execute("select * from fct_results order by 1")
        first = cursor.fetchone()
        self.exams(remark="'failed'")
        self.ok("publish", "out.db")
        self.assertEqual(first[3], "passed")
        self.assertEqual(cursor.fetchone()[3], "passed")
        reader.close()
        self.assertEqual(
            self.rows("out.db", "select remark from fct_results"),
            [("passed",), ("failed",)])

    def test_old_files_stay_and_come_back(self):
        for number, remark in enumerate(["'one'", "'two'", "'three'",
                                         "'four'"]):
            self.exams("[publish]\nkeep = 2\n", remark)
            self.ok("publish", "out.db")
        remark = lambda file: self.rows(
            file, "select remark from fct_results where result_id = 2")[0][0]
        self.assertEqual([remark(f) for f in ("out.db", "out.db.1",
                                              "out.db.2")],
                         ["four", "three", "two"])
        self.assertFalse((self.dir / "out.db.3").exists())
        self.ok("publish", "--undo", "out.db")
        self.assertEqual([remark(f) for f in ("out.db", "out.db.1",
                                              "out.db.undone")],
                         ["three", "two", "four"])
        self.ok("verify", "out.db")  # its .sha256 came with it
        self.ok("publish", "--undo", "out.db")
        self.fails(1, "out.db.1 to bring back", "publish", "--undo", "out.db")

    def test_compressed_copies_hold_the_file(self):
        self.exams("[publish]\ncompress = gzip\n")
        self.ok("publish", "out.db")
        self.assertEqual(gzip.open(self.dir / "out.db.gz").read(),
                         (self.dir / "out.db").read_bytes())
        first = sha256(self.dir / "out.db.gz")
        self.ok("publish", "out.db")
        self.assertEqual(first, sha256(self.dir / "out.db.gz"))
        self.ok("publish", "out.db", "--set", "publish.compress=zstd")
        self.assertTrue((self.dir / "out.db.zst.sha256").exists())

    def test_compressed_copies_follow_the_file(self):
        for remark in ("'one'", "'two'"):
            self.exams("[publish]\ncompress = gzip\n", remark)
            self.ok("publish", "out.db")
        self.ok("publish", "--undo", "out.db")
        self.assertEqual(gzip.open(self.dir / "out.db.gz").read(),
                         (self.dir / "out.db").read_bytes())
        (self.dir / "out.db.zst").write_text("somebody else's")
        self.exams("[publish]\ncompress = none\n", "'three'")
        self.ok("publish", "out.db")
        self.assertFalse((self.dir / "out.db.gz").exists())
        self.assertFalse((self.dir / "out.db.gz.sha256").exists())
        self.assertTrue((self.dir / "out.db.zst").exists())

    def test_on_publish_runs_and_is_told_the_file(self):
        self.exams("[publish]\non_publish = cp $LEARNSQL_FILE copy.db\n")
        self.ok("publish", "out.db")
        self.assertEqual(sha256(self.dir / "copy.db"),
                         sha256(self.dir / "out.db"))
        self.fails(1, "published, and on_publish failed: exit 3", "publish",
                   "out.db", "--set", "publish.on_publish=exit 3")


class StockTools(PublishCase):
    """Whoever gets a file has some sqlite3, and no learnsql."""

    def shell(self, file, *lines):
        done = subprocess.run(
            ["sqlite3", "-bail", "-readonly", self.dir / file],
            input="\n".join(lines) + "\n", capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), lines)
        return done.stdout.splitlines()

    def objects(self, file):
        return [name for name, in self.rows(
            file, "select name from sqlite_schema where type in ('table', "
            "'view') and name not like 'sqlite~_%' escape '~' order by 1")]

    made = {}  # the files by name, for all tests of the class

    def publish_all(self):
        """This repository's models: whole, and an edition with hashes."""
        if not self.made:
            self.project("[edition.team]\nscan = email\n"
                         "pii = email: hash, login: hash, *: keep\n", whole=True)
            self.ok("sync", *HOURS)
            self.ok("build")
            self.ok("publish", "whole.db")
            self.ok("publish", "team.db", "--edition", "team",
                    env={"LEARNSQL_EDITION_KEY": KEY})
            with sqlite3.connect(self.dir / "warehouse.db") as db:
                db.execute("pragma journal_mode = delete")
            for name in ("warehouse.db", "whole.db", "team.db"):
                self.made[name] = (self.dir / name).read_bytes()
        for name, data in self.made.items():
            (self.dir / name).write_bytes(data)
        return ("whole.db", "team.db")

    def test_shell_and_python_read_every_object_alike(self):
        for file in self.publish_all():
            names = self.objects(file)
            self.assertGreater(len(names), 60)
            counts = self.shell(
                file, *(f"select count(*) from (select * from \"{name}\");"
                        for name in names))
            with sqlite3.connect(f"file:{self.dir / file}?mode=ro",
                                 uri=True) as db:
                db.execute("pragma trusted_schema = off")
                for name, count in zip(names, counts):
                    with self.subTest(file=file, object=name):
                        rows = db.execute(f'select * from "{name}"').fetchall()
                        self.assertEqual(len(rows), int(count))

    def test_types_and_keys_are_those_of_the_warehouse(self):
        self.publish_all()
        tables = [name for name in self.objects("whole.db")
                  if not name.startswith("ls_") and name != "selftest"]
        keys = 0
        for name in tables:
            for pragma in ("table_xinfo", "foreign_key_list"):
                with self.subTest(table=name, pragma=pragma):
                    seen = self.rows("whole.db", f"pragma {pragma}({name})")
                    self.assertEqual(
                        seen, self.rows("warehouse.db",
                                        f"pragma {pragma}({name})"))
            keys += len(seen)
        self.assertGreater(keys, 20)
        # Also through the stock shell, and of an edition.
        for file in ("whole.db", "team.db"):
            self.assertEqual(
                self.shell(file, "select name, type, pk from pragma_table_info("
                           "'fct_github_events') where pk > 0;"),
                ["event_id|INTEGER|1", "action_time|TEXT|2"])
            self.assertIn(
                "dim_actors|actor_id|actor_id",
                self.shell(file, "select \"table\", \"from\", \"to\" from "
                           "pragma_foreign_key_list('fct_github_events');"))
        untyped = self.rows(
            "whole.db", "select m.name, c.name from sqlite_schema as m, "
            "pragma_table_xinfo(m.name) as c where m.type = 'table' and "
            "c.type = '' and m.name not like 'sqlite~_%' escape '~'")
        self.assertEqual(untyped, [])

    def test_selftest_of_every_edition_has_no_error(self):
        for file in self.publish_all():
            lines = self.shell(file, ".selftest")
            self.assertRegex(lines[-1], r"^0 errors out of \d+ tests$")

    def test_lint_refuses_what_is_newer_than_3_40(self):
        """Each came with a version after 3.40, or changed its meaning."""
        (self.dir / "learnsql.ini").write_text("[learnsql]\n")
        (self.dir / "sql").mkdir()
        (self.dir / "views").mkdir()
        for expression in [
            "string_agg('a', ',')", "concat('a', 'b')", "concat_ws('a', 'b')",
            "octet_length('a')", "timediff('2015-01-01', '2015-01-02')",
            "jsonb('1')", "json_pretty('1')", "json_error_position('1')",
            "json_array_insert('[]', '$[0]', 1)", "unistr('a')",
            "unhex('aa')", "median(1)", "percentile(1, 2)", "if(1, 2, 3)",
            "iif(1, 2)", "datetime('2015-01-01', 'subsec')",
            "date('2015-01-01', 'floor')", "strftime('%G', '2015-01-01')",
            "group_concat('a' order by 1)", "1_000",
        ]:
            with self.subTest(expression=expression):
                (self.dir / "views/q.sql").write_text(
                    "-- q, version 1\n-- A question.\n-- owner: test\n"
                    f"create view q (a) as select {expression} as a\n")
                done = self.run_program("lint")
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("views/q.sql:4:", done.stdout + done.stderr)


class Refused(PublishCase):
    def test_words(self):
        self.exams("[edition.team]\nobjects = fct_result\n")
        self.fails(2, "say where", "publish")
        self.fails(2, "no .edition.tem.*'team'", "publish", "x.db",
                   "--edition", "tem")
        self.fails(2, "fct_results", "publish", "x.db", "--edition", "team")
        self.assertFalse((self.dir / "x.db").exists())

    def test_a_model_that_changed_since_it_was_built(self):
        self.exams()
        path = self.dir / "sql/curated/fct_results.sql"
        path.write_text(path.read_text().replace("'passed'", "'PASSED'"))
        self.fails(1, "fct_results has changed since it was built", "publish",
                   "x.db")
        self.assertFalse((self.dir / "x.db").exists())
        self.assertFalse((self.dir / "x.db.part").exists())

    def test_a_published_file_is_no_warehouse(self):
        self.exams()
        self.ok("publish", "x.db")
        before = sha256(self.dir / "x.db")
        self.fails(1, "published file", "build", "--warehouse", "x.db")
        self.assertEqual(before, sha256(self.dir / "x.db"))

    def test_a_warehouse_is_never_replaced(self):
        self.exams()
        shutil.copy(self.dir / "warehouse.db", self.dir / "other.db")
        (self.dir / "link.db").symlink_to("warehouse.db")
        before = sha256(self.dir / "warehouse.db")
        for name in ("warehouse.db", "other.db", "link.db"):
            with self.subTest(name=name):
                self.fails(1, f"{name}: this is a warehouse.* another file",
                           "publish", name)
        self.assertEqual(before, sha256(self.dir / "warehouse.db"))
        self.assertEqual(list(self.dir.glob("*.db.1")), [])
        self.ok("publish", "x.db")  # replaced by the next
        self.ok("publish", "x.db")
        (self.dir / "text.db").write_text("no SQLite file")
        self.ok("publish", "text.db")
        self.assertEqual((self.dir / "text.db.1").read_text(),
                         "no SQLite file")

    def test_a_full_disk_leaves_the_file_as_it_was(self):
        self.exams()
        self.ok("publish", "out.db")
        before = sha256(self.dir / "out.db")
        self.exams(remark="'failed'")
        size = (self.dir / "out.db").stat().st_size
        for limit in (0, 4096, size // 2, size - 8192):
            done = subprocess.run(
                [commands_test.LEARNSQL, "publish", "out.db"],
                cwd=self.dir, capture_output=True, text=True,
                preexec_fn=lambda: resource.setrlimit(
                    resource.RLIMIT_FSIZE, (limit, limit)))
            self.assertNotEqual(done.returncode, 0, done.stderr)
            self.assertEqual(before, sha256(self.dir / "out.db"))
            self.assertFalse((self.dir / "out.db.part").exists())
            self.ok("verify", "out.db")

    def test_places_that_cannot_be_written(self):
        self.exams()
        (self.dir / "folder").mkdir()
        self.fails(1, "is a folder", "publish", "folder")
        self.fails(1, "none/x.db: its folder is not there; make it first",
                   "publish", "none/x.db")

    def test_verify_sees_what_was_changed(self):
        self.exams()
        self.ok("publish", "out.db")
        with sqlite3.connect(self.dir / "out.db") as db:
            db.execute("update fct_results set remark = 'x' where result_id = 1")
        self.fails(1, "sha256", "verify", "out.db")
        os.remove(self.dir / "out.db.sha256")
        self.fails(1, "rows of fct_results", "verify", "out.db")
        self.fails(1, "not made by 'learnsql publish'", "verify",
                   "warehouse.db")


class Editions(PublishCase):
    HASHED = ("[edition.team]\npii = email: hash, name: drop, id: hash\n")

    def publish(self, *more, env=None):
        return self.ok("publish", "out.db", "--edition", "team", *more,
                       env=env or {"LEARNSQL_EDITION_KEY": KEY})

    def test_classes_are_dropped_and_hashed_and_joins_go_on(self):
        self.exams(self.HASHED)
        done = self.publish()
        self.assertRegex(done.stderr, "dim_learners.full_name dropped")
        self.assertRegex(done.stderr, "dim_learners.email hashed")
        self.assertRegex(done.stderr, "proof: none of 6 values")
        self.assertRegex(done.stderr, "dim_learners__name .* is left out")
        names = [row[1] for row in
                 self.rows("out.db", "pragma table_info(dim_learners)")]
        self.assertEqual(names, ["learner_id", "email", "cohort",
                                 "manager_id"])
        joined = self.rows(
            "out.db", "select count(*) from fct_results join dim_learners "
            "using (learner_id) where learner_email = email")
        self.assertEqual(joined, [(2,)])
        self.assertEqual(self.rows("out.db", "select cohort from result_list"),
                         [("A",), ("B",)])
        data = (self.dir / "out.db").read_bytes()
        for secret in (b"ann.example@", b"Bob Sample", KEY.encode()):
            self.assertNotIn(secret, data)
        ids = [row[0] for row in
               self.rows("out.db", "select learner_id from dim_learners")]
        self.assertFalse({101, 102} & set(ids))
        self.ok("verify", "out.db")

    def test_hashed_keys_put_the_rows_in_their_order(self):
        """The order of arrival would tell whose hash is whose; and a reader of
        the file sees the rows in the order that the proof was made in."""
        self.people_by_mail()
        self.publish()
        mails = [row[0] for row in self.rows(
            "out.db", "select email from dim_mails not indexed")]
        self.assertEqual(len(mails), 40)
        self.assertEqual(mails, sorted(mails))
        visits = self.rows("out.db", "select email, day from fct_visits")
        self.assertEqual(visits, sorted(visits))
        self.assertIn("whole", self.ok("verify", "out.db").stderr)
        if shutil.which("sqlite3"):
            said = subprocess.run(
                ["sqlite3", self.dir / "out.db", ".selftest"], text=True,
                capture_output=True).stdout
            self.assertRegex(said, r"^0 errors out of \d\d? tests|\n0 errors")

    def people_by_mail(self):
        (self.dir / "sql/curated").mkdir(parents=True, exist_ok=True)
        digits = ", ".join(f"({n})" for n in range(10))
        for name, table, query in [
            ("dim_mails", "email text not null primary key -- pii: email\n"
             ") strict;", f"ones (one) as (values {digits}), final as (select "
             "'person' || cast(tens.one as varchar) || cast(ones.one as "
             "varchar) || '@x.example' as email from ones as tens cross join "
             "ones where tens.one < 4)"),
            ("fct_visits", "email text not null, -- pii: email\n"
             "day text not null, primary key (email, day)) strict, "
             "without rowid;", "mails as (select email from dim_mails), "
             "final as (select email, '2024-01-01' as day from mails union all "
             "select email, '2024-01-02' as day from mails)"),
        ]:
            (self.dir / f"sql/curated/{name}.sql").write_text(
                f"-- {name}, version 1\n-- A test's.\n-- owner: test\n"
                f"create table {name} (\n{table}\nwith {query}\n"
                "select * from final;\n")
        (self.dir / "learnsql.ini").write_text("[learnsql]\n" + self.HASHED)
        self.ok("build")

    def test_another_key_gives_other_hashes_the_same_key_the_same(self):
        self.exams(self.HASHED)
        emails = lambda: self.rows("out.db", "select email from dim_learners "
                                   "order by cohort")
        self.publish()
        first, digest = emails(), sha256(self.dir / "out.db")
        self.publish()
        self.assertEqual(digest, sha256(self.dir / "out.db"))
        self.publish(env={"LEARNSQL_EDITION_KEY": KEY[::-1]})
        self.assertNotEqual(first, emails())
        (self.dir / ".env").write_text(f"LEARNSQL_EDITION_KEY={KEY}\n")
        self.ok("publish", "out.db", "--edition", "team")
        self.assertEqual(digest, sha256(self.dir / "out.db"))

    def test_no_key_no_file(self):
        self.exams(self.HASHED)
        self.fails(1, "LEARNSQL_EDITION_KEY is neither", "publish", "x.db",
                   "--edition", "team")
        self.fails(1, "shorter than 16", "publish", "x.db", "--edition",
                   "team", env={"LEARNSQL_EDITION_KEY": "short"})

    def test_a_value_that_hides_elsewhere_stops_it(self):
        self.exams(self.HASHED, "'write to ' || email")
        done = self.fails(
            3, "pii: email.*fct_results.remark", "publish", "x.db",
            "--edition", "team", env={"LEARNSQL_EDITION_KEY": KEY})
        self.assertNotIn("bob.sample", done.stderr)
        self.assertFalse((self.dir / "x.db").exists())
        self.ok("publish", "x.db", "--edition", "team", "--set",
                "edition.team.scan=name", env={"LEARNSQL_EDITION_KEY": KEY})

    def test_messages_of_checks_quote_nobody(self):
        (self.dir / "sql/curated").mkdir(parents=True)
        (self.dir / "sql/curated/fct_results.check.sql").write_text(
            "-- check: no_results\n-- severity: warn\n"
            "select result_id, learner_email from fct_results;\n")
        self.exams(self.HASHED)
        message = "select outcome, message from ls_check"
        self.ok("publish", "whole.db")
        (outcome, text), = self.rows("whole.db", message)
        self.assertEqual(outcome, "fail")
        self.assertIn("ann.example@mail.test", text)
        self.publish()
        self.assertEqual(self.rows("out.db", message), [("fail", None)])
        self.publish("--set", "edition.team.pii=*: keep")
        self.assertEqual(self.rows("out.db", message), [("fail", text)])

    def test_rows_are_chosen_with_all_that_hangs_on_them(self):
        self.exams("[edition.team]\nrows = fct_results: result_id = 2\n")
        self.publish()
        self.assertEqual(self.rows("out.db", "select result_id from fct_results"),
                         [(2,)])
        self.fails(1, "no such column", "publish", "x.db", "--edition", "team",
                   "--set", "edition.team.rows=fct_results: missing = 2")
        self.fails(2, "fct_results", "publish", "x.db", "--edition", "team",
                   "--set", "edition.team.rows=fct_result: result_id = 2")

    def test_a_key_cannot_be_dropped(self):
        self.exams("[edition.team]\npii = id: drop\n")
        self.fails(1, "primary key and cannot be dropped: hash it", "publish",
                   "x.db", "--edition", "team")

    def test_a_view_that_needs_a_dropped_column_is_named(self):
        self.exams("[edition.team]\npii = name: drop\n")
        view = self.dir / "views/names.sql"
        view.write_text("-- names, version 1\n-- Names.\n-- owner: test\n"
                        "create view names (full_name) as\n"
                        "select full_name from dim_learners order by 1\n")
        self.ok("build")
        self.fails(1, "names does not run in this file", "publish", "x.db",
                   "--edition", "team")
        self.ok("publish", "x.db", "--edition", "team", "--set",
                "edition.team.objects=result_list")
        self.assertEqual(
            self.rows("x.db", "select name from sqlite_schema where type = "
                      "'view'"), [("result_list",)])


if __name__ == "__main__":
    commands_test.LEARNSQL = os.path.abspath(sys.argv[1])
    commands_test.ROOT = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
