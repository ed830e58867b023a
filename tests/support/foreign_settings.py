# SPDX-License-Identifier: MIT
"""What Debian's Prosody and ejabberd are told, in tests and in tools/bench, and how root starts them. Each text is for
str.format; `host` is where they listen, `port` for clients, `component_port` for what else the text opens."""
import os
import pwd

# To be followed by what is particular, which may say again what stands here, and then by hosts and components.
PROSODY = """\
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
certificates = "{folder}"
daemonize = false
log = {{ info = "*console" }}
interfaces = {{ "{host}" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
component_ports = {{ }}
http_ports = {{ }}
https_ports = {{ }}
legacy_ssl_ports = {{ }}
storage = "internal"
modules_disabled = {{ "s2s" }}
"""
PROSODY_LETS_COMPONENTS_IN = """\
component_ports = {{ {component_port} }}
component_interfaces = {{ "{host}" }}
"""
PROSODY_WITH_TLS = """\
c2s_require_encryption = true
ssl = {{ certificate = "{folder}/server.pem"; key = "{folder}/server.key" }}
"""
PROSODY_COMPONENT = """\
Component "proxy.{domain}"
  component_secret = "{secret}"
"""

# To be followed by listeners, then by other keys.
EJABBERD = """\
hosts: ["{domain}"]
loglevel: info
auth_method: internal
acl: {{}}
listen:
"""
EJABBERD_COMPONENT = """\
  - port: {component_port}
    ip: "{host}"
    module: ejabberd_service
    access: all
    hosts: {{"proxy.{domain}": {{password: "{secret}"}}}}
"""


def given_to(user, *paths):
    """Who is root lets the server run as its own user, neither of them as root: gives it the files, with all below, and
    returns the words before its command."""
    if os.geteuid() != 0:
        return []
    entry = pwd.getpwnam(user)
    for path in paths:
        for one in [path, *path.rglob("*")]:
            os.chown(one, entry.pw_uid, entry.pw_gid)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]


def ejabberdctl(folder, port, *words):
    """Its shells know the machine below them only by its node: it ends by its own command."""
    return ["env", f"HOME={folder}", "ejabberdctl", "--config-dir", str(folder), "--logs", str(folder), "--spool",
            str(folder / "data"), "--node", f"test{port}@localhost", *words]
