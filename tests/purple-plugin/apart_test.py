# SPDX-License-Identifier: MIT
"""Two desks that cannot reach each other: files go through the proxy or not at all. The desks and the server have
network namespaces of their own."""
import errno
import os
import pathlib
import subprocess
import time
import unittest

import as_root
from colleagues import Colleagues
from real_server import RealServer

HOST = '10.200.0.1'  # of the server, in a network that exists in this process alone
FORWARDING = pathlib.Path('/proc/sys/net/ipv4/ip_forward')


def ip(*words):
    subprocess.run(['ip', *words], check=True, capture_output=True)


class Desk:
    """A network of one machine, number `number`, whose only neighbour is the server."""

    def __init__(self, number):
        self.number = number
        self.holder = subprocess.Popen(['unshare', '--net', 'cat'], stdin=subprocess.PIPE)
        self.enter = ('nsenter', f'--net=/proc/{self.holder.pid}/ns/net', '--')
        ours = os.readlink('/proc/self/ns/net')
        while os.readlink(f'/proc/{self.holder.pid}/ns/net') == ours:
            time.sleep(0.01)
        ip('link', 'add', f'desk{number}', 'type', 'veth', 'peer', 'name', 'desk', 'netns', str(self.holder.pid))
        ip('address', 'add', f'10.200.{number}.1/24', 'dev', f'desk{number}')
        ip('link', 'set', f'desk{number}', 'up')
        for words in (('link', 'set', 'lo', 'up'), ('address', 'add', f'10.200.{number}.2/24', 'dev', 'desk'),
                      ('link', 'set', 'desk', 'up'), ('route', 'add', 'default', 'via', f'10.200.{number}.1')):
            subprocess.run([*self.enter, 'ip', *words], check=True, capture_output=True)

    def reaches(self, address):
        """Whether a machine answers there at all, if only that nobody listens on this port."""
        ask = f'import socket; s = socket.socket(); s.settimeout(2); print(s.connect_ex(("{address}", 9)))'
        done = subprocess.run([*self.enter, 'python3', '-c', ask], check=True, capture_output=True, text=True)
        return int(done.stdout) in (0, errno.ECONNREFUSED)

    def close(self):
        self.holder.stdin.close()
        self.holder.wait()


class Apart(Colleagues):
    def setUp(self):
        super().setUp()
        ip('link', 'set', 'lo', 'up')
        ip('address', 'add', HOST + '/32', 'dev', 'lo')
        if FORWARDING.read_text().strip() != '0':  # what a new namespace has depends on the machine
            FORWARDING.write_text('0')
        server = RealServer(HOST)
        self.addCleanup(server.stop)
        desks = [Desk(1), Desk(2)]
        for desk in desks:
            self.addCleanup(desk.close)
        for desk, other in (desks, desks[::-1]):
            self.assertFalse(desk.reaches(f'10.200.{other.number}.2'))
            self.assertTrue(desk.reaches(HOST))
        self.arrive(server, [desk.enter for desk in desks])

    def test_files_go_both_ways_through_the_proxy(self):
        self.become_contacts()
        self.send_files_both_ways()


if __name__ == '__main__':
    as_root.enter('--net')
    unittest.main()
