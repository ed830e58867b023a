# SPDX-License-Identifier: MIT
"""What is said of a file that does not arrive, or arrives by another way: in the conversation, with an id that the logs
of both daemons have. The peer is a client of the test's own, which does what a test tells it to."""
import hashlib
import os
import re
import socket
import unittest

from colleagues import JEAN, Colleagues
from real_server import RealServer
from xmpp_client import Client as Wire

SI, STREAMS, DISCO = 'http://jabber.org/protocol/si', 'http://jabber.org/protocol/bytestreams', 'http://jabber.org/protocol/disco#info'
PROFILE, IBB = SI + '/profile/file-transfer', 'http://jabber.org/protocol/ibb'
CHOICE = (f"<si xmlns='{SI}'><feature xmlns='http://jabber.org/protocol/feature-neg'><x xmlns='jabber:x:data' type='submit'>"
          f"<field var='stream-method'><value>{STREAMS}</value></field></x></feature></si>")
PROXY_HOST, HERE, NOWHERE = 'files.bioaster.org', '127.0.0.1', '127.0.0.2'  # at the last nobody listens
NAMED_PROXY = r'proxy\.bioaster\.org \(files\.bioaster\.org:\d+\)'
PROXY = r'proxy\.bioaster\.org \(127\.0\.0\.1:\d+\)'


def error(kind, condition):
    return f"<error type='{kind}'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"


class Peer:
    """Anne, whose client takes files by bytestreams alone."""

    def __init__(self, server):
        server.account_add('anne.martin', 'secret')
        self.wire = Wire(server, 'anne.martin', 'secret', resource='bureau')
        self.address = 'anne.martin@bioaster.org/bureau'

    def next(self, namespace, name):
        return self.wire.wait(lambda s: s.find(f'{{{namespace}}}{name}') is not None and s.get('type') in ('get', 'set'))

    def answer(self, iq, payload, kind='result'):
        self.wire.send(f"<iq type='{kind}' id='{iq.get('id')}' to='{iq.get('from')}'>{payload}</iq>")

    def proposed(self):
        """The proposal of a file, after the question what this client can do."""
        features = ''.join(f"<feature var='{feature}'/>" for feature in (DISCO, SI, PROFILE, STREAMS))
        self.answer(self.next(DISCO, 'query'), f"<query xmlns='{DISCO}'>{features}</query>")
        return self.next(SI, 'si')

    def offered(self):
        """The offer of addresses, after the proposal was accepted; and the id that people are to be shown."""
        proposal = self.proposed()
        self.answer(proposal, CHOICE)
        offer = self.next(STREAMS, 'query')
        name = proposal.find(f'{{{SI}}}si').get('id') + offer.get('from') + self.address
        return offer, hashlib.sha1(name.encode()).hexdigest()


def join(port, digest):
    """A connection to the proxy under that name (RFC 1928)."""
    connection = socket.create_connection(('127.0.0.1', port), 20)
    connection.sendall(b'\x05\x01\x00')
    assert connection.recv(2) == b'\x05\x00'
    connection.sendall(b'\x05\x01\x00\x03\x28' + digest.encode() + b'\0\0')
    assert connection.recv(47, socket.MSG_WAITALL)[1] == 0
    return connection


class Files(Colleagues):
    places = None  # of the proxy's host, as elodie's and jean's computers know it

    def setUp(self):
        super().setUp()
        server = RealServer(proxy_addresses=PROXY_HOST if self.places else None)
        self.addCleanup(server.stop)
        self.arrive(server, [self.with_host(PROXY_HOST, place) for place in self.places] if self.places else ((), ()))
        self.path = os.path.join(self.folder, 'plan.txt')
        with open(self.path, 'wb') as file:
            file.write(os.urandom(100_000))

    def said(self, client, pattern, limit=20):
        """The sentence that `client` is shown; it must be like `pattern`."""
        text = client.wait_until(lambda e: e['event'] == 'line' and e['text'].startswith('plan.txt ')
                                 or 'plan.txt.' in e.get('text', ''), limit, pattern)[-1]['text']
        self.assertRegex(text, f'^{pattern}$')
        return text

    def settle(self, client):
        client.send('query', 'bioaster.org', 'urn:xmpp:ping')
        client.wait('answer')

    def only_ours(self, client):
        """libpurple's 'X cancelled the transfer' was shown nowhere, in the conversation or in a window."""
        self.settle(client)
        self.assertEqual([e for e in client.seen if e['event'] in ('line', 'notify')
                          and 'cancelled' in str(e.get('text')) + str(e.get('secondary')) + str(e.get('primary'))], [])


