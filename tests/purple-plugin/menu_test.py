# SPDX-License-Identifier: MIT
"""The account's menu: password, details, colleagues, rooms, and what works from this desk."""
import unittest

from colleagues import JEAN, Colleagues
from real_server import RealServer
from xmpp_client import Client as Wire

ROOMS = 'conference.bioaster.org'
CARD = ("<vCard xmlns='vcard-temp'><FN>Anne Martin</FN><N><GIVEN>Anne</GIVEN><FAMILY>Martin</FAMILY></N></vCard>")


class Menu(Colleagues):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)
        self.jean = self.client('jean', self.server.organisation)
        self.assertEqual(self.jean.log_in('Jean Dupont', 'boulangerie', make=True), JEAN)

    def wire(self, name, password, make=False):
        if make:
            self.server.server.account_add(name, password)
        wire = Wire(self.server.server, name, password)
        self.addCleanup(wire.close)
        return wire

    def choose(self, label, **lines):
        """Chooses a menu entry and fills in its form."""
        self.jean.send('menu-entry', label)
        self.jean.wait('done', command='menu-entry')
        for name, text in lines.items():
            self.jean.do('fill', name, text)
        if lines:
            self.jean.send('submit')

    def test_first_comes_what_users_look_for(self):
        labels = self.jean.ask('menu')['labels'].splitlines()
        self.assertEqual(labels[:8], ['Change password...', 'My details...', 'Find a colleague...', 'Rooms of the organisation...',
                                      'Check my connection', 'Whom to ask...', 'Make it an ordinary XMPP account again...', '---'])
        self.assertEqual([label for label in labels[7:] if 'XMPP' in label or 'User' in label], [])

    def fill_in_details(self, **lines):
        self.choose('My details...')
        self.jean.wait('question')
        for name, text in lines.items():
            self.jean.do('fill', name, text)
        self.jean.send('submit')
        self.assertIn('Your details are kept', self.jean.wait('notify')['primary'])

    def test_whom_to_ask_is_what_the_organisation_says(self):
        with open(self.server.organisation, encoding='utf-8') as file:
            text = file.read()
        with open(self.organisation, 'w', encoding='utf-8') as file:
            file.write(text.replace('help-contact=', 'help-contact=Le 12 34 & le bureau 5'))
        anne = self.client('anne', self.organisation)
        anne.log_in('Anne Martin', 'secret', make=True)
        anne.send('menu-entry', 'Whom to ask...')
        page = anne.wait('page')['text']
        for part in ('Le 12 34 &amp; le bureau 5', 'anne.martin@bioaster.org', 'without the old one'):
            self.assertIn(part, page)

    def test_xep_0054_details_are_kept_and_lead_colleagues_here(self):
        self.fill_in_details(given='Jean', family='Dupont', phone='12 34', service='Chimie', title='Chimiste')
        anne = self.wire('anne.martin', 'secret', make=True)
        card = anne.iq('get', "<vCard xmlns='vcard-temp'/>", to=JEAN)
        card = card[0] if card.tag.endswith('}iq') else card
        text = {e.tag.partition('}')[2]: e.text for e in card.iter()}
        self.assertEqual([text[k] for k in ('GIVEN', 'FAMILY', 'FN', 'NUMBER', 'ORGUNIT', 'TITLE')],
                         ['Jean', 'Dupont', 'Jean Dupont', '12 34', 'Chimie', 'Chimiste'])
        self.choose('Find a colleague...', first='', last='dup')
        self.assertEqual(self.jean.wait('person')['row'], 'Jean|Dupont|jean.dupont@bioaster.org')
        self.fill_in_details(given='', family='')
        self.choose('Find a colleague...', first='', last='dup')
        self.assertIn('Nobody', self.jean.wait('notify')['primary'])

    def test_the_password_is_changed_here_and_there(self):
        self.choose('Change password...', new='boulanger', again='boulangère')
        self.assertIn('Nothing was changed', self.jean.wait('notify')['primary'])
        self.assertEqual(self.jean.ask('account-state')['password'], 'boulangerie')
        self.choose('Change password...', new='pain & brioche', again='pain & brioche')
        self.assertIn('is changed', self.jean.wait('notify')['primary'])
        self.assertEqual(self.jean.ask('account-state')['password'], 'pain & brioche')
        self.jean.do('enable', 'no')
        self.jean.send('enable', 'yes')
        self.jean.wait('signed-on')
        self.wire('jean.dupont', 'pain & brioche')

    def test_xep_0055_a_colleague_is_found_by_name(self):
        anne = self.wire('anne.martin', 'secret', make=True)
        anne.iq('set', CARD)
        self.choose('Find a colleague...', first='ann', last='')
        self.assertEqual(self.jean.wait('person')['row'], 'Anne|Martin|anne.martin@bioaster.org')
        self.jean.wait('people')
        self.choose('Find a colleague...', last='introuvable')
        self.assertIn('Nobody', self.jean.wait('notify')['primary'])
        self.choose('Find a colleague...', first='a')
        self.assertIn('two letters', self.jean.wait('notify')['primary'])

    def test_rooms_are_listed_without_a_question(self):
        anne = self.wire('anne.martin', 'secret', make=True)
        anne.send(f"<presence to='salon@{ROOMS}/Anne'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
        anne.iq('set', "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", to=f'salon@{ROOMS}')
        self.choose('Rooms of the organisation...')
        self.assertTrue([e for e in self.jean.seen if e['event'] == 'rooms-window'])
        self.jean.send('rooms')
        self.assertTrue(self.jean.wait('room')['fields'].startswith(f'salon|{ROOMS}|'))
        self.jean.wait('rooms-complete')
        self.assertEqual(self.jean.asked(), [])

    def test_xep_0059_many_rooms_come_in_pages(self):
        anne = self.wire('anne.martin', 'secret', make=True)
        for number in range(130):
            anne.send(f"<presence to='salon{number}@{ROOMS}/Anne'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
            anne.iq('set', "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>",
                    to=f'salon{number}@{ROOMS}')
        self.jean.send('rooms')
        self.jean.wait('rooms-complete')
        self.assertEqual(len({e['name'] for e in self.jean.seen if e['event'] == 'room'}), 130)

    def check(self):
        self.choose('Check my connection')
        return self.jean.wait('page', 40)['text'].split('<br>')

    def test_what_works_is_shown_line_by_line(self):
        lines = self.check()
        self.assertEqual([line[:2] for line in lines], ['✓ '] * 5 + ['✗ ', ''])
        for line, word in zip(lines, ('Server', 'Certificate', ROOMS, 'History', 'proxy.bioaster.org passes bytes on in both',
                                     'this server keeps none')):
            self.assertIn(word, line)
        self.assertEqual(len(self.check()), 7)  # as often as one likes

    def test_what_does_not_work_says_why(self):
        self.server.proxy.stop()
        self.assertIn('✗ Files: proxy.bioaster.org does not answer', self.check()[4])

    def test_a_check_ends_with_its_connection(self):
        self.jean.send('menu-entry', 'Check my connection')
        self.jean.do('enable', 'no')
        self.jean.send('enable', 'yes')
        self.jean.wait('signed-on')
        self.assertEqual(len(self.check()), 7)


if __name__ == '__main__':
    unittest.main()
