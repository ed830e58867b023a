#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the server says to people is said in English and in French (xmpp/language.h). Walks the sources of server-core:
each sentence beside a condition of a stanza or stream error, each text of a Words, each title of a form has both."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "server-core"
STRING = r'"(?:[^"\\]|\\.)*"'
# A sentence alone behind a condition: two words at least, so no name of a condition ("closed-node").
ALONE = re.compile(r"Condition::\w+,\s*(?:[^{}\";]*\?\s*)?(" + STRING + ")")
# Words with one text: Words("..."), Words text = "...".
SINGLE = re.compile(r"\bWords(?:\s+\w+)?\s*(?:\(|\{|=)\s*(" + STRING + r")\s*(?:[)};])")
# Instructions and titles of forms come from Words, never from a literal.
FORM = re.compile(r"\.(?:title|instructions)\((" + STRING + r")\)")
# Labels of fields, behind the field's type or its name; those of a table have the French one beside them.
TYPE = r'"(?:boolean|fixed|(?:text|list|jid)-(?:single|multi|private))"'
LABEL = re.compile(TYPE + r",\s*(" + STRING + ")")
NAMED = re.compile(r'"(?:pubsub|muc)#\w+",\s*(?!' + TYPE + ")(" + STRING + r')(?!\s*,\s*")')


def sentences(text):
    for pattern in (ALONE, SINGLE, FORM, LABEL, NAMED):
        for found in pattern.finditer(text):
            if " " in found.group(1):
                yield text.count("\n", 0, found.start()) + 1, found.group(1)


def main():
    samples = ['{Condition::conflict, "this is taken"}', 'Words("this is taken")', 'form.title("An account")',
               'field("pubsub#node", "text-single", "The node", node.id)', '{Condition::conflict, from ? "this is taken" : ""}',
               'Flag{"pubsub#subscribe", "Allow subscriptions", &Config::may}']
    for sample in samples:
        if not list(sentences(sample)):
            sys.exit(f"the check itself is broken: it does not see {sample}")
    wrong = []
    for file in sorted(ROOT.rglob("*.cpp")) + sorted(ROOT.rglob("*.h")):
        name = str(file.relative_to(ROOT))
        if name.startswith("admin/"):  # the command line speaks English
            continue
        for line, sentence in sentences(file.read_text(encoding="utf-8")):
            wrong.append(f"server-core/{name}:{line}: in English alone: {sentence}")
    if wrong:
        sys.exit("\n".join(wrong))


main()
