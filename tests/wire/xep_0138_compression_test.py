# SPDX-License-Identifier: MIT
"""XEP-0138: zlib on the stream, after login only, with a bound on what comes out of little."""
import unittest
import zlib

from daemons import Server
from xmpp_client import CLIENT, STREAM, Client

JEAN, PASSWORD = "jean.dupont", "pencil"
NS, OFFER = "http://jabber.org/protocol/compress", "{http://jabber.org/features/compress}compression"


class Squeezed:
    """A socket that compresses."""

    def __init__(self, below):
        self.below, self.out, self.inner = below, zlib.compressobj(), zlib.decompressobj()
        self.received = 0

    def sendall(self, data):
        self.below.sendall(self.out.compress(data) + self.out.flush(zlib.Z_SYNC_FLUSH))

    def recv(self, size):
        data = self.below.recv(size)
        self.received += len(data)
        return self.inner.decompress(data) if data else b""

    def __getattr__(self, name):
        return getattr(self.below, name)


class Compression(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.server.account_add(JEAN, PASSWORD)

    def logged_in(self):
        client = Client(self.server)
        self.addCleanup(client.close)
        self.assertIsNone(client.features.find(OFFER))
        client.login(JEAN, PASSWORD)
        self.assertEqual([m.text for m in client.features.find(OFFER)], ["zlib"])
        return client

    def ask(self, client, method):
        client.send(f"<compress xmlns='{NS}'>{method}</compress>")
        return client.wait()

    def compressed(self):
        client = self.logged_in()
        self.assertEqual(self.ask(client, "<method>zlib</method>").tag, f"{{{NS}}}compressed")
        client.socket = Squeezed(client.socket)
        client.features = client._open()
        return client

    def test_whole_stream(self):
        """XEP-0138 2, 3, 4: after <compressed/> a new stream begins, compressed both ways, and is not offered again."""
        client = self.compressed()
        self.assertIsNone(client.features.find(OFFER))
        client.jid = client.bind()
        client.send("<presence/>")
        for number in range(50):
            client.message(f"{JEAN}@{self.server.domain}", f"{number} " + "what man art thou " * 100)
        for number in range(50):
            self.assertTrue(client.wait_message().findtext(f"{{{CLIENT}}}body").startswith(f"{number} "))
        self.assertLess(client.socket.received, 20_000)
        client.send("</stream:stream>")
        self.assertEqual(client.wait_closed(), [])
        self.assertTrue(client.is_finished)

    def test_unknown_method(self):
        """XEP-0138 2: a method that was not offered is unsupported-method, and the stream goes on."""
        client = self.logged_in()
        self.assertEqual(self.ask(client, "<method>lzw</method>")[0].tag, f"{{{NS}}}unsupported-method")
        client.bind()
        client.sync()

    def test_twice(self):
        """XEP-0138 2: compression on a compressed stream is setup-failed."""
        client = self.compressed()
        self.assertEqual(self.ask(client, "<method>zlib</method>")[0].tag, f"{{{NS}}}setup-failed")
        client.bind()

    def test_before_login(self):
        """DESIGN 4.3: a stranger gets no memory for compression."""
        client = Client(self.server)
        self.addCleanup(client.close)
        client.send(f"<compress xmlns='{NS}'><method>zlib</method></compress>")
        self.assertEqual(client.wait_closed(), ["not-authorized"])

    def test_broken(self):
        """XEP-0138 2: what cannot be decompressed ends the stream with processing-failed."""
        client = self.compressed()
        client.socket.below.sendall(b"<presence/>")
        self.assertEqual(client.wait_closed(), ["undefined-condition"])
        self.assertIsNotNone(client.errors[0].find(f"{{{NS}}}failure/{{{NS}}}processing-failed"))

    def test_bomb(self):
        """DESIGN 4.3: a decompression bomb ends the stream."""
        client = self.compressed()
        client.jid = client.bind()
        try:
            for _ in range(40):
                client.send(" " * 1_000_000)
        except OSError:
            pass  # it has ended already
        self.assertEqual(client.wait_closed(), ["undefined-condition"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
