# SPDX-License-Identifier: MIT
"""What each plugin test starts with: a folder, an organisation, clients; and that nothing of it is left behind."""
import os
import shutil
import socket
import tempfile
import unittest

import as_root
from authority import Authority
from client import Client
from stand_in import StandIn

BUILD = os.environ['BUILD']
HEADLESS = os.path.join(BUILD, 'tests', 'purple-plugin', 'headless')
PLUGIN_FOLDER = os.path.join(BUILD, 'purple-plugin')
CONDITION = "<{} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"


class PluginTest(unittest.TestCase):
    """A test with a folder of its own; each client is asked in the end whether it met with something critical."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix='plugin-test-')
        self.addCleanup(shutil.rmtree, self.folder)
        self.organisation = os.path.join(self.folder, 'organisation.conf')

    def write_organisation(self, **settings):
        with open(self.organisation, 'w', encoding='utf-8') as file:
            file.write('[organisation]\n')
            file.writelines(f'{key.replace("_", "-")}={value}\n' for key, value in settings.items())

    def client(self, name='client', organisation=None, settings=None, prefix=()):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder, exist_ok=True)
        client = Client(HEADLESS, PLUGIN_FOLDER, folder, organisation or self.organisation, settings, prefix)
        self.addCleanup(self._end, client)
        return client

    def with_host(self, name, address='127.0.0.1'):
        """What to put before a command so that `name` is `address` to it alone; None where that is not allowed."""
        hosts = os.path.join(self.folder, 'hosts-' + address)
        with open(hosts, 'w', encoding='utf-8') as file:
            file.write(f'127.0.0.1 localhost {socket.gethostname()}\n{address} {name}\n')  # else libpurple waits for a DNS
        for way in as_root.ways('--mount'):
            prefix = (*way, 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts)
            if as_root.works((*prefix, 'true')):
                return prefix
        return None

    def _end(self, client):
        code = client.close()
        with open(client.errors.name, encoding='utf-8', errors='replace') as errors:
            self.assertEqual(code, 0, errors.read()[-2000:])


class StandInTest(PluginTest):
    """A test whose server is the stand-in, with a certificate that the organisation trusts."""

    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)

    def serve(self, leaf=None, **says):
        """Starts the stand-in; the organisation then points to it and trusts its CA."""
        server = StandIn(leaf or self.authority.issue('server', 'bioaster.org'), **says)
        self.addCleanup(server.close)
        self.write_organisation(connect_server='localhost', port=server.port, trust_ca='ca.pem')
        return server
