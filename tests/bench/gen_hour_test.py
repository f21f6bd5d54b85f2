#!/usr/bin/env python3
"""gen_hour writes hours that are what a reader of GH Archive meets.

    tests/bench/gen_hour_test.py path/to/gen_hour
"""

import collections
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
HOUR = "2025-06-01-5"


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True,
                          check=False)


def generate(**flags):
    """The decoded lines of an hour of 3,000 events."""
    values = {"hour": HOUR, "events": 3000, "seed": 1, **flags}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "hour.json.gz")
        words = [word for key, value in values.items()
                 for word in (f"--{key}", str(value))]
        done = run(*words, "--out", str(path))
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


class Hour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = generate()
        cls.events = [json.loads(line) for line in cls.lines]

    def test_is_the_same_for_the_same_seed(self):
        self.assertEqual(self.lines, generate())
        self.assertNotEqual(self.lines, generate(seed=2))

    def test_has_distinct_rising_ids_of_its_own(self):
        ids = [int(event["id"]) for event in self.events]
        self.assertEqual(3000, len(ids))
        self.assertEqual(sorted(set(ids)), ids)
        following = generate(hour="2025-06-01-6", events=1)
        self.assertLess(ids[-1], int(json.loads(following[0])["id"]))

    def test_covers_its_hour(self):
        times = [event["created_at"] for event in self.events]
        self.assertEqual(sorted(times), times)
        self.assertEqual("2025-06-01T05:00:00Z", times[0])
        self.assertEqual("2025-06-01T05:59:58Z", times[-1])

    def test_has_the_mix_of_types(self):
        counts = collections.Counter(event["type"] for event in self.events)
        self.assertAlmostEqual(0.58, counts["PushEvent"] / 3000, delta=0.03)
        self.assertAlmostEqual(0.145, counts["CreateEvent"] / 3000, delta=0.02)
        self.assertEqual(15, len(counts), counts)

    def test_has_the_sizes(self):
        sizes = collections.defaultdict(list)
        for event, line in zip(self.events, self.lines):
            sizes[event["type"]].append(len(line))
        means = {kind: sum(each) / len(each) for kind, each in sizes.items()}
        self.assertAlmostEqual(1200, means["PushEvent"], delta=150)
        self.assertAlmostEqual(18000, means["PullRequestEvent"], delta=1500)
        self.assertAlmostEqual(3180, sum(map(len, self.lines)) / 3000, delta=300)

    def test_holds_what_is_hard_to_read(self):
        text = b"".join(self.lines)
        for piece in (b'\\"', b"\\\\", b"\\n", b"}]{[", b"\\ud83d\\udc1b",
                      "\U0001F600".encode()):
            self.assertIn(piece, text)

    def test_leans_to_some_people_and_bots(self):
        actors = collections.Counter(
            event["actor"]["login"] for event in self.events)
        self.assertGreater(actors.most_common(1)[0][1], 100)
        self.assertGreater(len(actors), 1000)

    def test_keeps_one_login_for_an_id(self):
        logins = collections.defaultdict(set)
        for event in self.events:
            logins[event["actor"]["id"]].add(event["actor"]["login"])
        self.assertEqual({1}, {len(each) for each in logins.values()})


class LeanHour(unittest.TestCase):
    def test_has_no_commits_and_small_pull_requests(self):
        events = [json.loads(line) for line in generate(shape="lean")]
        for event in events:
            if event["type"] == "PushEvent":
                self.assertEqual({"repository_id", "push_id", "ref", "head",
                                  "before"}, set(event["payload"]))
            if event["type"] == "PullRequestEvent":
                self.assertEqual({"url", "id", "number", "head", "base"},
                                 set(event["payload"]["pull_request"]))


class Arguments(unittest.TestCase):
    def test_are_refused_with_the_choices(self):
        for arguments, message in [
                (["--hour", HOUR], "--out is missing"),
                (["--out", "x"], "--hour is missing"),
                (["--hour", "2025-02-30-1", "--out", "x"], "--hour must be"),
                (["--hour", "2025-02-01-24", "--out", "x"], "--hour must be"),
                (["--hour", HOUR + "x", "--out", "x"], "--hour must be"),
                (["--shape", "fat"], "--shape must be modern or lean"),
                (["--events", "-1"], "--events must be"),
                (["--events", "500001"], "--events must be"),
                (["--seed"], "--seed must be"),
                (["--size", "1"], "unknown flag '--size'")]:
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertEqual(2, done.returncode)
                self.assertIn(message, done.stderr)

    def test_name_a_file_that_cannot_be_written(self):
        done = run("--hour", HOUR, "--out", "/nowhere/x.json.gz")
        self.assertEqual(2, done.returncode)
        self.assertIn("/nowhere/x.json.gz", done.stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
