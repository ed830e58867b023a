# SPDX-License-Identifier: MIT
"""RFC 5802 6, RFC 9266, RFC 5929 4: logins bound to their TLS connection, by a client that derives the bindings itself."""
import contextlib
import socket
import subprocess
import unittest

from daemons import Server, build_folder
from xmpp_client import Client, Refused, Scram, failure

PIPE = build_folder() / "tests/wire/tls_pipe"
JEAN, PASSWORD = "jean.dupont", "pencil"
MECHANISMS = ("SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS")


class BoundClient(Client):
    """A client whose TLS is done by tls_pipe: `bindings` has what it may bind to, by its name."""
    pipe = contextlib.nullcontext()  # before TLS

    def secure(self, authority, name, alpn=None, version=None):
        ours, theirs = socket.socketpair()
        with self.socket as network, theirs:
            network.setblocking(True)
            self.pipe = subprocess.Popen([PIPE, str(network.fileno()), authority, name], stdin=theirs, stdout=subprocess.PIPE,
                                         pass_fds=[network.fileno()])
        self.socket = ours
        self.bindings = {kind: bytes.fromhex(self.pipe.stdout.readline().decode())
                         for kind in ("tls-exporter", "tls-server-end-point")}

    def abort(self):
        super().abort()
        with self.pipe:  # its end of the pipe is closed, and it is waited for
            pass

    def bound(self, mechanism, kind, binding=None):
        """Logs in with that binding, its own unless another is given."""
        binding = self.bindings[kind] if binding is None else binding
        self.login(JEAN, PASSWORD, mechanism, Scram(mechanism, JEAN, PASSWORD, f"p={kind},,", binding))


class Bindings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(settings="channel-binding=on"))
        cls.server.account_add(JEAN, PASSWORD)

    def client(self):
        return self.enterContext(BoundClient(self.server))

    def test_both_types_with_both_hashes(self):
        """RFC 9266 3, RFC 5929 4.1: what both sides derive from TLS 1.3 is the same, and the login goes through."""
        for mechanism in MECHANISMS:
            for kind in ("tls-exporter", "tls-server-end-point"):
                with self.subTest(mechanism, kind=kind):
                    client = self.client()
                    self.assertEqual(len(client.bindings[kind]), 32)
                    client.bound(mechanism, kind)
                    client.bind()
                    client.sync()

    def test_the_binding_of_another_connection(self):
        """RFC 5802 6, the attack: who relays a login between two TLS connections of his is refused; the exporter differs."""
        victim, relay = self.client(), self.client()
        self.assertNotEqual(victim.bindings["tls-exporter"], relay.bindings["tls-exporter"])
        for mechanism in MECHANISMS:
            with self.assertRaises(Refused) as refused:
                relay.bound(mechanism, "tls-exporter", victim.bindings["tls-exporter"])
            self.assertEqual(failure(refused.exception.element), "not-authorized")
        victim.bound(MECHANISMS[0], "tls-exporter")

    def test_a_binding_under_another_name(self):
        """RFC 5802 6: right bytes of the wrong type are no binding, nor is one with a bit turned."""
        client = self.client()
        end_point = client.bindings["tls-server-end-point"]
        for kind, binding in (("tls-exporter", end_point), ("tls-server-end-point", client.bindings["tls-exporter"]),
                              ("tls-server-end-point", bytes([end_point[0] ^ 1]) + end_point[1:])):
            one = self.client()
            with self.assertRaises(Refused) as refused:
                one.bound(MECHANISMS[0], kind, binding)
            self.assertEqual(failure(refused.exception.element), "not-authorized")


if __name__ == "__main__":
    unittest.main(verbosity=2)
