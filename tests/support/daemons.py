# SPDX-License-Identifier: MIT
"""The real daemons for a test: each in a folder of its own, on ports that the kernel picks, gone when the test ends.

    with Server() as server, Proxy(server) as proxy:
        server.account_add("jean.dupont", "secret")
        ... server.port, server.profile(), server.kill(), server.restart() ...

The programs are looked for below the folder BUILD (environment), or `build` beside the sources.
"""
import base64
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
START_SECONDS = 60  # bounds, not measures: a loaded machine under a sanitizer is slow
STOP_SECONDS = 30


def build_folder():
    return pathlib.Path(os.environ.get("BUILD") or HERE.parent.parent / "build")


class Failure(AssertionError):
    """A daemon did not do what it must; the text ends with its log."""


class Daemon:
    """A process whose stderr is read while it runs, line by line."""

    def __init__(self, command, environment=None, prefix=()):
        self.command = [*prefix, *map(str, command)]
        self.environment = {**os.environ, **(environment or {})}
        self.process = None
        self.log = []  # of all its lives
        self._seen = 0  # lines of earlier lives
        self._changed = threading.Condition()
        self._reader = None

    def start(self):
        self._seen = len(self.log)
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._reader = threading.Thread(target=self._read, args=(self.process.stderr,), daemon=True)
        self._reader.start()

    def _read(self, stream):
        for line in stream:
            with self._changed:
                self.log.append(line.decode("utf-8", "replace").rstrip("\n"))
                self._changed.notify_all()
        stream.close()
        with self._changed:
            self._changed.notify_all()

    def wait_for_log(self, pattern, seconds=START_SECONDS, since=None):
        """The match of `pattern` in a line of this life (or behind line number `since`), as soon as it is there."""
        place = self._seen if since is None else since
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                for line in self.log[place:]:
                    found = re.search(pattern, line)
                    if found:
                        return found
                place = len(self.log)
                left = deadline - time.monotonic()
                if left <= 0:
                    raise self.failure(f"no line with '{pattern}' within {seconds} s")
                if not self._reader.is_alive():
                    raise self.failure(f"ended with {self.process.wait()} before a line with '{pattern}'")
                self._changed.wait(min(left, 0.5))

    def failure(self, sentence):
        return Failure(f"{self.command[0]}: {sentence}; its log:\n" + "\n".join(self.log[-200:]))

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def end(self, number):
        """Sends the signal and waits for the end; the exit code, negative for a signal."""
        if self.is_running():
            self.process.send_signal(number)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise self.failure(f"does not end by signal {number}") from None
        self._reader.join(STOP_SECONDS)
        return code


class Folder:
    """What every daemon of a test has: a folder, a process, and their end together."""

    def __init__(self, name):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=name + "-"))
        self.daemon = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind, value, traceback):
        code = 0
        try:
            if self.daemon and self.daemon.process:
                was_running = self.daemon.is_running()
                code = self.daemon.end(signal.SIGTERM) if was_running else 0
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        if kind is not None and self.daemon:
            print(f"--- log of {self.daemon.command[0]}\n" + "\n".join(self.daemon.log[-200:]), flush=True)
        elif code != 0:
            raise self.daemon.failure(f"ended with {code}")

    @property
    def pid(self):
        return self.daemon.process.pid

    def kill(self):
        """As a power cut would: SIGKILL."""
        self.daemon.end(signal.SIGKILL)

    def stop(self):
        code = self.daemon.end(signal.SIGTERM)
        if code != 0:
            raise self.daemon.failure(f"ended with {code}")

    def log_text(self):
        return "\n".join(self.daemon.log)


