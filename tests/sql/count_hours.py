#!/usr/bin/env python3
"""Counts what the gharchive views must say, without SQL and without learnsql.

    tests/sql/count_hours.py OUT_FOLDER HOUR.json.gz ...

Reads the hours as one warehouse and writes OUT_FOLDER/<view>.csv for every view
but github_events, of which it writes the number of rows and a hash that does
not depend on their order. Needs only Python 3. A null is an empty field.

Files are taken in the order of their names' hours, as the earliest slice holds
the event that counts where one event is in several.
"""

import argparse
import collections
import csv
import gzip
import hashlib
import json
import pathlib
import re

Event = collections.namedtuple(
    "Event", "id type at actor_id actor repo_id repo org_id org")


def parse(line):
    record = json.loads(line)
    actor, repo = record["actor"], record["repo"]
    org = record.get("org") or {}
    return Event(int(record["id"]), record["type"], record["created_at"],
                 actor["id"], actor["login"], repo["id"], repo["name"],
                 org.get("id"), org.get("login"))


def hour_of(path):
    """Sortable: 2015-01-01-9 comes before 2015-01-01-10."""
    return [int(part) for part in re.findall(r"\d+", pathlib.Path(path).name)]


def read_events(paths):
    """Each (id, time) once: the first in the earliest file."""
    events = {}
    for path in sorted(paths, key=hour_of):
        with gzip.open(path, "rb") as lines:
            for line in lines:
                if line.strip():
                    event = parse(line)
                    events.setdefault((event.id, event.at), event)
    return list(events.values())


def last_names(events, id_field, name_field):
    """id -> the name in the event that is last by time, then by id."""
    last = {}
    for event in events:
        key, name = getattr(event, id_field), getattr(event, name_field)
        if key is not None and name is not None:
            last[key] = max(last.get(key, ("",)), (event.at, event.id, name))
    return {key: place[2] for key, place in last.items()}


class Hours:
    """The events with their last names, and a method for every view."""

    def __init__(self, events):
        self.events = events
        self.actors = last_names(events, "actor_id", "actor")
        self.repos = last_names(events, "repo_id", "repo")
        self.orgs = last_names(events, "org_id", "org")

    def actor(self, event):
        return self.actors.get(event.actor_id, event.actor)

    def org(self, event):
        return self.orgs.get(event.org_id, event.org)

    def count(self, key, kept=lambda event: True):
        """(key..., count) rows: most first, ties by the key, null first."""
        counts = collections.Counter(
            key(event) for event in self.events if kept(event))
        return sorted(
            ((*names, number) for names, number in counts.items()),
            key=lambda row: (-row[-1], [name or "" for name in row[:-1]]))

    def by_day(self, key, kept=lambda event: True):
        rows = self.count(lambda event: (event.at[:10], *key(event)), kept)
        return sorted(rows, key=lambda row: row[0])

    def record_count(self):
        return [(len(self.events),)]

    def record_count_by_day(self):
        return self.by_day(lambda event: ())

    def event_type_share(self):
        return [(kind, number, repr(number / len(self.events)))
                for kind, number in self.count(lambda event: (event.type,))]

    def event_type_share_by_day(self):
        days = dict(self.record_count_by_day())
        return [(day, kind, number, repr(number / days[day])) for
                day, kind, number in self.by_day(lambda event: (event.type,))]

    def contributor(self, event):
        return self.actor(event), self.org(event)

    def top_contributors(self):
        return self.count(self.contributor)

    def top_contributors_by_day(self):
        return self.by_day(self.contributor)

    def action(self, event):
        return self.actor(event), event.type

    @staticmethod
    def is_action(event):
        return event.type != "PushEvent"

    def action_type_by_actor(self):
        return self.count(self.action, self.is_action)

    def action_type_by_actor_by_day(self):
        return self.by_day(self.action, self.is_action)

    def events_by_hour(self):
        hours = collections.defaultdict(lambda: [0, 0])
        for event in self.events:
            counts = hours[event.at[:13] + ":00:00Z"]
            counts[0] += 1
            counts[1] += event.type == "PushEvent"
        return [(hour, *counts) for hour, counts in sorted(hours.items())]

    def renamed_repos(self):
        names = collections.defaultdict(list)
        for event in sorted(self.events, key=lambda each: (each.at, each.id)):
            if event.repo_id is not None and event.repo not in names[event.repo_id]:
                names[event.repo_id].append(event.repo)
        rows = [(repo, known) for repo, known in names.items() if len(known) > 1]
        rows.sort(key=lambda row: (-len(row[1]), self.repos[row[0]].lower(),
                                   self.repos[row[0]], row[0]))
        return [(repo, " > ".join(known), self.repos[repo])
                for repo, known in rows]

    def github_events(self):
        """The number of rows and the sum of their hashes; no load times."""
        total = 0
        for event in self.events:
            row = [event.type, event.at,
                   self.repos.get(event.repo_id, event.repo),
                   self.org(event), self.actor(event)]
            text = "\x1f".join("" if part is None else part for part in row)
            total += int(hashlib.sha256(text.encode()).hexdigest()[:16], 16)
        return [(len(self.events), f"{total % 2**64:016x}")]


class Between(Hours):
    """The events of some days, under the last names of all."""

    def __init__(self, events, first, last):
        super().__init__(events)
        self.events = [event for event in events
                       if first <= event.at[:10] <= last]


COLUMNS = {
    "record_count": "record_count",
    "record_count_by_day": "event_date,record_count",
    "event_type_share": "type,record_count,share",
    "event_type_share_by_day": "event_date,type,record_count,share",
    "top_contributors": "last_actor_login,last_org_login,record_count",
    "top_contributors_by_day":
        "event_date,last_actor_login,last_org_login,record_count",
    "action_type_by_actor": "last_actor_login,type,record_count",
    "action_type_by_actor_by_day":
        "event_date,last_actor_login,type,record_count",
    "events_by_hour": "hour_at,record_count,push_count",
    "renamed_repos": "repo_id,names_in_time_order,last_repo_name",
    "github_events": "row_count,hash_sum",
}


def write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write(header + "\n")
        csv.writer(file, lineterminator="\n").writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("hours", nargs="+")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    hours = Hours(read_events(arguments.hours))
    for view, header in COLUMNS.items():
        write_csv(arguments.folder / f"{view}.csv", header,
                  getattr(hours, view)())


if __name__ == "__main__":
    main()
