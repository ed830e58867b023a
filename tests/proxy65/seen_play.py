# SPDX-License-Identifier: MIT
"""What the proxy shows of itself: discovery (XEP-0128), figures for Prometheus, one line for each transfer."""
import re
import socket
import unittest

from proxy_play import JULIET, LIMIT, ROMEO, ProxyCase, request, stream_hash, within


class Discovery(ProxyCase):
    settings = ("addresses=proxy.example.org, [2001:db8::7]:443\nlimit-transfers=50\nlimit-idle-time=5m\nrate-per-user=2M")

    def test_xep_0128_the_form_tells_version_addresses_load_and_limits(self):
        target, initiator = self.transfer("s")
        initiator.send(b"12345")
        self.assertEqual(target.receive(5), b"12345")
        self.assertEqual(self.client().join(stream_hash("t")), 0)
        for _ in within():
            status = self.link.status()
            if status["bytes"] == ["5"]:  # another thread counts them, when they have arrived
                break
        self.assertEqual(status["FORM_TYPE"], ["urn:bioaster:proxy65:0#status"])
        self.assertRegex(status["version"][0], r"^\d+\.\d+")
        self.assertEqual(status["addresses"], ["proxy.example.org:%d" % self.port, "[2001:db8::7]:443"])
        for name, value in {"transfers": 1, "running": 1, "waiting": 1, "bytes": 5, "limit-transfers": 50,
                            "limit-idle-time": 300, "limit-activation-time": 30, "limit-lifetime": 86400,
                            "limit-transfers-per-user": 100, "limit-transfers-per-address": 0,
                            "rate-per-user": 2 << 20, "rate-total": 0}.items():
            self.assertEqual(status[name], [str(value)], name)


class Prometheus(ProxyCase):
    settings = "listen-metrics=127.0.0.1:0\nlimit-waiting=4\nlimit-handshake-time=1"

    def await_figure(self, name, value):
        for _ in within():
            if self.figures()[name] == value:
                return

    def test_every_figure_has_its_help_and_type(self):
        body = self.http("GET /metrics HTTP/1.0\r\n\r\n").partition("\r\n\r\n")[2]
        names = {re.match(r"\w+", line)[0] for line in body.splitlines() if not line.startswith("#")}
        for name in names:
            self.assertRegex(body, r"(?m)^# HELP %s \S.*\n# TYPE %s (counter|gauge)$" % (name, name))

    def test_transfers_bytes_and_refusals_are_counted(self):
        target, initiator = self.transfer("s")
        initiator.send(b"12345")
        self.assertEqual(target.receive(5), b"12345")
        self.assertEqual(self.link.activate("none"), "item-not-found")
        self.await_figure("proxy65_bytes_total", 5)  # another thread counts them, when they have arrived
        found = self.figures()
        for name, value in {"server_joined": 1, "transfers_total": 1, "transfers_running": 1, "bytes_total": 5,
                            "connections_total": 2, "connections_waiting": 0,
                            'activations_refused_total{why="nobody-waits"}': 1,
                            'transfers_ended_total{why="finished"}': 0}.items():
            self.assertEqual(found["proxy65_" + name], value, name)
        for client in (target, initiator):
            client.close()
        self.await_figure("proxy65_transfers_running", 0)
        self.await_figure('proxy65_transfers_ended_total{why="finished"}', 1)

    def test_connections_are_counted_by_what_became_of_them(self):
        self.client().send(b"\x05\x01\x00" + request("example.org", 80))
        self.await_figure("proxy65_handshakes_refused_total", 1)
        self.client()
        self.await_figure('proxy65_connections_expired_total{what="handshake"}', 1)
        self.pair("s")
        self.pair("t")
        self.assert_turned_away(self.client())
        self.await_figure('proxy65_connections_turned_away_total{why="waiting"}', 1)
        self.assertEqual(self.figures()["proxy65_connections_waiting"], 4)

    def test_a_link_that_is_away_is_seen(self):
        self.link.close()
        self.await_figure("proxy65_server_joined", 0)

    def test_another_page_or_method_is_refused(self):
        self.assertTrue(self.http("GET / HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 404 "))
        self.assertTrue(self.http("GET /metricsx HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 404 "))
        self.assertTrue(self.http("POST /metrics HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 405 "))

    def test_a_head_without_end_is_bounded(self):
        try:
            self.assertEqual(self.http("GET /metrics HTTP/1.1\r\nx: " + "x" * 200000 + "\r\n\r\n"), "")
        except (ConnectionResetError, BrokenPipeError):
            pass

    def test_readers_are_bounded(self):
        silent = [socket.create_connection(("127.0.0.1", self.metrics_port()), LIMIT) for _ in range(16)]
        try:
            self.assertEqual(self.http("GET /metrics HTTP/1.1\r\n\r\n"), "")
        except (ConnectionResetError, BrokenPipeError):
            pass
        for reader in silent:
            reader.close()
        for _ in within():
            try:
                if self.figures():
                    break
            except (AssertionError, ConnectionResetError, BrokenPipeError):
                pass


class Lines(ProxyCase):
    def test_one_line_tells_of_a_transfer(self):
        target, initiator = self.transfer("s")
        initiator.send(b"12345")
        self.assertEqual(target.receive(5), b"12345")
        target.send(b"thanks")
        self.assertEqual(initiator.receive(6), b"thanks")
        for client in (initiator, target):
            client.end_sending()
        self.await_line("transfer 1: id %s, sid s, %s to %s, 5 bytes there, 6 back, [0-9.]+ s, finished$"
                        % (stream_hash("s"), ROMEO, JULIET))

    def test_one_line_tells_of_a_transfer_that_was_refused(self):
        self.assertEqual(self.client().join(stream_hash("s")), 0)
        self.assertEqual(self.link.activate("s"), "not-allowed")
        self.await_line("id %s: sid s, %s to %s, not started: only-one-waits$" % (stream_hash("s"), ROMEO, JULIET))

    def test_of_a_session_id_64_bytes_are_shown_and_no_part_of_a_character(self):
        for sid, shown in (("x" * 64, "x" * 64), ("x" * 65, "x" * 64), ("x" + "é" * 40, "x" + "é" * 31), ("a&#10;b", "a.b")):
            self.assertEqual(self.link.activate(sid), "item-not-found")
            self.await_line("id [0-9a-f]{40}: sid %s, %s to %s, not started: nobody-waits$" % (shown, ROMEO, JULIET))


class Waiting(ProxyCase):
    settings = "limit-activation-time=1\nlisten-metrics=127.0.0.1:0"

    def test_one_line_tells_of_a_transfer_that_nobody_started(self):
        self.assertEqual(self.client().join(stream_hash("s")), 0)
        self.await_line("id %s: nobody started the transfer for which 127.0.0.1 waited .limit-activation-time.$"
                        % stream_hash("s"))

    def test_strangers_who_wait_for_nothing_do_not_fill_the_log(self):
        for number in range(61):
            self.assertEqual(self.client().join(stream_hash(str(number))), 0)
        for _ in within():
            if self.figures()['proxy65_connections_expired_total{what="activation"}'] == 61:
                break
        self.link.close()
        self.await_line("has gone; trying again")
        self.assertEqual(sum("nobody started" in line for line in self.said), 60)


if __name__ == "__main__":
    unittest.main()
