# SPDX-License-Identifier: MIT
"""XEP-0114: external components, which join on a port of their own with a secret."""
import hashlib
import unittest

from daemons import Server
from xmpp_client import Client, XmlStream, condition, text_of

ACCEPT = "jabber:component:accept"
HOST, JEAN, PASSWORD = "echo.bioaster.org", "jean.dupont", "pencil"
PING = "<ping xmlns='urn:xmpp:ping'/>"


class Component(XmlStream):
    def __init__(self, server, host=HOST, secret=None):
        super().__init__((server.host, server.component_port))
        self.begin = self.open(host, ACCEPT)
        if secret is not None:
            self.join(secret)

    def join(self, secret):
        digest = hashlib.sha1((self.begin["id"] + secret).encode()).hexdigest()
        self.send(f"<handshake>{digest}</handshake>")
        self.wait(lambda s: s.tag == f"{{{ACCEPT}}}handshake")


class Components(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.secret = cls.server.component_secret
        cls.server.account_add(JEAN, PASSWORD)

    def component(self, host=HOST, secret=None):
        component = Component(self.server, host, self.secret if secret is None else secret)
        self.addCleanup(component.close)
        return component

    def stranger(self, host=HOST):
        stranger = Component(self.server, host)
        self.addCleanup(stranger.close)
        return stranger

    def jean(self):
        jean = Client(self.server, JEAN, PASSWORD)
        self.addCleanup(jean.close)
        return jean

    def test_join(self):
        """XEP-0114 3: the header comes back with the component's host and an id; the right digest is answered."""
        component = self.component()
        self.assertEqual(component.begin["from"], HOST)
        self.assertTrue(component.begin["id"])

    def test_wrong_secret(self):
        """XEP-0114 3: a wrong digest is not-authorized, and the host stays free."""
        for digest in ("0" * 40, "", hashlib.sha1(self.secret.encode()).hexdigest()):
            stranger = self.stranger()
            stranger.send(f"<handshake>{digest}</handshake>")
            self.assertEqual(stranger.wait_closed(), ["not-authorized"])
        self.component()

    def test_stanza_before_the_handshake(self):
        """XEP-0114 3: nothing is taken from a component before its handshake."""
        stranger = self.stranger()
        stranger.send(f"<message from='{HOST}' to='{JEAN}@bioaster.org'><body>free</body></message>")
        self.assertEqual(stranger.wait_closed(), ["not-authorized"])
        jean = self.jean()
        jean.send("<presence/>")
        self.assertFalse([s for s in jean.received if s.tag.endswith("message")])

    def test_taken_host(self):
        """XEP-0114 3: a host that another component serves is a conflict; the first one stays."""
        component = self.component()
        self.assertEqual(self.stranger_closed(HOST), ["conflict"])
        self.assertEqual(self.stranger_closed(HOST.upper()), ["conflict"])
        self.jean().send(f"<message to='{HOST}'><body>still you?</body></message>")
        self.assertEqual(component.wait().findtext(f"{{{ACCEPT}}}body"), "still you?")

    def stranger_closed(self, host):
        return self.stranger(host).wait_closed()

    def test_hosts_of_our_own(self):
        """XEP-0114 3: the server's own domain and its rooms are no component's."""
        self.assertIn(self.stranger_closed("bioaster.org"), (["conflict"], ["host-unknown"]))
        self.assertEqual(self.stranger_closed("conference.bioaster.org"), ["conflict"])

    def test_namespace(self):
        """RFC 6120 4.9.3.10: a client's or server's stream on the component's port is invalid-namespace."""
        for namespace in ("jabber:client", "jabber:component:connect"):
            stream = XmlStream((self.server.host, self.server.component_port))
            self.addCleanup(stream.close)
            stream.open(HOST, namespace)
            self.assertEqual(stream.wait_closed(), ["invalid-namespace"])

    def test_there_and_back(self):
        """XEP-0114 1: a component is asked like any host, and its answer finds the way back."""
        component, jean = self.component(), self.jean()
        for to in (HOST, f"anything@{HOST}/at all"):
            jean.send(f"<iq type='get' id='q1' to='{to}'>{PING}</iq>")
            asked = component.wait()
            self.assertEqual((asked.tag, asked.get("from"), asked.get("to")), (f"{{{ACCEPT}}}iq", jean.jid, to))
            component.send(f"<iq type='result' id='q1' from='{to}' to='{jean.jid}'/>")
            answer = jean.wait()
            self.assertEqual((answer.get("type"), answer.get("from")), ("result", to))

    def test_asks_the_server(self):
        """XEP-0114 1: a component may ask the server and accounts; its users may be any names below its host."""
        component = self.component()
        component.send(f"<iq type='get' id='1' from='{HOST}' to='bioaster.org'>{PING}</iq>")
        self.assertEqual(component.wait().get("type"), "result")
        component.send(f"<iq type='get' id='2' from='user@{HOST}' to='nobody@bioaster.org'><query xmlns='jabber:iq:last'/></iq>")
        answer = component.wait()
        self.assertEqual((answer.get("id"), answer.get("type"), answer.get("to")), ("2", "error", f"user@{HOST}"))

    def test_messages_to_users(self):
        """DESIGN 4.1: a component's message to one who is away waits for him."""
        component = self.component()
        component.send(f"<message type='chat' from='bot@{HOST}' to='{JEAN}@bioaster.org'><body>later</body></message>")
        component.send(f"<iq type='get' id='fence' from='{HOST}' to='bioaster.org'>{PING}</iq>")
        component.wait()
        jean = self.jean()
        jean.send("<presence/>")
        self.assertEqual(jean.wait_message("later").get("from"), f"bot@{HOST}")

    def test_another_sender(self):
        """XEP-0114 3: a stanza in another's name, or in nobody's, ends the stream with invalid-from."""
        for sender in ("bioaster.org", f"{JEAN}@bioaster.org", "other.bioaster.org", ""):
            component = self.component()
            claim = f"from='{sender}'" if sender else ""
            component.send(f"<message {claim} to='{JEAN}@bioaster.org'><body>not me</body></message>")
            self.assertEqual(component.wait_closed(), ["invalid-from"], sender)

    def test_without_address(self):
        """RFC 6120 4.9.3.7: a component's stanza without 'to' is improper-addressing."""
        component = self.component()
        component.send(f"<message from='{HOST}'><body>to whom?</body></message>")
        self.assertEqual(component.wait_closed(), ["improper-addressing"])

    def test_a_component_that_is_gone(self):
        """RFC 6120 10.4: without its component a host is not found; when it joins again it is."""
        component, jean = self.component(), self.jean()
        component.close()
        self.assertEqual(condition(jean.ask("get", PING, HOST)), "remote-server-not-found")
        again = self.component()
        jean.send(f"<iq type='get' id='again' to='{HOST}'>{PING}</iq>")
        self.assertEqual(again.wait().get("id"), "again")

    def test_malformed(self):
        """RFC 6120 4.9.3.13, 4.9.3.24: what is no XML or no stanza ends a component's stream."""
        for words, expected in (("<a></b>", "not-well-formed"), ("<stream2/>", "unsupported-stanza-type")):
            component = self.component()
            component.send(words)
            self.assertEqual(component.wait_closed(), [expected])

    def test_malformed_stanza(self):
        """RFC 6120 8.3.3.1: a stanza that cannot be understood is answered, like a client's."""
        component = self.component()
        component.send(f"<iq type='question' id='w' from='{HOST}' to='bioaster.org'>{PING}</iq>")
        answer = component.wait()
        self.assertEqual((answer.get("id"), answer.get("type")), ("w", "error"), text_of(answer))

    def test_shutdown_and_return(self):
        """RFC 6120 4.9.3.20: SIGTERM ends components with system-shutdown; after a restart they join again."""
        component = self.component()
        self.server.restart()
        self.assertEqual(component.wait_closed(), ["system-shutdown"])
        self.component()


if __name__ == "__main__":
    unittest.main(verbosity=2)
