# SPDX-License-Identifier: MIT
"""DESIGN 6, 8: rates per user and in total, kept by the kernel (SO_MAX_PACING_RATE)."""
import re
import subprocess
import threading
import time
import unittest

from proxy_play import ProxyCase, within

MEGABYTE = 1 << 20
TYBALT = "tybalt@example.org/x"
FACTORS = {"": 1, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


class Rates(ProxyCase):
    def rates(self):
        """Bytes a second that the kernel holds each of the proxy's connections to, smallest first; without those of none."""
        text = subprocess.run(["ss", "-tinH", "sport = :%d" % self.port], capture_output=True, text=True, check=True).stdout
        found = re.findall(r"pacing_rate \S+?bps/([\d.]+)([KMGT]?)bps", text)
        return sorted(round(float(number) * FACTORS[unit] / 8) for number, unit in found)

    def await_rates(self, *expected):
        """Each transfer is two connections, each with the same rate."""
        wanted = sorted(2 * expected)
        for _ in within():
            found = self.rates()
            if len(found) == len(wanted) and all(abs(a - b) < b / 50 for a, b in zip(found, wanted)):
                return


class PerUser(Rates):
    settings = "rate-per-user=1M"

    def test_design_6_the_transfers_of_a_user_share_his_rate(self):
        self.transfer("1")
        self.await_rates(MEGABYTE)
        second = self.transfer("2")
        self.await_rates(MEGABYTE // 2, MEGABYTE // 2)
        self.pair("3", initiator=TYBALT)
        self.assertEqual(self.link.activate("3", sender=TYBALT), "")
        self.await_rates(MEGABYTE // 2, MEGABYTE // 2, MEGABYTE)
        for client in second:
            client.close()
        self.await_rates(MEGABYTE, MEGABYTE)

    def test_design_6_bytes_come_at_the_rate_and_whole(self):
        target, initiator = self.transfer("s")
        data = bytes(range(256)) * (3 * MEGABYTE // 256)
        start = time.monotonic()
        sender = threading.Thread(target=lambda: (initiator.send(data), initiator.close()))
        sender.start()
        got = target.receive_all()
        sender.join()
        self.assertTrue(got == data)
        self.assertGreater(time.monotonic() - start, 1.5)  # three at least, were it not for the first burst


class InTotal(Rates):
    settings = "rate-per-user=2M\nrate-total=3M"

    def test_design_6_all_share_the_rate_in_total_and_the_smaller_share_counts(self):
        self.transfer("1")
        self.await_rates(2 * MEGABYTE)
        self.pair("2", initiator=TYBALT)
        self.assertEqual(self.link.activate("2", sender=TYBALT), "")
        self.await_rates(1.5 * MEGABYTE, 1.5 * MEGABYTE)


if __name__ == "__main__":
    unittest.main()
