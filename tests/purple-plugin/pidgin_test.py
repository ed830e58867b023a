# SPDX-License-Identifier: MIT
"""Pidgin under Xvfb: logs in by itself with an account of BIOASTER and shows the contact by name."""
import os
import re
import shutil
import subprocess
import time
import unittest

from colleagues import ELODIE, JEAN
from real_server import RealServer
from world import PLUGIN_FOLDER, PluginTest

ACCOUNTS = f"""<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>prpl-bioaster</protocol><name>{ELODIE}</name><password>geheim</password>
<settings ui='gtk-gaim'><setting name='auto-login' type='bool'>1</setting></settings></account></account>
"""
PREFERENCES = """<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'><pref name='pidgin'><pref name='blist'><pref name='list_visible' type='bool' value='1'/>
<pref name='show_offline_buddies' type='bool' value='1'/></pref></pref><pref name='purple'><pref name='away'>
<pref name='idle_reporting' type='string' value='none'/></pref></pref></pref>
"""
SERVICE = 'im.pidgin.purple.PurpleService'


class Desk:
    """A display, a session bus and the programs started on them; all of them end with it."""

    def __init__(self, folder, settings):
        self.folder, self.programs = folder, []
        os.makedirs(os.path.join(folder, 'run'), mode=0o700)
        self.environment = {**os.environ, 'HOME': folder, 'XDG_CONFIG_HOME': folder, 'LC_ALL': 'C.UTF-8',
                            'LANGUAGE': 'en', 'XDG_RUNTIME_DIR': os.path.join(folder, 'run'), **settings}
        self.environment['DISPLAY'] = ':' + self._said('Xvfb', '-displayfd', '1', '-nolisten', 'tcp', '-screen', '0',
                                                       '800x600x24')
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = self._said('dbus-daemon', '--session', '--nofork',
                                                                  '--print-address')

    def _said(self, *command):
        """Starts `command` and returns its first line, which says that it is ready."""
        program = self.start(*command, output=subprocess.PIPE)
        with program.stdout as output:
            return output.readline().decode().strip()

    def start(self, *command, output=subprocess.DEVNULL):
        with open(os.path.join(self.folder, os.path.basename(command[0]) + '.log'), 'wb') as log:
            self.programs.append(subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL,
                                                  stdout=output, stderr=log))
        return self.programs[-1]

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False,
                              timeout=20).stdout

    def ask_pidgin(self, method, *arguments):
        """What Pidgin answers on its bus, as text; empty while it is not there."""
        answer = self.run('dbus-send', '--session', '--print-reply=literal', '--type=method_call', '--dest=' + SERVICE,
                          '/im/pidgin/purple/PurpleObject', f'im.pidgin.purple.PurpleInterface.{method}', *arguments)
        return re.sub(r'^\s*(int32|uint32|double)\s+', '', answer).strip()

    def wait(self, condition, what, limit=30):
        """What `condition` gives once that is something."""
        deadline = time.monotonic() + limit
        while not (value := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f'no {what} within {limit} s')
            time.sleep(0.1)
        return value

    def window(self, name):
        return self.wait(lambda: self.run('xdotool', 'search', '--onlyvisible', '--name', name), f'window {name}')

    def close(self):
        for program in reversed(self.programs):
            program.terminate()
            try:
                program.wait(10)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()


class Pidgin(PluginTest):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)

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

    def open_pidgin(self):
        folder = os.path.join(self.folder, 'desk')
        user = os.path.join(folder, 'purple')
        os.makedirs(os.path.join(user, 'plugins'))
        os.symlink(os.path.join(PLUGIN_FOLDER, 'libbioaster.so'), os.path.join(user, 'plugins', 'libbioaster.so'))
        for name, content in (('accounts.xml', ACCOUNTS), ('prefs.xml', PREFERENCES)):
            with open(os.path.join(user, name), 'w', encoding='utf-8') as file:
                file.write(content)
        desk = Desk(folder, {'BIOASTER_ORGANISATION': self.server.organisation})
        self.addCleanup(desk.close)
        desk.start('pidgin', '-c', user, '-m')
        return desk

    @staticmethod
    def connected(desk):
        """Pidgin's number for the account once it is online."""
        number = desk.ask_pidgin('PurpleAccountsFindConnected', 'string:' + ELODIE, 'string:prpl-bioaster')
        return number if number != '0' else ''

    def test_the_contact_is_shown_by_name_and_speaks(self):
        jean = self.make_contacts()
        desk = self.open_pidgin()
        account = desk.wait(lambda: self.connected(desk), 'login')
        buddy = desk.wait(lambda: desk.ask_pidgin('PurpleFindBuddy', 'int32:' + account, 'string:' + JEAN), 'contact')
        desk.wait(lambda: desk.ask_pidgin('PurpleBuddyIsOnline', 'int32:' + buddy) == '1', 'presence')
        self.assertEqual(desk.ask_pidgin('PurpleBuddyGetAlias', 'int32:' + buddy), 'Jean Dupont')
        desk.window('Buddy List')
        self.picture(desk, 'pidgin-contacts.png')
        jean.do('im', ELODIE, 'Bonjour Élodie')
        desk.window('Jean Dupont')
        self.picture(desk, 'pidgin-conversation.png')
        self.assertEqual(desk.ask_pidgin('PurpleAccountGetUsername', 'int32:' + account), ELODIE)

    def picture(self, desk, name):
        """Keeps what the display shows where PLUGIN_PICTURES says, for people to look at."""
        folder = os.environ.get('PLUGIN_PICTURES')
        if folder:
            desk.run('import', '-window', 'root', os.path.join(desk.folder, name))
            shutil.copy(os.path.join(desk.folder, name), folder)


if __name__ == '__main__':
    unittest.main()
