# SPDX-License-Identifier: MIT
"""XEP-0114 and what the proxy answers: XEP-0065 6.2, 0030, 0092, 0128, 0199; start and stop."""
import os
import signal
import subprocess
import time
import unittest

from proxy_play import BYTESTREAMS, LIMIT, NAME, PROGRAM, AsUser, ProxyCase, condition, stream_hash, within

INFO = "http://jabber.org/protocol/disco#info"
ITEMS = "http://jabber.org/protocol/disco#items"
FOREIGN = "romeo@example.net/garden"


class Answers(ProxyCase):
    settings = "addresses=proxy.example.org, 192.0.2.7:443, [2001:db8::7]:443"

    def test_xep_0065_4_2_discovery_tells_a_bytestreams_proxy(self):
        query = self.link.ask("<query xmlns='%s'/>" % INFO)[0]
        identity = query.find("{%s}identity" % INFO)
        self.assertEqual((identity.get("category"), identity.get("type")), ("proxy", "bytestreams"))
        features = [feature.get("var") for feature in query.iter("{%s}feature" % INFO)]
        for feature in (BYTESTREAMS, INFO, ITEMS, "urn:xmpp:ping", "jabber:iq:version"):
            self.assertIn(feature, features)

    def test_xep_0128_discovery_holds_the_counters_for_those_who_may_use_the_proxy(self):
        self.assertEqual(self.link.counters(), {"transfers": 0, "running": 0, "bytes": 0})
        foreign = self.link.ask("<query xmlns='%s'/>" % INFO, sender=FOREIGN)
        self.assertIsNone(foreign[0].find("{jabber:x:data}x"))
        self.assertIsNotNone(foreign[0].find("{%s}identity" % INFO))

    def test_xep_0030_there_are_no_items_and_no_nodes(self):
        self.assertEqual(len(self.link.ask("<query xmlns='%s'/>" % ITEMS)[0]), 0)
        answer = self.link.ask("<query xmlns='%s' node='x'/>" % INFO)
        self.assertEqual(condition(answer), "item-not-found")

    def test_xep_0065_6_2_the_addresses_come_in_the_order_of_the_settings(self):
        query = self.link.ask("<query xmlns='%s'/>" % BYTESTREAMS)[0]
        hosts = [(host.get("jid"), host.get("host"), int(host.get("port"))) for host in query]
        self.assertEqual(hosts, [(NAME, "proxy.example.org", self.port), (NAME, "192.0.2.7", 443),
                                 (NAME, "2001:db8::7", 443)])

    def test_xep_0065_6_2_an_address_query_with_a_session_as_old_clients_send_it_is_answered(self):
        query = self.link.ask("<query xmlns='%s' sid='vxf9n471bn46'/>" % BYTESTREAMS)[0]
        self.assertEqual(len(query), 3)

    def test_xep_0065_6_2_who_may_not_use_the_proxy_is_forbidden_to_ask_for_addresses(self):
        answer = self.link.ask("<query xmlns='%s'/>" % BYTESTREAMS, sender=FOREIGN)
        self.assertEqual(condition(answer), "forbidden")

    def test_xep_0092_0199_version_and_ping_are_answered(self):
        query = self.link.ask("<query xmlns='jabber:iq:version'/>")[0]
        self.assertEqual(query.find("{jabber:iq:version}name").text, "proxy65")
        self.assertEqual(self.link.ask("<ping xmlns='urn:xmpp:ping'/>").get("type"), "result")

    def test_rfc_6120_8_4_another_request_is_service_unavailable(self):
        for kind in ("get", "set"):
            self.assertEqual(condition(self.link.ask("<query xmlns='urn:example'/>", kind)), "service-unavailable")
        self.assertEqual(condition(self.link.ask("<query xmlns='%s'/>" % INFO, "set")), "service-unavailable")

    def test_rfc_6120_8_2_3_errors_results_messages_and_presence_are_never_answered(self):
        self.link.send("<iq type='error' id='1' from='%s' to='%s'><error type='cancel'/></iq>" % (FOREIGN, NAME))
        self.link.send("<iq type='result' id='2' from='%s' to='%s'/>" % (FOREIGN, NAME))
        self.link.send("<message from='%s' to='%s'><body>hi</body></message>" % (FOREIGN, NAME))
        self.link.send("<presence type='subscribe' from='%s' to='%s'/>" % (FOREIGN, NAME))
        self.assertEqual(self.link.ask("<ping xmlns='urn:xmpp:ping'/>").get("type"), "result")  # the next word


