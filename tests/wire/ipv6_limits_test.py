# SPDX-License-Identifier: MIT
"""DESIGN 4.3, 4.4: what is counted by address counts an IPv6 /64 as one: whoever has one of its addresses has them all.
In a network namespace of its own, where such addresses can be had."""
import socket
import subprocess
import time
import unittest

import as_root
from daemons import Proxy, Server
from xmpp_client import Client, Refused, Silent, XmlStream, condition

HOME = "2001:db8:0:9::1"
NEIGHBOURS = [f"2001:db8:0:1::{number}" for number in range(1, 8)]  # one /64
OUTSIDE = "2001:db8:0:2::1"
PASSWORD = "pencil"


class Ipv6Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for words in ("link set lo up", *(f"-6 address add {one}/128 dev lo nodad" for one in (HOME, OUTSIDE, *NEIGHBOURS))):
            subprocess.run(["ip", *words.split()], check=True)

    def serve(self, settings=""):
        server = self.enterContext(Server(settings=settings, listen="[::]"))
        server.host = HOME
        return server

    def is_refused(self, server, source):
        over = XmlStream((server.host, server.port), source=source)
        self.addCleanup(over.abort)
        self.assertEqual(over.wait_closed(), ["resource-constraint"])

    def test_connections(self):
        """DESIGN 4.3: connections of a /64 have one limit, in all and before login; its neighbour /64 does not feel it."""
        for key in ("limit-connections-per-address", "limit-connections-before-login-per-address"):
            with self.subTest(key):
                server = self.serve(f"{key}=2")
                with Client(server, source=NEIGHBOURS[0]), Client(server, source=NEIGHBOURS[1]):
                    self.is_refused(server, NEIGHBOURS[2])
                    self.is_refused(server, NEIGHBOURS[0])
                    Client(server, source=OUTSIDE).close()

    def test_registrations(self):
        """DESIGN 4.3: so have its registrations."""
        server = self.serve("limit-registrations-per-hour=2")
        for name, source in (("marie.curie", NEIGHBOURS[0]), ("pierre.curie", NEIGHBOURS[1])):
            with Client(server, source=source) as client:
                client.register(name, PASSWORD)
        with Client(server, source=NEIGHBOURS[2]) as over, self.assertRaises(Refused) as refused:
            over.register("eve.curie", PASSWORD)
        self.assertEqual(condition(refused.exception.element), "resource-constraint")
        with Client(server, source=OUTSIDE) as client:
            client.register("irene.joliot", PASSWORD)

    def test_guessing(self):
        """DESIGN 4.4: whoever tries names from one address of a /64 after the other waits as from one; three are free, the
        fourth waits, and meanwhile a failure from outside is answered."""
        server = self.serve()
        waits = []
        for number, source in enumerate(NEIGHBOURS[:6]):
            with Client(server, source=source) as client:
                begin = time.monotonic()
                client.sasl("auth", f"\0nobody{number}\0wrong", "mechanism='PLAIN'")
                waits.append(time.monotonic() - begin)
        print("waits of who guesses:", ", ".join(f"{wait:.2f}" for wait in waits), "s", flush=True)
        for wait, least in zip(waits[3:], (0.25, 0.5, 1)):
            self.assertGreater(wait, 0.9 * least)
        with Client(server, source=NEIGHBOURS[6]) as waiting, Client(server, source=OUTSIDE) as other:
            guess = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AG5vYm9keQB3cm9uZw==</auth>"
            waiting.send(guess)
            other.sasl("auth", "\0somebody\0wrong", "mechanism='PLAIN'")
            with self.assertRaises(Silent):
                waiting.wait(seconds=0)
            waiting.wait()

    def test_proxy(self):
        """DESIGN 6: proxy65 counts who waits in the same way."""
        server = self.serve()
        server.host = "[::1]"
        proxy = self.enterContext(Proxy(server, "limit-waiting-per-address=2", listen="[::]", addresses="proxy.bioaster.org"))

        def connect(source):
            one = socket.create_connection((HOME, proxy.port), timeout=30, source_address=(source, 0))
            self.addCleanup(one.close)
            return one
        held = [connect(source) for source in NEIGHBOURS[:2]]
        self.assertEqual(connect(NEIGHBOURS[2]).recv(1), b"")
        for one in (*held, connect(OUTSIDE)):
            one.sendall(b"\5\1\0")
            self.assertEqual(one.recv(2), b"\5\0")


if __name__ == "__main__":
    as_root.enter("--net")
    unittest.main(verbosity=2)
