# SPDX-License-Identifier: MIT
"""Clients that lose their connection between two kills and take up the stream where it was (XEP-0198 5), and one that reads
an archive while it grows."""
from actors import MAM, RSM, Actor, Receiver, Sender, connect
from xmpp_client import Silent


class ResumingSender(Sender):
    """What <resumed/> counts is as good as what <a/> counts; what it does not count was never handled."""

    def __init__(self, world, name):
        super().__init__(world, name)
        self.former, self.resumed = None, 0

    def live(self):
        self.former = None
        me, sent, counted = connect(self), [], 0
        try:
            while not self.world.is_over:
                self.say(me, sent)
                if self.random.random() < 0.2:
                    resumed = self.resumed
                    again = connect(self)
                    if self.resumed == resumed:
                        return again.close()
                    me = again
                    del sent[me.management.acknowledged:]
                else:
                    me.acknowledged()
                counted = self.count(me, sent, counted)
        finally:
            self.count(me, sent, counted)
            me.close()


class ResumingReceiver(Receiver):
    """Takes some messages, acknowledges part of them, breaks off and goes on."""

    def __init__(self, world, name):
        super().__init__(world, name, False)

    def live(self):
        me = self.begin()
        try:
            while not self.world.is_over:
                self.take_some(me)
                if self.random.random() < 0.5:
                    me.acknowledge()
                me = self.begin()
            me.acknowledge()
        finally:
            self.drain(me)
            me.close()

    def take_some(self, me):
        try:
            for _ in range(self.random.randint(1, 60)):
                self.take(me.wait_message(seconds=0.2))
        except Silent:
            pass
        finally:
            self.drain(me)

    def drain(self, me):
        while me.received:  # what it counts as received, it has seen
            self.take(me.received.pop(0))


class Librarian(Actor):
    """Reads somebody's archive again and again, each time from where it was (XEP-0313 4.3.1)."""

    def __init__(self, world, name):
        super().__init__(world, name)
        self.found = []  # (sender, number) in the archive's order
        self.last = None
        self.queries = 0

    def live(self):
        with self.client(self.name) as me:
            while not self.world.is_over:
                if self.read_page(me):
                    with self.world.changed:
                        self.world.changed.wait(0.05)

    def read_page(self, me):
        """Whether it was the last one."""
        after = f"<after>{self.last}</after>" if self.last else ""
        fin = me.iq("set", f"<query xmlns='{MAM}'><set xmlns='{RSM}'><max>100</max>{after}</set></query>")[0]
        self.queries += 1
        for message in me.received:
            for result in message.iter(f"{{{MAM}}}result"):
                sender, _, number = result.find(".//{jabber:client}body").text.partition(" ")
                self.found.append((sender, int(number)))
                self.last = result.get("id")
        me.received.clear()
        return fin.get("complete") == "true"
