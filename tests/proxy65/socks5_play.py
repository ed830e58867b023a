# SPDX-License-Identifier: MIT
"""DESIGN 6, RFC 1928, XEP-0065 6.3: from the first byte of a SOCKS5 connection to activation."""
import socket
import time
import unittest

from proxy_play import BYTESTREAMS, JULIET, Client, ProxyCase, condition, request, stream_hash, within


class Handshake(ProxyCase):
    def test_rfc_1928_a_handshake_may_come_byte_by_byte(self):
        digest = stream_hash("s")
        client = self.client()
        for byte in b"\x05\x01\x00":
            client.send(bytes([byte]))
        self.assertEqual(client.receive(2), b"\x05\x00")
        for byte in request(digest):
            client.send(bytes([byte]))
        self.assertEqual(client.receive(47), b"\x05\x00\x00\x03\x28" + digest.encode() + b"\x00\x00")

    def test_rfc_1928_a_handshake_may_be_cut_in_two_at_each_byte(self):
        whole = b"\x05\x02\x02\x00" + request(stream_hash("s"))
        for cut in range(1, len(whole)):
            client = Client(self.port)
            client.send(whole[:cut])
            if cut >= 4:
                self.assertEqual(client.receive(2), b"\x05\x00")  # the first piece has been read
            else:
                for _ in within():
                    if self.received_by_proxy(client) == 0:
                        break
            client.send(whole[cut:])
            expected = 47 if cut >= 4 else 49
            self.assertEqual(len(client.receive(expected)), expected)
            client.close()
            # The place is given back when the proxy has seen it go.
            for _ in within():
                probe = Client(self.port)
                code = probe.join(stream_hash("s"))
                probe.close()
                if code == 0:
                    break

    def test_design_6_bytes_of_the_file_may_follow_the_handshake_at_once(self):
        target = self.client()
        self.assertEqual(target.join(stream_hash("s")), 0)
        initiator = self.client()
        initiator.send(b"\x05\x01\x00" + request(stream_hash("s")) + b"first bytes of the file")
        initiator.receive(49)
        self.assertEqual(self.link.activate("s"), "")
        self.assertEqual(target.receive(23), b"first bytes of the file")

    def test_rfc_1928_6_what_is_wrong_has_its_reply_code_and_then_the_connection_ends(self):
        digest = stream_hash("s")
        refused = lambda code: b"\x05\x00\x05" + bytes([code]) + b"\x00\x01" + bytes(6)
        plays = [
            ("SOCKS4", b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00", b"\x05\xff"),
            ("HTTP", b"GET / HTTP/1.1\r\n\r\n", b"\x05\xff"),
            ("only a password", b"\x05\x01\x02", b"\x05\xff"),
            ("version in the request", b"\x05\x01\x00\x04\x01\x00\x03", refused(1)),
            ("BIND", b"\x05\x01\x00" + request(digest, command=2), refused(7)),
            ("UDP ASSOCIATE", b"\x05\x01\x00" + request(digest, command=3), refused(7)),
            ("IPv4", b"\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50", refused(8)),
            ("IPv6", b"\x05\x01\x00\x05\x01\x00\x04" + bytes(18), refused(8)),
            ("unknown address type", b"\x05\x01\x00\x05\x01\x00\x02", refused(8)),
            ("a host", b"\x05\x01\x00" + request("example.org", 80), refused(2)),
            ("39 digits", b"\x05\x01\x00" + request(digest[1:]), refused(2)),
            ("a port", b"\x05\x01\x00" + request(digest, port=1), refused(2)),
        ]
        for name, sent, expected in plays:
            with self.subTest(name):
                client = self.client()
                client.send(sent)
                self.assertEqual(client.receive_all(), expected)

    def test_design_6_a_hash_in_capital_letters_is_the_same_hash(self):
        target, initiator = self.client(), self.client()
        self.assertEqual(target.join(stream_hash("s").upper()), 0)
        self.assertEqual(initiator.join(stream_hash("s")), 0)
        self.assertEqual(self.link.activate("s"), "")

    def test_design_6_ipv6_is_served_as_well(self):
        target, initiator = self.client("::1"), self.client()
        for client in (target, initiator):
            self.assertEqual(client.join(stream_hash("s")), 0)
        self.assertEqual(self.link.activate("s"), "")
        initiator.send(b"over both families")
        self.assertEqual(target.receive(18), b"over both families")


class Pairing(ProxyCase):
    def test_design_6_a_third_is_refused_before_and_after_activation(self):
        self.pair("s")
        self.assertEqual(self.client().join(stream_hash("s")), 2)
        self.assertEqual(self.link.activate("s"), "")
        third = self.client()
        self.assertEqual(third.join(stream_hash("s")), 2)
        self.assertEqual(third.receive_all(), b"")

    def test_design_6_who_goes_before_activation_gives_the_place_back(self):
        target, initiator = self.pair("s")
        initiator.close()
        for _ in within():
            again = self.client()
            if again.join(stream_hash("s")) == 0:
                break
        self.assertEqual(self.link.activate("s"), "")
        again.send(b"x")
        self.assertEqual(target.receive(1), b"x")

    def test_design_6_who_sends_all_and_ends_before_activation_keeps_the_place(self):
        target, initiator = self.pair("s")
        initiator.send(b"a small file")
        initiator.close()
        self.assertEqual(self.client().join(stream_hash("s")), 2)
        self.assertEqual(self.link.activate("s"), "")
        self.assertEqual(target.receive_all(), b"a small file")

    def test_design_6_nothing_is_read_before_activation_and_nothing_is_lost(self):
        target, initiator = self.pair("s")
        pipes = self.pipes_of_proxy()  # those it was started with
        pieces = {}
        for client in (target, initiator):
            client.socket.settimeout(0.5)  # the kernel's buffers are full when nothing moves for so long
            sent = 0
            try:
                while True:
                    sent += client.socket.send(b"%09d\n" % (sent // 10) * 1000)
            except socket.timeout:
                pass
            client.socket.settimeout(20)
            pieces[client] = sent
            waiting = self.received_by_proxy(client)
            self.assertGreater(waiting, 0)
        self.assertEqual(self.pipes_of_proxy(), pipes)
        self.assertEqual(self.link.counters()["bytes"], 0)
        self.assertEqual(self.link.activate("s"), "")
        for sender, receiver in ((target, initiator), (initiator, target)):
            data = receiver.receive(pieces[sender])
            self.assertEqual(len(data), pieces[sender])

    def test_xep_0065_6_3_5_activation_by_another_than_the_initiator_is_item_not_found(self):
        self.pair("s")
        for stranger in ("romeo@example.org/elsewhere", JULIET, "tybalt@example.org/x"):
            self.assertEqual(self.link.activate("s", sender=stranger), "item-not-found")
        self.assertEqual(self.link.activate("other"), "item-not-found")
        self.assertEqual(self.link.activate("s", target="juliet@example.org/other"), "item-not-found")
        self.assertEqual(self.link.activate("s"), "")

    def test_xep_0065_6_3_5_activation_with_only_one_party_is_not_allowed(self):
        self.assertEqual(self.client().join(stream_hash("s")), 0)
        self.assertEqual(self.link.activate("s"), "not-allowed")

    def test_xep_0065_6_3_5_activation_twice_is_not_allowed(self):
        self.transfer("s")
        self.assertEqual(self.link.activate("s"), "not-allowed")

    def test_design_6_activation_from_a_foreign_domain_is_forbidden(self):
        foreign = "romeo@example.net/garden"
        self.pair("s", initiator=foreign)
        self.assertEqual(self.link.activate("s", sender=foreign), "forbidden")

    def test_xep_0065_6_3_5_a_request_without_session_or_target_is_refused(self):
        for payload, expected in (
                ("<query xmlns='%s'><activate>%s</activate></query>" % (BYTESTREAMS, JULIET), "bad-request"),
                ("<query xmlns='%s' sid='s'/>" % BYTESTREAMS, "bad-request"),
                ("<query xmlns='%s' sid='s'><activate>@</activate></query>" % BYTESTREAMS, "jid-malformed")):
            self.assertEqual(condition(self.link.ask(payload, "set")), expected)

    def test_xep_0065_6_3_2_addresses_are_prepared_before_they_are_hashed(self):
        self.pair("s")
        self.assertEqual(self.link.activate("s", target="JULIET@Example.ORG/balcony"), "")


class Deadlines(ProxyCase):
    settings = "limit-activation-time=3\nlimit-handshake-time=3"  # long enough for a loaded machine

    def test_design_6_who_is_not_activated_in_time_is_closed_and_the_hash_is_free_again(self):
        start = time.monotonic()
        for client in self.pair("s"):
            self.assertEqual(client.receive_all(), b"")
        self.assertGreaterEqual(time.monotonic() - start, 3)
        self.pair("s")
        self.assertEqual(self.link.activate("s"), "")

    def test_design_6_a_handshake_has_a_deadline(self):
        late = {sent: self.client() for sent in (b"", b"\x05", b"\x05\x01\x00")}
        for sent, client in late.items():
            client.send(sent)
        for sent, client in late.items():
            self.assertEqual(client.receive_all(), b"\x05\x00" if len(sent) == 3 else b"")

    def test_design_6_after_activation_the_deadline_is_off(self):
        target, initiator = self.transfer("s")
        for client in self.pair("t"):
            self.assertEqual(client.receive_all(), b"")  # both deadlines have passed now
        initiator.send(b"x")
        self.assertEqual(target.receive(1), b"x")


class Waiting(ProxyCase):
    settings = "limit-waiting=4"

    def test_design_6_connections_without_a_transfer_are_bounded(self):
        self.pair("s")
        self.pair("t")
        self.assert_turned_away(self.client())
        self.assertEqual(self.link.activate("s"), "")
        self.pair("u")


if __name__ == "__main__":
    unittest.main()
