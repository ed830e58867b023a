# SPDX-License-Identifier: MIT
"""proxy65 as a component of Debian's Prosody, and of ejabberd where it is installed: two slixmpp clients find it there
and send a file."""
import os
import unittest

import daemons
import foreign_server
from slixmpp_person import Person

MEGABYTES_5 = 5 << 20


class OnForeignServers(unittest.IsolatedAsyncioTestCase):
    async def test_xep_0065_6_slixmpp_finds_the_proxy_there_and_5_megabytes_arrive_whole(self):
        for kind in foreign_server.installed():
            with self.subTest(kind.__name__), kind() as server, daemons.Proxy(server) as proxy:
                people = [Person(server, name, plugins=("xep_0065",)) for name in foreign_server.USERS]
                for person in people:
                    await person.log_in()
                data = os.urandom(MEGABYTES_5)
                self.assertTrue(await people[0].send_file(people[1], data) == data)
                for person in people:
                    await person.log_out()
                proxy.daemon.wait_for_log(rf"transfer 1: .* {MEGABYTES_5} bytes there, 0 back, .* finished$")

    def test_a_wrong_secret_is_said_in_one_clear_line_there_too_and_ends_the_start(self):
        for kind in foreign_server.installed():
            with self.subTest(kind.__name__), kind() as server:
                (server.data / "component.secret").write_text("another")
                proxy = daemons.Proxy(server)
                self.addCleanup(proxy.__exit__, None, None, None)
                proxy.start(wait_until_joined=False)
                proxy.daemon.wait_for_log("refuses the secret for proxy.example.org: put the server's own into ")
                self.assertEqual(proxy.daemon.process.wait(daemons.STOP_SECONDS), 78)

    def test_prosody_is_here_to_be_tried(self):
        self.assertIn(foreign_server.Prosody, foreign_server.installed())


if __name__ == "__main__":
    unittest.main()
