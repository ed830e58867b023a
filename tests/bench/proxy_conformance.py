# SPDX-License-Identifier: MIT
"""Who does what of XEP-0065 and RFC 1928: the same plays at the wire, with proxy65, Prosody's proxy and ejabberd's.

    tools/bench proxy --conformance     each row a sentence, each column a proxy; the peers that are installed
"""
import base64
import pathlib
import socket
import subprocess
import sys
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "tests/proxy65")]
import daemons  # noqa: E402
import foreign_server  # noqa: E402
import foreign_settings  # noqa: E402
import proxy_play  # noqa: E402
from proxy_play import BYTESTREAMS, Client, request, stream_hash  # noqa: E402
from slixmpp_person import PASSWORD  # noqa: E402

PROXY = f"proxy.{foreign_server.DOMAIN}"
TARGET = f"anne.martin@{foreign_server.DOMAIN}/bench"
PATIENCE = 3  # seconds for what should come at once
DEADLINE = 40  # seconds after which who waits must be gone


class User(proxy_play.Link):
    """A client's stream without TLS, on the parser of the plays."""

    def __init__(self, server, name):
        super().__init__(socket.create_connection((server.host, server.port), 10))
        self.open_stream()
        secret = base64.b64encode(f"\0{name}\0{PASSWORD}".encode()).decode()
        self.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>")
        assert self.next().tag.endswith("success"), "login failed"
        self.open_stream()
        self.jid = self.request("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>", "set", "")[0][0].text

    def open_stream(self):
        self.parser, self.depth = type(self.parser)(["start", "end"]), 0
        self.send(f"<stream:stream xmlns='jabber:client' xmlns:stream='{proxy_play.STREAM}' version='1.0' "
                  f"to='{foreign_server.DOMAIN}'>")
        self.next()
        self.next()

    def request(self, payload, kind="get", to=PROXY):
        self.count += 1
        self.send(f"<iq type='{kind}' id='q{self.count}'" + (f" to='{to}'" if to else "") + f">{payload}</iq>")
        while True:
            answer = self.next()
            if answer.get("id") == f"q{self.count}":
                return answer

    def activate(self, sid, target=TARGET):
        answer = self.request(f"<query xmlns='{BYTESTREAMS}' sid='{sid}'><activate>{target}</activate></query>", "set")
        return answer.get("type") == "result"


class Ground:
    """One proxy and two users of its server."""

    def __init__(self, server):
        self.user, self.other = (User(server, name) for name in foreign_server.USERS)
        host = self.user.request(f"<query xmlns='{BYTESTREAMS}'/>")[0][0]
        self.kept = ()  # clients that must not go with the play
        self.where = int(host.get("port")), host.get("host")

    def client(self):
        client = Client(*self.where)
        client.socket.settimeout(PATIENCE)
        return client

    def sid(self):
        return uuid.uuid4().hex

    def pair(self, sid):
        two = self.client(), self.client()
        digest = stream_hash(sid, self.user.jid, TARGET)
        assert all(client.join(digest) == 0 for client in two), "a handshake is refused"
        return two

    def transfer(self):
        sid = self.sid()
        two = self.pair(sid)
        assert self.user.activate(sid), "activation is refused"
        return two

    def answer_to(self, sent):
        """All that the proxy says to these bytes; None where it does not end the connection."""
        client = self.client()
        client.send(sent)
        said = b""
        try:
            while part := client.socket.recv(100):
                said += part
        except socket.timeout:
            return None
        except ConnectionResetError:
            pass
        return said


GREETING = b"\x05\x01\x00"


def byte_by_byte(ground):
    client = ground.client()
    for byte in GREETING + request(stream_hash(ground.sid())):
        client.send(bytes([byte]))
        time.sleep(0.002)
    return len(client.receive(49)) == 49


def in_two_pieces(ground):
    for cut in range(1, 50, 3):
        client, whole = ground.client(), GREETING + request(stream_hash(ground.sid()))
        client.send(whole[:cut])
        time.sleep(0.02)
        client.send(whole[cut:])
        if len(client.receive(49)) != 49:
            return False
    return True


def file_follows_at_once(ground):
    sid = ground.sid()
    digest = stream_hash(sid, ground.user.jid, TARGET)
    target, initiator = ground.client(), ground.client()
    assert target.join(digest) == 0
    initiator.send(GREETING + request(digest) + b"the file")
    initiator.receive(49)
    return ground.user.activate(sid) and target.receive(8) == b"the file"


def before_activation(ground):
    sid = ground.sid()
    target, initiator = ground.pair(sid)
    initiator.send(b"the file" * 1000)
    time.sleep(0.2)
    return ground.user.activate(sid) and target.receive(8000) == b"the file" * 1000


def capitals(ground):
    sid = ground.sid()
    target, initiator = ground.client(), ground.client()
    digest = stream_hash(sid, ground.user.jid, TARGET)
    target.join(digest.upper())
    initiator.join(digest)
    return ground.user.activate(sid)


def refuses(*codes):
    """Greets, asks, and wants one of the reply codes, then the end."""
    def play(sent):
        def at(ground):
            said = ground.answer_to(GREETING + sent)
            return said is not None and said[:2] == b"\x05\x00" and len(said) > 3 and said[3] in codes
        return at
    return play


