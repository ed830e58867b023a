# SPDX-License-Identifier: MIT
"""Two desks that cannot reach each other: files go through the proxy or not at all. The desks and the server have
network namespaces of their own. Prints how long a transfer takes to start, with the plugin and with libpurple's own
XMPP protocol."""
import errno
import os
import pathlib
import re
import subprocess
import time
import unittest

import as_root
from colleagues import JEAN, Colleagues
from real_server import RealServer

HOST = '10.200.0.1'  # of the server, in a network that exists in this process alone
PROXY_HOST, HOLE = 'files.bioaster.org', '10.200.9.9'  # nobody's: the server's network lets its packets vanish
DEAD = ('172.17.0.1/16',)
ACCOUNT = """<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>prpl-jabber</protocol><name>{address}</name><password>secret</password>
<settings><setting name='connect_server' type='string'>{host}</setting><setting name='port' type='int'>{port}</setting>
<setting name='connection_security' type='string'>require_tls</setting></settings></account></account>
"""
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
        ask = f'import socket; s = socket.socket(); s.settimeout(0.5); print(s.connect_ex(("{address}", 9)))'
        done = subprocess.run([*self.enter, 'python3', '-c', ask], check=True, capture_output=True, text=True)
        return int(done.stdout) in (0, errno.ECONNREFUSED)

    def close(self):
        # At once: a namespace that ends takes its links along when the kernel finds the time, and the next test makes them again.
        ip('link', 'delete', f'desk{self.number}')
        self.holder.stdin.close()
        self.holder.wait()


class Desks(Colleagues):
    def build(self, proxy_addresses=None):
        """The server and two desks that reach it and not each other."""
        ip('link', 'set', 'lo', 'up')
        ip('address', 'add', HOST + '/32', 'dev', 'lo')
        self.addCleanup(ip, 'address', 'del', HOST + '/32', 'dev', 'lo')
        if FORWARDING.read_text().strip() != '0':  # what a new namespace has depends on the machine
            FORWARDING.write_text('0')
        server = RealServer(HOST, proxy_addresses)
        self.addCleanup(server.stop)
        self.desks = desks = [Desk(1), Desk(2)]
        for desk in desks:
            self.addCleanup(desk.close)
        for desk, other in (desks, desks[::-1]):
            self.assertFalse(desk.reaches(f'10.200.{other.number}.2'))
            self.assertTrue(desk.reaches(HOST))
        return server

    def begin(self, sender, receiver, address):
        """Has a file sent to `address`; when that was."""
        path = os.path.join(self.folder, 'plan.bin')
        with open(path, 'wb') as file:
            file.truncate(100_000)
        downloads = os.path.join(self.folder, 'plans-' + receiver.name)
        os.makedirs(downloads, exist_ok=True)
        receiver.do('downloads', downloads)
        begun = time.monotonic()
        sender.send('send-file', address, path)
        return begun

    def seconds_to_start(self, sender, receiver, address, limit=60):
        begun = self.begin(sender, receiver, address)
        started = receiver.wait('file-recv-start', limit)['at']
        receiver.wait('file-recv-complete', 60)
        sender.wait('file-send-complete', 60)
        return started - begun


class Walled(Desks):
    settings = {'HEADLESS_PACE': '4'}  # five seconds for the address of the other desk, which does not answer either

    def test_a_wall_before_the_proxy_costs_the_sender_seconds_not_the_minutes_of_tcp(self):
        server = self.build(PROXY_HOST)
        self.arrive(server, [(*desk.enter, *self.with_host(PROXY_HOST, place))
                             for desk, place in zip(self.desks, (HOLE, HOST))])
        self.become_contacts()
        print(f'received {self.seconds_to_start(self.elodie, self.jean, JEAN, limit=15):.2f} s after it was sent')
        self.assertTrue([e for e in self.elodie.seen if 'which this computer cannot reach' in e.get('text', '')])


class Apart(Desks):
    def setUp(self):
        super().setUp()
        server = self.build()
        self.arrive(server, [desk.enter for desk in self.desks])

    def stock(self, desk, name):
        """libpurple's own protocol at that desk, online; and its address."""
        address = f'{name}@bioaster.org/Stock'
        folder = os.path.join(self.folder, name)
        os.makedirs(folder)
        self.server.server.account_add(name, 'secret')
        with open(os.path.join(folder, 'accounts.xml'), 'w', encoding='utf-8') as file:
            file.write(ACCOUNT.format(address=address, host=HOST, port=self.server.server.port))
        client = self.client(name, self.server.organisation, prefix=desk.enter)
        client.send('enable', 'yes')
        client.wait('signed-on')
        return client, address

    def test_a_transfer_starts_at_once_where_stock_offers_wait_for_each_dead_address(self):
        for place in DEAD:  # as Docker leaves them on a desk
            subprocess.run([*self.desks[0].enter, 'ip', 'address', 'add', place, 'dev', 'desk'], check=True)
        self.become_contacts()
        anne, _ = self.stock(self.desks[0], 'anne.martin')
        paul, address = self.stock(self.desks[1], 'paul.petit')
        begun = self.begin(anne, paul, address)  # while that waits, the others go on
        plugin = self.seconds_to_start(self.elodie, self.jean, JEAN)
        self.jean.send('query', 'bioaster.org', 'urn:xmpp:ping')
        own = re.search(r"to='([^']+)'", self.jean.wait('answer')['text']).group(1)
        mixed = self.seconds_to_start(anne, self.jean, own)
        self.send_files_both_ways()
        stock = paul.wait('file-recv-start', 60)['at'] - begun
        print(f'start of a transfer between desks that cannot reach each other, {1 + len(DEAD)} dead addresses: '
              f'plugin {plugin:.2f} s, stock {stock:.2f} s, stock to plugin {mixed:.2f} s')
        self.assertGreater(stock, 5 * (1 + len(DEAD)) - 1)  # it gives each of them five seconds
        for with_plugin in (plugin, mixed):
            self.assertLess(with_plugin, 2)


if __name__ == '__main__':
    as_root.enter('--net')
    os.environ['RES_OPTIONS'] = 'timeout:1 attempts:1'  # no DNS answers here, and libpurple asks for a STUN server
    unittest.main()
