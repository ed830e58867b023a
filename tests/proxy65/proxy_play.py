# SPDX-License-Identifier: MIT
"""The real proxy65 with a server (XEP-0114) and SOCKS5 clients that the test plays at the wire.

Ports are picked by the kernel, files lie in a folder of the test's own, and nothing is left running."""
import hashlib
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree as tree

PROGRAM = os.path.join(os.environ.get("BUILD", "build"), "proxy65", "proxy65")
DOMAIN = "example.org"
NAME = "proxy.example.org"
ROMEO = "romeo@example.org/garden"
JULIET = "juliet@example.org/balcony"
LIMIT = 20  # seconds for anything that should happen at once
BYTESTREAMS = "http://jabber.org/protocol/bytestreams"
STREAM = "http://etherx.jabber.org/streams"
COMPONENT = "jabber:component:accept"


def within(seconds=LIMIT):
    """Repeats the body of a `for` until the test breaks out of it; after the limit that is a failure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.01)
    raise AssertionError("it did not happen within %s seconds" % seconds)


def stream_hash(sid, initiator=ROMEO, target=JULIET):
    return hashlib.sha1((sid + initiator + target).encode()).hexdigest()


def status_of(info):
    """The form in an answer to disco#info: name to values."""
    return {field.get("var"): [value.text for value in field] for field in info.iter("{jabber:x:data}field")}


class Link:
    """The server's side of one component stream."""

    def __init__(self, connection):
        self.connection = connection
        connection.settimeout(LIMIT)
        self.parser = tree.XMLPullParser(["start", "end"])
        self.depth = 0
        self.count = 0

    def close(self):
        self.connection.close()

    def send(self, text):
        self.connection.sendall(text.encode())

    def next(self):
        """The stream's start tag, then each stanza; None at the stream's end."""
        while True:
            for event, element in self.parser.read_events():
                self.depth += 1 if event == "start" else -1
                if event == "start" and self.depth == 1:
                    return element
                if event == "end" and self.depth == 1:
                    return element
                if event == "end" and self.depth == 0:
                    return None
            data = self.connection.recv(65536)
            if not data:
                return None
            self.parser.feed(data)

    def open(self, secret):
        """Plays the server's part of XEP-0114 3; whether the handshake was right."""
        header = self.next()
        assert header.tag == "{%s}stream" % STREAM, header.tag
        assert header.get("to") == NAME
        self.send("<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='%s' from='%s' id='3BF96D32'>"
                  % (COMPONENT, STREAM, NAME))
        handshake = self.next()
        assert handshake.tag == "{%s}handshake" % COMPONENT, handshake.tag
        return handshake.text == hashlib.sha1(("3BF96D32" + secret).encode()).hexdigest()

    def ask(self, payload, kind="get", sender=ROMEO):
        """Sends a request as from `sender` and returns the proxy's answer to it."""
        self.count += 1
        number = "q%d" % self.count
        self.send("<iq type='%s' id='%s' from='%s' to='%s'>%s</iq>" % (kind, number, sender, NAME, payload))
        answer = self.next()
        assert answer is not None and answer.get("id") == number, answer
        assert answer.get("from") == NAME and answer.get("to") == sender
        return answer

    def activate(self, sid, sender=ROMEO, target=JULIET):
        """Returns '' when the proxy activated, else the error's condition."""
        answer = self.ask("<query xmlns='%s' sid='%s'><activate>%s</activate></query>" % (BYTESTREAMS, sid, target),
                          "set", sender)
        return "" if answer.get("type") == "result" else condition(answer)

    def status(self):
        """The form in discovery: name to values."""
        return status_of(self.ask("<query xmlns='http://jabber.org/protocol/disco#info'/>"))

    def counters(self):
        status = self.status()
        return {name: int(status[name][0]) for name in ("transfers", "running", "bytes")}


def condition(answer):
    assert answer.get("type") == "error", tree.tostring(answer)
    return answer.find("{%s}error" % COMPONENT)[0].tag.split("}")[1]


