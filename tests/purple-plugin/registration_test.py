# SPDX-License-Identifier: MIT
"""XEP-0077: the plugin makes the account by itself, or says in a sentence why there is none."""
import unittest

from world import CONDITION, StandInTest

FORM_ONLY = """<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>
<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>
<field type='text-single' var='username'><required/></field>
<field type='text-private' var='password'><required/></field></x></query>"""
RIDDLE = FORM_ONLY.replace('</x>', "<field type='text-single' var='ocr' label='What is drawn?'><required/></field></x>")


class Made(StandInTest):
    def make(self, server, settings=None):
        client = self.client(settings=settings)
        client.send('account', 'prpl-bioaster', 'Élodie Müller-Noël', 'gehe<i>m', 'register')
        self.assertEqual(server.seen.get(timeout=20), 'tls')
        return client

    def test_the_typed_name_and_password_are_sent_and_the_account_comes_online(self):
        server = self.serve()
        client = self.make(server)
        self.assertEqual(server.seen.get(timeout=20), {'username': 'elodie.muller-noel', 'password': 'gehe<i>m'})
        client.wait('account-enabled')
        client.wait('signed-on')
        state = client.ask('account-state')
        self.assertEqual((state['enabled'], state['online'], state['password']), (1, 1, 'gehe<i>m'))
        self.assertEqual(client.asked(), [])
        self.assertEqual([e for e in client.seen if e['event'] == 'notify'], [])

    def test_a_form_without_plain_fields_is_filled(self):
        server = self.serve(form=FORM_ONLY)
        client = self.make(server)
        self.assertEqual(server.seen.get(timeout=20),
                         {'form:FORM_TYPE': 'jabber:iq:register', 'form:username': 'elodie.muller-noel',
                          'form:password': 'gehe<i>m'})
        client.wait('signed-on')

    def test_a_form_that_asks_for_more_is_shown_to_the_user(self):
        client = self.make(self.serve(form=RIDDLE))
        client.wait('question')

    def test_a_strangers_answer_is_not_taken_for_the_servers(self):
        server = self.serve()
        server.before_form = ("<iq type='error' id='ID' from='mallory@evil.example/x'><error type='cancel'>"
                              + CONDITION.format('conflict') + "</error></iq>")
        client = self.make(server)
        client.wait('signed-on')


class Refused(StandInTest):
    def refused(self, part, settings=None, name='Jean Dupont', **says):
        """Asks for an account and expects a sentence with `part` in it, no question and an account left disabled."""
        self.serve(**says)
        client = self.client(settings=settings)
        client.send('account', 'prpl-bioaster', name, 'geheim', 'register')
        notice = client.wait('notify')
        self.assertIn(part, notice['secondary'])
        client.wait('signed-off')
        state = client.ask('account-state')
        self.assertEqual((state['enabled'], state['online']), (0, 0))
        self.assertEqual(client.asked(), [])
        self.assertEqual([e for e in client.seen if e['event'] == 'notice-closed'], [], 'closed before it was read')
        return notice

    def test_conflict_says_that_the_account_exists(self):
        notice = self.refused('jean.dupont@bioaster.org has an account already', refusal=CONDITION.format('conflict'))
        self.assertEqual(notice['primary'], 'No account was made for jean.dupont@bioaster.org')
        self.assertEqual(notice['title'], 'BIOASTER')

    def test_conflict_in_french(self):
        self.refused('a déjà un compte', settings={'LANGUAGE': 'fr'}, refusal=CONDITION.format('conflict'))

    def test_a_name_the_server_does_not_accept(self):
        self.refused('Type your name as prenom.nom', refusal=CONDITION.format('not-acceptable'))

    def test_registration_that_is_closed(self):
        self.refused('Ask your administrator for one', get_refusal=CONDITION.format('not-allowed'))

    def test_a_server_without_registration(self):
        self.refused('Ask your administrator for one', get_refusal=CONDITION.format('service-unavailable'))

    def test_too_many_registrations(self):
        self.refused('Too many accounts', refusal=CONDITION.format('policy-violation'))

    def test_a_server_that_cannot_write(self):
        self.refused('cannot make an account just now', refusal=CONDITION.format('resource-constraint'))

    def test_a_server_in_trouble(self):
        self.refused('cannot make an account just now', refusal=CONDITION.format('internal-server-error'))

    def test_any_other_refusal_tells_the_servers_words(self):
        self.refused('Tell the moon', refusal=CONDITION.format('bad-request')
                     + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Tell the moon</text>")

    def test_a_foreign_address_is_refused_before_anything_is_sent(self):
        self.refused("'a@gmail.com' is not an address of BIOASTER", name='a@gmail.com')


if __name__ == '__main__':
    unittest.main()
