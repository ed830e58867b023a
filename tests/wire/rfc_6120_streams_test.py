# SPDX-License-Identifier: MIT
"""RFC 6120 4, 5 and 11, RFC 7590, XEP-0368: stream headers, TLS, limits and the ends of streams."""
import os
import shutil
import socket
import ssl
import threading
import time
import unittest
import warnings

from daemons import Server
from xmpp_client import CLIENT, SASL, STREAM, TLS, Client, XmlStream, text_of

JEAN, PASSWORD = "jean.dupont", "pencil"
FEATURES = f"{{{STREAM}}}features"


class Streams(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.server.account_add(JEAN, PASSWORD)

    def raw(self, direct_tls=False):
        stream = XmlStream((self.server.host, self.server.tls_port if direct_tls else self.server.port))
        self.addCleanup(stream.abort)
        return stream

    def client(self, *words, **more):
        client = Client(self.server, *words, **more)
        self.addCleanup(client.close)
        return client

    def jean(self, **more):
        return self.client(JEAN, PASSWORD, **more)


class Headers(Streams):
    def refused(self, header):
        """The stream error for this header; our own header must come all the same (RFC 6120 4.9.1.2)."""
        stream = self.raw()
        stream.send(header)
        conditions = stream.wait_closed()
        self.assertIsNotNone(stream.header, "an error needs a header around it")
        self.assertEqual(stream.header.get("from"), self.server.domain)
        self.assertTrue(stream.header.get("id"))
        return conditions

    @staticmethod
    def header(to="bioaster.org", content=CLIENT, space=STREAM, name="stream", version="version='1.0'"):
        return f"<s:{name} xmlns='{content}' xmlns:s='{space}' to='{to}' {version}>"

    def test_the_answering_header(self):
        """RFC 6120 4.7.1 to 4.7.5: the header has from, a new id, xml:lang and version 1.0."""
        ids = set()
        for _ in range(3):
            header = self.raw().open(self.server.domain, attributes="version='1.0'")
            self.assertEqual((header["from"], header["version"]), (self.server.domain, "1.0"))
            self.assertIn("{http://www.w3.org/XML/1998/namespace}lang", header)
            ids.add(header["id"])
        self.assertEqual(len(ids), 3)

    def test_who_says_his_name(self):
        """RFC 6120 4.7.2: whoever says in `from` who he is reads his bare address in `to`; nobody else has one."""
        for said, expected in ((f"from='{JEAN}@bioaster.org'", f"{JEAN}@bioaster.org"),
                               ("from='Jean.DUPONT@BIOASTER.org/desk'", f"{JEAN}@bioaster.org"), ("", None), ("from='@@'", None)):
            self.assertEqual(self.raw().open(self.server.domain, attributes="version='1.0' " + said).get("to"), expected, said)

    def test_language(self):
        """RFC 6120 4.7.4, 8.1.5: the stream speaks the language of the client's header where the server can."""
        lang = "{http://www.w3.org/XML/1998/namespace}lang"
        for asked, spoken in (("fr-FR", "fr"), ("de", "en")):
            raw = self.raw()
            header = raw.open(self.server.domain, attributes=f"version='1.0' xml:lang='{asked}'")
            self.assertEqual(header[lang], spoken)
            raw.send("<iq type='get' id='1'/>")
            self.assertEqual(raw.wait_closed(), ["not-authorized"])
            texts = [text.get(lang) for text in raw.errors[0].iter("{urn:ietf:params:xml:ns:xmpp-streams}text")]
            self.assertEqual(texts, [spoken])

    def test_another_domain(self):
        """RFC 6120 4.9.1.2, 4.9.3.6: a domain that is not served is host-unknown."""
        self.assertEqual(self.refused(self.header(to="capulet.example")), ["host-unknown"])

    def test_no_domain(self):
        """RFC 6120 4.7.2: a client must say whom it wants; nobody is host-unknown."""
        self.assertEqual(self.refused(self.header().replace("to='bioaster.org'", "")), ["host-unknown"])

    def test_domain_in_capitals(self):
        """RFC 7622 3.2: domain names are compared without case."""
        self.assertEqual(self.raw().open("BIOASTER.org", attributes="version='1.0'")["from"], self.server.domain)

    def test_wrong_stream_namespace(self):
        """RFC 6120 4.8.1, 4.9.3.10: another stream namespace is invalid-namespace."""
        self.assertEqual(self.refused(self.header(space="http://example.org/streams")), ["invalid-namespace"])

    def test_wrong_content_namespace(self):
        """RFC 6120 4.8.3, 4.9.3.10: a server's or component's namespace on a client's port is invalid-namespace."""
        self.assertEqual(self.refused(self.header(content="jabber:server")), ["invalid-namespace"])
        self.assertEqual(self.refused(self.header(content="jabber:component:accept")), ["invalid-namespace"])

    def test_wrong_root(self):
        """RFC 6120 4.9.3.1, 4.9.3.10: another root element is refused."""
        self.assertIn(self.refused(self.header(name="flow")), (["invalid-namespace"], ["bad-format"]))

    def test_version(self):
        """RFC 6120 4.9.3.25: version 0.9, 2.0 or none is unsupported-version; 1.1 is spoken as 1.0."""
        for version in ("version='0.9'", "version='2.0'", ""):
            self.assertEqual(self.refused(self.header(version=version)), ["unsupported-version"], version)
        self.assertEqual(self.raw().open(self.server.domain, attributes="version='1.1'")["version"], "1.0")

    def test_no_xml(self):
        """RFC 6120 4.9.3.13: what is no XML is not-well-formed, and the error has a header of its own."""
        self.assertEqual(self.refused("GET / HTTP/1.1\r\n\r\n"), ["not-well-formed"])

    def test_declarations(self):
        """RFC 6120 11.1, 11.6: a DTD is restricted-xml, another encoding unsupported-encoding."""
        self.assertEqual(self.refused("<!DOCTYPE s [<!ENTITY a 'b'>]>" + self.header()), ["restricted-xml"])
        self.assertEqual(self.refused("<?xml version='1.0' encoding='ISO-8859-1'?>" + self.header()), ["unsupported-encoding"])

    def test_entities(self):
        """RFC 6120 11.1: a reference to an entity that XML does not define is restricted-xml or not-well-formed."""
        self.assertIn(self.refused(self.header() + "<a>&eacute;</a>"), (["restricted-xml"], ["not-well-formed"]))

    def test_goodbye(self):
        """RFC 6120 4.4: </stream> is answered by </stream> before the connection ends."""
        stream = self.raw()
        stream.open(self.server.domain, attributes="version='1.0'")
        stream.send("</stream:stream>")
        self.assertEqual(stream.wait_closed(), [])
        self.assertTrue(stream.is_finished, "the closing tag must come")


class Tls(Streams):
    def test_tls_is_required(self):
        """RFC 6120 5.3.1, 5.4.1: before TLS the features are STARTTLS, required, and no mechanism."""
        features = self.client(tls=False).features
        self.assertIsNotNone(features.find(f"{{{TLS}}}starttls/{{{TLS}}}required"))
        self.assertEqual(len(features), 1, text_of(features))

    def test_nothing_before_tls(self):
        """RFC 6120 5.3.1, 4.3.5: before TLS a stanza, registration too, is not-authorized, anything else policy-violation."""
        for words, expected in ((f"<auth xmlns='{SASL}' mechanism='PLAIN'>AGplYW4uZHVwb250AHBlbmNpbA==</auth>", "policy-violation"),
                                ("<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>", "policy-violation"),
                                ("<iq type='get' id='1'><query xmlns='jabber:iq:register'/></iq>", "not-authorized"),
                                ("<presence/>", "not-authorized")):
            client = self.client(tls=False)
            client.send(words)
            self.assertEqual(client.wait_closed(), [expected], words)
            self.assertEqual(client.received, [])

    def test_what_is_smuggled_in(self):
        """RFC 6120 5.4.3.3 (CVE-2011-0411): bytes behind <starttls/> are not taken for something said inside TLS."""
        header = f"<s:stream xmlns='{CLIENT}' xmlns:s='{STREAM}' to='bioaster.org' version='1.0'>"
        login = f"<auth xmlns='{SASL}' mechanism='PLAIN'>AGplYW4uZHVwb250AHBlbmNpbA==</auth>"
        for smuggled in (login, login + login, header + login, "<iq type='get' id='1'><query xmlns='jabber:iq:register'/></iq>",
                         "<unfinished", "</stream:stream>", "<a></b>"):
            with self.subTest(smuggled):
                client = self.client(tls=False)
                client.send(f"<starttls xmlns='{TLS}'/>" + smuggled)
                self.assertEqual(client.wait().tag, f"{{{TLS}}}proceed")
                client.start_over_tls(self.server.authority)
                self.assertTrue(client.mechanisms(), "what came before TLS was answered inside it")
                client.login(JEAN, PASSWORD)
                self.assertEqual(client.received, [])

    def test_what_is_smuggled_into_the_login(self):
        """RFC 6120 4.3.3, 6.4.6: what comes with the last words of SASL is no part of the stream that begins behind them."""
        client = self.client()
        client.send(f"<auth xmlns='{SASL}' mechanism='PLAIN'>AGplYW4uZHVwb250AHBlbmNpbA==</auth>"
                    "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        self.assertEqual(client.wait().tag, f"{{{SASL}}}success")
        client.open(self.server.domain, attributes="version='1.0'")
        self.assertEqual(client.wait().tag, FEATURES)
        self.assertEqual(client.received, [])

    def test_versions(self):
        """RFC 7590 3.1: TLS 1.2 and TLS 1.3 are spoken."""
        for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            client = self.client(tls=False)
            client.start_tls(self.server.authority, version=version)
            self.assertEqual(client.socket.version(), name)

    def test_old_versions(self):
        """RFC 8996: TLS 1.1 is refused by the server, whatever the client would take."""
        with socket.create_connection((self.server.host, self.server.tls_port)) as plain, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context = ssl.create_default_context(cafile=str(self.server.authority))
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
            with self.assertRaisesRegex(ssl.SSLError, "ALERT"):
                context.wrap_socket(plain, server_hostname="localhost").close()

    def test_names_of_the_certificate(self):
        """RFC 6125 6, DESIGN 4.5: the first certificate is made for domain, connect server, rooms and proxy."""
        for name in ("bioaster.org", "localhost", "conference.bioaster.org", "proxy.bioaster.org"):
            client = self.client(tls=False)
            client.start_tls(self.server.authority, name)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.client(tls=False).start_tls(self.server.authority, "capulet.example")

    def test_direct_tls(self):
        """XEP-0368: on the second port TLS comes first, with the protocol name xmpp-client or none."""
        for name in ("xmpp-client", None):
            client = self.client(JEAN, PASSWORD, direct_tls=True, alpn=name)
            self.assertEqual(client.socket.selected_alpn_protocol(), name)
            client.sync()
            self.assertNotIn(f"{{{TLS}}}starttls", [child.tag for child in client.features])

    def test_another_protocol(self):
        """XEP-0368, RFC 7301 3.2: who wants another protocol by ALPN is refused."""
        with self.assertRaisesRegex((ssl.SSLError, ConnectionError), "(?i)no.application.protocol|alert|reset"):
            self.client(direct_tls=True, alpn="h2")

    def test_a_certificate_that_was_replaced(self):
        """DESIGN 4.5: a certificate put in the place of another is used by the next handshake, without restart."""
        def serial():
            client = self.client(tls=False)
            client.start_tls(self.server.authority)
            return client.socket.getpeercert()["serialNumber"]
        before, old = serial(), self.jean()
        with Server() as other:  # its first certificate, of its own CA
            for name in ("authority.pem", "certificate.pem", "key.pem"):
                shutil.copy(other.data / name, self.server.data / (name + ".new"))
        for name in ("authority.pem", "certificate.pem", "key.pem"):
            os.replace(self.server.data / (name + ".new"), self.server.data / name)
        deadline = time.monotonic() + 30
        while True:
            try:
                if serial() != before:
                    break
            except ssl.SSLCertVerificationError:
                pass  # the old one still, which the new CA does not know
            self.assertLess(time.monotonic(), deadline)
            threading.Event().wait(0.1)
        old.sync()


class Limits(Streams):
    def test_malformed_after_stanzas(self):
        """RFC 6120 4.9.3.13, DESIGN 8: what was complete before an error in the same bytes is still handled."""
        for wrong, condition in (("<a></b>", "not-well-formed"), ("<!-- comment -->", "restricted-xml"),
                                 ("<?pi pi?>", "restricted-xml"), ("<message>&lol;</message>", "restricted-xml"),
                                 ("<a:b/>", "bad-namespace-prefix")):
            with self.subTest(wrong):
                jean, witness = self.jean(), self.jean()
                witness.send("<presence/>")
                witness.sync()
                jean.send(f"<message type='chat' to='{JEAN}@bioaster.org'><body>{condition}</body></message>{wrong}")
                found = jean.wait_closed()
                self.assertIn(found, ([condition], ["not-well-formed"]))
                witness.wait_message(condition)

    def test_too_large(self):
        """RFC 6120 4.9.3.14, 13.12: a stanza above the limit is policy-violation; what was before it is handled."""
        jean, witness = self.jean(), self.jean()
        witness.send("<presence/>")
        witness.sync()
        jean.send(f"<message type='chat' to='{JEAN}@bioaster.org'><body>before</body></message>")
        try:
            jean.send(f"<message><body>{'x' * 600_000}</body></message>")
        except OSError:
            pass  # the server need not read it all
        self.assertEqual(jean.wait_closed(), ["policy-violation"])
        witness.wait_message("before")

    def test_large_enough(self):
        """RFC 6120 13.12: the limit is never below 10000 bytes; 200000 pass after login."""
        jean = self.jean()
        jean.send("<presence/>")
        jean.message(f"{JEAN}@bioaster.org", "y" * 200_000)
        self.assertEqual(len(jean.wait_message().findtext(f"{{{CLIENT}}}body")), 200_000)

    def test_stricter_before_login(self):
        """DESIGN 4.3: before login 16 KiB are the limit."""
        client = self.client()
        client.send(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{'A' * 20_000}")
        self.assertEqual(client.wait_closed(), ["policy-violation"])

    def test_who_asks_and_never_reads(self):
        """DESIGN 4.3: answers that nobody reads, before login or of XEP-0198, end the stream and fill no memory."""
        for client, question in ((self.client(), "<iq type='get' id='q'><query xmlns='jabber:iq:register'/></iq>" * 300),
                                 (self.jean(), "<r xmlns='urn:xmpp:sm:3'/>" * 5000)):
            if client.jid:
                client.enable_management()
            try:
                for _ in range(200):
                    client.send(question)
            except OSError:
                pass  # gone already
            self.assertIn(client.wait_closed(), (["resource-constraint"], []))  # the word itself may be lost

    def test_too_deep(self):
        """DESIGN 4.3: nesting has a limit."""
        jean = self.jean()
        jean.send("<message>" + "<a>" * 200)
        self.assertEqual(jean.wait_closed(), ["policy-violation"])

    def test_one_byte_at_a_time(self):
        """RFC 6120 3: the stream may be cut anywhere, even inside a character."""
        jean = self.jean()
        jean.send("<presence/>")
        for byte in f"<message type='chat' to='{JEAN}@bioaster.org'><body>Où ça ?</body></message>".encode():
            jean.send(bytes([byte]))
        jean.wait_message("Où ça ?")

    def test_whitespace(self):
        """RFC 6120 4.6.1: white space between stanzas keeps the connection and is answered by nothing."""
        jean = self.jean()
        for _ in range(5):
            jean.send(" \n")
        self.assertTrue(jean.receives_nothing())


class Ends(unittest.TestCase):
    def test_shutdown(self):
        """RFC 6120 4.9.3.20: SIGTERM ends all streams with system-shutdown, and what was read before is kept."""
        with Server() as server:
            server.account_add(JEAN, PASSWORD)
            with Client(server, JEAN, PASSWORD) as jean, Client(server) as stranger, Client(server, tls=False) as plain:
                jean.enable_management()
                jean.message(f"{JEAN}@bioaster.org", "last words")
                self.assertEqual(jean.acknowledged(), 1)
                server.stop()
                for client in (jean, stranger, plain):
                    self.assertEqual(client.wait_closed(), ["system-shutdown"])
            server.start()
            with Client(server, JEAN, PASSWORD) as jean:
                jean.send("<presence/>")
                jean.wait_message("last words")


if __name__ == "__main__":
    unittest.main(verbosity=2)
