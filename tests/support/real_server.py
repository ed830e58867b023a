# SPDX-License-Identifier: MIT
"""The real daemons together: server-core with proxy65 beside it, and the organisation.conf that clients get."""
import contextlib

from daemons import Proxy, Server


class RealServer:
    """Both listen at `host`; clients are told to connect there, on this machine by name. `proxy_addresses`: what the
    proxy tells clients in place of where it listens."""

    def __init__(self, host='127.0.0.1', proxy_addresses=None):
        with contextlib.ExitStack() as daemons:
            name = 'localhost' if host == '127.0.0.1' else host
            self.server = daemons.enter_context(Server(listen=host, organisation={'connect-server': name}))
            self.proxy = daemons.enter_context(Proxy(self.server, listen=host, addresses=proxy_addresses))
            self.organisation = str(self.server.profile())
            self.stop = daemons.pop_all().close

    def kill(self):
        self.server.kill()

    def start(self):
        """server-core again, on the same data and ports; the proxy finds it by itself."""
        lines = len(self.proxy.daemon.log)
        self.server.restart()
        self.proxy.wait_until_joined(since=lines)
