#!/usr/bin/env python3
"""Runs the learnsql program as people do: good input, bad input, exit codes.

usage: commands_test.py LEARNSQL ROOT
"""

import contextlib
import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from some_models import link_models  # noqa: E402

LEARNSQL = ""
ROOT = pathlib.Path()
HOURS = ["--from", "2015-01-01T00", "--to", "2015-01-01T02"]


def event(number, **more):
    record = {
        "id": str(number),
        "type": "WatchEvent",
        "actor": {"id": 1, "login": "ann"},
        "repo": {"id": 2, "name": "ann/a"},
        "payload": {"action": "started"},
        "public": True,
        "created_at": "2015-03-01T00:00:%02dZ" % (number % 60),
    }
    record.update(more)
    return json.dumps(record)


class CommandCase(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="learnsql-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def run_program(self, *arguments, cwd=None, env=None, text_in=""):
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("LEARNSQL_")
        }
        environment["HOME"] = str(self.dir)
        environment.update(env or {})
        return subprocess.run(
            [LEARNSQL, *map(str, arguments)],
            cwd=cwd or self.dir,
            env=environment,
            input=text_in,
            capture_output=True,
            text=True,
        )

    def ok(self, *arguments, **more):
        done = self.run_program(*arguments, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def fails(self, code, message, *arguments, **more):
        done = self.run_program(*arguments, **more)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, message)
        return done

    def project(self, ini="", whole=False):
        """GH Archive's models of this repository, or all, on a warehouse of the
        test's own."""
        for folder in ("sql", "views"):
            if not (self.dir / folder).exists() and whole:
                (self.dir / folder).symlink_to(ROOT / folder)
        if not (self.dir / "sql").exists():
            link_models(ROOT, self.dir, "gharchive")
        if not (self.dir / "data").exists():
            (self.dir / "data").symlink_to(ROOT / "data")
        text = "[gharchive]\nbase_url = data/samples/gharchive\n" + ini
        (self.dir / "learnsql.ini").write_text(text)

    def write_hour(self, name, lines):
        folder = self.dir / "hours"
        folder.mkdir(exist_ok=True)
        body = "".join(line + "\n" for line in lines).encode()
        (folder / name).write_bytes(gzip.compress(body, mtime=0))


class Settings(CommandCase):
    def ini(self, text):
        (self.dir / "learnsql.ini").write_text(text)

    def test_errors_name_file_line_and_nearest_key(self):
        cases = [
            ("[learnsql]\nwarehuose = x\n", r"learnsql.ini:2: .*'warehouse'"),
            ("[learnsq]\nwarehouse = x\n", r"learnsql.ini:1: .*'learnsql'"),
            ("warehouse = x\n", r"learnsql.ini:1: .*first \[section\]"),
            ("[learnsql]\n\nnonsense\n", r"learnsql.ini:3: "),
            ("[learnsql]\nwarehouse=a\nwarehouse=b\n", r":3: .*line 2"),
            ("[learnsql\n", r"learnsql.ini:1: "),
            ("[gharchive.x]\n", r"learnsql.ini:1: unknown section"),
            ("[gharchive]\npayload = some\n", None),
        ]
        for text, message in cases:
            with self.subTest(text=text):
                self.ini(text)
                if message:
                    self.fails(1, message, "config", "show")

    def test_values_are_checked_where_they_were_set(self):
        self.project()
        for key, value in [
            ("payload", "some"),
            ("columns", "few"),
            ("landing", "days x"),
            ("max_rejects", "200%"),
            ("start", "yesterday"),
        ]:
            with self.subTest(key=key):
                self.project(f"{key} = {value}\n")
                self.fails(
                    1, rf"learnsql.ini:3: .*gharchive.{key}", "sync", *HOURS
                )

    def test_a_source_is_what_has_a_section(self):
        self.ini("[learnsql]\n")
        self.fails(2, r"no source is configured.*\[gharchive\]", "sync")
        self.ini("[gharchive]\n")
        self.fails(2, "start", "sync")  # found, and asks where to begin
        self.fails(1, r"contract = 'none'.*sql/raw/none.sql", "sync",
                   "--set", "gharchive.contract=none", *HOURS)

    def test_flag_over_environment_over_dotenv_over_ini(self):
        self.ini("[learnsql]\nwarehouse = ini.db\n")
        shown = lambda *a, **k: self.ok("config", "show", *a, **k).stdout
        self.assertIn("warehouse = ini.db", shown())
        (self.dir / ".env").write_text('LEARNSQL_WAREHOUSE="dotenv.db"\n')
        self.assertIn("warehouse = dotenv.db", shown())
        env = {"LEARNSQL_WAREHOUSE": "env.db"}
        self.assertIn("warehouse = env.db", shown(env=env))
        flag = "--set=learnsql.warehouse=flag.db"
        self.assertIn("warehouse = flag.db", shown(flag, env=env))
        self.assertIn("# --set", shown(flag, "--origin"))

    def test_dotenv_errors_hide_the_line(self):
        self.ini("")
        (self.dir / ".env").write_text("A=b\nhunter2\n")
        done = self.fails(1, r"\.env:2: ", "config", "show")
        self.assertNotIn("hunter2", done.stderr)

    def test_bad_set_is_usage(self):
        self.fails(2, "section.key=value", "--set", "x", "config", "show")
        self.fails(
            2, "did you mean", "config", "show", "--set", "learnsql.warehose=x"
        )


