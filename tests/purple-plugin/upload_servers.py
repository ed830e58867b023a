# SPDX-License-Identifier: MIT
"""Debian's Prosody and ejabberd with TLS, rooms and an upload service, for the plugin's tests."""
import shutil

import foreign_server
from authority import Authority

FILES = 'upload.example.org'  # the service, and where its HTTPS listens
LIMIT = 3 * 1024 * 1024

PROSODY = """\
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
certificates = "{folder}"
daemonize = false
log = {{ info = "*console" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
component_ports = {{ }}
http_ports = {{ }}
https_ports = {{ {component_port} }}
https_interfaces = {{ "127.0.0.1" }}
legacy_ssl_ports = {{ }}
authentication = "internal_plain"
storage = "internal"
c2s_require_encryption = true
ssl = {{ certificate = "{folder}/server.pem"; key = "{folder}/server.key" }}
https_ssl = {{ certificate = "{folder}/files.pem"; key = "{folder}/files.key" }}
modules_enabled = {{ "disco"; "roster"; "saslauth"; "tls"; "ping"; "offline" }}
modules_disabled = {{ "s2s" }}
VirtualHost "{domain}"
Component "conference.{domain}" "muc"
Component "upload.{domain}" "http_file_share"
  http_external_url = "https://upload.{domain}:{component_port}/"
  http_file_share_size_limit = 3145728
"""

EJABBERD = """\
hosts: ["{domain}"]
loglevel: info
certfiles: ["{folder}/server.both", "{folder}/files.both"]
listen:
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls_required: true}}
  - {{port: {component_port}, ip: "127.0.0.1", module: ejabberd_http, tls: true, request_handlers: {{/upload: mod_http_upload}}}}
auth_method: internal
acl: {{}}
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
