# SPDX-License-Identifier: MIT
"""server-core and proxy65 as they come: only limits on how many may come from one address are lifted."""
import pathlib
import subprocess

from servers import ground


class Bioaster(ground.Server):
    name = "server-core"
    build = pathlib.Path()

    @classmethod
    def missing(cls):
        return None

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.data = self.folder / "data"
        self.component_port, self.socks_port = ground.free_port(), ground.free_port()

    @classmethod
    def version(cls):
        return subprocess.run([cls.build / "server-core/server-core", "--version"], text=True, capture_output=True, check=True).stdout.strip()

    def write_settings(self):
        (self.folder / "organisation.conf").write_text(
            f"[organisation]\nname=Bench\ndomain={ground.DOMAIN}\nconnect-server=localhost\nproxy={ground.PROXY}\nrooms={ground.ROOMS}\n")
        (self.folder / "server-core.conf").write_text(
            f"[server-core]\ndata=data\nlisten=127.0.0.1:{self.port}\nlisten-tls=127.0.0.1:{ground.free_port()}\n"
            f"listen-component=127.0.0.1:{self.component_port}\ncertificate={self.certificate}\nkey={self.key}\n"
            "limit-connections-per-address=0\nlimit-connections-before-login-per-address=0\n"
            "limit-registrations-per-hour=0\ncore-dumps=yes\n")  # only root may measure the memory of one that is shut
        (self.folder / "proxy65.conf").write_text(
            f"[proxy65]\nlisten-socks=127.0.0.1:{self.socks_port}\naddresses=127.0.0.1\ncomponent-server=127.0.0.1:{self.component_port}\n"
            f"component-secret-file={self.data}/component.secret\ncore-dumps=yes\n")

    def start(self, scenario):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write_settings()
        organisation = ["--organisation", self.folder / "organisation.conf"]
        self.spawn([self.build / "server-core/server-core", "--config", self.folder / "server-core.conf", *organisation],
                   self.folder / "server.log", self.port)
        if scenario.startswith("proxy"):
            log = self.folder / "proxy.log"
            self.spawn([self.build / "proxy65/proxy65", "--config", self.folder / "proxy65.conf", *organisation], log, self.socks_port)
            ground.wait_for_line("joined the server", log)
