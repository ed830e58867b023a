# SPDX-License-Identifier: MIT
"""XEP-0313 in rooms: who enters again hears all that was said since, once, in order, by its author."""
import unittest

from colleagues import JEAN, Colleagues
from real_server import RealServer
from xmpp_client import Client as Wire

ROOM = 'salon@conference.bioaster.org'
RECEIVED, SENT, SYSTEM, DELAYED = 2, 1, 4, 0x400


class RoomHistory(Colleagues):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)
        self.server.server.account_add('elodie', 'secret')
        self.elodie = Wire(self.server.server, 'elodie', 'secret')
        self.addCleanup(self.elodie.close)
        self.elodie.send(f"<presence to='{ROOM}/Élodie'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
        self.make(lasting=True)
        self.jean = self.client('jean', self.server.organisation)
        self.assertEqual(self.jean.log_in('Jean Dupont', 'boulangerie', make=True), JEAN)

    def make(self, lasting):
        """The room, for good and with an archive, or until it is empty."""
        self.elodie.iq('set', "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>"
                       "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>"
                       f"<field var='muc#roomconfig_persistentroom'><value>{int(lasting)}</value></field></x></query>", to=ROOM)

    def enter(self):
        self.jean.send('join', ROOM, 'Jean')
        self.jean.wait('chat-joined', room=ROOM)

    def say(self, text):
        self.elodie.message(ROOM, text, 'groupchat')
        self.elodie.wait_message(text)

    def lines(self):
        return [e for e in self.jean.seen if e['event'] == 'line' and not e['flags'] & SYSTEM]

    def test_all_that_was_said_since_comes_once_and_in_order(self):
        self.enter()
        self.say('avant')
        self.jean.wait('line', text='avant')
        self.jean.do('say', ROOM, 'moi')
        self.jean.wait('line', text='moi')
        self.jean.do('enable', 'no')
        self.jean.seen.clear()
        for number in range(170):  # more than a page and what rooms send at entry together
            self.say(f'message {number}')
        self.jean.send('enable', 'yes')
        self.jean.wait('signed-on')
        self.enter()
        self.jean.wait('line', text='message 169')
        self.say('maintenant')
        self.jean.wait('line', text='maintenant')
        self.assertEqual([e['text'] for e in self.lines()], [f'message {n}' for n in range(170)] + ['maintenant'])
        self.assertEqual({e['who'] for e in self.lines()}, {'Élodie'})

    def test_who_enters_for_the_first_time_sees_what_the_room_sends(self):
        self.say('avant')
        self.enter()
        self.jean.wait('line', text='avant')
        self.say('maintenant')
        self.jean.wait('line', text='maintenant')
        self.assertEqual([e['text'] for e in self.lines()], ['avant', 'maintenant'])

    def test_what_the_user_said_on_another_device_is_his(self):
        self.enter()
        self.say('avant')
        self.jean.wait('line', text='avant')
        self.jean.do('enable', 'no')
        phone = Wire(self.server.server, 'jean.dupont', 'boulangerie')
        self.addCleanup(phone.close)
        phone.send(f"<presence to='{ROOM}/Jean'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
        phone.message(ROOM, 'du téléphone', 'groupchat')
        self.elodie.wait_message('du téléphone')
        phone.close()
        self.jean.seen.clear()
        self.jean.send('enable', 'yes')
        self.jean.wait('signed-on')
        self.enter()
        self.jean.wait('line', text='du téléphone', who='Jean')
        self.assertEqual([e['text'] for e in self.lines()], ['du téléphone'])

    def test_without_an_archive_the_history_of_the_room_is_not_told_twice(self):
        self.make(lasting=False)
        self.enter()
        self.say('avant')
        self.jean.wait('line', text='avant')
        self.jean.do('enable', 'no')
        self.say('entre-temps')
        self.jean.send('enable', 'yes')
        self.jean.wait('signed-on')
        self.enter()
        self.jean.wait('line', text='entre-temps')
        self.say('maintenant')
        self.jean.wait('line', text='maintenant')
        self.assertEqual([e['text'] for e in self.lines()], ['avant', 'entre-temps', 'maintenant'])

    def test_a_page_from_somebody_else_is_not_believed(self):
        self.enter()
        self.elodie.send(f"<message to='{JEAN}' type='chat'><result xmlns='urn:xmpp:mam:2' queryid='room-1' id='1'>"
                         "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='groupchat'"
                         f" from='{ROOM}/Élodie'><body>faux</body></message></forwarded></result></message>")
        self.say('vrai')
        self.jean.wait('line', text='vrai')
        self.assertEqual([e['text'] for e in self.lines()], ['vrai'])


if __name__ == '__main__':
    unittest.main()
