#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/security.md says which test holds which promise: each test that it names is there, each condition of an error is in
the tests that its row names, each limit of the settings stands in its table; and nothing secret is compared by == or !=."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"`([^`]+)`")
PLACES = ("tests/dialogues/{}_test.cpp", "tests/wire/{}_test.py", "tests/proxy65/{}_play.py", "tests/fuzz/{}_fuzz.cpp", "tests/crash/{}_test.py")
SECRET = r"[\w.>()*-]*(?:stored_key|server_key|client_key|password|secret|handshake)\b"
COMPARED = re.compile(rf"{SECRET} *[!=]= *[^\s\d'\"]|[!=]= *{SECRET}(?![(.])")
# Compared with what the same person typed, with itself as it was, or a number of the TLS library.
NO_SECRET = ("password-verify", "is_secret_new", "ext_master_secret_status")


def files_of(name):
    """The sources of a test as the page writes it: wire.limits, fuzz.jid, xml.parser, xep_0045_*, ctest -L crash, xmpp."""
    kind, _, rest = name.rpartition(".")
    if name == "security-page":
        return [Path(__file__)]
    if name.startswith("ctest -L "):
        return list((ROOT / "tests" / name.split()[-1]).glob("*_*.*"))
    if kind in ("wire", "fuzz", "proxy65", "crash"):
        return [file for place in PLACES if kind in place for file in ROOT.glob(place.format(rest + "*" * (kind == "wire")))]
    if kind:
        return list(ROOT.glob(f"tests/server-core/{kind}/{rest}_test.cpp"))
    found = [file for place in PLACES for file in ROOT.glob(place.format(name if "*" in name else name + "*"))]
    return found or list(ROOT.glob(f"tests/server-core/{name}/*_test.cpp"))


def rows(text):
    """Of all tables: the head's first cell, and the cells."""
    head = None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("| ") else []
        if not cells:
            head = None if not line.startswith("|") else head
        elif head is None:
            head = cells[0]
        else:
            yield head, cells


def faults_of_row(head, cells):
    names = NAME.findall(cells[-1])
    found = {name: files_of(name) for name in names}
    texts = [file.read_text(encoding="utf-8") for files in found.values() for file in files]
    for name, files in found.items():
        if not files and not any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts):
            yield f"there is no test {name}: {cells[0]}"
    if head == "condition" and names:
        for condition in re.findall(r"[a-z]+(?:-[a-z]+)+|conflict|forbidden", cells[0]):
            if not any(re.search(condition.replace("-", "[-_]"), text) for text in texts):
                yield f"{condition} is in none of {', '.join(names)}"


def faults_of_limits(text):
    shown = {key for head, cells in rows(text) if head == "what" and len(cells) == 4 for key in NAME.findall(cells[1])}
    known = set(re.findall(r"limit-[a-z-]+", (ROOT / "docs/server-core/settings.md").read_text(encoding="utf-8")))
    shown |= {f"limit-connections{key}" for key in shown if key.startswith("-")} | {
        f"limit-connections-before-login{key}" for key in shown if key.startswith("-")}
    return [f"the table lacks {key}" for key in sorted(known - shown)]


def faults_of_sources():
    for folder in ("server-core", "proxy65"):
        for file in sorted((ROOT / folder).rglob("*.cpp")):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if COMPARED.search(line) and not any(word in line for word in NO_SECRET):
                    yield f"{file.relative_to(ROOT)}:{number}: a secret is compared by its bytes; use xmpp::equal_in_constant_time"


def main():
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    all_rows = list(rows(text))
    if len(all_rows) < 80 or not COMPARED.search("if (password != room.config.password)"):
        sys.exit("the check itself is broken: it sees too little")
    wrong = [f"docs/security.md: {fault}" for row in all_rows for fault in faults_of_row(*row)]
    wrong += [f"docs/security.md: {fault}" for fault in faults_of_limits(text)] + list(faults_of_sources())
    if wrong:
        sys.exit("\n".join(wrong))


main()
