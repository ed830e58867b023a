# SPDX-License-Identifier: MIT
"""DESIGN 6, 8: what thousands of half-open handshakes take, as an ordinary user."""
import unittest

import crowd
from proxy_play import AsUser, within

HALF_OPEN = 10000
MOST_WAITING = 2000  # the default of limit-waiting


class HalfOpen(AsUser):
    settings = "limit-waiting-per-address=0\nlimit-handshake-time=3\nlisten-metrics=127.0.0.1:0"

    def sockets(self):
        return sum(link.startswith("socket:") for link in self.links_of_proxy())

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
