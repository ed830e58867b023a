# SPDX-License-Identifier: MIT
"""Runs one fuzzer on a copy of its corpus, for its share of a minute or of $LONG seconds; on a busy machine longer, until it
has tried what it must at least try. What it tried goes to $BUILD/figures/fuzz.NAME.json.

    run_fuzzer.py PROGRAM CORPUS FUZZERS LEAST      LEAST: inputs a second, of its share
"""
import base64
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import figures

PATIENCE = 20  # shares, for a machine that is busy with other things; then the fuzzer stands still
FINDINGS = ("crash-*", "timeout-*", "oom-*", "leak-*")


def one_run(program, folder, seconds):
    """What it said and its exit code."""
    done = subprocess.run([program, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2000", "-print_final_stats=1", "corpus"],
                          cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    log = done.stdout.decode("utf-8", "replace")
    print(log, flush=True)
    return log, done.returncode


def last_number(pattern, log):
    return int(([0] + re.findall(pattern, log))[-1])


def show(findings):
    for found in findings:
        print(f"{found.name}, as base64: {base64.b64encode(found.read_bytes()).decode()}", flush=True)


def fuzz(program, corpus, seconds, least):
    tried, runs, log, code = 0, 0, "", 0
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        shutil.copytree(corpus, folder / "corpus")
        while code == 0 and (runs == 0 or tried < least and runs < PATIENCE):
            log, code = one_run(program, folder, seconds)
            tried += last_number(r"stat::number_of_executed_units: *(\d+)", log)
            runs += 1
        findings = sorted(found for kind in FINDINGS for found in folder.glob(kind))
        show(findings)
    return {"inputs tried": tried, "seconds": round(time.monotonic() - begin), "places covered": last_number(r"\bcov: (\d+)", log),
            "exit code": code, "findings": len(findings)}


def main():
    program, corpus = sys.argv[1], pathlib.Path(sys.argv[2])
    seconds = max(1, int(os.environ.get("LONG", "60")) // int(sys.argv[3]))
    least = int(sys.argv[4]) * seconds
    figures.judge(f"fuzz.{corpus.name}", fuzz(program, corpus, seconds, least),
                  {"inputs tried": figures.at_least(least), "places covered": figures.at_least(1), "exit code": 0, "findings": 0})


if __name__ == "__main__":
    main()