class Server(Folder):
    """server-core. `settings`: more lines for server-core.conf; `organisation`: keys of organisation.conf."""

    def __init__(self, domain="bioaster.org", settings="", organisation=None, listen="127.0.0.1", prefix=()):
        super().__init__("server")
        self.program = build_folder() / "server-core/server-core"
        self.domain, self.settings, self.listen = domain, settings, listen
        self.host = "127.0.0.1" if listen == "0.0.0.0" else listen
        self.port = self.tls_port = self.component_port = 0
        self.data = self.folder / "data"
        self.config = self.folder / "server-core.conf"
        self.organisation = self.folder / "organisation.conf"
        keys = {"name": "BIOASTER", "domain": domain, "connect-server": "localhost", "proxy": f"proxy.{domain}",
                "rooms": f"conference.{domain}", **(organisation or {})}
        self.organisation.write_text("[organisation]\n" + "".join(f"{k}={v}\n" for k, v in keys.items()))
        self.files = ["--config", str(self.config), "--organisation", str(self.organisation)]
        self.prefix = prefix

    def start(self):
        self.config.write_text(
            f"[server-core]\ndata=data\nlisten={self.listen}:{self.port}\nlisten-tls={self.listen}:{self.tls_port}\n"
            f"listen-component={self.listen}:{self.component_port}\n{self.settings}\n")
        if self.daemon is None:
            self.daemon = Daemon([self.program, *self.files], prefix=self.prefix)
        self.daemon.start()
        self.daemon.wait_for_log(r"\bready\b")
        ports = dict(line.split("=", 1) for line in (self.data / "ports").read_text().splitlines() if "=" in line)
        number = lambda name: int(ports[name].rsplit(":", 1)[1])  # noqa: E731
        self.port, self.tls_port = number("listen"), number("listen-tls")
        self.component_port = number("listen-component")
        return self

    def restart(self):
        """On the same data and the same ports; a running one is stopped first."""
        if self.daemon.is_running():
            self.stop()
        self.start()

    def command(self, *words, text="", check=True):
        """Runs `server-core WORDS` and returns what it printed."""
        done = subprocess.run([self.program, *self.files, *words], input=text, text=True, capture_output=True,
                              timeout=START_SECONDS)
        if check and done.returncode != 0:
            raise Failure(f"server-core {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout if check else done

    def account_add(self, name, password):
        self.command("account", "add", name, text=password + "\n")
        return f"{name}@{self.domain}" if "@" not in name else name

    def profile(self):
        """The organisation.conf for clients, as a path: with the port, the CA and the pins."""
        path = self.folder / "profile.conf"
        text = self.command("profile")
        # The files of a running server still say port 0; a restarted one has it in its settings.
        path.write_text(re.sub(r"(?m)^port=.*$", f"port={self.port}", text))
        return path

    def profile_authority(self):
        """The CA's certificate as clients get it: taken out of the profile, written as PEM; a path."""
        coded = re.search(r"(?m)^trust-ca=base64:\s*(\S+)", self.profile().read_text())[1]
        path = self.folder / "profile-authority.pem"
        path.write_text(ssl.DER_cert_to_PEM_cert(base64.b64decode(coded)))
        return path

    @property
    def authority(self):
        """The CA's certificate (PEM), as a path."""
        return self.data / "authority.pem"

    @property
    def component_secret(self):
        return (self.data / "component.secret").read_text().strip()


class Proxy(Folder):
    """proxy65 beside a server. `settings`: more lines for proxy65.conf."""

    def __init__(self, server, settings="", listen="127.0.0.1", addresses=None, prefix=()):
        super().__init__("proxy")
        self.program = build_folder() / "proxy65/proxy65"
        self.server, self.settings, self.listen, self.addresses = server, settings, listen, addresses or listen
        self.port = 0
        self.config = self.folder / "proxy65.conf"
        self.prefix = prefix
        self.jid = f"proxy.{server.domain}"

    def start(self, wait_until_joined=True):
        self.config.write_text(
            f"[proxy65]\nlisten-socks={self.listen}:{self.port}\naddresses={self.addresses}\n"
            f"component-server={self.server.host}:{self.server.component_port}\n"
            f"component-secret-file={self.server.data / 'component.secret'}\n{self.settings}\n")
        if self.daemon is None:
            self.daemon = Daemon([self.program, "--config", self.config, "--organisation", self.server.organisation],
                                 prefix=self.prefix)
        self.daemon.start()
        self.port = int(self.daemon.wait_for_log(r"listening for SOCKS5 on .*:(\d+)$")[1])
        if wait_until_joined:
            self.wait_until_joined()
        return self

    def wait_until_joined(self, since=None):
        """Until the log says so; `since`: a number of log lines that do not count (the server was restarted)."""
        self.daemon.wait_for_log(r"joined the server", since=since)

    def restart(self):
        if self.daemon.is_running():
            self.stop()
        self.start()
