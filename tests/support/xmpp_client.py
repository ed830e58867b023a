# SPDX-License-Identifier: MIT
"""A small XMPP client for tests that speak the protocol to the letter: raw XML out, parsed stanzas in. Standard
library only. Everything waits for an event up to a deadline.

    with Client(server, "jean.dupont", "secret") as jean:       # STARTTLS, SCRAM-SHA-1, bind
        jean.send("<presence/>")
        message = jean.wait(lambda s: s.tag == jean.ns("message"))

An element is an xml.etree.ElementTree.Element with names as "{namespace}name".
"""
import base64
import hashlib
import hmac
import os
import socket
import ssl
import time
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

CLIENT = "jabber:client"
STREAM = "http://etherx.jabber.org/streams"
STREAM_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams"
STANZA_ERRORS = "urn:ietf:params:xml:ns:xmpp-stanzas"
TLS = "urn:ietf:params:xml:ns:xmpp-tls"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
SM = "urn:xmpp:sm:3"
REGISTER = "jabber:iq:register"
SECONDS = 30  # a bound, not a measure


class Refused(AssertionError):
    """The server said no: `element` holds how."""

    def __init__(self, element):
        super().__init__(ET.tostring(element, encoding="unicode"))
        self.element = element


class Closed(AssertionError):
    """The connection or the stream ended."""


class Silent(AssertionError):
    """What was awaited did not come in time."""


def failure(element):
    """The condition of SASL's <failure/> (RFC 6120 6.5), "" when it is none."""
    return element[0].tag.rpartition("}")[2] if element.tag == f"{{{SASL}}}failure" else ""


def text_of(element):
    return ET.tostring(element, encoding="unicode")


def condition(element):
    """The condition of a stanza's or stream's error, "" when there is none."""
    error = element if element.tag == f"{{{STREAM}}}error" else element.find(f"{{{CLIENT}}}error")
    for child in error if error is not None else ():
        space, _, name = child.tag[1:].partition("}")
        if space in (STANZA_ERRORS, STREAM_ERRORS) and name != "text":
            return name
    return ""


