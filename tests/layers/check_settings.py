#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each key that a daemon reads stands in its page of docs/, and no other."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"server-core/settings.cpp": "docs/server-core/settings.md", "proxy65/settings.cpp": "docs/proxy65/settings.md"}
KEY = re.compile(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"')
READ = re.compile(r'(?:section\.(?!refuse|has)\w+\(|\(section,)\s*' + KEY.pattern)
LOOP = re.compile(r"for \(const char\* key : \{(.*?)\}", re.DOTALL)  # keys of one kind


def keys_read(source):
    found = set(READ.findall(source))
    for loop in LOOP.findall(source):
        found.update(KEY.findall(loop))
    return found


def keys_shown(page):
    rows = (line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}


def main():
    wrong = []
    for source, page in PAGES.items():
        read = keys_read((ROOT / source).read_text(encoding="utf-8"))
        shown = keys_shown((ROOT / page).read_text(encoding="utf-8"))
        if len(read) < 10:
            sys.exit(f"{source}: found only {sorted(read)}: does it read its keys in another way now?")
        wrong += [f"{page}: lacks {key}" for key in sorted(read - shown)]
        wrong += [f"{page}: {key} is no key of {source}" for key in sorted(shown - read)]
    if wrong:
        sys.exit("\n".join(wrong))


main()
