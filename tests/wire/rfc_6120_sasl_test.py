# SPDX-License-Identifier: MIT
"""RFC 6120 6, RFC 5802, RFC 7677, RFC 4616, XEP-0440: logging in. Wrong passwords are slowed by name and by address,
so each test has an account and an address of its own."""
import base64
import itertools
import time
import unittest

from daemons import Server
from xmpp_client import SASL, Client, Refused, Scram, failure

PASSWORD = "pencil"
PLAIN, SCRAMS = "PLAIN", ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1"]


class Sasl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(settings="channel-binding=on"))
        cls.numbers = itertools.count(2)

    def setUp(self):
        number = next(self.numbers)
        self.source, self.name = f"127.0.1.{number}", f"user{number}"
        self.server.account_add(self.name, PASSWORD)

    def client(self, **more):
        client = Client(self.server, source=self.source, **more)
        self.addCleanup(client.close)
        return client

    def assert_fails(self, client, condition, *words, **more):
        with self.assertRaises(Refused) as refused:
            client.login(*words, **more)
        self.assertEqual(failure(refused.exception.element), condition)

    def assert_logs_in(self, client, mechanism="SCRAM-SHA-1"):
        client.login(self.name, PASSWORD, mechanism)
        self.assertEqual(client.bind("here"), f"{self.name}@bioaster.org/here")

    def test_mechanisms(self):
        """RFC 6120 6.4.1, 13.8: what is offered inside TLS, the strongest first; each of them works."""
        offered = self.client().mechanisms()
        self.assertEqual(offered, [*SCRAMS, PLAIN])
        for mechanism in offered:
            with self.subTest(mechanism):
                self.assert_logs_in(self.client(), mechanism)

    def test_disabled_account(self):
        """RFC 6120 6.5.2, XEP-0133 4.3: a disabled account hears so once the password is right, whatever the mechanism."""
        client = Client(self.server, self.name, PASSWORD, "here", source=self.source)
        self.addCleanup(client.close)
        self.server.command("account", "disable", self.name)
        self.assertEqual(client.wait_closed(), ["not-authorized"])
        for mechanism in ("SCRAM-SHA-256", PLAIN):
            self.assert_fails(self.client(), "account-disabled", self.name, PASSWORD, mechanism)
        self.assert_fails(self.client(), "not-authorized", self.name, "pencils")
        self.server.command("account", "enable", self.name)
        self.assert_logs_in(self.client())

    def test_binding_types(self):
        """XEP-0440 2, 3: the types of channel binding are told, tls-server-end-point among them."""
        types = [e.get("type") for e in self.client().features.iter("{urn:xmpp:sasl-cb:0}channel-binding")]
        self.assertIn("tls-server-end-point", types)
        self.assertIn("tls-exporter", types)
        self.assertNotIn("tls-unique", types)

    def test_another_binding(self):
        """RFC 5802 6: with -PLUS the binding must be that of this connection, of a type that is known."""
        for header, binding in (("p=tls-server-end-point,,", b"\0" * 32), ("p=tls-unique,,", b"\0" * 12),
                                ("n,,", b""), ("y,,", b"")):
            with self.subTest(header):
                scram = Scram("SCRAM-SHA-256-PLUS", self.name, PASSWORD, header, binding)
                self.assert_fails(self.client(), "not-authorized", self.name, PASSWORD, "SCRAM-SHA-256-PLUS", scram)

    def test_binding_without_plus(self):
        """RFC 5802 6: a client that could bind and was not offered it (y), though it was, is under attack and fails."""
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-1"):
            scram = Scram(mechanism, self.name, PASSWORD, "y,,")
            self.assert_fails(self.client(), "not-authorized", self.name, PASSWORD, mechanism, scram)

    def test_wrong_password(self):
        """RFC 6120 6.5.10: a wrong password is not-authorized by each mechanism; the right one then works on the same
        stream (DESIGN 4.4: five mechanisms with one password are one wrong password)."""
        client = self.client()
        for mechanism in client.mechanisms():
            self.assert_fails(client, "not-authorized", self.name, "wrong", mechanism)
        self.assert_logs_in(client)

    def test_many_attempts(self):
        """DESIGN 4.4: the eighth attempt on a stream may still succeed; after eight failures the stream ends."""
        client = self.client()
        for _ in range(7):
            self.assertEqual(failure(client.sasl("auth", "x", "mechanism='DIGEST-MD5'")), "invalid-mechanism")
        self.assert_logs_in(client)
        client = self.client()
        for _ in range(8):
            client.sasl("auth", "x", "mechanism='DIGEST-MD5'")
        self.assertEqual(client.wait_closed(), ["policy-violation"])

    def test_three_passwords(self):
        """RFC 6120 6.4.5, DESIGN 4.4: three wrong passwords are answered, then the stream ends."""
        client = self.client()
        for number in range(3):
            self.assert_fails(client, "not-authorized", self.name, f"wrong{number}")
        self.assertEqual(client.wait_closed(), ["policy-violation"])

    def challenge(self, name, mechanism):
        first = self.client().sasl("auth", Scram(mechanism, name, "x").first, f"mechanism='{mechanism}'")
        self.assertEqual(first.tag, f"{{{SASL}}}challenge")
        fields = dict(part.split("=", 1) for part in base64.b64decode(first.text).decode().split(","))
        return fields["s"], fields["i"], len(fields["r"])

    def test_unknown_user(self):
        """RFC 6120 13.9.4, DESIGN 4.4: a name that nobody has is answered like a known one, with the same salt each
        time, and the password is refused in the same words."""
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-1"):
            known, unknown = self.challenge(self.name, mechanism), self.challenge("nobody.here", mechanism)
            self.assertEqual(unknown, self.challenge("nobody.here", mechanism))
            self.assertNotEqual(unknown[0], self.challenge("nobody.there", mechanism)[0])
            self.assertEqual((len(unknown[0]), *unknown[1:]), (len(known[0]), *known[1:]))
            self.assert_fails(self.client(), "not-authorized", "nobody.here", PASSWORD, mechanism)
        self.assert_fails(self.client(), "not-authorized", "nobody.here", PASSWORD, PLAIN)

    def test_unknown_user_after_restart(self):
        """DESIGN 4.4: the invented salt comes from a secret that is kept: a restart does not give it away."""
        before = self.challenge("nobody.here", "SCRAM-SHA-1"), self.challenge(self.name, "SCRAM-SHA-1")
        self.server.restart()
        self.assertEqual(before, (self.challenge("nobody.here", "SCRAM-SHA-1"), self.challenge(self.name, "SCRAM-SHA-1")))

    def test_authzid(self):
        """RFC 6120 6.3.8, 6.5.6: one's own address as authzid is allowed, another's is invalid-authzid."""
        own = f"{self.name}@bioaster.org"
        for authzid, is_own in ((own, True), ("somebody@bioaster.org", False), ("bioaster.org", False)):
            client = self.client()
            answer = client.sasl("auth", f"{authzid}\0{self.name}\0{PASSWORD}", "mechanism='PLAIN'")
            self.assertEqual(failure(answer), "" if is_own else "invalid-authzid", authzid)
            client, scram = self.client(), Scram("SCRAM-SHA-1", self.name, PASSWORD, f"n,a={authzid},")
            if is_own:
                client.login(self.name, PASSWORD, scram=scram)
            else:
                self.assert_fails(client, "invalid-authzid", self.name, PASSWORD, scram=scram)

    def test_abort(self):
        """RFC 6120 6.4.4, 6.5.1: <abort/> is answered by aborted, and another try is welcome."""
        client = self.client()
        client.sasl("auth", Scram("SCRAM-SHA-1", self.name, PASSWORD).first, "mechanism='SCRAM-SHA-1'")
        self.assertEqual(failure(client.sasl("abort")), "aborted")
        self.assert_logs_in(client)

    def test_encoding(self):
        """RFC 6120 6.5.5: what is not base64 is incorrect-encoding."""
        for wrong in ("*not base64*", "AAA", "AGE=AGE=", "A A="):
            client = self.client()
            client.send(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{wrong}</auth>")
            self.assertIn(failure(client.wait()), ("incorrect-encoding", "malformed-request"), wrong)
        client = self.client()
        client.send(f"<auth xmlns='{SASL}' mechanism='PLAIN'>*</auth>")
        self.assertEqual(failure(client.wait()), "incorrect-encoding")

    def test_mechanism_that_is_not_offered(self):
        """RFC 6120 6.5.7: a mechanism that was not offered, or none, is invalid-mechanism."""
        client = self.client()
        for attributes in ("mechanism='DIGEST-MD5'", "mechanism='EXTERNAL'", "mechanism='scram-sha-1'", ""):
            self.assertEqual(failure(client.sasl("auth", "x", attributes)), "invalid-mechanism", attributes)
        self.assert_logs_in(client)

    def test_malformed(self):
        """RFC 6120 6.4.2, 6.5.8: SASL messages that mean nothing are malformed-request, also out of order."""
        client = self.client()
        self.assertEqual(failure(client.sasl("response", "x")), "malformed-request")
        for mechanism in ("PLAIN", "SCRAM-SHA-1"):  # an initial response that is there and empty (6.4.2)
            self.assertEqual(failure(client.sasl("auth", "", f"mechanism='{mechanism}'")), "malformed-request")
        self.assertEqual(failure(client.sasl("auth", "no zero bytes", "mechanism='PLAIN'")), "malformed-request")
        self.assertEqual(failure(client.sasl("auth", "n,,m=ext,n=a,r=b", "mechanism='SCRAM-SHA-1'")), "malformed-request")
        self.assertEqual(failure(client.sasl("auth", "n,,n=a", "mechanism='SCRAM-SHA-1'")), "malformed-request")
        self.assert_logs_in(client)

    def test_no_initial_response(self):
        """RFC 6120 6.4.2, 6.4.3: without an initial response an empty challenge comes first."""
        client, scram = self.client(), Scram("SCRAM-SHA-1", self.name, PASSWORD)
        empty = client.sasl("auth", None, "mechanism='SCRAM-SHA-1'")
        self.assertEqual((empty.tag, (empty.text or "").strip("=")), (f"{{{SASL}}}challenge", ""))
        challenge = client.sasl("response", scram.first)
        success = client.sasl("response", scram.final(base64.b64decode(challenge.text).decode()))
        self.assertEqual(success.tag, f"{{{SASL}}}success")

    def test_reused_exchange(self):
        """RFC 5802 5.1: the nonce must be the server's: an answer to another challenge is refused."""
        client, scram = self.client(), Scram("SCRAM-SHA-1", self.name, PASSWORD)
        challenge = client.sasl("auth", scram.first, "mechanism='SCRAM-SHA-1'")
        final = scram.final(base64.b64decode(challenge.text).decode())
        other = self.client()
        other.sasl("auth", scram.first, "mechanism='SCRAM-SHA-1'")
        self.assertIn(failure(other.sasl("response", final)), ("not-authorized", "malformed-request"))

    def test_not_twice(self):
        """RFC 6120 4.3.4, 6.4.6: after success the stream begins anew, and SASL is over."""
        client = self.client()
        client.login(self.name, PASSWORD)
        self.assertEqual(client.mechanisms(), [])
        client.send(f"<auth xmlns='{SASL}' mechanism='PLAIN'>AGEAYg==</auth>")
        self.assertIn(client.wait_closed(), (["unsupported-stanza-type"], ["not-authorized"], ["policy-violation"]))

    def test_another_name_after_login(self):
        """RFC 6120 6.4.6, 4.9.3.9: whose header names somebody else than he logged in as is invalid-from; his own name is
        right in any form."""
        own = f"{self.name}@bioaster.org"
        for said, expected in (("someone@bioaster.org", ["invalid-from"]), ("bioaster.org", ["invalid-from"]), (own, None),
                               (own.title() + "/desk", None)):
            client = self.client()
            client.sasl("auth", f"\0{self.name}\0{PASSWORD}", "mechanism='PLAIN'")
            header = client.open("bioaster.org", attributes=f"version='1.0' from='{said}'")
            if expected:
                self.assertEqual(client.wait_closed(), expected, said)
            else:
                self.assertEqual(header.get("to"), own)
                self.assertEqual(client.wait().tag, "{http://etherx.jabber.org/streams}features")

    def test_stanzas_before_login(self):
        """RFC 6120 4.9.3.12: a stanza before login is not-authorized."""
        for stanza in ("<presence/>", "<message to='a@bioaster.org'/>",
                       "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"):
            client = self.client()
            client.send(stanza)
            self.assertEqual(client.wait_closed(), ["not-authorized"], stanza)

    def test_whole_address_as_name(self):
        """COMPAT: clients that send the whole address as the user's name log in, one of another domain does not."""
        self.client().login(f"{self.name}@bioaster.org", PASSWORD, PLAIN)
        self.assert_fails(self.client(), "not-authorized", f"{self.name}@capulet.example", PASSWORD, PLAIN)

    def test_names_are_prepared(self):
        """RFC 8265 3.3, 4.2: names are folded to small letters, passwords compared as normalised text."""
        self.server.account_add("zoé." + self.name, "motdepassé")
        for mechanism in (PLAIN, "SCRAM-SHA-1"):
            self.client().login("Zoé." + self.name, "motdepassé", mechanism)
        self.client().login("zoe\u0301." + self.name, "motdepasse\u0301", PLAIN)

    def test_slower_with_each_wrong_password(self):
        """DESIGN 4.4: who goes on guessing from one address waits longer and longer; others do not."""
        begin = time.monotonic()
        for round_ in range(2):
            client = self.client()
            for number in range(3):
                self.assert_fails(client, "not-authorized", self.name, f"wrong{round_}{number}")
        slow = time.monotonic() - begin
        other = Client(self.server, source="127.0.2.1")
        self.addCleanup(other.close)
        begin = time.monotonic()
        other.login(self.name, PASSWORD)
        self.assertLess(time.monotonic() - begin, slow)
        self.assertGreater(slow, 1.5)  # 0.25 + 0.5 + 1


class WithoutBinding(unittest.TestCase):
    def test_not_offered(self):
        """RFC 5802 6: as long as channel-binding is off no -PLUS is offered, and a client that could bind (y) logs in."""
        with Server() as server:
            server.account_add("jean.dupont", PASSWORD)
            with Client(server) as client:
                self.assertEqual(client.mechanisms(), [*SCRAMS[2:], PLAIN])
                self.assertEqual(list(client.features.iter("{urn:xmpp:sasl-cb:0}channel-binding")), [])
                self.assertEqual(failure(client.sasl("auth", "p=tls-server-end-point,,n=a,r=b", "mechanism='SCRAM-SHA-1-PLUS'")),
                                 "invalid-mechanism")
                client.login("jean.dupont", PASSWORD, scram=Scram("SCRAM-SHA-1", "jean.dupont", PASSWORD, "y,,"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
