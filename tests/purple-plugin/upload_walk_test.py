# SPDX-License-Identifier: MIT
"""XEP-0363 with the servers of others: a file for a room and one for somebody who is away. Prosody always, ejabberd where
it is installed."""
import hashlib
import os
import re
import socket
import ssl
import time
import unittest
from urllib.parse import urlsplit

import upload_servers
from foreign_server import PASSWORD
from upload_servers import FILES, LIMIT
from world import PluginTest

ANNE, ROOM = 'anne.martin@example.org', 'salon@conference.example.org'


class UploadWalk(PluginTest):
    def log_in(self, server, name):
        client = self.client(f'{name}-{type(server).__name__}', str(server.organisation), prefix=self.with_host(FILES))
        client.log_in(name, PASSWORD)
        return client

    def fetch(self, server, url):
        """What is to be had there, with the certificate checked."""
        place = urlsplit(re.search(r'https://[^\'"<>]+', url).group())
        context = ssl.create_default_context(cafile=server.authority.certificate)
        with socket.create_connection(('127.0.0.1', place.port), 20) as plain, \
                context.wrap_socket(plain, server_hostname=FILES) as peer:
            peer.sendall(f'GET {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n\r\n'.encode())
            answer = b''
            while part := peer.recv(65536):
                answer += part
        head, _, body = answer.partition(b'\r\n\r\n')
        self.assertRegex(head, b'^HTTP/1.1 200 ')
        return body

    def file(self, name, size):
        path = os.path.join(self.folder, name)
        with open(path, 'wb') as file:
            file.write(os.urandom(size))
        with open(path, 'rb') as file:
            return path, hashlib.sha256(file.read()).digest()

    def links(self, client, event, since=0):
        return [e['text'] for e in client.seen[since:] if e['event'] == event and FILES in e['text']]

    def test_a_file_for_a_room_and_one_for_somebody_who_is_away(self):
        self.assertIn(upload_servers.Prosody, upload_servers.installed())
        for kind in upload_servers.installed():
            with self.subTest(server=kind.__name__), kind() as server:
                jean, anne = self.log_in(server, 'jean.dupont'), self.log_in(server, 'anne.martin')
                jean.send('join', ROOM, 'Jean')
                jean.wait('question')  # about the new room
                jean.do('answer', '1')
                jean.send('query', ROOM, 'http://jabber.org/protocol/disco#info')  # answered when the room is open
                jean.wait('answer')
                anne.send('join', ROOM, 'Anne')
                jean.wait('occupant-joined', who='Anne')
                self.to_the_room(server, jean, anne)
                self.too_large(jean)
                anne.send('enable', 'no')
                server.daemon.wait_for_log(server.gone)  # a message to a session that is ending may be lost
                self.to_somebody_away(server, jean, anne)

    def to_the_room(self, server, jean, anne):
        path, digest = self.file('très cool.png', LIMIT)
        begun = time.monotonic()
        jean.do('slash', ROOM, 'send ' + path)
        jean.wait('file-send-complete', 60)
        print(f'{type(server).__name__}: {LIMIT >> 20} MiB kept in {time.monotonic() - begun:.2f} s')
        link = anne.wait('room-message', who='Jean')['text']
        self.assertEqual(hashlib.sha256(self.fetch(server, link)).digest(), digest)
        anne.do('account-state')
        self.assertEqual(len(self.links(anne, 'room-message')), 1)

    def too_large(self, jean):
        path, _ = self.file('plan.png', LIMIT + 1)
        jean.send('send-file-to-room', ROOM, path)
        said = jean.wait_until(lambda e: 'was not sent' in e.get('text', ''), 20, 'sentence')[-1]
        self.assertEqual((said['conversation'], said['text']),
                         (ROOM, 'plan.png was not sent: it is too large, the server takes at most 3.00 MiB.'))
        jean.do('account-state')
        self.assertEqual([e for e in jean.seen if 'cancelled' in e.get('text', '')], [])

    def to_somebody_away(self, server, jean, anne):
        path, digest = self.file('notes.txt', 10_000)
        jean.send('send-file', 'anne.martin', path)
        jean.wait('file-send-complete', 60)
        jean.wait('line', conversation=ANNE)
        jean.send('query', server.domain, 'urn:xmpp:ping')  # answered when the server has the message
        jean.wait('answer')
        since = len(anne.seen)
        anne.send('enable', 'yes')
        message = anne.wait('im')
        self.assertEqual(hashlib.sha256(self.fetch(server, message['text'])).digest(), digest)
        anne.do('account-state')
        self.assertEqual(len(self.links(anne, 'im', since)), 1)


if __name__ == '__main__':
    unittest.main()
