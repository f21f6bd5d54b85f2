#!/usr/bin/env python3
"""What it costs to publish a warehouse and to refresh it.

usage: publish_bench.py LEARNSQL GEN_HOUR FOLDER [--hours 10] [--events 220000]
                        [--rounds 3] [--shape modern] [--again]

Makes HOURS hours and one more in FOLDER (kept for the next run), loads and
builds this repository's models over them, then runs each step ROUNDS times,
one after the other, beside plain sqlite3: medians of wall and CPU seconds (of
the user and the system). --again goes on with the warehouse of the last run.
The hours are those before now, since a refresh fetches what is due by the
clock.
"""

import argparse
import datetime
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Bench:
    def __init__(self, arguments):
        self.learnsql = pathlib.Path(arguments.learnsql).resolve()
        self.gen_hour = pathlib.Path(arguments.gen_hour).resolve()
        self.dir = pathlib.Path(arguments.folder).resolve()
        self.arguments = arguments
        now = datetime.datetime.now(datetime.timezone.utc)
        self.end = (now - datetime.timedelta(minutes=6)).replace(
            minute=0, second=0, microsecond=0)
        self.times = {}  # by step: (wall, CPU) of each round

    def hour(self, back):
        return self.end - datetime.timedelta(hours=back)

    def run(self, *words):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("LEARNSQL_")}
        done = subprocess.run([str(word) for word in words], cwd=self.dir,
                              env=environment, text=True,
                              capture_output=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}\n"
                     f"{done.stderr}{done.stdout}")
        return done.stdout + done.stderr

    def measure(self, step, *words):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.monotonic()
        text = self.run(*words)
        wall = time.monotonic() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = (after.ru_utime + after.ru_stime
               - before.ru_utime - before.ru_stime)
        self.times.setdefault(step, []).append((wall, cpu))
        print(f"{step}: {cpu:.2f} s CPU, {wall:.2f} s", file=sys.stderr,
              flush=True)
        return text

    def drop(self, pattern):
        for path in self.dir.glob(pattern):
            path.unlink()

    def make_hours(self):
        (self.dir / "hours").mkdir(parents=True, exist_ok=True)
        for back in range(self.arguments.hours + 1, 0, -1):
            at = self.hour(back)
            kept = self.dir / f"hours/{at:%Y-%m-%d}-{at.hour}.json.gz"
            if kept.exists():
                continue
            self.run(self.gen_hour, "--hour", f"{at:%Y-%m-%d}-{at.hour}",
                     "--out", kept, "--shape", self.arguments.shape,
                     "--events", self.arguments.events)

    def make_warehouse(self):
        for name in ("sql", "views"):
            if not (self.dir / name).exists():
                (self.dir / name).symlink_to(ROOT / name)
        (self.dir / "learnsql.ini").write_text(
            "[gharchive]\nbase_url = hours\n"
            f"start = {self.hour(self.arguments.hours + 1):%Y-%m-%dT%H}\n"
            "[publish]\nfile = out.db\nkeep = 1\n")
        self.drop("*.db*")
        # All but the newest hour, which is left for refreshes to find.
        self.measure("sync of all hours but one", self.learnsql, "sync",
                     "--from", f"{self.hour(self.arguments.hours + 1):%Y-%m-%dT%H}",
                     "--to", f"{self.hour(1):%Y-%m-%dT%H}")
        self.measure("build of all", self.learnsql, "build")
        self.run(self.learnsql, "publish", "out.db")
        self.run("sqlite3", "warehouse.db", "pragma wal_checkpoint(truncate)")
        self.keep()

    def keep(self):
        shutil.copy(self.dir / "warehouse.db", self.dir / "before.kept")
        shutil.copy(self.dir / "out.db", self.dir / "out.kept")

    def restore(self):
        self.drop("warehouse.db*")
        self.drop("out.db*")
        shutil.copy(self.dir / "before.kept", self.dir / "warehouse.db")
        shutil.copy(self.dir / "out.kept", self.dir / "out.db")

    def publish_round(self):
        self.drop("new.db*")
        self.measure("learnsql publish", self.learnsql, "publish", "new.db")
        self.drop("vacuum.db")
        self.measure("vacuum into, whole warehouse", "sqlite3", "warehouse.db",
                     "vacuum into 'vacuum.db'")
        self.sizes = {name: (self.dir / name).stat().st_size
                      for name in ("warehouse.db", "vacuum.db", "new.db")}
        self.drop("vacuum.db")
        self.measure("vacuum into, published file", "sqlite3", "new.db",
                     "vacuum into 'vacuum.db'")
        self.drop("vacuum.db")
        self.measure("integrity_check and foreign_key_check", "sqlite3",
                     "new.db", "pragma integrity_check; "
                     "select count(*) from pragma_foreign_key_check")
        self.measure("sqlite3 .selftest", "sqlite3", "new.db", ".selftest")
        self.measure("learnsql verify", self.learnsql, "verify", "new.db")

    def refresh_round(self):
        self.restore()
        self.one_hour = self.measure("refresh, one new hour", self.learnsql,
                                     "refresh").strip().splitlines()[-1]
        self.measure("learnsql diff, before and after that hour",
                     self.learnsql, "diff", "out.db.1", "out.db")
        self.nothing = self.measure("refresh, nothing new", self.learnsql,
                                    "refresh").strip().splitlines()[-1]

    def print(self):
        shown = {name: f"{size / 1e6:,.0f} MB"
                 for name, size in self.sizes.items()}
        print(f"\nwarehouse {shown['warehouse.db']}, vacuumed "
              f"{shown['vacuum.db']}, published {shown['new.db']}")
        print(f"one new hour: {self.one_hour}\nnothing new: {self.nothing}\n")
        # By CPU time: other work on the machine does not change it much.
        base = statistics.median(
            cpu for _, cpu in self.times["vacuum into, whole warehouse"])
        print("| step | CPU s | wall s | CPU of vacuum into |\n"
              "|---|---|---|---|")
        for step, times in self.times.items():
            wall = statistics.median(wall for wall, _ in times)
            cpu = statistics.median(cpu for _, cpu in times)
            print(f"| {step} | {cpu:.2f} | {wall:.2f} | {cpu / base:.2f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("learnsql")
    parser.add_argument("gen_hour")
    parser.add_argument("folder")
    parser.add_argument("--hours", type=int, default=10)
    parser.add_argument("--events", type=int, default=220000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shape", default="modern")
    parser.add_argument("--again", action="store_true")
    bench = Bench(parser.parse_args())
    if bench.arguments.again:
        bench.restore()
    else:
        bench.make_hours()
        bench.make_warehouse()
    for _ in range(bench.arguments.rounds):
        bench.publish_round()
    for _ in range(bench.arguments.rounds):
        bench.refresh_round()
    bench.print()


if __name__ == "__main__":
    main()
