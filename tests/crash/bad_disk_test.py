# SPDX-License-Identifier: MIT
"""DESIGN 4.1 on a bad disk: writes that fail, a disk that is full, one that is slow; and with a clock that jumps. The real
server, whose SQLite goes through a VFS that does as it is told (bad_disk_main.cpp)."""
import base64
import contextlib
import json
import os
import time
import unittest

import figures
from actors import MAM, PASSWORD
from daemons import Daemon, Server, build_folder
from ledger import ABSENT, BYSTANDER, EVERYBODY, Ledger
from xmpp_client import SASL, Client, failure

PINGS = 100
SYNC_MS = 200
CUTS, CUT_SECONDS = 4, 30
READERS = 10  # the least that limit-waiting-stanzas may be
LOOP_MS = 1000  # ten times what is wanted of the slowest ping


class BadDisk(Server):
    def start(self):
        fifo = self.folder / "disk"
        if self.daemon is None:
            os.mkfifo(fifo)
            self.daemon = Daemon([build_folder() / "tests/crash/server-core-on-a-bad-disk", *self.files], {"BAD_DISK": str(fifo)})
        return super().start()

    def cut(self, seed):
        with open(self.folder / "disk", "w") as fifo:
            fifo.write(f"cut {seed}\n")
        self.daemon.process.wait(CUT_SECONDS)

    def disk(self, state):
        since = len(self.daemon.log)
        with open(self.folder / "disk", "w") as fifo:
            fifo.write(state + "\n")
        self.daemon.wait_for_log(f"^disk: {state}$", since=since)


