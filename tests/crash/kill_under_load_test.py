# SPDX-License-Identifier: MIT
"""DESIGN 4.1: what has been acknowledged is on disk. The server is killed by SIGKILL in the middle of load, again and
again, on the same data; then everything it had acknowledged is counted: messages, contacts, accounts.

    kill_under_load_test.py [SEED]      LONG=seconds in the environment: more kills
"""
import collections
import os
import random
import sys
import threading
import time
import unittest

from daemons import Server
from xmpp_client import Client, Closed, Refused, Silent

MOST_REPETITIONS = 1  # a message comes once or twice
KILLS = 10 if not os.environ.get("LONG") else 100
SEED = 20260101
PASSWORD = "pencil"
GONE = (Closed, Refused, Silent, OSError)
SID = "{urn:xmpp:sid:0}stanza-id"
SENDERS = ["anna.ferrat", "boris.vian", "claire.bretecher"]
STEADY, FLAPPING, AWAY = "denis.papin", "emile.zola", "fanny.ardant"
RECEIVERS = [STEADY, FLAPPING, AWAY]
KEEPER = "gaston.phebus"  # changes his roster
CLOSED_SECONDS = 30


class World:
    """What all clients share: the server's lives, and how much has been acknowledged."""

    def __init__(self, server):
        self.server = server
        self.life = 1  # 0: it is down
        self.lives = 1
        self.acknowledged = 0
        self.is_over = False
        self.changed = threading.Condition()

    def add_acknowledged(self, count):
        with self.changed:
            self.acknowledged += count
            self.changed.notify_all()

    def down(self):
        with self.changed:
            self.life = 0

    def up(self):
        with self.changed:
            self.lives += 1
            self.life = self.lives
            self.changed.notify_all()

    def over(self):
        with self.changed:
            self.is_over = True
            self.changed.notify_all()

    def wait_acknowledged(self, count):
        with self.changed:
            if not self.changed.wait_for(lambda: self.acknowledged >= count, CLOSED_SECONDS):
                raise AssertionError(f"the load stands still at {self.acknowledged} acknowledged stanzas")

    def wait_life(self, after):
        """The next life's number; None when the test is over."""
        with self.changed:
            self.changed.wait_for(lambda: self.is_over or self.life > after, CLOSED_SECONDS)
            return None if self.is_over else self.life


class Actor(threading.Thread):
    """A client that comes back after each kill."""

    def __init__(self, world, name):
        super().__init__(name=name, daemon=True)
        self.world, self.failure = world, None
        self.random = random.Random(f"{SEED} {name}")

    def run(self):
        life = 0
        try:
            while (life := self.world.wait_life(life)) is not None:
                while self.world.life == life and not self.world.is_over:
                    try:
                        self.live()
                    except GONE:
                        if self.world.life == life and not self.world.is_over and not self.is_killed():
                            raise
        except BaseException as failure:  # told in the main thread
            self.failure = failure

    def is_killed(self):
        """Whether the server has just been killed and the main thread will say so."""
        with self.world.changed:
            life = self.world.life
            return self.world.changed.wait_for(lambda: self.world.life != life or self.world.is_over, 2)

    def client(self, name):
        return Client(self.world.server, name, PASSWORD)


class Sender(Actor):
    """Sends numbered messages to all receivers and remembers which of them were acknowledged."""

    def __init__(self, world, name):
        super().__init__(world, name)
        self.next = 0
        self.acknowledged = set()

    def live(self):
        with self.client(self.name) as me:
            me.enable_management()
            sent, counted = [], 0
            try:
                while not self.world.is_over:
                    for _ in range(self.random.randint(1, 40)):
                        self.next += 1
                        me.message(f"{self.random.choice(RECEIVERS)}@{self.world.server.domain}", f"{self.name} {self.next}")
                        sent.append(self.next)
                    me.acknowledged()
                    counted = self.count(me, sent, counted)
            finally:
                self.count(me, sent, counted)

    def count(self, me, sent, counted):
        now = me.management.acknowledged
        self.acknowledged.update(sent[counted:now])
        self.world.add_acknowledged(now - counted)
        return now


