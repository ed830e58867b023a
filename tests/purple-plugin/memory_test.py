# SPDX-License-Identifier: MIT
"""Two colleagues under valgrind: nothing invalid is read or written, nothing is lost, also when the plugin leaves while connected.
libpurple.supp lists what libpurple and the libraries below it lose by themselves, each by the function that loses it."""
import os
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
os.environ['PLUGIN_PREFIX'] = ' '.join((
    'valgrind', '--quiet', '--error-exitcode=99', '--leak-check=full', '--show-leak-kinds=definite', '--errors-for-leak-kinds=definite',
    '--keep-debuginfo=yes', '--num-callers=30', '--child-silent-after-fork=yes', f'--suppressions={HERE}/libpurple.supp'))
os.environ['G_SLICE'] = 'always-malloc'

from colleagues import ELODIE, JEAN, Colleagues  # noqa: E402  (client.py reads the prefix)
from real_server import RealServer  # noqa: E402


class Memory(Colleagues):
    def setUp(self):
        super().setUp()
        server = RealServer()
        self.addCleanup(server.stop)
        self.arrive(server)
        self.become_contacts()

    def talk(self):
        self.elodie.do('im', JEAN, 'Bonjour')
        self.jean.wait('im', text='Bonjour')
        self.elodie.wait('line', text='✓ Delivered')
        self.jean.do('im', ELODIE, '<b>Bon</b> jour')
        self.elodie.wait('im')
        self.jean.do('slash', ELODIE, 'correct Bonsoir')
        self.elodie.wait('im', text='[corrected] Bonsoir')

    def meet(self):
        self.elodie.do('join', 'salon', 'elodie')
        self.elodie.wait('question')  # about the new room
        self.elodie.send('answer', '1')
        self.elodie.wait('chat-joined')
        self.elodie.do('say', 'salon@conference.bioaster.org', 'Personne ?')  # comes back from a room that is open
        self.elodie.wait('room-message', text='Personne ?')
        self.jean.do('join', 'salon', 'jean')
        self.jean.wait('chat-joined')
        self.elodie.do('say', 'salon@conference.bioaster.org', 'Ici')
        self.jean.wait('room-message', text='Ici')
        self.jean.do('add-chat', 'salon@conference.bioaster.org', 'Salon', 'yes')

    def miss_something(self):
        self.jean.do('enable', 'no')
        self.elodie.wait('buddy-signed-off', buddy=JEAN)
        self.elodie.do('im', JEAN, 'Absent')
        self.jean.send('enable', 'yes')
        self.jean.wait('im', text='Absent')

    def test_a_day_of_talk_rooms_files_and_history_then_unloaded_while_connected_and_in_a_room_and_loaded_again(self):
        self.talk()
        self.meet()
        self.miss_something()
        self.send_file(self.elodie, self.jean, JEAN, 2 << 20)
        for client in (self.jean, self.elodie):
            client.do('unload', 'prpl-bioaster')
            self.assertIn('signed-off', [event['event'] for event in client.seen])
        self.assertEqual(self.jean.do('load', 'prpl-bioaster')[-1]['event'], 'done')


if __name__ == '__main__':
    unittest.main()
