#!/usr/bin/env python3
"""Drives the learnsql shell as people use it: tmux types into the program and
shows what the screen then looks like.

usage: shell_test.py LEARNSQL ROOT
"""

import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

LEARNSQL = ""
GOLDEN = pathlib.Path()
WIDTHS = [20, 40, 80, 120, 200]
MODES = [
    "box", "table", "column", "markdown", "csv", "tsv", "json", "jsonl",
    "line", "insert", "html", "quote", "list", "tcl", "ascii",
]
WAREHOUSE = """
create table dim_actors (actor_id integer primary key, login text not null);
create table fct_events (
    event_id integer primary key,
    actor_id integer references dim_actors (actor_id),
    type text not null
);
insert into dim_actors values (1, 'ada'), (2, 'grace'), (3, '日本 👩‍💻');
insert into fct_events values (1, 1, 'Push'), (2, 1, 'Fork'), (3, 2, 'Push');
create table shapes (n integer, amount real, words text, more text, bytes blob);
insert into shapes values
    (1, 0.5, 'größe 日本語 テスト', 'a text that is longer than any column '
        || 'of a narrow screen has room for', x'00ff'),
    (-20, 12345.75, '', 'tab' || char(9) || 'break' || char(10) || '<&>',
        null),
    (null, null, '👍 🚀', 'it''s "quoted", with a comma', x'');
"""


class InTmux(unittest.TestCase):
    def setUp(self):
        if shutil.which("tmux") is None:
            self.skipTest("tmux is not installed")
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="learnsql-tmux-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.starts = 0
        self.addCleanup(self.stop)
        self.make_warehouse(WAREHOUSE)

    def make_warehouse(self, sql):
        db = sqlite3.connect(self.dir / "w.db")
        db.executescript(sql)
        db.close()

    def tmux(self, *arguments):
        return subprocess.run(
            ["tmux", "-S", self.dir / f"socket{self.starts}", "-f", "/dev/null", *arguments],
            capture_output=True, text=True, errors="replace",
        ).stdout

    def start(self, width, height, arguments="w.db", env="", wait="learnsql>"):
        """A terminal of that size with the program in it."""
        self.stop()
        self.starts += 1  # a server that ends and one that begins must not meet
        (self.dir / "start.sh").write_text(
            f"cd {self.dir}\nunset NO_COLOR LEARNSQL_WAREHOUSE\n"
            f"HOME={self.dir} PAGER=cat TERM=screen-256color {env} "
            f"{LEARNSQL} {arguments}\necho left with $?\nsleep 600\n"
        )
        self.tmux("new-session", "-d", "-x", str(width), "-y", str(height),
                  "sh", str(self.dir / "start.sh"))
        return self.wait(wait)

    def stop(self):
        self.tmux("kill-server")

    def program(self):
        """The process that the terminal's own started."""
        for _ in range(600):
            pane = self.tmux("list-panes", "-F", "#{pane_pid}").strip()
            children = pathlib.Path(f"/proc/{pane}/task/{pane}/children")
            if pane and (numbers := children.read_text().split()):
                return int(numbers[0])
            time.sleep(0.025)
        self.fail("the program does not run")

    def screen(self, *flags):
        return self.tmux("capture-pane", "-p", *flags).rstrip("\n")

    def wait(self, text, *flags):
        """The screen once the text is on it."""
        for _ in range(600):
            screen = self.screen(*flags)
            if text in screen:
                return screen
            time.sleep(0.025)
        self.fail(f"waited in vain for {text!r} on\n{screen}")

    def wait_prompt(self):
        """The screen once it asks again and nothing moves."""
        before = None
        for _ in range(600):
            screen = self.screen()
            if screen == before and screen.endswith("learnsql>"):
                return screen
            before = screen
            time.sleep(0.025)
        self.fail(f"no prompt on\n{screen}")

    def type(self, text):
        if text.endswith(";"):  # tmux takes a last one as its own
            text = text[:-1] + "\\;"
        self.tmux("send-keys", "-l", text)

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def enter(self, text):
        self.type(text)
        self.press("Enter")

    def paste(self, text):
        (self.dir / "pasted").write_text(text)
        self.tmux("load-buffer", str(self.dir / "pasted"))
        self.tmux("paste-buffer", "-p")


