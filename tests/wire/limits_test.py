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
        """RFC 6120 4.9.3.17: over the limit, said in words before the end."""
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
        """DESIGN 4.3: an address has a limit of connections, others do not feel it, and who leaves makes room for one."""
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
