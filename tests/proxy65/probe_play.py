# SPDX-License-Identifier: MIT
"""`proxy65 probe`, as an administrator runs it: a user of the real server-core tries the real proxy65, and others."""
import base64
import contextlib
import re
import socket
import subprocess
import threading
import unittest

import daemons

USER = "jean.dupont"
NOBODYS_KEY = base64.b64encode(bytes(32)).decode()


@contextlib.contextmanager
def forwarded(proxy):
    """What a router does: a port of its own, passed on to where the proxy listens. Yields the port."""
    def pass_on(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def serve(listener):
        with contextlib.suppress(OSError), contextlib.ExitStack() as open_ones:
            while True:
                client = open_ones.enter_context(listener.accept()[0])
                inside = open_ones.enter_context(socket.create_connection(("127.0.0.1", proxy.port)))
                for way in ((client, inside), (inside, client)):
                    threading.Thread(target=pass_on, args=way, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=(listener,))
        server.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        server.join()


class Probe(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(daemons.Server())
        self.server.account_add(USER, "secret")

    def proxy(self, **more):
        return self.enterContext(daemons.Proxy(self.server, **more))

    def probe(self, password="secret", organisation=None, user=None):
        done = subprocess.run([daemons.build_folder() / "proxy65/proxy65", "--organisation",
                               organisation or self.server.profile(), "probe", user or f"{USER}@{self.server.domain}"],
                              input=password + "\n", text=True, capture_output=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def test_a_proxy_that_works_is_found_to_work(self):
        proxy = self.proxy()
        code, out, _ = self.probe()
        self.assertEqual(code, 0, out)
        self.assertRegex(out, rf"(?m)^ok    127\.0\.0\.1:{proxy.port}: 262144 bytes each way in ")
        self.assertRegex(out, "(?m)^verdict: it works at 1 of 1 addresses$")
        proxy.daemon.wait_for_log("transfer 1: .* 262144 bytes there, 262144 back, ")

    def test_an_address_that_clients_cannot_reach_is_named(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
            self.proxy(addresses=f"127.0.0.1, 127.0.0.1:{port}")
            code, out, _ = self.probe()
        self.assertEqual(code, 3)
        self.assertRegex(out, rf"(?m)^FAIL  127\.0\.0\.1:{port}: .*Connection refused$")
        self.assertRegex(out, "(?m)^verdict: it works at 1 of 2 addresses$")

    def test_something_else_at_the_address_is_no_proxy(self):
        self.proxy(addresses=f"127.0.0.1:{self.server.port}")
        code, out, _ = self.probe()
        self.assertEqual(code, 3)
        self.assertIn("no SOCKS5 server without a password is there", out)

    def test_a_user_who_may_not_is_told_so(self):
        self.proxy(settings=f"deny-users={USER}@{self.server.domain}")
        code, out, _ = self.probe()
        self.assertEqual(code, 3)
        self.assertIn("does not tell its addresses: forbidden", out)

    def test_a_proxy_that_is_away_is_said(self):
        code, out, _ = self.probe()
        self.assertEqual(code, 3)
        self.assertRegex(out, r"(?m)^FAIL  proxy\.bioaster\.org answers discovery with ")

    def test_a_wrong_password_and_a_certificate_of_somebody_else_are_said(self):
        code, out, _ = self.probe(password="wrong")
        self.assertEqual(code, 3)
        self.assertIn("FAIL  login: name or password is wrong", out)
        with daemons.Server() as other:
            profile = other.profile().read_text()
            ours = self.server.folder / "others-authority.conf"
            ours.write_text(profile.replace(f"port={other.port}", f"port={self.server.port}"))
            code, out, _ = self.probe(organisation=ours)
        self.assertEqual(code, 3)
        self.assertRegex(out, "FAIL  login: TLS with bioaster.org failed: The certificate is NOT trusted")

    def trusting(self, authority, pins):
        """The organisation's file with these in place of its own; None: without."""
        text = re.sub(r"(?m)^trust-(ca|pins)=.*\n", "", self.server.profile().read_text())
        file = self.server.folder / "trusting.conf"
        file.write_text(text + (f"trust-ca={authority}\n" if authority else "") + (f"trust-pins={pins}\n" if pins else ""))
        return file

    def test_a_pinned_key_is_trusted_by_itself_and_no_other_where_nothing_else_is(self):
        self.proxy()
        pins = re.search(r"(?m)^trust-pins=(.*)$", self.server.profile().read_text())[1]
        code, out, _ = self.probe(organisation=self.trusting(None, pins))
        self.assertEqual(code, 0, out)
        code, out, _ = self.probe(organisation=self.trusting(None, NOBODYS_KEY))
        self.assertEqual(code, 3)
        self.assertIn("FAIL  login: TLS with bioaster.org failed: the server's key is none of those in trust-pins\n", out)

    def test_beside_a_pin_the_authority_is_enough(self):
        self.proxy()
        code, out, _ = self.probe(organisation=self.trusting(self.server.authority, NOBODYS_KEY))
        self.assertEqual(code, 0, out)
        with daemons.Server() as other:
            code, out, _ = self.probe(organisation=self.trusting(other.authority, NOBODYS_KEY))
        self.assertEqual(code, 3)
        self.assertRegex(out, "FAIL  login: TLS with bioaster.org failed: The certificate is NOT trusted")

    def test_behind_nat_the_addresses_outside_are_told_and_tried(self):
        """A port of the outside that is forwarded to the one inside."""
        proxy = self.proxy(addresses="outside.example:7")
        outside = self.enterContext(forwarded(proxy))
        proxy.addresses = "localhost:%d" % outside
        proxy.restart()
        code, out, _ = self.probe()
        self.assertEqual(code, 0, out)
        self.assertRegex(out, rf"(?m)^ok    localhost:{outside}: 262144 bytes each way in ")

    def test_what_is_no_user_is_refused(self):
        code, _, said = self.probe(user="example.org")
        self.assertEqual(code, 2)
        self.assertIn("is no user: write a JID such as ", said)


if __name__ == "__main__":
    unittest.main()
