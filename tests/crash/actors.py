# SPDX-License-Identifier: MIT
"""Clients that come back after each kill of the server, and remember what it had acknowledged."""
import copy
import random
import sys
import threading

from xmpp_client import SM, Client, Closed, Refused, Silent

PASSWORD = "pencil"
GONE = (Closed, Refused, Silent, OSError)
SID = "{urn:xmpp:sid:0}stanza-id"
MAM, RSM, MUC = "urn:xmpp:mam:2", "http://jabber.org/protocol/rsm", "http://jabber.org/protocol/muc"
HISTORY = 200  # messages, as much as a room may show
RESUMER = "jules.verne"
SENDERS = ["anna.ferrat", "boris.vian", "claire.bretecher", RESUMER]
STEADY, FLAPPING, RESUMING, AWAY = "denis.papin", "emile.zola", "irene.nemirovsky", "fanny.ardant"
RECEIVERS = [STEADY, FLAPPING, RESUMING, AWAY]
KEEPER = "gaston.phebus"  # changes his roster
SPEAKER = "helene.boucher"  # speaks in a room
CLOSED_SECONDS = 30


class World:
    """What all clients share: the server's lives, and how much has been acknowledged."""

    def __init__(self, server, seed):
        self.server, self.seed = server, seed
        self.life = 1  # 0: it is down, or about to be killed
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
        """A slow disk makes this long; a server that acknowledges nothing at all any more is an error."""
        with self.changed:
            while (before := self.acknowledged) < count:
                if not self.changed.wait_for(lambda: self.acknowledged > before, CLOSED_SECONDS):  # noqa: B023
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
        self.random = random.Random(f"{world.seed} {name}")

    def run(self):
        life = 0
        try:
            while (life := self.world.wait_life(life)) is not None:
                while self.world.life == life and not self.world.is_over:
                    try:
                        self.live()
                    except GONE:
                        if self.world.life == life and not self.world.is_over:
                            raise
        except BaseException as failure:  # told in the main thread
            self.failure = failure

    def client(self, name):
        return Client(self.world.server, name, PASSWORD)


def connect(actor):
    """As most clients do (XEP-0198 5): asks to go on where its last stream was, else binds and begins one. `actor.former`: that
    stream, all of whose counted stanzas were taken; `actor.resumed`: how often the server knew it."""
    if actor.former:
        actor.former.abort()
    me = Client(actor.world.server)
    try:
        me.login(actor.name, PASSWORD)
        if actor.former and is_resumed(me, actor.former):
            actor.resumed += 1
        else:
            me.management = None
            me.jid = me.bind()
            me.send(f"<enable xmlns='{SM}' resume='true'/>")
            me.ident = me.wait(lambda s: s.tag in (f"{{{SM}}}enabled", f"{{{SM}}}failed")).get("id")
    except BaseException:
        me.abort()
        raise
    actor.former = me
    return me


def is_resumed(me, former):
    me.jid, me.management, me.ident = former.jid, copy.copy(former.management), former.ident
    me.send(f"<resume xmlns='{SM}' previd='{me.ident}' h='{me.management.received}'/>")
    answer = me.wait(lambda s: s.tag in (f"{{{SM}}}resumed", f"{{{SM}}}failed"))
    me.management.acknowledged = int(answer.get("h") or 0)
    return answer.tag == f"{{{SM}}}resumed"


class Sender(Actor):
    """Sends numbered messages to all receivers and remembers which of them were acknowledged."""

    def __init__(self, world, name):
        super().__init__(world, name)
        self.next = 0
        self.receivers = {}  # of each number
        self.acknowledged = set()

    def live(self):
        with self.client(self.name) as me:
            me.enable_management()
            sent, counted = [], 0
            try:
                while not self.world.is_over:
                    self.say(me, sent)
                    me.acknowledged()
                    counted = self.count(me, sent, counted)
            finally:
                self.count(me, sent, counted)

    def say(self, me, sent):
        for _ in range(self.random.randint(1, 40)):
            self.next += 1
            self.receivers[self.next] = self.random.choice(RECEIVERS)
            sent.append(self.next)
            me.message(f"{self.receivers[self.next]}@{self.world.server.domain}", f"{self.name} {self.next}")

    def count(self, me, sent, counted):
        now = me.management.acknowledged
        self.acknowledged.update(sent[counted:now])
        self.world.add_acknowledged(now - counted)
        return now