class Receiver(Actor):
    """Takes messages and acknowledges them; a flapping one leaves now and then, mostly without a word."""

    def __init__(self, world, name, flaps):
        super().__init__(world, name)
        self.flaps = flaps
        self.seen = []  # (sender, number, stanza-id) as they came
        self.ended = set()

    def live(self):
        with self.client(self.name) as me:
            me.enable_management()
            me.send("<presence/>")
            most = self.random.randint(1, 60) if self.flaps else sys.maxsize
            try:
                while most > 0 and not self.world.is_over:
                    try:
                        self.take(me.wait_message(seconds=0.2))
                        most -= 1
                    except Silent:
                        continue
            finally:
                while me.received:  # what it has acknowledged, it has seen
                    self.take(me.received.pop(0))
            if self.flaps:
                me.acknowledge()
                if self.random.random() < 0.5:
                    me.abort()

    def take(self, message):
        if message.find("{jabber:client}body") is None:
            return
        sender, _, number = message.findtext("{jabber:client}body").partition(" ")
        if number == "end":
            self.ended.add(sender)
        else:
            self.seen.append((sender, int(number), message.find(SID).get("id")))

    def take_the_rest(self):
        """Logs in once more, until every sender has said its last word."""
        with self.client(self.name) as me:
            me.send("<presence/>")
            while self.ended != set(SENDERS):
                self.take(me.wait_message())


class RosterKeeper(Actor):
    """Adds contacts; remembers those whose result came."""

    def __init__(self, world):
        super().__init__(world, KEEPER)
        self.next = 0
        self.answered = set()

    def live(self):
        with self.client(self.name) as me:
            while not self.world.is_over:
                self.next += 1
                jid = f"contact{self.next}@{self.world.server.domain}"
                me.iq("set", f"<query xmlns='jabber:iq:roster'><item jid='{jid}' name='Contact {self.next}'/></query>")
                self.answered.add(jid)
                self.world.add_acknowledged(1)

    def missing(self):
        with self.client(self.name) as me:
            query = me.iq("get", "<query xmlns='jabber:iq:roster'/>")[0]
        return self.answered - {item.get("jid") for item in query}


class Registrar(Actor):
    """Makes accounts; remembers those whose result came."""

    def __init__(self, world):
        super().__init__(world, "registrar")
        self.next = 0
        self.answered = []

    def live(self):
        self.next += 1
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(self.next))
        with Client(self.world.server) as stranger:
            stranger.register(f"nouveau.{letters}", PASSWORD)
            self.answered.append(f"nouveau.{letters}")
            self.world.add_acknowledged(1)

    def missing(self):
        def is_there(name):
            try:
                self.client(name).close()
                return True
            except Refused:
                return False
        return [name for name in self.answered if not is_there(name)]


class KillUnderLoad(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server(settings="limit-registrations-per-hour=0\nlimit-roster-items=0"))
        for name in [*SENDERS, *RECEIVERS, KEEPER]:
            self.server.account_add(name, PASSWORD)
        self.world = World(self.server)
        self.senders = [Sender(self.world, name) for name in SENDERS]
        self.receivers = [Receiver(self.world, STEADY, False), Receiver(self.world, FLAPPING, True)]
        self.keeper, self.registrar = RosterKeeper(self.world), Registrar(self.world)
        self.actors = [*self.senders, *self.receivers, self.keeper, self.registrar]

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
        acknowledged = sum(len(sender.acknowledged) for sender in self.senders)
        lost = self.lost(readers)
        repeated = self.repeated(readers)
        contacts, accounts = self.keeper.missing(), self.registrar.missing()
        print(f"kills={KILLS} acknowledged={acknowledged} of {sum(s.next for s in self.senders)} sent, lost={len(lost)} "
              f"repeated={len(repeated)} ({self.how_often(readers)}); "
              f"contacts={len(self.keeper.answered)} lost={len(contacts)}, accounts={len(self.registrar.answered)} "
              f"lost={len(accounts)}; start-up {1000 * sum(starts) / len(starts):.0f} ms, at most {1000 * max(starts):.0f} ms; "
              f"seed={SEED}", flush=True)
        self.assertEqual(lost, [])
        self.assertEqual(contacts, set())
        self.assertEqual(accounts, [])
        # Only what is under way when the server is killed comes again, however many kills there are.
        self.assertLessEqual(max(repeated.values(), default=0), MOST_REPETITIONS)
        self.check_order(readers)
        self.assertLess(max(starts), 10, "the store must open at once")

    def run_load(self):
        """All the kills; the seconds that each start took."""
        chance = random.Random(SEED)
        starts = []
        for actor in self.actors:
            actor.start()
        for kill in range(KILLS):
            self.world.wait_acknowledged(self.world.acknowledged + int(100 * 30 ** chance.random()))
            threading.Event().wait(chance.random() / 200)  # not only just after an <a/>
            self.server.kill()
            self.world.down()
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
