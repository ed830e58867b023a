# SPDX-License-Identifier: MIT
"""The main job with the servers of others: accounts, contacts, a room, a file through proxy65, and what was missed. Prosody always,
ejabberd where it is installed."""
import re
import unittest

import foreign_server
import foreign_settings
import upload_servers
from colleagues import FILE_BYTES, Colleagues
from daemons import Proxy

ELODIE, PAUL = 'elodie.muller-noel@example.org', 'paul.roy@example.org'
ROOM, PROXY = 'salon@conference.example.org', 'proxy.example.org'

PROSODY = foreign_settings.PROSODY + foreign_settings.PROSODY_LETS_COMPONENTS_IN + foreign_settings.PROSODY_WITH_TLS + """\
authentication = "internal_hashed"
allow_registration = true
modules_enabled = {{ "disco"; "roster"; "saslauth"; "tls"; "register"; "ping"; "offline"; "mam"; "carbons"; "pep"; "bookmarks"; "private";
  "smacks"; "vcard_legacy"; "blocklist" }}
VirtualHost "{domain}"
  disco_items = {{ {{ "proxy.{domain}"; "files" }} }}
Component "conference.{domain}" "muc"
  modules_enabled = {{ "muc_mam" }}
""" + foreign_settings.PROSODY_COMPONENT

EJABBERD = foreign_settings.EJABBERD + """\
  - {{port: {port}, ip: "{host}", module: ejabberd_c2s, starttls_required: true}}
""" + foreign_settings.EJABBERD_COMPONENT + """\
certfiles: ["{folder}/server.both"]
auth_password_format: scram
registration_timeout: infinity
modules:
  mod_disco: {{extra_domains: ["proxy.{domain}"]}}
  mod_roster: {{}}
  mod_register: {{}}
  mod_offline: {{}}
  mod_mam: {{default: always}}
  mod_carboncopy: {{}}
  mod_stream_mgmt: {{}}
  mod_private: {{}}
  mod_caps: {{}}
  mod_pubsub: {{plugins: [flat, pep]}}
  mod_vcard: {{}}
  mod_blocking: {{}}
  mod_privacy: {{}}
  mod_muc: {{host: "conference.{domain}"}}
"""


class Prosody(upload_servers.WithUploads, foreign_server.Prosody):
    settings = PROSODY


class Ejabberd(upload_servers.WithUploads, foreign_server.Ejabberd):
    settings = EJABBERD


class ForeignWalk(Colleagues):
    def walk(self, server):
        self.elodie = self.client(f'elodie-{type(server).__name__}', str(server.organisation))
        self.paul = self.client(f'paul-{type(server).__name__}', str(server.organisation))
        self.assertEqual(self.elodie.log_in('Élodie Müller-Noël', 'pâtisserie', make=True), ELODIE)
        self.assertEqual(self.paul.log_in('ROY, Paul', 'boulangerie', make=True), PAUL)
        self.know_each_other()
        self.meet()
        self.pass_a_file()
        self.miss_something()
        self.assertEqual(self.elodie.do('unload', 'prpl-bioaster')[-1]['event'], 'done')

    def know_each_other(self):
        for one, own, other, address in ((self.elodie, ELODIE, self.paul, PAUL), (self.paul, PAUL, self.elodie, ELODIE)):
            one.send('add-buddy', address, '')
            other.wait('authorisation-wanted', who=own)
            other.do('authorise', own)
            one.wait('buddy-signed-on', buddy=address)
        self.elodie.do('im', PAUL, 'Ça va ?')
        self.paul.wait('im', text='Ça va ?')
        self.elodie.wait('line', text='✓ Delivered')

    def meet(self):
        self.elodie.send('join', ROOM, 'Élodie')
        self.elodie.wait('question')  # about the new room
        self.elodie.send('answer', '1')
        self.elodie.wait('chat-joined', room=ROOM)
        self.elodie.do('say', ROOM, 'Personne ?')  # comes back from a room that is open
        self.elodie.wait('room-message', text='Personne ?')
        self.paul.send('join', ROOM, 'Paul')
        self.paul.wait('chat-joined', room=ROOM)
        self.elodie.wait('occupant-joined', room=ROOM, who='Paul')
        self.elodie.do('say', ROOM, 'Bonjour à tous')
        self.paul.wait('room-message', room=ROOM, who='Élodie', text='Bonjour à tous')

    def pass_a_file(self):
        self.send_file(self.elodie, self.paul, PAUL)
        self.elodie.send('query', PROXY, 'http://jabber.org/protocol/disco#info')
        answer = self.elodie.wait('answer', type='result')['text']
        self.assertGreaterEqual(int(re.search(r"var='bytes'[^>]*><value>(\d+)", answer).group(1)), FILE_BYTES)

    def miss_something(self):
        self.paul.do('enable', 'no')
        self.elodie.wait('buddy-signed-off', buddy=PAUL)
        for number in range(3):
            self.elodie.do('im', PAUL, f'message {number}')
        self.elodie.send('query', 'example.org', 'http://jabber.org/protocol/disco#info')  # the server has seen them then
        self.elodie.wait('answer')
        self.paul.send('enable', 'yes')
        self.paul.wait('im', text='message 2')
        self.elodie.wait('buddy-signed-on', buddy=PAUL)
        self.elodie.do('im', PAUL, 'dernier')
        self.paul.wait('im', text='dernier')
        self.assertEqual([e['text'] for e in self.paul.seen if e['event'] == 'im'],
                         ['Ça va ?', 'message 0', 'message 1', 'message 2', 'dernier'])

    def test_accounts_contacts_a_room_a_file_and_what_was_missed(self):
        kinds = [kind for kind in (Prosody, Ejabberd) if issubclass(kind, tuple(foreign_server.installed()))]
        self.assertIn(Prosody, kinds)
        for kind in kinds:
            with self.subTest(server=kind.__name__), kind() as server, Proxy(server):
                self.walk(server)


if __name__ == '__main__':
    unittest.main()
