#!/usr/bin/env python3
"""The gharchive SQL says what an independent count says, on a stock SQLite."""

import csv
import functools
import gzip
import hashlib
import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import count_hours  # noqa: E402
from sqlite_project import ROOT, Project  # noqa: E402

SAMPLES = ROOT / "data/samples/gharchive"
FACTS = ROOT / "tests/fixtures/gharchive/expected"
WAREHOUSES = {"2015-01-01-0": [0], "2015-01-01-1": [1], "both": [0, 1]}
VIEWS = [view for view in count_hours.COLUMNS if view != "github_events"]


def sample(hour):
    return SAMPLES / f"2015-01-01-{hour}.json.gz"


@functools.lru_cache(maxsize=None)
def warehouse(*hours):
    project = Project()
    for hour in hours:
        project.load_hour(sample(hour))
    project.build()
    return project


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def as_text(rows):
    """Rows as a csv file holds them."""
    return [["" if value is None else
             repr(value) if isinstance(value, float) else str(value)
             for value in row] for row in rows]


def view_rows(project, view):
    return [project.columns(view), *as_text(project.rows(f"select * from {view}"))]


class Views(unittest.TestCase):
    def test_equal_the_independent_count(self):
        for name, hours in WAREHOUSES.items():
            for view in VIEWS:
                with self.subTest(warehouse=name, view=view):
                    self.assertEqual(
                        read_csv(HERE / f"expected/{name}/{view}.csv"),
                        view_rows(warehouse(*hours), view))

    def test_begin_as_the_published_facts(self):
        for hour in (0, 1):
            for view in ("top_contributors", "action_type_by_actor",
                         "renamed_repos"):
                with self.subTest(hour=hour, view=view):
                    facts = read_csv(
                        FACTS / f"full_hour_2015-01-01-{hour}_{view}.csv")
                    self.assertEqual(
                        facts, view_rows(warehouse(hour), view)[:26])

    def test_count_types_as_the_published_facts(self):
        for hour in (0, 1):
            facts = read_csv(FACTS / f"full_hour_2015-01-01-{hour}_types.csv")
            self.assertEqual(facts[1:], as_text(warehouse(hour).rows(
                "select type, record_count from event_type_share")))

    def test_hold_every_event_under_its_last_names(self):
        for name, hours in WAREHOUSES.items():
            rows = warehouse(*hours).rows(
                "select type, action_time, last_repo_name, last_org_login,"
                " last_actor_login from github_events")
            total = sum(int(hashlib.sha256("\x1f".join(
                "" if part is None else part for part in row
            ).encode()).hexdigest()[:16], 16) for row in rows)
            self.assertEqual(
                read_csv(HERE / f"expected/{name}/github_events.csv")[1],
                [str(len(rows)), f"{total % 2**64:016x}"])

    def test_have_the_promised_columns(self):
        project = warehouse(0)
        for view in VIEWS:
            self.assertEqual(count_hours.COLUMNS[view],
                             ",".join(project.columns(view)))
        self.assertEqual(
            ["type", "action_time", "last_repo_name", "last_org_login",
             "last_actor_login", "created_at"],
            project.columns("github_events"))

    def test_answer_for_an_empty_warehouse(self):
        project = warehouse()
        self.assertEqual([(0,)], project.rows("select * from record_count"))
        for view in VIEWS[1:]:
            self.assertEqual([], project.rows(f"select * from {view}"), view)


class Count(unittest.TestCase):
    def test_is_as_committed(self):
        for name, hours in WAREHOUSES.items():
            counted = count_hours.Hours(
                count_hours.read_events([sample(hour) for hour in hours]))
            for view in count_hours.COLUMNS:
                self.assertEqual(
                    read_csv(HERE / f"expected/{name}/{view}.csv")[1:],
                    as_text(getattr(counted, view)()), (name, view))


