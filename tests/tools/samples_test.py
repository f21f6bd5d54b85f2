#!/usr/bin/env python3
"""The committed hours of GH Archive hold no text that people wrote.

Independent of tools/blank_free_text.py's own list: whatever string is left must
look like an id, a name, a type, a time or an address. Run from anywhere; exits 1
and says where when one does not.
"""

import gzip
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data/samples/gharchive"
TOOL = ROOT / "tools/blank_free_text.py"

MUST_BE_EMPTY = re.compile(
    r"body|description|diff_hunk|email|homepage|message|page_name|summary|title")
GIT_ADDRESS = re.compile(r"git@github\.com:[\w.-]+/[\w.-]+\.git")
E_MAIL = re.compile(r"[^\s/:]+@[^\s/]+")
ADDRESS = re.compile(r"(https?|git)://\S+")
# Names, shas, times, states, branches, file paths: no blanks between words.
WORD = re.compile(r"\S*")
# A programming language's name is GitHub's word, not a person's.
WITH_BLANKS = {"language", "path"}
LONGEST_WORD = 260


def strings(value, key=""):
    """Every (key, string) in `value`."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from strings(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part, key)
    elif isinstance(value, str):
        yield key, value


def what_is_wrong(key, text):
    """Why `text` may be a person's words; '' when it is not."""
    if text and MUST_BE_EMPTY.fullmatch(key):
        return "is not blanked"
    if E_MAIL.search(text) and not GIT_ADDRESS.fullmatch(text):
        return "looks like an e-mail"
    if ADDRESS.fullmatch(text):
        return ""
    if not WORD.fullmatch(text) and key not in WITH_BLANKS:
        return "has words"
    return "is long" if len(text) > LONGEST_WORD else ""


def events(path):
    with gzip.open(path, "rb") as lines:
        return [json.loads(line) for line in lines]


def run_tool(source, target):
    subprocess.run([sys.executable, TOOL, source, target], check=True)


class Samples(unittest.TestCase):
    def test_hold_no_free_text(self):
        for path in sorted(SAMPLES.glob("*.json.gz")):
            for number, event in enumerate(events(path), 1):
                for key, text in strings(event):
                    wrong = what_is_wrong(key, text)
                    self.assertEqual(
                        "", wrong, f"{path.name}:{number} {key}={text!r}")

    def test_keep_every_event(self):
        counts = {path.name: len(events(path))
                  for path in SAMPLES.glob("*.json.gz")}
        self.assertEqual({"2015-01-01-0.json.gz": 7702,
                          "2015-01-01-1.json.gz": 7427}, counts)

    def test_are_what_the_readme_says(self):
        readme = (SAMPLES / "README.md").read_text()
        for path in SAMPLES.glob("*.json.gz"):
            data = path.read_bytes()
            self.assertIn(hashlib.sha256(data).hexdigest(), readme, path.name)
            self.assertIn(f"{len(data):,}", readme, path.name)


class BlankFreeText(unittest.TestCase):
    def blank(self, text):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "in.json.gz")
            target = pathlib.Path(folder, "out.json.gz")
            source.write_bytes(gzip.compress(text.encode()))
            run_tool(source, target)
            return gzip.decompress(target.read_bytes()).decode()

    def test_blanks_text_and_keeps_the_rest(self):
        blanked = self.blank(
            '{"id":"1","actor":{"login":"né"},"repo":{"name":"a/b"},"payload":'
            '{"size":1,"body":"two words","description":null,"commits":[{"sha":'
            '"f00","author":{"email":"x@y.z","name":"X Y"},"message":"\\u00e9"'
            '}],"labels":[{"name":"my bug","url":"https://h/labels/my%20bug"}],'
            '"release":{"name":"One","tag_name":"v1"}}}\n\n')
        self.assertEqual(
            '{"id":"1","actor":{"login":"né"},"repo":{"name":"a/b"},"payload":'
            '{"size":1,"body":"","description":null,"commits":[{"sha":'
            '"f00","author":{"email":"","name":""},"message":""'
            '}],"labels":[{"name":"","url":"https://h/labels/"}],'
            '"release":{"name":"","tag_name":"v1"}}}\n', blanked)

    def test_fails_on_what_is_no_json(self):
        with self.assertRaises(subprocess.CalledProcessError):
            with open("/dev/null", "w") as quiet:
                with tempfile.TemporaryDirectory() as folder:
                    source = pathlib.Path(folder, "in.json.gz")
                    source.write_bytes(gzip.compress(b"{\n"))
                    subprocess.run([sys.executable, TOOL, source,
                                    source.with_name("out")],
                                   check=True, stderr=quiet)

    def test_changes_nothing_the_second_time(self):
        sample = SAMPLES / "2015-01-01-1.json.gz"
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder, "again.json.gz")
            run_tool(sample, target)
            self.assertEqual(gzip.decompress(sample.read_bytes()),
                             gzip.decompress(target.read_bytes()))


class TheScan(unittest.TestCase):
    def test_finds_words_and_mails(self):
        for key, text in [("body", "x"), ("ref", "two words"),
                          ("login", "a@b.c"), ("name", "x" * 261),
                          ("ssh_url", "git@example.org:a/b.git"),
                          ("url", "https://x/?mail=a@b.c")]:
            self.assertNotEqual("", what_is_wrong(key, text), (key, text))

    def test_lets_names_pass(self):
        for key, text in [("body", ""), ("language", "Emacs Lisp"),
                          ("ssh_url", "git@github.com:a/b.git"),
                          ("html_url", "https://github.com/a/b"),
                          ("created_at", "2015-01-01T00:00:00Z")]:
            self.assertEqual("", what_is_wrong(key, text), (key, text))


if __name__ == "__main__":
    unittest.main()
