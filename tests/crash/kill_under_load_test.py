# SPDX-License-Identifier: MIT
"""DESIGN 4.1: what has been acknowledged is on disk. The server is killed by SIGKILL in the middle of load, again and
again, on the same data; then everything it had acknowledged is counted: messages, also in the archives, what was said
in a room, contacts, accounts, what an archive had shown. Some clients resume their streams in between.

    kill_under_load_test.py [SEED]      LONG=seconds in the environment: more kills
"""
import collections
import json
import os
import random
import sys
import threading
import time
import unittest

import figures
from actors import (AWAY, CLOSED_SECONDS, FLAPPING, KEEPER, PASSWORD, RECEIVERS, RESUMER, RESUMING, SENDERS, SPEAKER, STEADY, Receiver,
                    Registrar, RosterKeeper, Sender, Speaker, World)
from daemons import Server
from resumers import Librarian, ResumingReceiver, ResumingSender
from xmpp_client import Client

KILLS = 20 if not os.environ.get("LONG") else 200
# Who says after a kill what it had gets nothing again (docs/decisions/0121). Who does not, gets again what was under way; a third
# time only where two kills fall between its arrival and its acknowledgement.
MOST_REPETITIONS = 1
SEED = 20260101


class KillUnderLoad(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server(settings="limit-registrations-per-hour=0\nlimit-roster-items=0\nlimit-undelivered=0"))
        for name in [*SENDERS, *RECEIVERS, KEEPER, SPEAKER]:
            self.server.account_add(name, PASSWORD)
        self.world = World(self.server, SEED)
        self.senders = [(ResumingSender if name == RESUMER else Sender)(self.world, name) for name in SENDERS]
        self.receivers = [Receiver(self.world, STEADY, False), Receiver(self.world, FLAPPING, True),
                          ResumingReceiver(self.world, RESUMING)]
        self.librarian = Librarian(self.world, STEADY)
        self.keeper, self.registrar = RosterKeeper(self.world), Registrar(self.world)
        self.speaker = Speaker(self.world)
        self.speaker.make_room()
        self.actors = [*self.senders, *self.receivers, self.keeper, self.registrar, self.speaker, self.librarian]

    def test_nothing_acknowledged_is_lost(self):
        """DESIGN 4.1: `kill -9` at any moment loses nothing acknowledged; a stanza may repeat with its stanza-id."""
        starts = self.run_load()
        away = Receiver(self.world, AWAY, False)
        for sender in self.senders:
            with Client(self.server, sender.name, PASSWORD) as me:
                me.enable_management()
                for receiver in RECEIVERS:
                    me.message(f"{receiver}@{self.server.domain}", f"{sender.name} end")
                me.acknowledged()
        readers = [*self.receivers, away]
        for reader in readers:
            reader.take_the_rest()
        found = self.counted(starts, readers)
        nothing = {name: 0 for name in found if "lost" in name or "not" in name}
        figures.judge("crash.kill_under_load", found, {
            **nothing, "kills": KILLS, "acknowledged": figures.at_least(50 * KILLS), "resumed streams": figures.at_least(KILLS // 4),
            "shown by the archive": figures.at_least(KILLS), "most repetitions": figures.at_least(0, MOST_REPETITIONS), "store is whole": True,
            "slowest start in ms": figures.at_least(0, 10_000)})
        self.check_order(readers)

    def counted(self, starts, readers):
        lost, unarchived = self.lost(readers), self.unarchived(readers)
        repeated = self.repeated(readers)
        told = [reader for reader in readers if reader.name in (STEADY, RESUMING)]
        self.speaker.look_again()
        shown = readers[0].archived()[:len(self.librarian.found)]
        print(f"comes again: {self.how_often(readers)}; the first lost: {lost[:3]}, not archived: {unarchived[:3]}; seed={SEED}", flush=True)
        return {
            "kills": KILLS, "sent": sum(s.next for s in self.senders), "acknowledged": sum(len(s.acknowledged) for s in self.senders),
            "lost": len(lost), "not in the archive": len(unarchived),
            "not once to who says what it had": len(self.repeated(told)), "repeated": len(repeated), "most repetitions": max(repeated.values(), default=0), "came a third time": sum(count > 1 for count in repeated.values()),
            "said in the room": len(self.speaker.reflected), "lost in the room": len(self.speaker.missing),
            "contacts": len(self.keeper.answered), "lost contacts": len(self.keeper.missing()),
            "accounts": len(self.registrar.answered), "lost accounts": len(self.registrar.missing()),
            "archive queries": self.librarian.queries, "shown by the archive": len(self.librarian.found),
            "not shown again": sum(a != b for a, b in zip(self.librarian.found, shown)) + len(self.librarian.found) - len(shown),
            "resumed streams": self.senders[-1].resumed + self.receivers[-1].resumed,
            "slowest start in ms": round(1000 * max(starts)), "mean start in ms": round(1000 * sum(starts) / len(starts)),
            "store is whole": json.loads(self.server.command("check", "store", "--json"))["good"]}

    def run_load(self):
        """All the kills; the seconds that each start took."""
        chance = random.Random(SEED)
        starts = []
        for actor in self.actors:
            actor.start()
        for kill in range(KILLS):
            try:
                self.world.wait_acknowledged(self.world.acknowledged + int(100 * 30 ** chance.random()))
            except AssertionError as still:
                ended = {actor.name: repr(actor.failure) for actor in self.actors if actor.failure}
                raise AssertionError(f"{still}, after {kill} kills; actors that gave up: {ended}") from None
            threading.Event().wait(chance.random() / 200)  # not only just after an <a/>
            self.world.down()  # first: an actor that loses its stream now is no failure, however long the process takes to go
            self.server.kill()
            before = time.monotonic()
            self.server.restart()
            starts.append(time.monotonic() - before)
            self.world.up()
        self.world.wait_acknowledged(self.world.acknowledged + 100)
        self.world.over()
        for actor in self.actors:
            actor.join(CLOSED_SECONDS)
            self.assertFalse(actor.is_alive(), f"{actor.name} does not end")
            if actor.failure:
                raise actor.failure
        return starts

    def lost(self, readers):
        seen = {(sender, number) for reader in readers for sender, number, _ in reader.seen}
        return [(s.name, number) for s in self.senders for number in sorted(s.acknowledged) if (s.name, number) not in seen]

    def unarchived(self, readers):
        """What was acknowledged and is not in its receiver's archive; there nothing comes twice."""
        archives = {reader.name: collections.Counter(reader.archived()) for reader in readers}
        for name, archive in archives.items():
            self.assertEqual([message for message, count in archive.items() if count > 1], [], f"twice in {name}'s archive")
        return [(s.name, number) for s in self.senders for number in sorted(s.acknowledged)
                if (s.name, number) not in archives[s.receivers[number]]]

    @staticmethod
    def repeated(readers):
        counts = collections.Counter((sender, number) for reader in readers for sender, number, _ in reader.seen)
        return {key: count - 1 for key, count in counts.items() if count > 1}

    def how_often(self, readers):
        """For each reader, how often the same message came at most, and how many came more than once."""
        return ", ".join(f"{r.name}: {len(again)} up to {max(again.values(), default=0) + 1} times"
                         for r in readers for again in [self.repeated([r])])

    def check_order(self, readers):
        """DESIGN 4.2: per sender and receiver in order; what repeats has the stanza-id it had."""
        for reader in readers:
            latest, ids = collections.Counter(), {}
            for sender, number, ident in reader.seen:
                if (sender, number) in ids:
                    self.assertEqual(ids[sender, number], ident, f"{sender} {number} came again under another id")
                    continue
                ids[sender, number] = ident
                self.assertGreater(number, latest[sender], f"{reader.name} got {sender} {number} too late")
                latest[sender] = number


if __name__ == "__main__":
    if len(sys.argv) > 1:
        SEED = int(sys.argv.pop(1))
    unittest.main(verbosity=2)
