# SPDX-License-Identifier: MIT
"""What passes a bytestream on, each for the table of `tools/bench proxy`: proxies beside the servers whose they are, and,
as measures, nothing at all, a bare splice relay and socat."""
import os
import pathlib
import shutil
import subprocess

import foreign_settings
from servers import ground
from servers.prosody import SETTINGS, Prosody

EJABBERD = foreign_settings.EJABBERD.replace("info", "warning") + """\
  - {{port: {port}, ip: "{host}", module: ejabberd_c2s, starttls: true}}
certfiles: ["{certificate}", "{key}"]
registration_timeout: infinity
modules:
  mod_disco: {{}}
  mod_register: {{ip_access: all}}
  mod_proxy65: {{host: "proxy.{domain}", ip: "{host}", hostname: "{host}", port: {component_port}, shaper: none, recbuf: 262144,
    sndbuf: 262144}}
"""


class Forward(ground.Server):
    """Passes each connection to `port` on to `target`."""
    scenario, build = "forward", pathlib.Path()

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.target = ground.free_port()

    @classmethod
    def missing(cls):
        return None

    def start(self, _scenario):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.spawn(self.command(), self.folder / "relay.log", self.port, is_there=ground.is_listened_on)


class Direct(Forward):
    name = "direct"

    def start(self, _scenario):
        self.port = self.target


class Splice(Forward):
    name, threads = "splice", 1

    def command(self):
        return [self.build / "tests/bench/splice-relay", self.port, self.target, self.threads]


class SpliceOnAllCores(Splice):
    name, threads = "splice, all cores", os.cpu_count()


class Socat(Forward):
    name = "socat"

    @classmethod
    def missing(cls):
        return None if shutil.which("socat") else "socat is not installed (apt-get install socat)"

    def command(self):
        return ["socat", f"TCP-LISTEN:{self.port},bind=127.0.0.1,fork,reuseaddr,backlog=500", f"TCP:127.0.0.1:{self.target}"]


class ProsodyProxy(Prosody):
    scenario = "proxy"


class Ours(Prosody):
    """proxy65 as a component of Prosody; what is counted is proxy65 alone."""
    name, scenario, threads, build = "proxy65", "proxy", 0, pathlib.Path()
    settings = SETTINGS.replace("proxy65_ports = {{ {component_port} }}\n", foreign_settings.PROSODY_LETS_COMPONENTS_IN) + (
        foreign_settings.PROSODY_COMPONENT)

    def start(self, scenario):
        super().start(scenario)
        if scenario != "proxy":
            return
        (self.folder / "organisation.conf").write_text(f"[organisation]\ndomain={ground.DOMAIN}\nproxy={ground.PROXY}\n")
        (self.folder / "secret").touch(0o600)
        (self.folder / "secret").write_text(ground.SECRET)
        listens = ground.free_port()
        (self.folder / "proxy65.conf").write_text(
            f"[proxy65]\nlisten-socks=127.0.0.1:{listens}\naddresses=127.0.0.1\ncomponent-server=127.0.0.1:{self.socks_port}\n"
            f"component-secret-file={self.folder}/secret\nthreads={self.threads}\nlimit-transfers-per-user=0\ncore-dumps=yes\n")
        log = self.folder / "proxy.log"
        self.spawn([self.build / "proxy65/proxy65", "--config", self.folder / "proxy65.conf", "--organisation",
                    self.folder / "organisation.conf"], log, listens)
        ground.wait_for_line("joined the server", log)

    def pids(self):
        return super().pids()[1:]


class OneThread(Ours):
    name, threads = "proxy65, threads=1", 1


class Ejabberd(ground.Server):
    name, scenario = "ejabberd", "proxy"

    @classmethod
    def missing(cls):
        return None if shutil.which("ejabberdctl") else "ejabberd is not installed (apt-get install ejabberd)"

    @classmethod
    def version(cls):
        return subprocess.run(["dpkg-query", "-W", "-f", "ejabberd ${Version}", "ejabberd"], text=True, capture_output=True,
                              check=False).stdout

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.data = self.folder / "data"
        self.socks_port = ground.free_port()
        self.as_user = []

    def command(self, *words):
        return [*self.as_user, *foreign_settings.ejabberdctl(self.folder, self.port, *words)]

    def start(self, _scenario):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(exist_ok=True)
        (self.folder / "ejabberd.yml").write_text(EJABBERD.format(
            host="127.0.0.1", port=self.port, component_port=self.socks_port, certificate=self.certificate, key=self.key,
            domain=ground.DOMAIN))
        (self.folder / "ejabberdctl.cfg").write_text("INET_DIST_INTERFACE=127.0.0.1\n")
        self.as_user = foreign_settings.given_to("ejabberd", self.folder, self.certificate, self.key)
        self.spawn(self.command("foreground"), self.folder / "console.log", self.port)

    def stop(self):
        subprocess.run([str(word) for word in self.command("stop")], check=False, capture_output=True)
        for process in self.processes:
            process.wait(60)
        self.processes = []
        subprocess.run(["epmd", "-kill"], check=False, capture_output=True)  # it stays where other nodes are


ALL = (Direct, Splice, OneThread, SpliceOnAllCores, Ours, Socat, ProsodyProxy, Ejabberd)
