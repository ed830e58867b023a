# SPDX-License-Identifier: MIT
"""What a hostile peer may say at the wire, and what becomes of it. Which test holds which sentence: docs/security.md."""
import base64
import itertools
import socket
import time
import unittest

from daemons import Server
from xmpp_client import CLIENT, SASL, STREAM, Client, Refused, Scram, XmlStream, condition, failure, text_of

JEAN, ANNE, PASSWORD, DOMAIN = "jean.dupont", "anne.martin", "pencil", "bioaster.org"
SOURCES = (f"127.0.5.{number}" for number in itertools.count(1))
MESSAGE, PRESENCE = f"{{{CLIENT}}}message", f"{{{CLIENT}}}presence"


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        for name in (JEAN, ANNE):
            cls.server.account_add(name, PASSWORD)

    def client(self, name=None, resource="", **more):
        words = (name, PASSWORD, resource) if name else ()
        client = Client(self.server, *words, source=next(SOURCES), **more)
        self.addCleanup(client.close)
        return client

    def assert_silent(self, *clients):
        """Nothing has come to them but presence."""
        for client in clients:
            client.sync()
            self.assertEqual([text_of(s) for s in client.received if s.tag != PRESENCE], [])

    def present(self, name, resource=""):
        client = self.client(name, resource)
        client.send("<presence/>")
        client.sync()
        return client


class Bytes(Hostile):
    """RFC 6120 11.6, RFC 3629: UTF-8 and nothing but UTF-8; XML 1.0 2.2: characters and nothing but characters."""
    WRONG = {
        "overlong, two bytes": b"\xc0\xaf", "overlong, three": b"\xe0\x80\xaf", "overlong, four": b"\xf0\x80\x80\xaf",
        "overlong NUL": b"\xc0\x80", "a surrogate": b"\xed\xa0\x80", "a pair of them": b"\xed\xa0\xbd\xed\xb8\x80",
        "above U+10FFFF": b"\xf4\x90\x80\x80", "five bytes": b"\xf8\x88\x80\x80\x80", "Latin-1": b"\xe9t\xe9",
        "a continuation alone": b"\x80", "a beginning alone": b"\xe2\x82<", "FE and FF": b"\xfe\xff",
        "U+FFFE": b"\xef\xbf\xbe", "U+FFFF": b"\xef\xbf\xbf", "NUL": b"\x00", "escape": b"\x1b", "U+FFFF by number": b"&#xFFFF;",
        "NUL by number": b"&#0;", "a surrogate by number": b"&#xD800;", "too large by number": b"&#x110000;",
    }

    def test_wrong_bytes(self):
        """RFC 6120 11.6, 4.9.3.13: each is not-well-formed, in text and in attributes, whole and a byte at a time, and
        the receiver sees nothing of it."""
        anne = self.present(ANNE)
        for what, wrong in self.WRONG.items():
            for form in (b"<body>%s</body>", b"<body a='%s'/>"):
                for cut in (False, True):
                    with self.subTest(what, form=form, cut=cut):
                        jean = self.client(JEAN)
                        words = f"<message to='{anne.jid}' type='chat'>".encode() + form % wrong + b"</message>"
                        try:
                            for piece in ([bytes([byte]) for byte in words] if cut else [words]):
                                jean.send(piece)
                        except OSError:
                            pass  # it need not read to the end
                        self.assertEqual(jean.wait_closed(), ["not-well-formed"])
        self.assert_silent(anne)

    def test_right_bytes(self):
        """RFC 3629 3: the last of each length, noncharacters that XML allows and all planes pass, cut anywhere."""
        text = "\u007f\u0080\u07ff\u0800\ud7ff\ue000\ufdd0\ufffd\U00010000\U0001ffff\U0010ffff"
        anne, jean = self.present(ANNE), self.client(JEAN)
        for byte in f"<message to='{anne.jid}' type='chat'><body>{text}</body></message>".encode():
            jean.send(bytes([byte]))
        anne.wait_message(text)

    def test_other_encodings(self):
        """RFC 6120 4.9.3.22, 11.6: UTF-16 and UTF-32, declared or by their first bytes, are no stream."""
        header = f"<stream:stream xmlns='{CLIENT}' xmlns:stream='{STREAM}' to='{DOMAIN}' version='1.0'>"
        for words in (f"<?xml version='1.0' encoding='UTF-16'?>{header}".encode(), header.encode("utf-16"),
                      header.encode("utf-16-be"), header.encode("utf-32"), b"\x2b\x2f\x76\x38" + header.encode("utf-7")):
            with self.subTest(words[:20]):
                raw = XmlStream((self.server.host, self.server.port), source=next(SOURCES))
                self.addCleanup(raw.abort)
                raw.send(words)
                self.assertIn(raw.wait_closed(), (["unsupported-encoding"], ["not-well-formed"]))


