"""Runs the project's SQL with Python's own sqlite3: no learnsql, no build.

What the engine does, in small: raw tables and the ledger are made and filled
from archive hours, models are built in the order of what they read, views last.
So the SQL is tested apart from the engine, and works on a stock SQLite.
"""

import gzip
import json
import pathlib
import re
import sqlite3

ROOT = pathlib.Path(__file__).resolve().parents[2]

LEDGER = """
create table ls_slice (
    source text not null, object text not null, slice_start text not null,
    slice_end text not null, name text not null, state text not null,
    load_id integer, loaded_at text,
    primary key (source, object, slice_start)
) strict"""

RAW_COLUMNS = [
    "row_id", "source_offset", "event_id", "type", "actor_id", "actor_login",
    "repo_id", "repo_name", "org_id", "org_login", "public", "created_at"]


def raw_row(row_id, offset, record):
    actor, repo = record.get("actor") or {}, record.get("repo") or {}
    org = record.get("org") or {}
    return (row_id, offset, int(record["id"]), record["type"],
            actor.get("id"), actor.get("login"), repo.get("id"),
            repo.get("name"), org.get("id"), org.get("login"),
            record.get("public"), record["created_at"])


def raw_rows(load_id, lines):
    offset = 0
    for number, line in enumerate(lines):
        if line.strip():
            yield raw_row(load_id << 28 | number, offset, json.loads(line))
        offset += len(line)


class Model:
    """A file of sql/curated or views: its contract and its query."""

    def __init__(self, path):
        text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
        statements = [part.strip() for part in text.split(";") if part.strip()]
        self.name = path.stem
        self.is_view = statements[0].startswith("create view")
        self.ddl = statements if self.is_view else statements[:-1]
        self.query = None if self.is_view else statements[-1]

    def reads(self, names):
        """Which of `names` it reads or references."""
        text = (self.query or "") + " ".join(self.ddl)
        read = set(re.findall(r"\b(?:from|join|references)\s+(\w+)", text))
        read = {name.removesuffix("__changes") for name in read}
        return (read & set(names)) - {self.name}

    def reads_changes(self):
        """Whose changes it reads, NAME__changes."""
        return sorted(set(re.findall(r"\b(\w+)__changes\b", self.query or "")))


def in_order(models):
    """What is read comes before what reads it."""
    names = {model.name for model in models}
    done, ordered = set(), []
    while len(done) < len(models):
        ready = [model for model in models
                 if model.name not in done and model.reads(names) <= done]
        if not ready:
            raise ValueError(f"a cycle among {sorted(names - done)}")
        ordered += ready
        done |= {model.name for model in ready}
    return ordered


def without_comments(path):
    return re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8")).strip()


def is_question(path):
    """A query alone, with parameters: nothing of it is stored."""
    return not without_comments(path).startswith("create ")


def model_files():
    """Every model and view of the project, other sources' too."""
    return [path for folder in ("sql/staging", "sql/curated", "views")
            for path in sorted((ROOT / folder).rglob("*.sql"))
            if not path.name.endswith((".check.sql", ".trino.sql"))
            and not is_question(path)]


def needed_by_views(models, folder):
    """The views of `folder` and all they read, at any distance."""
    by_name = {model.name: model for model in models}
    waiting = {path.stem for path in (ROOT / folder).rglob("*.sql")
               if not is_question(path)}
    needed = set()
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= by_name[name].reads(by_name.keys()) - needed
    return [model for model in models if model.name in needed]


class Project:
    def __init__(self, path=":memory:"):
        self.db = sqlite3.connect(path)
        self.db.execute(LEDGER)
        for contract in sorted((ROOT / "sql/raw").glob("gharchive.sql")):
            self.db.executescript(contract.read_text(encoding="utf-8"))
        self.last_load = 0

    def load(self, lines, start, end, name, loaded_at="2026-01-02T03:04:05Z"):
        """One slice; `lines` are bytes. Loads are numbered as they come."""
        self.last_load += 1
        marks = ",".join("?" * len(RAW_COLUMNS))
        self.db.executemany(
            f"insert into raw_gharchive__events ({','.join(RAW_COLUMNS)}) "
            f"values ({marks})", raw_rows(self.last_load, lines))
        self.db.execute(
            "insert into ls_slice values ('gharchive', 'hours', ?, ?, ?, "
            "'loaded', ?, ?)", (start, end, name, self.last_load, loaded_at))

    def load_hour(self, path):
        """An hour of 2015-01-01, by its file's name."""
        hour = int(re.search(r"-(\d+)\.json\.gz$", path.name).group(1))
        with gzip.open(path, "rb") as lines:
            self.load(lines, f"2015-01-01T{hour:02}:00:00Z",
                      f"2015-01-01T{hour + 1:02}:00:00Z", path.name)

    def build(self):
        """Everything anew, as `build --full`; foreign keys are verified."""
        models = [Model(path) for path in model_files()]
        for model in in_order(needed_by_views(models, "views/gharchive")):
            self.build_model(model)
        self.db.commit()
        broken = self.db.execute("pragma foreign_key_check").fetchall()
        if broken:
            raise ValueError(f"broken foreign keys: {broken[:5]}")

    def build_model(self, model):
        for statement in model.ddl:
            self.db.execute(statement)
        for name in model.reads_changes():
            # All is new where everything is made anew.
            self.db.execute(
                f"create temp view if not exists {name}__changes as "
                f"select *, 1 as change from main.{name}")
        if model.query:
            columns = ",".join(
                row[1] for row in
                self.db.execute(f"pragma table_info({model.name})"))
            # By name, as the engine does; no column may be left over.
            self.db.execute(f"insert into {model.name} ({columns}) "
                            f"select {columns} from ({model.query})",
                            {"since_row": 0})

    def rows(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def ask(self, name, **values):
        """The names and rows of a question of views/gharchive."""
        path = ROOT / f"views/gharchive/{name}.sql"
        cursor = self.db.execute(without_comments(path).rstrip(";"),
                                 {"day": None, "from": None, "to": None,
                                  **values})
        return [column[0] for column in cursor.description], cursor.fetchall()

    def columns(self, name):
        return [row[0] for row in
                self.db.execute(f"select * from {name} limit 0").description]
