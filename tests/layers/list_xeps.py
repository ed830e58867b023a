#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/xeps.md is what server-core/modules/modules.cpp lists. Without arguments: checks that; --write: writes it."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "server-core/modules/modules.cpp"
PAGE = ROOT / "docs/xeps.md"
TEXT = r'"((?:[^"\\]|\\.)*)"'
ENTRY = re.compile(r"^    \{[\w<>:]+, " + ", ".join([TEXT] * 5) + r"\},$")
HEAD = """# What the server speaks

Written by `tests/layers/list_xeps.py --write` from the list in `server-core/modules/modules.cpp`; a test holds the two together.
Rows "of our own" are no specification's: what the organisation asked for, as that note in `decisions/` says.

| specification | version or part | what | status | file in server-core | left out |
|---|---|---|---|---|---|
"""


def entries(source):
    lines = source.splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("constexpr Entry entries[]"))
    for line in lines[begin + 1:]:
        if line == "};":
            return
        found = ENTRY.match(line)
        if not found:
            sys.exit(f"{SOURCE}: not an entry in one line: {line}")
        yield found.groups()


def page(source):
    rows = sorted(entries(source))
    for row in rows:
        if not list((SOURCE.parent).glob(row[3])):
            sys.exit(f"{SOURCE}: no such file: {row[3]}")
    return HEAD + "".join(f"| {s} | {v} | {t} | {'in part' if left else 'whole'} | `{place(f)}` | {left or '-'} |\n" for s, v, t, f, left in rows)


def place(file):
    return file.removeprefix("../") if file.startswith("../") else "modules/" + file


def main():
    wanted = page(SOURCE.read_text(encoding="utf-8"))
    if sys.argv[1:] == ["--write"]:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(wanted, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        sys.exit("docs/xeps.md is not what modules.cpp lists: run tests/layers/list_xeps.py --write")


main()
