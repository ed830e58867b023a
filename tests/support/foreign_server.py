# SPDX-License-Identifier: MIT
"""Servers of others with proxy65 as their component: Debian's Prosody and ejabberd, each in a folder of its own, without
TLS, as the tests that use them are about the component link and the transfer."""
import shutil
import socket
import subprocess

import daemons
import foreign_settings
from slixmpp_person import PASSWORD

DOMAIN = "example.org"
SECRET = "s3cr3t"
TO_STDERR = ("sh", "-c", 'exec "$0" "$@" 1>&2')  # where a test reads what a daemon says
USERS = ("jean.dupont", "anne.martin")

PROSODY = foreign_settings.PROSODY + foreign_settings.PROSODY_LETS_COMPONENTS_IN + """\
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
modules_enabled = {{ "disco"; "roster"; "saslauth"; "ping" }}
modules_disabled = {{ "s2s"; "tls" }}
VirtualHost "{domain}"
  disco_items = {{ {{ "proxy.{domain}"; "files" }} }}
""" + foreign_settings.PROSODY_COMPONENT

EJABBERD = foreign_settings.EJABBERD + """\
  - {{port: {port}, ip: "{host}", module: ejabberd_c2s}}
""" + foreign_settings.EJABBERD_COMPONENT + """\
modules:
  mod_disco: {{extra_domains: ["proxy.{domain}"]}}
  mod_roster: {{}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Foreign(daemons.Folder):
    """What tests and proxy65 need to know of a server; `with` starts and ends it."""
    domain = DOMAIN

    def __init__(self, host="127.0.0.1"):
        super().__init__("foreign")
        self.host = host
        self.data = self.folder / "data"
        self.data.mkdir()
        self.port, self.component_port = free_port(), free_port()
        self.organisation = self.folder / "organisation.conf"
        self.organisation.write_text(f"[organisation]\ndomain={DOMAIN}\nproxy=proxy.{DOMAIN}\nconnect-server={host}\n")
        secret = self.data / "component.secret"
        secret.touch(0o600)
        secret.write_text(SECRET)

    def profile_authority(self):
        """No certificate: no TLS."""

    def fill(self, text):
        return text.format(folder=self.folder, port=self.port, component_port=self.component_port, domain=DOMAIN,
                           host=self.host, secret=SECRET)


class Prosody(Foreign):
    settings, ready = PROSODY, r"Activated service 'component' on \["

    def start(self):
        config = self.folder / "prosody.cfg.lua"
        config.write_text(self.fill(self.settings))
        accounts = self.data / DOMAIN.replace(".", "%2e") / "accounts"
        accounts.mkdir(parents=True)
        for name in USERS:
            (accounts / (name.replace(".", "%2e") + ".dat")).write_text('return { ["password"] = "%s" };\n' % PASSWORD)
        self.daemon = daemons.Daemon(["prosody", "--config", config, "-F"], prefix=[*foreign_settings.given_to("prosody", self.folder), *TO_STDERR])
        self.daemon.start()
        self.daemon.wait_for_log(r"Activated service 'c2s' on \[")
        self.daemon.wait_for_log(self.ready)


class Ejabberd(Foreign):
    settings, ready = EJABBERD, "Start accepting TCP connections at .* for ejabberd_service"

    def command(self, *words):
        return [*self.prefix, *foreign_settings.ejabberdctl(self.folder, self.port, *words)]

    def start(self):
        (self.folder / "ejabberd.yml").write_text(self.fill(self.settings))
        (self.folder / "ejabberdctl.cfg").write_text("INET_DIST_INTERFACE=127.0.0.1\n")
        self.prefix = foreign_settings.given_to("ejabberd", self.folder)
        self.daemon = daemons.Daemon([*TO_STDERR, *self.command("foreground")])
        self.daemon.start()
        self.daemon.wait_for_log(self.ready)
        for name in USERS:
            subprocess.run(self.command("register", name, DOMAIN, PASSWORD), check=True, capture_output=True)

    def __exit__(self, *why):
        if self.daemon and self.daemon.is_running():
            subprocess.run(self.command("stop"), check=False, capture_output=True)
            self.daemon.process.wait(daemons.STOP_SECONDS)
            subprocess.run(["epmd", "-kill"], check=False, capture_output=True)  # it stays where other nodes are
        super().__exit__(*why)


def installed():
    """The servers that this machine has."""
    return [kind for kind, program in ((Prosody, "prosody"), (Ejabberd, "ejabberdctl")) if shutil.which(program)]
