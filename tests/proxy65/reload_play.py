# SPDX-License-Identifier: MIT
"""SIGHUP: settings are read again and transfers go on; what systemd is told meanwhile (sd_notify)."""
import os
import signal
import socket
import unittest

from proxy_play import BYTESTREAMS, LIMIT, Link, ProxyCase, condition, within

PARIS = "paris@example.net/x"
ASK = "<query xmlns='%s'/>" % BYTESTREAMS
AGAIN = "the settings were read again$"


class Reload(ProxyCase):
    def test_sighup_changes_access_and_addresses_and_a_running_transfer_goes_on(self):
        target, initiator = self.transfer("s")
        self.assertEqual(condition(self.link.ask(ASK, sender=PARIS)), "forbidden")
        self.reload("allow-users=paris@example.net\naddresses=192.0.2.7:443, files.example.org")
        self.await_line(AGAIN)
        hosts = [(host.get("host"), int(host.get("port"))) for host in self.link.ask(ASK, sender=PARIS)[0]]
        self.assertEqual(hosts, [("192.0.2.7", 443), ("files.example.org", self.port)])
        initiator.send(b"the rest")
        initiator.close()
        self.assertEqual(target.receive_all(), b"the rest")

    def test_sighup_changes_limits_for_what_comes(self):
        self.reload("limit-transfers=1\nlimit-activation-time=1")
        self.await_line(AGAIN)
        self.transfer("1")
        late = self.pair("2")
        self.assertEqual(self.link.activate("2"), "resource-constraint")
        for client in late:
            self.assertEqual(client.receive_all(), b"")

    def test_who_waits_from_a_network_that_may_no_more_is_not_activated(self):
        self.pair("s")
        self.reload("allow-networks=192.0.2.0/24")
        self.await_line(AGAIN)
        self.assertEqual(self.link.activate("s"), "forbidden")

    def test_sighup_opens_and_closes_ports(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            other = probe.getsockname()[1]
        self.reload("", socks="127.0.0.1:0, 127.0.0.1:%d" % other)
        self.await_line(r"listening for SOCKS5 on 127\.0\.0\.1:%d$" % other)
        self.await_line(AGAIN)
        socket.create_connection(("127.0.0.1", other), LIMIT).close()
        self.client().close()  # the first port stayed
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("::1", self.port6), LIMIT)

    def test_wrong_settings_are_said_and_change_nothing(self):
        self.reload("limit-idle-time=soon\nallow-users=paris@example.net")
        self.await_line(r"/proxy65.conf:4: limit-idle-time: expected ")
        self.await_line("were not read again; those of before hold$")
        self.assertEqual(condition(self.link.ask(ASK, sender=PARIS)), "forbidden")
        self.transfer("s")

    def test_a_port_that_is_taken_changes_nothing(self):
        taken = self.listener.getsockname()[1]
        self.reload("allow-users=paris@example.net", socks="127.0.0.1:%d" % taken)
        self.await_line("Address already in use; the settings of before hold$")
        self.assertEqual(condition(self.link.ask(ASK, sender=PARIS)), "forbidden")
        self.transfer("s")

    def test_the_link_stays_unless_its_own_settings_change(self):
        self.reload("limit-transfers=7")
        self.await_line(AGAIN)
        self.assertEqual(self.link.ask("<ping xmlns='urn:xmpp:ping'/>").get("type"), "result")
        self.write("component.secret", "another")
        self.secret = "another"
        self.reload("limit-transfers=7")
        self.link = self.accept()
        self.await_line("joined the server")
        self.assertEqual(self.link.ask("<ping xmlns='urn:xmpp:ping'/>").get("type"), "result")


class Told(ProxyCase):
    """Hears what systemd would hear."""
    settings = "limit-stop-time=3"

    def environment(self):
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.notices.close)
        self.notices.settimeout(LIMIT)
        self.notices.bind(os.path.join(self.folder, "notify"))
        return {"NOTIFY_SOCKET": os.path.join(self.folder, "notify")}

    def notice(self):
        return self.notices.recv(4096).decode()

    def await_notice(self, wanted):
        for _ in within():
            if wanted in self.notice():
                return


class ToldToSystemd(Told):
    def test_design_8_systemd_hears_of_start_link_reload_and_stop(self):
        self.assertRegex(self.notice(), "^STATUS=joined the server at 127.0.0.1:")
        self.assertEqual(self.notice(), "READY=1")
        self.process.send_signal(signal.SIGHUP)
        self.assertRegex(self.notice(), r"^RELOADING=1\nMONOTONIC_USEC=\d+$")
        self.assertEqual(self.notice(), "READY=1")
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.notice(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=13000000")
        self.link.close()
        self.assertEqual(self.process.wait(LIMIT), 0)

    def test_systemd_hears_why_there_is_no_link(self):
        self.await_notice("READY=1")
        self.link.close()
        self.await_notice("STATUS=the server at")


class ToldOfTheStart(Told):
    joins = False

    def test_a_start_without_a_server_is_a_start(self):
        self.listener.accept()[0].close()
        self.assertRegex(self.notice(), "^STATUS=.* ended the connection before the handshake was done")
        self.assertEqual(self.notice(), "READY=1")

    def test_a_start_that_the_server_refuses_is_never_ready(self):
        link = Link(self.listener.accept()[0])
        self.addCleanup(link.close)
        link.open("another")
        link.send("<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
        self.assertRegex(self.notice(), "^STATUS=.* refuses the secret")
        self.assertEqual(self.process.wait(LIMIT), 78)
        self.notices.setblocking(False)
        with self.assertRaises(BlockingIOError):
            self.notice()


if __name__ == "__main__":
    unittest.main()
