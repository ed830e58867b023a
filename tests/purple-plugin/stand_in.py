# SPDX-License-Identifier: MIT
"""A stand-in for the server: says what a test tells it to, so that each refusal and each certificate can be had."""
import base64
import queue
import re
import select
import socket
import ssl
import threading
import xml.etree.ElementTree as ET

REGISTER = '{jabber:iq:register}'
PLAIN_FORM = "<query xmlns='jabber:iq:register'><instructions>Type</instructions><username/><password/></query>"


class StandIn:
    """Serves bioaster.org on a port of loopback. What clients did is told in `seen`: 'tls', 'auth', 'online', and
    the fields of a registration as a dictionary."""

    def __init__(self, leaf, form=PLAIN_FORM, refusal=None, get_refusal=None, port=0):
        self.form, self.refusal, self.get_refusal = form, refusal, get_refusal
        self.before_form = ''
        self.mechanisms = ['PLAIN']
        self.login = None  # takes what SASL sends (RFC 6120 6.4), gives the answer and whether that is the end
        self.login_refusal = self.bind_refusal = self.roster_refusal = None
        self.is_silent = False  # reads on, and answers nothing
        self.answers = {}  # by the payload's tag: what to send, from the request
        self.seen = queue.Queue()
        self.presences = queue.Queue()  # that are for somebody
        self.messages = queue.Queue()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(leaf.certificate, leaf.key)
        self.listener = socket.create_server(('127.0.0.1', port))
        self.port = self.listener.getsockname()[1]
        self.peers = []
        self.lock = threading.Lock()
        self.acceptor = threading.Thread(target=self._accept, daemon=True)
        self.acceptor.start()

    def close(self):
        # Closed alone, the socket would listen on for as long as accept() waits on it, and the kernel gives its port to
        # the next server: a client of that one then meets this one, with a certificate of another CA.
        if self.listener.fileno() < 0:
            return  # a test has closed it already
        self.listener.shutdown(socket.SHUT_RDWR)
        self.acceptor.join()
        self.listener.close()
        for peer in self.peers:
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            peer.close()

    def say(self, text):
        """Sends `text` on the last connection."""
        with self.lock:
            self.peers[-1].sendall(text.encode())

    def presence_to(self, address):
        """The next presence for an address that begins so."""
        while not (presence := self.presences.get(timeout=20)).get('to').startswith(address):
            pass
        return presence

    def hang_up(self):
        self.peers[-1].shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        self.peers.append(peer)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            Session(self, peer).run()
        except (OSError, ValueError, ET.ParseError, IndexError):
            pass


class Session:
    """One client, from its first stream to its last."""

    def __init__(self, server, peer):
        self.server, self.peer = server, peer
        self.secure = self.authenticated = False
        self.domain, self.user = 'bioaster.org', 'a.b'

    def send(self, text):
        with self.server.lock:
            self.peer.sendall(text.encode())

    def receive(self):
        """Some bytes: Python's TLS may not read while another thread writes."""
        if not (isinstance(self.peer, ssl.SSLSocket) and self.peer.pending()):
            select.select([self.peer], [], [])
        with self.server.lock:
            return self.peer.recv(65536)

    def run(self):
        while True:
            self.stream()

    def stream(self):
        """Handles one stream: the next begins after STARTTLS and after SASL."""
        parser, root, level = ET.XMLPullParser(['start', 'end']), None, 0
        while True:
            data = self.receive()
            if not data:
                raise OSError('closed')
            parser.feed(re.sub(rb"<\?xml.*?\?>", b'', data))
            for kind, element in parser.read_events():
                level += 1 if kind == 'start' else -1
                if kind == 'start' and root is None:
                    root = element
                    self.domain = root.get('to') or self.domain
                    self.open_stream()
                elif kind == 'end' and level == 1 and self.stanza(element):
                    return

    def open_stream(self):
        if not self.secure:
            features = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
        elif not self.authenticated:
            self.server.seen.put('tls')
            offered = ''.join(f'<mechanism>{mechanism}</mechanism>' for mechanism in self.server.mechanisms)
            features = (f"<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{offered}</mechanisms>"
                        "<register xmlns='http://jabber.org/features/iq-register'/>")
        else:
            features = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
        self.send("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s' "
                  f"from='{self.domain}' version='1.0'><stream:features>{features}</stream:features>")

    def stanza(self, element):
        """Answers; true when a new stream follows."""
        name = element.tag.partition('}')[2]
        if self.server.is_silent:
            return False
        if name == 'starttls':
            self.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            self.peer = self.server.context.wrap_socket(self.peer, server_side=True)
            self.server.peers.append(self.peer)
            self.secure = True
            return True
        if name in ('auth', 'response') and self.server.login:
            said, self.authenticated = self.server.login(element)
            self.send(said)
            return self.authenticated
        if name == 'auth':
            self.server.seen.put('auth')
            if self.server.login_refusal:
                self.send(f"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><{self.server.login_refusal}/></failure>")
                return False
            self.user = base64.b64decode(element.text or '').decode().split('\0')[1]  # SASL PLAIN
            self.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
            self.authenticated = True
            return True
        if name == 'iq' and element.get('type') in ('get', 'set'):
            self.answer(element)
        elif name == 'message':
            self.server.messages.put(element)
        elif name == 'presence' and element.get('to'):
            self.server.presences.put(element)
        elif name == 'presence':
            self.server.seen.put('online')
        return False

    def answer(self, iq):
        payload, kind = iq[0].tag, iq.get('type')
        if payload == REGISTER + 'query':
            self.register(iq, kind)
        elif payload == '{urn:ietf:params:xml:ns:xmpp-bind}bind' and self.server.bind_refusal:
            self.error(iq, f"<{self.server.bind_refusal} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>")
        elif payload == '{urn:ietf:params:xml:ns:xmpp-bind}bind':
            self.result(iq, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                            f"<jid>{self.user}@{self.domain}/r</jid></bind>")
        elif payload == '{jabber:iq:roster}query' and kind == 'set':
            said = ("result'>" if not self.server.roster_refusal else f"error'><error type='wait'><{self.server.roster_refusal} "
                    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>")
            self.send(f"<iq id='{iq.get('id')}' type='{said}</iq>")  # of the account itself, as RFC 6121 2.1.5 says
        elif payload == '{jabber:iq:roster}query':
            self.result(iq, "<query xmlns='jabber:iq:roster'/>")
        elif payload == '{urn:ietf:params:xml:ns:xmpp-session}session':
            self.result(iq, '')
        elif payload in self.server.answers:
            self.send(self.server.answers[payload](iq))
        else:
            self.error(iq, "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>")

    def register(self, iq, kind):
        if kind == 'get':
            self.send(self.server.before_form.replace('ID', iq.get('id')))
            if self.server.get_refusal:
                return self.error(iq, self.server.get_refusal)
            return self.result(iq, self.server.form)
        fields = {e.tag.replace(REGISTER, ''): e.text for e in iq[0] if e.tag.startswith(REGISTER)}
        for field in iq.iter('{jabber:x:data}field'):
            fields['form:' + field.get('var')] = field[0].text
        self.server.seen.put(fields)
        if self.server.refusal:
            return self.error(iq, self.server.refusal)
        return self.result(iq, '')

    def result(self, iq, payload):
        self.send(f"<iq type='result' id='{iq.get('id')}' from='{self.domain}'>{payload}</iq>")

    def error(self, iq, condition):
        self.send(f"<iq type='error' id='{iq.get('id')}' from='{iq.get('to') or self.domain}'><error type='cancel'>{condition}</error></iq>")
