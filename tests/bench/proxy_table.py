# SPDX-License-Identifier: MIT
"""What it costs to pass bytes on: proxy65 beside direct loopback, a bare splice relay, socat, and the proxies of Prosody
and ejabberd, in one run, in turn. Each number is the median of the rounds. On loopback the kernel charges the work of a
segment to whoever runs when it is due, the relay or the load; "with the load" is the sum of both, which no such chance moves.

    tools/bench proxy [--rounds N] [--span SECONDS] [--streams 1,16,200] [--only NAME]...
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from servers import ground, relays


def parse(words):
    parser = argparse.ArgumentParser(prog="tools/bench proxy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--span", type=float, default=5, help="seconds that are measured")
    parser.add_argument("--streams", default="1,16,200")
    parser.add_argument("--only", action="append", choices=[kind.name for kind in relays.ALL])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    return parser.parse_args(words)


def generate(options, server, scenario, count):
    command = [options.build / "tests/bench/bench-generator", "--scenario", scenario, "--domain", ground.DOMAIN, "--proxy", ground.PROXY,
               "--port", server.port, "--target", getattr(server, "target", 0), "--count", count, "--span", options.span]
    for pid in server.pids():
        command += ["--process", pid]
    done = subprocess.run([str(word) for word in command], text=True, capture_output=True, check=False)
    if not done.stdout:
        return {"fault": done.stderr.strip() or f"the generator ended with {done.returncode}"}
    return json.loads(done.stdout)


def measure(options, kind, folder, certificate, streams):
    server = kind(folder, *certificate)
    try:
        server.start(kind.scenario)
        if kind.scenario == "proxy":
            seeded = generate(options, server, "seed", 1)
            if seeded["fault"]:
                raise ground.Failure(f"{kind.name}: {seeded['fault']}")
        found = generate(options, server, kind.scenario, streams)
    finally:
        server.stop()
    if found["fault"]:
        print(f"void: {kind.name}, {streams} streams: {found['fault']}", file=sys.stderr, flush=True)
        return None
    gib = found["amount"] / (1 << 30)
    cpu, load = found["cpu_seconds"] / gib, found["load_cpu_seconds"] / gib
    return {"cpu": cpu, "load": load, "both": cpu + load, "rate": gib / found["seconds"], "missing": found["missing"]}


def median(rounds, what):
    known = [one[what] for one in rounds if one]
    return statistics.median(known) if known else float("nan")


def show(streams, rows):
    floor, both_floor = (median(rows.get("splice", []), what) for what in ("cpu", "both"))
    print(f"\n{streams} stream{'s' * (streams > 1)}\n")
    print("| | CPU s/GiB | of splice's | lowest, highest | the load's CPU s/GiB | with the load, of splice's | GiB/s | bytes missing |\n"
          "|---|---|---|---|---|---|---|---|")
    for name, rounds in rows.items():
        cpu = median(rounds, "cpu")
        each = [one["cpu"] / other["cpu"] for one, other in zip(rounds, rows.get("splice", [])) if one and other]
        spread = f"{min(each):.2f}, {max(each):.2f}" if each and name != "direct" else "-"
        own = ["-", "-", "-"] if name == "direct" else [f"{cpu:.3f}", f"{cpu / floor:.2f}", spread]
        both = "-" if name == "direct" else f"{median(rounds, 'both') / both_floor:.2f}"
        print("| " + " | ".join([name, *own, f"{median(rounds, 'load'):.3f}", both, f"{median(rounds, 'rate'):.2f}",
                                 f"{max((one['missing'] for one in rounds if one), default=float('nan')):.0f}"]) + " |", flush=True)


def main(words):
    options = parse(words)
    relays.Forward.build = relays.Ours.build = options.build
    kinds = [kind for kind in relays.ALL if not options.only or kind.name in options.only]
    for kind in kinds:
        if kind.missing():
            print(f"{kind.missing()}: measuring without it")
    kinds = [kind for kind in kinds if not kind.missing()]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o711)  # Prosody and ejabberd run as users of their own
        certificate = ground.make_certificate(folder)
        number = 0
        for streams in (int(word) for word in options.streams.split(",")):
            rows = {kind.name: [] for kind in kinds}
            for _ in range(options.rounds):
                for kind in kinds:  # in turn, so that what else the machine does shifts all alike
                    number += 1
                    rows[kind.name].append(measure(options, kind, folder / str(number), certificate, streams))
            show(streams, rows)
    return 0