class OnABadDisk(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(BadDisk(settings="limit-registrations-per-hour=0"))
        for name in EVERYBODY:
            self.server.account_add(name, PASSWORD)
        self.ledger = self.enterContext(Ledger(self.server))

    def end_by_a_kill(self):
        self.server.kill()
        began = time.monotonic()
        self.server.restart()
        started = time.monotonic() - began
        lost = self.ledger.lost()
        self.ledger.connect()
        return {"accepted": self.ledger.count(), "refused": sum(self.ledger.refused.values()),
                "lost": sum(map(len, lost.values())), "start in ms": round(1000 * started)}

    def test_what_the_disk_refuses_is_refused_with_wait_and_what_was_accepted_stays(self):
        self.ledger.all_kinds()
        no_room, broken = "resource-constraint (wait)", "internal-server-error (wait)"
        for state, conditions in (("full", {no_room}), ("broken", {no_room, broken}), ("sync fails", {no_room, broken})):
            accepted, refused = self.ledger.count(), sum(self.ledger.refused.values())
            self.server.disk(state)
            for _ in range(3):
                self.ledger.all_kinds()
            self.assertEqual(self.ledger.count(), accepted, f"accepted on a disk that is {state}")
            self.assertEqual(sum(self.ledger.refused.values()), refused + 24)
            self.assertEqual(set(self.ledger.refused), conditions)
            with Client(self.server, BYSTANDER, PASSWORD) as bystander:
                bystander.sync()  # it goes on
            self.server.disk("good")
            for _ in range(3):
                self.ledger.all_kinds()
            self.assertEqual(self.ledger.count(), accepted + 24, "refused on a good disk")
        found = self.end_by_a_kill()
        lines = [line for line in self.server.daemon.log if "the store refuses to write" in line]
        self.assertRegex(lines[0], r"store\.sqlite: database or disk is full; make room on its disk; who asked for it is told")
        figures.judge("crash.bad_disk.writes_fail", {**found, "lines in the log": len(lines)}, {
            "accepted": 8 * 10, "refused": 24 * 3, "lost": 0, "lines in the log": figures.at_least(1, 6),
            "start in ms": figures.at_least(0, 10_000)})

    def test_on_a_slow_disk_the_loop_answers_and_promises_wait_for_the_disk(self):
        self.server.disk(f"slow {SYNC_MS}")
        began = time.monotonic()
        self.ledger.chats(1)
        waited = time.monotonic() - began
        pings = []
        with Client(self.server, BYSTANDER, PASSWORD) as bystander:
            for _ in range(PINGS):
                self.ledger.sender.send(f"<message to='{ABSENT}@{self.server.domain}' type='chat'><body>"
                                        f"{self.ledger.next()}</body></message>")
                began = time.monotonic()
                bystander.sync()
                pings.append(1000 * (time.monotonic() - began))
        self.ledger.chats(20)
        pings.sort()
        found = {**self.end_by_a_kill(), "pings": len(pings), "p50 of pings in ms": round(pings[len(pings) // 2], 1),
                 "slowest ping in ms": round(pings[-1], 1), "first promise in ms": round(1000 * waited)}
        figures.judge("crash.bad_disk.slow", found, {
            "accepted": 21, "refused": 0, "lost": 0, "slowest ping in ms": figures.at_least(0, LOOP_MS),
            "p50 of pings in ms": figures.at_least(0, SYNC_MS / 2), "first promise in ms": figures.at_least(SYNC_MS)})

    def test_what_a_client_acknowledged_does_not_come_again_although_the_disk_did_not_have_that_yet(self):
        """XEP-0198 4, DESIGN 4.1: an acknowledgement is remembered at once; the mark that says it waits for the disk."""
        absent = Client(self.server, ABSENT, PASSWORD)
        absent.enable_management()
        absent.send("<presence/>")
        absent.sync()
        self.server.disk(f"slow {SYNC_MS * 3}")
        self.ledger.sender.message(f"{ABSENT}@{self.server.domain}", "hello")
        absent.wait_message("hello")
        absent.acknowledge()
        absent.sync()
        self.server.kill()
        absent.abort()
        self.server.restart()
        with Client(self.server, ABSENT, PASSWORD) as again:
            again.send("<presence/>")
            again.sync()
            self.assertEqual([s for s in again.received if s.tag == Client.ns("message")], [])
        self.ledger.connect()

    def test_when_the_power_fails_what_was_accepted_is_there(self):
        """DESIGN 4.1: beside what was synced any sectors of what was under way are on the disk."""
        found = {"cuts": CUTS, "lost": 0, "whole": 0}
        for seed in range(CUTS):
            self.ledger.all_kinds()
            for _ in range(50):
                self.ledger.sender.message(f"{ABSENT}@{self.server.domain}", f"{self.ledger.next()} under way")
            self.server.cut(seed)
            self.server.restart()
            found["lost"] += sum(map(len, self.ledger.lost().values()))
            found["whole"] += json.loads(self.server.command("check", "store", "--json"))["good"]
            self.ledger.connect()
        found["accepted"] = self.ledger.count()
        figures.judge("crash.power_cuts", found, {"cuts": CUTS, "lost": 0, "whole": CUTS, "accepted": 8 * CUTS})

    def test_when_the_clock_jumps_ids_go_on_growing(self):
        """DESIGN 9.6, 4.2: an id is above the last one, whatever the time; nothing is lost, nothing changes places."""
        day = 24 * 3600
        for offset in (0, 7 * day, -day, 60, -3600):
            self.server.disk(f"clock {offset}")
            self.ledger.all_kinds()
        kills = 0
        for offset in (-30 * day, day):  # a start has the right time, so each of these is two jumps
            self.server.kill()
            kills += 1
            self.server.restart()
            self.ledger.connect()
            self.ledger.all_kinds()
            self.server.disk(f"clock {offset}")
            self.ledger.all_kinds()
        with Client(self.server, ABSENT, PASSWORD) as absent:
            absent.iq("set", f"<query xmlns='{MAM}'/>")
            results = [result for message in absent.received for result in message.iter(f"{{{MAM}}}result")]
        ids = [int(result.get("id")) for result in results]
        numbers = [int(result.find(".//{jabber:client}body").text) for result in results]
        disordered = sum(a >= b for a, b in zip(ids, ids[1:])) + sum(a >= b for a, b in zip(numbers, numbers[1:]))
        found = {**self.end_by_a_kill(), "kills": kills + 1, "archived": len(ids), "disordered": disordered}
        figures.judge("crash.clock_jumps", found, {"accepted": 8 * 9, "refused": 0, "lost": 0, "kills": 3, "archived": 5 * 9,
                                                   "disordered": 0})


class LoggingIn(unittest.TestCase):
    def test_an_account_that_cannot_be_read(self):
        """RFC 6120 6.5.11: temporary-auth-failure, after which clients try again, and not not-authorized, which disables them."""
        with BadDisk(settings=f"limit-waiting-stanzas={READERS}") as server, contextlib.ExitStack() as open_ones:
            server.account_add(BYSTANDER, PASSWORD)
            bystander = open_ones.enter_context(Client(server, BYSTANDER, PASSWORD))
            clients = [open_ones.enter_context(Client(server)) for _ in range(READERS + 2)]
            server.disk(f"slow {SYNC_MS * 5}")
            bystander.message(f"{BYSTANDER}@{server.domain}", "what is read waits for this to be written")
            scram = base64.b64encode(f"n,,n={ABSENT},r=nonce".encode()).decode()
            plain = base64.b64encode(f"\0{ABSENT}\0{PASSWORD}".encode()).decode()
            for client in clients[:-2]:
                client.send(f"<auth xmlns='{SASL}' mechanism='SCRAM-SHA-1'>{scram}</auth>")
            for client, mechanism, first in ((clients[-2], "SCRAM-SHA-1", scram), (clients[-1], "PLAIN", plain)):
                client.send(f"<auth xmlns='{SASL}' mechanism='{mechanism}'>{first}</auth>")
                self.assertEqual(failure(client.wait()), "temporary-auth-failure", mechanism)
            server.disk("good")
            self.assertEqual(clients[0].wait().tag, f"{{{SASL}}}challenge")


if __name__ == "__main__":
    unittest.main()
