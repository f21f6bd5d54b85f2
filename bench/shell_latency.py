#!/usr/bin/env python3
"""What a person waits for in the shell: the first prompt, Tab, Ctrl-C.

usage: shell_latency.py LEARNSQL [--megabytes 1024] [--rounds 11]
                        [--warehouse FILE]

Types into LEARNSQL on a pseudo terminal and takes the time until the answer is
on it, and the processor time of the program meanwhile, which other work on the
machine does not move. Makes FILE (default: a temporary one) with 500 tables of 22 columns and
one table of the given size, seed 1; an existing FILE is used as it is.
"""

import argparse
import os
import pty
import random
import select
import signal
import sqlite3
import statistics
import struct
import sys
import tempfile
import time
import fcntl
import termios

TABLES = 500


def make_warehouse(path, megabytes):
    random.seed(1)
    db = sqlite3.connect(path)
    db.execute("pragma journal_mode = off")
    db.execute("pragma synchronous = off")
    db.execute("create table dim_actors (actor_id integer primary key,"
               " login text)")
    columns = ", ".join(f"column_{c} text" for c in range(20))
    for t in range(TABLES):
        db.execute(f"create table fct_{t:03} (id integer primary key, actor_id"
                   f" integer references dim_actors (actor_id), {columns})")
    db.execute("create table events (event_id integer primary key, type text,"
               " actor_id integer, payload text)")
    kinds = ["PushEvent"] * 6 + ["CreateEvent"] * 2 + ["WatchEvent", "Other"]
    rows = megabytes * 1024 * 1024 // 250
    db.executemany(
        "insert into events values (?, ?, ?, ?)",
        ((i, kinds[i % 10], random.randrange(100_000),
          f"{random.getrandbits(800):0200x}") for i in range(rows)))
    db.commit()
    db.close()


class Shell:
    """The program on a pseudo terminal of 120 by 40 cells."""

    def __init__(self, program, path, home):
        self.seen = b""
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(HOME=home, TERM="xterm-256color")
            os.execv(program, [program, path, "--no-init"])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 40, 120, 0, 0))

    def processor(self):
        """Milliseconds of processor time so far."""
        with open(f"/proc/{self.pid}/schedstat") as file:
            return int(file.read().split()[0]) / 1e6

    def wait(self, text):
        """Milliseconds until the text has come, and of processor time; what
        came is forgotten."""
        begun, worked = time.monotonic(), self.processor()
        while text not in self.seen:
            ready, _, _ = select.select([self.fd], [], [], 60)
            if not ready:
                sys.exit(f"waited in vain for {text} after {self.seen[-400:]}")
            self.seen += os.read(self.fd, 65536)
        self.seen = b""
        return ((time.monotonic() - begun) * 1000, self.processor() - worked)

    def send(self, text):
        self.seen = b""
        os.write(self.fd, text)

    def settle(self, seconds):
        """Reads what comes in that time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ready, _, _ = select.select([self.fd], [], [],
                                        end - time.monotonic())
            if ready:
                os.read(self.fd, 65536)
        self.seen = b""

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def tell(name, times):
    waited, worked = zip(*times)
    print(f"| {name} | {statistics.median(waited):.1f} | {max(waited):.1f} |"
          f" {statistics.median(worked):.1f} |", flush=True)


def first_prompt(program, path, home, rounds):
    times = []
    for _ in range(rounds + 1):
        shell = Shell(program, path, home)
        shell.wait(b"learnsql>")
        times.append(((time.monotonic() - shell.started) * 1000,
                      shell.processor()))
        shell.close()
    return times[1:]  # the first reads the program and the file's pages


COMPLETIONS = [
    ("first Tab, 500 tables read", b"select * from fct_49", b"fct_499"),
    ("Tab: a table", b"select * from fct_48", b"fct_489"),
    ("Tab: a column of no table yet", b"select column_1", b"column_19"),
    ("Tab: a join condition", b"select * from fct_001 join dim_actors on ",
     b"dim_actors.actor_id = fct_001.actor_id"),
    ("Tab: values of a column", b"select * from events where type = '",
     b"'WatchEvent'"),
]


def completions(program, path, home, rounds):
    times = {name: [] for name, _, _ in COMPLETIONS}
    for _ in range(rounds):
        shell = Shell(program, path, home)
        shell.wait(b"learnsql>")
        for name, typed, offered in COMPLETIONS:
            shell.send(typed)
            shell.settle(0.3)
            shell.send(b"\t")
            times[name].append(shell.wait(offered))
            shell.send(b"\x03")
            shell.settle(0.3)
        shell.close()
    return times


INTERRUPTS = [
    ("Ctrl-C in a scan", b"select count(*) from events as a, events as b"
     b" where a.payload like '%00%' and b.type = 'y';\r"),
    ("Ctrl-C in a join", b"select sum(a.event_id) from events as a inner join"
     b" events as b on a.type = b.type;\r"),
    ("Ctrl-C in a sort", b"select payload from events order by payload desc,"
     b" type;\r"),
    ("Ctrl-C in a group by", b"select payload, count(*) from events group by"
     b" payload;\r"),
]


def interrupts(program, path, home, rounds):
    times = {name: [] for name, _ in INTERRUPTS}
    shell = Shell(program, path, home)
    shell.wait(b"learnsql>")
    shell.send(b"begin;\r")
    shell.wait(b"learnsql*>")
    for _ in range(rounds):
        for name, statement in INTERRUPTS:
            shell.send(statement)
            shell.wait(b"Ctrl-C stops it")  # it runs, half a second now
            shell.settle(random.random() * 1.5)
            shell.send(b"\x03")
            times[name].append(shell.wait(b"interrupted"))
            shell.settle(0.3)
    shell.send(b"rollback; select 40 + 2 as answer;\r")
    shell.wait(b"42")  # session and transaction have stayed
    shell.close()
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("learnsql")
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--warehouse")
    options = parser.parse_args()
    program = os.path.abspath(options.learnsql)
    with tempfile.TemporaryDirectory() as home:
        path = options.warehouse or os.path.join(home, "warehouse.db")
        if not os.path.exists(path):
            make_warehouse(path, options.megabytes)
        print(f"{os.path.getsize(path) / 2**20:.0f} MiB, {TABLES + 2} tables\n")
        print("| milliseconds | median | most | of the processor |\n"
              "|---|---|---|---|")
        tell("first prompt", first_prompt(program, path, home, options.rounds))
        for measure in (completions, interrupts):
            for name, times in measure(program, path, home,
                                       options.rounds).items():
                tell(name, times)


if __name__ == "__main__":
    main()
