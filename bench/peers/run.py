"""Runs learnsql and its peers on the same files, interleaved, and prints a table
of medians and ratios.

usage: run.py --rounds N --program LEARNSQL --peers FOLDER INPUT=FILE[,FILE]...

An INPUT is a name for the table; its files are loaded together. Files must be
named as the archive names them. A peer that fails is shown with its error.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# A tenth and less of the others' speed: a round of them says enough.
SLOW = ("Python json + sqlite3", "sqlite-utils")

HERE = pathlib.Path(__file__).resolve().parent


def run(command, **more):
    """(wall seconds, output, peak MB) of a command that must succeed."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, **more)
    out, err = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise RuntimeError((err or out).strip()[-300:])
    return seconds, out, err


def peak_wrapper(command):
    return ["/usr/bin/time", "-f", "PEAK %M", *command]


def peak_of(err):
    found = re.search(r"PEAK (\d+)", err)
    return int(found.group(1)) / 1024 if found else float("nan")


def learnsql(program, files, work):
    """Wall time of the whole command, process start included."""
    hours = work / "hours"
    hours.mkdir()
    times = []
    for file in files:
        (hours / file.name).symlink_to(file)
        day, hour = re.match(r"(\d{4}-\d\d-\d\d)-(\d+)\.", file.name).groups()
        times.append(f"{day}T{int(hour):02d}")
    last = sorted(times)[-1]
    end = f"{last[:11]}{int(last[11:]):02d}:59:59"
    (work / "learnsql.ini").write_text(
        f"[gharchive]\nbase_url = {hours}\n")
    seconds, _, err = run(peak_wrapper(
        [program, "--project", str(work), "sync", "gharchive", "--from",
         sorted(times)[0], "--to", end]))
    rows = int(re.search(r"; ([\d ]+) rows", err).group(1).replace(" ", ""))
    return rows, seconds, peak_of(err)


def peer(command, folder):
    def measure(program, files, work):
        _, out, err = run(peak_wrapper(
            [*command, str(work / "db"), *map(str, files)]), cwd=folder)
        rows, seconds = out.split()[-2:]
        return int(rows), float(seconds), peak_of(err)
    return measure


def contestants(folder):
    node = ["node", "--no-warnings"]
    scripts = {}
    for name in ("duckdb.mjs", "clickhouse.mjs"):
        # Modules are found from beside the script.
        target = pathlib.Path(folder) / name
        shutil.copy(HERE / name, target)
        scripts[name] = str(target)
    python = [sys.executable]
    return {
        "learnsql": learnsql,
        "DuckDB": peer([*node, scripts["duckdb.mjs"]], folder),
        "ClickHouse": peer([*node, scripts["clickhouse.mjs"]], folder),
        "Python json + sqlite3":
            peer([*python, str(HERE / "python_sqlite.py")], folder),
        "sqlite-utils":
            peer([*python, str(HERE / "sqlite_utils_load.py")], folder),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", required=True)
    parser.add_argument("--peers", required=True)
    parser.add_argument("--only", help="names of contestants, by comma")
    parser.add_argument("--slow-rounds", type=int, default=1,
                        help="rounds in which the slow ones run, too")
    parser.add_argument("inputs", nargs="+")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    entrants = contestants(options.peers)
    if options.only:
        wanted = options.only.split(",")
        entrants = {n: f for n, f in entrants.items() if n in wanted}
    for text in options.inputs:
        name, _, paths = text.partition("=")
        files = [pathlib.Path(p).resolve() for p in paths.split(",")]
        measure(name, files, program, entrants, options.rounds,
                options.slow_rounds)


def measure(name, files, program, entrants, rounds, slow_rounds):
    seconds = {entrant: [] for entrant in entrants}
    rows, peaks, errors = {}, {}, {}
    for round_number in range(rounds):
        for entrant, load in entrants.items():
            if entrant in errors:
                continue
            if entrant in SLOW and round_number >= slow_rounds:
                continue
            work = pathlib.Path(tempfile.mkdtemp(prefix="bench-peers-"))
            try:
                rows[entrant], took, peaks[entrant] = load(
                    program, files, work)
                seconds[entrant].append(took)
            except (RuntimeError, ValueError, AttributeError) as error:
                errors[entrant] = str(error)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    print(f"\n{name}: {len(files)} files, medians of {rounds} "
          f"({slow_rounds} of the slow ones), interleaved\n")
    print("| | events/s | learnsql is | seconds | peak MB | events |")
    print("|---|---|---|---|---|---|")
    ours = statistics.median(seconds["learnsql"]) if seconds.get(
        "learnsql") else float("nan")
    for entrant in entrants:
        if entrant in errors:
            print(f"| {entrant} | failed: {errors[entrant][:80]} | | | | |")
            continue
        if not seconds[entrant]:
            continue
        median = statistics.median(seconds[entrant])
        print(f"| {entrant} | {rows[entrant] / median:,.0f} | "
              f"{median / ours:.2f} x | {median:.2f} | {peaks[entrant]:.0f} | "
              f"{rows[entrant]:,} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
