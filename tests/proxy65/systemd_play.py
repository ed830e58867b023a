# SPDX-License-Identifier: MIT
"""DESIGN 8: the units, judged by systemd itself, which need not run for that."""
import pathlib
import re
import subprocess
import tempfile
import unittest

UNITS = pathlib.Path(__file__).resolve().parents[2] / "packaging/systemd"
MOST_EXPOSURE = "12"  # tenths; what systemd-analyze calls OK begins below 50


class Units(unittest.TestCase):
    def judged(self, unit, *words):
        """What systemd-analyze says of the unit, with a program in it that is there."""
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / unit.name
            copy.write_text(re.sub(r"/usr/bin/(proxy65|server-core)", "/bin/true", unit.read_text()))
            return subprocess.run(["systemd-analyze", *words, str(copy)], capture_output=True, text=True, check=False)

    def test_each_unit_is_right(self):
        for unit in UNITS.glob("*.service"):
            with self.subTest(unit.name):
                done = self.judged(unit, "verify", "--man=no", "--recursive-errors=no")
                self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_each_unit_is_shut_in(self):
        for unit in UNITS.glob("*.service"):
            with self.subTest(unit.name):
                done = self.judged(unit, "security", "--offline=true", "--threshold=" + MOST_EXPOSURE)
                self.assertEqual(done.returncode, 0, done.stdout[-300:])

    def test_the_proxys_unit_waits_for_its_word_and_reloads_by_sighup(self):
        text = (UNITS / "bioaster-proxy65.service").read_text()
        self.assertIn("\nType=notify\n", text)
        self.assertIn("\nExecReload=/bin/kill -HUP $MAINPID\n", text)

    def test_the_proxys_unit_does_not_restart_what_a_restart_does_not_change(self):
        text = (UNITS / "bioaster-proxy65.service").read_text()
        self.assertIn("\nRestart=on-failure\n", text)
        self.assertIn("\nRestartPreventExitStatus=2 78\n", text)


if __name__ == "__main__":
    unittest.main()
