# SPDX-License-Identifier: MIT
"""Clients that lose their connection between two kills and take up the stream where it was (XEP-0198 5), and one that reads
an archive while it grows."""
from actors import MAM, PASSWORD, RSM, Actor, Receiver, Sender
from xmpp_client import SM, Client, Silent


def begin(actor):
    """A new stream that may be resumed."""
    me = actor.client(actor.name)
    try:
        me.send(f"<enable xmlns='{SM}' resume='true'/>")
        me.ident = me.wait(lambda s: s.tag in (f"{{{SM}}}enabled", f"{{{SM}}}failed")).get("id")
    except BaseException:
        me.abort()
        raise
    return me


def go_on(actor, former):
    """The same on another connection; None when the server does not know it any more."""
    former.abort()
    me = Client(actor.world.server)
    try:
        me.login(actor.name, PASSWORD)
        me.jid, me.management, me.ident = former.jid, former.management, former.ident
        me.send(f"<resume xmlns='{SM}' previd='{me.ident}' h='{me.management.received}'/>")
        answer = me.wait(lambda s: s.tag in (f"{{{SM}}}resumed", f"{{{SM}}}failed"))
    except BaseException:
        me.abort()
        raise
    if answer.tag == f"{{{SM}}}failed":
        me.close()
        return None
    actor.resumed += 1
    me.management.acknowledged = int(answer.get("h"))
    return me


class ResumingSender(Sender):
    """What <resumed/> counts is as good as what <a/> counts; what it does not count was never handled."""

    def __init__(self, world, name):
        super().__init__(world, name)
        self.resumed = 0

    def live(self):
        me, sent, counted = begin(self), [], 0
        try:
            while me and not self.world.is_over:
                self.say(me, sent)
                if self.random.random() < 0.2:
                    again = go_on(self, me)
                    if again is None:
                        return
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
        self.resumed = 0

    def live(self):
        me = begin(self)
        me.send("<presence/>")
        try:
            while me and not self.world.is_over:
                self.take_some(me)
                if self.random.random() < 0.5:
                    me.acknowledge()
                me = go_on(self, me) or self.nobody(me)
        finally:
            if me:
                self.drain(me)
                me.close()

    def nobody(self, former):
        self.drain(former)

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
