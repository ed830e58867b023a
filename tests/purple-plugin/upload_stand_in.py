# SPDX-License-Identifier: MIT
"""An upload service for tests (XEP-0363): what the stand-in for a server answers, and an HTTPS server that takes files and
does what a test tells it to."""
import socket
import ssl
import threading

DOMAIN, SERVICE, NS = 'bioaster.org', 'upload.bioaster.org', 'urn:xmpp:http:upload:0'
ITEMS, INFO = ('http://jabber.org/protocol/disco#' + what for what in ('items', 'info'))


class HttpsStandIn:
    """Takes each request whole and answers `response`; requests are kept as (head, body). With `early` it answers as
    soon as it has the head, and with `deaf` it reads no more than that. Who gets is given what was put last, or `given`."""

    def __init__(self, leaf, response=b'HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n', early=False, deaf=False, given=None):
        self.response, self.early, self.deaf, self.given, self.requests = response, early, deaf, given, []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(leaf.certificate, leaf.key)
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.go_on = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def close(self):
        self.go_on.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()

    def _serve(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            try:
                with plain, self.context.wrap_socket(plain, server_side=True) as peer:
                    self._request(peer)
            except OSError:
                pass

    def _request(self, peer):
        data = b''
        while b'\r\n\r\n' not in data:
            part = peer.recv(65536)
            if not part:
                return
            data += part
        head, _, body = data.partition(b'\r\n\r\n')
        lines = dict(line.split(': ', 1) for line in head.decode().split('\r\n')[1:])
        if self.deaf:
            self.go_on.wait(30)
            return
        while not self.early and len(body) < int(lines.get('Content-Length', 0)):
            part = peer.recv(65536)
            if not part:
                return
            body += part
        self.requests.append((head.decode(), body))
        if head.startswith(b'GET '):
            return peer.sendall(b'HTTP/1.1 200 OK\r\n\r\n' + (self.given or self.requests[-2][1]))
        peer.sendall(self.response)
        while self.early and peer.recv(65536):  # to close on what comes would take the answer back
            pass
        return None


def serve_uploads(server, slot, limit=None):
    """Has the stand-in `server` know one upload service, which answers a request for a slot with `slot(request)`."""
    def items(iq):
        items = f"<item jid='conference.{DOMAIN}'/><item jid='{SERVICE}'/>" if iq.get('to') == DOMAIN else ''
        return result(iq, f"<query xmlns='{ITEMS}'>{items}</query>")

    def info(iq):
        field = f"<field var='max-file-size'><value>{limit}</value></field>" if limit else ''
        form = f"<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>{NS}</value></field>{field}</x>"
        return result(iq, f"<query xmlns='{INFO}'>" + (f"<feature var='{NS}'/>{form}" if iq.get('to') == SERVICE else '')
                      + '</query>')

    server.answers[f'{{{ITEMS}}}query'] = items
    server.answers[f'{{{INFO}}}query'] = info
    server.answers[f'{{{NS}}}request'] = slot


def result(iq, payload):
    return f"<iq type='result' id='{iq.get('id')}' from='{iq.get('to')}'>{payload}</iq>"


def refusal(iq, condition, more=''):
    return (f"<iq type='error' id='{iq.get('id')}' from='{iq.get('to')}'><error type='modify'>"
            f"<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>{more}</error></iq>")


def slot(iq, put, get, headers=''):
    return result(iq, f"<slot xmlns='{NS}'><put url='{put}'>{headers}</put><get url='{get}'/></slot>")