class CommandLine(CommandCase):
    def test_unknown_words_are_usage(self):
        self.fails(2, "did you mean 'build'", "biuld")
        self.fails(2, "one argument too many", "query", "select 1", "extra")
        self.fails(2, "unrecognised option", "sync", "--frm", "x")
        self.fails(2, "log format", "--log-format", "xml", "config", "show")
        self.fails(2, "unknown source.*gharchive", "sync", "gharchiv",
                   cwd=self.in_project())
        self.fails(2, "the range is empty", "sync", "--from", "2015-01-02",
                   "--to", "2015-01-01", cwd=self.in_project())
        self.fails(2, "no UTC time", "sync", "--from", "monday",
                   cwd=self.in_project())

    def in_project(self):
        self.project()
        return self.dir

    def test_global_flags_stand_before_or_after(self):
        self.ok("--quiet", "config", "show")
        self.ok("config", "show", "--quiet")

    def test_log_format_json_is_json(self):
        done = self.run_program("--log-format", "json", "sync")
        for line in done.stderr.splitlines():
            self.assertIn("message", json.loads(line))

    def test_nothing_there_says_what_to_type(self):
        self.fails(2, "learnsql init", "sync")
        self.fails(2, "learnsql init", "build")
        self.fails(2, "learnsql init|learnsql sync")
        self.fails(1, "learnsql sync", "query", "select 1")
        self.project()
        self.fails(2, "--from", "sync")
        self.ok("sync", *HOURS)
        self.fails(1, "learnsql build", "query",
                   "select * from event_type_share")
        self.fails(1, "learnsql sync", "status", "--warehouse", "no.db")

    def test_selectors(self):
        self.ok("init", "p")
        p = self.dir / "p"
        self.fails(2, "did you mean 'working_days'", "build", "workin_days",
                   cwd=p)
        self.assertIn("2 built", self.ok("build", "+working_days", cwd=p).stderr)
        self.fails(2, "nothing is selected", "build", "state:stale", cwd=p)
        self.fails(2, "nothing is selected", "plan", "views/,sql/", cwd=p)
        self.fails(2, "unknown state", "lint", "state:old", cwd=p)
        self.assertIn("1 of 1 passed", self.ok("check", "dim_*", cwd=p).stderr)
        self.fails(2, "has a check", "check", "working_days", cwd=p)

    def test_list_and_describe(self):
        self.ok("init", "p")
        p = self.dir / "p"
        rows = json.loads(self.ok("list", "--json", cwd=p).stdout)
        self.assertEqual([(r["name"], r["kind"]) for r in rows],
                         [("dim_weekdays", "table"), ("working_days", "view"),
                          ("dim_weekdays.a_week_has_seven_days", "check")])
        self.fails(2, "did you mean", "list", "dim_weekday", cwd=p)
        self.ok("build", cwd=p)
        self.fails(1, "did you mean 'dim_weekdays'", "describe", "dim_weekday",
                   cwd=p)
        self.fails(1, "did you mean 'weekday'", "describe",
                   "dim_weekdays.weekdy", cwd=p)
        self.fails(2, "text, json or mermaid", "describe", "x", "--format",
                   "xml", cwd=p)
        told = json.loads(
            self.ok("describe", "dim_weekdays", "--json", cwd=p).stdout)
        self.assertEqual(told["row_count"], 7)
        self.assertEqual(told["columns"][1]["null_share"], 0)
        self.assertEqual(told["columns"][1]["distinct_estimate"], 7)
        self.assertEqual(told["columns"][1]["example"], "Monday")
        self.assertEqual(told["downstream"],
                         [{"from": "dim_weekdays", "to": "working_days"}])
        text = self.ok("describe", "working_days", cwd=p).stdout
        self.assertIn("owner       you", text)
        self.assertIn("reads       dim_weekdays", text)
        text = self.ok("describe", "working_days.name", cwd=p).stdout
        self.assertIn("comes from  dim_weekdays.name", text)
        self.assertIn("not told    dim_weekdays.name", text)
        chart = self.ok("describe", "working_days", "--format", "mermaid",
                        cwd=p).stdout
        self.assertIn("flowchart LR", chart)
        self.assertIn("n1 --> n0", chart)

    def test_what_builds_no_table_is_not_to_be_built(self):
        self.project()
        self.ok("build", "dim_date")
        for name in ("gharchive", "record_count_between"):
            with self.subTest(name=name):
                done = self.fails(1, name, "describe", name)
                self.assertNotIn("build", done.stderr)
                done = self.fails(1, name, "query", f"select * from {name}")
                self.assertNotIn("build", done.stderr)
        for name in ("record_count", "dim_actors", "stg_gharchive__events"):
            with self.subTest(name=name):
                self.fails(1, f"learnsql build {name}", "describe", name)
                self.fails(1, f"{name}; .* not built yet",
                           "query", f"select * from {name}")

    def test_describe_knows_sources_and_freshness(self):
        self.project()
        self.ok("sync", *HOURS)
        self.ok("build", "record_count")
        told = json.loads(self.ok("describe", "gharchive", "--json").stdout)
        self.assertEqual(told["objects"][0]["loaded"], 2)
        self.assertIn({"from": "raw_gharchive__events",
                       "to": "stg_gharchive__events"}, told["downstream"])
        events = json.loads(
            self.ok("describe", "fct_github_events", "--json").stdout)
        self.assertEqual(events["freshness"][0]["loaded_to"],
                         "2015-01-01T02:00:00Z")
        self.assertEqual(events["freshness"][0]["open_slices"], 0)
        by_name = {c["column"]: c for c in events["columns"]}
        self.assertIsNone(by_name["actor_id"]["example"])
        self.assertEqual(by_name["actor_id"]["pii"], "id")
        self.assertEqual(by_name["type"]["example"], "PushEvent")
        column = json.loads(self.ok(
            "describe", "fct_github_events.actor_id", "--json").stdout)
        self.assertEqual(column["untold"], [])
        self.assertIn({"from": "raw_gharchive__events.actor_id",
                       "to": "stg_gharchive__events.actor_id"},
                      column["upstream"])
        shown = self.ok("-c", ".describe fct_github_events.actor_id").stdout
        self.assertIn("and that    raw_gharchive__events.actor_id", shown)
        self.fails(1, "did you mean 'actor_id'", "-c",
                   ".describe fct_github_events.actor_i")
        self.fails(1, "is not built yet", "describe", "top_contributors",
                   cwd=self.dir)

    def test_plan_names_what_would_break(self):
        self.ok("init", "p")
        p = self.dir / "p"
        self.ok("build", cwd=p)
        with sqlite3.connect(p / "warehouse.db") as db:
            db.execute("create view mine as select is_weekend, name "
                       "from dim_weekdays")
        model = p / "sql/curated/dim_weekdays.sql"
        model.write_text(model.read_text().replace(" name ", " label ")
                         .replace("(weekday, name)", "(weekday, label)")
                         .replace("        name,", "        label,"))
        plan = json.loads(self.ok("plan", "--json", cwd=p).stdout)
        self.assertEqual([(b["name"], b["kind"], b["owner"])
                          for b in plan["broken"]],
                         [("working_days", "view", "you"),
                          ("mine", "foreign", "")])
        self.fails(3, "would break working_days, mine", "plan", "--check",
                   cwd=p)
        self.fails(1, "unknown column 'name'", "build", cwd=p)

    def test_version_and_help(self):
        self.assertRegex(self.ok("--version").stdout, r"^learnsql \d")
        self.assertIn("commands:", self.ok("--help").stdout)


