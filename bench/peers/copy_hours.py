"""Copies of real hours as one file, every event with an id of its own.

usage: copy_hours.py COPIES OUT.json.gz HOUR.json.gz...

The ids of copy n are those of the hour and n * 10^11: as digits they stay
where they were, at the beginning of the record.
"""

import gzip
import re
import sys

ID = re.compile(rb'^\{"id":"(\d+)"')
STEP = 10**11


def main():
    copies, out, hours = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    lines = []
    for hour in hours:
        with gzip.open(hour, "rb") as file:
            lines += [line for line in file if line.strip()]
    with gzip.open(out, "wb", compresslevel=6) as file:
        for copy in range(copies):
            for line in lines:
                file.write(ID.sub(
                    lambda m: b'{"id":"%d"' % (int(m[1]) + copy * STEP), line))
    print(f"{out}: {copies} copies of {len(lines)} events")


if __name__ == "__main__":
    main()
