# SPDX-License-Identifier: MIT
"""What keeps a client's stream alive and small: RFC 6120 4.6 and XEP-0199 (is anybody there), XEP-0352 (nobody looks),
XEP-0478 (limits), and the stream's language (RFC 6120 8.1.5)."""
import unittest

from daemons import Server
from xmpp_client import CLIENT, SM, STREAM, Client

PASSWORD = "pencil"
JEAN, ANNE = "jean.dupont", "anne.durand"
LIMITS, CSI, PING = "{urn:xmpp:stream-limits:0}", "{urn:xmpp:csi:0}", "{urn:xmpp:ping}ping"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Keeping(unittest.TestCase):
    settings = ""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(settings=cls.settings))
        for name in (JEAN, ANNE):
            cls.server.account_add(name, PASSWORD)

    def client(self, name=None, *more):
        client = Client(self.server, name, PASSWORD, *more)
        self.addCleanup(client.close)
        return client

    def present(self, name):
        client = self.client(name)
        client.send("<presence/>")
        client.wait(lambda s: s.tag == f"{{{CLIENT}}}presence")
        return client


class Features(Keeping):
    settings = "limit-stanza=100K\nlimit-login-stanza=20000\nping-seconds=120"

    def limits(self, client):
        found = client.features.find(LIMITS + "limits")
        return {child.tag.removeprefix(LIMITS): child.text for child in found}

    def test_limits(self):
        """XEP-0478 3.1: the limits stand in the features, before login and after it."""
        client = self.client()
        self.assertEqual(self.limits(client), {"max-bytes": "20000"})
        client.login(JEAN, PASSWORD)
        self.assertEqual(self.limits(client), {"max-bytes": "102400", "idle-seconds": "120"})

    def test_client_state_is_offered_after_login(self):
        """XEP-0352 4.1: client state indication stands in the features once the client is authenticated."""
        client = self.client()
        self.assertIsNone(client.features.find(CSI + "csi"))
        client.login(JEAN, PASSWORD)
        self.assertIsNotNone(client.features.find(CSI + "csi"))

    def test_active_comes_before_what_follows(self):
        """XEP-0352 5.1: what was held back comes before the answer to what the client asks next."""
        other, jean = self.present(JEAN), self.present(JEAN)
        jean.send("<inactive xmlns='urn:xmpp:csi:0'/>")
        other.wait(lambda s: s.get("from") == jean.jid)
        jean.enable_management()
        jean.acknowledged()
        other.send("<presence><show>away</show></presence>")
        other.sync()
        jean.received.clear()
        jean.send("<active xmlns='urn:xmpp:csi:0'/><iq type='get' id='after'><ping xmlns='urn:xmpp:ping'/></iq>")
        first = jean.wait(lambda s: s.tag in (f"{{{CLIENT}}}presence", f"{{{CLIENT}}}iq"))
        self.assertEqual((first.get("from"), first.findtext(f"{{{CLIENT}}}show")), (other.jid, "away"))
        self.assertEqual(jean.wait().get("id"), "after")

    def test_language_of_the_stream(self):
        """RFC 6120 8.1.5: a stanza without xml:lang gets the stream's; one that has its own keeps it."""
        jean = self.present(JEAN)
        anne = Client(self.server)
        self.addCleanup(anne.close)
        anne._open = lambda: (anne.open(anne.domain, attributes="version='1.0' xml:lang='fr'"),
                              anne.wait(lambda s: s.tag == f"{{{STREAM}}}features"))[1]
        anne.login(ANNE, PASSWORD)
        anne.bind()
        anne.message(f"{JEAN}@{self.server.domain}", "bonjour")
        self.assertEqual(jean.wait_message("bonjour").get(LANG), "fr")
        anne.send(f"<message to='{JEAN}@{self.server.domain}' type='chat' xml:lang='de'><body>hallo</body></message>")
        self.assertEqual(jean.wait_message("hallo").get(LANG), "de")
        jean.message(f"{JEAN}@{self.server.domain}", "none")
        self.assertIsNone(jean.wait_message("none").get(LANG))


class Silence(Keeping):
    settings = "ping-seconds=1"

    def test_ping(self):
        """RFC 6120 4.6.4, XEP-0199 4.1: a silent client is asked, and stays when it answers."""
        jean = self.present(JEAN)
        for _ in range(2):
            ping = jean.wait(lambda s: s.find(PING) is not None)
            self.assertEqual((ping.get("type"), ping.get("from"), ping.get("to")), ("get", self.server.domain, jean.jid))
            jean.send(f"<iq type='result' id='{ping.get('id')}' to='{self.server.domain}'/>")
        jean.sync()

    def test_whitespace(self):
        """RFC 6120 4.6.1: whitespace is heard as life, and is no stanza."""
        jean = self.present(JEAN)
        jean.enable_management()
        jean.wait(lambda s: s.find(PING) is not None)
        jean.send(" ")
        jean.wait(lambda s: s.find(PING) is not None)
        jean.send("\n")
        self.assertEqual(jean.acknowledged(), 0)

    def test_no_answer(self):
        """RFC 6120 4.6.2, 4.6.4, 4.9.3.4: the stream of one who does not answer is broken: connection-timeout, and others learn that he
        is gone."""
        jean = self.present(JEAN)
        self.assertEqual(jean.wait_closed(), ["connection-timeout"])

    def test_no_answer_and_resumed(self):
        """XEP-0198 5: a connection that was found dead can be resumed."""
        jean = self.client(JEAN)
        jean.send(f"<enable xmlns='{SM}' resume='true'/>")
        ident = jean.wait(lambda s: s.tag == f"{{{SM}}}enabled").get("id")
        jean.management.answers_requests = False
        jean.wait_closed()
        again = self.client()
        again.login(JEAN, PASSWORD)
        again.send(f"<resume xmlns='{SM}' previd='{ident}' h='0'/>")
        self.assertEqual(again.wait(lambda s: s.tag.startswith(f"{{{SM}}}")).tag, f"{{{SM}}}resumed")

    def test_never_bound(self):
        """DESIGN 4.3: who logs in and then says nothing is ended."""
        client = self.client()
        client.login(JEAN, PASSWORD)
        self.assertEqual(client.wait_closed(), ["connection-timeout"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