class Failing(Files):
    def setUp(self):
        super().setUp()
        self.peer = Peer(self.server.server)
        self.addCleanup(self.peer.wire.close)

    def propose(self, size=100_000):
        with open(self.path, 'wb') as file:
            file.truncate(size)
        self.elodie.send('send-file', self.peer.address, self.path)

    def test_xep_0095_a_file_that_is_declined_is_said_to_be(self):
        self.propose()
        self.peer.answer(self.peer.proposed(), error('cancel', 'forbidden'), 'error')
        self.said(self.elodie, r'anne\.martin@bioaster\.org did not take plan\.txt\.')
        self.only_ours(self.elodie)

    def test_xep_0065_6_2_who_could_not_reach_what_is_said(self):
        self.propose()
        offer, digest = self.peer.offered()
        self.assertEqual([h.get('jid') for h in offer[0]], ['proxy.bioaster.org'])
        self.peer.answer(offer, error('cancel', 'item-not-found'), 'error')
        self.said(self.elodie, rf'plan\.txt was not passed on: the computer of anne\.martin@bioaster\.org cannot reach {PROXY}\. '
                               f'Tell your administrator: transfer {digest[:10]}\\.')
        self.server.server.daemon.wait_for_log(f'id {digest}: {self.peer.address} reached nothing of that: item-not-found')
        self.only_ours(self.elodie)

    def test_xep_0065_6_3_5_a_refusal_of_the_proxy_is_said_with_the_id_in_its_log(self):
        self.propose()
        offer, digest = self.peer.offered()
        self.peer.answer(offer, f"<query xmlns='{STREAMS}'><streamhost-used jid='proxy.bioaster.org'/></query>")
        self.said(self.elodie, rf'plan\.txt was not passed on: {PROXY} refused it\. Tell your administrator: '
                               f'transfer {digest[:10]}, not-allowed\\.')
        self.server.proxy.daemon.wait_for_log(f'id {digest}: .* not started: only-one-waits')
        self.server.server.daemon.wait_for_log(f'id {digest}: proxy.bioaster.org did not start it: not-allowed')
        self.only_ours(self.elodie)

    def test_a_connection_that_breaks_is_said_with_the_id_in_the_logs(self):
        self.propose(50_000_000)
        offer, digest = self.peer.offered()
        with join(self.server.proxy.port, digest) as connection:
            self.peer.answer(offer, f"<query xmlns='{STREAMS}'><streamhost-used jid='proxy.bioaster.org'/></query>")
            self.assertNotEqual(connection.recv(1000), b'')
        self.said(self.elodie, r'plan\.txt was broken off: anne\.martin@bioaster\.org ended it, or the connection through '
                               rf'{PROXY} broke\. .* transfer {digest[:10]}\.')
        self.server.proxy.daemon.wait_for_log(f'transfer 1: id {digest}, ')
        self.only_ours(self.elodie)

    def test_what_the_user_ends_himself_needs_no_sentence(self):
        self.propose()
        self.peer.offered()
        self.elodie.send('cancel-files')
        self.elodie.wait('file-send-cancel')
        self.settle(self.elodie)
        self.assertEqual([e for e in self.elodie.seen if 'administrator' in e.get('text', '')], [])


class Walled(Files):
    """One of the two cannot connect to the proxy."""

    def send_plan(self):
        self.become_contacts()
        self.jean.do('downloads', self.folder)
        os.mkdir(os.path.join(self.folder, 'from'))
        os.rename(self.path, os.path.join(self.folder, 'from', 'plan.txt'))
        self.elodie.send('send-file', JEAN, os.path.join(self.folder, 'from', 'plan.txt'))

    def arrived(self):
        self.jean.wait('file-recv-complete', 60)
        self.settle(self.jean)  # the file is closed by then
        with open(self.path, 'rb') as got, open(os.path.join(self.folder, 'from', 'plan.txt'), 'rb') as sent:
            self.assertEqual(got.read(), sent.read())


class ReceiverWalled(Walled):
    places = (HERE, NOWHERE)

    def test_xep_0065_6_2_the_way_through_the_server_is_said_to_both(self):
        self.send_plan()
        place = NAMED_PROXY + r'\. For your administrator: transfer [0-9a-f]{10}\.'
        here = self.said(self.jean, r'plan\.txt goes through the server, which is slower: this computer cannot reach ' + place)
        there = self.said(self.elodie, 'plan.txt goes through the server, which is slower: the computer of '
                                       rf'jean\.dupont@bioaster\.org cannot reach {place}')
        self.assertEqual(re.findall('transfer (.*)', here), re.findall('transfer (.*)', there))
        self.arrived()


class SenderWalled(Walled):
    places = (NOWHERE, HERE)

    def test_xep_0065_4_a_proxy_that_the_sender_cannot_reach_is_not_offered_and_that_is_said_once(self):
        self.send_plan()
        self.said(self.elodie, rf'plan\.txt does not go through {NAMED_PROXY}, which this computer cannot reach: it goes to '
                               r'jean\.dupont@bioaster\.org directly or, more slowly, through the server\. '
                               r'For your administrator: transfer [0-9a-f]{10}\.')
        self.arrived()
        self.elodie.wait('file-send-complete', 60)
        self.settle(self.elodie)
        told = [e for client in (self.elodie, self.jean) for e in client.seen if 'administrator' in e.get('text', '')]
        self.assertEqual(len(told), 1, told)


if __name__ == '__main__':
    unittest.main()
