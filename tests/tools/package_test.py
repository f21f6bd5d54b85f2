#!/usr/bin/env python3
"""Makes the Debian package, installs it, works with it and removes it again.

usage: package_test.py CPACK BUILD_FOLDER ROOT [unittest arguments]

It is always installed below a folder of the test's own. Into the system it
goes as well where CI=true or LEARNSQL_INSTALL_TEST=yes says that it may, the
test is root or may sudo without a password, and no learnsql is there.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

CPACK = ""
BUILD = ""
ROOT = pathlib.Path()

INSTALLED = [
    "usr/bin/learnsql",
    "usr/share/man/man1/learnsql.1",
    "usr/share/bash-completion/completions/learnsql",
    "usr/share/zsh/vendor-completions/_learnsql",
    "usr/share/doc/learnsql/copyright",
    "usr/share/learnsql/refresh.sh",
    "usr/lib/systemd/system/learnsql-refresh.timer",
    "usr/share/learnsql/sql/raw/gharchive.sql",
    "usr/share/learnsql/views/gharchive/top_contributors.sql",
]


def attempt(*words, **more):
    return subprocess.run([str(word) for word in words], capture_output=True,
                          text=True, **more)


def run(*words, **more):
    done = attempt(*words, **more)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout


def as_root():
    """The words before a command that needs root; None where it cannot be."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and attempt("sudo", "-n", "true").returncode == 0:
        return ["sudo", "-n"]
    return None


def why_not_into_the_system():
    """The reason, or None. What is there already is never touched."""
    allowed = (os.environ.get("CI") == "true" or
               os.environ.get("LEARNSQL_INSTALL_TEST") == "yes")
    if not allowed:
        return "neither CI=true nor LEARNSQL_INSTALL_TEST=yes"
    if as_root() is None:
        return "neither root nor sudo without a password"
    if attempt("dpkg-query", "-W", "learnsql").returncode == 0:
        return "dpkg knows a package learnsql here"
    there = [name for name in INSTALLED if pathlib.Path("/", name).exists()]
    if there or pathlib.Path("/usr/share/learnsql").exists():
        return f"a learnsql is here: {there or '/usr/share/learnsql'}"
    return None


class PackageCase(unittest.TestCase):
    """What must hold below `self.root`, wherever that is."""

    def files_are_there(self):
        for name in INSTALLED:
            with self.subTest(name=name):
                self.assertTrue((self.root / name).is_file())

    def works_from_any_folder(self):
        program = self.root / "usr/bin/learnsql"
        with tempfile.TemporaryDirectory() as folder:
            run(program, "init", "mine", cwd=folder)
            mine = os.path.join(folder, "mine")
            run(program, "build", cwd=mine)
            self.assertIn("Monday", run(program, "query", "select * from "
                                        "working_days", cwd=mine))
            run(program, "publish", "out.db", cwd=mine)
            run(program, "verify", "out.db", cwd=mine)

    def builds_the_installed_models(self):
        program = self.root / "usr/bin/learnsql"
        share = self.root / "usr/share/learnsql"
        with tempfile.TemporaryDirectory() as folder:
            for name in ("sql", "views"):
                os.symlink(share / name, os.path.join(folder, name))
            pathlib.Path(folder, "learnsql.ini").write_text(
                f"[gharchive]\nbase_url = {ROOT}/data/samples/gharchive\n")
            run(program, "lint", "--quiet", cwd=folder)
            run(program, "sync", "--from", "2015-01-01T00", "--to",
                "2015-01-01T01", cwd=folder)
            run(program, "build", cwd=folder)
            self.assertIn(
                "record_count", run(program, "query", "select * from "
                                    "top_contributors limit 1", cwd=folder))


class Made:
    """The package, made once."""

    folder = None
    deb = None

    @classmethod
    def get(cls):
        if cls.deb is None:
            cls.folder = tempfile.TemporaryDirectory()
            made = pathlib.Path(cls.folder.name)
            run(CPACK, "-G", "DEB", "--config", f"{BUILD}/CPackConfig.cmake",
                "-B", made, cwd=BUILD)
            cls.deb = next(made.glob("*.deb"))
        return cls.deb


