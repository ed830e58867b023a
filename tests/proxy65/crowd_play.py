# SPDX-License-Identifier: MIT
"""DESIGN 6, 8: what thousands of idle transfers and of half-open handshakes take, as an ordinary user.

`tools/bench proxy --idle` runs it with PAIRS=9000, the most that open files allow here, and judges the figure."""
import os
import unittest

import crowd
from proxy_play import ProxyCase, within

PAIRS = int(os.environ.get("PAIRS", "1500"))
MOST_FOR_ALL = 20e6 if "PAIRS" in os.environ else 40e6  # bytes; loose where nobody measures
HALF_OPEN = 10000
MOST_WAITING = 2000  # the default of limit-waiting


class Crowded(ProxyCase):
    def command(self, *words):
        # Root has no share of the kernel's pipes that could be used up.
        as_user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        return [*as_user, *super().command(*words)]

    def start(self):
        os.chmod(self.folder, 0o755)
        super().start()

    def sockets(self):
        return sum(link.startswith("socket:") for link in self.links_of_proxy())


class Idle(Crowded):
    settings = "limit-waiting-per-address=0"

    def test_issue_goal_idle_transfers_take_little_memory(self):
        before, _ = crowd.memory(self.process.pid)
        with crowd.Crowd(self.port) as people:
            people.transfers(self.link, PAIRS)
            self.assertEqual(self.link.counters()["running"], PAIRS)
            taken, own = crowd.memory(self.process.pid)
        print("%d idle transfers: %.1f MB (PSS), %.1f of them its own; %.1f without one; %d bytes for each"
              % (PAIRS, taken / 1e6, own / 1e6, before / 1e6, (taken - before) / PAIRS), flush=True)
        self.assertLess(before + (taken - before) / PAIRS * max(PAIRS, 9000), MOST_FOR_ALL)
        for _ in within(60):
            if self.link.counters()["running"] == 0:
                break


class HalfOpen(Crowded):
    settings = "limit-waiting-per-address=0\nlimit-handshake-time=10\nlisten-metrics=127.0.0.1:0"

    def test_design_6_10000_half_open_handshakes_are_bounded_and_gone_after_their_time(self):
        others = self.sockets()
        with crowd.Crowd(self.port) as people:
            people.half_open(HALF_OPEN // 2, b"\x05\x01")
            people.half_open(HALF_OPEN // 2, b"")
            most = 0
            for _ in within(60):
                figures = self.figures()
                most = max(most, figures["proxy65_connections_waiting"])
                if figures["proxy65_connections_total"] == HALF_OPEN:
                    break
            taken, _ = crowd.memory(self.process.pid)
            for _ in within(60):
                figures = self.figures()
                most = max(most, figures["proxy65_connections_waiting"])
                if figures["proxy65_connections_waiting"] == 0:
                    break
            self.assertLessEqual(most, MOST_WAITING)
            turned_away = figures['proxy65_connections_turned_away_total{why="waiting"}']
            expired = figures['proxy65_connections_expired_total{what="handshake"}']
            self.assertGreater(turned_away, 0)
            self.assertGreaterEqual(expired, MOST_WAITING)
            for _ in within():
                if self.sockets() == others:  # not even one of those who read the figures
                    break
            self.transfer("s")  # people are still there, and take nothing
        print("%d half-open handshakes: at most %d held, %d closed at once, %d after their time; %.1f MB (PSS)"
              % (HALF_OPEN, most, turned_away, expired, taken / 1e6), flush=True)


if __name__ == "__main__":
    unittest.main()
