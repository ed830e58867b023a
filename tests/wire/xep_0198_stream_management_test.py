# SPDX-License-Identifier: MIT
"""XEP-0198, and what DESIGN 4.1 makes of it: acknowledged is on disk, not acknowledged comes again."""
import copy
import itertools
import unittest

from daemons import Server
from xmpp_client import CLIENT, SM, STANZA_ERRORS, Client, text_of

PASSWORD = "pencil"
BODY, DELAY, STANZA_ID = f"{{{CLIENT}}}body", "{urn:xmpp:delay}delay", "{urn:xmpp:sid:0}stanza-id"


class Management(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.numbers = itertools.count(1)

    def setUp(self):
        number = next(self.numbers)
        self.jean, self.anne = f"jean{number}", f"anne{number}"
        for name in (self.jean, self.anne):
            self.server.account_add(name, PASSWORD)

    def client(self, name, managed=True, present=True, answers=True):
        client = Client(self.server, name, PASSWORD)
        self.addCleanup(client.close)
        if managed:
            client.enable_management()
            client.management.answers_requests = answers
        if present:
            client.send("<presence/>")
            client.wait(lambda s: s.tag == f"{{{CLIENT}}}presence" and s.get("from") == client.jid)
        return client

    def to(self, name):
        return f"{name}@{self.server.domain}"

    def send(self, client, name, *bodies):
        for body in bodies:
            client.message(self.to(name), body)

    def bodies(self, client, count):
        return [client.wait_message().findtext(BODY) for _ in range(count)]

    def waiting(self, client):
        """All that is waiting for a client who has just come; what is sent to it last ends it."""
        with Client(self.server, self.anne, PASSWORD) as anne:
            anne.message(self.to(client.jid.partition("@")[0]), "the end")
            found = []
            while (body := client.wait_message().findtext(BODY)) != "the end":
                found.append(body)
            return found


class Words(Management):
    def test_enable(self):
        """XEP-0198 3: after binding it is enabled; who does not ask for resumption gets no id. Twice is
        unexpected-request."""
        client = Client(self.server, self.jean, PASSWORD)
        self.addCleanup(client.close)
        client.send(f"<enable xmlns='{SM}'/>")
        enabled = client.wait()
        self.assertEqual((enabled.tag, enabled.get("id"), enabled.get("resume")), (f"{{{SM}}}enabled", None, None))
        client.send(f"<enable xmlns='{SM}'/>")
        failed = client.wait()
        self.assertEqual((failed.tag, failed[0].tag), (f"{{{SM}}}failed", f"{{{STANZA_ERRORS}}}unexpected-request"))
        self.assertEqual(client.wait_closed(), ["policy-violation"])

    def test_order(self):
        """XEP-0198 3, 6, 10: before login and before binding <enable/> is unexpected-request, before login <resume/> too."""
        client, former = Client(self.server), self.client(self.jean, managed=False)
        self.addCleanup(client.close)
        former.send(f"<enable xmlns='{SM}' resume='true'/>")
        resume = f"<resume xmlns='{SM}' h='0' previd='{former.wait(lambda s: s.tag == f'{{{SM}}}enabled').get('id')}'/>"
        enable = f"<enable xmlns='{SM}'/>"
        for word in (resume, enable):
            client.send(word)
            failed = client.wait()
            self.assertEqual((failed.tag, failed[0].tag), (f"{{{SM}}}failed", f"{{{STANZA_ERRORS}}}unexpected-request"), word)
        client.login(self.jean, PASSWORD)
        client.send(enable)
        self.assertEqual(client.wait()[0].tag, f"{{{STANZA_ERRORS}}}unexpected-request")
        client.bind()
        client.send(enable)
        self.assertEqual(client.wait().tag, f"{{{SM}}}enabled")
        former.sync()

    def test_resume(self):
        """XEP-0198 5: resumption stands in place of binding; after it, it is unexpected-request, and the stream goes on."""
        client = Client(self.server, self.jean, PASSWORD)
        self.addCleanup(client.close)
        client.send(f"<resume xmlns='{SM}' h='3' previd='some-long-sm-id'/>")
        failed = client.wait()
        self.assertEqual((failed.tag, failed[0].tag), (f"{{{SM}}}failed", f"{{{STANZA_ERRORS}}}unexpected-request"))
        client.sync()

    def test_resume_before_bind(self):
        """XEP-0198 5: most clients ask before they bind: they hear item-not-found, bind and go on."""
        client = Client(self.server)
        self.addCleanup(client.close)
        client.login(self.jean, PASSWORD)
        client.send(f"<resume xmlns='{SM}' h='3' previd='some-long-sm-id'/>")
        failed = client.wait()
        self.assertEqual((failed.tag, failed[0].tag), (f"{{{SM}}}failed", f"{{{STANZA_ERRORS}}}item-not-found"))
        client.bind()
        client.sync()

    def test_counts(self):
        """XEP-0198 4: the server counts messages, presence and IQs since <enable/>, and nothing else."""
        client = self.client(self.jean, present=False)
        self.assertEqual(client.acknowledged(), 0)
        client.send("<presence/>")
        client.sync()
        self.send(client, self.anne, "one", "two")
        client.send(" \n")
        self.assertEqual(client.acknowledged(), 4)
        self.assertEqual(client.acknowledged(), 4)
        client.send("<iq type='get'><a/><b/></iq>")  # malformed, and handled all the same
        self.assertEqual(client.acknowledged(), 5)

    def test_requests(self):
        """XEP-0198 4: the server asks by <r/> when it has sent something, and once it is answered it is still."""
        client, sender = self.client(self.jean, answers=False), self.client(self.anne)
        self.send(sender, self.jean, "hello")
        client.wait_message("hello")
        client._read_until(lambda: client.management.requests > 0)
        client.acknowledge()
        client.sync()
        client.acknowledge()
        self.assertTrue(client.receives_nothing())

    def test_one_request_behind_a_burst(self):
        """XEP-0198 4: what leaves together is asked for together, behind the last stanza."""
        client, sender = self.client(self.jean, answers=False), self.client(self.anne)
        client.acknowledge()
        client.sync()
        client.acknowledge()
        client.sync()
        client.acknowledge()
        requests = client.management.requests
        order = []
        arrived = client.arrived
        client.arrived = lambda element: order.append(element.tag.rpartition("}")[2]) or arrived(element)
        sender.send("".join(f"<message to='{self.to(self.jean)}' type='chat'><body>{n}</body></message>" for n in range(5)))
        client._read_until(lambda: client.management.requests > requests)
        self.assertEqual(order, ["message"] * 5 + ["r"])

    def test_too_high(self):
        """XEP-0198 4, 6, RFC 6120 4.9.3.21: who acknowledges more than was sent hears undefined-condition, with handled-count-too-high."""
        client = self.client(self.jean)
        client.acknowledge(client.management.received + 1)
        self.assertEqual(client.wait_closed(), ["undefined-condition"])
        told = client.errors[0].find(f"{{{SM}}}handled-count-too-high")
        self.assertIsNotNone(told, text_of(client.errors[0]))
        self.assertEqual((told.get("h"), told.get("send-count")), ("2", "1"))

    def test_not_a_number(self):
        """XEP-0198 4: h is a number."""
        for h in ("h='-1'", "h='many'", "h='4294967296'", ""):
            client = self.client(self.jean)
            client.send(f"<a xmlns='{SM}' {h}/>")
            self.assertEqual(len(client.wait_closed()), 1, h)

    def test_not_enabled(self):
        """XEP-0198 3: <r/> and <a/> without <enable/> are refused."""
        for word in (f"<r xmlns='{SM}'/>", f"<a xmlns='{SM}' h='0'/>"):
            client = self.client(self.jean, managed=False)
            client.send(word)
            self.assertEqual(client.wait_closed(), ["unsupported-stanza-type"])


class Resumption(Management):
    def lost(self, name, **wishes):
        """A client that may resume, and has got nothing yet; `id_of` its stream."""
        client = self.client(name, managed=False)
        attributes = "".join(f" {key}='{value}'" for key, value in wishes.items())
        client.send(f"<enable xmlns='{SM}' resume='true'{attributes}/>")
        client.enabled = client.wait(lambda s: s.tag == f"{{{SM}}}enabled")
        self.assertEqual(client.enabled.get("resume"), "true")
        client.management.answers_requests = False
        return client

    def resume(self, former, name=None, ident=None, h=None):
        """A new connection that asks to go on where `former` was, and what it hears."""
        client = Client(self.server)
        self.addCleanup(client.close)
        client.login(name or self.jean, PASSWORD)
        client.jid, client.management = former.jid, copy.copy(former.management)
        client.send(f"<resume xmlns='{SM}' previd='{ident or former.enabled.get('id')}' "
                    f"h='{former.management.received if h is None else h}'/>")
        return client, client.wait(lambda s: s.tag.startswith(f"{{{SM}}}"))

    def test_resumed(self):
        """XEP-0198 5: <resumed/> with previd and h; what was lost follows, order kept, and the counts go on."""
        client, sender = self.lost(self.jean), self.client(self.anne)
        self.send(client, self.anne, "one", "two")
        self.bodies(sender, 2)
        self.send(sender, self.jean, "first", "second")
        self.bodies(client, 2)
        client.management.received -= 1  # as if the last had not arrived
        client.abort()
        self.send(sender, self.jean, "third")
        sender.sync()
        again, resumed = self.resume(client)
        self.assertEqual((resumed.tag, resumed.get("previd"), resumed.get("h")),
                         (f"{{{SM}}}resumed", client.enabled.get("id"), "2"))
        self.assertEqual(self.bodies(again, 2), ["second", "third"])
        self.send(again, self.anne, "three")
        self.assertEqual(sender.wait_message().findtext(BODY), "three")
        self.assertEqual(again.acknowledged(), 3)
        self.assertTrue(again.receives_nothing())

    def test_max(self):
        """XEP-0198 3: the client's wish for a shorter time is heard."""
        self.assertEqual(self.lost(self.jean, max=60).enabled.get("max"), "60")
        self.assertEqual(self.lost(self.jean).enabled.get("max"), "600")

    def test_former_connection_alive(self):
        """XEP-0198 5: a stream that is resumed while the former is still open ends that one with conflict."""
        client, sender = self.lost(self.jean), self.client(self.anne)
        again, resumed = self.resume(client)
        self.assertEqual(resumed.tag, f"{{{SM}}}resumed")
        self.assertEqual(client.wait_closed(), ["conflict"])
        self.send(sender, self.jean, "hello")
        again.wait_message("hello")

    def test_not_resumed(self):
        """XEP-0198 5: another account's stream and an unknown one are item-not-found; the client may bind then."""
        client = self.lost(self.jean)
        client.abort()
        for name, ident in ((self.anne, None), (self.jean, "unknown")):
            again, failed = self.resume(client, name, ident)
            self.assertEqual((failed.tag, failed.get("h"), failed[0].tag),
                             (f"{{{SM}}}failed", None, f"{{{STANZA_ERRORS}}}item-not-found"))
            again.bind()
            again.sync()
        self.assertEqual(self.resume(client)[1].tag, f"{{{SM}}}resumed")

    def test_over(self):
        """XEP-0198 5: of a stream that is over the server tells how much it had handled."""
        client = self.lost(self.jean, max=1)
        self.send(client, self.anne, "one", "two", "three")
        client.sync()
        client.abort()
        # Presence shows when the time is over.
        other = self.client(self.jean)
        other.wait(lambda s: s.get("type") == "unavailable")
        failed = self.resume(client)[1]
        self.assertEqual((failed.tag, failed.get("h")), (f"{{{SM}}}failed", "4"))

    def test_killed(self):
        """XEP-0198 5, DESIGN 4.1: the server was killed; what the client counts of its stream does not come again, the rest
        does."""
        client, sender = self.lost(self.jean), self.client(self.anne)
        self.send(sender, self.jean, "first", "second", "third")
        self.bodies(client, 3)
        client.management.received -= 1  # as if the last had not arrived
        self.server.kill()
        client.abort()
        self.server.restart()
        again, failed = self.resume(client)
        self.assertEqual((failed.tag, failed[0].tag), (f"{{{SM}}}failed", f"{{{STANZA_ERRORS}}}item-not-found"))
        again.bind()
        again.send("<presence/>")
        self.assertEqual(self.waiting(again), ["third"])

    def test_too_high_at_resumption(self):
        """XEP-0198 4: who acknowledges more than was sent hears so, and the stream may still be resumed rightly."""
        client = self.lost(self.jean)
        client.abort()
        again = Client(self.server)
        self.addCleanup(again.close)
        again.login(self.jean, PASSWORD)
        again.send(f"<resume xmlns='{SM}' previd='{client.enabled.get('id')}' h='100'/>")
        self.assertEqual(again.wait_closed(), ["undefined-condition"])
        self.assertEqual(self.resume(client)[1].tag, f"{{{SM}}}resumed")

    def test_goodbye_ends(self):
        """XEP-0198 5, 7: only a stream that was terminated unexpectedly can be resumed."""
        client = self.lost(self.jean)
        client.close()
        self.assertEqual(self.resume(client)[1].tag, f"{{{SM}}}failed")


class Promises(Management):
    def test_acknowledged_is_on_disk(self):
        """DESIGN 4.1: after <a/> a message survives SIGKILL."""
        sender = self.client(self.jean)
        for number in range(20):
            self.send(sender, self.anne, str(number))
        self.assertEqual(sender.acknowledged(), 21)
        self.server.kill()
        self.server.restart()
        receiver = self.client(self.anne)
        self.assertEqual(self.bodies(receiver, 20), [str(number) for number in range(20)])

    def test_client_that_dies(self):
        """XEP-0198 4, DESIGN 4.1, 4.2: what a client did not acknowledge goes to its next login, in order, with the same
        stanza-id and a delay; what it did acknowledge does not come again."""
        receiver, sender = self.client(self.jean, answers=False), self.client(self.anne)
        self.send(sender, self.jean, *map(str, range(10)))
        first = [receiver.wait_message() for _ in range(10)]
        receiver.acknowledge(1 + 4)  # its presence and four messages
        receiver.sync()
        receiver.abort()
        again = self.client(self.jean)
        second = [again.wait_message() for _ in range(6)]
        self.assertEqual([m.findtext(BODY) for m in second], [str(number) for number in range(4, 10)])
        self.assertEqual([m.find(STANZA_ID).get("id") for m in second], [m.find(STANZA_ID).get("id") for m in first[4:]])
        self.assertTrue(all(m.find(DELAY) is not None for m in second))
        self.assertEqual(self.waiting(again), [])

    def test_old_and_new_in_order(self):
        """DESIGN 4.2: what was not acknowledged comes before what was sent since."""
        receiver, sender = self.client(self.jean, answers=False), self.client(self.anne)
        self.send(sender, self.jean, "1", "2")
        self.bodies(receiver, 2)
        receiver.abort()
        self.send(sender, self.jean, "3", "4")
        sender.sync()
        self.assertEqual(self.bodies(self.client(self.jean), 4), ["1", "2", "3", "4"])

    def test_another_client_of_the_account(self):
        """DESIGN 4.1: what one client acknowledged was delivered; the other client's death brings nothing back."""
        good, bad, sender = self.client(self.jean), self.client(self.jean, answers=False), self.client(self.anne)
        self.send(sender, self.jean, "hello")
        good.wait_message("hello")
        bad.wait_message("hello")
        good.acknowledge()
        good.sync()
        bad.abort()
        self.assertEqual(self.waiting(self.client(self.jean)), [])

    def test_while_another_client_is_there(self):
        """DESIGN 4.1: what the dying client alone had goes to the account's other client at once."""
        other, dying, sender = self.client(self.jean), self.client(self.jean, answers=False), self.client(self.anne)
        sender.message(dying.jid, "for you alone")
        dying.wait_message("for you alone")
        dying.abort()
        other.wait_message("for you alone")

    def test_without_management(self):
        """DESIGN 4.1: without 0198 a message counts as delivered once it was written to the socket."""
        receiver, sender = self.client(self.jean, managed=False), self.client(self.anne)
        self.send(sender, self.jean, "hello")
        receiver.wait_message("hello")
        receiver.abort()
        self.assertEqual(self.waiting(self.client(self.jean)), [])

    def test_goodbye(self):
        """XEP-0198 4: closing the stream acknowledges nothing that was not acknowledged."""
        receiver, sender = self.client(self.jean, answers=False), self.client(self.anne)
        self.send(sender, self.jean, "hello")
        receiver.wait_message("hello")
        receiver.close()
        self.client(self.jean).wait_message("hello")

    def test_delivered_and_restarted(self):
        """DESIGN 4.1: what was acknowledged does not come again after a restart either."""
        receiver, sender = self.client(self.jean), self.client(self.anne)
        self.send(sender, self.jean, "hello")
        receiver.wait_message("hello")
        receiver.acknowledge()
        receiver.sync()
        self.server.restart()
        self.assertEqual(self.waiting(self.client(self.jean)), [])

    def test_delivered_and_killed(self):
        """DESIGN 4.1: after SIGKILL only what was just delivered may come again: once or twice."""
        receiver, sender = self.client(self.jean), self.client(self.anne)
        self.send(sender, self.jean, "hello")
        receiver.wait_message("hello")
        receiver.acknowledge()
        receiver.sync()
        came_again = 0
        for _ in range(4):
            self.server.kill()
            self.server.restart()
            came_again += len(self.waiting(self.client(self.jean)))
        self.assertLessEqual(came_again, 2)

    def test_many_offline_messages(self):
        """DESIGN 4.2, 4.3: thousands that waited come in order, page by page, to a client that acknowledges."""
        sender = self.client(self.anne)
        for begin in range(0, 6000, 500):
            self.send(sender, self.jean, *map(str, range(begin, begin + 500)))
            sender.acknowledged()
        self.assertEqual(self.bodies(self.client(self.jean), 6000), [str(number) for number in range(6000)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
