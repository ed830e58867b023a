# SPDX-License-Identifier: MIT
"""Two slixmpp clients with their defaults send a file through server-core and proxy65."""
import os
import unittest

import daemons
from slixmpp_person import PASSWORD, Person

MEGABYTES_20 = 20 << 20


class Slixmpp(unittest.IsolatedAsyncioTestCase):
    async def test_xep_0065_6_slixmpp_finds_the_proxy_and_20_megabytes_arrive_whole(self):
        with daemons.Server() as server, daemons.Proxy(server) as proxy:
            people = []
            for name in ("jean.dupont", "anne.martin"):
                server.account_add(name, PASSWORD)
                people.append(Person(server, name, plugins=("xep_0065",)))
                await people[-1].log_in()
            data = os.urandom(MEGABYTES_20)
            self.assertTrue(await people[0].send_file(people[1], data) == data)
            for person in people:
                await person.log_out()
            proxy.daemon.wait_for_log(rf"transfer 1: .* {MEGABYTES_20} bytes there, 0 back, .* finished$")


if __name__ == "__main__":
    unittest.main()