class Reconnecting(ProxyCase):
    def test_design_6_the_link_comes_back_and_running_transfers_survive(self):
        target, initiator = self.transfer("s")
        initiator.send(b"before")
        self.assertEqual(target.receive(6), b"before")
        self.link.close()
        self.await_line("the server at 127.0.0.1:.* has gone; trying again")
        initiator.send(b"meanwhile")
        self.assertEqual(target.receive(9), b"meanwhile")
        start = time.monotonic()
        self.link = self.accept()
        self.assertLess(time.monotonic() - start, 10)  # a second, and a quarter
        self.await_line("joined the server")
        for _ in within():
            if self.link.counters() == {"transfers": 1, "running": 1, "bytes": 15}:
                break
        initiator.send(b"after")
        initiator.close()
        self.assertEqual(target.receive_all(), b"after")

    def test_design_6_who_waited_while_the_link_was_away_is_activated_after_it(self):
        self.pair("s")
        self.link.close()
        self.link = self.accept()
        self.assertEqual(self.link.activate("s"), "")

    def test_the_pauses_between_attempts_double_and_begin_anew_once_it_was_joined(self):
        def seconds_until(accept):
            begun = time.monotonic()
            self.link.close()
            self.link = accept()
            return time.monotonic() - begun

        a_quarter_less = 0.75  # or more, so that many proxies do not come back at once
        self.assertGreaterEqual(seconds_until(lambda: self.listener.accept()[0]), 1)
        self.assertGreaterEqual(seconds_until(self.accept), 2 * a_quarter_less)
        self.await_line("joined the server")
        self.assertLess(seconds_until(self.accept), 4 * a_quarter_less)

    def test_a_stream_that_the_server_closes_is_opened_again(self):
        self.link.send("</stream:stream>")
        self.link = self.accept()
        self.assertEqual(self.link.ask("<ping xmlns='urn:xmpp:ping'/>").get("type"), "result")

    def test_what_is_not_xmpp_ends_the_link_only(self):
        target, initiator = self.transfer("s")
        self.link.send("<a></b>")
        self.await_line("does not speak XMPP")
        self.link = self.accept()
        initiator.send(b"x")
        self.assertEqual(target.receive(1), b"x")


class SecretThatWasRight(ProxyCase):
    def test_design_6_a_wrong_secret_is_said_once_and_may_be_put_right_where_the_link_stood_before(self):
        target, initiator = self.transfer("s")
        self.secret = "another"
        self.link.close()
        self.accept()
        line = self.await_line("refuses the secret").string
        self.assertIn("for %s" % NAME, line)
        self.assertIn(self.folder + "/component.secret", line)
        self.accept()  # refused once more, and not said again
        initiator.send(b"x")
        self.assertEqual(target.receive(1), b"x")
        self.write("component.secret", "another")
        self.link = self.accept()
        self.await_line("joined the server")
        self.assertEqual(sum("refuses the secret" in line for line in self.said), 1)


class Refused(ProxyCase):
    joins = False

    def refuse(self, error):
        link = self.listener.accept()[0]
        self.addCleanup(link.close)
        link.recv(4096)
        link.sendall(("<stream:stream xmlns='jabber:component:accept' id='1' "
                      "xmlns:stream='http://etherx.jabber.org/streams'><stream:error>"
                      "<%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
                      % error).encode())

    def assert_ends_with(self, code, sentence):
        """One line says why, and nothing is tried again."""
        self.assertEqual(self.process.wait(LIMIT), code)
        lines = [line for line in self.rest_of_log() if "open files" not in line]
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(sentence, lines[0])

    def test_a_wrong_secret_at_the_start_ends_it_with_the_code_for_wrong_settings(self):
        self.refuse("not-authorized")
        self.assert_ends_with(78, "refuses the secret for %s: put the server's own into %s/component.secret"
                              % (NAME, self.folder))

    def test_a_name_that_the_server_does_not_know_does_so_too(self):
        self.refuse("host-unknown")
        self.assert_ends_with(78, "knows no component %s" % NAME)

    def test_a_name_that_is_taken_at_the_start_ends_it_with_a_code_of_its_own(self):
        self.refuse("conflict")
        self.assert_ends_with(75, "the name %s is taken at the server" % NAME)

    def test_another_refusal_may_pass_and_is_tried_again(self):
        self.refuse("system-shutdown")
        self.await_line("ended the link: system-shutdown; trying again")
        self.link = self.accept()
        self.await_line("joined the server")

    def test_a_name_that_is_taken_while_the_link_is_away_is_tried_again(self):
        self.link = self.accept()
        self.await_line("joined the server")
        self.link.close()
        self.refuse("conflict")
        self.await_line("the name %s is taken at the server .*; trying again" % NAME)
        self.link = self.accept()
        self.await_line("joined the server")

    def test_a_server_that_is_away_is_said_once(self):
        port = self.listener.getsockname()[1]
        self.listener.close()
        self.await_line("cannot reach the server: 127.0.0.1 port %d: Connection refused" % port)


