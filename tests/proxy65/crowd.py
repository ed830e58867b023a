# SPDX-License-Identifier: MIT
"""More SOCKS5 connections than one process may have open: processes that hold them, and what the proxy takes for them."""
import multiprocessing
import socket

from proxy_play import JULIET, LIMIT, Client, request, stream_hash

PROCESSES = 2
BATCH = 900  # pairs that wait for activation at a time: fewer than limit-waiting
OF_ONE_USER = 50  # fewer than limit-transfers-per-user


def initiator_of(number):
    return "romeo.montague%d@example.org/garden" % (number // OF_ONE_USER)


def join_pair(port, number):
    """Both connections of one transfer, ready for activation."""
    digest = stream_hash(str(number), initiator_of(number), JULIET)
    two = Client(port), Client(port)
    for client in two:
        client.send(b"\x05\x01\x00" + request(digest))
        answer = client.receive(49)
        assert len(answer) == 49 and answer[3] == 0, answer
    return [client.socket for client in two]


def begin(port, sent):
    """A connection that says this and no more; the proxy may end it at any moment."""
    client = socket.create_connection(("127.0.0.1", port), LIMIT)
    try:
        client.sendall(sent)
    except (BrokenPipeError, ConnectionResetError):
        pass
    return [client]


def serve(port, orders, kept):
    while order := orders.recv():
        kind, numbers, sent = order
        for number in numbers:
            kept += join_pair(port, number) if kind == "pair" else begin(port, sent)
        orders.send("done")


def hold(port, orders):
    """What each process does: makes what it is told, and keeps it until it is told to end."""
    kept = []
    try:
        serve(port, orders, kept)
    finally:
        for client in kept:
            client.close()


class Crowd:
    """Ends with its `with`."""

    def __init__(self, port):
        context = multiprocessing.get_context("fork")
        self.holders = []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=hold, args=(port, theirs), daemon=True)
            process.start()
            theirs.close()  # who died is heard of then
            self.holders.append((process, ours))

    def __enter__(self):
        return self

    def __exit__(self, *why):
        for process, orders in self.holders:
            if process.is_alive():
                orders.send(None)
            process.join()
            orders.close()

    def tell(self, kind, numbers, sent=b""):
        """Shares the work; back when it is done."""
        for at, (_, orders) in enumerate(self.holders):
            orders.send((kind, numbers[at::PROCESSES], sent))
        for _, orders in self.holders:
            orders.recv()

    def transfers(self, link, count):
        """So many active transfers, without a byte."""
        for first in range(0, count, BATCH):
            numbers = range(first, min(first + BATCH, count))
            self.tell("pair", numbers)
            for number in numbers:
                said = link.activate(str(number), sender=initiator_of(number))
                assert said == "", said

    def half_open(self, count, sent):
        self.tell("half-open", range(count), sent)


def memory(pid):
    """Bytes: all (PSS: what is shared counts by how many share it), and what it alone has."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in file if line.endswith(" kB\n")}
    return sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"]
