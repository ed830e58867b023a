# SPDX-License-Identifier: MIT
"""DESIGN 2: backup and restore as an administrator types them, with a server running and without one."""
import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

from daemons import Server
from xmpp_client import Client, Refused

SECRETS = ["authority-key.pem", "authority.pem", "certificate.pem", "component.secret", "key.pem", "scram-secret"]
KILLS = 12


class Talk(threading.Thread):
    """Messages from one to another while something else happens, each acknowledged (XEP-0198)."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.acknowledged, self.is_over, self.begun = server, 0, threading.Event(), threading.Event()

    def run(self):
        with Client(self.server, "jean.dupont", "secret") as jean:
            jean.enable_management()
            while not self.is_over.is_set():
                for number in range(20):
                    jean.message(f"anne.martin@{self.server.domain}", f"{self.acknowledged + number}")
                self.acknowledged = jean.acknowledged()
                self.begun.set()


class Backups(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server())
        for name in ("jean.dupont", "anne.martin"):
            self.server.account_add(name, "secret")
        self.file = str(self.server.folder / "backup")

    def tell(self, *bodies):
        with Client(self.server, "jean.dupont", "secret") as jean:
            for body in bodies:
                jean.message(f"anne.martin@{self.server.domain}", body)
            jean.sync()

    @staticmethod
    def heard(server, count):
        """What waits for Anne: so many messages, and no more."""
        with Client(server, "anne.martin", "secret") as anne:
            anne.send("<presence/>")
            bodies = [anne.wait_message().findtext(anne.ns("body")) for _ in range(count)]
            anne.sync()
            return bodies + [m.findtext(anne.ns("body")) for m in anne.received if m.tag == anne.ns("message")]

    @staticmethod
    def messages(owners):
        return {owner["owner"]: owner["messages"] for owner in owners}

    def open_store(self):
        """The file of a server that does not run."""
        return contextlib.closing(sqlite3.connect(self.server.data / "store.sqlite", isolation_level=None))

    def start_again(self):
        """On other ports: somebody may have taken the former ones meanwhile."""
        self.server.port = self.server.tls_port = self.server.component_port = 0
        self.server.start()

    def owners(self, *words):
        return json.loads(self.server.command(*words, "--json"))["owners"]

    def refused(self, *words, server=None):
        done = (server or self.server).command(*words, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        return done.stderr.rstrip("\n")

    def files(self):
        """The folder's files with what they hold, but those of a process that runs."""
        passing = ("lock", "backup.lock", "ports", "control")
        return {p.name: p.read_bytes() for p in self.server.data.iterdir() if p.is_file() and p.name not in passing}

    def test_a_backup_of_a_server_under_load_restores_elsewhere_to_one_moment(self):
        talk = Talk(self.server)
        talk.start()
        talk.begun.wait(30)
        before = talk.acknowledged
        made = json.loads(self.server.command("backup", self.file, "--json"))
        talk.is_over.set()
        talk.join(30)
        self.assertEqual((made["domain"], made["files"]), (self.server.domain, SECRETS))
        with Server() as other:
            secret = (other.data / "key.pem").read_bytes()
            other.stop()
            restored = json.loads(other.command("restore", self.file, "--json"))
            self.assertEqual(restored["owners"], made["owners"])
            other.port = other.tls_port = other.component_port = 0
            other.start()
            pins = lambda s: [line for line in s.profile().read_text().splitlines() if line.startswith("trust-")]  # noqa: E731
            self.assertEqual(pins(other), pins(self.server))  # no desk notices
            count = self.messages(made["owners"])["anne.martin@bioaster.org"]
            self.assertEqual(self.heard(other, count), [str(number) for number in range(count)])  # a beginning of all that was said
            self.assertGreaterEqual(count, before)
            kept = next(other.data.glob("before-restore-*"))
            self.assertEqual((kept / "key.pem").read_bytes(), secret)

    def test_the_loop_goes_on_while_a_large_store_is_copied(self):
        self.server.stop()
        with self.open_store() as store:
            store.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)"
                          " INSERT INTO record SELECT 'ballast@bioaster.org', 'x', i, zeroblob(100000) FROM n")
        self.start_again()
        command = subprocess.Popen([self.server.program, *self.server.files, "backup", self.file], stdout=subprocess.PIPE)
        pings, longest = 0, 0
        with Client(self.server, "jean.dupont", "secret") as jean:
            jean.enable_management()
            while command.poll() is None:
                begin = time.monotonic()
                jean.message(f"anne.martin@{self.server.domain}", str(pings))
                jean.acknowledged()  # it is on disk
                pings += 1
                longest = max(longest, time.monotonic() - begin)
        self.assertIn(b"read again and whole", command.communicate()[0])
        self.assertEqual(command.returncode, 0)
        print(f"{pings} messages committed while 60 MB were copied and read, the slowest in {1000 * longest:.0f} ms", flush=True)
        self.assertGreater(pings, 3)
        self.assertLess(longest, 1)

    def test_with_and_without_a_server_the_backup_is_the_same(self):
        self.tell("one", "two")
        running = self.owners("backup", self.file)
        self.server.stop()
        stopped = self.owners("backup", self.file + "2")
        self.assertEqual(running, stopped)
        self.assertEqual({owner: count for owner, count in self.messages(running).items() if count},
                         {"anne.martin@bioaster.org": 2, "jean.dupont@bioaster.org": 2})
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        self.assertEqual(self.owners("check", "store"), stopped)
        self.start_again()
        self.assertEqual(self.owners("check", "store"), stopped)
        self.assertEqual(sorted(p.name for p in self.server.folder.iterdir()),
                         ["backup", "backup2", "data", "organisation.conf", "server-core.conf"])

    def test_a_restore_takes_the_place_of_what_is_there_and_keeps_it(self):
        self.tell("before")
        self.server.command("backup", self.file)
        self.tell("after")
        self.assertEqual(self.refused("restore", self.file),
                         f"another server-core uses {self.server.data}; stop it or name another folder by --data")
        self.server.kill()
        old = self.files()
        self.assertIn("store.sqlite-wal", old)  # beside the restored store it would ruin it
        answer = self.server.command("restore", self.file)
        self.assertRegex(answer, r"anne\.martin@bioaster\.org: \d+ records, 1 messages, sha256 [0-9a-f]{64}\n")
        kept = next(self.server.data.glob("before-restore-*"))
        self.assertIn(f"what was here before is kept in {kept}", answer)
        self.assertEqual({p.name: p.read_bytes() for p in kept.iterdir()}, old)
        self.assertFalse((self.server.data / "restored").exists())
        self.start_again()
        self.assertEqual(self.heard(self.server, 1), ["before"])

    def test_on_a_new_machine_nothing_is_kept_aside(self):
        made = self.owners("backup", self.file)
        new = self.server.folder / "new"
        restored = json.loads(self.server.command("restore", self.file, "--json", "--data", str(new)))
        self.assertEqual((restored["owners"], restored["before"]), (made, ""))
        self.assertEqual(sorted(p.name for p in new.iterdir()), sorted([*SECRETS, "lock", "store.sqlite"]))
        for name in SECRETS:
            for what in (lambda p: p.read_bytes(), lambda p: p.stat().st_mode):
                self.assertEqual(what(new / name), what(self.server.data / name), name)

    def test_a_second_restore_keeps_what_the_first_one_kept(self):
        self.server.command("backup", self.file)
        self.server.stop()
        self.server.command("restore", self.file)
        self.server.command("restore", self.file)
        self.assertEqual(len(list(self.server.data.glob("before-restore-*"))), 2)

    def test_what_cannot_be_a_backup_changes_nothing(self):
        self.tell("before")
        self.server.command("backup", self.file)
        self.server.stop()
        old = self.files()
        cut, text, missing = (str(self.server.folder / name) for name in ("cut", "text", "missing"))
        with open(self.file, "rb") as whole, open(cut, "wb") as part:
            part.write(whole.read(30_000))
        with open(text, "w") as file:
            file.write("no backup\n")
        for words, why in [
                (("restore", cut), f"{cut} is damaged or was cut off: "),
                (("restore", text), f"{text} is no backup; name a file that 'server-core backup' made, nothing was changed"),
                (("restore", missing), f"{missing} cannot be read (No such file or directory); is the path right?"),
                (("restore", str(self.server.folder)), f"{self.server.folder} is no file; name a backup"),
                (("backup", self.file), f"{self.file} is there already; name a file that is not, or move that one away"),
                (("backup", missing + "/x"), f"{missing}/x cannot be made (No such file or directory); is the path right?")]:
            self.assertIn(why, self.refused(*words))
            self.assertEqual(self.files(), old)
            self.assertEqual(list(self.server.data.glob("*restor*")), [])
        with Server(domain="example.org") as other:
            other.stop()
            self.assertIn(f"{self.file} is a backup of bioaster.org, this server is for example.org; use its own backup",
                          self.refused("restore", self.file, server=other))

    def test_check_store_finds_damage_that_a_start_does_not(self):
        self.tell(*("x" * 3000 for _ in range(50)))
        self.server.stop()
        store = self.server.data / "store.sqlite"
        with self.open_store() as opened:
            (page,) = opened.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entry_with'").fetchone()
        with open(store, "r+b") as file:
            file.seek((page - 1) * 4096 + 3)
            file.write(b"\0\0")  # this index has lost half of its rows
        self.start_again()
        self.assertRegex(self.refused("check", "store"), f"^{store} is damaged: .*restore the last backup: server-core restore FILE$")
        self.refused("backup", self.file)
        self.assertFalse(os.path.exists(self.file))

    def test_check_names_a_store_that_the_server_would_refuse(self):
        self.server.stop()
        with self.open_store() as opened:
            opened.execute("PRAGMA user_version = 99")
        found = self.server.command("check", check=False)
        self.assertEqual(found.returncode, 1)
        self.assertIn("✗ store: ", found.stdout)
        self.assertIn("written by a newer server (schema 99, this one knows up to ", found.stdout)

    def test_a_restore_that_is_killed_ends_as_if_it_had_not_begun_or_had_ended(self):
        self.tell("before")
        self.server.command("backup", self.file)
        self.tell("after")
        self.server.stop()
        chance = random.Random(20260101)
        began = time.monotonic()
        shutil.copytree(self.server.data, self.server.folder / "old")
        self.server.command("restore", self.file)
        seconds = time.monotonic() - began
        outcomes = {1: 0, 2: 0}
        for _ in range(KILLS):
            shutil.rmtree(self.server.data)
            shutil.copytree(self.server.folder / "old", self.server.data)
            restore = subprocess.Popen([self.server.program, *self.server.files, "restore", self.file],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                restore.wait(chance.uniform(0, 1.2 * seconds))
            except subprocess.TimeoutExpired:
                restore.send_signal(signal.SIGKILL)
                restore.wait()
            outcomes[self.messages(self.owners("check", "store"))["anne.martin@bioaster.org"]] += 1
            self.assertEqual([name for name in SECRETS if not (self.server.data / name).exists()], [])
            self.assertFalse((self.server.data / "restored").exists())
        print(f"{KILLS} kills: {outcomes[2]} restores had not begun, {outcomes[1]} ended", flush=True)

    def test_a_restore_that_was_cut_between_two_files_is_ended_by_the_next_start(self):
        """Each place at which a power cut can stop the moving of files."""
        self.tell("before")
        self.server.command("backup", self.file)
        self.tell("after")
        self.server.stop()
        names = ["store.sqlite", *SECRETS]
        new = self.server.folder / "new"
        old = self.server.folder / "old"
        shutil.copytree(self.server.data, old)
        self.server.command("restore", self.file)
        shutil.copytree(self.server.data, new)
        for cut in range(2 * len(names) + 2):
            shutil.rmtree(self.server.data)
            shutil.copytree(old, self.server.data)
            restored, aside = self.server.data / "restored", self.server.data / "before-restore-x"
            restored.mkdir()
            aside.mkdir()
            (restored / "aside").write_text(str(aside))
            for name in names:
                shutil.copy(new / name, restored / name)
            if cut > 2 * len(names):
                (restored / "aside").unlink()
            for step in range(min(cut, 2 * len(names))):
                name = names[step // 2]
                here = self.server.data / name
                os.rename(*((here, aside / name) if step % 2 == 0 else (restored / name, here)))
            self.assertEqual(self.server.command("account", "list"), "anne.martin@bioaster.org\njean.dupont@bioaster.org\n")
            for name in SECRETS:
                self.assertEqual((aside / name).read_bytes(), (old / name).read_bytes(), f"{name} after {cut} steps")
            self.assertEqual((aside / "store.sqlite").read_bytes(), (old / "store.sqlite").read_bytes())
            self.assertFalse(restored.exists())
        self.start_again()
        self.assertEqual(self.heard(self.server, 1), ["before"])
        with self.assertRaises(Refused):
            Client(self.server, "jean.dupont", "wrong").close()


if __name__ == "__main__":
    unittest.main()
