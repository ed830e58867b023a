# SPDX-License-Identifier: MIT
"""DESIGN 4.1: kill -9 at any moment loses nothing acknowledged and leaves a store that opens at once.

crash_test.py CHILD [KILLS [SEED]]: lets the child write, kills it at random moments, and after each counts."""
import collections
import pathlib
import random
import subprocess
import sys
import tempfile
import threading

import figures

OPENS_WITHIN_MS = 1000


def acknowledged(lines):
    """The last number of each owner; fails when an owner's numbers do not grow by one."""
    last = {}
    for line in lines:
        owner, number = map(int, line.split())
        if owner in last and number != last[owner] + 1:
            raise SystemExit(f"owner {owner}: {number} was acknowledged after {last[owner]}")
        last[owner] = number
    return last


def write_and_kill(child, file, chance):
    """What was acknowledged before the kill. One time in five the kill falls into the opening itself."""
    process = subprocess.Popen([child, "write", file], stdout=subprocess.PIPE)
    lines = []
    begun = threading.Event()

    def read():
        for line in process.stdout:
            if line.endswith(b"\n"):
                lines.append(line)
                begun.set()
        begun.set()

    reader = threading.Thread(target=read)
    reader.start()
    if chance.random() < 0.2:
        threading.Event().wait(chance.uniform(0, 0.03))
    else:
        begun.wait()
        threading.Event().wait(chance.uniform(0, 0.4))
    died_alone = process.poll()
    process.kill()
    reader.join()
    process.wait()
    if died_alone is not None:
        raise SystemExit(f"the writer ended by itself: {died_alone}")
    return acknowledged(lines), len(lines)


def check(child, file):
    """What the store has, and how long it took to open."""
    result = subprocess.run([child, "check", file], capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"after a kill: {result.stdout}{result.stderr}")
    opened, *owners = result.stdout.splitlines()
    return {int(line.split()[0]): int(line.split()[1]) for line in owners}, int(opened.split()[1])


def main(child, kills=20, seed=1):
    chance = random.Random(int(seed))
    known = collections.defaultdict(int)
    total = slowest = 0
    with tempfile.TemporaryDirectory() as folder:
        file = str(pathlib.Path(folder) / "store.sqlite")
        for kill in range(1, int(kills) + 1):
            last, count = write_and_kill(child, file, chance)
            total += count
            for owner, number in last.items():
                known[owner] = max(known[owner], number)
            # A kill leaves the WAL to the next start, which is the check's or, half of the time, the next writer's.
            if chance.random() < 0.5 and kill < int(kills):
                continue
            kept, milliseconds = check(child, file)
            slowest = max(slowest, milliseconds)
            for owner, number in known.items():
                if kept[owner] < number:
                    raise SystemExit(f"kill {kill}, seed {seed}: owner {owner} has {kept[owner]} batches, {number} were acknowledged")
            if milliseconds > OPENS_WITHIN_MS:
                raise SystemExit(f"kill {kill}: the store took {milliseconds} ms to open")
    # Fewer acknowledged, and the kills came too early to prove anything.
    figures.judge("store-crash", {"kills": kill, "acknowledged": total, "lost": 0, "slowest start in ms": slowest},
                  {"kills": int(kills), "acknowledged": figures.at_least(100), "lost": 0, "slowest start in ms": figures.at_least(0, OPENS_WITHIN_MS)})


if __name__ == "__main__":
    main(*sys.argv[1:])