class Xml(Hostile):
    def test_restricted(self):
        """RFC 6120 11.1, 4.9.3.18: inside a logged-in stream too, a document type, entity, comment or processing
        instruction ends it; what a billion laughs would expand to never is."""
        laughs = "<!DOCTYPE l [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{n} '{'&a' + str(n - 1 or '') + ';' }'>" for n in range(1, 9)) + "]>"
        for words in (laughs, "<!DOCTYPE x SYSTEM 'file:///etc/passwd'>", "<message><!-- a --></message>", "<?php x?>",
                      "<message><?x y?></message>", "<message><body>&a;</body></message>", "<message to='&a;'/>",
                      "<message><body>&nbsp;</body></message>"):
            with self.subTest(words):
                jean = self.client(JEAN)
                jean.send(words)
                # Behind the header a document type is no XML at all.
                self.assertIn(jean.wait_closed(), (["restricted-xml"], ["not-well-formed"]) if "DOCTYPE" in words else (["restricted-xml"],))

    def test_five_entities(self):
        """RFC 6120 11.1: the five predefined entities and character references pass."""
        anne, jean = self.present(ANNE), self.client(JEAN)
        jean.send(f"<message to='{anne.jid}' type='chat'><body>&lt;&gt;&amp;&apos;&quot;&#233;&#x1F600;<![CDATA[<&]]></body></message>")
        anne.wait_message("<>&'\"é\U0001F600<&")

    def test_text_between_stanzas(self):
        """RFC 6120 4.9.3.1: text where stanzas stand is bad-format."""
        jean = self.client(JEAN)
        jean.send("hello<presence/>")
        self.assertEqual(jean.wait_closed(), ["bad-format"])

    def test_names(self):
        """RFC 6120 4.9.3.2, 4.9.3.13: a prefix that nobody declared, an attribute twice, a declaration in the middle."""
        for words, expected in (("<x:message/>", ["bad-namespace-prefix"]), ("<message a='1' a='2'/>", ["not-well-formed"]),
                                ("<message xmlns:a='u' xmlns:b='u' a:c='1' b:c='2'/>", ["not-well-formed"]),
                                ("<?xml version='1.0'?><presence/>", ["restricted-xml", "not-well-formed"])):
            with self.subTest(words):
                jean = self.client(JEAN)
                jean.send(words)
                found = jean.wait_closed()
                self.assertEqual(len(found), 1)
                self.assertIn(found[0], expected)

    def test_words_of_a_server(self):
        """RFC 6120 4.9.3.24: what only a server says on a stream is no stanza: a client that says it is shown out."""
        for words in ("<stream:features/>", "<stream:stream/>", f"<success xmlns='{SASL}'/>",
                      "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<enabled xmlns='urn:xmpp:sm:3'/>"):
            with self.subTest(words):
                jean = self.client(JEAN)
                jean.send(words)
                self.assertEqual(jean.wait_closed(), ["unsupported-stanza-type"])