class People(InTmux):
    def test_type_over_lines_and_leave(self):
        self.start(80, 24)
        self.enter("select login")
        self.enter("from dim_actors")
        self.enter("order by actor_id;")
        self.assertIn("│ 日本 👩‍💻 │", self.wait("3 rows"))
        self.enter(".quit")
        self.wait("left with 0")

    def test_complete(self):
        self.start(100, 24)
        self.type("select * from fct_e")
        self.press("Tab")
        self.wait("from fct_events")
        self.type("inner join dim_actors on ")
        self.press("Tab")
        self.wait("dim_actors.actor_id = fct_events.actor_id  foreign key")
        self.press("C-c")
        self.type("select * from fct_events where type = 'F")
        self.press("Tab")
        self.wait("where type = 'Fork'")

    def test_paste_runs_nothing_by_itself(self):
        self.start(80, 24)
        self.paste("select 1 as one;\nselect 2 as two;\n.quit\n")
        self.wait(".quit")
        time.sleep(0.3)
        self.assertNotIn("┌", self.screen())
        self.assertNotIn("left with", self.screen())
        self.press("C-c")
        self.paste("select 1 as one;\nselect 2 as two;")
        self.press("Enter")
        self.wait("│ two │")

    def test_resize(self):
        self.start(100, 30)
        self.enter("select * from shapes;")
        self.assertNotIn("columns (", self.wait("3 rows"))
        self.tmux("resize-window", "-x", "40", "-y", "30")
        time.sleep(0.3)
        self.press("C-l")
        self.enter("select * from shapes;")
        self.wait("5 columns (3 shown)")
        # Also while a statement is typed.
        self.press("C-l")
        self.type("select 1 as a, 2 as b, 3 as c,")
        self.tmux("resize-window", "-x", "120", "-y", "30")
        time.sleep(0.3)
        self.enter(" 4 as d;")
        self.wait("│ 1 │ 2 │ 3 │ 4 │")

    def test_the_last_result_has_a_name(self):
        self.start(80, 30)
        self.enter("select type, count(*) as n from fct_events group by type;")
        self.wait("2 rows")
        self.enter("select sum(n) as total from _;")
        self.wait("│     3 │")

    def test_a_query_asks_too(self):
        self.start(80, 24, "--warehouse w.db query 'select :day as day'",
                   wait="value for :day")
        self.enter("2015-01-01")
        self.assertIn("| 2015-01-01 |", self.wait("left with 0"))

    def test_a_query_that_gets_no_answer_says_what_to_type(self):
        self.start(80, 24, "--warehouse w.db query 'select :day as day'",
                   wait="value for :day")
        self.press("Enter")
        self.wait("left with 1")
        self.assertIn("give --param day=VALUE", self.screen())

    def test_no_color(self):
        self.start(80, 24, env="NO_COLOR=1")
        self.type("select 'text', (")
        time.sleep(0.3)
        self.assertNotIn("\x1b", self.screen("-e"))
        self.enter("1) as a;")
        self.wait("│ text")
        self.assertNotIn("\x1b", self.screen("-e"))

    def test_colours_while_typing(self):
        self.start(80, 24)
        self.type("select 'text'")
        self.wait("\x1b[32m'text'", "-e")

    def test_no_project_says_what_to_type(self):
        self.start(80, 24, "", wait="left with")
        self.assertIn("learnsql init", self.screen())


class Interrupts(InTmux):
    """Ctrl-C in a big scan, join and sort keeps session and transaction."""

    ROWS = ("with recursive n (i) as (select 1 union all select i + 1 from n"
            " where i < 300000) ")
    STATEMENTS = [
        ("scan", "select count(*) from big as a, big as b where a.t < b.t;"),
        ("join", "select sum(a.i) from big as a inner join big as b on"
                 " a.t like b.t || '%';"),
        ("sort", "select a.t from big as a, big as b order by a.t desc, b.t;"),
        ("write", "create temp table big_copy as select a.i from big as a,"
                  " big as b;"),
    ]

    def test_statements_stop(self):
        self.make_warehouse(
            "create table big (i integer primary key, t text);"
            f"insert into big {self.ROWS} select i, hex(i * 7919) from n;")
        self.start(100, 40, "w.db --write")
        for name, statement in self.STATEMENTS:
            with self.subTest(name):
                self.press("C-l")
                self.enter("begin;")
                self.wait("learnsql*>")
                self.enter(statement)
                self.wait("Ctrl-C stops it")
                self.press("C-c")
                self.wait("error: interrupted")
                state = ("was rolled back" if name == "write"
                         else "is still open")
                self.wait("the transaction " + state)
                self.press("C-l")
                self.enter("rollback;" if name != "write" else "select 0;")
                self.enter("select 40 + 2 as answer;")
                self.wait("│     42 │")

    def test_progress_stays_on_its_line(self):
        self.make_warehouse(
            "create table big (i integer primary key, t text);"
            f"insert into big {self.ROWS} select i, hex(i * 7919) from n;")
        self.start(40, 20)
        self.enter("select count(*) from big a, big b;")
        self.wait("Ctrl-C stops it")
        time.sleep(1)
        screen = self.screen()
        self.assertEqual(screen.count("Ctrl-C stops it"), 1, screen)
        self.press("C-c")
        self.wait("error: interrupted")
        self.assertNotIn("rows", self.screen())

    def test_a_dump_stops(self):
        self.make_warehouse(
            "create table big (i integer primary key, t text);"
            f"insert into big {self.ROWS} select i, hex(i * 7919) from n;")
        self.start(100, 40)
        self.enter(".dump")
        self.wait("INSERT INTO")
        self.press("C-c")
        self.wait("error: interrupted")
        self.enter("select 40 + 2 as answer;")
        self.wait("│     42 │")


