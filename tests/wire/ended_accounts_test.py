#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An account that is deleted while no server runs: the next start ends its rights in rooms and tells its contacts, once,
also when that start is killed (docs/decisions/0080)."""
import contextlib
import sqlite3
import unittest

from daemons import Server
from xmpp_client import Client, condition, text_of

ROSTER = "jabber:iq:roster"
OWNER = "http://jabber.org/protocol/muc#owner"
ROOM = "garden@conference.bioaster.org"
PASSWORD = "secret"


def befriend(one, other):
    """Both are there, and have asked for their rosters, so that they hear of it."""
    for client in (one, other):
        subscriptions(client)
        client.send("<presence/>")
    for asker, asked in ((one, other), (other, one)):
        asker.send(f"<presence to='{asked.jid.split('/')[0]}' type='subscribe'/>")
        asked.wait(lambda s: s.get("type") == "subscribe")
        asked.send(f"<presence to='{asker.jid.split('/')[0]}' type='subscribed'/>")
        asker.wait(lambda s: s.get("type") == "subscribed")


def subscriptions(client):
    answer = client.iq("get", f"<query xmlns='{ROSTER}'/>")
    return {item.get("jid"): item.get("subscription") for item in answer.iter(f"{{{ROSTER}}}item")}


class EndedAccounts(unittest.TestCase):
    def tombstones(self, server):
        with contextlib.closing(sqlite3.connect(f"file:{server.data / 'store.sqlite'}?mode=ro", uri=True)) as store:
            return store.execute("SELECT count(*) FROM record WHERE drawer = 'ended'").fetchone()[0]

    def deleted_offline(self, server):
        """Jean, who owns a room and is Anne's contact, is deleted while no server runs."""
        for name in ("jean.dupont", "anne.martin"):
            server.account_add(name, PASSWORD)
        with Client(server, "jean.dupont", PASSWORD) as jean, Client(server, "anne.martin", PASSWORD) as anne:
            befriend(jean, anne)
            jean.send(f"<presence to='{ROOM}/Jean'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
            jean.wait(lambda s: s.get("from") == ROOM and s.tag.endswith("message"))
            jean.iq("set", f"<query xmlns='{OWNER}'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
                    "http://jabber.org/protocol/muc#roomconfig</value></field><field var='muc#roomconfig_persistentroom'>"
                    "<value>1</value></field></x></query>", ROOM)
            self.assertEqual(subscriptions(anne), {"jean.dupont@bioaster.org": "both"})
        server.stop()
        server.command("account", "delete", "jean.dupont")
        self.assertGreater(self.tombstones(server), 0)

    def all_is_ended(self, server):
        with Client(server, "anne.martin", PASSWORD) as anne:
            self.assertEqual(subscriptions(anne), {"jean.dupont@bioaster.org": "none"})
        server.account_add("jean.dupont", "another")
        with Client(server, "jean.dupont", "another") as somebody:
            refused = somebody.ask("get", f"<query xmlns='{OWNER}'/>", ROOM)
            self.assertEqual(condition(refused), "forbidden", text_of(refused))

    def test_the_next_start(self):
        """XEP-0045 5.2, RFC 6121 2.5.2: what follows from the end is done at the next start, and not again."""
        with Server() as server:
            self.deleted_offline(server)
            server.start()
            self.all_is_ended(server)
            with Client(server, "jean.dupont", "another") as jean, Client(server, "anne.martin", PASSWORD) as anne:
                befriend(jean, anne)
            server.restart()
            with Client(server, "anne.martin", PASSWORD) as anne:
                self.assertEqual(subscriptions(anne), {"jean.dupont@bioaster.org": "both"})
            server.stop()
            self.assertEqual(self.tombstones(server), 0)
            server.start()

    def test_killed(self):
        """DESIGN 4.1: starts that are killed at once lose nothing of it."""
        with Server() as server:
            self.deleted_offline(server)
            for _ in range(3):
                server.start()
                server.kill()
            server.start()
            self.all_is_ended(server)


if __name__ == "__main__":
    unittest.main(verbosity=2)
