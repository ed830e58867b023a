# SPDX-License-Identifier: MIT
"""What two colleagues with the plugin tell each other beside the text: that it has arrived, that it is corrected."""
import unittest
import xml.etree.ElementTree as ET

from colleagues import ELODIE, JEAN, Colleagues
from real_server import RealServer
from xmpp_client import Client as Wire

ROOM = 'salon@conference.bioaster.org'
RECEIPTS, CORRECTION = '{urn:xmpp:receipts}', '{urn:xmpp:message-correct:0}'
SYSTEM, DELIVERED = 4, '✓ Delivered'


class Conversation(Colleagues):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)
        self.arrive(self.server)

    def wire(self, name, password, make=False):
        if make:
            self.server.server.account_add(name, password)
        wire = Wire(self.server.server, name, password)
        self.addCleanup(wire.close)
        wire.send('<presence><priority>1</priority></presence>')  # as libpurple's: both get what is for the account
        return wire

    def settle(self, client):
        client.send('query', 'bioaster.org', 'urn:xmpp:ping')
        client.wait('answer')

    def delivered(self, client):
        return sum(e['event'] == 'line' and e['text'] == DELIVERED for e in client.seen)

    def test_xep_0184_contacts_are_told_once_that_all_has_arrived(self):
        self.become_contacts()
        self.jean.do('enable', 'no')
        self.elodie.wait('buddy-signed-off')
        for number in range(3):
            self.elodie.do('im', JEAN, f'message {number}')
        self.settle(self.elodie)
        self.assertEqual(self.delivered(self.elodie), 0)
        self.jean.send('enable', 'yes')
        self.elodie.wait('line', text=DELIVERED, conversation=JEAN)
        self.elodie.do('im', JEAN, 'encore')
        self.elodie.wait('line', text=DELIVERED)
        self.settle(self.elodie)
        self.assertEqual(self.delivered(self.elodie), 2)
        self.assertTrue(next(e for e in self.elodie.seen if e.get('text') == DELIVERED)['flags'] & SYSTEM)

    def test_xep_0184_5_strangers_are_neither_asked_nor_answered(self):
        stranger = self.wire('anne.martin', 'secret', make=True)
        stranger.send(f"<message to='{JEAN}' type='chat' id='m1'><body>reçu ?</body><request xmlns='urn:xmpp:receipts'/></message>")
        self.jean.wait('im', text='reçu ?')
        self.jean.do('im', 'anne.martin@bioaster.org', 'qui ?')
        answer = stranger.wait(lambda s: s.find('{jabber:client}body') is not None)
        self.assertIsNone(answer.find(RECEIPTS + 'request'))
        self.assertFalse([s for s in stranger.received if s.find(RECEIPTS + 'received') is not None])

    def test_xep_0184_5_1_a_receipt_has_the_id_and_nothing_else(self):
        self.become_contacts()
        self.elodie.do('enable', 'no')
        phone = self.wire('elodie.muller-noel', 'pâtisserie')
        phone.send(f"<message to='{JEAN}' type='chat' id='m1'><body>reçu ?</body><request xmlns='urn:xmpp:receipts'/></message>")
        receipt = phone.wait(lambda s: s.find(RECEIPTS + 'received') is not None)
        self.assertEqual([child.get('id') for child in receipt if child.tag.startswith(RECEIPTS)], ['m1'])
        self.assertIsNone(receipt.find('{jabber:client}body'))

    def test_xep_0308_the_last_message_is_corrected_by_a_command(self):
        phone = self.wire('jean.dupont', 'boulangerie')
        self.elodie.do('im', JEAN, 'Bonjuor')
        first = phone.wait_message('Bonjuor')
        for text in ('Bonjour &amp; merci', 'Bonsoir'):
            self.elodie.send('slash', JEAN, 'correct ' + text.replace('&amp;', '&'))
            self.elodie.wait('line', text='[corrected] ' + text, conversation=JEAN, flags=1)
            self.jean.wait('im', text='[corrected] ' + text)
        for text in ('Bonjour & merci', 'Bonsoir'):
            corrected = phone.wait_message(text)
            self.assertEqual(corrected.find(CORRECTION + 'replace').get('id'), first.get('id'), ET.tostring(corrected))
            self.assertNotEqual(corrected.get('id'), first.get('id'))
        self.elodie.do('im', JEAN, 'après')
        self.assertIsNone(phone.wait_message('après').find(CORRECTION + 'replace'))

    def test_xep_0308_in_a_room_too(self):
        self.elodie.send('join', 'salon', 'Élodie')
        self.elodie.wait('question')
        self.elodie.send('answer', '1')
        self.elodie.wait('chat-joined', room=ROOM)
        said = self.elodie.ask('slash', ROOM, 'corriger rien')
        self.assertNotEqual(said['status'], 0)
        self.assertIn('nothing here', said['error'])
        self.elodie.do('say', ROOM, 'Bonjuor')
        self.elodie.wait('room-message', text='Bonjuor')
        self.elodie.send('slash', ROOM, 'corriger Bonjour')
        self.elodie.wait('room-message', text='[corrected] Bonjour')

    def test_markup_and_copies_of_corrections_are_marked(self):
        phone = self.wire('elodie.muller-noel', 'pâtisserie')
        phone.send(f"<message to='{JEAN}' type='chat' id='m2'><body>gras</body><replace id='m1' xmlns='urn:xmpp:message-correct:0'/>"
                   "<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><b>gras</b>"
                   "</body></html></message>")
        self.jean.wait('im', text='[corrected] gras')
        self.elodie.wait('line', text='[corrected] gras', conversation=JEAN)

    def test_other_clients_see_what_ours_can(self):
        self.jean.do('enable', 'no')
        phone = self.wire('jean.dupont', 'boulangerie')
        self.elodie.do('im', ELODIE, 'moi')
        self.become_contacts_with(phone)
        presence = phone.wait(lambda s: s.tag == phone.ns('presence') and '/' in s.get('from', '') and
                              s.get('from').startswith(ELODIE))
        features = phone.ask('get', "<query xmlns='http://jabber.org/protocol/disco#info'/>", to=presence.get('from'))
        found = {f.get('var') for f in features.iter('{http://jabber.org/protocol/disco#info}feature')}
        self.assertLessEqual({'urn:xmpp:receipts', 'urn:xmpp:message-correct:0'}, found)

    def become_contacts_with(self, phone):
        phone.send(f"<presence to='{ELODIE}' type='subscribe'/>")
        self.elodie.wait('authorisation-wanted', who=JEAN)
        self.elodie.do('authorise', JEAN)


if __name__ == '__main__':
    unittest.main()
