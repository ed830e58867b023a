# SPDX-License-Identifier: MIT
"""Beside other plugins that do in part what ours does, and beside an XMPP account: nothing comes twice, nothing ends."""
import unittest

from colleagues import ELODIE, JEAN, Colleagues
from real_server import RealServer

ROOM = 'salon@conference.bioaster.org'
ANNE = 'anne.martin@bioaster.org'
SENT, ERROR = 1, 512
NEIGHBOURS = ('core-riba-carbons', 'core-riba-lurch', 'xep-http-file-upload')


class Neighbours(Colleagues):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)

    def texts(self, client, event='im'):
        client.send('query', 'bioaster.org', 'urn:xmpp:ping')  # what was sent before has then been shown
        client.wait('answer')
        return [e['text'] for e in client.seen if e['event'] == event]

    def do_all(self, client, command):
        for plugin in NEIGHBOURS:
            self.assertEqual(client.do(command, plugin)[-1]['event'], 'done', plugin)

    def beside_all(self, name):
        """A client with the other plugins loaded before it logs in."""
        client = self.client(name, self.server.organisation)
        self.do_all(client, 'load')
        client.log_in('Jean Dupont', 'boulangerie')
        self.texts(client)  # lurch has then asked for its own devices and prepared the account
        return client

    def meet(self, *clients):
        for number, client in enumerate(clients):
            client.send('join', ROOM, f'nick{number}')
            if number == 0:
                client.wait('question')  # about the new room
                client.send('answer', '1')
            client.wait('chat-joined')
            client.do('say', ROOM, f'je suis {number}')  # comes back from a room that is open
            client.wait('room-message', text=f'je suis {number}')

    def test_carbons_lurch_and_http_upload_double_nothing(self):
        self.arrive(self.server)
        self.become_contacts()
        desk, laptop = self.beside_all('desk'), self.beside_all('laptop')
        self.elodie.do('im', JEAN, 'Bonjour')
        for client in (self.jean, desk, laptop):
            client.wait('im', text='Bonjour')
        desk.do('im', ELODIE, 'Me voici <b>1 &lt; 2</b>')
        self.elodie.wait('im')
        laptop.wait_until(lambda e: e['event'] == 'line' and e['flags'] & SENT, 20, 'copy of what the desk sent')
        self.meet(self.elodie, desk, laptop)
        self.elodie.do('say', ROOM, 'Tous')
        for client in (desk, laptop):
            client.wait('room-message', text='Tous')
            self.assertEqual(self.texts(client), ['Bonjour'])
            self.assertEqual(self.texts(client, 'room-message').count('Tous'), 1)
        own = [e['text'] for e in laptop.seen if e['event'] == 'line' and e['flags'] & SENT and 'voici' in e['text']]
        self.assertEqual(len(own), 1, own)
        self.assertNotIn('&amp;', own[0])
        for client in (desk, laptop):
            self.assertEqual([e for e in client.seen if e['event'] == 'line' and e['flags'] & ERROR], [], 'an error is shown')

    def test_they_leave_and_ours_leaves_while_connected(self):
        self.arrive(self.server)
        client = self.beside_all('desk')
        self.do_all(client, 'unload')
        self.elodie.do('im', JEAN, 'Encore')
        client.wait('im', text='Encore')
        self.do_all(client, 'load')
        self.assertEqual(client.do('unload', 'prpl-bioaster')[-1]['event'], 'done')

    def test_an_xmpp_account_in_the_same_process(self):
        self.arrive(self.server)
        self.server.server.account_add('anne.martin', 'confiture')
        client = self.jean
        client.do('account', 'prpl-jabber', ANNE + '/xmpp', 'confiture', 'later')
        client.do('set', 'connect_server', 'localhost')
        client.do('set', 'port', str(self.server.server.port))
        client.send('enable', 'yes')
        client.wait('signed-on', account=ANNE + '/xmpp')
        client.do('im', JEAN, "D'Anne")
        client.wait('im', who=ANNE + '/xmpp', text="D'Anne")
        self.elodie.do('im', ANNE, 'Pour Anne')
        self.elodie.do('im', JEAN, 'Pour Jean')
        client.wait('im', text='Pour Jean')
        client.do('use', 'prpl-bioaster')
        client.do('im', ELODIE, 'De Jean')
        self.assertEqual(self.elodie.wait('im', text='De Jean')['who'].split('/')[0], JEAN)
        self.assertEqual(sorted(self.texts(client)), ["D'Anne", 'Pour Anne', 'Pour Jean'])
        self.assertEqual(self.texts(self.elodie), ['De Jean'])
        self.assertEqual(client.do('unload', 'prpl-bioaster')[-1]['event'], 'done')  # the other stays
        client.do('use', 'prpl-jabber')
        client.do('im', ELODIE, "D'Anne encore")
        self.elodie.wait('im', text="D'Anne encore")


if __name__ == '__main__':
    unittest.main()