class Receiver(Actor):
    """Takes messages and acknowledges them, and after a kill says how much it had. A flapping one never does, and leaves now
    and then, mostly without a word."""

    def __init__(self, world, name, flaps):
        super().__init__(world, name)
        self.flaps = flaps
        self.former, self.resumed = None, 0
        self.seen = []  # (sender, number, stanza-id) as they came
        self.ended = set()

    def begin(self):
        me = self.client(self.name) if self.flaps else connect(self)
        if self.flaps:
            me.enable_management()
        me.send("<presence/>")
        return me

    def live(self):
        with self.begin() as me:
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
            me.acknowledge()
            if self.flaps and self.random.random() < 0.5:
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


    def archived(self):
        """XEP-0313 4, XEP-0059 2.2: (sender, number) of each message in his archive, page by page."""
        found, after, is_whole = [], "", False
        with self.client(self.name) as me:
            while not is_whole:
                fin = me.iq("set", f"<query xmlns='{MAM}'><set xmlns='{RSM}'><max>250</max>{after}</set></query>")[0]
                for result in [r for message in me.received for r in message.iter(f"{{{MAM}}}result")]:
                    sender, _, number = result.find(".//{jabber:client}body").text.partition(" ")
                    if number != "end":
                        found.append((sender, int(number)))
                me.received.clear()
                is_whole = fin.get("complete") == "true"
                after = f"<after>{fin.findtext(f'{{{RSM}}}set/{{{RSM}}}last')}</after>"
        return found


class Speaker(Actor):
    """Speaks in a room that lasts; remembers what the room said back (XEP-0045 7.4), and finds it in the history each
    time he comes in again."""

    def __init__(self, world):
        super().__init__(world, SPEAKER)
        self.room = f"salle@conference.{world.server.domain}"
        self.next = 0
        self.reflected = []
        self.missing = set()
        self.entered = 0

    def make_room(self):
        with self.client(self.name) as me:
            self.enter(me)
            fields = {"FORM_TYPE": f"{MUC}#roomconfig", "muc#roomconfig_persistentroom": 1, "muc#maxhistoryfetch": HISTORY}
            form = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in fields.items())
            me.iq("set", f"<query xmlns='{MUC}#owner'><x xmlns='jabber:x:data' type='submit'>{form}</x></query>", self.room)

    def live(self):
        with self.client(self.name) as me:
            self.enter(me)
            while not self.world.is_over:
                self.say(me, self.random.randint(1, 20))

    @staticmethod
    def is_said(stanza):
        return stanza.tag == Client.ns("message") and stanza.get("type") == "groupchat"

    def enter(self, me):
        """XEP-0045 7.2.15: the history comes before the subject, and all that was said back since it begins is in it."""
        me.send(f"<presence to='{self.room}/{self.name}'><x xmlns='{MUC}'/></presence>")
        history = []
        while (text := me.wait(self.is_said).findtext(Client.ns("body"))) is not None:
            history.append(int(text))
        assert all(one < two for one, two in zip(history, history[1:])), f"out of order or repeated: {history}"
        begin = history[0] if len(history) >= HISTORY else 0
        self.missing.update({number for number in self.reflected if number >= begin} - set(history))
        self.entered += 1

    def say(self, me, count):
        awaited = [self.next + 1 + i for i in range(count)]
        self.next += count
        for number in awaited:
            me.message(self.room, str(number), "groupchat")
        try:
            for _ in awaited:
                self.take(me.wait(self.is_said))
        finally:
            for stanza in filter(self.is_said, me.received):
                self.take(stanza)

    def take(self, message):
        self.reflected.append(int(message.findtext(Client.ns("body"))))

    def look_again(self):
        with self.client(self.name) as me:
            self.enter(me)


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
