#!/usr/bin/env python3
"""Makes the Debian package, unpacks it elsewhere and works with what it holds.

usage: package_test.py CPACK BUILD_FOLDER
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

CPACK = ""
BUILD = ""


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True,
                          text=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(cls.folder.name)
        run(CPACK, "-G", "DEB", "--config", f"{BUILD}/CPackConfig.cmake", "-B",
            root / "made", cwd=BUILD)
        cls.deb = next((root / "made").glob("*.deb"))
        cls.root = root / "root"
        run("dpkg-deb", "-x", cls.deb, cls.root)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_says_what_it_is_and_needs(self):
        control = run("dpkg-deb", "-f", self.deb)
        self.assertIn("Package: learnsql\n", control)
        self.assertRegex(control, r"Depends: .*libsqlite3-0")
        self.assertRegex(self.deb.name, r"^learnsql_[\d.]+_\w+\.deb$")

    def test_holds_all_that_belongs_to_it(self):
        for name in ("bin/learnsql", "share/man/man1/learnsql.1",
                     "share/bash-completion/completions/learnsql",
                     "share/zsh/vendor-completions/_learnsql",
                     "share/doc/learnsql/copyright",
                     "share/learnsql/refresh.sh",
                     "lib/systemd/system/learnsql-refresh.timer",
                     "share/learnsql/sql/raw/gharchive.sql",
                     "share/learnsql/views/gharchive/top_contributors.sql"):
            self.assertTrue((self.root / "usr" / name).is_file(), name)

    def test_works_from_any_folder(self):
        program = self.root / "usr/bin/learnsql"
        with tempfile.TemporaryDirectory() as folder:
            run(program, "init", "mine", cwd=folder)
            mine = os.path.join(folder, "mine")
            run(program, "build", cwd=mine)
            self.assertIn("Monday", run(program, "query", "select * from "
                                        "working_days", cwd=mine))
            run(program, "publish", "out.db", cwd=mine)
            run(program, "verify", "out.db", cwd=mine)

    def test_its_models_are_sound_where_they_lie(self):
        share = self.root / "usr/share/learnsql"
        (share / "learnsql.ini").write_text("[learnsql]\n")
        run(self.root / "usr/bin/learnsql", "lint", "--quiet", cwd=share)


if __name__ == "__main__":
    CPACK, BUILD = sys.argv[1], sys.argv[2]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