class Init(CommandCase):
    def test_new_project_builds_at_once(self):
        self.ok("init", "p")
        ini = (self.dir / "p/learnsql.ini").read_text()
        shown = self.ok("config", "show", cwd=self.dir / "p").stdout
        keys = re.findall(r"^(\w+) =", shown, re.M)
        self.assertGreater(len(keys), 5)
        for key in keys:
            self.assertRegex(ini, rf"(?m)^#{key} =")
        self.ok("build", cwd=self.dir / "p")
        rows = self.ok("query", "select count(*) as n from working_days",
                       "--json", cwd=self.dir / "p").stdout
        self.assertEqual(json.loads(rows), [{"n": 5}])
        self.fails(2, "a project already", "init", "p")


class MainJob(CommandCase):
    def test_samples_from_sync_to_question(self):
        self.project(whole=True)
        done = self.ok("sync", "gharchive", *HOURS)
        self.assertIn("15 129 rows", done.stderr)
        again = self.ok("sync", "gharchive", *HOURS)
        self.assertIn("0 loaded", again.stderr)
        self.ok("status", "gharchive", *HOURS, "--check")
        self.ok("build")
        share = json.loads(
            self.ok("query", "--json", "select * from event_type_share").stdout
        )
        self.assertEqual(share[0]["type"], "PushEvent")
        self.assertEqual(share[0]["record_count"], 8430)
        self.assertEqual(share[0]["share"], 8430 / 15129)
        noop = self.ok("build")
        self.assertRegex(noop.stderr, r"\b0 built\b")

    def test_views_equal_the_independent_count(self):
        expected = ROOT / "tests/sql/expected"
        folders = sorted(p for p in expected.iterdir() if p.is_dir())
        self.assertGreater(len(folders), 0)
        for folder in folders:
            with self.subTest(hours=folder.name):
                self.check_views(folder)

    def check_views(self, folder):
        self.project()
        for file in self.dir.glob("warehouse.db*"):
            file.unlink()
        hour = re.search(r"2015-01-01-(\d)$", folder.name)
        first = int(hour.group(1)) if hour else 0
        last = first + 1 if hour else 2
        self.ok("sync", "--from", f"2015-01-01T0{first}",
                "--to", f"2015-01-01T0{last}")
        self.ok("build")
        compared = 0
        for csv in sorted(folder.glob("*.csv")):
            if csv.stem == "github_events":
                continue
            got = self.ok("query", "--format", "csv",
                          f"select * from {csv.stem}").stdout
            self.assertEqual(got.replace("\r\n", "\n"),
                             csv.read_text().replace("\r\n", "\n"), csv.name)
            compared += 1
        self.assertGreater(compared, 5)

    def test_force_replaces_and_changes_nothing(self):
        self.project()
        self.ok("sync", *HOURS)
        count = "select count(*) as n, min(row_id) as r from raw_gharchive__events"
        before = json.loads(self.ok("query", "--json", count).stdout)[0]
        self.assertIn("2 loaded", self.ok("sync", *HOURS, "--force").stderr)
        after = json.loads(self.ok("query", "--json", count).stdout)[0]
        self.assertEqual(before["n"], after["n"])
        self.assertGreater(after["r"], before["r"])

    def test_gaps_are_ranges_and_a_gate(self):
        self.project()
        self.ok("sync", *HOURS)
        done = self.fails(
            3, r"gap 2015-01-01T02:00:00Z to 2015-01-01T06:00:00Z: 4",
            "status", "gharchive", "--from", "2015-01-01",
            "--to", "2015-01-01T06", "--check")
        self.assertIn("loaded", done.stdout)

    def test_settings_choose_columns_and_payload(self):
        self.project()
        self.ok("sync", *HOURS, "--set", "gharchive.columns=all",
                "--set", "gharchive.payload=none")
        row = json.loads(self.ok(
            "query", "--json",
            "select count(actor_url) as urls, count(payload_ref) as refs "
            "from raw_gharchive__events").stdout)[0]
        self.assertEqual(row["urls"], 15129)
        self.assertEqual(row["refs"], 0)