class Order(Hostile):
    """RFC 6120 6.4: SASL in its order."""

    def assert_logs_in(self, client):
        client.login(JEAN, PASSWORD)
        client.bind()

    def test_auth_twice(self):
        """RFC 6120 6.4.2: a second <auth/> begins anew; an answer to the first one's challenge is refused."""
        client, first = self.client(), Scram("SCRAM-SHA-1", JEAN, PASSWORD)
        challenge = client.sasl("auth", first.first, "mechanism='SCRAM-SHA-1'")
        client.sasl("auth", Scram("SCRAM-SHA-1", JEAN, PASSWORD).first, "mechanism='SCRAM-SHA-1'")
        answer = client.sasl("response", first.final(base64.b64decode(challenge.text).decode()))
        self.assertIn(failure(answer), ("not-authorized", "malformed-request"))
        self.assert_logs_in(client)

    def test_another_mechanism_in_between(self):
        """RFC 6120 6.4.2: who changes the mechanism answers the new one: SCRAM's last words are no password of PLAIN."""
        client, scram = self.client(), Scram("SCRAM-SHA-1", JEAN, PASSWORD)
        challenge = client.sasl("auth", scram.first, "mechanism='SCRAM-SHA-1'")
        client.sasl("auth", None, "mechanism='PLAIN'")
        answer = client.sasl("response", scram.final(base64.b64decode(challenge.text).decode()))
        self.assertEqual(failure(answer), "malformed-request")
        self.assert_logs_in(client)

    def test_response_first_and_again(self):
        """RFC 6120 6.4.3: a response to nothing, also behind a failure, is malformed; the same proof does not work twice."""
        client, scram = self.client(), Scram("SCRAM-SHA-1", JEAN, "wrong")
        self.assertEqual(failure(client.sasl("response", "x")), "malformed-request")
        challenge = client.sasl("auth", scram.first, "mechanism='SCRAM-SHA-1'")
        final = scram.final(base64.b64decode(challenge.text).decode())
        self.assertEqual(failure(client.sasl("response", final)), "not-authorized")
        self.assertEqual(failure(client.sasl("response", final)), "malformed-request")
        self.assert_logs_in(client)

    def test_abort(self):
        """RFC 6120 6.4.4: aborted also when nothing is under way; an exchange that was aborted cannot be finished."""
        client, scram = self.client(), Scram("SCRAM-SHA-1", JEAN, PASSWORD)
        self.assertEqual(failure(client.sasl("abort")), "aborted")
        challenge = client.sasl("auth", scram.first, "mechanism='SCRAM-SHA-1'")
        self.assertEqual(failure(client.sasl("abort")), "aborted")
        answer = client.sasl("response", scram.final(base64.b64decode(challenge.text).decode()))
        self.assertEqual(failure(answer), "malformed-request")
        self.assert_logs_in(client)

    def test_words_of_a_server(self):
        """RFC 6120 6.4: <success/>, <challenge/> and <failure/> from a client log nobody in."""
        client = self.client()
        for word in ("success", "challenge", "failure", "mechanisms"):
            self.assertEqual(failure(client.sasl(word, "x")), "malformed-request")
        self.assert_logs_in(client)

    def test_all_at_once(self):
        """RFC 6120 6.4: who does not wait for answers gains nothing: a wrong login, a bind and a message in one segment."""
        anne, client = self.present(ANNE), self.client()
        wrong = base64.b64encode(f"\0{JEAN}\0wrong".encode()).decode()
        client.send(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{wrong}</auth>"
                    "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
                    f"<message to='{ANNE}@{DOMAIN}' type='chat'><body>I am in</body></message>")
        self.assertEqual(client.wait_closed(), ["not-authorized"])
        self.assert_silent(anne)

    def test_another_accounts_name(self):
        """RFC 4616 2, RFC 6120 6.5.6: a right password does not open another account, by whatever spelling of its name."""
        for authzid in (f"{ANNE}@{DOMAIN}", f"{ANNE}@{DOMAIN}/here", ANNE, f"{JEAN}@capulet.example", "\u200b", f"{JEAN}@{DOMAIN}/x"):
            client = self.client()
            answer = client.sasl("auth", f"{authzid}\0{JEAN}\0{PASSWORD}", "mechanism='PLAIN'")
            self.assertEqual(failure(answer), "invalid-authzid", authzid)


