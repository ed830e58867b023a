# SPDX-License-Identifier: MIT
"""DESIGN 6, 8: bytes both ways by splice, ends, limits, counters."""
import hashlib
import os
import signal
import socket
import struct
import threading
import time
import unittest

from proxy_play import ROMEO, ProxyCase, stream_hash, within

MEGABYTES_20 = 20 << 20


class Case(ProxyCase):
    @staticmethod
    def fill(client):
        """Sends zeros until all buffers on the way have been full for a moment; how many."""
        client.socket.setblocking(False)
        sent = 0
        idle = time.monotonic()
        while time.monotonic() - idle < 0.3:
            try:
                sent += client.socket.send(bytes(100000))
                idle = time.monotonic()
            except BlockingIOError:
                time.sleep(0.01)
        return sent


class Relay(Case):
    def test_design_6_20_megabytes_both_ways_at_once_arrive_as_they_were_sent_and_are_counted(self):
        target, initiator = self.transfer("s")
        sent = {target: os.urandom(MEGABYTES_20), initiator: os.urandom(MEGABYTES_20)}
        got = {}

        def send(client):
            client.send(sent[client])
            client.end_sending()

        def receive(client):
            digest = hashlib.sha256()
            while True:
                data = client.socket.recv(1 << 18)
                if not data:
                    break
                digest.update(data)
            got[client] = digest.hexdigest()

        threads = [threading.Thread(target=work, args=(client,)) for work in (send, receive) for client in sent]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(got[target], hashlib.sha256(sent[initiator]).hexdigest())
        self.assertEqual(got[initiator], hashlib.sha256(sent[target]).hexdigest())
        line = self.await_line(r"transfer 1: id [0-9a-f]{40}, sid s, (\S+) to (\S+), (\d+) bytes there, (\d+) back, ([\d.]+) s, finished$")
        self.assertEqual(line.group(1, 2, 3, 4), (ROMEO, "juliet@example.org/balcony", str(MEGABYTES_20),
                                                  str(MEGABYTES_20)))
        self.assertEqual(self.link.counters(), {"transfers": 1, "running": 0, "bytes": 2 * MEGABYTES_20})

    def test_design_6_the_end_of_one_direction_leaves_the_other_open(self):
        target, initiator = self.transfer("s")
        initiator.send(b"the file")
        initiator.end_sending()
        self.assertEqual(target.receive_all(), b"the file")
        target.send(b"thank you")
        self.assertEqual(initiator.receive(9), b"thank you")
        self.assertEqual(self.link.counters()["running"], 1)
        target.end_sending()
        self.assertEqual(initiator.receive_all(), b"")
        self.await_line(r"transfer 1: .* 8 bytes there, 9 back, .* finished$")

    def test_design_6_the_other_direction_may_end_first_as_well(self):
        target, initiator = self.transfer("s")
        target.end_sending()
        self.assertEqual(initiator.receive_all(), b"")
        initiator.send(b"the file")
        initiator.close()
        self.assertEqual(target.receive_all(), b"the file")
        self.await_line("transfer 1: .* 8 bytes there, 0 back, .* finished$")

    def test_design_6_each_byte_is_passed_on_at_once(self):
        target, initiator = self.transfer("s")
        start = time.monotonic()
        for number in range(1000):
            byte = bytes([number % 256])
            initiator.send(byte)
            self.assertEqual(target.receive(1), byte)
            target.send(byte)
            self.assertEqual(initiator.receive(1), byte)
        self.assertLess(time.monotonic() - start, 20)  # Nagle or MSG_MORE would take 40 ms for each

    def test_design_8_a_thousand_small_pieces_do_not_fill_a_pipe_for_good(self):
        target, initiator = self.pair("s")
        for number in range(1000):
            initiator.send(bytes([number % 256]))
        self.assertEqual(self.link.activate("s"), "")
        self.assertEqual(target.receive(1000), bytes(number % 256 for number in range(1000)))

    def test_what_waits_goes_on_though_the_sender_has_no_more_to_say(self):
        target, initiator = self.transfer("s")
        sender = threading.Thread(target=initiator.send, args=(bytes(MEGABYTES_20),))
        sender.start()
        received = 0
        while received < MEGABYTES_20:  # meanwhile the kernel's buffers grow
            received += len(target.socket.recv(1 << 18))
        sender.join()
        self.process.send_signal(signal.SIGSTOP)
        sent = self.fill(initiator)
        self.assertGreater(self.received_by_proxy(initiator), 1 << 20)  # more than one turn moves
        initiator.close()
        self.process.send_signal(signal.SIGCONT)
        self.assertTrue(target.receive_all() == bytes(sent))

    def test_design_6_a_side_that_is_lost_ends_the_other(self):
        target, initiator = self.transfer("s")
        initiator.send(b"something")
        self.assertEqual(target.receive(9), b"something")
        target.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        target.close()
        self.assertEqual(initiator.receive_all(), b"")
        self.await_line("transfer 1: .* 9 bytes there, 0 back, .* a side was lost$")
        self.assertEqual(self.client().join(stream_hash("s")), 0)  # the hash is free again

    def test_design_6_the_last_kilobyte_arrives_when_the_sender_has_gone(self):
        for number in range(20):
            target, initiator = self.transfer("s%d" % number)
            data = os.urandom(300000 + number * 1021)
            sender = threading.Thread(target=lambda: (initiator.send(data), initiator.close()))
            sender.start()
            self.assertEqual(target.receive_all(), data)
            sender.join()
            target.close()