class Client:
    """One SOCKS5 connection to the proxy, byte by byte in the test's hand."""

    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), LIMIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data):
        self.socket.sendall(data)

    def receive(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(min(count - len(data), 1 << 18))
            if not part:
                break
            data += part
        return data

    def receive_all(self):
        return self.receive(1 << 40)

    def join(self, digest):
        """Asks for the place under `digest`; returns the reply code."""
        self.send(b"\x05\x01\x00")
        assert self.receive(2) == b"\x05\x00"
        self.send(request(digest))
        reply = self.receive(5 + 40 + 2) if digest else b""
        return reply[1]

    def end_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.socket.close()


def request(digest, port=0, command=1):
    return bytes([5, command, 0, 3, len(digest)]) + digest.encode() + port.to_bytes(2, "big")


class ProxyCase(unittest.TestCase):
    """A proxy of its own for each test; `settings` are lines of proxy65.conf."""
    settings = ""
    secret = "s3cr3t"
    core_dumps = "yes"
    joins = True  # whether the link is opened before the test begins

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="proxy65-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(LIMIT)
        self.addCleanup(self.listener.close)
        self.write("organisation.conf", "[organisation]\nname=Verona\ndomain=%s\nproxy=%s\n" % (DOMAIN, NAME))
        self.write("component.secret", "s3cr3t\n")
        self.write_settings(self.settings)
        self.clients = []
        self.start()
        if self.joins:
            self.link = self.accept()

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o640 if name == "component.secret" else 0o644)
            file.write(text)

    def write_settings(self, lines, socks="127.0.0.1:0, [::1]:0"):
        # Only root may look into a process that leaves no core dump.
        self.write("proxy65.conf", "[proxy65]\nlisten-socks=%s\ncomponent-server=127.0.0.1:%d\n%s\ncore-dumps=%s\n"
                   % (socks, self.listener.getsockname()[1], lines, self.core_dumps))

    def reload(self, lines, **more):
        self.write_settings(lines, **more)
        self.process.send_signal(signal.SIGHUP)

    def environment(self):
        """Beside that of the test."""
        return {}

    def command(self, *words):
        return [PROGRAM, "--config", self.folder + "/proxy65.conf", "--organisation",
                self.folder + "/organisation.conf", "--data", self.folder, *words]

    def start(self):
        self.process = subprocess.Popen(self.command(), stderr=subprocess.PIPE, env={**os.environ, **self.environment()})
        self.lines = queue.Queue()
        self.said = []
        reader = threading.Thread(target=self.read_log, args=(self.process.stderr, self.lines))
        reader.start()
        self.addCleanup(self.end, self.process, reader)
        self.port = int(self.await_line(r"listening for SOCKS5 on 127\.0\.0\.1:(\d+)").group(1))
        self.port6 = int(self.await_line(r"listening for SOCKS5 on \[::1\]:(\d+)").group(1))

    @staticmethod
    def read_log(stream, lines):
        for line in stream:
            lines.put(line.decode().rstrip("\n"))
        stream.close()
        lines.put(None)

    def end(self, process, reader):
        for client in self.clients:
            client.close()
        if process.poll() is None:
            process.kill()
        process.wait()
        reader.join()

    def await_line(self, pattern):
        while True:
            try:
                line = self.lines.get(timeout=LIMIT)
            except queue.Empty:
                self.fail("no line %r; said: %r" % (pattern, self.said))
            self.assertIsNotNone(line, "ended before %r; said: %r" % (pattern, self.said))
            self.said.append(line)
            found = re.search(pattern, line)
            if found:
                return found

    def rest_of_log(self):
        """Of a proxy that has ended."""
        return list(iter(lambda: self.lines.get(timeout=LIMIT), None))

    def accept(self):
        """The proxy's next attempt to join, answered as a server does that knows it."""
        link = Link(self.listener.accept()[0])
        self.addCleanup(link.close)
        if link.open(self.secret):
            link.send("<handshake/>")
        else:
            link.send("<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                      "</stream:stream>")
        return link

    def client(self, host="127.0.0.1"):
        client = Client(self.port if host == "127.0.0.1" else self.port6, host)
        self.clients.append(client)
        return client

    def assert_turned_away(self, client):
        """The proxy closes the connection instead of answering the greeting."""
        try:
            client.send(b"\x05\x01\x00")
            self.assertEqual(client.receive_all(), b"")
        except (ConnectionResetError, BrokenPipeError):
            pass

    def pair(self, sid, initiator=ROMEO, target=JULIET):
        """Target and initiator, connected under one hash, not activated."""
        digest = stream_hash(sid, initiator, target)
        two = self.client(), self.client()
        for client in two:
            self.assertEqual(client.join(digest), 0)
        return two

    def transfer(self, sid):
        """Target and initiator of an active transfer."""
        two = self.pair(sid)
        self.assertEqual(self.link.activate(sid), "")
        return two

    def metrics_port(self):
        return int(next(filter(None, (re.search(r"listening for metrics on .*:(\d+)$", line) for line in self.said)))[1])

    def http(self, text):
        """What `listen-metrics` answers."""
        with socket.create_connection(("127.0.0.1", self.metrics_port()), LIMIT) as reader:
            reader.sendall(text.encode())
            answer = b""
            while part := reader.recv(65536):
                answer += part
        return answer.decode()

    def figures(self):
        head, _, body = self.http("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").partition("\r\n\r\n")
        self.assertTrue(head.startswith("HTTP/1.1 200 OK\r\n"), head)
        self.assertIn("\r\nContent-Type: text/plain; version=0.0.4", head)
        self.assertIn("\r\nContent-Length: %d\r\n" % len(body), head + "\r\n")
        lines = [line.rsplit(" ", 1) for line in body.splitlines() if not line.startswith("#")]
        return {name: int(value) for name, value in lines}

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LIMIT)

    def received_by_proxy(self, client):
        """Bytes from `client` that wait in the kernel because the proxy has not read them."""
        ours, theirs = client.socket.getsockname()[1], client.socket.getpeername()[1]
        with open("/proc/net/tcp", encoding="ascii") as table:
            for line in table:
                words = line.split()
                if words[1].endswith(":%04X" % theirs) and words[2].endswith(":%04X" % ours):
                    return int(words[4].split(":")[1], 16)
        return None

    def pipes_of_proxy(self):
        return sum(link.startswith("pipe:") for link in self.links_of_proxy())

    def links_of_proxy(self):
        """What its open files are."""
        folder = "/proc/%d/fd" % self.process.pid
        links = []
        for name in os.listdir(folder):
            try:
                links.append(os.readlink(os.path.join(folder, name)))
            except FileNotFoundError:
                pass
        return links


class AsUser(ProxyCase):
    """The proxy is not root's, who has no share of the kernel's pipes to use up and may look into every process."""

    def command(self, *words):
        as_user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        return [*as_user, *super().command(*words)]

    def start(self):
        os.chmod(self.folder, 0o755)
        if os.geteuid() == 0:
            os.chown(self.folder + "/component.secret", 65534, 65534)
        super().start()