def third_is_refused(ground):
    sid = ground.sid()
    ground.kept = ground.pair(sid)
    third = ground.client()
    try:
        return third.join(stream_hash(sid, ground.user.jid, TARGET)) != 0
    except (AssertionError, ConnectionError, IndexError):
        return True


def only_the_initiator_activates(ground):
    sid = ground.sid()
    ground.kept = ground.pair(sid)
    return not ground.other.activate(sid)


def one_is_not_enough(ground):
    sid = ground.sid()
    ground.kept = ground.client()
    ground.kept.join(stream_hash(sid, ground.user.jid, TARGET))
    return not ground.user.activate(sid)


def not_twice(ground):
    sid = ground.sid()
    ground.kept = ground.pair(sid)
    return ground.user.activate(sid) and not ground.user.activate(sid)


def both_ways(ground):
    target, initiator = ground.transfer()
    initiator.send(b"there")
    target.send(b"back")
    return target.receive(5) == b"there" and initiator.receive(4) == b"back"


def half_close(ground):
    target, initiator = ground.transfer()
    initiator.send(b"the file")
    initiator.end_sending()
    if target.receive_all() != b"the file":
        return False
    target.send(b"thanks")
    return initiator.receive(6) == b"thanks"


def last_kilobyte(ground):
    data = bytes(range(256)) * 1171
    for _ in range(5):
        target, initiator = ground.transfer()
        initiator.send(data)
        initiator.close()
        if target.receive_all() != data:
            return False
    return True


def gone_in_time(begin):
    def play(ground):
        client = ground.client()
        begin(client)
        client.socket.settimeout(DEADLINE)
        try:
            return client.receive_all() is not None
        except ConnectionResetError:
            return True
    return play


PLAYS = [
    ("a handshake byte by byte (RFC 1928)", byte_by_byte),
    ("a handshake in two pieces, wherever it is cut", in_two_pieces),
    ("bytes of the file directly behind the handshake", file_follows_at_once),
    ("bytes sent before activation arrive whole", before_activation),
    ("the hash in capital letters is the same hash", capitals),
    ("SOCKS4: FF, then the end", lambda ground: (ground.answer_to(b"\x04\x01\x00\x50") or b"")[1:2] == b"\xff"),
    ("no method that fits: FF, then the end", lambda ground: ground.answer_to(b"\x05\x01\x02") == b"\x05\xff"),
    ("BIND: reply 7, then the end", refuses(7)(request("0" * 40, command=2))),
    ("an IPv4 address: reply 8, then the end", refuses(8)(b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50")),
    ("a name that is no hash: reply 2, then the end", refuses(2)(request("example.org", 80))),
    ("a third under one hash is refused", third_is_refused),
    ("only the initiator activates (XEP-0065 6.3.5)", only_the_initiator_activates),
    ("activation with one party is refused", one_is_not_enough),
    ("activation twice is refused", not_twice),
    ("bytes both ways", both_ways),
    ("the end of one direction leaves the other open", half_close),
    ("the last kilobyte arrives when the sender has gone", last_kilobyte),
    (f"a silent connection is gone within {DEADLINE} s", gone_in_time(lambda client: None)),
    (f"one that is not activated is gone within {DEADLINE} s",
     gone_in_time(lambda client: client.join(uuid.uuid4().hex + "0" * 8))),
]


class ProsodysOwn(foreign_server.Prosody):
    settings = foreign_server.PROSODY.replace(
        foreign_settings.PROSODY_COMPONENT, 'Component "proxy.{domain}" "proxy65"\n  proxy65_address = "{host}"\n').replace(
            foreign_settings.PROSODY_LETS_COMPONENTS_IN, "proxy65_ports = {{ {component_port} }}\n")
    ready = r"Activated service 'proxy65' on \["


class EjabberdsOwn(foreign_server.Ejabberd):
    settings = foreign_server.EJABBERD.partition(foreign_settings.EJABBERD_COMPONENT)[0] + (
        "modules:\n  mod_disco: {{}}\n  mod_proxy65: {{host: \"proxy.{domain}\", ip: \"{host}\", hostname: \"{host}\", "
        "port: {component_port}}}\n")
    ready = "Start accepting TCP connections at .* for mod_proxy65_stream"


def verdict(play, ground):
    try:
        return "yes" if play(ground) else "no"
    except (AssertionError, OSError, IndexError, AttributeError):
        return "no"


def column(server, ours):
    with server:
        if not ours:
            return [verdict(play, Ground(server)) for _, play in PLAYS]
        with daemons.Proxy(server):
            return [verdict(play, Ground(server)) for _, play in PLAYS]


def version(package):
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False).stdout


def main():
    installed = foreign_server.installed()
    columns = {"proxy65": (foreign_server.Prosody, True)}
    for package, base, own in (("prosody", foreign_server.Prosody, ProsodysOwn),
                               ("ejabberd", foreign_server.Ejabberd, EjabberdsOwn)):
        if base in installed:
            columns[f"{package} {version(package)}"] = (own, False)
    if foreign_server.Prosody not in installed:
        sys.exit("the plays need Prosody (tools/packages install bench)")
    found = {name: column(kind(), ours) for name, (kind, ours) in columns.items()}
    print("| " + " | ".join(["", *found]) + " |\n|" + "---|" * (len(found) + 1))
    for row, (sentence, _) in enumerate(PLAYS):
        print("| " + " | ".join([sentence, *(answers[row] for answers in found.values())]) + " |")
    return 0 if all(answer == "yes" for answer in found["proxy65"]) else 1
