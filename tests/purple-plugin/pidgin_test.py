# SPDX-License-Identifier: MIT
"""Pidgin under Xvfb: logs in by itself with an account of BIOASTER and shows the contact by name."""
import os
import re
import unittest

from colleagues import ELODIE, JEAN
from desk import PidginTest
from xmpp_client import Client as Wire

ACCOUNTS = f"""<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>prpl-bioaster</protocol><name>{ELODIE}</name><password>geheim</password>
<settings ui='gtk-gaim'><setting name='auto-login' type='bool'>1</setting></settings></account></account>
"""
PREFERENCES = """<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'><pref name='pidgin'><pref name='blist'><pref name='list_visible' type='bool' value='1'/>
<pref name='show_offline_buddies' type='bool' value='1'/></pref></pref><pref name='purple'><pref name='away'>
<pref name='idle_reporting' type='string' value='none'/></pref></pref></pref>
"""


class Contacts(PidginTest):
    def make_contacts(self):
        """Élodie's account, with Jean among her contacts by name; she is then offline, he stays online."""
        elodie, jean = self.client('elodie', self.server.organisation), self.client('jean', self.server.organisation)
        elodie.log_in('Élodie Müller-Noël', 'geheim', make=True)
        jean.log_in('Jean Dupont', 'geheim', make=True)
        elodie.send('add-buddy', 'Jean Dupont', 'Jean Dupont')
        jean.wait('authorisation-wanted')
        jean.do('authorise', ELODIE)
        elodie.wait('buddy-signed-on')
        elodie.do('enable', 'no')
        return jean

    def test_the_contact_is_shown_by_name_and_speaks(self):
        jean = self.make_contacts()
        desk = self.open_pidgin({'accounts.xml': ACCOUNTS, 'prefs.xml': PREFERENCES})
        account = desk.wait(lambda: desk.online(ELODIE), 'login')
        buddy = desk.wait(lambda: desk.ask_pidgin('PurpleFindBuddy', 'int32:' + account, 'string:' + JEAN), 'contact')
        desk.wait(lambda: desk.ask_pidgin('PurpleBuddyIsOnline', 'int32:' + buddy) == '1', 'presence')
        self.assertEqual(desk.ask_pidgin('PurpleBuddyGetAlias', 'int32:' + buddy), 'Jean Dupont')
        desk.window('Buddy List')
        self.picture(desk, 'pidgin-contacts.png')
        jean.do('im', ELODIE, 'Bonjour Élodie')
        desk.window('Jean Dupont')
        self.picture(desk, 'pidgin-conversation.png')
        self.send_a_file(desk, account, jean)
        self.assertEqual(desk.ask_pidgin('PurpleAccountGetUsername', 'int32:' + account), ELODIE)

    def send_a_file(self, desk, account, jean):
        path = os.path.join(self.folder, 'plan.txt')
        with open(path, 'wb') as file:
            file.write(os.urandom(200_000))
        jean.do('downloads', os.path.join(self.folder, 'jean'))
        connection = desk.ask_pidgin('PurpleAccountGetConnection', 'int32:' + account)
        desk.ask_pidgin('ServSendFile', 'int32:' + connection, 'string:' + JEAN, 'string:' + path)
        arrived = jean.wait('file-recv-complete')['file']
        jean.send('query', 'bioaster.org', 'urn:xmpp:ping')
        jean.wait('answer')  # the file is closed by then
        with open(arrived, 'rb') as got, open(path, 'rb') as sent:
            self.assertEqual(got.read(), sent.read())

    def test_what_was_said_while_pidgin_was_closed_is_there_when_it_opens(self):
        jean = self.make_contacts()
        with Wire(self.server.server, 'elodie.muller-noel', 'geheim') as phone:
            phone.send('<presence/>')
            jean.do('im', ELODIE, "Bonjour Élodie, as-tu les résultats d'hier ?")
            phone.wait_message()
            phone.message(JEAN, 'Oui, je te les envoie ce midi.')
            jean.wait('im')
        jean.do('im', ELODIE, 'Merci ! Réunion à 14 h dans le salon ?')
        jean.send('query', 'bioaster.org', 'urn:xmpp:ping')
        jean.wait('answer')
        desk = self.open_pidgin({'accounts.xml': ACCOUNTS, 'prefs.xml': PREFERENCES})
        account = desk.wait(lambda: desk.online(ELODIE), 'login')
        window = desk.window('Jean Dupont')
        conversation = desk.ask_pidgin('PurpleFindConversationWithAccount', 'int32:1', 'string:' + JEAN, 'int32:' + account)
        desk.wait(lambda: len(self.lines(desk, conversation)) == 4, 'history')
        desk.run('xdotool', 'windowmove', window, '40', '20')
        self.picture(desk, 'pidgin-history.png')
        said = self.lines(desk, conversation)[::-1]
        self.assertIn('7 days', said[0])
        for text, word in zip(said[1:], ('hier', 'ce midi', 'Réunion')):
            self.assertIn(word, text)

    @staticmethod
    def lines(desk, conversation):
        """What stands in that conversation, the last line first."""
        answer = desk.ask_pidgin('PurpleConversationGetMessageHistory', 'int32:' + conversation)
        numbers = re.findall(r'\d+', answer.replace('int32', ''))
        return [desk.ask_pidgin('PurpleConversationMessageGetMessage', 'int32:' + number) for number in numbers]


if __name__ == '__main__':
    unittest.main()
