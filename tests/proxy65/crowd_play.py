# SPDX-License-Identifier: MIT
"""DESIGN 6, 8: what thousands of idle transfers take, as an ordinary user.

`tools/bench proxy --idle` runs it with PAIRS=9000, the most that open files allow here, and judges the figure."""
import os
import unittest

import crowd
from proxy_play import AsUser, within

PAIRS = int(os.environ.get("PAIRS", "1500"))
MOST_FOR_ALL = 20e6 if "PAIRS" in os.environ else 40e6  # bytes; loose where nobody measures


class Idle(AsUser):
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


if __name__ == "__main__":
    unittest.main()
