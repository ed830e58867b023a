# SPDX-License-Identifier: MIT
"""RFC 6120 3.2.1: where `proxy65 probe` finds the server of a domain that is not the organisation's. The network and its
name server are the test's own."""
import os
import socket
import struct
import subprocess
import tempfile
import threading
import unittest

import as_root
import daemons

DOMAIN, TARGET = "verona.example", "xmpp.verona.example"
SRV, A = 33, 1


def labels(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".") if part) + b"\0"


class Names(threading.Thread):
    """A name server (RFC 1035): each host of the domain is this machine, `records` are those of its XMPP service."""

    def __init__(self):
        super().__init__(daemon=True)
        self.records = []  # priority, weight, port, target
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))

    def run(self):
        while True:
            asked, who = self.socket.recvfrom(4096)
            if asked == b"end":
                return
            self.socket.sendto(self.answer(asked), who)

    def close(self):
        self.socket.sendto(b"end", ("127.0.0.1", 53))
        self.join()
        self.socket.close()

    def answer(self, asked):
        end = asked.index(b"\0", 12) + 5
        kind = struct.unpack("!H", asked[end - 4:end - 2])[0]
        answers = []
        if kind == SRV and asked[12:end - 4] == labels("_xmpp-client._tcp." + DOMAIN):
            answers = [struct.pack("!HHH", *record[:3]) + labels(record[3]) for record in self.records]
        elif kind == A:
            answers = [socket.inet_aton("127.0.0.1")]
        # The name of each answer is the question's, at byte 12.
        body = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data for data in answers)
        return asked[:2] + struct.pack("!HHHHH", 0x8180, 1, len(answers), 0, 0) + asked[12:end] + body


def unused_ports(count):
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class FoundByRecords(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        resolver = os.path.join(folder, "resolv.conf")
        with open(resolver, "w", encoding="ascii") as file:
            file.write("nameserver 127.0.0.1\n")
        subprocess.run(["mount", "--bind", resolver, os.path.realpath("/etc/resolv.conf")], check=True)
        self.addCleanup(subprocess.run, ["umount", os.path.realpath("/etc/resolv.conf")], check=True)
        self.organisation = os.path.join(folder, "organisation.conf")
        with open(self.organisation, "w", encoding="ascii") as file:
            file.write(f"[organisation]\ndomain=example.org\nproxy=proxy.{DOMAIN}\n")
        self.names = Names()
        self.names.start()
        self.addCleanup(self.names.close)

    def probe(self):
        done = subprocess.run([daemons.build_folder() / "proxy65/proxy65", "--organisation", self.organisation, "probe",
                               f"romeo@{DOMAIN}"], input="secret\n", text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 3, done.stderr)
        return done.stdout

    def test_rfc_6120_3_2_1_the_next_record_is_tried_where_nobody_answers(self):
        with daemons.Server(domain=DOMAIN) as server:
            self.names.records = [(10, 0, server.port, TARGET), (5, 0, unused_ports(1)[0], TARGET)]
            # That it came so far says that it was this server; nobody here signs for it.
            self.assertRegex(self.probe(), f"(?m)^FAIL  login: TLS with {DOMAIN} failed: The certificate is NOT trusted")

    def test_rfc_2782_lower_priority_comes_first_and_of_the_same_the_greater_weight(self):
        first, second, third = unused_ports(3)
        self.names.records = [(10, 5, third, TARGET), (5, 0, first, TARGET), (10, 20, second, TARGET)]
        refused = "; ".join(f"{TARGET} port {port}: Connection refused" for port in (first, second, third))
        self.assertIn(f"FAIL  login: {refused}\n", self.probe())

    def test_rfc_6120_3_2_2_without_records_it_is_the_domain_itself(self):
        self.assertIn(f"FAIL  login: {DOMAIN} port 5222: Connection refused\n", self.probe())

    def test_rfc_2782_a_target_of_one_dot_is_no_server(self):
        self.names.records = [(0, 0, 5222, "")]
        self.assertIn(f"FAIL  login: {DOMAIN} port 5222: Connection refused\n", self.probe())


if __name__ == "__main__":
    as_root.enter("--net", "--mount")
    unittest.main()