class BadInput(CommandCase):
    def sync(self, *more):
        return self.run_program(
            "sync", "--from", "2015-03-01T00", "--to", "2015-03-01T01",
            "--set", f"gharchive.base_url={self.dir / 'hours'}", *more)

    def setUp(self):
        super().setUp()
        self.project()

    def test_rejects_below_the_limit_are_kept(self):
        self.write_hour("2015-03-01-0.json.gz",
                        [event(1), '{"id":"2"', event(3), "[1]"])
        done = self.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2 rejected", done.stderr)
        with sqlite3.connect(self.dir / "warehouse.db") as db:
            rows = db.execute(
                "select line, byte_offset, reason, cast(raw as text) "
                "from ls_reject order by sequence").fetchall()
        self.assertEqual(rows[0][0], 2)
        self.assertEqual(rows[0][1], len(event(1)) + 1)
        self.assertTrue(rows[0][3].startswith('{"id":"2"'))
        self.assertEqual(rows[1][2], "not_an_object")

    def test_rejects_above_the_limit_stop_the_slice(self):
        self.write_hour("2015-03-01-0.json.gz", [event(1)] + ["nonsense"] * 11)
        done = self.sync()
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("max_rejects", done.stderr)
        status = self.run_program("status", "--json").stdout
        slice_ = json.loads(status)[0]
        self.assertEqual(slice_["state"], "failed")
        self.assertEqual(slice_["rows_loaded"], 0)

    def test_damaged_file_fails_its_slice_only(self):
        self.write_hour("2015-03-01-0.json.gz", [event(n) for n in range(50)])
        file = self.dir / "hours/2015-03-01-0.json.gz"
        file.write_bytes(file.read_bytes()[:-9])
        self.write_hour("2015-03-01-1.json.gz", [event(99)])
        done = self.run_program(
            "sync", "--from", "2015-03-01T00", "--to", "2015-03-01T02",
            "--set", f"gharchive.base_url={self.dir / 'hours'}")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"2015-03-01-0\.json\.gz.*byte")
        self.assertIn("1 loaded", done.stderr)
        self.assertIn("1 failed", done.stderr)

    def test_not_a_warehouse_is_left_alone(self):
        other = self.dir / "other.db"
        with sqlite3.connect(other) as db:
            db.execute("create table t (x)")
        before = other.read_bytes()
        self.write_hour("2015-03-01-0.json.gz", [event(1)])
        done = self.sync("--warehouse", other)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("did not make", done.stderr)
        self.assertEqual(other.read_bytes(), before)

    def test_broken_constraint_stops_the_build(self):
        self.ok("init", "p")
        model = self.dir / "p/sql/curated/dim_weekdays.sql"
        model.write_text(model.read_text().replace("(7, 'Sunday')",
                                                   "(7, null)"))
        done = self.fails(3, "dim_weekdays", "build", cwd=self.dir / "p")
        self.assertIn("name", done.stderr)
        before = self.dir / "p/before.json"
        before.write_text("before")
        (self.dir / "p/run.json").hardlink_to(before)
        self.fails(3, "dim_weekdays", "build", "--artifact", "run.json",
                   cwd=self.dir / "p")
        self.assertEqual("before", before.read_text(), "a new file, when whole")
        done = self.fails(3, "dim_weekdays", "build", "--artifact",
                          "/dev/stdout", cwd=self.dir / "p")
        self.assertEqual("gate", json.loads(done.stdout)["outcome"])
        run = json.loads((self.dir / "p/run.json").read_text())
        self.assertEqual(run["outcome"], "gate")
        self.fails(1, "cannot be written", "build", "--artifact", "no/run.json",
                   cwd=self.dir / "p")
        with sqlite3.connect(self.dir / "p/warehouse.db") as db:
            kept = db.execute("select model, kind, row_json from ls_failure")
            self.assertEqual(kept.fetchone()[:2], ("dim_weekdays", "not null"))
            made = db.execute("select 1 from sqlite_schema "
                              "where name = 'dim_weekdays'").fetchone()
            self.assertIsNone(made)


