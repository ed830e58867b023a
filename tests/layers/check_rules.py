#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each section in rules.txt that has something a client can see is named by a test: "XEP-0045 8.2" or "XEP-0045 8.2, 8.3"
in any test, or "8.2" in a string of a file that is called after its specification. "6.5.5 to 6.5.8" names all between."""
import re
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
RULES = Path(__file__).resolve().parent / "rules.txt"
SPECIFICATION = r"(?:RFC|XEP)[- ]\d{4}"
SECTION = r"(?:[A-Z]\.\d+|\d+)(?:\.\d+)*"
LIST = re.compile(rf"\b({SPECIFICATION}) ({SECTION}(?:(?:, | to | and ){SECTION})*)")
RANGE = re.compile(rf"({SECTION})(?: to ({SECTION}))?")
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
DOCSTRING = re.compile(r'def test_\w+\(self\):\s+"""(.*?)"""', re.DOTALL)
NUMBER = re.compile(r"\d+(?:\.\d+)+(?: to \d+(?:\.\d+)+)?")
OWN_FILE = re.compile(r"(rfc|xep)_(\d{4})_")


def key(section):
    return [(part.isalpha(), int(part) if part.isdigit() else ord(part)) for part in section.split(".")]


def sections_in(text):
    for first, last in RANGE.findall(text):
        yield key(first), key(last or first)


def sentences(path):
    """What a test says of itself: the strings of a C++ file, the docstrings of tests in Python."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return [re.sub(r"\s+", " ", found) for found in DOCSTRING.findall(text)]
    return STRING.findall(re.sub(r'"\s*\n\s*"', "", text))


def named():
    """By specification: the first and last section of each range that a test names."""
    found = {}
    for path in sorted(TESTS.rglob("*")):
        if path.suffix not in (".cpp", ".h", ".py"):
            continue
        own = OWN_FILE.match(path.name)
        own_name = own and f"{own[1].upper()}{' ' if own[1] == 'rfc' else '-'}{own[2]}"
        for sentence in sentences(path):
            for specification, sections in LIST.findall(sentence):
                found.setdefault(specification, []).extend(sections_in(sections))
            for number in NUMBER.findall(sentence) if own else ():
                found.setdefault(own_name, []).extend(sections_in(number))
    return found


def rules():
    """Of rules.txt: line, specification, section of all that are to be named."""
    for number, line in enumerate(RULES.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith(("#", " ")):
            continue
        if not (found := re.fullmatch(rf"({SPECIFICATION}):((?: {SECTION})+)", line)):
            sys.exit(f"{RULES}:{number}: expected 'XEP-0045: 8.2 8.3', or indented '8.4: why there is nothing'")
        for section in found[2].split():
            yield number, found[1], section


def main():
    found = named()
    wrong = [f"{RULES}:{line}: no test names {specification} {section}" for line, specification, section in rules()
             if not any(first <= key(section) <= last for first, last in found.get(specification, []))]
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
