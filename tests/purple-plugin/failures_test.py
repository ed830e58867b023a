# SPDX-License-Identifier: MIT
"""Each failure of a login or a connection has a sentence of its own, which says what to do next, in both languages."""
import socket
import unittest

from world import StandInTest

STREAM_ERROR = "<stream:error><{} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
PROTOCOL = ('SASL', 'XML', 'XMPP', 'stream', 'stanza', 'resource', 'uthoriz', 'JID', 'flux')


class Failures(StandInTest):
    def failure(self, client):
        """What is said when the account fails: to the user at once, and what the client keeps to show it."""
        events = client.wait_until(lambda e: e['event'] == 'account-error', 20, 'error')
        said = [e['text'] for e in events if e['event'] == 'disconnected']
        self.assertEqual(said, [events[-1]['text']])
        for word in PROTOCOL:
            self.assertNotIn(word, said[0])
        return said[0]

    def fail_to_log_in(self, language='en'):
        self.desk = self.client('client-' + language, settings={'LANGUAGE': language})
        self.desk.send('account', 'prpl-bioaster', 'a.b', 'secret', 'login')
        return self.failure(self.desk)

    def test_a_wrong_password(self):
        self.serve().login_refusal = 'not-authorized'
        self.assertIn('password of a.b@bioaster.org is not right. Re-enable the account', self.fail_to_log_in())
        self.assertIn("mot de passe de a.b@bioaster.org n'est pas le bon. Réactivez le compte", self.fail_to_log_in('fr'))

    def test_a_wrong_password_is_asked_for_again_and_a_right_one_is_kept(self):
        server = self.serve()
        server.login_refusal = 'not-authorized'
        self.fail_to_log_in()
        self.assertEqual(self.desk.ask('account-state')['password'], '')
        server.login_refusal = 'temporary-auth-failure'
        self.fail_to_log_in('fr')
        self.assertEqual(self.desk.ask('account-state')['password'], 'secret')

    def test_too_many_tries_and_a_locked_account(self):
        server = self.serve()
        server.login_refusal = 'temporary-auth-failure'
        self.assertIn('Wait some minutes', self.fail_to_log_in())
        server.login_refusal = 'account-disabled'
        self.assertIn('verrouillé', self.fail_to_log_in('fr'))

    def test_a_server_that_cannot_agree_on_a_way_to_log_in(self):
        server = self.serve()
        for condition in ('encryption-required', 'mechanism-too-weak', 'invalid-mechanism'):
            with self.subTest(condition):
                server.login_refusal = condition
                client = self.client('client-' + condition)
                client.send('account', 'prpl-bioaster', 'a.b', 'secret', 'login')
                self.assertIn('Your password is not at fault', self.failure(client))

    def test_no_place_for_one_more_client(self):
        server = self.serve()
        server.bind_refusal = 'resource-constraint'
        self.assertIn('takes no more connections', self.fail_to_log_in())
        server.bind_refusal = 'conflict'
        self.assertIn("s'est connecté ailleurs", self.fail_to_log_in('fr'))

    def test_whom_to_ask_stands_in_the_sentence(self):
        server = self.serve()
        with open(self.organisation, 'a', encoding='utf-8') as file:
            file.write('help-contact=Service informatique, poste 12 34\n')
        server.login_refusal = 'not-authorized'
        self.assertIn('administrateur (Service informatique, poste 12 34).', self.fail_to_log_in('fr'))

    def test_nobody_answers(self):
        with socket.create_server(('127.0.0.1', 0)) as nobody:
            port = nobody.getsockname()[1]
        self.write_organisation(connect_server='localhost', port=port, trust_ca='ca.pem')
        self.assertIn('localhost cannot be reached', self.fail_to_log_in())
        self.assertIn('localhost est injoignable', self.fail_to_log_in('fr'))

    def test_a_client_that_says_nothing_is_helped_once_for_each_account(self):
        with socket.create_server(('127.0.0.1', 0)) as nobody:
            port = nobody.getsockname()[1]
        self.write_organisation(connect_server='localhost', port=port, trust_ca='ca.pem')
        finch = self.client(settings={'HEADLESS_UI': 'gnt-purple'})
        for _ in range(2):
            finch.send('account', 'prpl-bioaster', 'a.b', 'secret', 'login')
            self.assertIn('cannot be', finch.wait('notify')['primary'])
            finch.wait('signed-off')
            finch.send('connect')
            finch.wait('signed-off')
            since = len(finch.seen)
            finch.do('remove-account')
            self.assertEqual([e['event'] for e in finch.seen[since:] if 'notice' in e['event']], ['notice-closed'])
        self.assertEqual(len([e for e in finch.seen if e['event'] == 'notify']), 2)

    def online(self):
        server, client = self.serve(), self.client()
        client.log_in('a.b', 'secret')
        return server, client

    def test_the_connection_breaks(self):
        server, client = self.online()
        server.hang_up()
        self.assertIn('was lost. It is made again by itself', self.failure(client))

    def test_the_server_ends_the_stream(self):
        for condition, sentence in (('conflict', 'logged in elsewhere'), ('system-shutdown', 'is being restarted'),
                                    ('not-authorized', 'there no more'), ('undefined-condition', 'was lost'),
                                    ('host-unknown', 'name the wrong server'), ('host-gone', 'name the wrong server'),
                                    ('internal-server-error', 'Something went wrong'), ('reset', 'was lost'),
                                    ('resource-constraint', 'takes no more connections'),
                                    ('policy-violation', 'too much was sent at once'), ('connection-timeout', 'was lost')):
            with self.subTest(condition):
                server, client = self.serve(), self.client('client-' + condition)
                client.log_in('a.b', 'secret')
                server.say(STREAM_ERROR.format(condition))
                self.assertIn(sentence, self.failure(client))
                client.do('enable', 'no')  # or it would come back, to the next one's server

    def test_an_untrusted_certificate_keeps_its_own_sentence(self):
        self.serve()
        self.authority = type(self.authority)(self.folder)  # of another CA
        self.assertTrue(self.fail_to_log_in().startswith('localhost shows a certificate'))


if __name__ == '__main__':
    unittest.main()
