"""A project with Learning ROI rows in its raw tables, for tests.

Rows are put into raw tables and the ledger as a load does; the files connector
has tests of its own.
"""

import csv
import pathlib
import re
import sqlite3
import subprocess

from some_models import link_models

# A source table's file, and the raw table its rows go to.
TABLES = {
    "github_mysql1_user_emails_current": "user_emails",
    "github_v1_user_signup": "user_signups",
    "ace_v0_eligibility_sent": "eligibilities_sent",
    "ace_v0_exam_scheduled": "exams_scheduled",
    "ace_v0_exam_cancelled": "exams_cancelled",
    "ace_v0_exam_absent": "exams_absent",
    "user_daily_activity_per_product": "user_product_days",
    "analytics_v0_page_view": "page_views",
}


def column_of(header):
    return re.sub(r"\W+", "_", header.strip()).lower()


def value_of(text, kind):
    if text == "":
        return None
    if kind == "INTEGER":
        return {"true": 1, "false": 0}.get(text) if text in (
            "true", "false") else int(text)
    return text


class RoiProject:
    made = {}  # what tests share: a warehouse's bytes and its number of loads

    def __init__(self, program, root, folder, system=None):
        """With all models, or with those of one system."""
        self.program, self.folder = program, pathlib.Path(folder)
        if system:
            link_models(root, self.folder, system)
        for name in ("data",) if system else ("sql", "views", "data"):
            (self.folder / name).symlink_to(root / name)
        (self.folder / "learnsql.ini").write_text(
            "[gharchive]\nbase_url = data/samples/gharchive\n")
        self.warehouse = self.folder / "warehouse.db"
        self.loads = 0

    def run(self, *arguments):
        return subprocess.run([self.program, *map(str, arguments)],
                              cwd=self.folder, capture_output=True, text=True)

    def build(self, *arguments):
        done = self.run("build", "--as-of", "2026-01-31T00:00:00Z", *arguments)
        if done.returncode:
            raise AssertionError(done.stderr)
        return done

    def made_once(self, name, make):
        """The warehouse that make() makes; copied where a test has made it."""
        if name in RoiProject.made:
            data, self.loads = RoiProject.made[name]
            self.warehouse.write_bytes(data)
            return
        make()
        with self.connect() as db:
            db.execute("pragma wal_checkpoint(truncate)")
        db.close()
        RoiProject.made[name] = self.warehouse.read_bytes(), self.loads

    def begin(self):
        """Makes the raw tables."""
        self.made_once("begun", self.build)

    def connect(self):
        return sqlite3.connect(self.warehouse)

    def load(self, table, header, rows, start="2026-01-31T00:00:00Z", replaces=None,
             source="files.roi", contract="learning_roi", end=None):
        """One slice. Returns its load_id."""
        self.load_slices(table, header, [(start, end or start, rows)], source,
                         contract, replaces)
        return self.loads

    def load_slices(self, table, header, slices, source, contract, replaces=None):
        """Slices (start, end, rows), each a load of its own, in one transaction."""
        table = f"raw_{contract}__{table}"
        with self.connect() as db:
            kinds = {row[1]: row[2] for row in
                     db.execute(f"pragma table_info({table})")}
            columns = [column_of(name) for name in header]
            names = ["row_id", "source_offset", *columns]
            marks = ",".join("?" * len(names))
            if replaces:
                db.execute(f"delete from {table} where row_id >> 28 = ?",
                           [replaces])
            for start, end, rows in slices:
                self.loads += 1
                db.executemany(
                    f"insert into {table} ({','.join(names)}) values ({marks})",
                    [(self.loads << 28 | number, number,
                      *(value_of(text, kinds[name])
                        for name, text in zip(columns, row)))
                     for number, row in enumerate(rows)])
                db.execute(
                    "insert or replace into ls_slice (source, object, slice_start, "
                    "slice_end, name, state, load_id, loaded_at) values "
                    "(?, ?, ?, ?, ?, 'loaded', ?, ?)",
                    [source, table, start, end, f"{table}.csv", self.loads,
                     "2026-01-31T00:00:00Z"])
            db.execute("insert or replace into ls_meta (key, value) values "
                       "('load_id', ?)", [str(self.loads)])
        db.close()

    def load_folder(self, folder):
        for path in sorted(pathlib.Path(folder).glob("*.csv")):
            with path.open(newline="", encoding="utf-8") as file:
                header, *rows = csv.reader(file)
            self.load(TABLES.get(path.stem, path.stem), header, rows)

    def rows(self, sql, *values):
        db = self.connect()
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def table(self, name):
        """Rows as dictionaries, in the order of a plain select."""
        db = self.connect()
        db.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in db.execute(f"select * from {name}")]
        finally:
            db.close()
