# SPDX-License-Identifier: MIT
"""proxy65 as a component of Debian's Prosody, and of ejabberd where it is installed: two desks that cannot reach each other,
each with libpurple's own XMPP protocol, send files through it both ways."""
import hashlib
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "purple-plugin"))
import unittest  # noqa: E402

import as_root  # noqa: E402
import daemons  # noqa: E402
import foreign_server  # noqa: E402
from apart_test import HOST, Desk, ip  # noqa: E402
from slixmpp_person import PASSWORD  # noqa: E402
from world import PluginTest  # noqa: E402

ACCOUNT = """<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>prpl-jabber</protocol><name>{address}</name><password>{password}</password>
<settings><setting name='connect_server' type='string'>{host}</setting><setting name='port' type='int'>{port}</setting>
<setting name='connection_security' type='string'>opportunistic_tls</setting>
<setting name='auth_plain_in_clear' type='bool'>1</setting></settings></account></account>
"""
BYTES = 5 << 20


class LibpurpleOnForeignServers(PluginTest):
    def setUp(self):
        super().setUp()
        ip("link", "set", "lo", "up")
        ip("address", "add", HOST + "/32", "dev", "lo")
        self.addCleanup(ip, "address", "del", HOST + "/32", "dev", "lo")
        self.desks = [Desk(1), Desk(2)]
        for desk in self.desks:
            self.addCleanup(desk.close)
        self.assertFalse(self.desks[0].reaches("10.200.2.2"))
        self.write_organisation()

    def person(self, server, desk, name):
        """Online at that desk; and the address."""
        address = f"{name}@{foreign_server.DOMAIN}/Stock"
        folder = pathlib.Path(self.folder) / f"{type(server).__name__}-{name}"
        folder.mkdir()
        (folder / "accounts.xml").write_text(ACCOUNT.format(address=address, password=PASSWORD, host=HOST, port=server.port))
        client = self.client(folder.name, prefix=desk.enter)
        client.do("downloads", str(folder))
        client.send("enable", "yes")
        client.wait("signed-on", 60)
        return client, address

    def send(self, sender, receiver, address):
        path = os.path.join(self.folder, f"from-{sender.name}.bin")
        content = os.urandom(BYTES)
        with open(path, "wb") as file:
            file.write(content)
        sender.send("send-file", address, path)
        arrived = receiver.wait("file-recv-complete", 60)["file"]
        with open(arrived, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).digest(), hashlib.sha256(content).digest())
        sender.wait("file-send-complete", 60)

    def test_xep_0065_6_files_go_both_ways_through_the_proxy_there(self):
        for kind in foreign_server.installed():
            with self.subTest(kind.__name__), kind(HOST) as server, daemons.Proxy(server, listen=HOST) as proxy:
                people = [self.person(server, desk, name) for desk, name in zip(self.desks, foreign_server.USERS)]
                for number, (one, other) in enumerate((people, people[::-1]), 1):
                    self.send(one[0], *other)
                    proxy.daemon.wait_for_log(rf"transfer {number}: .*{one[1]} to {other[1]}, {BYTES} bytes there, 0 back, .* finished$")

    def test_prosody_is_here_to_be_tried(self):
        self.assertIn(foreign_server.Prosody, foreign_server.installed())


if __name__ == "__main__":
    as_root.enter("--net", many_users=True)
    unittest.main()
