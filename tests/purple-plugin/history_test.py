# SPDX-License-Identifier: MIT
"""What was said on another device or while this one was away: each message once, in order, at its time, by its author."""
import time
import unittest

from colleagues import ELODIE, JEAN, Colleagues
from real_server import RealServer
from xmpp_client import Client as Wire

SENT, RECEIVED, SYSTEM = 1, 2, 4
CHAT = "type='chat' xmlns='jabber:client'"


class History(Colleagues):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)
        self.arrive(self.server)

    def device(self, name, password='boulangerie', account='Jean Dupont'):
        """One more client of Jean's, which starts without any history."""
        client = self.client(name, self.server.organisation)
        client.log_in(account, password)
        return client

    def wire(self, name, password):
        """An account that speaks the protocol to the letter."""
        wire = Wire(self.server.server, name, password)
        self.addCleanup(wire.close)
        wire.send('<presence/>')
        return wire

    @staticmethod
    def lines(client, conversation=ELODIE):
        """(flags, text) of each line in that conversation that is no notice."""
        return [(e['flags'] & 3, e['text']) for e in client.seen
                if e['event'] == 'line' and e['conversation'].split('/')[0] == conversation and not e['flags'] & SYSTEM]

    def settle(self, client):
        """Returns when `client` has handled all that the server had sent before."""
        client.send('query', 'bioaster.org', 'urn:xmpp:ping')
        client.wait('answer')

    @staticmethod
    def another_second():
        begun = int(time.time())
        while int(time.time()) == begun:
            time.sleep(0.05)

    def test_xep_0280_what_another_device_sends_and_gets_is_shown(self):
        phone = self.device('phone')
        phone.do('im', ELODIE, 'Bonjour du téléphone')
        self.jean.wait('line', text='Bonjour du téléphone')
        self.elodie.wait('im', text='Bonjour du téléphone')
        self.elodie.do('im', JEAN, 'Re')
        for client in (phone, self.jean):
            client.wait('line', text='Re')
            self.settle(client)
            self.assertEqual(self.lines(client), [(SENT, 'Bonjour du téléphone'), (RECEIVED, 'Re')])
        shown = next(e for e in self.jean.seen if e['event'] == 'line')
        self.assertEqual((shown['who'], shown['conversation']), (JEAN, ELODIE))

    def test_xep_0280_11_a_copy_from_somebody_else_is_not_believed(self):
        self.server.server.account_add('mallory', 'secret')
        mallory = self.wire('mallory', 'secret')
        for kind, sender, receiver in (('sent', JEAN, ELODIE), ('received', ELODIE, JEAN)):
            mallory.send(f"<message to='{JEAN}' type='chat'><{kind} xmlns='urn:xmpp:carbons:2'>"
                         f"<forwarded xmlns='urn:xmpp:forward:0'><message from='{sender}' to='{receiver}' {CHAT}>"
                         f"<body>faux</body></message></forwarded></{kind}></message>")
        mallory.send(f"<message to='{JEAN}' type='chat'><result xmlns='urn:xmpp:mam:2' queryid='1' id='1'>"
                     f"<forwarded xmlns='urn:xmpp:forward:0'><message from='{ELODIE}' to='{JEAN}' {CHAT}>"
                     f"<body>faux</body></message></forwarded></result></message>")
        mallory.message(JEAN, 'vrai')
        self.jean.wait('im', text='vrai')
        self.settle(self.jean)
        self.assertEqual([e for e in self.jean.seen if e.get('text') == 'faux'], [])

    def test_xep_0313_what_was_said_while_away_comes_once_in_order_at_its_time(self):
        self.elodie.do('im', JEAN, 'avant')
        self.jean.wait('im', text='avant')
        phone = self.wire('jean.dupont', 'boulangerie')
        self.jean.do('enable', 'no')
        self.jean.seen.clear()
        expected = []
        for number in range(130):  # more than a page
            sender = phone if number % 3 == 0 else self.elodie
            if sender is phone:
                phone.message(ELODIE, f'message {number}')
                self.elodie.wait('im', text=f'message {number}')
            else:
                self.elodie.do('im', JEAN, f'message {number}')
                phone.wait_message(f'message {number}')
            expected.append((SENT if sender is phone else RECEIVED, f'message {number}'))
        phone.send("<presence type='unavailable'/>")
        phone.sync()
        for number in range(3):  # for nobody: the server keeps them, and tells of them in two ways
            self.elodie.do('im', JEAN, f'absent {number}')
            expected.append((RECEIVED, f'absent {number}'))
        self.settle(self.elodie)
        said_before = int(time.time())
        self.another_second()
        self.jean.send('enable', 'yes')
        self.jean.wait('im', text='absent 2')
        self.elodie.do('im', JEAN, 'maintenant')
        self.jean.wait('line', text='maintenant')
        self.assertEqual(self.lines(self.jean), [*expected, (RECEIVED, 'maintenant')])
        times = [e['time'] for e in self.jean.seen if e['event'] == 'line'][:-1]
        self.assertLessEqual(max(times), said_before)
        self.assertEqual(times, sorted(times))

    def test_what_this_client_wrote_itself_is_not_told_again(self):
        self.elodie.do('im', JEAN, 'un')
        self.jean.wait('im', text='un')
        self.jean.do('im', ELODIE, 'deux')
        self.elodie.wait('im', text='deux')
        self.jean.do('enable', 'no')
        self.jean.send('enable', 'yes')
        self.jean.wait('signed-on')
        self.elodie.do('im', JEAN, 'trois')
        self.jean.wait('line', text='trois')
        self.assertEqual(self.lines(self.jean), [(RECEIVED, 'un'), (SENT, 'deux'), (RECEIVED, 'trois')])

    def test_the_first_time_is_bounded_and_said(self):
        for number in range(120):  # more than a page
            self.elodie.do('im', JEAN, f'message {number}')
        self.jean.wait('im', text='message 119')
        self.jean.do('im', ELODIE, 'compris')
        self.elodie.wait('im', text='compris')
        other = self.device('other')
        other.wait('line', text='compris')
        notices = [e['text'] for e in other.seen if e['event'] == 'line' and e['flags'] & SYSTEM]
        self.assertEqual(len(notices), 1)
        self.assertIn('7 days', notices[0])
        self.assertEqual(self.lines(other), [(RECEIVED, f'message {n}') for n in range(120)] + [(SENT, 'compris')])
        other.do('enable', 'no')
        other.send('enable', 'yes')
        other.wait('signed-on')
        self.elodie.do('im', JEAN, 'encore')
        other.wait('line', text='encore')
        self.assertEqual(len(self.lines(other)), 122)


if __name__ == '__main__':
    unittest.main()
