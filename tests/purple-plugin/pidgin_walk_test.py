# SPDX-License-Identifier: MIT
"""Pidgin as an employee meets it beside the dialog: an old account that becomes ours, a room, a wrong certificate."""
import re
import unittest

from authority import Authority
from colleagues import JEAN
from desk import Desk, PidginTest

ACCOUNT = """<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>{protocol}</protocol><name>{name}</name><password>geheim</password>
<settings><setting name='connect_server' type='string'>localhost</setting><setting name='port' type='int'>{port}</setting></settings>
<settings ui='gtk-gaim'><setting name='auto-login' type='bool'>1</setting></settings></account></account>
"""
PREFERENCES = """<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'><pref name='pidgin'><pref name='blist'><pref name='list_visible' type='bool' value='1'/></pref></pref>
<pref name='purple'><pref name='away'><pref name='idle_reporting' type='string' value='none'/></pref></pref></pref>
"""
ROOM = 'salon@conference.bioaster.org'


class Walk(PidginTest):
    def open(self, protocol, name):
        account = ACCOUNT.format(protocol=protocol, name=name, port=self.server.server.port)
        return self.open_pidgin({'accounts.xml': account, 'prefs.xml': PREFERENCES}, Desk.seat_a_user)

    def test_an_old_account_is_offered_and_becomes_ours(self):
        self.server.server.account_add('jean.dupont', 'geheim')
        desk = self.open('prpl-jabber', JEAN + '/desk')
        question = desk.window('BIOASTER')
        desk.run('xdotool', 'windowmove', '--sync', question, '60', '120')
        desk.focus('BIOASTER')
        desk.ask_pidgin('PurpleAccountsGetAll')  # answered when the window is drawn
        self.picture(desk, 'pidgin-migration.png')
        desk.press('alt+y')  # Yes
        self.assertTrue(desk.wait(lambda: desk.online(JEAN), 'login'))

    def test_a_room_is_entered_and_talked_in(self):
        jean = self.client('jean', self.server.organisation)
        jean.log_in('Jean Dupont', 'geheim', make=True)
        jean.do('join', ROOM, 'Jean')
        jean.wait('question')  # about the new room
        jean.send('answer', '1')
        jean.wait('chat-joined')
        jean.do('say', ROOM, 'Personne ?')  # comes back from a room that is open
        jean.wait('room-message', text='Personne ?')
        self.server.server.account_add('anne.martin', 'geheim')
        desk = self.open('prpl-bioaster', 'anne.martin@bioaster.org')
        desk.wait(lambda: desk.online('anne.martin@bioaster.org'), 'login')
        desk.ask_pidgin('PurpleGotProtocolHandlerUri', f'string:xmpp:{ROOM}?join')
        jean.wait('occupant-joined')
        window = desk.window('salon')
        desk.run('xdotool', 'windowmove', '--sync', window, '40', '60')
        jean.do('say', ROOM, 'Bonjour Anne, la réunion commence.')
        desk.focus('salon')
        desk.type('Bonjour Jean !')
        desk.press('Return')
        self.assertIn('Bonjour Jean !', jean.wait('room-message', who='anne.martin')['text'])
        self.picture(desk, 'pidgin-room.png')

    def test_a_wrong_certificate_says_what_to_do_and_sends_nothing(self):
        other = Authority(self.folder, 'other')
        with open(self.server.organisation, encoding='utf-8') as file:
            text = re.sub(r'(?m)^trust-ca=.*$', 'trust-ca=other.pem', re.sub(r'(?m)^trust-pins=.*$', 'trust-pins=', file.read()))
        with open(self.organisation, 'w', encoding='utf-8') as file:
            file.write(text)
        self.assertTrue(other.certificate.endswith('other.pem'))
        self.server.organisation = self.organisation
        self.server.server.account_add('jean.dupont', 'geheim')
        desk = self.open('prpl-bioaster', JEAN)
        number = desk.wait(lambda: desk.ask_pidgin('PurpleAccountsFind', f'string:{JEAN}', 'string:prpl-bioaster'), 'account')
        desk.wait(lambda: desk.ask_pidgin('PurpleAccountGetCurrentError', 'int32:' + number) not in ('', '0'), 'error')
        desk.window('Buddy List')
        self.picture(desk, 'pidgin-certificate.png')
        self.assertEqual(desk.online(JEAN), '')
        self.assertNotIn('jean.dupont', self.server.server.command('status', '--json'))


if __name__ == '__main__':
    unittest.main()