def event(number, at, actor=1, login="a", repo=1, name="a/r", org=None,
          kind="WatchEvent"):
    record = {"id": str(number), "type": kind, "public": True,
              "actor": {"id": actor, "login": login},
              "repo": {"id": repo, "name": name}, "created_at": at}
    if org:
        record["org"] = {"id": org, "login": f"org{org}"}
    return json.dumps(record).encode() + b"\n"


def built(*slices):
    """A warehouse of (hour, lines) slices, loaded in this order."""
    project = Project()
    for hour, lines in slices:
        project.load(lines, f"2020-01-01T{hour:02}:00:00Z",
                     f"2020-01-01T{hour + 1:02}:00:00Z",
                     f"2020-01-01-{hour}.json.gz",
                     f"2026-01-01T00:00:{project.last_load:02}Z")
    project.build()
    return project


AT = "2020-01-01T01:00:00Z"
LATER = "2020-01-01T01:00:01Z"


class Events(unittest.TestCase):
    def winners(self, project):
        return project.rows("select event_id, action_time, type, "
                            "archive_hour_id from fct_github_events "
                            "order by event_id, action_time")

    def test_win_in_the_earliest_hour_whatever_came_first(self):
        early = (1, [event(7, AT, kind="Early")])
        late = (2, [event(7, AT, kind="Late")])
        wanted = [(7, AT, "Early", 2020010101)]
        self.assertEqual(wanted, self.winners(built(early, late)))
        self.assertEqual(wanted, self.winners(built(late, early)))

    def test_win_at_the_first_place_of_an_hour(self):
        lines = [event(8, AT), event(7, AT, kind="First"),
                 event(7, AT, kind="Second")]
        self.assertEqual([(7, AT, "First", 2020010101),
                          (8, AT, "WatchEvent", 2020010101)],
                         self.winners(built((1, lines))))

    def test_with_one_id_and_two_times_are_two(self):
        lines = [event(7, AT), event(7, LATER)]
        self.assertEqual(2, len(self.winners(built((1, lines)))))

    def test_keep_names_only_without_id(self):
        lines = [event(1, AT, actor=None, login="ghost", repo=None, name="x/y"),
                 event(2, AT)]
        project = built((1, lines))
        self.assertEqual(
            [(None, "ghost", None, "x/y", None), (1, None, 1, None, None)],
            project.rows("select actor_id, actor_login, repo_id, repo_name, "
                         "org_login from fct_github_events order by event_id"))
        self.assertEqual(
            [("ghost", "x/y"), ("a", "a/r")],
            project.rows("select last_actor_login, last_repo_name "
                         "from github_events"))

    def test_show_when_their_hour_was_loaded(self):
        project = built((2, [event(2, LATER)]), (1, [event(1, AT)]))
        self.assertEqual([("2026-01-01T00:00:01Z",), ("2026-01-01T00:00:00Z",)],
                         project.rows("select created_at from github_events"))


class Names(unittest.TestCase):
    def last(self, *lines):
        project = built((1, list(lines)))
        return project.rows("select last_login, is_renamed from dim_actors")

    def test_are_last_by_time_then_by_numeric_id(self):
        self.assertEqual([("b", 1)], self.last(
            event(1, LATER, login="b"), event(2, AT, login="a")))
        self.assertEqual([("b", 1)], self.last(
            event(10, AT, login="b"), event(9, AT, login="a")))
        self.assertEqual([("b", 1)], self.last(
            event(-5, AT, login="b"), event(-10, AT, login="a")))
        self.assertEqual([("b", 1)], self.last(
            event(1, AT, login="b"), event(-1, AT, login="a")))

    def test_do_not_end_in_a_missing_one(self):
        self.assertEqual([("a", 0)], self.last(
            event(1, AT, login="a"), event(2, LATER, login=None)))
        self.assertEqual([(None, 0)], self.last(event(1, AT, login=None)))

    def test_of_a_repo_stand_in_time_order_once(self):
        times = [f"2020-01-01T01:00:0{second}Z" for second in range(4)]
        lines = [event(number, at, name=name) for number, (at, name) in
                 enumerate(zip(times, ["o/b", "o/a", "o/b", "o/c"]))]
        self.assertEqual([(1, "o/b > o/a > o/c", "o/c")],
                         built((1, lines)).rows("select * from renamed_repos"))

    def test_merge_accounts_that_share_a_login(self):
        project = built((1, [event(1, AT, actor=1), event(2, AT, actor=2)]))
        self.assertEqual([("a", None, 2)],
                         project.rows("select * from top_contributors"))


