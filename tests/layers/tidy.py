#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""clang-tidy with the checks of .clang-tidy, over three files that a stranger's bytes meet first; with LONG in the
environment, or --all, over every file of the three programs (docs/decisions/0140).

    tests/layers/tidy.py [--all | FILE...]
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("server-core/", "proxy65/", "purple-plugin/")
FIRST_MET = ("server-core/xml/parser.cpp", "server-core/xmpp/jid.cpp", "proxy65/socks5.cpp")


def files_of(folder):
    """Sets up a build by clang, of each file alone, for the commands; the files of the programs that it compiles."""
    done = subprocess.run(["meson", "setup", folder, ROOT, "-Db_pch=false", "-Dwindows=disabled", "-Dtest_labels=layers"],
                          env={**os.environ, "CXX": "clang++-16"}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    entries = json.loads((Path(folder) / "compile_commands.json").read_text())
    files = {os.path.relpath((Path(entry["directory"]) / entry["file"]).resolve(), ROOT) for entry in entries}
    return sorted(file for file in files if file.startswith(PROGRAMS))


def check(folder, file):
    begin = time.monotonic()
    done = subprocess.run(["clang-tidy-16", "-p", folder, "--quiet", ROOT / file], capture_output=True, text=True, check=False)
    is_good = done.returncode == 0
    print(f"{file}: {time.monotonic() - begin:.1f} s" + ("" if is_good else "\n" + done.stdout + done.stderr), flush=True)
    return is_good


def main():
    with tempfile.TemporaryDirectory() as folder:
        known = files_of(folder)
        is_all = "--all" in sys.argv or (len(sys.argv) == 1 and os.environ.get("LONG"))
        files = known if is_all else sys.argv[1:] or FIRST_MET
        strangers = [file for file in files if file not in known]
        if strangers:
            sys.exit(f"not compiled: {', '.join(strangers)}; name files below {', '.join(PROGRAMS)} as git does")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            are_good = list(pool.map(lambda file: check(folder, file), files))
    sys.exit(0 if all(are_good) else f"{are_good.count(False)} of {len(files)} files have findings")


if __name__ == "__main__":
    main()
