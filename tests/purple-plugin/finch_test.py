# SPDX-License-Identifier: MIT
"""Finch in a terminal: an account is made in its dialog, and two colleagues talk."""
import os
import re
import subprocess
import time
import unittest

from colleagues import ELODIE
from real_server import RealServer
from world import PLUGIN_FOLDER, PluginTest

PIN = 'A' * 43 + '='  # of a key that nobody has
ACCOUNT = """<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>prpl-jabber</protocol><name>jean.dupont@bioaster.org/desk</name><password>geheim</password>
<settings><setting name='connect_server' type='string'>localhost</setting><setting name='port' type='int'>{port}</setting></settings>
<settings ui='gnt-purple'><setting name='auto-login' type='bool'>1</setting></settings></account></account>
"""

OURS = ACCOUNT.replace('prpl-jabber', 'prpl-bioaster').replace('jean.dupont', 'anne.martin')
ANNE, ROOM = 'anne.martin@bioaster.org', 'salon@conference.bioaster.org'


class Terminal:
    """A program in a tmux of its own."""

    def __init__(self, folder, command, environment):
        self.tmux = ['tmux', '-f', '/dev/null', '-S', os.path.join(folder, 'tmux')]
        self.run('new-session', '-d', '-x', '110', '-y', '36', command, environment=environment)

    def run(self, *arguments, environment=None):
        return subprocess.run([*self.tmux, *arguments], env=environment, capture_output=True, text=True, check=False,
                              timeout=20).stdout

    def screen(self):
        return self.run('capture-pane', '-p')

    def wait(self, text, limit=20):
        """The screen, once it shows `text`."""
        deadline = time.monotonic() + limit
        while text not in (screen := self.screen()):
            if time.monotonic() > deadline:
                raise AssertionError(f'no {text!r} on the screen within {limit} s:\n{screen}')
            time.sleep(0.05)
        return screen

    def press(self, *keys):
        for key in keys:
            self.run('send-keys', key)

    def type(self, text):
        self.run('send-keys', '-l', text)
        self.wait(text)

    def close(self):
        self.run('kill-server')