class Names(Hostile):
    """RFC 7622, 8264, 8265, IDNA2008: names that look alike are not alike; what is alike is one."""

    def test_lookalikes_are_other_accounts(self):
        """RFC 7622 4.2: Cyrillic, Greek and other letters that look like ours make another address or none."""
        anne, jean = self.present(ANNE), self.present(JEAN)
        for name in ("jеan.dupont", "jean.dupοnt", "jean․dupont", "jean.duрont", "jean.dupont\u0301", "ȷean.dupont"):
            with self.subTest(ascii(name)):
                anne.message(f"{name}@{DOMAIN}", "for you alone")
                anne.sync()
                with self.assertRaises(Refused):
                    self.client().login(name, PASSWORD, "PLAIN")
        self.assert_silent(jean)

    def test_what_no_name_may_hold(self):
        """RFC 8264 4.2.3: invisible, compatibility and control characters are no part of a name: jid-malformed."""
        anne = self.client(ANNE)
        for name in ("jean\u200bdupont", "jean\u00addupont", "jean\u202edupont", "jean\ufeffdupont", "ﬁn.dupont", "jean.dupontⅣ",
                     "jean dupont", "jean\u2028dupont", "\u200djean", "jean.dup@nt"):
            with self.subTest(ascii(name)):
                answer = anne.ask("get", "<ping xmlns='urn:xmpp:ping'/>", f"{name}@{DOMAIN}")
                self.assertEqual(condition(answer), "jid-malformed")

    def test_what_is_one_name(self):
        """RFC 8265 3.3: capitals, full width and decomposed letters are the account's name: to it, and never a second one."""
        jean = self.present(JEAN)
        anne = self.client(ANNE)
        for name in ("Jean.DUPONT", "ｊｅａｎ.ｄｕｐｏｎｔ", "JEAN.dupont"):
            anne.message(f"{name}@{DOMAIN}", name)
            jean.wait_message(name)
            self.client().login(name, PASSWORD, "PLAIN")

    def test_domains(self):
        """RFC 7622 3.2, RFC 5891: a final dot and capitals are the same domain; a look-alike is a stranger's."""
        jean = self.present(JEAN)
        anne = self.client(ANNE)
        for domain in ("BIOASTER.org", "bioaster.org.", "ｂｉｏａｓｔｅｒ.org"):
            with self.subTest(domain):
                anne.message(f"{JEAN}@{domain}", domain)
                jean.wait_message(domain)
        for domain in ("biоaster.org", "bioaster.оrg", "xn--biaster-p9g.org"):
            with self.subTest(ascii(domain)):
                anne.message(f"{JEAN}@{domain}", "hello")
                self.assertIn(condition(anne.wait()), ("remote-server-not-found", "jid-malformed"))
        self.assert_silent(jean)


