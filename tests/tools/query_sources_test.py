#!/usr/bin/env python3
"""Syncs clusters that speak Kusto's and Trino's protocols, in a project as
people have it: two that answer, one that is away, one that refuses.

usage: query_sources_test.py LEARNSQL FAULT_SERVER ROOT
"""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

LEARNSQL, SERVER, ROOT = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
KUSTO_TOKEN = "canary-kusto-4711"
TRINO_TOKEN = "canary-trino-0815"

KQL = """// database: hydro
// slice: day
// hot: 90 days
declare query_parameters(from_time:datetime, to_time:datetime);
views
"""
SQL = """-- table: hive.hydro.views
-- slice: day
select * from hive.hydro.views where t >= :from_time and t < :to_time
"""
SETTINGS = """[learnsql]
warehouse = w.db
[kusto.x]
cluster = {url}
queries = queries
tables = page_views
resource = https://resource
[trino.x]
url = {url}
user = ana
queries = queries
tables = page_views
"""


def exchange(path, body, status=200, method="POST"):
    return {
        "method": method,
        "url": "http://origin" + path,
        "request_headers": {},
        "request_body": "",
        "status": status,
        "response_headers": {},
        "response_body": body,
    }


def kusto_reply(rows):
    columns = [("source", "string"), ("timestamp", "datetime"), ("views", "long")]
    columns += [("page", "string"), ("user_id", "long")]
    return [
        {"FrameType": "DataSetHeader", "IsProgressive": False, "Version": "v2.0"},
        {
            "FrameType": "DataTable",
            "TableId": 1,
            "TableKind": "PrimaryResult",
            "TableName": "T",
            "Columns": [{"ColumnName": n, "ColumnType": t} for n, t in columns],
            "Rows": rows,
        },
        {"FrameType": "DataSetCompletion", "HasErrors": False, "Cancelled": False},
    ]


def trino_page(rows, following=None):
    names = [("source", "varchar(5)"), ("timestamp", "timestamp(3)")]
    names += [("views", "bigint"), ("page", "varchar"), ("user_id", "bigint")]
    page = {"id": "q1", "infoUri": "http://origin/ui", "stats": {"state": "X"}}
    if following:
        page["nextUri"] = "http://origin" + following
    if rows is not None:
        page["columns"] = [{"name": n, "type": t} for n, t in names]
        page["data"] = rows
    return page


def trino_fault(name, message):
    error = {"message": message, "errorName": name, "errorType": "USER_ERROR"}
    return {"id": "q2", "infoUri": "http://origin/ui", "error": error}


KUSTO = exchange(
    "/v2/rest/query",
    kusto_reply(
        [
            ["kusto", "2026-01-02T03:00:00Z", 3, "https://docs.github.com/a", 7],
            ["kusto", "2026-01-02T04:00:00Z", 1, None, 8],
        ]
    ),
)
TRINO = [
    exchange("/v1/statement", trino_page(None, "/v1/statement/q1/1")),
    exchange(
        "/v1/statement/q1/1",
        trino_page(
            [["trino", "2026-01-02 03:00:00.000", 2, "https://x/b", 7]],
            "/v1/statement/q1/2",
        ),
        method="GET",
    ),
    exchange(
        "/v1/statement/q1/2",
        trino_page([["trino", "2026-01-02 05:00:00.000", 4, None, 9]]),
        method="GET",
    ),
]
DAY = ["--from", "2026-01-02", "--to", "2026-01-03"]


class QuerySourcesTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ("sql", "views"):
            shutil.copytree(ROOT / name, self.folder / name)
        (self.folder / "queries").mkdir()
        # Of any age, so that the test does not depend on the day.
        kql = KQL.replace("// hot: 90 days\n", "")
        (self.folder / "queries/page_views.kql").write_text(kql)
        (self.folder / "queries/page_views.sql").write_text(SQL)
        (self.folder / ".env").write_text(
            f"TRINO_TOKEN={TRINO_TOKEN}\nKUSTO_TOKEN={KUSTO_TOKEN}\n"
        )
        self.server = None
        self.said = ""

    def serve(self, found, *faults):
        self.stop()
        recorded = self.folder / "recorded.exchanges.json"
        recorded.write_text(json.dumps(found))
        command = [SERVER, "--replay", recorded, "--log", self.folder / "requests"]
        for fault in faults:
            command += ["--fault", fault]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        url = "http://127.0.0.1:" + self.server.stdout.readline().strip()
        (self.folder / "learnsql.ini").write_text(SETTINGS.format(url=url))

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait()
            self.server.stdout.close()
            self.server = None

    def run_program(self, *arguments):
        clean = {
            key: value
            for key, value in os.environ.items()
            if "proxy" not in key.lower()
            and not key.startswith(("KUSTO", "TRINO", "AZURE", "LEARNSQL"))
        }
        done = subprocess.run(
            [LEARNSQL, *arguments, "--project", self.folder],
            capture_output=True,
            text=True,
            env=clean,
        )
        self.said += done.stdout + done.stderr
        return done

    def rows(self, sql):
        db = sqlite3.connect(self.folder / "w.db")
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def expect_no_secrets(self, sent=()):
        """Only the requests and .env hold the tokens."""
        for token in (KUSTO_TOKEN, TRINO_TOKEN):
            self.assertNotIn(token, self.said)
            for path in self.folder.rglob("*"):
                if path.is_dir() or path.name in (".env", "requests"):
                    continue
                self.assertNotIn(token.encode(), path.read_bytes(), path)
        for token in sent:
            self.wait_for_request(token)

    def wait_for_request(self, words):
        """The server writes its log some moments later."""
        for _ in range(200):
            if words in (self.folder / "requests").read_text():
                return
            time.sleep(0.05)
        self.fail(f"{words} was not sent")

    def test_loads_both_into_the_same_table(self):
        self.serve([KUSTO, *TRINO])
        for source in ("kusto.x", "trino.x"):
            done = self.run_program("sync", source, *DAY)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("1 loaded, 0 unchanged, 0 not there, 0 failed", done.stderr)
        self.assertEqual(
            self.rows(
                "select source, timestamp, views, user_id "
                "from raw_learning_roi__page_views order by source, user_id"
            ),
            [
                ("kusto", "2026-01-02T03:00:00.0000000Z", 3, 7),
                ("kusto", "2026-01-02T04:00:00.0000000Z", 1, 8),
                ("trino", "2026-01-02T03:00:00.000", 2, 7),
                ("trino", "2026-01-02T05:00:00.000", 4, 9),
            ],
        )
        built = self.run_program("build", "--as-of", "2026-01-31T00:00:00Z")
        self.assertEqual(built.returncode, 0, built.stderr)
        self.assertEqual(
            self.rows(
                "select kusto_count, trino_count, origin, is_conflicting "
                "from dim_page_view_days where stream = 'page_views'"
            ),
            [(4, 6, "kusto", 1)],
        )
        self.expect_no_secrets(sent=(KUSTO_TOKEN, TRINO_TOKEN))

    def test_goes_on_when_one_is_away(self):
        self.serve([KUSTO, *TRINO])
        self.run_program("sync", "kusto.x", *DAY)
        self.serve(TRINO, "/v2/rest/query=503")
        done = self.run_program("sync", "--force", *DAY)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("try again later", done.stderr)
        # What was there stays; what answers is loaded.
        self.assertEqual(
            self.rows(
                "select source, count(*) from raw_learning_roi__page_views "
                "group by source order by source"
            ),
            [("kusto", 2), ("trino", 2)],
        )
        self.expect_no_secrets()

    def test_fails_when_nobody_listens(self):
        self.serve([])
        self.stop()
        done = self.run_program("sync", "trino.x", *DAY)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertEqual(
            self.rows("select state from ls_slice"), [("failed",)]
        )
        done = self.run_program("status", "trino.x", "--connect")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("trino.x: server: cannot be read (as ana)", done.stdout)

    def test_names_the_right_that_is_missing(self):
        denied = "Access Denied: Cannot select from table hive.hydro.views"
        self.serve(
            [
                exchange("/v2/rest/query", "no access", 403),
                exchange("/v1/statement", trino_fault("PERMISSION_DENIED", denied)),
            ]
        )
        done = self.run_program("sync", "kusto.x", *DAY)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("may not read the database 'hydro'", done.stderr)
        self.assertIn("azure-datawarehouse-viewer", done.stderr)
        done = self.run_program("sync", "trino.x", *DAY)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(denied, done.stderr)
        self.serve([], "/v1/statement=403")
        done = self.run_program("sync", "trino.x", *DAY)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("ana may not use this server", done.stderr)
        self.assertEqual(
            self.rows("select count(*) from raw_learning_roi__page_views"), [(0,)]
        )
        self.expect_no_secrets(sent=(KUSTO_TOKEN, TRINO_TOKEN))

    def test_says_who_asks(self):
        denied = "Access Denied: Cannot select from table hive.hydro.views"
        self.serve(
            [
                KUSTO,
                exchange("/v1/statement", trino_page([["ana@example.org"]])),
                exchange("/v1/statement", trino_fault("PERMISSION_DENIED", denied)),
            ]
        )
        done = self.run_program("status", "kusto.x", "--connect")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("kusto.x: database hydro: can be read", done.stdout)
        self.assertIn("KUSTO_TOKEN", done.stdout)
        done = self.run_program("status", "trino.x", "--connect")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("trino.x: server: can be read (as ana@example.org)", done.stdout)
        self.assertIn("table hive.hydro.views: cannot be read", done.stdout)
        self.assertIn(denied, done.stderr)
        self.serve([exchange("/v2/rest/query", "no access", 403)])
        done = self.run_program("status", "kusto.x", "--connect")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("kusto.x: database hydro: cannot be read", done.stdout)
        self.expect_no_secrets()
        self.assertFalse((self.folder / "w.db").exists(), "nothing is loaded")

    def test_loads_nothing_from_half_a_result(self):
        def cut(found):
            half = json.dumps(found["response_body"])[:-40]
            return {**found, "response_body": half}

        whole = [KUSTO, *TRINO]
        cases = [([cut(KUSTO), *TRINO[:-1], cut(TRINO[-1])], [])]
        for fault in ("page", "echo", "404"):
            paths = ("/v2/rest/query", "/v1/statement/q1/2")
            cases.append((whole, [f"{path}={fault}*1" for path in paths]))
        for found, faults in cases:
            self.serve(found, *faults)
            for source in ("kusto.x", "trino.x"):
                done = self.run_program("sync", source, *DAY)
                self.assertNotEqual(done.returncode, 0, faults)
        self.assertEqual(
            self.rows("select count(*) from raw_learning_roi__page_views"), [(0,)]
        )
        self.assertEqual(
            self.rows("select distinct state from ls_slice"), [("failed",)]
        )
        self.expect_no_secrets(sent=(KUSTO_TOKEN, TRINO_TOKEN))

    def test_says_what_settings_have_wrong(self):
        self.serve([])
        cases = [
            ("trino.x", "trino.x.url=trino", "write the server's address"),
            ("trino.x", "trino.x.tables=page_view", "page_views"),
            ("trino.x", "trino.x.queries=nowhere", "cannot be read"),
            ("kusto.x", "kusto.x.cluster=help", "write the cluster's address"),
            (
                "kusto.x",
                "kusto.x.cluster=https://kusto.windows.net.evil.example",
                "trusted_hosts",
            ),
        ]
        for source, setting, words in cases:
            done = self.run_program("sync", source, *DAY, "--set", setting)
            self.assertNotEqual(done.returncode, 0, setting)
            self.assertIn(words, done.stderr)
        path = self.folder / "queries/page_views.sql"
        path.write_text(SQL.replace(":to_time", ":until"))
        done = self.run_program("sync", "trino.x", *DAY)
        self.assertIn("page_views.sql:3: unknown marker ':until'", done.stderr)
        path.unlink()
        for make in (lambda: path.symlink_to("nowhere"), path.mkdir):
            make()
            done = self.run_program("sync", "trino.x", *DAY)
            self.assertEqual(1, done.returncode, done.stderr)
            self.assertIn("page_views.sql: cannot be read", done.stderr)
            if path.is_symlink():
                path.unlink()
        path.rmdir()
        self.expect_no_secrets()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