class Questions(unittest.TestCase):
    """The two hours stand on two days, so that a range can be wrong."""

    VIEWS = ("record_count", "event_type_share", "top_contributors",
             "action_type_by_actor")
    RANGES = [
        ({}, "0", "9"),
        ({"day": "2015-01-01"}, "2015-01-01", "2015-01-01"),
        ({"day": "2015-01-31"}, "2015-01-31", "2015-01-31"),
        ({"from": "2015-01-02"}, "2015-01-02", "9"),
        ({"to": "2015-01-31"}, "0", "2015-01-31"),
        ({"from": "2015-01-01", "to": "2015-01-31"}, "2015-01-01",
         "2015-01-31"),
        ({"from": "2015-01-02", "to": "2015-01-30"}, "1", "0"),
        ({"day": "2015-01-31", "from": "2016-01-01"}, "2015-01-31",
         "2015-01-31"),
    ]

    @classmethod
    def setUpClass(cls):
        project = Project()
        project.load_hour(sample(0))
        with gzip.open(sample(1), "rb") as lines:
            moved = [line.replace(b'"created_at":"2015-01-01T01:',
                                  b'"created_at":"2015-01-31T23:')
                     for line in lines]
        project.load(moved, "2015-01-31T23:00:00Z", "2015-02-01T00:00:00Z",
                     "moved")
        project.build()
        cls.project = project
        cls.events = count_hours.read_events([sample(0)])
        cls.events += [count_hours.parse(line) for line in moved]

    def test_equal_the_independent_count(self):
        for values, first, last in self.RANGES:
            count = count_hours.Between(self.events, first, last)
            for view in self.VIEWS:
                with self.subTest(view=view, values=values):
                    names, rows = self.project.ask(f"{view}_between", **values)
                    self.assertEqual(count_hours.COLUMNS[view],
                                     ",".join(names))
                    wanted = getattr(count, view)()
                    self.assertEqual(as_text(wanted), as_text(rows))

    def test_of_all_days_equal_the_views(self):
        for view in self.VIEWS:
            with self.subTest(view=view):
                self.assertEqual(
                    self.project.rows(f"select * from {view}"),
                    self.project.ask(f"{view}_between")[1])

    def test_of_a_day_equal_the_views_by_day(self):
        for view in self.VIEWS:
            with self.subTest(view=view):
                day = self.project.rows(
                    f"select * from {view}_by_day where event_date = ?",
                    "2015-01-31")
                self.assertEqual(
                    [row[1:] for row in day],
                    self.project.ask(f"{view}_between", day="2015-01-31")[1])


class Contracts(unittest.TestCase):
    def test_refuse_what_is_no_event(self):
        project = Project()
        for wrong in ({"public": 2}, {"created_at": "2015-01-01"},
                      {"type": None}, {"event_id": "x"}):
            row = {"row_id": 1, "source_offset": 0, "event_id": 1, "type": "x",
                   "created_at": AT, **wrong}
            names = ",".join(row)
            with self.assertRaises(Exception, msg=wrong):
                project.db.execute(
                    f"insert into raw_gharchive__events ({names}) values "
                    f"({','.join('?' * len(row))})", list(row.values()))


if __name__ == "__main__":
    unittest.main()