class Terminations(InTmux):
    """SIGTERM ends a script in its statement, and a session at its prompt."""

    FOREVER = ("with recursive n(i) as (select 1 union all select i + 1 from n)"
               " select count(*) from n")

    def test_a_script_ends(self):
        program = subprocess.Popen(
            [LEARNSQL, "w.db", "--keep-going", "-c", self.FOREVER, "-c",
             "select 1"],
            cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, "HOME": str(self.dir)})
        time.sleep(0.5)
        program.terminate()
        out, err = program.communicate()
        self.assertEqual((program.returncode, out), (130, ""))
        self.assertIn("interrupted", err)

    def test_a_session_ends(self):
        for statement, sign in [("select 1 as a", "select 1 as a"),
                                (self.FOREVER + ";\r", "Ctrl-C stops it")]:
            with self.subTest(sign):
                self.start(80, 24)
                self.type(statement)
                self.wait(sign)
                os.kill(self.program(), signal.SIGTERM)
                self.wait("left with 130")


class Suspends(InTmux):
    def test_goes_on_in_the_foreground(self):
        (self.dir / "start.sh").write_text("")
        self.tmux("new-session", "-d", "-x", "80", "-y", "24",
                  f"cd {self.dir}; unset NO_COLOR; HOME={self.dir} PS1='sh> '"
                  " exec bash --norc -i")
        self.wait("sh>")
        self.enter(f"{LEARNSQL} w.db")
        self.wait("learnsql>")
        self.type("select 40 +")
        self.wait("40 +")
        self.press("C-z")
        self.wait("Stopped")
        self.enter("fg")
        time.sleep(0.5)
        self.type(" 2 as answer;")
        self.press("Left", "Right", "Enter")
        self.wait("│     42 │")
        self.assertNotIn("^[", self.screen())


class Screens(InTmux):
    """What each mode looks like in terminals of several widths, kept in
    tests/golden/shell; UPDATE_GOLDEN=1 writes them anew, to be read."""

    def test_every_mode_at_every_width(self):
        for width in WIDTHS:
            with self.subTest(width):
                self.compare(f"terminal_{width}.txt", self.shown(width))

    def shown(self, width):
        self.start(width, 90, "w.db --no-init", env="NO_COLOR=1")
        self.enter(".pager off")
        text = ""
        for mode in MODES:
            self.enter(f".mode {mode}")
            self.wait_prompt()
            self.press("C-l")
            self.wait_prompt()
            self.enter("select * from shapes;")
            lines = self.wait_prompt().split("\n")
            end = next(i for i, line in enumerate(lines) if ";" in line)
            text += f"---- {mode}\n" + "\n".join(lines[end + 1:-1]) + "\n"
        return text

    def compare(self, name, text):
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(text)
        self.assertEqual(path.read_text(), text, name)


class Pipes(InTmux):
    def run_program(self, line):
        done = subprocess.run(["bash", "-c", "set -o pipefail; " + line],
                              cwd=self.dir, capture_output=True, text=True,
                              env={**os.environ, "HOME": str(self.dir)})
        return done.returncode, done.stdout, done.stderr

    def test_a_reader_that_leaves_is_no_error(self):
        rows = ("with recursive n(i) as (select 1 union all select i + 1 from n"
                " where i < 1000000) select i from n")
        code, out, err = self.run_program(
            f"{LEARNSQL} w.db --format csv -c '{rows}' | head -2")
        self.assertEqual((out, err), ("i\n1\n", ""))
        self.assertIn(code, (0, 141))

    def test_pipes_get_everything_and_no_colour(self):
        code, out, err = self.run_program(
            f"{LEARNSQL} w.db -c 'select * from shapes' | cat")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("narrow screen has room for", out)
        self.assertNotIn("\x1b", out)
        self.assertNotIn("shown", out)

    def test_a_safe_session_has_its_memory_counted(self):
        blobs = ("with recursive n(i) as (select 1 union all select i + 1 from n"
                 " limit 5000) select count(distinct randomblob(100000)) from n")
        code, out, err = self.run_program(
            f"{LEARNSQL} w.db --safe -c '{blobs}'")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("stopped at 256 MiB of memory, the limit of --safe", err)

    def test_a_missing_parameter_in_a_pipe_is_an_error(self):
        code, out, err = self.run_program(
            f"echo 'select :day;' | {LEARNSQL} w.db")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("no value for parameter :day; give --param day=VALUE",
                      err)


if __name__ == "__main__":
    LEARNSQL = os.path.abspath(sys.argv[1])
    GOLDEN = pathlib.Path(sys.argv[2]).resolve() / "tests/golden/shell"
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