class Threads(ProxyCase):
    settings = "threads=3"

    def await_work_in(self, count):
        """Until so many threads have waited for something more often than one that has nothing to do."""
        folder = "/proc/%d/task" % self.process.pid
        for _ in within():
            switches = []
            for name in os.listdir(folder):
                with open("%s/%s/status" % (folder, name), encoding="ascii") as status:
                    switches.append(int(status.read().split("\nvoluntary_ctxt_switches:")[1].split()[0]))
            if sum(number > 3 for number in switches) >= count:
                return

    def test_transfers_of_all_threads_arrive_whole_and_end(self):
        pairs = [self.transfer("s%d" % number) for number in range(7)]
        sent = [os.urandom(2000000 + number) for number in range(7)]
        threads = [threading.Thread(target=lambda client=client, data=data: (client.send(data), client.close()))
                   for (_, client), data in zip(pairs, sent)]
        for thread in threads:
            thread.start()
        self.await_work_in(4)
        for (target, _), data in zip(pairs, sent):
            self.assertTrue(target.receive_all() == data)
            target.close()
        for thread in threads:
            thread.join()
        for _ in within():
            if self.link.counters() == {"transfers": 7, "running": 0, "bytes": sum(map(len, sent))}:
                break

    def test_the_stop_ends_what_runs_in_all_threads(self):
        for number in range(4):
            self.transfer("s%d" % number)
        self.process.send_signal(signal.SIGTERM)
        self.await_line("stopping; 4 transfers may still finish")
        self.process.send_signal(signal.SIGTERM)
        self.link.close()
        self.assertEqual(self.process.wait(20), 0)
        self.assertEqual(sum("ended by the stop of the proxy" in line for line in self.rest_of_log()), 4)


class OneThread(Case):
    settings = "threads=1"  # each has a pool of pipes

    def test_design_8_a_pipe_belongs_to_a_direction_only_while_bytes_are_in_it(self):
        others = self.pipes_of_proxy()
        slow, fast = self.transfer("slow"), self.transfer("fast")
        fast[1].send(b"x")
        self.assertEqual(fast[0].receive(1), b"x")
        for _ in within():
            if self.pipes_of_proxy() == others + 2:
                break  # one in the pool, both ends
        sent = self.fill(slow[1])
        self.assertEqual(self.pipes_of_proxy(), others + 2)  # a slow reader costs one pipe
        fast[1].send(bytes(1000000))
        self.assertEqual(fast[0].receive(1000000), bytes(1000000))
        self.assertEqual(slow[0].receive(sent), bytes(sent))


class TimeLimits(ProxyCase):
    settings = "limit-idle-time=2"

    def test_design_6_a_transfer_without_bytes_is_ended(self):
        start = time.monotonic()
        target, initiator = self.transfer("s")
        for number in range(2):
            time.sleep(1)
            initiator.send(b"x")  # bytes keep it alive
            self.assertEqual(target.receive(1), b"x")
        self.assertEqual(target.receive_all(), b"")
        self.assertGreater(time.monotonic() - start, 4)
        self.await_line("transfer 1: .* ended by limit-idle-time$")


class Lifetime(ProxyCase):
    settings = "limit-lifetime=1"

    def test_design_6_a_transfer_has_a_lifetime(self):
        target, initiator = self.transfer("s")
        received = []
        reader = threading.Thread(target=lambda: received.append(target.receive_all()))
        reader.start()
        try:
            while True:
                initiator.send(b"x" * 1000)
                time.sleep(0.01)
        except (BrokenPipeError, ConnectionResetError):
            pass
        reader.join()
        self.await_line("transfer 1: .* ended by limit-lifetime$")


class Numbers(ProxyCase):
    settings = "limit-transfers=3\nlimit-transfers-per-user=2"

    def test_design_6_transfers_are_limited_for_a_user_and_in_total(self):
        first = self.transfer("1")
        self.transfer("2")
        self.pair("3")
        self.assertEqual(self.link.activate("3"), "resource-constraint")
        tybalt = "tybalt@example.org/x"
        self.pair("4", initiator=tybalt)
        self.assertEqual(self.link.activate("4", sender=tybalt), "")
        self.pair("5", initiator="paris@example.org/x")
        self.assertEqual(self.link.activate("5", sender="paris@example.org/x"), "resource-constraint")
        for client in first:
            client.close()
        self.await_line("transfer 1: ")
        self.assertEqual(self.link.activate("3"), "")


if __name__ == "__main__":
    unittest.main()
