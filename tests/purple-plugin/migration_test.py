# SPDX-License-Identifier: MIT
"""An ordinary XMPP account of the organisation's domain becomes one of ours and goes back, with all that belongs to it."""
import glob
import os
import signal
import time
import unittest

from world import StandInTest

NAME, FRIEND, ROOM = 'a.b@bioaster.org', 'jean.dupont@bioaster.org', 'salon@conference.bioaster.org'
ACCOUNTS = """<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>prpl-jabber</protocol><name>{name}/desk</name><password>geheim</password>
<settings><setting name='connect_server' type='string'>elsewhere.invalid</setting>
<setting name='port' type='int'>5333</setting></settings>
<settings ui='headless'><setting name='auto-login' type='bool'>{enabled}</setting></settings></account></account>
"""
CONTACTS = """<?xml version='1.0' encoding='UTF-8' ?>
<purple version='1.0'><blist><group name='Amis'>
<contact><buddy account='{name}/desk' proto='prpl-jabber'><name>jean.dupont@bioaster.org</name><alias>Jean D.</alias></buddy></contact>
<chat proto='prpl-jabber' account='{name}/desk'><alias>Le salon</alias><component name='handle'>Anne</component>
<component name='room'>salon</component><component name='server'>conference.bioaster.org</component></chat></group></blist>
<privacy><account proto='prpl-jabber' name='{name}/desk' mode='1'></account></privacy></purple>
"""
POUNCES = """<?xml version='1.0' encoding='UTF-8' ?>
<pounces version='1.0'><pounce ui='headless'><account protocol='prpl-jabber'>{name}/desk</account>
<pouncee>jean.dupont@bioaster.org</pouncee><options/><events><event type='sign-on'/></events><actions><action type='popup-notify'/></actions>
<saved/></pounce></pounces>
"""
YES, LATER, NEVER = '0', '1', '2'
BELONGINGS = ('contact {0} jean.dupont@bioaster.org Jean D.', 'chat {0} Le salon',
              'pounce {0} {1} jean.dupont@bioaster.org')


