# SPDX-License-Identifier: MIT
"""Debian's Prosody at its best: epoll, generational collector, no limits, errors alone are logged, internal storage.
Messages are archived (mod_mam) only where the scenario says that they are stored."""
import os
import pwd
import shutil
import subprocess

from servers import ground

SETTINGS = """\
pidfile = "{folder}/prosody.pid"
data_path = "{data}"
certificates = "{folder}"
network_backend = "epoll"
network_settings = {{ nagle = false; opportunistic_writes = true }}
gc = {{ mode = "generational" }}
daemonize = false
log = {{ error = "{folder}/prosody.err" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
http_ports = {{ }}
https_ports = {{ }}
legacy_ssl_ports = {{ }}
proxy65_ports = {{ {socks_port} }}
authentication = "internal_hashed"
storage = "internal"
allow_registration = true
c2s_require_encryption = true
ssl = {{ certificate = "{certificate}"; key = "{key}"; }}
modules_enabled = {{ "disco"; "roster"; "saslauth"; "tls"; "ping"; "register_ibr"; "smacks"; "presence"; "message"; "iq";
  "time"; "version"; "vcard_legacy"; "private"; "offline"; {more} }}
modules_disabled = {{ "s2s"; "s2s_auth_certs"; "dialback"; "limits" }}
default_archive_policy = true
VirtualHost "{domain}"
Component "{rooms}" "muc"
Component "{proxy}" "proxy65"
  proxy65_address = "127.0.0.1"
"""


class Prosody(ground.Server):
    name, settings = "prosody", SETTINGS

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
            folder=self.folder, data=self.data, port=self.port, socks_port=self.socks_port, certificate=self.certificate,
            key=self.key, domain=ground.DOMAIN, rooms=ground.ROOMS, proxy=ground.PROXY,
            more='"mam";' if scenario == "message-logged" else ""))
        more = {}
        if os.geteuid() == 0:  # Prosody refuses to run as root
            user = pwd.getpwnam("prosody")
            more = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            for path in [self.folder, *self.folder.rglob("*"), self.certificate, self.key]:
                os.chown(path, user.pw_uid, user.pw_gid)
        self.spawn(["prosody", "--config", config, "-F"], self.folder / "prosody.log", self.port, **more)
