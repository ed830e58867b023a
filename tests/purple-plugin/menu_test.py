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
        self.assertEqual(labels[:6], ['Change password...', 'My details...', 'Find a colleague...', 'Rooms of the organisation...',
                                      'Check my connection', '---'])
        self.assertEqual([label for label in labels if 'XMPP' in label or 'User' in label], [])
        self.choose('My details...')
        self.assertTrue([e for e in self.jean.seen if e['event'] == 'question' or 'vCard' in str(e)])

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
        self.assertEqual([line[:2] for line in lines], ['✓ '] * 5 + [''])
        for line, word in zip(lines, ('Server', 'Certificate', ROOMS, 'History', 'proxy.bioaster.org passes bytes on in both')):
            self.assertIn(word, line)
        self.assertEqual(len(self.check()), 6)  # as often as one likes

    def test_what_does_not_work_says_why(self):
        self.server.proxy.stop()
        self.assertIn('✗ Files: proxy.bioaster.org does not answer', self.check()[4])

    def test_a_check_ends_with_its_connection(self):
        self.jean.send('menu-entry', 'Check my connection')
        self.jean.do('enable', 'no')
        self.jean.send('enable', 'yes')
        self.jean.wait('signed-on')
        self.assertEqual(len(self.check()), 6)


if __name__ == '__main__':
    unittest.main()
