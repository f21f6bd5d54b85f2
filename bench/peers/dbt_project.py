"""Writes a learnsql project's models as a dbt project for the SQLite adapter.

usage: dbt_project.py PROJECT WAREHOUSE OUT

The queries are the same, in the same order: views stay views, tables are made
whole, indexes come after them. What dbt has no place for is left out: contracts,
keys, foreign keys, checks. A model that reads its own table finds it empty, and
the changes of another are all of its rows, as in learnsql's full build.
"""

import json
import pathlib
import re
import sys


def statements(path):
    text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
    return [part.strip() for part in text.split(";") if part.strip()]


def columns_of(ddl):
    """Names in a contract: the first word of each part that is no constraint."""
    body = ddl[ddl.index("(") + 1:ddl.rindex(")")]
    depth, parts = 0, [""]
    for letter in body:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    words = [part.split()[0] for part in parts]
    return [word for word in words
            if word not in ("primary", "unique", "check", "foreign", "constraint")]


def with_refs(query, name, columns, names):
    """Tables of the project become refs, its own table nothing."""
    def put(match):
        word, table = match.groups()
        changes = table.endswith("__changes")
        table = table.removesuffix("__changes")
        if table not in names:
            return match.group(0)
        if table == name:
            nothing = ", ".join(f"null as {column}" for column in columns)
            return f"{word} (select {nothing} where 0) as {table}"
        if changes:
            return (f"{word} (select *, 1 as change from {{{{ ref('{table}') }}}})"
                    f" as {table}__changes")
        return f"{word} {{{{ ref('{table}') }}}} as {table}"

    query = re.sub(r"\b(from|join)\s+(\w+)\b(?!\s+as\b|\.)", put, query)
    query = re.sub(r"\b(from|join)\s+(\w+)__changes\s+as\s+(\w+)",
                   lambda m: f"{m.group(1)} (select *, 1 as change from "
                             f"{{{{ ref('{m.group(2)}') }}}}) as {m.group(3)}"
                   if m.group(2) in names else m.group(0), query)
    query = re.sub(r"\b(from|join)\s+(\w+)\s+as\s+(\w+)",
                   lambda m: f"{m.group(1)} {{{{ ref('{m.group(2)}') }}}} as "
                             f"{m.group(3)}"
                   if m.group(2) in names else m.group(0), query)
    return query.replace(":since_row", "0")


def write_model(path, out, names):
    parts, name = statements(path), path.stem
    if parts[0].startswith("create view"):
        head, query = re.match(r"create view \w+\s*(\(.*?\))\s*as\b(.*)", parts[0],
                               re.S).groups()
        text = "{{ config(materialized='view') }}\n" + \
            f"with said {head} as ({with_refs(query, name, [], names)})\n" + \
            "select * from said\n"
    else:
        hooks = []
        for index in parts[1:-1]:
            index_name = re.search(r"index (\w+)", index).group(1)
            hooks += [f"drop index if exists {index_name}", index]
        columns = columns_of(parts[0])
        text = "{{ config(materialized='table', post_hook=" + \
            json.dumps(hooks) + ") }}\n" + \
            f"select {', '.join(columns)} from (\n" + \
            with_refs(parts[-1], name, columns, names) + "\n)\n"
    (out / "models" / f"{name}.sql").write_text(text, encoding="utf-8")


def is_model(path):
    return not path.name.endswith((".check.sql", ".trino.sql")) and \
        statements(path)[0].startswith("create ")


def main(project, warehouse, out):
    paths = [path for folder in ("sql/staging", "sql/curated", "views")
             for path in sorted((project / folder).rglob("*.sql"))
             if is_model(path)]
    (out / "models").mkdir(parents=True, exist_ok=True)
    names = {path.stem for path in paths}
    for path in paths:
        write_model(path, out, names)
    (out / "dbt_project.yml").write_text(
        "name: bench\nversion: '1.0'\nprofile: bench\n"
        "model-paths: [models]\nflags: {send_anonymous_usage_stats: false}\n")
    (out / "profiles.yml").write_text(
        "bench:\n  target: dev\n  outputs:\n    dev:\n      type: sqlite\n"
        "      threads: 1\n      database: database\n      schema: main\n"
        f"      schemas_and_paths: {{main: {warehouse}}}\n"
        f"      schema_directory: {out}\n")
    print(f"{len(paths)} models")


if __name__ == "__main__":
    main(*(pathlib.Path(word).resolve() for word in sys.argv[1:4]))
