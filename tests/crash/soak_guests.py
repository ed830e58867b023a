# SPDX-License-Identifier: MIT
"""The clients of a soak: each comes, enters its room, talks to others, whether they are there or not, sends files, and goes,
one in ten without a word. What it said and heard is counted."""
import collections
import hashlib
import os
import random
import socket
import threading
import time
import traceback

from xmpp_client import Client, Silent

PASSWORD = "pencil"
GUESTS_OF_A_ROOM = 20
MUC, MAM, RSM = "http://jabber.org/protocol/muc", "urn:xmpp:mam:2", "http://jabber.org/protocol/rsm"
BYTESTREAMS = "http://jabber.org/protocol/bytestreams"
SECONDS = 120  # a bound: two thousand clients share the machine with what they test
MOST_FILE_BYTES = 500_000
BODY, DELAY = "{jabber:client}body", "{urn:xmpp:delay}delay"


def name_of(number):
    """As account-pattern wants it."""
    return "guest." + "".join(chr(ord("a") + int(digit)) for digit in str(number))


class Rooms:
    """Made before anybody comes; they keep an archive."""

    def __init__(self, server, count):
        self.server = server
        self.jids = [f"salle{number}@conference.{server.domain}" for number in range(max(1, count))]

    def make(self):
        with Client(self.server, "guest.watcher", PASSWORD) as me:
            fields = {"FORM_TYPE": f"{MUC}#roomconfig", "muc#roomconfig_persistentroom": 1, "muc#roomconfig_enablelogging": 1,
                      "muc#maxhistoryfetch": 10}
            form = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in fields.items())
            for jid in self.jids:
                me.send(f"<presence to='{jid}/watcher'><x xmlns='{MUC}'/></presence>")
                me.iq("set", f"<query xmlns='{MUC}#owner'><x xmlns='jabber:x:data' type='submit'>{form}</x></query>", jid)
                me.send(f"<presence to='{jid}/watcher' type='unavailable'/>")
            me.sync()

    def archived(self, me):
        return sum(archived(me, jid) for jid in self.jids)


def archived(me, jid=None):
    """How many messages an archive holds (XEP-0313, XEP-0059 2.7)."""
    fin = me.iq("set", f"<query xmlns='{MAM}'><set xmlns='{RSM}'><max>0</max></set></query>", jid)[0]
    return int(fin.findtext(f"{{{RSM}}}set/{{{RSM}}}count"))


class GuestClient(Client):
    """Takes what comes at once, whatever it is waiting for."""

    def __init__(self, guest, named=True):
        self.guest = guest
        words = (guest.name, PASSWORD) if named else ()
        super().__init__(guest.server, *words, seconds=SECONDS, source=guest.source)

    def arrived(self, element):
        if super().arrived(element):
            return True
        if element.tag == self.ns("message"):
            self.guest.takes(element)
            return True
        if element.tag == self.ns("iq") and element.get("type") == "set":  # a file is offered: by the proxy, please
            self.send(f"<iq type='result' id='{element.get('id')}' to='{element.get('from')}'/>")
            return True
        return element.tag == self.ns("presence")

    def reads(self, seconds, is_done=lambda: False):
        """What comes in so long, at most until `is_done`."""
        deadline = time.monotonic() + seconds
        while not is_done():
            try:
                self._read(deadline)
            except Silent:
                return
            assert not self.is_closed, f"the stream of {self.guest.name} ended: {[e[0].tag for e in self.errors]}"


