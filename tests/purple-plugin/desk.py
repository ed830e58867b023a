# SPDX-License-Identifier: MIT
"""A display and a session bus of its own for programs with windows, and Pidgin on it."""
import os
import re
import shutil
import subprocess
import time

from real_server import RealServer
from world import PLUGIN_FOLDER, PluginTest

SERVICE = 'im.pidgin.purple.PurpleService'


class Desk:
    """A display, a session bus and the programs started on them; all of them end with it."""

    def __init__(self, folder, settings):
        self.folder, self.programs = folder, []
        os.makedirs(os.path.join(folder, 'run'), mode=0o700)
        self.environment = {**os.environ, 'HOME': folder, 'XDG_CONFIG_HOME': folder, 'LC_ALL': 'C.UTF-8',
                            'LANGUAGE': 'en', 'XDG_RUNTIME_DIR': os.path.join(folder, 'run'), **settings}
        self.environment['DISPLAY'] = ':' + self._said('Xvfb', '-displayfd', '1', '-nolisten', 'tcp', '-noreset', '-screen',
                                                       '0', '800x600x24')
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

    def online(self, address):
        """Pidgin's number for the account of that address once it is online, else nothing."""
        number = self.ask_pidgin('PurpleAccountsFindConnected', 'string:' + address, 'string:prpl-bioaster')
        return number if number != '0' else ''

    def wait(self, condition, what, limit=30):
        """What `condition` gives once that is something."""
        deadline = time.monotonic() + limit
        while not (value := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f'no {what} within {limit} s')
            time.sleep(0.1)
        return value

    def window(self, name):
        """The number of the window that is called so, once it is there."""
        return self.wait(lambda: self.run('xdotool', 'search', '--onlyvisible', '--name', f'^{name}').split(),
                         f'window {name}')[0]

    def windows(self, program):
        """The names of all windows of `program` that are to be seen."""
        return [self.run('xdotool', 'getwindowname', window).strip()
                for window in self.run('xdotool', 'search', '--onlyvisible', '--class', program).split()]

    def seat_a_user(self):
        """What somebody who types needs: a window manager that gives the focus, and French keys."""
        self.run('setxkbmap', 'fr')
        self.start('openbox')
        self.wait(lambda: self.run('xdotool', 'get_num_desktops').strip() not in ('', '0'), 'window manager')

    def focus(self, name):
        """Puts the focus on the window that is called so, once it is there."""
        self.run('xdotool', 'windowactivate', '--sync', self.window(name))

    def press(self, *keys):
        self.run('xdotool', 'key', *keys)

    def type(self, text):
        self.run('xdotool', 'type', text)

    def fill_in(self, name, password):
        """The dialog of a new Pidgin, in English: the protocol out of its list, name, password, 'create'."""
        self.focus('Accounts')
        self.press('alt+a')
        self.focus('Add Account')
        self.press('alt+t', 'space', 'Home', 'Return')  # the first of the list
        self.press('alt+u')
        self.type(name)
        self.press('alt+p')
        self.type(password)
        self.press('alt+l', 'Tab', 'Tab', 'space')  # the alias, two further on is 'Create this new account on the server'

    def make_account(self, name, password):
        self.fill_in(name, password)
        self.press('alt+a')  # Add

    def close(self):
        for program in reversed(self.programs):
            program.terminate()
            try:
                program.wait(10)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()


class PidginTest(PluginTest):
    """A test with the real daemons, and Pidgin on a desk of its own."""

    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)

    def open_pidgin(self, files=None, prepare=None):
        """Pidgin with the plugin and these `files` in its folder, after `prepare` has been called with its desk."""
        folder = os.path.join(self.folder, 'desk')
        user = os.path.join(folder, 'purple')
        os.makedirs(os.path.join(user, 'plugins'))
        os.symlink(os.path.join(PLUGIN_FOLDER, 'libbioaster.so'), os.path.join(user, 'plugins', 'libbioaster.so'))
        for name, content in (files or {}).items():
            with open(os.path.join(user, name), 'w', encoding='utf-8') as file:
                file.write(content)
        desk = Desk(folder, {'BIOASTER_ORGANISATION': self.server.organisation})
        self.addCleanup(desk.close)
        if prepare:
            prepare(desk)
        desk.start('pidgin', '-c', user, '-m')
        return desk

    @staticmethod
    def picture(desk, name):
        """Keeps what the display shows where PLUGIN_PICTURES says, for people to look at."""
        folder = os.environ.get('PLUGIN_PICTURES')
        if folder:
            desk.run('import', '-window', 'root', os.path.join(desk.folder, name))
            shutil.copy(os.path.join(desk.folder, name), folder)
