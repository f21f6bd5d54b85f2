#!/usr/bin/env python3
"""Makes the sample of the Open University Learning Analytics Dataset.

usage: sample_oulad.py DATASET_FOLDER OUT_FOLDER

Takes lines unchanged: all courses and assessments; of AAA 2013J and CCC 2014J
the first students, and of every presentation those that show a quirk of the
data; everything that belongs to the students taken.
"""

import csv
import pathlib
import sys

WHOLE = {("AAA", "2013J"): 30, ("CCC", "2014J"): 30}


def lines_of(folder, name):
    """(raw line, fields by name) of each record; no record has several lines."""
    raw = (folder / name).read_bytes().splitlines(keepends=True)
    rows = csv.DictReader(line.decode() for line in raw)
    return raw[0], zip(raw[1:], rows)


def presentation(row):
    return row["code_module"], row["code_presentation"]


def is_odd(info, registration):
    left = registration["date_unregistration"] != ""
    return (info["final_result"] == "Fail" and left) or (
        registration["date_registration"] == "" and info["imd_band"] == "")


def students(folder):
    _, infos = lines_of(folder, "studentInfo.csv")
    _, registrations = lines_of(folder, "studentRegistration.csv")
    by_key = {(presentation(row), row["id_student"]): row
              for _, row in registrations}
    taken, counts = set(), dict.fromkeys(WHOLE, 0)
    for _, row in infos:
        key = presentation(row), row["id_student"]
        if counts.get(key[0], 99) < WHOLE.get(key[0], 0):
            counts[key[0]] += 1
            taken.add(key)
        elif is_odd(row, by_key[key]):
            taken.add(key)
    return taken


def write(source, target, name, keep):
    header, rows = lines_of(source, name)
    body = b"".join(raw for raw, row in rows if keep(row))
    (target / name).write_bytes(header + body)


def main():
    source, target = map(pathlib.Path, sys.argv[1:3])
    target.mkdir(parents=True, exist_ok=True)
    taken = students(source)
    _, assessments = lines_of(source, "assessments.csv")
    where = {row["id_assessment"]: presentation(row) for _, row in assessments}
    of_taken = lambda row: (presentation(row), row["id_student"]) in taken
    write(source, target, "courses.csv", lambda row: True)
    write(source, target, "assessments.csv", lambda row: True)
    write(source, target, "studentInfo.csv", of_taken)
    write(source, target, "studentRegistration.csv", of_taken)
    write(source, target, "studentAssessment.csv", lambda row:
          (where[row["id_assessment"]], row["id_student"]) in taken)
    write(source, target, "studentVle.part.csv", of_taken)
    write(source, target, "vle.csv",
          lambda row: presentation(row) == ("AAA", "2013J"))


if __name__ == "__main__":
    main()
