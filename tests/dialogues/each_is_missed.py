#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each feature that server-core/modules/modules.cpp adds is missed by its own dialogues when it is left out; and where a
specification is spoken by another's feature, those that name it miss that one.

    each_is_missed.py DIALOGUES [FILE...]   DIALOGUES is the test binary; FILE one of the list, else all"""
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIST = HERE.parents[1] / "server-core/modules/modules.cpp"
ENTRY = re.compile(r'^    \{([\w<>:]+), "([^"]+)", (?:"(?:[^"\\]|\\.)*", ){2}"([^"]+)"')
ELSEWHERE = {  # whose dialogues have another name
    "rfc_3921_session.cpp": "clients_at_login",
    "rfc_6121_messages.cpp": "rfc_6121_delivery",
}


def features():
    """Of all entries that a feature speaks: the feature's file, and which dialogues miss it."""
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if not (found := ENTRY.match(line)):
            continue
        adds, specification, file = found.groups()
        if adds != "spoken_elsewhere":
            yield file, f"--source-file={plays(file)}"
        elif not file.startswith(".."):
            yield file.partition("/")[0], f"--test-case=*{specification}*"


def plays(file):
    """Which dialogues are the feature's: those of its number, or of its name."""
    name = ELSEWHERE.get(file, file.removesuffix(".cpp"))
    number = re.match(r"xep_\d{4}", name)
    return f"*/{number[0]}_*" if number else f"*/{name}_test.cpp"


def mistake(dialogues, file, which):
    """What is wrong when the dialogues do not fail without the feature; None: they do."""
    chosen = [dialogues, which]
    count = subprocess.run([*chosen, "--count"], capture_output=True, text=True).stdout
    if not re.search(r": [1-9]\d*$", count, re.MULTILINE):
        return "there is none"
    done = subprocess.run([*chosen, "--abort-after=1", f"--left-out={file}"], capture_output=True, timeout=120)
    return "passes without it" if done.returncode == 0 else None


def main():
    dialogues, *files = sys.argv[1:]
    wrong = [f"{file}: {which} {why}" for file, which in features()
             if not files or file in files if (why := mistake(dialogues, file, which))]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


main()
