# SPDX-License-Identifier: MIT
"""Servers of others with proxy65 as their component: Debian's Prosody and ejabberd, each in a folder of its own, without
TLS, as the tests that use them are about the component link and the transfer."""
import os
import pwd
import shutil
import socket
import subprocess

import daemons
from slixmpp_person import PASSWORD

DOMAIN = "example.org"
SECRET = "s3cr3t"
TO_STDERR = ("sh", "-c", 'exec "$0" "$@" 1>&2')  # where a test reads what a daemon says
USERS = ("jean.dupont", "anne.martin")

PROSODY = """\
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
certificates = "{folder}"
daemonize = false
log = {{ info = "*console" }}
interfaces = {{ "{host}" }}
c2s_ports = {{ {port} }}
component_ports = {{ {component_port} }}
component_interfaces = {{ "{host}" }}
s2s_ports = {{ }}
http_ports = {{ }}
https_ports = {{ }}
legacy_ssl_ports = {{ }}
authentication = "internal_plain"
storage = "internal"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
modules_enabled = {{ "disco"; "roster"; "saslauth"; "ping" }}
modules_disabled = {{ "s2s"; "tls" }}
VirtualHost "{domain}"
  disco_items = {{ {{ "proxy.{domain}"; "files" }} }}
Component "proxy.{domain}"
  component_secret = "{secret}"
"""

EJABBERD = """\
hosts: ["{domain}"]
loglevel: info
listen:
  - {{port: {port}, ip: "{host}", module: ejabberd_c2s}}
  - port: {component_port}
    ip: "{host}"
    module: ejabberd_service
    access: all
    hosts: {{"proxy.{domain}": {{password: "{secret}"}}}}
auth_method: internal
acl: {{}}
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

    def give_to(self, user):
        """Who is root lets the server run as its own user: neither of them runs as root."""
        if os.geteuid() != 0:
            return []
        entry = pwd.getpwnam(user)
        for path in [self.folder, *self.folder.rglob("*")]:
            os.chown(path, entry.pw_uid, entry.pw_gid)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]


class Prosody(Foreign):
    settings, ready = PROSODY, r"Activated service 'component' on \["

    def start(self):
        config = self.folder / "prosody.cfg.lua"
        config.write_text(self.fill(self.settings))
        accounts = self.data / DOMAIN.replace(".", "%2e") / "accounts"
        accounts.mkdir(parents=True)
        for name in USERS:
            (accounts / (name.replace(".", "%2e") + ".dat")).write_text('return { ["password"] = "%s" };\n' % PASSWORD)
        self.daemon = daemons.Daemon(["prosody", "--config", config, "-F"], prefix=[*self.give_to("prosody"), *TO_STDERR])
        self.daemon.start()
        self.daemon.wait_for_log(r"Activated service 'c2s' on \[")
        self.daemon.wait_for_log(self.ready)


class Ejabberd(Foreign):
    settings, ready = EJABBERD, "Start accepting TCP connections at .* for ejabberd_service"

    def command(self, *words):
        return [*self.prefix, "env", f"HOME={self.folder}", "ejabberdctl", "--config-dir", str(self.folder), "--logs",
                str(self.folder), "--spool", str(self.data), "--node", f"test{self.port}@localhost", *words]

    def start(self):
        (self.folder / "ejabberd.yml").write_text(self.fill(self.settings))
        (self.folder / "ejabberdctl.cfg").write_text("INET_DIST_INTERFACE=127.0.0.1\n")
        self.prefix = self.give_to("ejabberd")
        self.daemon = daemons.Daemon([*TO_STDERR, *self.command("foreground")])
        self.daemon.start()
        self.daemon.wait_for_log(self.ready)
        for name in USERS:
            subprocess.run(self.command("register", name, DOMAIN, PASSWORD), check=True, capture_output=True)

    def __exit__(self, *why):
        # ejabberdctl's shells know the machine below them only by its node; it ends by its own command.
        if self.daemon and self.daemon.is_running():
            subprocess.run(self.command("stop"), check=False, capture_output=True)
            self.daemon.process.wait(daemons.STOP_SECONDS)
            subprocess.run(["epmd", "-kill"], check=False, capture_output=True)  # it stays where other nodes are
        super().__exit__(*why)


def installed():
    """The servers that this machine has."""
    return [kind for kind, program in ((Prosody, "prosody"), (Ejabberd, "ejabberdctl")) if shutil.which(program)]