class Forged(Hostile):
    """RFC 6120 8.1.2.1 and what clients believe of it."""
    CARBON = ("<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "
              f"from='boss@{DOMAIN}/desk' to='{JEAN}@{DOMAIN}/desk'><body>pay</body></message></forwarded></received>")

    def test_carbons(self):
        """XEP-0280 11: a carbon that a client makes itself comes in its own name, never in the receiver's, which is how a
        client knows it."""
        jean, anne = self.present(JEAN), self.client(ANNE)
        for claim in ("", f"from='{ANNE}@{DOMAIN}'"):
            anne.send(f"<message {claim} to='{jean.jid}' type='chat'>{self.CARBON}</message>")
            self.assertEqual(jean.wait(lambda s: s.tag == MESSAGE).get("from"), anne.jid)
        anne.send(f"<message from='{JEAN}@{DOMAIN}' to='{jean.jid}'>{self.CARBON}</message>")
        self.assertEqual(anne.wait_closed(), ["invalid-from"])
        self.assert_silent(jean)

    def test_carbons_of_ones_own_client(self):
        """XEP-0280 11: nor may another client of the account, which would come from the bare address if it could."""
        jean, other = self.present(JEAN, "desk"), self.client(JEAN, "phone")
        other.send(f"<message from='{JEAN}@{DOMAIN}' to='{jean.jid}' type='chat'>{self.CARBON}</message>")
        self.assertEqual(jean.wait(lambda s: s.tag == MESSAGE).get("from"), other.jid)

    def test_roster_pushes(self):
        """RFC 6121 2.1.6: a roster push of another user or of one's own other client is refused and reaches nobody."""
        jean = self.present(JEAN, "desk")
        push = "<query xmlns='jabber:iq:roster'><item jid='evil@bioaster.org' subscription='both'/></query>"
        for other in (self.client(ANNE), self.client(JEAN, "phone")):
            for to in (jean.jid, f"{JEAN}@{DOMAIN}/nobody"):
                answer = other.ask("set", push, to)
                self.assertEqual(answer.get("type"), "error", text_of(answer))
        self.assert_silent(jean)
        self.assertEqual(len(jean.iq("get", "<query xmlns='jabber:iq:roster'/>")[0]), 0)

    def test_answers_to_nothing(self):
        """RFC 6120 8.2.3, 8.1.2.1: answers that nobody asked for change nothing, whatever id they guess; one that pretends
        to be the server's is not sent."""
        jean, anne = self.present(JEAN), self.client(ANNE)
        for number in range(50):
            anne.send(f"<iq type='result' id='ask{number}' to='{DOMAIN}'/><iq type='error' id='ask{number}'/>"
                      f"<iq type='result' id='ask{number}' to='{JEAN}@{DOMAIN}'/>")
        anne.sync()
        anne.send(f"<iq type='result' id='ask2' from='{DOMAIN}' to='{jean.jid}'/>")
        self.assertEqual(anne.wait_closed(), ["invalid-from"])
        self.assert_silent(jean)

    def test_archive_and_ids(self):
        """XEP-0313 9, XEP-0359 5: an archive's result is told from a forged one by its sender; ids in the account's name
        are taken out."""
        jean, anne = self.present(JEAN), self.client(ANNE)
        anne.send(f"<message to='{jean.jid}' type='chat'><body>x</body><result xmlns='urn:xmpp:mam:2' id='1'/>"
                  f"<stanza-id xmlns='urn:xmpp:sid:0' by='{JEAN}@{DOMAIN}' id='forged'/></message>")
        message = jean.wait(lambda s: s.tag == MESSAGE)
        self.assertEqual(message.get("from"), anne.jid)
        self.assertNotIn("forged", [e.get("id") for e in message.iter("{urn:xmpp:sid:0}stanza-id")])

    def test_delay(self):
        """XEP-0203 7: a client does not date its message in the server's name, by any spelling; in its own it may."""
        jean, anne = self.present(JEAN), self.client(ANNE)
        delays = "".join(f"<delay xmlns='urn:xmpp:delay' from='{name}' stamp='2001-01-01T00:00:00Z'/>"
                         for name in (DOMAIN, "BIOASTER.org", f"{ANNE}@{DOMAIN}"))
        anne.send(f"<message to='{jean.jid}' type='chat'><body>x</body>{delays}</message>")
        message = jean.wait(lambda s: s.tag == MESSAGE)
        self.assertEqual([e.get("from") for e in message.iter("{urn:xmpp:delay}delay")], [f"{ANNE}@{DOMAIN}"])


