# SPDX-License-Identifier: MIT
"""Messages that come back: which one, and why, in the conversation it belongs to and in no word of the protocol."""
import unittest

from colleagues import JEAN, Colleagues
from real_server import RealServer
from world import StandInTest

BOUNCES = (('item-not-found', 'Nobody has the address'), ('recipient-unavailable', 'can get no messages just now'),
           ('service-unavailable', 'can get no messages just now'), ('remote-server-not-found', "other organisation's server"),
           ('forbidden', 'may not write'), ('not-acceptable', 'is blocked'), ('policy-violation', 'too long'),
           ('resource-constraint', 'could not keep it'), ('internal-server-error', 'could not keep it'),
           ('undefined-condition', 'did not take it'))


class Bounces(StandInTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def open(self, language='en'):
        self.desk = self.client('client-' + language, settings={'LANGUAGE': language})
        self.desk.log_in('a.b', 'secret')

    def bounce(self, condition, repeats=''):
        """A message is sent and comes back; what is then said in its conversation."""
        self.desk.do('im', JEAN, 'Réunion à 14 h ?')
        number = self.server.messages.get(timeout=20).get('id')
        self.server.say(f"<message type='error' id='{number}' from='{JEAN}' to='a.b@bioaster.org/r'>{repeats}<error type='cancel'>"
                        f"<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>")
        return self.desk.wait_until(lambda e: e['event'] == 'line' and e['flags'] & 4, 20, condition)[-1]

    def test_each_reason_has_its_sentence(self):
        self.open()
        for condition, sentence in BOUNCES:
            for repeats in ('', '<body>Réunion à 14 h ?</body>'):  # servers need not repeat what they refuse
                with self.subTest(condition):
                    line = self.bounce(condition, repeats)
                    self.assertEqual(line['conversation'], JEAN)
                    self.assertTrue(line['text'].startswith('Not delivered: “Réunion à 14 h ?”.'))
                    self.assertIn(sentence, line['text'])
        self.assertEqual([e for e in self.desk.seen if e['event'] in ('page', 'notify')], [])

    def test_in_french(self):
        self.open('fr')
        self.assertIn("Le serveur n'a pas pu l'enregistrer", self.bounce('resource-constraint')['text'])

    def test_what_the_user_did_not_write_is_not_told(self):
        self.open()
        self.server.say(f"<message type='error' id='other' from='{JEAN}'><error type='cancel'>"
                        "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>")
        self.bounce('forbidden')
        self.assertEqual(sum(e['event'] == 'line' and 'Not delivered' in e['text'] for e in self.desk.seen), 1)

    def test_a_long_message_is_quoted_by_its_beginning(self):
        self.open()
        self.desk.do('im', JEAN, 'é' * 61)
        number = self.server.messages.get(timeout=20).get('id')
        self.server.say(f"<message type='error' id='{number}' from='{JEAN}'><error type='cancel'>"
                        "<forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>")
        line = self.desk.wait_until(lambda e: e['event'] == 'line' and e['flags'] & 4, 20, 'notice')[-1]
        self.assertIn('“' + 'é' * 60 + '…”', line['text'])


class AtTheServer(Colleagues):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)
        self.jean = self.client('jean', self.server.organisation)
        self.jean.log_in('Jean Dupont', 'boulangerie', make=True)

    def notice(self):
        return self.jean.wait_until(lambda e: e['event'] == 'line' and 'Not delivered' in e['text'], 20, 'notice')[-1]

    def test_another_organisation_that_cannot_be_reached(self):
        self.jean.do('im', 'romeo@montague.example', 'Bonjour')
        self.assertIn("The other organisation's server cannot be reached", self.notice()['text'])


class Contacts(StandInTest):
    """RFC 6121 2.1.6: libpurple passes over a contact that the server refuses, and shows it."""
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def add(self, condition, language='en'):
        self.server.roster_refusal = condition
        self.desk = self.client(f'client-{condition}-{language}', settings={'LANGUAGE': language})
        self.desk.log_in('a.b', 'secret')
        self.desk.do('add-buddy', 'anne.martin', '')
        return self.desk.wait('notify')['primary']

    def test_what_could_not_be_kept_is_to_be_tried_again(self):
        for condition in ('resource-constraint', 'internal-server-error'):
            said = self.add(condition)
            self.assertTrue(said.startswith('anne.martin@bioaster.org: the server could not keep'), said)
        self.assertIn("n'a pas pu enregistrer", self.add('resource-constraint', 'fr'))

    def test_what_is_refused_for_good_is_told_with_what_the_administrator_needs(self):
        self.assertTrue(self.add('not-acceptable').endswith('tell your administrator: not-acceptable'))

    def test_what_is_kept_is_not_told(self):
        self.add('resource-constraint')
        self.server.roster_refusal = None
        self.desk.do('add-buddy', 'luc.petit', '')
        self.server.presence_to('luc.petit')  # it asks to see him after the server has answered
        self.server.roster_refusal = 'not-allowed'
        self.desk.do('add-buddy', 'eve.noir', '')
        self.assertIn('eve.noir', self.desk.wait('notify')['primary'])


if __name__ == '__main__':
    unittest.main()
