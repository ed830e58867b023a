# SPDX-License-Identifier: MIT
"""Two colleagues with accounts of a real server, and what several walks have them do."""
import hashlib
import os
import re
import time

from world import PluginTest

ELODIE, JEAN = 'elodie.muller-noel@bioaster.org', 'jean.dupont@bioaster.org'
FILE_BYTES = 20 * 1024 * 1024


class Colleagues(PluginTest):
    """`elodie` and `jean` are clients, both online, once they have arrived at `server`."""
    settings = None  # of their environment

    def arrive(self, server, prefixes=((), ())):
        self.server = server
        self.elodie = self.client('elodie', server.organisation, self.settings, prefixes[0])
        self.jean = self.client('jean', server.organisation, self.settings, prefixes[1])
        self.assertEqual(self.elodie.log_in('Élodie Müller-Noël', 'pâtisserie', make=True), ELODIE)
        self.assertEqual(self.jean.log_in('DUPONT, Jean', 'boulangerie', make=True), JEAN)

    def become_contacts(self):
        """Each adds the other by a short name, is authorised, and sees the other's presence."""
        for one, typed, other, address in ((self.elodie, 'Jean Dupont', self.jean, ELODIE),
                                           (self.jean, 'elodie.muller-noel', self.elodie, JEAN)):
            one.send('add-buddy', typed, '')
            other.wait('authorisation-wanted', who=address)
            other.do('authorise', address)
            one.wait('buddy-signed-on', buddy=JEAN if one is self.elodie else ELODIE)

    def send_files_both_ways(self):
        """20 MiB each way; they must arrive unharmed, and the proxy must have counted them."""
        before = self.proxy_bytes()
        self.send_file(self.elodie, self.jean, JEAN)
        self.send_file(self.jean, self.elodie, ELODIE)
        self.assertGreaterEqual(self.proxy_bytes() - before, 2 * FILE_BYTES)

    def proxy_bytes(self):
        """What the proxy says it has relayed (its form in disco#info)."""
        self.elodie.send('query', 'proxy.bioaster.org', 'http://jabber.org/protocol/disco#info')
        answer = self.elodie.wait('answer', type='result')['text']
        return int(re.search(r"var='bytes'[^>]*><value>(\d+)", answer).group(1))

    def send_file(self, sender, receiver, address, size=FILE_BYTES):
        path = os.path.join(self.folder, f'to-{receiver.name}.bin')
        content = os.urandom(size)
        with open(path, 'wb') as file:
            file.write(content)
        downloads = os.path.join(self.folder, 'downloads-' + receiver.name)
        os.makedirs(downloads)
        receiver.do('downloads', downloads)
        begun = time.monotonic()
        sender.send('send-file', address, path)
        arrived = receiver.wait('file-recv-complete', 60)['file']
        print(f'{size >> 20} MiB to {receiver.name} in {time.monotonic() - begun:.2f} s')
        with open(arrived, 'rb') as file:
            self.assertEqual(hashlib.sha256(file.read()).digest(), hashlib.sha256(content).digest())
        sender.wait('file-send-complete', 60)
