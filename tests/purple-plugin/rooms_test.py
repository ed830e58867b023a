# SPDX-License-Identifier: MIT
"""The main job: two colleagues with the plugin meet in a room."""
import unittest

from colleagues import ELODIE, JEAN, Colleagues
from real_server import RealServer
from xmpp_client import Client as Wire

ROOM = 'salon@conference.bioaster.org'


class Rooms(Colleagues):
    def setUp(self):
        super().setUp()
        server = RealServer()
        self.addCleanup(server.stop)
        self.arrive(server)

    def test_a_room_is_made_joined_and_spoken_in(self):
        self.enter_new('salon', ROOM)
        self.assertLessEqual({'config', 'invite', 'kick', 'topic'}, set(self.elodie.ask('commands', ROOM)['names'].split()))
        self.jean.send('join', 'salon', 'Jean')
        self.jean.wait('chat-joined', room=ROOM)
        self.elodie.wait('occupant-joined', room=ROOM, who='Jean')
        self.jean.do('say', ROOM, 'Bonjour à tous')
        self.elodie.wait('room-message', room=ROOM, who='Jean', text='Bonjour à tous')
        self.elodie.do('say', ROOM, 'Salut 1 &lt; 2')
        self.jean.wait('room-message', room=ROOM, who='Élodie', text='Salut 1 &lt; 2')
        self.assertEqual(self.elodie.ask('slash', ROOM, 'topic Le thé')['status'], 0)
        self.jean.wait('topic', room=ROOM, text='Le thé')
        self.assertEqual(self.jean.ask('slash', ROOM, 'nick Jeannot')['status'], 0)
        self.elodie.wait('occupant-renamed', room=ROOM, who='Jeannot')

    def enter_new(self, typed, room):
        self.elodie.send('join', typed, 'Élodie')
        self.elodie.wait('question')  # libpurple's own: a new room, configure it?
        self.elodie.send('answer', '1')
        self.elodie.wait('chat-joined', room=room)
        self.elodie.do('say', room, 'Personne ?')  # comes back from a room that is open
        self.elodie.wait('room-message', text='Personne ?')

    def test_a_room_is_named_as_people_write(self):
        """RFC 7622 3.3: blanks and apostrophes have no place in an address."""
        room = 'réunion-d-été@conference.bioaster.org'
        self.enter_new("Réunion d'été", room)
        self.jean.send('join', 'réunion  d’été', 'Jean')
        self.jean.wait('chat-joined', room=room)
        self.elodie.wait('occupant-joined', room=room, who='Jean')

    def test_xep_0045_7_2_15_only_a_subject_that_is_there_or_was_is_told(self):
        self.enter_new('salon', ROOM)
        self.assertEqual([e for e in self.elodie.seen if e['event'] == 'topic' or 'topic' in e.get('text', '')], [])
        self.server.server.account_add('zoe.noir', 'geheim')
        zoe = Wire(self.server.server, 'zoe.noir', 'geheim')
        self.addCleanup(zoe.close)
        zoe.send("<presence to='autre@conference.bioaster.org/Zoé'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
        zoe.iq('set', "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>",
               to='autre@conference.bioaster.org')
        zoe.send("<message to='autre@conference.bioaster.org' type='groupchat'><subject>Le thé</subject></message>")
        self.elodie.send('join', 'autre', 'Élodie')
        self.elodie.wait('topic', text='Le thé')
        zoe.send("<message to='autre@conference.bioaster.org' type='groupchat'><subject/></message>")
        self.elodie.wait('topic', text='')

    def test_who_is_invited_by_a_command_is_named_without_a_domain(self):
        self.enter_new('salon', ROOM)
        self.assertEqual(self.elodie.ask('slash', ROOM, 'invite Jean.Dupont viens donc')['status'], 0)
        self.assertIn('viens donc', self.jean.wait('question')['secondary'])

    def test_who_is_in_a_room_when_the_server_stops_has_not_left_it(self):
        """XEP-0045 11.2: Pidgin enters again only those rooms that it did not leave before it was disconnected."""
        self.elodie.send('join', 'salon', 'Élodie')
        self.elodie.wait('question')
        self.elodie.send('answer', '1')
        self.elodie.wait('chat-joined', room=ROOM)
        self.server.server.stop()
        passed = self.elodie.wait_until(lambda e: e['event'] == 'disconnected', 30, 'disconnected')
        self.assertNotIn('chat-left', [e['event'] for e in passed])

    def test_a_room_is_entered_by_a_command_while_talking_to_one_person(self):
        self.jean.do('im', ELODIE, 'Salut')
        for wrong in ('join', 'join @conference.bioaster.org'):
            self.assertNotEqual(self.jean.ask('slash', ELODIE, wrong)['status'], 0)
        self.assertEqual(self.jean.ask('slash', ELODIE, 'join salon')['status'], 0)
        self.jean.wait('question')
        self.jean.send('answer', '1')
        self.jean.wait('chat-joined', room=ROOM)
        self.jean.do('say', ROOM, 'Personne ?')  # comes back from a room that is open
        self.jean.wait('room-message', text='Personne ?')
        self.elodie.do('im', JEAN, 'Salut')
        self.assertEqual(self.elodie.ask('slash', JEAN, f'join {ROOM}')['status'], 0)
        self.elodie.wait('chat-joined', room=ROOM)


if __name__ == '__main__':
    unittest.main()
