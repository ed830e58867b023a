# SPDX-License-Identifier: MIT
"""XEP-0402: the rooms in Pidgin's list are those of the account, whichever client changes them."""
import unittest

from colleagues import JEAN, Colleagues
from real_server import RealServer
from xmpp_client import Client as Wire

ROOMS = 'conference.bioaster.org'
NS, EVENT = '{urn:xmpp:bookmarks:1}', '{http://jabber.org/protocol/pubsub#event}'
PUBSUB = '{http://jabber.org/protocol/pubsub}'
OPTIONS = ("<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
           "<value>http://jabber.org/protocol/pubsub#publish-options</value></field>"
           "<field var='pubsub#persist_items'><value>true</value></field><field var='pubsub#max_items'><value>max</value></field>"
           "<field var='pubsub#send_last_published_item'><value>never</value></field>"
           "<field var='pubsub#access_model'><value>whitelist</value></field></x></publish-options>")


class Bookmarks(Colleagues):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)
        self.jean = self.client('jean', self.server.organisation)
        self.assertEqual(self.jean.log_in('Jean Dupont', 'boulangerie', make=True), JEAN)
        self.phone = Wire(self.server.server, 'jean.dupont', 'boulangerie')
        self.addCleanup(self.phone.close)
        self.phone.send('<presence/>')
        self.chats()  # the server has asked meanwhile what our client wants to be told, and knows

    def publish(self, room, name, entered='false', more='<nick>Jeannot</nick>', options=OPTIONS):
        self.phone.iq('set', f"<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:bookmarks:1'><item id='{room}@{ROOMS}'>"
                      f"<conference xmlns='urn:xmpp:bookmarks:1' name='{name}' autojoin='{entered}'>{more}</conference></item></publish>{options}</pubsub>")

    def on_server(self):
        """What the server has: by room, (name, autojoin, the children's names)."""
        answer = self.phone.ask('get', "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'/></pubsub>")
        items = {i.get('id').split('@')[0]: i.find(NS + 'conference') for i in answer.iter(PUBSUB + 'item')}
        return {room: (c.get('name'), c.get('autojoin'), sorted(e.tag.rpartition('}')[2] for e in c)) for room, c in items.items()}

    def chats(self):
        for _ in range(2):  # what the client does in its next turn is done, and the server's answer to it handled
            self.jean.send('query', 'bioaster.org', 'urn:xmpp:ping')
            self.jean.wait('answer')
        return self.jean.ask('chats')['list'].splitlines()

    def again(self):
        self.jean.do('enable', 'no')
        self.jean.send('enable', 'yes')
        self.jean.wait('signed-on')

    def make_room(self, name):
        """A room that lasts, with its owner in it, so that entering it asks nothing."""
        self.phone.send(f"<presence to='{name}@{ROOMS}/phone'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
        self.phone.iq('set', "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>",
                      to=f'{name}@{ROOMS}')

    def test_rooms_of_other_clients_are_in_the_list_and_entered(self):
        self.make_room('salon')
        self.publish('salon', 'Le salon', 'true')
        self.assertEqual(self.jean.wait('chat-joined')['room'], f'salon@{ROOMS}')
        self.publish('labo', 'Le labo')
        self.assertEqual(sorted(self.chats()), ['labo Le labo', 'salon Le salon entered'])
        self.again()
        self.jean.wait('chat-joined', room=f'salon@{ROOMS}')
        self.assertEqual(sorted(self.chats()), ['labo Le labo', 'salon Le salon entered'])

    def test_4_rooms_are_left_and_vanish_as_another_client_says(self):
        for room in ('salon', 'labo'):
            self.make_room(room)
            self.publish(room, room, '1')
            self.jean.wait('chat-joined', room=f'{room}@{ROOMS}')
        self.publish('salon', 'Salon', '0')
        self.jean.wait('chat-left', room=f'salon@{ROOMS}')
        self.phone.iq('set', "<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='urn:xmpp:bookmarks:1' notify='true'>"
                      f"<item id='labo@{ROOMS}'/></retract></pubsub>")
        self.jean.wait('chat-left', room=f'labo@{ROOMS}')
        self.assertEqual(self.chats(), ['salon Salon'])

    def test_what_the_user_adds_changes_and_removes_is_published(self):
        self.jean.do('add-chat', f'salon@{ROOMS}', 'Le salon', 'yes')
        self.chats()
        self.assertEqual(self.on_server(), {'salon': ('Le salon', 'true', ['nick'])})
        self.jean.do('alias-chat', f'salon@{ROOMS}', 'Le grand salon')
        self.chats()
        self.assertEqual(self.on_server()['salon'][0], 'Le grand salon')
        self.jean.do('remove-chat', f'salon@{ROOMS}')
        self.chats()
        self.assertEqual(self.on_server(), {})
        self.again()
        self.assertEqual(self.chats(), [])

    def test_3_4_what_other_clients_keep_with_a_room_stays(self):
        self.publish('salon', 'Salon', more="<nick>J</nick><extensions><pinned xmlns='urn:example'/></extensions>")
        self.chats()
        self.jean.do('alias-chat', f'salon@{ROOMS}', 'Autre nom')
        self.chats()
        self.assertEqual(self.on_server()['salon'], ('Autre nom', 'false', ['extensions', 'nick']))

    def test_a_list_that_another_client_made_in_another_way_is_mended(self):
        self.publish('vieux', 'Vieux', options='')
        self.chats()
        for room in ('salon', 'labo'):
            self.jean.do('add-chat', f'{room}@{ROOMS}', room, 'no')
            for _ in range(2):  # refused, configured, published
                self.chats()
        self.assertLessEqual({'salon', 'labo'}, set(self.on_server()))

    def test_changes_while_offline_meet_at_login(self):
        self.publish('salon', 'Salon')
        self.publish('labo', 'Labo')
        self.publish('vieux', 'Vieux')
        self.chats()
        self.jean.do('enable', 'no')
        self.jean.do('alias-chat', f'labo@{ROOMS}', 'Mon labo')
        self.publish('salon', 'Grand salon')
        self.phone.iq('set', "<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='urn:xmpp:bookmarks:1'>"
                      f"<item id='vieux@{ROOMS}'/></retract></pubsub>")
        self.jean.send('enable', 'yes')
        self.jean.wait('signed-on')
        self.assertEqual(sorted(self.chats()), ['labo Mon labo', 'salon Grand salon'])
        self.assertEqual({room: said[0] for room, said in self.on_server().items()}, {'labo': 'Mon labo', 'salon': 'Grand salon'})

    def test_a_list_in_the_name_of_somebody_else_changes_nothing(self):
        self.server.server.account_add('mallory', 'secret')
        mallory = Wire(self.server.server, 'mallory', 'secret')
        self.addCleanup(mallory.close)
        mallory.send(f"<message to='{JEAN}' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:bookmarks:1'>"
                     f"<item id='piege@{ROOMS}'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='1'/></item></items></event></message>")
        mallory.message(JEAN, 'vrai')
        self.jean.wait('im', text='vrai')
        self.assertEqual(self.chats(), [])

    def test_3_3_nobody_else_sees_the_list(self):
        self.jean.do('add-chat', f'salon@{ROOMS}', 'Le salon', 'no')
        self.chats()
        self.server.server.account_add('mallory', 'secret')
        mallory = Wire(self.server.server, 'mallory', 'secret')
        self.addCleanup(mallory.close)
        answer = mallory.ask('get', "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'/></pubsub>", to=JEAN)
        self.assertEqual(answer.get('type'), 'error')


if __name__ == '__main__':
    unittest.main()
