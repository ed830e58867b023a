# SPDX-License-Identifier: MIT
"""DESIGN 4.1 on a full file system (a tmpfs of this test's own): what does not fit is refused with resource-constraint, what
was accepted is there after a kill, and backup and restore that find no room lose nothing."""
import os
import subprocess
import unittest

import as_root
import figures
from actors import PASSWORD
from daemons import Server
from ledger import EVERYBODY, Ledger

MEGABYTES = 12
ROUNDS = 3


class Small(Server):
    """The data folder has a file system of its own."""

    def start(self):
        if not self.data.exists():
            self.data.mkdir(mode=0o750)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=750", "tmpfs", self.data], check=True)
        return super().start()

    def __exit__(self, kind, value, traceback):
        try:
            if self.daemon and self.daemon.is_running():
                self.stop()
            subprocess.run(["umount", self.data], check=True)
        finally:
            super().__exit__(kind, value, traceback)

    def fill(self):
        """Leaves no byte."""
        with open(self.data / "filler", "wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass

    def make_room(self):
        (self.data / "filler").unlink()


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Small(settings="limit-registrations-per-hour=0"))
        for name in EVERYBODY:
            self.server.account_add(name, PASSWORD)

    def test_what_does_not_fit_is_refused_and_what_was_accepted_stays(self):
        lost_ever = 0
        with Ledger(self.server) as ledger:
            for _ in range(ROUNDS):
                ledger.all_kinds()
                self.server.fill()
                refused = sum(ledger.refused.values())
                while sum(ledger.refused.values()) < refused + 10:  # the journal may have room left
                    ledger.chats(10, ballast=20_000)
                self.server.kill()
                self.server.make_room()
                self.server.restart()
                lost_ever += sum(map(len, ledger.lost().values()))
                ledger.connect()
            ledger.all_kinds()
            lines = [line for line in self.server.daemon.log if "the store refuses to write" in line]
            self.assertRegex(lines[0], r"store\.sqlite: database or disk is full; make room on its disk; who asked for it is told")
            figures.judge("crash.full_disk", {"kills": ROUNDS, "accepted": ledger.count(), "refused": sum(ledger.refused.values()),
                                              "lost": lost_ever, "conditions": sorted(ledger.refused), "lines in the log": len(lines)},
                          {"kills": ROUNDS, "accepted": figures.at_least(ROUNDS * 8), "refused": figures.at_least(ROUNDS * 10),
                           "lost": 0, "conditions": ["resource-constraint (wait)"], "lines in the log": figures.at_least(1, 2 * ROUNDS)})

    def test_a_start_on_a_full_disk_says_so(self):
        self.server.stop()
        self.server.fill()
        refused = subprocess.run([self.server.program, *self.server.files], text=True, capture_output=True, timeout=60)
        self.assertEqual(refused.returncode, 1)
        self.assertRegex(refused.stderr, "No space left on device|is full")
        self.assertRegex(refused.stderr, "ake room")
        self.server.make_room()
        self.server.start()
        self.assertEqual(len(self.server.command("account", "list").split()), len(EVERYBODY))

    def test_a_backup_and_a_restore_without_room_lose_nothing(self):
        small, whole = self.server.folder / "small", str(self.server.folder / "backup")
        self.server.command("backup", whole)
        self.server.fill()
        self.refused("there is no room for a copy of the store", "backup", whole + "2")
        self.server.make_room()
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", small], check=True)
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        self.refused("No space left on device); make room on its disk", "backup", str(small / "backup"))
        self.assertEqual(os.listdir(small), [])
        self.server.stop()
        self.server.fill()
        before = {path.name: path.stat().st_size for path in self.server.data.iterdir()}
        self.refused("No space left on device); make room on its disk, nothing was changed", "restore", whole)
        self.assertEqual({path.name: path.stat().st_size for path in self.server.data.iterdir()}, before)
        self.server.make_room()
        self.server.command("restore", whole)
        self.server.start()
        self.assertEqual(len(self.server.command("account", "list").split()), len(EVERYBODY))

    def refused(self, why, *words):
        done = self.server.command(*words, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(why, done.stderr)


if __name__ == "__main__":
    as_root.enter("--mount")
    unittest.main()
