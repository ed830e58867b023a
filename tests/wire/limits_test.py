# SPDX-License-Identifier: MIT
"""DESIGN 1, 4.3: the limits of streams as clients meet them, and 0: no limit."""
import contextlib
import socket
import time
import unittest

from daemons import Server
from xmpp_client import REGISTER, Client, Closed, Refused, XmlStream

JEAN, ANNA, PASSWORD = "jean.dupont", "anna.ferrat", "pencil"


class Limits(unittest.TestCase):
    def serve(self, settings):
        server = self.enterContext(Server(settings=settings))
        for name in (JEAN, ANNA):
            server.account_add(name, PASSWORD)
        return server

    def login(self, server, name=JEAN):
        return self.enterContext(Client(server, name, PASSWORD))

    def comes_in(self, server, source):
        """A connection from there, once the server has seen that an earlier one ended."""
        deadline = time.monotonic() + 20
        while True:
            try:
                return Client(server, source=source)
            except (Closed, Refused, OSError):
                self.assertLess(time.monotonic(), deadline)

    def is_refused(self, server, source):
        """Over the limit, said in words before the end."""
        over = XmlStream((server.host, server.port), source=source)
        self.addCleanup(over.abort)
        self.assertEqual(over.wait_closed(), ["resource-constraint"])

    def test_login_time(self):
        """DESIGN 4.3: who does not log in within limit-login-time is shown out; who did stays."""
        server = self.serve("limit-login-time=5")
        jean = self.login(server)
        with Client(server) as secure, Client(server, tls=False) as plain, \
                socket.create_connection((server.host, server.tls_port)) as mute:
            begin = time.monotonic()
            self.assertEqual(plain.wait_closed(), ["connection-timeout"])
            self.assertEqual(secure.wait_closed(), ["connection-timeout"])
            self.assertGreater(time.monotonic() - begin, 3)
            mute.settimeout(20)
            self.assertEqual(mute.recv(100), b"")
        jean.sync()

    def test_no_login_time(self):
        """DESIGN 1: with limit-login-time=0 one may stay without login."""
        server = self.serve("limit-login-time=0\nping-seconds=1")
        with Client(server) as stranger:
            with Client(server, ANNA, PASSWORD) as anna:  # a second passes for both of them
                anna.wait(lambda stanza: stanza.find("{urn:xmpp:ping}ping") is not None)
            stranger.login(JEAN, PASSWORD)

    def test_connections_of_an_address(self):
        """RFC 6120 4.9.3.17, DESIGN 4.3: an address has a limit of connections, others do not feel it, and who leaves makes room for one."""
        server = self.serve("limit-connections-per-address=3")
        with contextlib.ExitStack() as held:
            for _ in range(2):
                held.enter_context(Client(server, source="127.0.0.9"))
            last = Client(server, source="127.0.0.9")
            self.is_refused(server, "127.0.0.9")
            Client(server, source="127.0.0.8").close()
            last.close()
            held.enter_context(self.comes_in(server, "127.0.0.9"))
            self.is_refused(server, "127.0.0.9")

    def test_connections_in_all(self):
        """DESIGN 4.3: so has the server, wherever they come from and whether they are logged in or not."""
        server = self.serve("limit-connections=3")
        self.login(server)
        with Client(server, source="127.0.0.8"):
            last = Client(server, source="127.0.0.9", tls=False)
            self.is_refused(server, "127.0.0.10")
            with socket.create_connection((server.host, server.tls_port)) as direct:  # TLS has no word for it
                direct.settimeout(20)
                self.assertEqual(direct.recv(100), b"")
            last.close()
            with self.comes_in(server, "127.0.0.10"):
                self.is_refused(server, "127.0.0.11")

    def test_strangers_of_an_address(self):
        """DESIGN 4.3: an address has a limit of connections that are not logged in; who logs in counts no more."""
        server = self.serve("limit-connections-before-login-per-address=2")
        with Client(server, source="127.0.0.9") as first, Client(server, source="127.0.0.9"):
            self.is_refused(server, "127.0.0.9")
            Client(server, source="127.0.0.8").close()
            first.login(JEAN, PASSWORD)
            with self.comes_in(server, "127.0.0.9"):
                self.is_refused(server, "127.0.0.9")
            first.bind()
            first.sync()

    def test_strangers_in_all(self):
        """DESIGN 4.3: where all places for strangers are taken the one who has sat there longest goes, not the newcomer, who
        may have a password; whoever is logged in is no stranger."""
        server = self.serve("limit-connections-before-login=2")
        jean = self.login(server)
        with Client(server, source="127.0.0.8") as oldest, Client(server, source="127.0.0.9") as second:
            second.iq("get", f"<query xmlns='{REGISTER}'/>")
            third = self.enterContext(Client(server, source="127.0.0.10"))
            self.assertEqual(oldest.wait_closed(), ["resource-constraint"])
            second.iq("get", f"<query xmlns='{REGISTER}'/>")
            third.login(ANNA, PASSWORD)
            fourth = self.enterContext(Client(server, source="127.0.0.11"))
            second.iq("get", f"<query xmlns='{REGISTER}'/>")
            self.enterContext(Client(server, source="127.0.0.12"))
            self.assertEqual(second.wait_closed(), ["resource-constraint"])
            fourth.iq("get", f"<query xmlns='{REGISTER}'/>")
        jean.sync()

    def test_components(self):
        """DESIGN 4.3: components' connections have a limit, and who leaves makes room for one."""
        server = self.serve("limit-components=2")
        first, second = (XmlStream((server.host, server.component_port)) for _ in range(2))
        for one in (first, second):
            self.addCleanup(one.abort)
            one.open("echo.bioaster.org", "jabber:component:accept")
        with socket.create_connection((server.host, server.component_port)) as over:
            over.settimeout(20)
            self.assertEqual(over.recv(100), b"")
        first.abort()
        deadline = time.monotonic() + 20
        while True:
            again = XmlStream((server.host, server.component_port))
            self.addCleanup(again.abort)
            try:
                again.open("echo.bioaster.org", "jabber:component:accept")
                break
            except (Closed, OSError):
                self.assertLess(time.monotonic(), deadline)

    def test_handshake_time(self):
        """DESIGN 4.3: TLS must stand, and a component have proved itself, within limit-handshake-time; the time for the
        login begins with TLS."""
        server = self.serve("limit-handshake-time=5")
        component = XmlStream((server.host, server.component_port))
        self.addCleanup(component.abort)
        component.open("echo.bioaster.org", "jabber:component:accept")
        with Client(server) as secure, Client(server, tls=False) as plain, \
                socket.create_connection((server.host, server.tls_port)) as mute:
            self.assertEqual(plain.wait_closed(), ["connection-timeout"])
            self.assertEqual(component.wait_closed(), ["connection-timeout"])
            mute.settimeout(20)
            self.assertEqual(mute.recv(100), b"")
            secure.login(JEAN, PASSWORD)

    def test_login_attempts(self):
        """DESIGN 4.4: a stream ends with its limit-login-attempts-th failure, and with its limit-wrong-passwords-th wrong
        password of one mechanism; the one before may still be followed by a success."""
        server = self.serve("limit-login-attempts=9\nlimit-wrong-passwords=4")
        with Client(server) as client:
            for _ in range(8):
                client.sasl("auth", "x", "mechanism='DIGEST-MD5'")
            client.login(JEAN, PASSWORD)
        with Client(server) as client:
            for _ in range(9):
                client.sasl("auth", "x", "mechanism='DIGEST-MD5'")
            self.assertEqual(client.wait_closed(), ["policy-violation"])
        for most, is_in in ((3, True), (4, False)):
            with Client(server, source=f"127.0.0.{20 + most}") as client:
                for number in range(most):
                    client.sasl("auth", f"\0{ANNA}\0wrong{number}", "mechanism='PLAIN'")
                if is_in:
                    client.login(ANNA, PASSWORD)
                else:
                    self.assertEqual(client.wait_closed(), ["policy-violation"])

    def test_login_queue(self):
        """DESIGN 4.3: of answers that a stranger has not read limit-login-queue bytes may wait; who reads gets them all."""
        server = self.serve("limit-login-queue=16K")
        question = f"<iq type='get' id='q'><query xmlns='{REGISTER}'/></iq>"
        with Client(server) as reader:
            for _ in range(100):
                reader.iq("get", f"<query xmlns='{REGISTER}'/>")
        with Client(server) as client:
            with contextlib.suppress(OSError):
                for _ in range(200):
                    client.send(question * 100)
            self.assertIn(client.wait_closed(), (["resource-constraint"], []))  # the word itself may be lost

    def test_tags_and_children(self):
        """RFC 6120 13.12: the bytes of one start tag and the number of children are limited, and 0 is no limit."""
        server = self.serve("limit-start-tag=2000\nlimit-children=1000")
        tag = lambda size: "<message a='" + "x" * (size - len("<message a=''>")) + "'>"  # noqa: E731
        jean = self.login(server)
        jean.send(tag(1999) + "</message>")
        jean.send("<message><x xmlns='urn:x'>" + "<a/>" * 990 + "</x></message>")
        jean.sync()
        for much in (tag(2010) + "</message>", "<message><x xmlns='urn:x'>" + "<a/>" * 1001 + "</x></message>"):
            jean = self.login(server)
            jean.send(much)
            self.assertEqual(jean.wait_closed(), ["policy-violation"])
        server = self.serve("limit-start-tag=0\nlimit-children=0")
        jean = self.login(server)
        jean.send(tag(100_000) + "</message>")
        jean.send("<message><x xmlns='urn:x'>" + "<a/>" * 20_000 + "</x></message>")
        jean.sync()

    def test_stanzas(self):
        """RFC 6120 13.12: depth and bytes of a stanza are limited, before login more than after."""
        server = self.serve("limit-depth=10\nlimit-stanza=50K")
        jean = self.login(server)
        jean.ask("get", "<a>" * 9 + "</a>" * 9)
        for much in ("<iq>" + "<a>" * 10, "<iq>" + "x" * 60_000):
            jean = self.login(server)
            jean.send(much)
            self.assertEqual(jean.wait_closed(), ["policy-violation"])

    def test_zero_is_none(self):
        """DESIGN 1: 0 is no limit; what is deeper and longer than any default reaches its receiver whole, from the disk."""
        server = self.serve("limit-depth=0\nlimit-stanza=0\nlimit-login-stanza=0\n"
                            "limit-connections=0\nlimit-connections-per-address=0")
        with Client(server) as stranger:
            stranger.iq("get", f"<query xmlns='{REGISTER}'>{'x' * 200_000}</query>")
        jean = self.login(server)
        depth, length = 9000, 1_000_000
        jean.enable_management()
        jean.send(f"<message to='{ANNA}@{server.domain}' type='chat'><body>{'é' * length}</body><x xmlns='urn:x:deep'>"
                  + "<a>" * depth + "</a>" * depth + "</x></message>")
        self.assertEqual(jean.acknowledged(), 1)
        server.kill()
        server.restart()
        anna = self.login(server, ANNA)
        anna.send("<presence/>")
        message = anna.wait_message()
        self.assertEqual(len(message.findtext("{jabber:client}body")), length)
        self.assertEqual(sum(1 for _ in message.iter("{urn:x:deep}a")), depth)


if __name__ == "__main__":
    unittest.main(verbosity=2)