class Stopping(ProxyCase):
    def test_design_2_sigterm_ends_cleanly_and_says_good_bye(self):
        client = self.client()
        self.assertEqual(client.join(stream_hash("s")), 0)
        self.process.send_signal(signal.SIGTERM)
        self.assertIsNone(self.link.next())  # </stream:stream>
        self.link.close()
        self.assertEqual(client.receive_all(), b"")
        self.assertEqual(self.process.wait(LIMIT), 0)

    def test_sigterm_lets_running_transfers_finish(self):
        target, initiator = self.transfer("s")
        self.process.send_signal(signal.SIGTERM)
        self.await_line("stopping; 1 transfers may still finish")
        initiator.send(b"the rest")
        for client in (initiator, target):
            client.end_sending()
        self.assertEqual(target.receive_all(), b"the rest")
        self.link.close()
        self.assertEqual(self.process.wait(LIMIT), 0)

    def test_a_second_signal_ends_at_once(self):
        target, initiator = self.transfer("s")
        self.process.send_signal(signal.SIGTERM)
        self.await_line("stopping")
        self.process.send_signal(signal.SIGTERM)
        self.link.close()
        self.assertEqual(self.process.wait(LIMIT), 0)
        self.await_line("transfer 1: .* ended by the stop of the proxy")


class Crashing(AsUser):
    core_dumps = "no"

    def test_design_4_4_a_crash_writes_no_memory_to_the_disk(self):
        with open("/proc/%d/limits" % self.process.pid, encoding="ascii") as limits:
            self.assertRegex(limits.read(), r"Max core file size +0 +0 ")
        with open(PROGRAM, "rb") as program:
            is_sanitized = b"__asan_init" in program.read()  # whose leak check reads the process from another
        if not is_sanitized:
            self.assertEqual(os.stat("/proc/%d/fd" % self.process.pid).st_uid, 0)  # nobody else may look


class StoppingWithin(ProxyCase):
    settings = "limit-stop-time=1"

    def test_sigterm_has_a_bound(self):
        self.transfer("s")
        self.process.send_signal(signal.SIGTERM)
        self.link.close()
        self.assertEqual(self.process.wait(LIMIT), 0)


class Check(ProxyCase):
    def check(self):
        return subprocess.run(self.command("check"), capture_output=True, text=True, timeout=LIMIT)

    def test_design_2_check_says_what_the_proxy_would_do(self):
        done = self.check()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("joins as: proxy.example.org at 127.0.0.1:", done.stdout)
        self.assertIn("serves: example.org\n", done.stdout)

    def test_design_1_a_mistake_names_file_line_key_what_was_expected_and_the_remedy(self):
        self.write("proxy65.conf", "[proxy65]\n# ports\nlisten-socks=many\nlisten=5222\n")
        for command in (self.command("check"), self.command()):
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
            self.assertEqual(done.returncode, 2)
            lines = done.stderr.splitlines()
            self.assertRegex(lines[0], r"/proxy65.conf:3: listen-socks: expected ports, .*; write .* instead of 'many'$")
            self.assertRegex(lines[1], r"/proxy65.conf:4: listen: expected one of .*listen-socks.*; ")

    def test_a_secret_that_is_not_there_fails_the_check(self):
        self.write("component.secret", "")
        done = self.check()
        self.assertEqual(done.returncode, 2)
        self.assertIn("component.secret is empty", done.stderr)

    def test_design_4_a_secret_that_others_can_read_fails_the_check_with_the_remedy(self):
        secret = self.folder + "/component.secret"
        os.chmod(secret, 0o644)
        done = self.check()
        self.assertEqual(done.returncode, 2)
        self.assertIn("%s has mode 0644, others may read it; run: chmod 0640 %s\n" % (secret, secret), done.stderr)
        os.chmod(secret, 0o640)
        self.assertEqual(self.check().returncode, 0)

    def test_a_port_in_use_ends_the_start_with_a_sentence(self):
        self.write("proxy65.conf", "[proxy65]\nlisten-socks=127.0.0.1:%d\n" % self.port)
        done = subprocess.run(self.command(), capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 1)
        self.assertIn("port %d on 127.0.0.1: Address already in use" % self.port, done.stderr)


if __name__ == "__main__":
    unittest.main()
