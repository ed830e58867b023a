# SPDX-License-Identifier: MIT
"""profanity in a terminal: it logs in with the organisation's CA in its tls.certpath, and talks with somebody."""
import os
import subprocess
import time
import unittest

from daemons import Server
from xmpp_client import Client

PASSWORD, SECONDS = "motdepasse", 40
EMMY, DAVID = "emmy.noether", "david.hilbert"


class Terminal:
    """profanity in a tmux of its own."""

    def __init__(self, folder):
        self.tmux = ["tmux", "-f", "/dev/null", "-S", str(folder / "tmux")]
        self.folder = folder

    def start(self, *command):
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
        environment = {**kept, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "HOME": str(self.folder),
                       "XDG_CONFIG_HOME": str(self.folder / "config"), "XDG_DATA_HOME": str(self.folder / "data")}
        subprocess.run([*self.tmux, "new-session", "-d", "-x", "150", "-y", "50", *command], env=environment, check=True)

    def screen(self):
        return subprocess.run([*self.tmux, "capture-pane", "-p"], capture_output=True, text=True).stdout

    def type(self, line):
        subprocess.run([*self.tmux, "send-keys", "-l", line], check=True)
        subprocess.run([*self.tmux, "send-keys", "Enter"], check=True)

    def wait(self, text, instead=None):
        """Until the text is on the screen; `instead`: what must not come."""
        deadline = time.monotonic() + SECONDS
        while text not in (screen := self.screen()):
            if time.monotonic() > deadline or (instead and instead in screen):
                raise AssertionError(f"'{text}' is not on the screen:\n{screen}")
            time.sleep(0.1)  # a terminal tells nobody when it changes
        return screen

    def close(self):
        subprocess.run([*self.tmux, "kill-server"], stderr=subprocess.DEVNULL)


class Walk(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server())
        for name in (EMMY, DAVID):
            self.server.account_add(name, PASSWORD)
        self.folder = self.server.folder / "profanity"

    def start(self, authority):
        trusted = self.folder / "trusted"
        for folder in (trusted, self.folder / "config/profanity", self.folder / "data/profanity"):
            folder.mkdir(parents=True)
        (trusted / "authority.pem").write_bytes(authority.read_bytes())
        subprocess.run(["openssl", "rehash", str(trusted)], check=True)
        (self.folder / "config/profanity/profrc").write_text(f"[connection]\ntls.certpath={trusted}\n[ui]\nsplash=false\n")
        (self.folder / "data/profanity/accounts").write_text(
            f"[emmy]\nenabled=true\njid={EMMY}@{self.server.domain}\nserver={self.server.host}\nport={self.server.port}\n"
            f"password={PASSWORD}\ntls.policy=force\nresource=terminal\n")
        terminal = Terminal(self.folder)
        self.addCleanup(terminal.close)
        terminal.start("profanity", "-a", "emmy")
        return terminal

    def test_log_in_and_talk(self):
        """RFC 6120, RFC 6121: with the CA it asks nothing, is seen, and messages go both ways."""
        terminal = self.start(self.server.profile_authority())
        terminal.wait("logged in successfully", "/tls allow")
        with Client(self.server, DAVID, PASSWORD) as david:
            david.send("<presence/>")
            terminal.type(f"/msg {DAVID}@{self.server.domain} Où est l’anneau ?")
            got = david.wait_message("Où est l’anneau ?")
            self.assertEqual(got.get("from"), f"{EMMY}@{self.server.domain}/terminal")
            david.message(got.get("from"), "Dans le corps commutatif.")
            terminal.wait("Dans le corps commutatif.")
            terminal.type("/win 1")
            terminal.type("/ping")
            terminal.wait("Ping response from server")
        terminal.type("/quit")

    def test_unknown_certificate(self):
        """DESIGN 4.5: without the right CA it shows the certificate and asks; allowed once, it goes on."""
        with Server() as other:
            terminal = self.start(other.authority)
        terminal.wait("/tls allow")
        terminal.type("/tls allow")
        terminal.wait("logged in successfully")
        terminal.type("/quit")


if __name__ == "__main__":
    unittest.main(verbosity=2)
