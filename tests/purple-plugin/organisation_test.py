# SPDX-License-Identifier: MIT
"""Another organisation, by its file alone: what the protocol is called, what it presets, and a file that is broken."""
import unittest

from world import StandInTest

BROKEN = (('domain=a b', '2: domain: expected a domain name'), ('port=70000', '2: port: expected a port, 1 to 65535'),
          ('nonsense', '2: expected key=value'), ('colour=red', '2: colour: expected one of name, domain'),
          ('trust-ca=missing.pem', '2: trust-ca: expected a file with a certificate'), ('domain=a.org\ndomain=b.org', '3: domain: expected each key once'))


class Organisation(StandInTest):
    def test_a_file_changes_the_name_and_all_that_is_preset(self):
        server = self.serve(self.authority.issue('server', 'institut.example'))
        self.write_organisation(name='Institut É', domain='institut.example', connect_server='localhost', port=server.port,
                                proxy='fichiers.institut.example', rooms='salons.institut.example', account_name='nom', trust_ca='ca.pem')
        desk = self.client()
        protocol = desk.ask('protocol', 'prpl-bioaster')
        self.assertEqual((protocol['name'], protocol['icon'], protocol['hint']), ('Institut É', 'bioaster', 'nom'))
        self.assertEqual(desk.log_in('Jean Dupont', 'geheim'), 'jean.dupont@institut.example')
        state = desk.ask('account-state')
        self.assertEqual((state['ft_proxies'], desk.ask('room-defaults')['server']),
                         ('fichiers.institut.example', 'salons.institut.example'))

    def test_a_changed_file_reaches_an_account_that_is_online_at_its_next_login(self):
        server = self.serve()
        desk = self.client(settings={'HEADLESS_PACE': '10'})
        desk.log_in('a.b', 'geheim')
        self.write_organisation(connect_server='localhost', port=server.port, trust_ca='ca.pem', rooms='salles.bioaster.org',
                                proxy='autre.bioaster.org', help_contact='Anne')
        self.assertEqual(desk.ask('room-defaults')['server'], 'conference.bioaster.org')
        server.hang_up()  # the account comes back by itself
        desk.wait('signed-on', 40)
        self.assertEqual(desk.ask('room-defaults')['server'], 'salles.bioaster.org')
        self.assertEqual(desk.ask('account-state')['ft_proxies'], 'autre.bioaster.org')

    def test_a_broken_file_is_one_sentence_with_file_line_and_what_is_expected(self):
        for number, (line, expected) in enumerate(BROKEN):
            for way in ('login', 'register'):
                with self.subTest(line, way=way):
                    with open(self.organisation, 'w', encoding='utf-8') as file:
                        file.write(f'[organisation]\n{line}\n')
                    desk = self.client(f'{way}{number}')
                    self.assertEqual(desk.ask('protocol', 'prpl-bioaster')['icon'], 'bioaster')
                    desk.send('account', 'prpl-bioaster', 'a.b', 'geheim', way)
                    said = desk.wait('disconnected')['text'] if way == 'login' else desk.wait('notify')['secondary']
                    self.assertIn('Tell your administrator: ' + self.organisation + ':' + expected, said)
                    self.assertEqual(len([e for e in desk.seen if e['event'] in ('disconnected', 'notify', 'page')]), 1)

    def test_a_broken_file_is_named_in_french_to_who_reads_french(self):
        with open(self.organisation, 'w', encoding='utf-8') as file:
            file.write('[organisation]\nport=70000\n')
        desk = self.client(settings={'LANGUAGE': 'fr'})
        desk.send('account', 'prpl-bioaster', 'a.b', 'geheim', 'login')
        self.assertIn(f'Prévenez votre administrateur : {self.organisation}:2 : port : il faut un port, de 1 à 65535 ; écrivez',
                      desk.wait('disconnected')['text'])

    def test_a_file_that_was_mended_counts_at_once(self):
        server = self.serve()
        with open(self.organisation, encoding='utf-8') as file:
            good = file.read()
        with open(self.organisation, 'a', encoding='utf-8') as file:
            file.write('port=x\n')
        desk = self.client()
        desk.send('account', 'prpl-bioaster', 'a.b', 'geheim', 'login')
        desk.wait('disconnected')
        desk.wait('signed-off')
        with open(self.organisation, 'w', encoding='utf-8') as file:
            file.write(good)
        desk.do('enable', 'no')
        desk.send('enable', 'yes')
        desk.wait('signed-on')
        self.assertEqual(desk.ask('account-state')['port'], server.port)


if __name__ == '__main__':
    unittest.main()
