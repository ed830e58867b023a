#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A soak by hand: clients come and go for half an hour, talk, meet in rooms and send files through proxy65. Memory must stay
flat, the log without a warning, and everything counted at both ends equal. Figures: $BUILD/figures/soak.json.

    BUILD=build PYTHONPATH=tests/support tests/crash/soak.py [--minutes 30] [--clients 2000]
"""
import argparse
import collections
import json
import multiprocessing
import os
import queue
import re
import resource
import statistics
import sys
import time

import figures
from daemons import Proxy, Server
from soak_guests import GUESTS_OF_A_ROOM, Rooms, crowd
from xmpp_client import Client

PROCESSES = 4
INTERVAL = 10  # seconds between two samples
MOST_GROWTH = 0.03  # of what a daemon has, over the whole soak, by the slope behind the warm-up
FAREWELL = 600
IDLE_PIPES = 2 * 32 * (os.cpu_count() + 1)  # that proxy65 keeps, two descriptors each, in each lane (proxy65/pipes.cpp)


def pss_of(pid):
    """KiB of memory that are this process's own."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))


def slope_of(samples):
    """KiB a minute, by least squares, of what came after the first third: until then there are still first times."""
    settled = samples[len(samples) // 3:]
    return statistics.linear_regression([t / 60 for t, _ in settled], [kib for _, kib in settled]).slope


class Soak:
    def __init__(self, server, proxy, clients, minutes):
        self.server, self.proxy, self.clients, self.minutes = server, proxy, clients, minutes
        self.forked = multiprocessing.get_context("fork")
        self.over, self.told, self.together = self.forked.Event(), self.forked.Queue(), self.forked.Barrier(PROCESSES)
        self.rooms = Rooms(server, clients // GUESTS_OF_A_ROOM)
        self.samples = {"server": [], "proxy": []}
        self.most_sessions = 0

    def status(self):
        return json.loads(self.server.command("status", "--json"))

    def descriptors(self):
        return [len(os.listdir(f"/proc/{daemon.pid}/fd")) for daemon in (self.server, self.proxy)]

    def run(self):
        self.rooms.make()
        before = self.descriptors()
        share = self.clients // PROCESSES
        crowds = [self.forked.Process(target=crowd, args=(self.server, number, share, self.clients, self.over, self.together, self.told),
                                      daemon=True) for number in range(PROCESSES)]
        for one in crowds:
            one.start()
        self.watch(crowds)
        self.over.set()
        counts = collections.Counter()
        for _ in crowds:
            told = self.told.get(timeout=FAREWELL)
            if isinstance(told, str):
                raise AssertionError(told)
            counts.update(told)
        for one in crowds:
            one.join()
        return self.found(counts, before)

    def watch(self, crowds):
        begin = time.monotonic()
        while (passed := time.monotonic() - begin) < 60 * self.minutes:
            for name, daemon in (("server", self.server), ("proxy", self.proxy)):
                self.samples[name].append((passed, pss_of(daemon.pid)))
            sessions = self.status()["sessions"]
            self.most_sessions = max(self.most_sessions, sessions)
            if len(self.samples["server"]) % 6 == 1:
                print(f"{passed / 60:5.1f} min: {sessions} sessions, PSS " +
                      ", ".join(f"{name} {of[-1][1]} KiB" for name, of in self.samples.items()), flush=True)
            try:
                raise AssertionError(self.told.get(timeout=INTERVAL))
            except queue.Empty:
                assert all(one.is_alive() for one in crowds), "a crowd of clients has ended"

    def found(self, counts, before):
        with Client(self.server, "guest.watcher", "pencil") as watcher:
            through = self.proxy_counters(watcher)
            archived = self.rooms.archived(watcher)
        left = self.status()["sessions"]
        deadline = time.monotonic() + 60
        while self.descriptors()[0] > before[0] and time.monotonic() < deadline:
            time.sleep(0.2)
        bad = [line for line in self.server.daemon.log + self.proxy.daemon.log if re.match("<[0-4]>", line)]
        for line in bad[:20]:
            print("logged:", line, flush=True)
        slopes = {name: slope_of(of) for name, of in self.samples.items()}
        return {
            "minutes": self.minutes, "clients": self.clients, "most sessions": self.most_sessions, "visits": counts["visits"],
            "chats acknowledged": counts["chats"], "chats received": counts["chats received"], "chats in archives": counts["archived"],
            "said in rooms": counts["said"], "came back from rooms": counts["reflected"], "in archives of rooms": archived,
            "files": counts["files"], "transfers of the proxy": through["transfers"], "transfers still running": through["running"],
            "bytes sent": counts["bytes"], "bytes received": counts["bytes received"], "bytes of the proxy": through["bytes"],
            "warnings and errors in the logs": len(bad), "sessions left": left,
            **{f"{name}: descriptors more than before": now - then
               for name, now, then in zip(self.samples, self.descriptors(), before)},
            **{f"{name}: PSS in the end, KiB": of[-1][1] for name, of in self.samples.items()},
            **{f"{name}: PSS at most, KiB": max(kib for _, kib in of) for name, of in self.samples.items()},
            **{f"{name}: slope, KiB a minute": round(slope, 1) for name, slope in slopes.items()},
            **{f"{name}: growth": round(slope * self.minutes / self.samples[name][-1][1], 4) for name, slope in slopes.items()}}

    def proxy_counters(self, watcher):
        info = watcher.iq("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", self.proxy.jid)
        form = {field.get("var"): field[0].text for field in info.iter("{jabber:x:data}field") if len(field)}
        return {name: int(form[name]) for name in ("transfers", "running", "bytes")}


def expected_of(found):
    flat = figures.at_least(-1, MOST_GROWTH)
    return {
        "visits": figures.at_least(found["clients"]), "most sessions": figures.at_least(found["clients"] // 2),
        "chats received": found["chats acknowledged"], "chats in archives": 2 * found["chats acknowledged"],
        "came back from rooms": found["said in rooms"], "in archives of rooms": found["said in rooms"], "files": figures.at_least(1),
        "transfers of the proxy": found["files"], "transfers still running": 0, "bytes received": found["bytes sent"],
        "bytes of the proxy": found["bytes sent"], "warnings and errors in the logs": 0, "sessions left": 0,
        "server: descriptors more than before": figures.at_least(-9, 0),
        "proxy: descriptors more than before": figures.at_least(-9, IDLE_PIPES), "server: growth": flat, "proxy: growth": flat}


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--minutes", type=float, default=30)
    words.add_argument("--clients", type=int, default=2000)
    asked = words.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # With core dumps forbidden nobody but root may look at a daemon's memory.
    with Server(settings="core-dumps=yes\nlimit-registrations-per-hour=0") as server, Proxy(server, "core-dumps=yes") as proxy:
        server.account_add("guest.watcher", "pencil")
        found = Soak(server, proxy, asked.clients, asked.minutes).run()
    figures.judge("soak", found, expected_of(found))


if __name__ == "__main__":
    sys.exit(main())