class Finch(PluginTest):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)

    def open(self, accounts=None, organisation=None):
        """Finch with the plugin, these accounts and that file instead of the server's."""
        user = os.path.join(self.folder, 'finch')
        os.makedirs(os.path.join(user, 'plugins'))
        os.symlink(os.path.join(PLUGIN_FOLDER, 'libbioaster.so'), os.path.join(user, 'plugins', 'libbioaster.so'))
        if accounts:
            with open(os.path.join(user, 'accounts.xml'), 'w', encoding='utf-8') as file:
                file.write(accounts)
        self.environment = {**os.environ, 'BIOASTER_ORGANISATION': organisation or self.server.organisation, 'HOME': self.folder,
                       'XDG_CONFIG_HOME': self.folder, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': 'en', 'TERM': 'xterm'}
        self.start()

    def start(self):
        self.terminal = Terminal(self.folder, f"finch -c {os.path.join(self.folder, 'finch')}", self.environment)
        self.addCleanup(self.terminal.close)

    def test_a_file_for_who_wrote_before_one_was_here_a_room_and_what_was_said_while_away(self):
        jean = self.client('jean', self.server.organisation)
        jean.log_in('Jean Dupont', 'geheim', make=True)
        jean.send('join', ROOM, 'Jean')
        jean.wait('question')  # about the new room
        jean.send('answer', '1')
        jean.wait('chat-joined')
        self.server.server.account_add('anne.martin', 'geheim')
        jean.do('im', ANNE, 'Viens au salon')
        self.settle(jean)
        self.open(OURS.format(port=self.server.server.port))
        self.terminal.wait('Viens au salon')
        self.terminal.press('M-2')  # the window behind the contacts
        self.send_a_file(jean)
        self.terminal.wait('complete')  # the window of transfers has closed
        self.terminal.type('/join salon')
        self.terminal.press('Enter')
        jean.wait('occupant-joined')
        self.terminal.wait(ROOM)
        self.terminal.press('M-3')
        self.terminal.type('Me voici')
        self.terminal.press('Enter')
        self.assertEqual(jean.wait('room-message', who='anne.martin')['text'], 'Me voici')
        self.terminal.type('/send ' + os.path.join(self.folder, 'très cool.txt'))
        self.terminal.press('Enter')
        self.terminal.wait('a room needs')
        self.terminal.close()
        jean.wait_until(lambda e: 'anne.martin left' in e.get('text', ''), 20, 'leaves')
        for number in range(3):
            jean.do('im', ANNE, f'absent {number}')
        self.settle(jean)
        self.start()
        self.assertRegex(self.terminal.wait('absent 2'), r'(?s)absent 0.*absent 1.*absent 2')

    @staticmethod
    def settle(client):
        client.send('query', 'bioaster.org', 'urn:xmpp:ping')
        client.wait('answer')

    def test_an_account_is_made_and_colleagues_talk(self):
        self.open()
        dialog = self.terminal.wait('New Account')
        self.assertIn('BIOASTER', dialog)
        for field in ('Domain', 'Resource'):
            self.assertNotIn(field, dialog)
        self.terminal.press('Tab')
        self.terminal.type('Élodie Müller-Noël')
        self.terminal.press('Tab')
        self.terminal.run('send-keys', '-l', 'geheim')
        self.terminal.press('Tab', 'Tab', 'Space', 'Tab', 'Space', 'Tab', 'Tab', 'Enter')
        self.terminal.wait('[X] ' + ELODIE)

        jean = self.client('jean', self.server.organisation)
        jean.log_in('Jean Dupont', 'geheim', make=True)
        jean.do('im', 'Élodie Müller-Noël', 'Bonjour Élodie')
        self.terminal.wait('Bonjour Élodie')
        self.terminal.press('M-3')  # the third window, behind accounts and contacts
        self.terminal.type('Salut Jean')
        self.terminal.press('Enter')
        self.assertEqual(jean.wait('im')['text'], 'Salut Jean')
        self.send_a_file(jean)

    def send_a_file(self, jean):
        """By the command: Finch has no menu for it in rooms."""
        path = os.path.join(self.folder, 'très cool.txt')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('plan')
        for typed, said in (('/send /no/where', 'There is no file /no/where'), ('/help', 'envoyer')):
            self.terminal.type(typed)
            self.terminal.press('Enter')
            self.terminal.wait(said)
        jean.do('downloads', os.path.join(self.folder, 'jean'))
        self.terminal.type('/send ' + path)
        self.terminal.press('Enter')
        self.assertEqual(jean.wait('file-offered')['file'], 'très cool.txt')

    def test_an_ordinary_account_is_offered_and_becomes_ours(self):
        self.server.server.account_add('jean.dupont', 'geheim')
        self.open(ACCOUNT.format(port=self.server.server.port))
        question = self.terminal.wait('is an address of BIOASTER')
        self.assertIn('leads back.', question)  # the end of the sentence is no further than the edge
        self.terminal.press('M-n', 'Enter')  # from the contacts to the question; its first button
        self.terminal.wait('is an account of BIOASTER now')
        self.terminal.press('Enter')  # it hides the next window
        elodie = self.client('elodie', self.server.organisation)
        elodie.log_in('Élodie Müller-Noël', 'geheim', make=True)
        elodie.do('im', 'Jean Dupont', 'Bonjour Jean')
        self.terminal.wait('Bonjour')

    def test_a_wrong_certificate_is_said(self):
        """Finch alone says nothing of an error after which it tries again."""
        with open(self.server.organisation, encoding='utf-8') as file:
            text = re.sub(r'(?m)^trust-pins=.*$', 'trust-pins=' + PIN, re.sub(r'(?m)^trust-ca=.*$', 'trust-ca=', file.read()))
        with open(self.organisation, 'w', encoding='utf-8') as file:
            file.write(text)
        self.server.server.account_add('jean.dupont', 'geheim')
        self.open(ACCOUNT.format(port=self.server.server.port).replace('prpl-jabber', 'prpl-bioaster'), self.organisation)
        said = self.terminal.wait('that BIOASTER did not announce')  # what is left of it may be behind the contacts
        self.assertIn('Tell your', said)


if __name__ == '__main__':
    unittest.main()
