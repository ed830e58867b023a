# SPDX-License-Identifier: MIT
"""DESIGN 6: who may ask for addresses and activate, from which networks, and how many from one address."""
import unittest

from proxy_play import BYTESTREAMS, ProxyCase, condition, stream_hash

PARIS = "paris@example.net/x"
TYBALT = "tybalt@example.org/x"
ASK = "<query xmlns='%s'/>" % BYTESTREAMS


class Users(ProxyCase):
    settings = "allow-users=paris@example.net\ndeny-users=tybalt@example.org"

    def test_design_6_a_jid_may_be_let_in_by_itself_for_the_query_and_for_activation(self):
        self.assertEqual(self.link.ask(ASK, sender=PARIS).get("type"), "result")
        self.pair("s", initiator=PARIS)
        self.assertEqual(self.link.activate("s", sender=PARIS), "")

    def test_design_6_another_of_its_domain_may_not(self):
        other = "rosaline@example.net/x"
        self.assertEqual(condition(self.link.ask(ASK, sender=other)), "forbidden")
        self.pair("s", initiator=other)
        self.assertEqual(self.link.activate("s", sender=other), "forbidden")

    def test_design_6_a_jid_may_be_shut_out_of_a_domain_that_may(self):
        self.assertEqual(condition(self.link.ask(ASK, sender=TYBALT)), "forbidden")
        self.pair("s", initiator=TYBALT)
        self.assertEqual(self.link.activate("s", sender=TYBALT), "forbidden")


class Networks(ProxyCase):
    settings = "allow-networks=::1"

    def test_design_6_a_connection_from_another_network_is_closed_without_a_word(self):
        self.assert_turned_away(self.client())
        two = self.client("::1"), self.client("::1")
        for client in two:
            self.assertEqual(client.join(stream_hash("s")), 0)
        self.assertEqual(self.link.activate("s"), "")


class WaitingFromOneAddress(ProxyCase):
    settings = "limit-waiting-per-address=2"

    def test_design_6_one_address_cannot_take_the_places_of_others(self):
        self.pair("s")
        self.assert_turned_away(self.client())
        for _ in range(2):
            self.assertEqual(self.client("::1").join(stream_hash("t")), 0)
        self.assertEqual(self.link.activate("s"), "")  # who is served waits no more
        self.pair("u")


class TransfersOfOneAddress(ProxyCase):
    settings = "limit-transfers-per-address=2"

    def test_design_6_transfers_are_limited_for_an_address(self):
        first = self.transfer("1")
        self.transfer("2")
        self.pair("3")
        self.assertEqual(self.link.activate("3"), "resource-constraint")
        for client in (self.client("::1"), self.client("::1")):
            self.assertEqual(client.join(stream_hash("4")), 0)
        self.assertEqual(self.link.activate("4"), "")
        for client in first:
            client.close()
        self.await_line("transfer 1: ")
        self.assertEqual(self.link.activate("3"), "")


if __name__ == "__main__":
    unittest.main()
