# SPDX-License-Identifier: MIT
"""What clients of a server with a bad disk were promised: each thing they ask for is accepted, or refused with an error that
says 'later'; what was accepted must be there after a kill."""
from actors import HISTORY, MUC, PASSWORD
from xmpp_client import Client, condition

SENDER, ABSENT, KEEPER, SPEAKER, BYSTANDER = "anna.ferrat", "fanny.ardant", "gaston.phebus", "helene.boucher", "igor.wagner"
EVERYBODY = [SENDER, ABSENT, KEEPER, SPEAKER, BYSTANDER]


class Ledger:
    """Chats to somebody absent, messages in a room, contacts, accounts, each numbered in one sequence."""

    def __init__(self, server):
        self.server, self.number = server, 0
        self.room = f"salle@conference.{server.domain}"
        self.accepted = {"chat": [], "room": [], "contact": [], "account": []}
        self.refused = {}  # condition: how often
        self.delivered = set()  # chats that were fetched, which come only once
        self.sender = self.keeper = self.speaker = None

    def __enter__(self):
        self.connect()
        with_history = {"FORM_TYPE": f"{MUC}#roomconfig", "muc#roomconfig_persistentroom": 1, "muc#maxhistoryfetch": HISTORY}
        form = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in with_history.items())
        self.speaker.iq("set", f"<query xmlns='{MUC}#owner'><x xmlns='jabber:x:data' type='submit'>{form}</x></query>", self.room)
        return self

    def __exit__(self, kind, value, traceback):
        self.disconnect()

    def connect(self):
        self.disconnect()
        self.sender, self.keeper = (Client(self.server, name, PASSWORD) for name in (SENDER, KEEPER))
        self.sender.enable_management()
        self.enter()

    def disconnect(self):
        for client in (self.sender, self.keeper, self.speaker):
            if client:
                client.close()

    def enter(self):
        """What the room's history shows."""
        if self.speaker:
            self.speaker.close()
        self.speaker = Client(self.server, SPEAKER, PASSWORD)
        self.speaker.send(f"<presence to='{self.room}/{SPEAKER}'><x xmlns='{MUC}'/></presence>")
        history = []
        while (text := self.speaker.wait(self.is_said).findtext(Client.ns("body"))) is not None:
            history.append(int(text.split()[0]))
        return history

    @staticmethod
    def is_said(stanza):
        return stanza.tag == Client.ns("message") and stanza.get("type") == "groupchat"

    def next(self):
        self.number += 1
        return self.number

    def refuse(self, answer):
        error = answer.find(Client.ns("error"))
        key = f"{condition(answer)} ({error.get('type')})"
        self.refused[key] = self.refused.get(key, 0) + 1

    def chats(self, count, ballast=0):
        numbers = [self.next() for _ in range(count)]
        for number in numbers:
            self.sender.send(f"<message to='{ABSENT}@{self.server.domain}' type='chat' id='{number}'>"
                             f"<body>{number} {'x' * ballast}</body></message>")
        self.sender.acknowledged()
        self.sender.sync()  # what was refused is told right behind <a/>
        errors = {int(m.get("id")): m for m in self.sender.received if m.get("type") == "error"}
        self.sender.received.clear()
        for number in numbers:
            if number in errors:
                self.refuse(errors[number])
            else:
                self.accepted["chat"].append(number)

    def say(self):
        number = self.next()
        self.speaker.send(f"<message to='{self.room}' type='groupchat' id='{number}'><body>{number}</body></message>")
        answer = self.speaker.wait(lambda s: s.tag == Client.ns("message") and s.get("id") == str(number))
        self.note("room", number, answer)

    def add_contact(self):
        number = self.next()
        item = f"<item jid='contact{number}@{self.server.domain}'/>"
        self.note("contact", number, self.keeper.ask("set", f"<query xmlns='jabber:iq:roster'>{item}</query>"))

    def register(self):
        number = self.next()
        with Client(self.server) as stranger:
            query = f"<username>{self.account(number)}</username><password>{PASSWORD}</password>"
            self.note("account", number, stranger.ask("set", f"<query xmlns='jabber:iq:register'>{query}</query>"))

    @staticmethod
    def account(number):
        return "nouveau." + "".join(chr(ord("a") + int(digit)) for digit in str(number))

    def note(self, kind, number, answer):
        if answer.get("type") == "error":
            self.refuse(answer)
        else:
            self.accepted[kind].append(number)

    def all_kinds(self):
        self.chats(5)
        for act in (self.say, self.add_contact, self.register):
            act()

    def count(self):
        return sum(map(len, self.accepted.values()))

    def found(self):
        """The same as `accepted`, as the server has it now; what was refused may be among it."""
        with Client(self.server, ABSENT, PASSWORD) as absent:
            absent.send("<presence/>")
            chats = [max(self.delivered, default=0)]
            while chats[-1] < max(self.accepted["chat"]):
                chats.append(int(absent.wait_message().findtext(Client.ns("body")).split()[0]))
            self.delivered.update(chats)
        assert all(a < b for a, b in zip(chats, chats[1:])), f"out of order or repeated: {chats}"
        with Client(self.server, KEEPER, PASSWORD) as keeper:
            jids = [item.get("jid") for item in keeper.iq("get", "<query xmlns='jabber:iq:roster'/>")[0]]
        accounts = self.server.command("account", "list").split()
        return {"chat": self.delivered, "room": set(self.enter()),
                "contact": {n for n in range(self.number + 1) if f"contact{n}@{self.server.domain}" in jids},
                "account": {n for n in range(self.number + 1) if f"{self.account(n)}@{self.server.domain}" in accounts}}

    def lost(self):
        found = self.found()
        return {kind: sorted(set(numbers) - found[kind]) for kind, numbers in self.accepted.items()}
