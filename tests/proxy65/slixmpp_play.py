# SPDX-License-Identifier: MIT
"""Two slixmpp clients with their defaults send a file through server-core and proxy65."""
import asyncio
import os
import unittest

import slixmpp

import daemons

SECONDS = 60  # a bound, not a measure
MEGABYTES_20 = 20 << 20


class User(slixmpp.ClientXMPP):
    def __init__(self, server, name):
        super().__init__(f"{name}@{server.domain}/slixmpp", "secret")
        self.register_plugin("xep_0030")
        self.register_plugin("xep_0065")
        self["xep_0065"].auto_accept = True
        self.ca_certs = str(server.authority)
        self.online = asyncio.get_running_loop().create_future()
        self.add_event_handler("session_start", lambda event: self.online.set_result(None))
        self.connect((server.host, server.port))


async def send_file(server, data):
    """What the receiver got."""
    jean, anne = User(server, "jean.dupont"), User(server, "anne.martin")
    await asyncio.wait_for(asyncio.gather(jean.online, anne.online), SECONDS)
    got = bytearray()
    whole = asyncio.get_running_loop().create_future()

    def take(event):
        got.extend(event[1] if isinstance(event, tuple) else event)
        if len(got) >= len(data) and not whole.done():
            whole.set_result(None)

    anne.add_event_handler("socks5_data", take)
    await jean["xep_0065"].discover_proxies(jid=server.domain)
    stream = await asyncio.wait_for(jean["xep_0065"].handshake(anne.boundjid), SECONDS)
    stream.transport.write(data)
    await asyncio.wait_for(whole, SECONDS)
    stream.transport.close()
    await asyncio.gather(jean.disconnect(), anne.disconnect())
    return bytes(got)


class Slixmpp(unittest.TestCase):
    def test_xep_0065_6_slixmpp_finds_the_proxy_and_20_megabytes_arrive_whole(self):
        with daemons.Server() as server, daemons.Proxy(server) as proxy:
            for name in ("jean.dupont", "anne.martin"):
                server.account_add(name, "secret")
            data = os.urandom(MEGABYTES_20)
            self.assertTrue(asyncio.run(send_file(server, data)) == data)
            proxy.daemon.wait_for_log(rf"transfer 1: .* {MEGABYTES_20} bytes there, 0 back, .* finished$")


if __name__ == "__main__":
    unittest.main()