class BelowAFolder(PackageCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = pathlib.Path(folder.name) / "root"
        state = cls.root / "var/lib/dpkg"
        for name in ("info", "updates", "triggers"):
            (state / name).mkdir(parents=True)
        for name in ("status", "available"):
            (state / name).touch()
        cls.dpkg("--install", Made.get())

    @classmethod
    def dpkg(cls, *words):
        """A dpkg whose whole world is the folder."""
        # Debian hides the folders of ldconfig from who is not root.
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        return run("dpkg", f"--root={cls.root}", "--force-not-root",
                   "--force-depends", "--force-script-chrootless",
                   "--log=/dev/null", *words, env={**os.environ, "PATH": path})

    def test_says_what_it_is_and_needs(self):
        control = run("dpkg-deb", "-f", Made.get())
        self.assertIn("Package: learnsql\n", control)
        self.assertRegex(control, r"Depends: .*libsqlite3-0 \(>= 3.40\)")
        self.assertRegex(Made.get().name, r"^learnsql_[\d.]+_\w+\.deb$")

    def test_holds_all_that_belongs_to_it(self):
        self.files_are_there()

    def test_units_start_what_is_installed(self):
        units = self.root / "usr/lib/systemd/system"
        text = (units / "learnsql-refresh.service").read_text()
        command, = [line.removeprefix("ExecStart=")
                    for line in text.splitlines()
                    if line.startswith("ExecStart=")]
        self.assertTrue(os.access(f"{self.root}{command}", os.X_OK), command)
        for name in ("learnsql-refresh.timer",
                     "learnsql-refresh-failed.service"):
            self.assertTrue((units / name).is_file(), name)

    def test_belongs_to_root_and_nobody_else_writes(self):
        for line in run("dpkg-deb", "-c", Made.get()).splitlines():
            with self.subTest(line=line):
                mode, owner = line.split()[:2]
                self.assertEqual(owner, "root/root")
                self.assertRegex(mode, r"^(-rw[-x]r-[-x]r-[-x]|drwxr-xr-x)$")

    def test_works_from_any_folder(self):
        self.works_from_any_folder()

    def test_its_models_build(self):
        self.builds_the_installed_models()

    def test_zz_goes_away_whole(self):  # the last one
        self.dpkg("--purge", "learnsql")
        left = [path for path in self.root.rglob("*")
                if path.is_file() and "var/lib/dpkg" not in str(path)]
        self.assertEqual(left, [])


@unittest.skipIf(why_not_into_the_system(), why_not_into_the_system())
class IntoTheSystem(PackageCase):
    root = pathlib.Path("/")

    @classmethod
    def setUpClass(cls):
        deb = Made.get()
        reason = why_not_into_the_system()  # that took a while
        if reason:
            raise unittest.SkipTest(reason)
        # From here on there is something of ours to take away, also after a
        # dpkg that stops half way.
        cls.addClassCleanup(cls.dpkg, "--purge", "learnsql")
        cls.dpkg("--install", deb)

    @classmethod
    def dpkg(cls, *words):
        """Waits for an apt or dpkg that runs beside it."""
        end = time.monotonic() + 120
        while True:
            done = attempt(*as_root(), "dpkg", *words)
            if done.returncode == 0 or "lock" not in done.stderr:
                break
            if time.monotonic() > end:
                break
            time.sleep(2)
        if done.returncode != 0:
            raise AssertionError(f"dpkg {words}: {done.stdout}{done.stderr}")

    def test_holds_all_that_belongs_to_it(self):
        self.files_are_there()
        self.assertEqual(shutil.which("learnsql"), "/usr/bin/learnsql")

    def test_works_from_any_folder(self):
        self.works_from_any_folder()

    def test_its_models_build(self):
        self.builds_the_installed_models()

    def test_zz_goes_away_whole(self):  # the last one
        self.dpkg("--purge", "learnsql")
        for name in INSTALLED:
            self.assertFalse(pathlib.Path("/", name).exists(), name)
        self.assertFalse(pathlib.Path("/usr/share/learnsql").exists())


if __name__ == "__main__":
    CPACK, BUILD = sys.argv[1], sys.argv[2]
    ROOT = pathlib.Path(sys.argv[3]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=2)