class Guest(threading.Thread):
    def __init__(self, crowd_, number, clients):
        super().__init__(name=name_of(number), daemon=True)
        self.crowd, self.server, self.number, self.clients = crowd_, crowd_.server, number, clients
        self.source = f"127.3.{crowd_.number}.1"
        self.room = f"salle{number % max(1, clients // GUESTS_OF_A_ROOM)}@conference.{self.server.domain}"
        self.random = random.Random(number)
        self.counts = collections.Counter()
        self.heard, self.reflected = set(), set()  # (sender, number): what came again counts once
        self.is_ended = False

    def run(self):
        try:
            with self.crowd.door, GuestClient(self, named=False) as me:
                me.register(self.name, PASSWORD)
            self.crowd.has_registered(self)
            self.crowd.over.wait(self.random.random() * min(60, self.clients / 20))  # not all through one door
            while not self.crowd.over.is_set():
                self.visit()
                self.crowd.over.wait(self.random.random() * 20)
        except BaseException:
            self.crowd.failed(f"{self.name}: {traceback.format_exc()}")

    def visit(self):
        """One coming and going, of a minute or two."""
        self.counts["visits"] += 1
        end = time.monotonic() + self.random.uniform(30, 150)
        with GuestClient(self) as me:
            me.enable_management()
            me.send(f"<presence/><presence to='{self.room}/{self.name}'><x xmlns='{MUC}'/></presence>")
            me.sync()
            with self.crowd.present(self.name, me.jid):
                while time.monotonic() < end and not self.crowd.over.is_set():
                    self.act(me)
                    me.reads(self.random.uniform(1, 20))
            said = self.counts["said"]
            me.reads(SECONDS, lambda: len(self.reflected) == said)
            me.acknowledged()  # all of it: <a/> waits for the disk
            if self.random.random() < 0.1:
                me.abort()

    def act(self, me):
        what = self.random.random()
        if what < 0.5:
            self.counts["chats"] += 1
            other = (self.number + self.random.randrange(1, self.clients)) % self.clients
            me.message(f"{name_of(other)}@{self.server.domain}", f"{self.name} {self.counts['chats']}")
        elif what < 0.9:
            self.counts["said"] += 1
            me.message(self.room, f"{self.name} {self.counts['said']}", "groupchat")
        else:
            self.send_file(me)

    def takes(self, message):
        body = message.findtext(BODY)
        if message.get("type") == "error":
            raise AssertionError(f"{self.name}: an error for {body} from {message.get('from')}")
        if body is None:
            return
        if body == "end":
            self.is_ended = True
        elif message.get("type") != "groupchat":
            self.heard.add(body)
        elif message.get("from") == f"{self.room}/{self.name}" and message.find(DELAY) is None:
            assert body not in self.reflected, f"{body} came back twice"
            self.reflected.add(body)

    def send_file(self, me):
        """XEP-0065 through the proxy, both ends played here; the other client only says that it took the offer."""
        to = self.crowd.somebody_but(self.name)
        if to is None:
            return
        proxy, sid = f"proxy.{self.server.domain}", f"{self.name}-{self.counts['files']}"
        host = me.iq("get", f"<query xmlns='{BYTESTREAMS}'/>", proxy)[0][0]
        offer = f"<query xmlns='{BYTESTREAMS}' sid='{sid}'><streamhost jid='{proxy}' host='{host.get('host')}' port='{host.get('port')}'/></query>"
        if me.ask("set", offer, to).get("type") == "error":
            return  # gone meanwhile
        digest = hashlib.sha1((sid + me.jid + to).encode()).hexdigest()
        content = os.urandom(self.random.randrange(1, MOST_FILE_BYTES))
        with self.joined(host, digest) as target, self.joined(host, digest) as initiator:
            me.iq("set", f"<query xmlns='{BYTESTREAMS}' sid='{sid}'><activate>{to}</activate></query>", proxy)
            sender = threading.Thread(target=lambda: (initiator.sendall(content), initiator.shutdown(socket.SHUT_WR)))
            sender.start()
            got = b"".join(iter(lambda: target.recv(65536), b""))
            sender.join()
        assert got == content, f"{sid}: {len(got)} of {len(content)} bytes"
        self.counts.update({"files": 1, "bytes": len(content), "bytes received": len(got)})

    @staticmethod
    def joined(host, digest):
        one = socket.create_connection((host.get("host"), int(host.get("port"))), timeout=SECONDS)
        one.sendall(b"\5\1\0")
        assert one.recv(2, socket.MSG_WAITALL) == b"\5\0"
        one.sendall(b"\5\1\0\3\x28" + digest.encode() + b"\0\0")
        assert one.recv(47, socket.MSG_WAITALL)[:2] == b"\5\0"
        return one

    def comes_to_an_end(self):
        """Once more, for what came meanwhile: the last of it is a message of its own."""
        with GuestClient(self) as me:
            self.counts["archived"] = archived(me)
            me.enable_management()
            me.message(f"{self.name}@{self.server.domain}", "end")
            me.sync()
            me.send("<presence/>")
            me.reads(SECONDS, lambda: self.is_ended)
            assert self.is_ended, f"{self.name}: the last message did not come"
        self.counts.update({"chats received": len(self.heard), "reflected": len(self.reflected)})


class Crowd:
    """The guests of one process, and which of them are there."""

    def __init__(self, server, number, share):
        self.server, self.number, self.share = server, number, share
        self.begin, self.over = threading.Event(), threading.Event()
        self.door = threading.Semaphore(8)  # the server refuses too many registrations at a time
        self.lock, self.registered, self.there, self.failures = threading.Lock(), 0, {}, []
        self.random = random.Random(number)

    def has_registered(self, guest):
        """Returns when all have: what is said to a name that nobody has is let go."""
        with self.lock:
            self.registered += 1
        self.begin.wait()

    def is_registered(self):
        return self.registered == self.share

    def wait(self, is_done):
        """Until it is so, or somebody has failed."""
        while not is_done() and not self.failures:
            time.sleep(0.2)

    def present(self, name, jid):
        return Presence(self, name, jid)

    def somebody_but(self, name):
        with self.lock:
            others = [jid for other, jid in self.there.items() if other != name]
        return self.random.choice(others) if others else None

    def failed(self, text):
        with self.lock:
            self.failures.append(text)


class Presence:
    def __init__(self, crowd_, name, jid):
        self.crowd, self.name, self.jid = crowd_, name, jid

    def __enter__(self):
        with self.crowd.lock:
            self.crowd.there[self.name] = self.jid

    def __exit__(self, kind, value, traceback_):
        with self.crowd.lock:
            del self.crowd.there[self.name]


def crowd(server, number, share, clients, over, together, told):
    """A process with `share` of the `clients`; tells what they counted, or the first failure. `together`: the barrier at which
    the processes wait for each other."""
    threading.stack_size(512 * 1024)
    here = Crowd(server, number, share)
    guests = [Guest(here, number * share + index, clients) for index in range(share)]
    for guest in guests:
        guest.start()
    counts = collections.Counter()
    try:
        here.wait(here.is_registered)
        together.wait(3 * SECONDS if not here.failures else 0)
        here.begin.set()
        here.wait(over.is_set)
        here.over.set()
        here.wait(lambda: not any(guest.is_alive() for guest in guests))
        together.wait(3 * SECONDS if not here.failures else 0)  # nobody says anything any more
        for guest in guests:
            guest.comes_to_an_end()
            counts.update(guest.counts)
    except BaseException:
        here.failed(traceback.format_exc())
    told.put(here.failures[0] if here.failures else counts)