class Migration(StandInTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.user = os.path.join(self.folder, 'client')

    def open(self, name=NAME, enabled=1, language='en', pace='1'):
        """A client whose user has used an ordinary account so far."""
        logs = os.path.join(self.user, 'logs', 'jabber', name, FRIEND)
        os.makedirs(logs)
        for file, content in (('accounts.xml', ACCOUNTS), ('blist.xml', CONTACTS), ('pounces.xml', POUNCES)):
            with open(os.path.join(self.user, file), 'w', encoding='utf-8') as out:
                out.write(content.format(name=name, enabled=enabled))
        with open(os.path.join(logs, '2026-01-02.100000+0100CET.txt'), 'w', encoding='utf-8') as out:
            out.write('Conversation\n(10:00:00) Jean: bonjour de janvier\n')
        return self.client(os.path.basename(self.user), settings={'LANGUAGE': language, 'HEADLESS_PACE': pace})

    def holds(self, client, protocol, name):
        """That account is there with all it had."""
        self.assertIn(f'{protocol} {name}', client.ask('accounts')['list'])
        lines = client.ask('belongings')['list'].splitlines()
        for line in BELONGINGS:
            self.assertIn(line.format(protocol, name), lines)
        self.assertIn('bonjour de janvier', client.ask('logs', name, FRIEND)['text'])
        self.assertEqual(client.ask('account-state')['password'], 'geheim')

    def become_ours(self, **how):
        client = self.open(**how)
        question = client.wait('question')
        self.assertIn(f'{NAME} is an address of BIOASTER', question['primary'])
        self.assertEqual([question[f'button{n}'] for n in range(3)], ['Yes', 'Not now', 'Never'])
        client.send('answer', YES)
        client.wait('signed-on', account=NAME)
        return client

    def test_all_that_belongs_to_it_comes_along(self):
        client = self.become_ours()
        self.holds(client, 'prpl-bioaster', NAME)
        self.assertEqual(client.ask('account-state')['connect_server'], 'localhost')
        self.assertEqual(client.close(), 0)
        self.holds(self.client(), 'prpl-bioaster', NAME)

    def test_and_back(self):
        client = self.become_ours()
        client.send('menu-entry', 'Make it an ordinary XMPP account again...')
        self.assertIn('ordinary XMPP account again?', client.wait('question')['primary'])
        client.send('answer', YES)
        client.wait('notify')
        self.holds(client, 'prpl-jabber', NAME + '/desk')
        state = client.ask('account-state')
        self.assertEqual((state['connect_server'], state['port']), ('elsewhere.invalid', 5333))
        self.assertEqual(client.close(), 0)
        again = self.client()
        self.holds(again, 'prpl-jabber', NAME + '/desk')
        self.assertEqual([q for q in again.asked() if 'BIOASTER' in q['primary']], [])

    def test_not_now_asks_at_the_next_start_and_never_does_not(self):
        client = self.open(language='fr')
        self.assertEqual(client.wait('question')['button1'], 'Pas maintenant')
        client.do('answer', LATER)
        self.holds(client, 'prpl-jabber', NAME + '/desk')
        client.close()
        client = self.client()
        client.wait('question')
        client.do('answer', NEVER)
        client.close()
        client = self.client()
        client.ask('accounts')
        self.assertEqual([q for q in client.asked() if 'BIOASTER' in q['primary']], [])

    def test_others_are_not_asked(self):
        for number, (name, enabled) in enumerate((('a.b@example.org', 1), ('jean_dupont@bioaster.org', 1), (NAME, 0))):
            with self.subTest(name):
                self.user = os.path.join(self.folder, f'client{number}')
                client = self.open(name, enabled)
                client.ask('accounts')
                self.assertEqual([q for q in client.asked() if 'BIOASTER' in q['primary']], [])

    def test_a_password_that_is_not_kept_on_disk_comes_along_too(self):
        client = self.client()
        client.do('account', 'prpl-jabber', NAME + '/desk', 'geheim', 'unkept')
        client.do('set', 'connect_server', 'localhost')
        client.do('set', 'port', str(self.server.port))
        client.send('enable', 'yes')
        client.wait('question')
        client.send('answer', YES)
        client.wait('signed-on', account=NAME)

    def test_an_account_that_was_disabled_before_its_user_agreed_is_online_then(self):
        client = self.open()
        client.wait('question')
        client.do('enable', 'no')
        client.send('answer', YES)
        client.wait('signed-on', account=NAME)

    def test_conversations_of_both_are_kept_in_one_folder(self):
        theirs = os.path.join(self.user, 'logs', 'bioaster', NAME, FRIEND)
        os.makedirs(theirs)
        for name, line in (('2026-01-02.100000+0100CET.txt', 'autre bonjour'), ('2026-02-02.100000+0100CET.txt', 'en février')):
            with open(os.path.join(theirs, name), 'w', encoding='utf-8') as out:
                out.write(f'Conversation\n(10:00:00) Jean: {line}\n')
        client = self.become_ours()
        text = client.ask('logs', NAME, FRIEND)['text']
        for line in ('bonjour de janvier', 'autre bonjour', 'en février'):
            self.assertIn(line, text)
        self.assertEqual(glob.glob(os.path.join(self.user, 'logs', 'jabber', NAME, '*')), [])

    def test_a_client_that_is_killed_on_the_way_loses_nothing(self):
        client = self.open()
        client.wait('question')
        client.send('answer', YES)
        client.wait('signed-on', account=NAME)  # long before libpurple writes any of its files
        client.process.send_signal(signal.SIGKILL)
        client.process.wait()
        with open(os.path.join(self.user, 'accounts.xml'), encoding='utf-8') as file:
            self.assertIn('prpl-jabber', file.read())
        again = self.client('client')
        self.holds(again, 'prpl-bioaster', NAME)

    def test_when_the_note_of_what_is_to_be_done_goes_all_of_it_is_written(self):
        client = self.become_ours(pace='20')
        deadline = time.monotonic() + 20
        while os.path.exists(os.path.join(self.user, 'bioaster-change.conf')):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        client.process.send_signal(signal.SIGKILL)
        client.process.wait()
        self.holds(self.client('client'), 'prpl-bioaster', NAME)

    def test_a_client_that_was_killed_between_two_files_loses_nothing(self):
        client = self.become_ours()
        self.assertEqual(client.close(), 0)
        with open(os.path.join(self.user, 'blist.xml'), 'w', encoding='utf-8') as file:
            file.write(CONTACTS.format(name=NAME))
        self.holds(self.client(), 'prpl-bioaster', NAME)

    def _end(self, client):
        if client.process.returncode == -signal.SIGKILL:
            client.close()
        else:
            super()._end(client)


class NewDomain(StandInTest):
    """The organisation's file has another domain than at the last login."""

    def write(self, domain):
        self.write_organisation(connect_server='localhost', port=self.server.port, trust_ca='ca.pem', domain=domain)

    def setUp(self):
        super().setUp()
        self.server = self.serve(self.authority.issue('server', 'bioaster.org', 'new.example'))
        self.desk = self.client()
        self.desk.log_in('a.b', 'geheim')
        self.desk.do('add-buddy', FRIEND, 'Jean')
        self.desk.do('log', NAME, FRIEND, 'bonjour de janvier')
        self.desk.do('enable', 'no')
        self.write('new.example')
        self.desk.send('enable', 'yes')

    def test_the_account_moves_when_its_user_says_so(self):
        self.assertIn('end in @new.example now', self.desk.wait('question')['primary'])
        self.assertIn('address of former times', self.desk.wait('disconnected')['text'])
        self.desk.wait('signed-off')
        self.desk.send('answer', YES)
        self.desk.wait('signed-on', account='a.b@new.example')
        moved = self.desk.ask('belongings')['list']
        self.assertIn('contact prpl-bioaster jean.dupont@new.example Jean', moved)
        self.assertIn('bonjour de janvier', self.desk.ask('logs', 'a.b@new.example', 'jean.dupont@new.example')['text'])

    def test_without_his_word_it_stays(self):
        self.desk.wait('question')
        self.desk.wait('signed-off')
        self.desk.do('answer', LATER)
        self.assertIn(NAME, self.desk.ask('accounts')['list'])
        self.write('bioaster.org')
        self.desk.do('enable', 'no')
        self.desk.send('enable', 'yes')
        self.desk.wait('signed-on', account=NAME)


if __name__ == '__main__':
    unittest.main()
