# SPDX-License-Identifier: MIT
"""tools/up where there is a display: Pidgin opens, has our icons, makes an account, and Ctrl-C leaves no process."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import unittest

from desk import Desk
from world import BUILD, PluginTest

ADDRESS = 'jean.dupont@bioaster.org'
OPENING = ('Opening Pidgin with a configuration of its own (run/pidgin): Add, protocol BIOASTER, a name, a password, '
           'tick "create".\n')
ICONS = 'usr/share/pixmaps/pidgin/protocols'
SOURCES = pathlib.Path(__file__).resolve().parents[2]


def processes_of(session):
    """The numbers of the processes that still run in that session."""
    running = []
    for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            state, _, _, its_session = path.read_text(encoding='utf-8', errors='replace').rpartition(')')[2].split()[:4]
        except OSError:
            continue  # it ended meanwhile
        if its_session == str(session) and state != 'Z':
            running.append(path.parent.name)
    return running


class Up(PluginTest):
    def setUp(self):
        super().setUp()
        targets = ('server-core/server-core', 'proxy65/proxy65', 'purple-plugin/libbioaster.so')
        plan = subprocess.run(['ninja', '-C', BUILD, '-n', *targets], capture_output=True, text=True, check=True).stdout
        self.assertIn('no work to do', plan, 'build first: the script would compile for minutes')

    def check_out(self):
        """The two scripts and our icons, with a run/ of their own; what they would build is there already."""
        folder = os.path.join(self.folder, 'sources')
        os.makedirs(os.path.join(folder, 'tools'))
        for script in ('up', 'packages'):
            shutil.copy(SOURCES / 'tools' / script, os.path.join(folder, 'tools'))
        os.symlink(BUILD, os.path.join(folder, 'build'))
        os.symlink(SOURCES / 'purple-plugin', os.path.join(folder, 'purple-plugin'))
        return folder

    def start(self, desk):
        environment = {name: value for name, value in desk.environment.items() if name != 'XDG_CONFIG_HOME'}
        with open(os.path.join(self.folder, 'up.log'), 'wb') as log:
            up = subprocess.Popen(['tools/up', '--yes'], cwd=self.check_out(), env=environment, stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=log, start_new_session=True)
        self.addCleanup(self.end, up)
        return up

    def sees_our_icons(self, up):
        """Whether Pidgin finds them in the one folder where it looks; the system itself does not get them."""
        for number in processes_of(up.pid):
            process = pathlib.Path('/proc', number)
            if (process / 'comm').read_text(encoding='utf-8').strip() == 'pidgin':
                return all((process / 'root' / ICONS / size / 'bioaster.png').exists() for size in ('16', '22', '48'))
        return False

    @staticmethod
    def end(up):
        with contextlib.suppress(ProcessLookupError):  # nothing is left, as it should be
            os.killpg(up.pid, signal.SIGKILL)
        up.wait()

    def said(self):
        with open(os.path.join(self.folder, 'up.log'), encoding='utf-8') as log:
            return log.read()

    def run_until(self, end):
        """Starts it, makes an account in the Pidgin that it opens, ends it by `end`; nothing of it may be left."""
        desk = Desk(os.path.join(self.folder, 'desk'), {})
        self.addCleanup(desk.close)
        desk.seat_a_user()
        up = self.start(desk)
        desk.wait(lambda: up.poll() is not None or desk.windows('pidgin'), 'window of Pidgin', 60)
        self.assertIsNone(up.poll(), self.said())
        self.assertTrue(self.sees_our_icons(up))
        desk.make_account('Jean Dupont', 'geheim')
        desk.wait(lambda: desk.online(ADDRESS), 'login')
        end(up)
        self.assertEqual(up.wait(60), 0, self.said())
        desk.wait(lambda: not processes_of(up.pid), 'end of all that it started')
        self.assertTrue(self.said().endswith('Ctrl-C stops all of it.\n' + OPENING + 'Stopped.\n'), self.said())

    def test_ctrl_c_stops_all_of_it(self):
        self.run_until(lambda up: os.killpg(up.pid, signal.SIGINT))  # a terminal sends it to all that was started

    def test_ended_alone_it_stops_the_others(self):
        self.run_until(lambda up: up.terminate())


if __name__ == '__main__':
    unittest.main()