class Severities(CommandCase):
    def setUp(self):
        super().setUp()
        self.ok("init", ".")
        (self.dir / "sql/checks").mkdir(exist_ok=True)
        (self.dir / "sql/checks/days.sql").write_text("".join(
            f"-- check: {name}\n-- severity: {name}\n"
            "select weekday from dim_weekdays;\n" for name in ("info", "warn")))

    def test_are_told_by_check_and_kept(self):
        self.ok("build")
        done = self.ok("check", "--json")
        self.assertEqual(
            [("error", "pass"), ("info", "fail"), ("warn", "fail")],
            sorted((row["severity"], row["outcome"])
                   for row in json.loads(done.stdout)))
        self.assertIn("1 of 3 passed, 0 failed, 1 warned, 1 for information",
                      done.stderr)
        with sqlite3.connect(self.dir / "warehouse.db") as db:
            self.assertEqual(
                [("info", "info"), ("warn", "warn")],
                db.execute("select distinct name, severity from ls_check where "
                           "outcome = 'fail' order by 1").fetchall())

    def test_are_levels_of_the_log(self):
        done = self.ok("build", "--log-format", "json")
        levels = {}
        for line in map(json.loads, done.stderr.splitlines()):
            if line["message"].startswith("check "):
                levels[line["message"].split()[1]] = line["level"]
        self.assertEqual({"info:": "info", "warn:": "warning"}, levels)


