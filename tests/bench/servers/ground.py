# SPDX-License-Identifier: MIT
"""What the adapters share: names, a certificate, free ports, processes that end when the benchmark does."""
import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import time

DOMAIN = "bench.example"
ROOMS = f"conference.{DOMAIN}"
PROXY = f"proxy.{DOMAIN}"
SECRET = "bench"  # of components
START_SECONDS = 60


class Failure(Exception):
    """A sentence for whoever runs the benchmark."""


def make_certificate(folder):
    """One key of one kind (P-256) for all servers."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", folder / "key.pem", "-out", folder / "certificate.pem", "-days", "30",
                    "-subj", f"/CN={DOMAIN}", "-addext", f"subjectAltName=DNS:{DOMAIN}"],
                   check=True, capture_output=True)
    (folder / "key.pem").chmod(0o600)
    return folder / "certificate.pem", folder / "key.pem"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def is_listened_on(port):
    """Without a connection, which a relay would pass on."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(words[1].endswith(f":{port:04X}") and words[3] == "0A" for words in map(str.split, table))


def wait_for_port(port, process, log, is_there):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failure(f"{process.args[0]} ended with {process.returncode}:\n{log.read_text()[-2000:]}")
        if is_there(port):
            return
        time.sleep(0.05)
    raise Failure(f"{process.args[0]} does not listen on port {port}:\n{log.read_text()[-2000:]}")


def wait_for_line(text, log):
    deadline = time.monotonic() + START_SECONDS
    while text not in log.read_text():
        if time.monotonic() > deadline:
            raise Failure(f"no '{text}' in {log}:\n{log.read_text()}")
        time.sleep(0.05)


class Server:
    """A server in a folder of its own; the folder may be a copy of one that holds accounts already."""
    name = ""

    def __init__(self, folder, certificate, key):
        self.folder, self.certificate, self.key = folder, certificate, key
        self.port = free_port()
        self.processes = []

    def spawn(self, command, log, port, is_there=answers, **more):
        with open(log, "ab") as out:
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, **more)
        self.processes.append(process)
        wait_for_port(port, process, log, is_there)
        return process

    def pids(self):
        return [process.pid for process in self.processes]

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []

    def copy_data(self, seeded):
        """Takes over what another one, stopped, has stored."""
        def special(folder, names):
            return [name for name in names if not stat.S_ISREG((mode := os.lstat(os.path.join(folder, name)).st_mode)) and not stat.S_ISDIR(mode)]
        shutil.copytree(seeded.data, self.data, ignore=special)
