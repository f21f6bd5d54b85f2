#!/usr/bin/env python3
"""Holds the man page and the completions to the program's own help.

usage: share_test.py LEARNSQL ROOT
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

LEARNSQL = ""
ROOT = pathlib.Path()


class Share(unittest.TestCase):
    def test_files_are_those_of_the_help(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, ROOT / "tools/make_share.py",
                            LEARNSQL, folder], check=True)
            for made in pathlib.Path(folder).iterdir():
                kept = ROOT / "tools/share" / made.name
                self.assertEqual(kept.read_text(), made.read_text(),
                                 f"run tools/make_share.py {LEARNSQL}")

    def test_every_flag_of_the_help_is_completed(self):
        text = (ROOT / "tools/share/learnsql.bash").read_text()
        shown = subprocess.run([LEARNSQL, "--help"], capture_output=True,
                               text=True).stdout
        commands = re.findall(r"^  ([\w-]+) +\S", shown.split("commands:")[1]
                              .split("\n\n")[0], re.M)
        self.assertIn("sync", commands)
        for command in commands:
            flags = re.findall(r"--[\w-]+", re.sub(
                r"(?m)^.{26}.*", lambda line: line.group(0)[:26],
                subprocess.run([LEARNSQL, command, "--help"],
                               capture_output=True, text=True).stdout
                .split("Flags:")[-1]))
            for flag in flags:
                self.assertIn(flag, text, command)

    def bash(self, *words):
        script = (f"source {ROOT / 'tools/share/learnsql.bash'}; COMP_WORDS=("
                  + " ".join(f"'{word}'" for word in words)
                  + f"); COMP_CWORD={len(words) - 1}; _learnsql; "
                  "printf '%s\\n' \"${COMPREPLY[@]}\"")
        return subprocess.run(["bash", "-c", script], capture_output=True,
                              text=True, check=True).stdout.split()

    def test_bash_completes(self):
        self.assertIn("sync", self.bash("learnsql", "sy"))
        self.assertEqual(self.bash("learnsql", "sync", "--dry"), ["--dry-run"])
        self.assertIn("--warehouse", self.bash("learnsql", "sync", "--w"))
        self.assertNotIn("--dry-run", self.bash("learnsql", "build", "--"))

    def test_zsh_reads_it(self):
        if not shutil.which("zsh"):
            self.skipTest("no zsh here")
        subprocess.run(["zsh", "-n", ROOT / "tools/share/_learnsql"],
                       check=True)

    def test_man_reads_it(self):
        if not shutil.which("groff"):
            self.skipTest("no groff here")
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww",
             ROOT / "tools/share/learnsql.1"], capture_output=True, text=True)
        self.assertEqual(done.stderr, "")
        self.assertIn("EXIT STATUS", re.sub(".\x08", "", done.stdout))


if __name__ == "__main__":
    LEARNSQL = str(pathlib.Path(sys.argv[1]).resolve())
    ROOT = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