class Query(CommandCase):
    def setUp(self):
        super().setUp()
        with sqlite3.connect(self.dir / "q.db") as db:
            db.execute("create table t (a integer, b text)")
            db.executemany("insert into t values (?, ?)",
                           [(1, "x"), (2, None), (3, 'say "hi", ok')])

    def q(self, *arguments, **more):
        return self.run_program("query", "--warehouse", "q.db", *arguments,
                                **more)

    def test_formats(self):
        sql = "select * from t order by a"
        expected = {
            "csv": 'a,b\n1,x\n2,\n3,"say ""hi"", ok"\n',
            "jsonl": '{"a":1,"b":"x"}\n{"a":2,"b":null}\n'
                     '{"a":3,"b":"say \\"hi\\", ok"}\n',
        }
        for name, text in expected.items():
            out = self.q("--format", name, sql).stdout.replace("\r\n", "\n")
            self.assertEqual(out, text)
        for name in ("table", "tsv", "json", "markdown", "line"):
            self.assertIn("say", self.q("--format", name, sql).stdout, name)
        self.assertEqual(self.q("--format", "xml", sql).returncode, 2)

    def test_sources_of_the_text(self):
        (self.dir / "q.sql").write_text("select 7 as n")
        self.assertIn("7", self.q("-f", "q.sql").stdout)
        self.assertIn("8", self.q("-", text_in="select 8 as n").stdout)
        self.assertEqual(self.q("-f", "q.sql", "select 1").returncode, 2)

    def test_parameters_are_bound_not_pasted(self):
        out = self.q("--json", "--param", "x=1); drop table t; --",
                     "select :x as x").stdout
        self.assertEqual(json.loads(out), [{"x": "1); drop table t; --"}])
        self.assertEqual(self.q("select :x").returncode, 1)
        self.assertEqual(self.q("select 1", "--param", "x=1").returncode, 1)

    def test_writes_are_refused(self):
        for sql in ("delete from t", "drop table t", "attach 'x.db' as x",
                    "pragma user_version = 3", "insert into t values (1, 2)"):
            with self.subTest(sql=sql):
                self.assertEqual(self.q(sql).returncode, 1)
        with sqlite3.connect(self.dir / "q.db") as db:
            self.assertEqual(db.execute("select count(*) from t").fetchone(),
                             (3,))

    def test_errors_point_at_the_text(self):
        done = self.q("select a,\n  bb from t")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r":2:3")
        self.assertIn("did you mean", done.stderr)

    def test_a_reader_that_goes_away_is_no_error(self):
        rows = ("with recursive n(i) as (select 1 union all select i + 1 "
                "from n where i < 300000) select i, hex(i) as h from n")
        commands = [["query", "--warehouse", "q.db", rows], ["q.db", "-c", rows],
                    ["q.db", "-c", rows, "--format", "csv", "-c", rows]]
        for arguments in commands:
            with self.subTest(arguments=arguments[:2]):
                process = subprocess.Popen(
                    [LEARNSQL, *arguments], cwd=self.dir,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                process.stdout.readline()
                process.stdout.close()
                self.assertEqual(process.stderr.read(), b"")
                process.stderr.close()
                self.assertEqual(process.wait(), 0)
        done = self.ok("q.db", "-f", "-", text_in=".once |head -n 1\n" + rows +
                       ";\nselect 'after' as a;\n")
        self.assertIn("after", done.stdout)
        self.assertEqual(done.stderr, "")
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [LEARNSQL, "query", "--warehouse", "q.db", rows], cwd=self.dir,
                stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)

    def test_interrupt_is_130(self):
        endless = ("with recursive n(i) as (select 1 union all select i + 1 "
                   "from n) select count(*) from n")
        process = subprocess.Popen(
            [LEARNSQL, "query", "--warehouse", "q.db", endless], cwd=self.dir,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertEqual(process.returncode, 130)


class Writers(CommandCase):
    def test_second_writer_is_told_who_holds_the_lock(self):
        import fcntl

        self.project()
        with open(self.dir / "warehouse.db.lock", "w") as lock:
            lock.write("process 4711 ('learnsql sync', since today)")
            lock.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.fails(4, "4711", "sync", *HOURS)
            self.fails(4, "4711", "build")

    def test_wait_waits_for_the_other_writer(self):
        import fcntl

        self.project()
        for command in (["sync", *HOURS], ["build"]):
            with self.subTest(command=command[0]):
                with open(self.dir / "warehouse.db.lock", "w") as lock:
                    lock.write("process 4711 ('learnsql sync', since today)")
                    lock.flush()
                    fcntl.flock(lock, fcntl.LOCK_EX)
                    process = subprocess.Popen(
                        [LEARNSQL, *command, "--wait"], cwd=self.dir,
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                        text=True)
                    with self.assertRaises(subprocess.TimeoutExpired):
                        process.wait(1)  # it would have failed by then
                out, err = process.communicate()
                self.assertEqual(process.returncode, 0, out + err)

    def test_interrupt_ends_the_waiting(self):
        import fcntl

        self.project()
        with open(self.dir / "warehouse.db.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = subprocess.Popen(
                [LEARNSQL, "sync", *HOURS, "--wait"], cwd=self.dir,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            process.communicate()
            self.assertEqual(process.returncode, 130)


class Readme(CommandCase):
    def test_names_every_command_and_each_has_help(self):
        commands = re.findall(r"^  (\w[\w-]*) +\S", self.ok("--help").stdout
                              .split("commands:")[1].split("\n\n")[0], re.M)
        self.assertGreater(len(commands), 4)
        readme = (ROOT / "README.md").read_text()
        for command in commands:
            self.assertRegex(readme, rf"(?m)^(learnsql|    learnsql) ?{command}\b"
                             rf"|`learnsql {command}|\| `{command}", command)
            shown = self.ok(command, "--help").stdout
            self.assertIn(f"usage: learnsql {command}", shown)

    def test_two_commands_exist(self):
        readme = (ROOT / "README.md").read_text()
        for script in ("tools/quickstart.sh", "tools/test.sh"):
            self.assertIn(script, readme)
            self.assertTrue(os.access(ROOT / script, os.X_OK))


class Questions(CommandCase):
    built = b""  # the warehouse that all tests begin with

    def setUp(self):
        super().setUp()
        self.project()
        warehouse = self.dir / "warehouse.db"
        if not Questions.built:
            self.ok("sync", "gharchive", *HOURS)
            self.ok("build")
            with contextlib.closing(sqlite3.connect(warehouse)) as db:
                db.execute("pragma wal_checkpoint(truncate)")
            Questions.built = warehouse.read_bytes()
        warehouse.write_bytes(Questions.built)

    def ask(self, *params, name="record_count_between"):
        flags = [part for text in params for part in ("--param", text)]
        done = self.ok("query", "--question", name, *flags, "--json")
        return json.loads(done.stdout)

    def test_take_defaults_and_values(self):
        self.assertEqual(self.ask(), [{"record_count": 15129}])
        self.assertEqual(self.ask("day=2015-01-01"), [{"record_count": 15129}])
        self.assertEqual(self.ask("day=2015-01-02"), [{"record_count": 0}])
        shares = self.ask("from=2015-01-01", "to=2015-01-01",
                          name="event_type_share_between")
        self.assertEqual(shares[0]["type"], "PushEvent")
        self.assertEqual(shares[0]["record_count"], 8430)

    def test_refuse_what_they_do_not_have(self):
        question = ["query", "--question", "record_count_between"]
        for arguments, message in [
            (["--param", "day=2015-02-30"], "day: '2015-02-30' is not a date"),
            (["--param", "dya=2015-01-01"], "did you mean 'day'"),
            (["--param", "day"], "name=value"),
            (["--param", "to=2015-01-01", "--param", "to=null"], "twice"),
            (["select 1"], "--question"),
        ]:
            with self.subTest(arguments=arguments):
                self.fails(2, message, *question, *arguments)
        self.fails(2, "did you mean 'record_count_between'",
                   "query", "--question", "record_count_betwen")
        self.fails(2, "is a view", "query", "--question", "record_count")

    def test_are_listed(self):
        listed = json.loads(self.ok("list", "--questions", "--json").stdout)
        self.assertIn(
            {"question": "record_count_between",
             "owner": "developer-relations",
             "parameters":
                 "day: date = null; from: date = null;"
                 " to: date = null >= from",
             "document": "How many events happened on a UTC day, or from one"
                         " to another."}, listed)

    def test_are_asked_in_the_shell(self):
        done = self.ok("-c", ".mode csv",
                       "-c", ".view record_count_between day=2015-01-01")
        self.assertEqual(done.stdout, "record_count\n15129\n")
        done = self.ok("-c", ".view")
        self.assertIn("record_count_between", done.stderr)
        self.fails(2, "has no parameter 'dy'",
                   "-c", ".view record_count_between dy=1")
        self.fails(2, "without parameters", "-c", ".view record_count a=1")

    def test_that_fail_stop_a_build(self):
        (self.dir / "views/broken_part.sql").write_text(
            "-- broken_part, version 1\n-- owner: exams\n"
            "-- param pattern: text = (\n"
            "select regexp_like(type, :pattern) as found"
            " from fct_github_event_hours;\n")
        self.fails(3, "broken_part fails: .*its owner is exams", "build")


class Cases(CommandCase):
    """`learnsql test` on a project of `learnsql init`."""

    GOOD = ("-- case: weekends_are_left_out\n"
            "given dim_weekdays:\nweekday, name, is_weekend\n"
            "1, Monday, 0\n6, 'Sat, urday', 1\n\n"
            "expect working_days:\nweekday, name\n1, Monday\n")

    def setUp(self):
        super().setUp()
        self.ok("init", ".")
        (self.dir / "tests/cases/working_days.case").unlink()

    def case(self, text):
        folder = self.dir / "tests/cases"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "days.case").write_text(text)

    def test_pass_and_are_counted(self):
        self.case(self.GOOD)
        done = self.ok("test")
        self.assertRegex(done.stderr, "test: 1 case, 1 passed, 0 failed")
        self.assertEqual(done.stdout, "")
        self.ok("test", "weekends_are_left_out")
        self.ok("test", "days")
        self.fails(2, "did you mean 'days'", "test", "dais")

    def test_say_why_their_folder_cannot_be_read(self):
        (self.dir / "tests/cases").rmdir()
        (self.dir / "tests/cases").write_text("")
        self.fails(1, "tests/cases: cannot be read: Not a directory", "test")

    def test_come_with_a_new_project(self):
        self.fails(2, "no case files", "test")
        shutil.rmtree(self.dir / "tests")
        (self.dir / "learnsql.ini").unlink()
        self.ok("init", ".")
        self.assertRegex(self.ok("test").stderr, "1 case, 1 passed")

    def test_compare_the_order_where_it_is_promised(self):
        rows = "weekday, name\n2, b\n1, a\n"
        given = "given dim_weekdays as\nselect 1 as weekday, 'a' as name," \
                " 0 as is_weekend\nunion all select 2, 'b', 0;\n"
        self.case("-- case: a\n" + given + "expect working_days:\n" + rows)
        self.ok("test")
        self.case("-- case: a\n" + given + "expect working_days in order:\n"
                  + rows)
        done = self.fails(1, "1 failed", "test")
        self.assertIn("days.case:7: working_days has (1, a) at place 1",
                      done.stdout)

    def test_may_want_an_error(self):
        text = ("-- case: a\n-- fails: %s\ngiven dim_weekdays:\n"
                "weekday\n1\n\nexpect working_days:\n%s\n")
        self.case(text % ("has no column 'wekday'", "wekday"))
        self.ok("test")
        self.case(text % ("is_weekend_is_boolean", "wekday"))
        done = self.fails(1, "1 failed", "test")
        self.assertIn("fails in another way than 'is_weekend", done.stdout)
        self.case(text % ("is_weekend_is_boolean", "weekday"))
        done = self.fails(1, "1 failed", "test")
        self.assertIn("it does not fail", done.stdout)

    def test_show_what_differs_at_its_line(self):
        self.case(self.GOOD + "2, Tuesday\n")
        done = self.fails(1, "1 failed", "test")
        self.assertIn("tests/cases/days.case:10: working_days lacks"
                      " (2, Tuesday)", done.stdout)
        self.case(self.GOOD.replace(
            "weekday, name\n1, Monday\n", "weekday, name\n1, Tuesday\n"))
        done = self.fails(1, "1 failed", "test")
        self.assertIn("days.case:9: working_days has name = Monday,"
                      " not Tuesday", done.stdout)
        self.case(self.GOOD.replace("expect working_days:\nweekday, name\n"
                                    "1, Monday\n",
                                    "expect working_days:\nweekday, name\n"))
        done = self.fails(1, "1 failed", "test")
        self.assertIn("working_days also has (1, Monday)", done.stdout)

    def test_that_are_wrong_say_where(self):
        for text, message in [
            ("", "no case"),
            ("given dim_weekdays:\n", ":1: .*stands before"),
            ("-- case: a\nexpect working_days:\n", "names no columns"),
            ("-- case: a\ngiven dim_weekdays:\nweekday\n1\n",
             "expects nothing"),
            ("-- case: a\nexpect working_days:\nweekday, name\n1\n",
             ":4: 1 values, but 2 columns"),
            ("-- case: a\nexpect working_days:\nweekday\n'1\n",
             ":4: a quote in this line does not end"),
            ("-- case: a\ngave x:\n", ":2: 'gave' begins no block"),
            ("-- case: a\ngiven x y:\n", ":2: 'y' means nothing here"),
            ("-- case: a\nexpect x\n", ":2: 'expect NAME:' and rows"),
            ("-- case: a\nexpect :\n", ":2: 'expect' needs a name"),
            ("-- case: a\ngiven x as select 1\n", "does not end with ';'"),
            ("-- case: a\ngiven x:\n\ngiven x:\n", ":4: .*given twice"),
            ("-- case: a\nexpect x:\na\n\n-- case: a\n",
             ":5: a second case 'a'"),
            ("-- case: a\n-- fails:\n", ":2: '-- fails:' needs"),
            ("-- case: a\n-- as_of: soon\n", ":2: as_of is a UTC time"),
        ]:
            with self.subTest(text=text):
                self.case(text)
                self.fails(1, message, "test")
        for text, message in [
            ("given dim_weekday:\nweekday\n\nexpect working_days:\nname\n",
             ":2: no table or view .*did you mean 'dim_weekdays'"),
            ("given dim_weekdays:\nweekdy\n1\n\nexpect working_days:\nname\n",
             ":3: .*no column 'weekdy' .*'weekday'"),
            ("expect working_dais:\nname\n",
             ":2: no model, view or question .*'working_days'"),
        ]:
            with self.subTest(text=text):
                self.case("-- case: a\n" + text)
                done = self.run_program("test")
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stdout, message)


if __name__ == "__main__":
    LEARNSQL = os.path.abspath(sys.argv[1])
    ROOT = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
