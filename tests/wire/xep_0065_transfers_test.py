# SPDX-License-Identifier: MIT
"""XEP-0065: what an administrator finds in the log about files between two clients."""
import hashlib
import unittest

from daemons import Server
from xmpp_client import Client

STREAMS = "http://jabber.org/protocol/bytestreams"
JEAN, ANNE = "jean.dupont@bioaster.org/bureau", "anne.martin@bioaster.org/poste"
REFUSAL = "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"


def id_of(session):
    return "id " + hashlib.sha1((session + JEAN + ANNE).encode()).hexdigest()


class Transfers(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server())
        for name in ("jean.dupont", "anne.martin"):
            self.server.account_add(name, "secret")
        self.jean = self.enterContext(Client(self.server, "jean.dupont", "secret", "bureau"))
        self.anne = self.enterContext(Client(self.server, "anne.martin", "secret", "poste"))

    def offer(self, session, hosts="<streamhost jid='proxy.bioaster.org' host='10.0.0.1' port='7777'/>"):
        self.jean.send(f"<iq type='set' id='{session}' to='{ANNE}'><query xmlns='{STREAMS}' sid='{session}'>{hosts}</query></iq>")
        self.anne.wait(lambda s: s.get("id") == session)

    def refuse(self, session):
        self.anne.send(f"<iq type='error' id='{session}' to='{JEAN}'>{REFUSAL}</iq>")
        self.jean.wait(lambda s: s.get("id") == session)

    def lines(self, text):
        return [line for line in self.server.daemon.log if text in line]

    def test_what_is_offered_and_refused_has_the_id_of_the_bytestream(self):
        self.offer("s1")
        self.server.daemon.wait_for_log(f"{id_of('s1')}: {JEAN} to {ANNE}, offered: proxy.bioaster.org at 10.0.0.1$")
        self.refuse("s1")
        self.server.daemon.wait_for_log(f"{id_of('s1')}: {ANNE} reached nothing of that: item-not-found$")
        self.refuse("s1")  # which answers nothing any more
        self.jean.send(f"<iq type='set' id='i' to='{ANNE}'><open xmlns='http://jabber.org/protocol/ibb' sid='s1' block-size='4096'/></iq>")
        self.server.daemon.wait_for_log(f"{id_of('s1')}: {JEAN} to {ANNE}, through this server$")
        self.assertEqual(len(self.lines("reached nothing")), 1)

    def test_a_proxy_that_refuses_is_named(self):
        self.jean.send(f"<iq type='set' id='a' to='pubsub.bioaster.org'><query xmlns='{STREAMS}' sid='s1'><activate>{ANNE}</activate>"
                       "</query></iq>")
        self.server.daemon.wait_for_log(f"{id_of('s1')}: pubsub.bioaster.org did not start it: service-unavailable$")

    def test_twenty_questions_of_a_client_are_kept(self):
        for number in range(21):
            self.offer(f"s{number}")
        self.refuse("s0")
        self.refuse("s1")
        self.server.daemon.wait_for_log(f"{id_of('s1')}: {ANNE} reached nothing")
        self.assertEqual(self.lines(id_of("s0") + f": {ANNE}"), [])

    def test_a_client_that_offers_without_end_does_not_fill_the_log(self):
        for number in range(100):
            self.offer(f"s{number}")
        self.jean.sync()
        self.assertTrue(60 <= len(self.lines("offered: ")) < 90, len(self.lines("offered: ")))

    def test_of_many_addresses_five_are_written_each_at_most_255_bytes_long(self):
        self.offer("s1", f"<streamhost jid='p.org' host='{'h' * 256}' port='1'/>" * 6)
        line = self.server.daemon.wait_for_log(f"{id_of('s1')}: .*, offered: (.*)$")[1]
        self.assertEqual(line, ", ".join(["p.org at " + "h" * 255] * 5))


if __name__ == "__main__":
    unittest.main()
