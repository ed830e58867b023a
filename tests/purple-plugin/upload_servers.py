# SPDX-License-Identifier: MIT
"""Debian's Prosody and ejabberd with TLS, rooms and an upload service, for the plugin's tests."""
import shutil

import foreign_server
import foreign_settings
from authority import Authority

FILES = 'upload.example.org'  # the service, and where its HTTPS listens
LIMIT = 3 * 1024 * 1024

PROSODY = foreign_settings.PROSODY + foreign_settings.PROSODY_WITH_TLS + """\
https_ports = {{ {component_port} }}
https_interfaces = {{ "{host}" }}
https_ssl = {{ certificate = "{folder}/files.pem"; key = "{folder}/files.key" }}
authentication = "internal_plain"
modules_enabled = {{ "disco"; "roster"; "saslauth"; "tls"; "ping"; "offline" }}
VirtualHost "{domain}"
Component "conference.{domain}" "muc"
Component "upload.{domain}" "http_file_share"
  http_external_url = "https://upload.{domain}:{component_port}/"
  http_file_share_size_limit = 3145728
"""

EJABBERD = foreign_settings.EJABBERD + """\
  - {{port: {port}, ip: "{host}", module: ejabberd_c2s, starttls_required: true}}
  - {{port: {component_port}, ip: "{host}", module: ejabberd_http, tls: true, request_handlers: {{/upload: mod_http_upload}}}}
certfiles: ["{folder}/server.both", "{folder}/files.both"]
modules:
  mod_disco: {{}}
  mod_roster: {{}}
  mod_offline: {{}}
  mod_muc: {{host: "conference.{domain}"}}
  mod_http_upload:
    host: "upload.{domain}"
    access: all
    docroot: "{folder}/files"
    put_url: "https://upload.{domain}:{component_port}/upload"
    get_url: "https://upload.{domain}:{component_port}/upload"
    max_size: 3145728
"""


class WithUploads:
    """What both have: certificates of one authority, and organisation.conf for clients."""

    def __init__(self):
        super().__init__()
        self.authority = Authority(str(self.folder))
        for name, hosts in (('server', [self.domain]), ('files', [FILES])):
            leaf = self.authority.issue(name, *hosts)
            with open(self.folder / (name + '.both'), 'w', encoding='utf-8') as both:
                for part in (leaf.certificate, leaf.key):
                    with open(part, encoding='utf-8') as file:
                        both.write(file.read())
        self.organisation.write_text(f'[organisation]\ndomain={self.domain}\nconnect-server=localhost\nport={self.port}\n'
                                     f'rooms=conference.{self.domain}\nproxy=proxy.{self.domain}\ntrust-ca=ca.pem\n')


class Prosody(WithUploads, foreign_server.Prosody):
    settings, ready = PROSODY, r"Activated service 'https' on \[127"
    gone = 'Client disconnected'  # what it logs of a session that has ended


class Ejabberd(WithUploads, foreign_server.Ejabberd):
    settings, ready = EJABBERD, r'Start accepting TLS connections at .* for ejabberd_http'
    gone = 'Closing c2s session'


def installed():
    return [kind for kind, program in ((Prosody, 'prosody'), (Ejabberd, 'ejabberdctl')) if shutil.which(program)]
