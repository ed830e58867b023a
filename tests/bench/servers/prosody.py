# SPDX-License-Identifier: MIT
"""Debian's Prosody at its best: epoll, generational collector, no limits, errors alone are logged, internal storage.
Messages are archived (mod_mam) only where the scenario says that they are stored."""
import shutil
import subprocess

import foreign_settings
from servers import ground

SETTINGS = foreign_settings.PROSODY + """\
network_backend = "epoll"
network_settings = {{ nagle = false; opportunistic_writes = true }}
gc = {{ mode = "generational" }}
log = {{ error = "{folder}/prosody.err" }}
proxy65_ports = {{ {component_port} }}
authentication = "internal_hashed"
allow_registration = true
c2s_require_encryption = true
ssl = {{ certificate = "{certificate}"; key = "{key}"; }}
modules_enabled = {{ "disco"; "roster"; "saslauth"; "tls"; "ping"; "register_ibr"; "smacks"; "presence"; "message"; "iq";
  "time"; "version"; "vcard_legacy"; "private"; "offline"; {more} }}
modules_disabled = {{ "s2s"; "s2s_auth_certs"; "dialback"; "limits" }}
default_archive_policy = true
VirtualHost "{domain}"
Component "{rooms}" "muc"
"""
PROXY = """\
Component "proxy.{domain}" "proxy65"
  proxy65_address = "{host}"
"""


class Prosody(ground.Server):
    name, settings = "prosody", SETTINGS + PROXY

    @classmethod
    def missing(cls):
        return None if shutil.which("prosody") else "Prosody is not installed (apt-get install prosody)"

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.data = self.folder / "data"
        self.socks_port = ground.free_port()

    @classmethod
    def version(cls):
        shown = subprocess.run(["dpkg-query", "-W", "-f", "prosody ${Version}", "prosody"], text=True, capture_output=True, check=False)
        return shown.stdout.strip() or "prosody"

    def start(self, scenario):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(exist_ok=True)
        config = self.folder / "prosody.cfg.lua"
        config.write_text(self.settings.format(
            folder=self.folder, host="127.0.0.1", port=self.port, component_port=self.socks_port, secret=ground.SECRET,
            certificate=self.certificate, key=self.key, domain=ground.DOMAIN, rooms=ground.ROOMS,
            more='"mam";' if scenario == "message-logged" else ""))
        as_user = foreign_settings.given_to("prosody", self.folder, self.certificate, self.key)
        self.spawn([*as_user, "prosody", "--config", config, "-F"], self.folder / "prosody.log", self.port)
