#!/usr/bin/env python3
"""Holds the includes of the tree to the layers of the design.

usage: layers.py ROOT

A folder may include what its row below lists: itself, other folders of the
project, and headers of C libraries. Library headers appear in .cc files only,
but for Boost in tools/. No two headers define a type of the same name: the
linker would take one of them for both. Prints every breach; exits 1 when there
is one.
"""

import pathlib
import re
import sys

# folder: (project folders it may include, library headers its .cc may include)
LAYERS = {
    "engine/base": ([], ["spdlog", "openssl"]),
    "engine/store": (
        ["engine/base"],
        ["sqlite3.h", "re2", "utf8proc.h", "xxhash.h"],
    ),
    "engine/load": (["engine/base", "engine/store"], ["xxhash.h"]),
    "engine/model": (["engine/base", "engine/store"], []),
    "engine/query": (["engine/base", "engine/store"], ["rapidjson"]),
    "engine/shell": (
        ["engine/base", "engine/store", "engine/query"],
        ["editline", "histedit.h"],
    ),
    "engine/publish": (
        ["engine/base", "engine/store", "engine/model", "engine/query"],
        ["zlib.h", "zstd.h"],
    ),
    "connectors/fetch": (["engine/base"], ["curl", "openssl", "zlib.h"]),
    "connectors/decode": (
        ["engine/base"],
        ["isa-l", "zlib.h", "simdjson.h", "rapidjson"],
    ),
    "connectors/queries": (["engine/base", "engine/load"], []),
}
CONNECTOR = (
    [
        "engine/base",
        "engine/load",
        "connectors/fetch",
        "connectors/decode",
        "connectors/rest",
        "connectors/queries",
    ],
    [],
)
LIBRARIES = (
    "sqlite3.h re2 utf8proc.h spdlog openssl xxhash.h rapidjson simdjson.h "
    "isa-l zlib.h zstd.h curl editline histedit.h boost httplib.h"
).split()
TOP_FOLDERS = ("engine", "connectors", "tools", "tests", "bench")
TYPE = re.compile(
    r"^(?:class|struct|enum class) (\w+)(?: final)?(?: : [^;{]*)? \{", re.M
)
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def layer_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def library_of(header):
    for library in LIBRARIES:
        if header == library or header.startswith(library + "/"):
            return library
    return None


def breaches_of(path, text):
    layer = layer_of(path)
    folders, libraries = LAYERS.get(layer, CONNECTOR)
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        header = match.group(2)
        target = layer_of(header)
        if header.split("/")[0] in TOP_FOLDERS and "/" in header:
            if target != layer and target not in folders:
                yield line, f"{layer} may not include {target}"
            continue
        library = library_of(header)
        if library is None:
            continue
        if library not in libraries:
            yield line, f"{layer} may not use {library}"
        elif path.endswith(".h"):
            yield line, f"{library} belongs in .cc files, not in a header"


def double_types(texts):
    """Types at the left margin of more than one header."""
    homes = {}
    for name, text in texts:
        if not name.endswith(".h"):
            continue
        for match in TYPE.finditer(text):
            homes.setdefault(match.group(1), set()).add(name)
    for kind, files in sorted(homes.items()):
        if len(files) > 1:
            yield f"{kind} is defined in {' and '.join(sorted(files))}"


def main():
    root = pathlib.Path(sys.argv[1])
    found = 0
    texts = []
    for top in ("engine", "connectors"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            name = path.relative_to(root).as_posix()
            texts.append((name, path.read_text()))
    for name, text in texts:
        for line, breach in breaches_of(name, text):
            found += 1
            print(f"{name}:{line}: {breach}")
    for breach in double_types(texts):
        found += 1
        print(breach)
    if not texts:
        sys.exit(f"no sources below {root}")
    print(f"{len(texts)} files, {found} breaches")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
