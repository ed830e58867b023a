# SPDX-License-Identifier: MIT
"""An account of the organisation: what the dialog asks, what the name becomes, which settings are written."""
import unittest

from world import PluginTest, StandInTest

INVALID_SETTINGS = 7  # PURPLE_CONNECTION_ERROR_INVALID_SETTINGS


class Dialog(PluginTest):
    def test_the_protocol_asks_for_a_name_and_a_password_only(self):
        self.write_organisation()
        protocol = self.client().ask('protocol', 'prpl-bioaster')
        del protocol['event']
        self.assertEqual(protocol, {'name': 'BIOASTER', 'icon': 'bioaster', 'splits': 0, 'options': 0,
                                    'hint': 'prenom.nom'})

    def test_another_organisation_names_it(self):
        self.write_organisation(name='Institut É', account_name='nom')
        protocol = self.client().ask('protocol', 'prpl-bioaster')
        self.assertEqual((protocol['name'], protocol['hint'], protocol['icon']), ('Institut É', 'nom', 'bioaster'))

    def test_a_name_that_cannot_be_an_address_is_refused_with_a_sentence(self):
        self.write_organisation()
        client = self.client()
        for name, part in (('a@gmail.com', 'not an address of BIOASTER'), ('王伟', 'Type your name in Latin letters'),
                           ('...', 'Type your name as prenom.nom')):
            client.send('account', 'prpl-bioaster', name, 'geheim', 'login')
            end = client.wait('disconnected')
            self.assertIn(part, end['text'])
            self.assertEqual(end['reason'], INVALID_SETTINGS)
            client.wait('signed-off')
            client.do('remove-account')

    def test_a_mistake_in_the_organisations_file_is_told_at_login(self):
        self.write_organisation(port='x')
        client = self.client(settings={'LANGUAGE': 'fr'})
        client.send('account', 'prpl-bioaster', 'a.b', 'geheim', 'login')
        end = client.wait('disconnected')
        self.assertIn('Prévenez votre administrateur', end['text'])
        self.assertIn('organisation.conf:2 : port : il faut un port', end['text'])


class Login(StandInTest):
    def test_the_accounts_window_shows_the_address(self):
        self.serve()
        client = self.client()
        client.send('account', 'prpl-bioaster', 'MÜLLER-NOËL, Élodie', 'geheim', 'login')
        self.assertEqual(client.wait('account-added')['account'], 'elodie.muller-noel@bioaster.org')
        client.wait('signed-on')
        self.assertEqual(client.ask('account-state')['shown'], 'elodie.muller-noel@bioaster.org')

    def test_settings_are_written_again_at_each_login(self):
        server = self.serve()
        client = self.client()
        client.log_in('a.b', 'geheim')
        client.do('enable', 'no')
        for key in ('connect_server', 'ft_proxies', 'connection_security', 'bosh_url'):
            client.do('set', key, 'wrong.invalid')
        client.send('enable', 'yes')
        client.wait('signed-on')
        state = client.ask('account-state')
        self.assertEqual([state[key] for key in ('connect_server', 'port', 'ft_proxies', 'connection_security', 'bosh_url')],
                         ['localhost', server.port, 'proxy.bioaster.org', 'require_tls', ''])

    def test_a_changed_organisation_reaches_an_old_account_at_its_next_login(self):
        first = self.serve()
        client = self.client()
        client.log_in('a.b', 'geheim')
        client.do('enable', 'no')
        second = self.serve()
        self.assertNotEqual(first.port, second.port)
        client.send('enable', 'yes')
        client.wait('signed-on')
        self.assertEqual(client.ask('account-state')['port'], second.port)

    def test_names_are_compared_as_addresses(self):
        self.serve()
        client = self.client()
        client.log_in('a.b', 'geheim')
        for typed, normal in (('Élodie Müller', 'elodie.muller@bioaster.org'), ('a.b', 'a.b@bioaster.org'),
                              ('X@Gmail.com', 'x@gmail.com'), ('conference.bioaster.org', 'conference.bioaster.org')):
            self.assertEqual(client.ask('normalize', typed)['name'], normal)

    def test_rooms_are_the_organisations_before_any_discovery(self):
        self.serve()  # which answers no disco
        client = self.client()
        client.log_in('a.b', 'geheim')
        self.assertEqual(client.ask('room-defaults')['server'], 'conference.bioaster.org')

    def test_unloaded_while_connected_and_loaded_again(self):
        self.serve()
        client = self.client()
        client.log_in('a.b', 'geheim')
        self.assertEqual(client.do('unload', 'prpl-bioaster')[-1]['event'], 'done')
        self.assertEqual([e['event'] for e in client.seen if e['event'] == 'signed-off'], ['signed-off'])
        self.assertEqual(client.do('load', 'prpl-bioaster')[-1]['event'], 'done')

    def test_unloaded_with_the_protocol_it_rests_on(self):
        self.serve()
        client = self.client()
        client.log_in('a.b', 'geheim')
        self.assertEqual(client.do('unload', 'prpl-jabber')[-1]['event'], 'done')

    def test_the_organisations_own_connect_server(self):
        """The built-in host name where the machine lets us give it a meaning, else localhost."""
        host = 'ccbioappl01.in2p3.fr'
        prefix = self.with_host(host)
        server = self.serve(self.authority.issue('server', host if prefix else 'localhost'))
        if prefix:
            self.write_organisation(port=server.port, trust_ca='ca.pem')
        client = self.client(prefix=prefix or ())
        client.log_in('Prénom Nom-Composé', 'geheim', make=True)
        state = client.ask('account-state')
        self.assertEqual(state['name'], 'prenom.nom-compose@bioaster.org')
        self.assertEqual(state['connect_server'], host if prefix else 'localhost')


if __name__ == '__main__':
    unittest.main()