class XmlStream:
    """One connection: bytes to elements, elements in order."""

    def __init__(self, address, seconds=SECONDS, source=None):
        """`source`: the address to come from, where limits count by address (all of 127.0.0.0/8 is ours)."""
        self.seconds = seconds
        self.socket = socket.create_connection(address, timeout=seconds, source_address=(source, 0) if source else None)
        self.received = []  # stanzas nobody has taken yet
        self.is_closed = False  # the peer sent </stream:stream> or the end
        self.is_finished = False  # it was </stream:stream>
        self.header = None  # attributes of the peer's stream header
        self.errors = []
        self._restart_parser()

    def _restart_parser(self):
        self._parser = ET.XMLPullParser(("start", "end"))
        self._depth = 0
        self._root = None
        self.header = None

    def secure(self, authority, name, alpn=None, version=None):
        """TLS; the certificate must be signed by `authority` (a file) and made for `name`. `version`: that one only."""
        context = ssl.create_default_context(cafile=str(authority))
        if alpn:
            context.set_alpn_protocols([alpn])
        if version:
            context.minimum_version = context.maximum_version = version
        self.socket = context.wrap_socket(self.socket, server_hostname=name)

    def send(self, text):
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def open(self, to, namespace=CLIENT, attributes=""):
        """A new stream; returns when the peer's header is there."""
        self._restart_parser()
        self.send(f"<?xml version='1.0'?><stream:stream xmlns='{namespace}' xmlns:stream='{STREAM}' "
                  f"to={quoteattr(to)} {attributes}>")
        self._read_until(lambda: self.header is not None)
        return self.header

    def _read_until(self, is_done, seconds=None):
        deadline = time.monotonic() + (self.seconds if seconds is None else seconds)
        while not is_done():
            if self.is_closed:
                raise Closed(f"the stream ended; {[text_of(e) for e in self.errors]}")
            self._read(deadline)

    def _read(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise Silent("nothing more in time; here and not awaited: " + str([text_of(s) for s in self.received]))
        self.socket.settimeout(left)
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return
        except (ConnectionError, ssl.SSLError):
            data = b""
        if data:
            self._parse(data)
        else:
            self.is_closed = True

    def _parse(self, data):
        self._parser.feed(data)
        for event, element in self._parser.read_events():
            if event == "start":
                if self._depth == 0:
                    self._root, self.header = element, dict(element.attrib)
                self._depth += 1
                continue
            self._depth -= 1
            if self._depth == 1:
                self._root.clear()
                if element.tag == f"{{{STREAM}}}error":
                    self.errors.append(element)
                elif not self.arrived(element):
                    self.received.append(element)
            elif self._depth == 0:
                self.is_closed = self.is_finished = True

    def arrived(self, element):
        """For a subclass: True takes the element before anybody waits for it."""
        return False

    def wait(self, is_wanted=lambda _: True, seconds=None):
        """Takes the first stanza that fits; others stay for later calls."""
        found = []

        def look():
            for stanza in self.received:
                if is_wanted(stanza):
                    self.received.remove(stanza)
                    found.append(stanza)
                    return True
            return False
        self._read_until(look, seconds)
        return found[0]

    def wait_closed(self, seconds=None):
        """Until the peer ends the stream; the stream errors it gave as conditions."""
        deadline = time.monotonic() + (self.seconds if seconds is None else seconds)
        while not self.is_closed:
            self._read(deadline)
        return [condition(error) for error in self.errors]

    def close(self):
        """Says goodbye."""
        try:
            if not self.is_closed:
                self.send("</stream:stream>")
                self.wait_closed()
        except (OSError, AssertionError, ET.ParseError):
            pass  # a test may leave in the middle of a negotiation
        self.abort()

    def abort(self):
        """Leaves without a word."""
        self.socket.close()


def _xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


class Scram:
    """RFC 5802, the client's side. `header`: the GS2 header; `binding`: what a header with p=... promises (RFC 5802 6)."""

    def __init__(self, mechanism, name, password, header="n,,", binding=b""):
        self.hash = {"SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256"}[mechanism.removesuffix("-PLUS")]
        self.password = password.encode()
        escaped = name.replace("=", "=3D").replace(",", "=2C")
        self.bare = f"n={escaped},r={base64.b64encode(os.urandom(18)).decode()}"
        self.first = header + self.bare
        self.bound = base64.b64encode(header.encode() + binding).decode()
        self.signature = None

    def _hmac(self, key, text):
        return hmac.new(key, text, self.hash).digest()

    def final(self, challenge):
        fields = dict(part.split("=", 1) for part in challenge.split(","))
        assert fields["r"].startswith(self.bare.rsplit("r=", 1)[1]), "another nonce"
        salted = hashlib.pbkdf2_hmac(self.hash, self.password, base64.b64decode(fields["s"]), int(fields["i"]))
        client = self._hmac(salted, b"Client Key")
        without_proof = f"c={self.bound},r={fields['r']}"
        signed = f"{self.bare},{challenge},{without_proof}".encode()
        proof = _xor(client, self._hmac(hashlib.new(self.hash, client).digest(), signed))
        self.signature = base64.b64encode(self._hmac(self._hmac(salted, b"Server Key"), signed)).decode()
        return f"{without_proof},p={base64.b64encode(proof).decode()}"


class Management:
    """XEP-0198 of one stream, the client's side."""

    def __init__(self):
        self.received = 0  # stanzas since <enabled/>
        self.acknowledged = 0  # the last h of the server
        self.answers = 0  # how often it said <a/>
        self.requests = 0  # how often it said <r/>
        self.answers_requests = True


class Client(XmlStream):
    """A client of a running `Server`. Without a name it stays in the stream before login."""

    def __init__(self, server, name=None, password="", resource="", mechanism="SCRAM-SHA-1", direct_tls=False,
                 tls=True, seconds=SECONDS, source=None, alpn=None):
        super().__init__((server.host, server.tls_port if direct_tls else server.port), seconds, source)
        self.domain, self.jid, self._ids, self.features = server.domain, None, 0, None
        self.management = None
        try:
            if direct_tls:
                self.secure(server.authority, "localhost", alpn)
            self.features = self._open()
            if tls and not direct_tls:
                self.start_tls(server.authority)
            if name is not None:
                self.login(name, password, mechanism)
                self.jid = self.bind(resource)
        except BaseException:
            self.abort()
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.close()

    def _open(self):
        self.open(self.domain, attributes="version='1.0'")
        return self.wait(lambda s: s.tag == f"{{{STREAM}}}features")

    def start_tls(self, authority, name="localhost", version=None):
        self.send(f"<starttls xmlns='{TLS}'/>")
        answer = self.wait()
        if answer.tag != f"{{{TLS}}}proceed":
            raise Refused(answer)
        self.start_over_tls(authority, name, version)

    def start_over_tls(self, authority, name="localhost", version=None):
        """Once <proceed/> is here."""
        self.secure(authority, name, version=version)
        self.features = self._open()

    def mechanisms(self):
        return [m.text for m in self.features.iter(f"{{{SASL}}}mechanism")]

    def sasl(self, element, text=None, attributes=""):
        """Sends an element of SASL, its text in base64 (RFC 6120 6.4), and returns what comes."""
        content = "" if text is None else base64.b64encode(text.encode()).decode() or "="
        self.send(f"<{element} xmlns='{SASL}' {attributes}>{content}</{element}>")
        return self.wait(lambda s: s.tag.startswith(f"{{{SASL}}}"))

    def end_point(self):
        """RFC 5929 4: tls-server-end-point for a certificate signed with SHA-256."""
        return hashlib.sha256(self.socket.getpeercert(True)).digest()

    def login(self, name, password, mechanism="SCRAM-SHA-1", scram=None):
        """SASL; raises Refused with the <failure/>."""
        if scram is None and mechanism.endswith("-PLUS"):
            scram = Scram(mechanism, name, password, "p=tls-server-end-point,,", self.end_point())
        elif scram is None and mechanism != "PLAIN":
            scram = Scram(mechanism, name, password)
        first = f"\0{name}\0{password}" if scram is None else scram.first
        answer = self.sasl("auth", first, f"mechanism='{mechanism}'")
        if scram and answer.tag == f"{{{SASL}}}challenge":
            answer = self.sasl("response", scram.final(base64.b64decode(answer.text).decode()))
        if answer.tag != f"{{{SASL}}}success":
            raise Refused(answer)
        if scram:
            assert base64.b64decode(answer.text).decode() == f"v={scram.signature}", "the server does not know the key"
        self.features = self._open()

    def bind(self, resource=""):
        asked = f"<resource>{escape(resource)}</resource>" if resource else ""
        result = self.iq("set", f"<bind xmlns='{BIND}'>{asked}</bind>")
        return result.findtext(f"{{{BIND}}}bind/{{{BIND}}}jid")

    @staticmethod
    def ns(name, namespace=CLIENT):
        return f"{{{namespace}}}{name}"

    def ask(self, kind, payload, to=None):
        """Sends an IQ and returns its answer, result or error."""
        self._ids += 1
        ident = f"ask{self._ids}"
        address = f" to={quoteattr(to)}" if to else ""
        self.send(f"<iq type='{kind}' id='{ident}'{address}>{payload}</iq>")
        return self.wait(lambda s: s.tag == self.ns("iq") and s.get("id") == ident and s.get("type") in ("result", "error"))

    def iq(self, kind, payload, to=None):
        """The same, and an error is raised."""
        answer = self.ask(kind, payload, to)
        if answer.get("type") == "error":
            raise Refused(answer)
        return answer

    def register(self, name, password):
        """XEP-0077 before login; raises Refused with the <iq/>."""
        return self.iq("set", f"<query xmlns='{REGISTER}'><username>{escape(name)}</username>"
                              f"<password>{escape(password)}</password></query>")

    def enable_management(self):
        """XEP-0198; from here `self.management` counts, and every <r/> gets its <a/> unless `answers_requests` is off."""
        self.send(f"<enable xmlns='{SM}'/>")
        answer = self.wait(lambda s: s.tag in (f"{{{SM}}}enabled", f"{{{SM}}}failed"))
        if answer.tag != f"{{{SM}}}enabled":
            raise Refused(answer)
        return answer

    def arrived(self, element):
        if element.tag == f"{{{SM}}}enabled":
            self.management = Management()
        if self.management is None:
            return False
        if element.tag == f"{{{SM}}}a":
            self.management.acknowledged = int(element.get("h"))
            self.management.answers += 1
            return True
        if element.tag == f"{{{SM}}}r":
            self.management.requests += 1
            if self.management.answers_requests:
                self.acknowledge()
            return True
        if not element.tag.startswith(f"{{{SM}}}"):
            self.management.received += 1
        return False

    def acknowledge(self, count=None):
        """Sends <a/>: all that came, or `count`."""
        self.send(f"<a xmlns='{SM}' h='{self.management.received if count is None else count}'/>")

    def acknowledged(self):
        """Asks by <r/> and returns how many of our stanzas since <enabled/> the server acknowledges."""
        answers = self.management.answers
        self.send(f"<r xmlns='{SM}'/>")
        self._read_until(lambda: self.management.answers > answers)
        return self.management.acknowledged

    def sync(self):
        """Returns when the server has handled all that was sent: order holds (RFC 6120 10.1)."""
        self.ask("get", "<ping xmlns='urn:xmpp:ping'/>")

    def message(self, to, body, kind="chat"):
        self.send(f"<message to={quoteattr(to)} type='{kind}'><body>{escape(body)}</body></message>")

    def wait_message(self, body=None, seconds=None):
        return self.wait(lambda s: s.tag == self.ns("message") and s.find(self.ns("body")) is not None
                         and (body is None or s.findtext(self.ns("body")) == body), seconds)

    def receives_nothing(self):
        """Whether, everything handled, nothing waits that was not taken."""
        self.sync()
        return not self.received