class Rooms(Hostile):
    ROOM = f"hall@conference.{DOMAIN}"
    MUC = "<x xmlns='http://jabber.org/protocol/muc'/>"

    def enters(self, name, nick):
        client = self.client(name)
        client.send(f"<presence to='{self.ROOM}/{nick}'>{self.MUC}</presence>")
        answer = client.wait(lambda s: s.tag == f"{{{CLIENT}}}presence" and (s.get("type") == "error" or s.get("from") == f"{self.ROOM}/{nick}"))
        return client, answer

    def test_impersonation(self):
        """XEP-0045 7.2.8, 7.4, 7.5: nobody takes a nick that is there; nobody outside speaks
        to the room; who writes to its people of type groupchat does so in his own name."""
        jean, _ = self.enters(JEAN, "Jean")
        jean.iq("set", "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", self.ROOM)
        self.assertEqual(condition(self.enters(ANNE, "Jean")[1]), "conflict")
        anne = self.client(ANNE)
        anne.send(f"<message to='{self.ROOM}' type='groupchat'><body>from outside</body></message>")
        self.assertEqual(condition(anne.wait(lambda s: s.tag == MESSAGE)), "not-acceptable")
        anne.send(f"<message to='{jean.jid}' type='groupchat'><body>the room says</body></message>")
        self.assertEqual(jean.wait(lambda s: s.findtext(f"{{{CLIENT}}}body") == "the room says").get("from"), anne.jid)
        anne.send(f"<message to='{self.ROOM}/Jean' type='chat'><body>private</body></message>")
        self.assertEqual(condition(anne.wait(lambda s: s.tag == MESSAGE)), "not-acceptable")
        anne.send(f"<message from='{self.ROOM}/Anne' to='{jean.jid}' type='groupchat'><body>the room says</body></message>")
        self.assertEqual(anne.wait_closed(), ["invalid-from"])
        jean.sync()
        self.assertFalse([text_of(s) for s in jean.received if s.find(f"{{{CLIENT}}}body") is not None])

    def test_status_codes(self):
        """XEP-0045 17.3: what only a room says (muc#user with status and item) is not passed on from an occupant."""
        jean, _ = self.enters(JEAN, "Jean")
        jean.iq("set", "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", self.ROOM)
        anne, _ = self.enters(ANNE, "Anne")
        anne.send(f"<presence to='{self.ROOM}/Anne'><show>away</show><x xmlns='http://jabber.org/protocol/muc#user'>"
                  "<item affiliation='owner' role='moderator'/><status code='332'/></x></presence>")
        seen = jean.wait(lambda s: s.get("from") == f"{self.ROOM}/Anne" and s.find(f"{{{CLIENT}}}show") is not None)
        user = "{http://jabber.org/protocol/muc#user}"
        self.assertEqual([i.get("affiliation") for i in seen.iter(f"{user}item")], ["none"])
        self.assertEqual([s.get("code") for s in seen.iter(f"{user}status")], [])


class Mute(Hostile):
    def test_half_a_handshake(self):
        """RFC 6120 5.4.3: what comes instead of a TLS handshake ends the connection, and the server serves the next one."""
        for words in (b"\0" * 1000, b"GET / HTTP/1.1\r\n\r\n", b"<stream:stream>", b"\x16\x03\x01\xff\xff" + b"\0" * 70_000):
            with socket.create_connection((self.server.host, self.server.tls_port)) as raw:
                raw.settimeout(20)
                try:
                    raw.sendall(words)
                    raw.shutdown(socket.SHUT_WR)
                    while raw.recv(4096):
                        pass
                except OSError:
                    pass
        self.client(JEAN).sync()

    def test_one_byte_a_second_costs_one_stream(self):
        """DESIGN 4.3: who sends a byte now and then holds his own stream and nobody else's."""
        slow = socket.create_connection((self.server.host, self.server.port))
        self.addCleanup(slow.close)
        begin = time.monotonic()
        for byte in b"<?xml":
            slow.sendall(bytes([byte]))
            self.client(JEAN).sync()
        self.assertLess(time.monotonic() - begin, 60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
