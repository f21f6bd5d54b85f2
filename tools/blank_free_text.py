#!/usr/bin/env python3
"""Copies an hour of GH Archive without the text that people wrote.

    tools/blank_free_text.py 2015-01-01-0.json.gz OUT.json.gz

Every event, every key, all ids, logins, repository names, types and times
stay; bodies, titles, messages, descriptions, code excerpts, labels, people's
names and e-mails become '' (null stays null), and addresses that repeat such a
text are cut behind their fixed part. The same input gives the same bytes.
Needs only Python 3.
"""

import argparse
import gzip
import json
import sys

# Text wherever it stands.
FREE_TEXT = {
    "body", "description", "diff_hunk", "email", "homepage", "message",
    "page_name", "summary", "title",
}
# Text only in these objects: elsewhere `name` is that of a repository.
FREE_NAMES = {"assets", "author", "committer", "labels", "release"}
# Addresses that end in a page's title, a label or a file's name.
CUT_AFTER = {
    ("pages", "html_url"): "/wiki/",
    ("labels", "url"): "/labels/",
    ("assets", "browser_download_url"): "/releases/download/",
}


def blank_text(parent, key, text):
    """`text` of `key` in the object (or list of objects) `parent`."""
    if key in FREE_TEXT or (key == "name" and parent in FREE_NAMES):
        return ""
    fixed = CUT_AFTER.get((parent, key))
    if fixed and fixed in text:
        return text[: text.index(fixed) + len(fixed)]
    return text


def blank(value, parent="", key=""):
    """A copy of `value`, which stands under `key` in `parent`."""
    if isinstance(value, dict):
        return {name: blank(part, key, name) for name, part in value.items()}
    if isinstance(value, list):
        return [blank(part, parent, key) for part in value]
    if isinstance(value, str):
        return blank_text(parent, key, value)
    return value


def blank_line(line):
    event = json.loads(line)
    text = json.dumps(blank(event), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8") + b"\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("input")
    parser.add_argument("output")
    arguments = parser.parse_args()
    # Neither a file name nor a time in the gzip header: equal input, equal bytes.
    with gzip.open(arguments.input, "rb") as lines, \
            open(arguments.output, "wb") as file, \
            gzip.GzipFile("", "wb", 9, file, mtime=0) as blanked:
        for line in lines:
            if line.strip():
                blanked.write(blank_line(line))


if __name__ == "__main__":
    sys.exit(main())
