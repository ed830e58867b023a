# SPDX-License-Identifier: MIT
"""RFC 6120 7, 8 and 10: binding a resource, and stanzas as the server takes them from a client."""
import base64
import hashlib
import unittest

from daemons import Server
from xmpp_client import BIND, CLIENT, Client, Refused, condition, text_of

JEAN, ANNE, PASSWORD = "jean.dupont", "anne.martin", "pencil"
DOMAIN = "bioaster.org"
MESSAGE, BODY = f"{{{CLIENT}}}message", f"{{{CLIENT}}}body"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Stanzas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(settings="limit-sessions-per-account=5"))
        for name in (JEAN, ANNE):
            cls.server.account_add(name, PASSWORD)

    def client(self, name=JEAN, resource="", bound=True):
        client = Client(self.server, *([name, PASSWORD, resource] if bound else []))
        self.addCleanup(client.close)
        if not bound:
            client.login(name, PASSWORD)
        return client


class Binding(Stanzas):
    def test_features(self):
        """RFC 6120 7.4, XEP-0198 3, RFC 6121 2.6.1, 3.4.1: after login bind, stream management, roster versions and approval in
        advance are offered."""
        names = [child.tag for child in self.client(bound=False).features]
        for wanted in (f"{{{BIND}}}bind", "{urn:xmpp:sm:3}sm", "{urn:xmpp:features:rosterver}ver", "{urn:xmpp:features:pre-approval}sub",
                       "{urn:ietf:params:xml:ns:xmpp-session}session"):
            self.assertIn(wanted, names)

    def test_capabilities(self):
        """XEP-0115 6.3: after login the features hold the server's <c/>; node#ver asked of it answers with that version."""
        client = self.client(bound=False)
        caps = client.features.find("{http://jabber.org/protocol/caps}c")
        self.assertEqual(caps.get("hash"), "sha-1")
        client.bind("desk")
        info = "http://jabber.org/protocol/disco#info"
        query = client.iq("get", f"<query xmlns='{info}' node='{caps.get('node')}#{caps.get('ver')}'/>", DOMAIN)
        identities = sorted("/".join(one.get(key) or "" for key in ("category", "type", LANG, "name"))
                            for one in query.iter(f"{{{info}}}identity"))
        features = sorted(feature.get("var") for feature in query.iter(f"{{{info}}}feature"))
        text = "".join(part + "<" for part in identities + features)
        self.assertEqual(caps.get("ver"), base64.b64encode(hashlib.sha1(text.encode()).digest()).decode())

    def test_resource_of_the_server(self):
        """RFC 6120 7.6.1: without a wish the server makes a resource, each time another."""
        first, second = self.client(), self.client()
        self.assertRegex(first.jid, rf"^{JEAN}@{DOMAIN}/.+")
        self.assertNotEqual(first.jid, second.jid)

    def test_resource_of_the_client(self):
        """RFC 6120 7.7.1: the client's wish is granted, with any characters that RFC 7622 3.4 allows."""
        for resource in ("balcony", "PC de Zoé (étage 2)", "<&'\""):
            self.assertEqual(self.client(resource=resource).jid, f"{JEAN}@{DOMAIN}/{resource}")

    def test_bad_resource(self):
        """RFC 6120 7.7.2.1: a resource that cannot be is a bad-request, and another try is welcome."""
        client = self.client(bound=False)
        for wrong in ("a" * 1024, "a&#x85;b"):
            answer = client.ask("set", f"<bind xmlns='{BIND}'><resource>{wrong}</resource></bind>")
            self.assertEqual(condition(answer), "bad-request")
        self.assertEqual(client.bind("good"), f"{JEAN}@{DOMAIN}/good")

    def test_the_same_resource_again(self):
        """RFC 6120 4.9.3.3, 7.7.2.2: a second client with the same resource replaces the first, which hears conflict."""
        first = self.client(resource="desk")
        second = self.client(resource="desk")
        self.assertEqual(first.wait_closed(), ["conflict"])
        self.assertEqual(second.jid, f"{JEAN}@{DOMAIN}/desk")
        second.send("<presence/>")
        self.client(ANNE).message(f"{JEAN}@{DOMAIN}/desk", "still here?")
        second.wait_message("still here?")

    def test_too_many_clients(self):
        """RFC 6120 7.6.2.1: above the limit of clients per account binding answers resource-constraint."""
        clients = [self.client(ANNE) for _ in range(5)]
        with self.assertRaises(Refused) as refused:
            self.client(ANNE)
        self.assertEqual(condition(refused.exception.element), "resource-constraint")
        self.assertEqual(self.client(ANNE, clients[0].jid.partition("/")[2]).jid, clients[0].jid)

    def test_stanza_before_bind(self):
        """RFC 6120 7.1: a client without a resource may not send stanzas: not-authorized."""
        for stanza in ("<presence/>", f"<message to='{JEAN}@{DOMAIN}'/>",
                       "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"):
            client = self.client(bound=False)
            client.send(stanza)
            self.assertEqual(client.wait_closed(), ["not-authorized"], stanza)

    def test_binding_twice(self):
        """RFC 6120 7.1: one resource for one stream; a second request is answered by an error."""
        client = self.client()
        self.assertEqual(client.ask("set", f"<bind xmlns='{BIND}'/>").get("type"), "error")
        client.sync()

    def test_session(self):
        """RFC 3921 3: the session that older clients ask for is answered."""
        self.client().iq("set", "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>")


