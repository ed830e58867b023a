# SPDX-License-Identifier: MIT
"""A network between a client and its server that can fall silent, as one does behind a router that has forgotten it."""
import socket
import threading


class Relay:
    """Passes on to `port` of loopback what comes to its own."""

    def __init__(self, port):
        self.target, self.pairs = port, []
        self.passes = threading.Event()
        self.passes.set()
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.acceptor = threading.Thread(target=self._accept, daemon=True)
        self.acceptor.start()

    def fall_silent(self):
        """No connection that exists passes another byte, ever; new ones wait for come_back()."""
        self.passes.clear()
        for pair in self.pairs:
            pair.is_dead = True

    def come_back(self):
        self.passes.set()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.passes.set()
        self.acceptor.join()
        self.listener.close()
        for pair in self.pairs:
            pair.close()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            self.passes.wait()
            self.pairs.append(Pair(near, socket.create_connection(('127.0.0.1', self.target))))


class Pair:
    """One connection, both ways."""

    def __init__(self, near, far):
        self.sockets, self.is_dead = (near, far), False
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source, sink):
        try:
            while data := source.recv(65536):
                if not self.is_dead:
                    sink.sendall(data)
            if not self.is_dead:
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        for end in self.sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
