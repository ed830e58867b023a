# SPDX-License-Identifier: MIT
"""Pidgin's own dialog, typed into as an employee does: from nothing to online, without a further question."""
import time
import unittest

from desk import Desk, PidginTest

ADDRESS = 'prenom.nom-compose@bioaster.org'
PROMISED_SECONDS = 2


class Dialog(PidginTest):
    def fill_in(self, desk):
        """The dialog as a new Pidgin opens it: the protocol out of its list, name, password, 'create'."""
        desk.focus('Accounts')
        desk.press('alt+a')
        desk.focus('Add Account')
        desk.press('alt+t', 'space', 'Home', 'Return')  # the first of the list
        desk.press('alt+u')
        desk.type('Prénom Nom-Composé')
        desk.press('alt+p')
        desk.type('geheim')
        desk.press('alt+l', 'Tab', 'Tab', 'space')  # the alias, two further on is 'Create this new account on the server'
        self.picture(desk, 'pidgin-dialog.png')

    def test_a_name_and_a_password_are_all_that_is_asked(self):
        desk = self.open_pidgin(prepare=Desk.seat_a_user)
        self.fill_in(desk)
        begun = time.monotonic()
        desk.press('alt+a')
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