class FromClients(Stanzas):
    def test_sender_is_stamped(self):
        """RFC 6120 8.1.2.1: the server says who sent it: the full address, also where the client named its account."""
        jean, anne = self.client(), self.client(ANNE)
        anne.send("<presence/>")
        anne.sync()
        for claim in ("", f"from='{JEAN}@{DOMAIN}'", f"from='{jean.jid}'"):
            jean.send(f"<message {claim} to='{anne.jid}' type='chat'><body>hello</body></message>")
            self.assertEqual(anne.wait_message("hello").get("from"), jean.jid)

    def test_another_sender(self):
        """RFC 6120 4.9.3.9, 8.1.2.1: who speaks for another, or another of his own resources, is invalid-from."""
        for claim in (f"{ANNE}@{DOMAIN}", DOMAIN, f"{JEAN}@{DOMAIN}/elsewhere", "@@", ""):
            jean = self.client()
            jean.send(f"<message from='{claim}' to='{ANNE}@{DOMAIN}'><body>I am you</body></message>")
            self.assertEqual(jean.wait_closed(), ["invalid-from"], claim)

    def test_what_is_no_stanza(self):
        """RFC 6120 4.9.3.24: other elements on a bound stream are unsupported-stanza-type."""
        for other in ("<news/>", "<message xmlns='jabber:server'/>", "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
                      "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"):
            jean = self.client()
            jean.send(other)
            self.assertEqual(jean.wait_closed(), ["unsupported-stanza-type"], other)

    def test_malformed_stanzas(self):
        """RFC 6120 8.2.3, 8.3.3.1, 8.3.3.8: malformed stanzas are answered by an error to their id, and the stream lives."""
        ping = "<ping xmlns='urn:xmpp:ping'/>"
        for number, (stanza, expected) in enumerate((
                (f"<iq type='question' id='%s'>{ping}</iq>", "bad-request"),
                (f"<iq id='%s'>{ping}</iq>", "bad-request"),
                (f"<iq type='get' id='%s'>{ping}{ping}</iq>", "bad-request"),
                ("<iq type='set' id='%s'/>", "bad-request"),
                ("<presence type='sleeping' id='%s'/>", "bad-request"),
                (f"<iq type='get' to='@@' id='%s'>{ping}</iq>", "jid-malformed"),
                ("<message to='a@b@c/d' id='%s'><body>x</body></message>", "jid-malformed"))):
            with self.subTest(stanza):
                jean = self.client()
                jean.send(stanza % f"wrong{number}")
                answer = jean.wait()
                self.assertEqual((answer.get("id"), answer.get("type"), condition(answer)),
                                 (f"wrong{number}", "error", expected), text_of(answer))
                jean.sync()
                jean.close()

    def test_without_id(self):
        """RFC 6120 8.1.3: an IQ without id is an error that is told, not silence and not the end."""
        jean = self.client()
        jean.send("<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>")
        self.assertEqual(jean.wait().get("type"), "error")
        jean.sync()

    def test_unknown_request(self):
        """RFC 6120 8.4, 10.3.3, 10.5.1 to 10.5.4, RFC 6121 8.5.1, 8.5.3.2.3: what nobody serves is service-unavailable, wherever it is sent."""
        jean = self.client()
        for to in (None, DOMAIN, f"{DOMAIN}/somewhere", f"{JEAN}@{DOMAIN}", f"{ANNE}@{DOMAIN}", f"{ANNE}@{DOMAIN}/gone", f"no.body@{DOMAIN}"):
            for kind in ("get", "set"):
                answer = jean.ask(kind, "<query xmlns='urn:example:unknown'/>", to)
                self.assertEqual((condition(answer), answer.get("from")), ("service-unavailable", to or answer.get("from")))

    def test_unasked_answers(self):
        """RFC 6120 8.2.3: a result or an error that nobody waits for is answered by nothing."""
        jean = self.client()
        jean.send(f"<iq type='result' id='r1'/><iq type='error' id='e1' to='{DOMAIN}'/><message type='error' to='{ANNE}@{DOMAIN}'/>")
        self.assertTrue(jean.receives_nothing())

    def test_other_domains(self):
        """RFC 6120 10.4, 8.3.3.16: a domain that cannot be reached is remote-server-not-found."""
        jean = self.client()
        self.assertEqual(condition(jean.ask("get", "<ping xmlns='urn:xmpp:ping'/>", "capulet.example")), "remote-server-not-found")
        jean.message("juliet@capulet.example", "art thou there?")
        self.assertEqual(condition(jean.wait()), "remote-server-not-found")

    def test_to_oneself(self):
        """RFC 6120 10.5.4: a request to one's own full address comes back to oneself."""
        jean = self.client()
        jean.send(f"<iq type='get' id='me' to='{jean.jid}'><query xmlns='jabber:iq:version'/></iq>")
        asked = jean.wait()
        self.assertEqual((asked.get("from"), asked.get("to"), asked.get("type")), (jean.jid, jean.jid, "get"))
        jean.send(f"<iq type='result' id='me' to='{jean.jid}'><query xmlns='jabber:iq:version'><name>x</name></query></iq>")
        self.assertEqual(jean.wait().get("type"), "result")

    def test_order(self):
        """RFC 6120 10.1: what one sends another arrives in order, whatever kinds and sizes are mixed."""
        jean, anne = self.client(), self.client(ANNE)
        anne.send("<presence/>")
        anne.sync()
        words = []
        for number in range(300):
            kind = ("chat", "normal", "headline", "chat")[number % 4]  # headlines touch no disk
            words.append(f"<message to='{anne.jid}' type='{kind}' id='{number}'><body>{'x' * (number * 37 % 3000)}</body></message>")
        jean.send("".join(words))
        self.assertEqual([int(anne.wait(lambda s: s.tag == MESSAGE).get("id")) for _ in range(300)], list(range(300)))

    def test_namespaces_survive(self):
        """RFC 6120 8.4, 11.3: what others put into a stanza is passed on unchanged, with its namespaces and language."""
        jean, anne = self.client(), self.client(ANNE)
        anne.send("<presence/>")
        anne.sync()
        jean.send(f"<message to='{anne.jid}' type='chat' xml:lang='fr'><body>né &lt;à&gt; &amp; l’été 🌞</body>"
                  "<x xmlns='urn:a' xmlns:b='urn:b' b:at='1' at='2'><b:y/><z xmlns=''/></x></message>")
        got = anne.wait_message()
        self.assertEqual(got.findtext(BODY), "né <à> & l’été 🌞")
        self.assertEqual(got.get("{http://www.w3.org/XML/1998/namespace}lang"), "fr")
        x = got.find("{urn:a}x")
        self.assertEqual((x.get("{urn:b}at"), x.get("at")), ("1", "2"))
        self.assertEqual([child.tag for child in x], ["{urn:b}y", "z"])

    def test_a_client_that_dies(self):
        """RFC 6121 4.5.2: when a connection dies its contacts hear 'unavailable'."""
        jean, anne = self.client(), self.client(ANNE)
        for client in (jean, anne):
            client.send("<presence/>")
        anne.send(f"<presence type='subscribe' to='{JEAN}@{DOMAIN}'/>")
        jean.wait(lambda s: s.get("type") == "subscribe")
        jean.send(f"<presence type='subscribed' to='{ANNE}@{DOMAIN}'/>")
        anne.wait(lambda s: s.get("from") == jean.jid and s.get("type") is None)
        jean.abort()
        anne.wait(lambda s: s.get("from") == jean.jid and s.get("type") == "unavailable")


if __name__ == "__main__":
    unittest.main(verbosity=2)
