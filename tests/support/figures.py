# SPDX-License-Identifier: MIT
"""What a test counted: written to BUILD/figures/TEST.json, read back there and compared with what was expected.

    figures.judge("crash.kill_under_load", {"kills": 20, "lost": 0}, {"kills": at_least(20), "lost": 0})
"""
import json

from daemons import build_folder


def judge(test, found, expected):
    """`expected`: the exact value or bounds. All of `found` is written and printed, also when it is wrong."""
    path = build_folder() / "figures" / f"{test}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"found": found, "expected": expected}, indent=1, sort_keys=True) + "\n")
    written = json.loads(path.read_text())
    print(test, ", ".join(f"{name}={value}" for name, value in written["found"].items()), flush=True)
    wrong = [f"{name} is {written['found'].get(name)}, expected {wanted}" for name, wanted in written["expected"].items()
             if not _fits(written["found"].get(name), wanted)]
    assert not wrong, f"{path}: {'; '.join(wrong)}"


def at_least(low, at_most=None):
    return {"at least": low, "at most": at_most}


def _fits(value, wanted):
    if not isinstance(wanted, dict):
        return value == wanted
    return value is not None and value >= wanted["at least"] and (wanted["at most"] is None or value <= wanted["at most"])
