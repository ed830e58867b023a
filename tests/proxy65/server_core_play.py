# SPDX-License-Identifier: MIT
"""proxy65 joined to the real server-core: two users find it, ask it and send a file; the server dies in between."""
import hashlib
import os
import threading
import unittest

import daemons
import xmpp_client
from proxy_play import BYTESTREAMS, Client, status_of, stream_hash

INFO = "http://jabber.org/protocol/disco#info"
ITEMS = "http://jabber.org/protocol/disco#items"
MEGABYTES_20 = 20 << 20


class Together(unittest.TestCase):
    def setUp(self):
        server = daemons.Server()
        self.server = self.enterContext(server)
        for name in ("jean.dupont", "anne.martin"):
            server.account_add(name, "secret")
        self.proxy = self.enterContext(daemons.Proxy(server))

    def login(self, name):
        return self.enterContext(xmpp_client.Client(self.server, name, "secret"))

    def streamhost(self, user):
        """Where the proxy says it is, found as clients do: items of the domain, then the proxy's identity."""
        items = user.iq("get", f"<query xmlns='{ITEMS}'/>", self.server.domain)
        self.assertIn(self.proxy.jid, [item.get("jid") for item in items[0]])
        identity = user.iq("get", f"<query xmlns='{INFO}'/>", self.proxy.jid)[0].find(f"{{{INFO}}}identity")
        self.assertEqual((identity.get("category"), identity.get("type")), ("proxy", "bytestreams"))
        host = user.iq("get", f"<query xmlns='{BYTESTREAMS}'/>", self.proxy.jid)[0][0]
        self.assertEqual(host.get("jid"), self.proxy.jid)
        return int(host.get("port")), host.get("host")

    def counters(self, user):
        info = user.iq("get", f"<query xmlns='{INFO}'/>", self.proxy.jid)
        return {name: int(status_of(info)[name][0]) for name in ("transfers", "running", "bytes")}

    def transfer(self, sid, initiator, target):
        """Target's and initiator's connection, activated by the initiator."""
        where = self.streamhost(initiator)
        digest = stream_hash(sid, initiator.jid, target.jid)
        two = Client(*where), Client(*where)
        for client in two:
            self.addCleanup(client.close)
            self.assertEqual(client.join(digest), 0)
        initiator.iq("set", f"<query xmlns='{BYTESTREAMS}' sid='{sid}'><activate>{target.jid}</activate></query>",
                     self.proxy.jid)
        return two

    def test_xep_0065_6_20_megabytes_from_user_to_user_are_whole_and_counted(self):
        jean, anne = self.login("jean.dupont"), self.login("anne.martin")
        target, initiator = self.transfer("s", jean, anne)
        data = os.urandom(MEGABYTES_20)
        sender = threading.Thread(target=lambda: (initiator.send(data), initiator.end_sending()))
        sender.start()
        got = target.receive_all()
        sender.join()
        self.assertEqual(hashlib.sha256(got).digest(), hashlib.sha256(data).digest())
        self.assertEqual(self.counters(jean)["bytes"], MEGABYTES_20)

    def test_design_6_a_server_killed_during_a_transfer_costs_no_byte_and_the_proxy_comes_back(self):
        jean, anne = self.login("jean.dupont"), self.login("anne.martin")
        target, initiator = self.transfer("s", jean, anne)
        initiator.send(b"before")
        self.assertEqual(target.receive(6), b"before")
        lines = len(self.proxy.daemon.log)
        self.server.kill()
        initiator.send(b"meanwhile")
        self.assertEqual(target.receive(9), b"meanwhile")
        self.server.start()
        self.proxy.wait_until_joined(since=lines)
        initiator.send(b"after")
        initiator.close()
        self.assertEqual(target.receive_all(), b"after")
        jean, anne = self.login("jean.dupont"), self.login("anne.martin")
        target, initiator = self.transfer("again", jean, anne)
        initiator.send(b"x")
        self.assertEqual(target.receive(1), b"x")

    def test_design_6_a_server_killed_during_100_transfers_costs_no_byte(self):
        jean, anne = self.login("jean.dupont"), self.login("anne.martin")
        pairs = [self.transfer("s%d" % number, jean, anne) for number in range(100)]
        halves = [os.urandom(20000) for _ in range(200)]
        for (target, initiator), first in zip(pairs, halves[:100]):
            initiator.send(first)
        self.server.kill()
        for (target, initiator), second in zip(pairs, halves[100:]):
            initiator.send(second)
            initiator.close()
        for number, (target, initiator) in enumerate(pairs):
            self.assertEqual(target.receive_all(), halves[number] + halves[100 + number])
            target.close()
        for number in range(1, 101):
            self.proxy.daemon.wait_for_log(rf"transfer {number}: .* 40000 bytes there, 0 back, .*$")


if __name__ == "__main__":
    unittest.main()
