# SPDX-License-Identifier: MIT
"""Pidgin's own dialog, typed into as an employee does: from nothing to online, without a further question."""
import time
import unittest

from desk import Desk, PidginTest

ADDRESS = 'prenom.nom-compose@bioaster.org'
PROMISED_SECONDS = 2


class Dialog(PidginTest):
    def test_a_name_and_a_password_are_all_that_is_asked(self):
        desk = self.open_pidgin(prepare=Desk.seat_a_user)
        desk.fill_in('Prénom Nom-Composé', 'geheim')
        self.picture(desk, 'pidgin-dialog.png')
        begun = time.monotonic()
        desk.press('alt+a')  # Add
        desk.wait(lambda: desk.online(ADDRESS), 'login')
        seconds = time.monotonic() - begun
        print(f'online {seconds:.2f} s after the click (promised: {PROMISED_SECONDS} s)', flush=True)
        desk.window('Buddy List')
        self.picture(desk, 'pidgin-online.png')
        self.assertEqual(sorted(desk.windows('pidgin')), ['Accounts', 'Buddy List'])
        self.assertIn('prenom.nom-compose', self.server.server.command('account', 'list'))
        self.assertLess(seconds, 10 * PROMISED_SECONDS)


if __name__ == '__main__':
    unittest.main()
