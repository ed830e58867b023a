# SPDX-License-Identifier: MIT
"""slixmpp as the newer clients use it: one user on several devices, the archive, avatars, bookmarks, blocking."""
import asyncio
import logging
import unittest

import slixmpp
from slixmpp.exceptions import IqError

from daemons import Server
from slixmpp_person import PASSWORD, Person, SECONDS

MARIE, PIERRE = "marie.curie", "pierre.curie"
NEWER = ("xep_0059", "xep_0084", "xep_0191", "xep_0198", "xep_0280", "xep_0313", "xep_0352")
EVENTS = ("carbon_received", "carbon_sent", "session_resumed", "sm_enabled", "avatar_metadata_publish", "blocked", "unblocked")
DOMAIN = slixmpp.JID("bioaster.org")
ONE_PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + bytes(200)


def said(text):
    return lambda message: message["body"] == text


class Devices(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.server = self.enterContext(Server())
        for name in (MARIE, PIERRE):
            self.server.account_add(name, PASSWORD)
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    async def client(self, name, resource, carbons=True, stays=True):
        person = Person(self.server, name, plugins=NEWER, events=EVENTS, resource=resource)
        if stays:
            self.addAsyncCleanup(person.log_out)
        await person.log_in()
        if carbons:
            await person["xep_0280"].enable(timeout=SECONDS)
        await self.arrive(person)
        return person

    async def arrive(self, person):
        person.send_presence()
        await person.wait("presence_available", lambda p: p["from"] == person.boundjid)

    async def friends(self, marie, pierre):
        for one, other in ((marie, pierre), (pierre, marie)):
            one.send_presence_subscription(pto=other.boundjid.bare)
            await other.wait("presence_subscribe")
            other.send_presence_subscription(pto=one.boundjid.bare, ptype="subscribed")
            await one.wait("presence_available", lambda p: p["from"] == other.boundjid)

    async def archive(self, person, after=None, **filters):
        found = []
        rsm = {"max": 3, "after": after} if after else {"max": 3}
        async for message in person["xep_0313"].iterate(rsm=rsm, **filters):
            found.append(message["mam_result"]["forwarded"]["stanza"]["body"])
        return found

    async def test_all_devices_of_a_user_see_the_whole_conversation(self):
        """XEP-0280 6, 7; XEP-0313 4: a desk and a phone have the same words, in order, and so has the archive, by pages."""
        desk, phone = await self.client(MARIE, "desk"), await self.client(MARIE, "phone")
        pierre = await self.client(PIERRE, "desk")
        words = []
        for number in range(4):
            words += [f"question {number}", f"réponse {number}"]
            pierre.send_message(mto=desk.boundjid, mbody=words[-2], mtype="chat")
            await desk.wait("message", said(words[-2]))
            copy = await phone.wait("carbon_received")
            self.assertEqual(copy["carbon_received"]["body"], words[-2])
            desk.send_message(mto=pierre.boundjid, mbody=words[-1], mtype="chat")
            await pierre.wait("message", said(words[-1]))
            copy = await phone.wait("carbon_sent")
            self.assertEqual(copy["carbon_sent"]["body"], words[-1])
        for person in (desk, phone, pierre):
            self.assertEqual(await self.archive(person), words)
        self.assertEqual(await self.archive(phone, with_jid=pierre.boundjid.bare), words)
        self.assertEqual(await self.archive(phone, with_jid=slixmpp.JID("nobody@bioaster.org")), [])

    async def test_a_lost_connection_is_resumed_without_loss_or_repetition(self):
        """XEP-0198 5: what was said while the line was down comes once, in order; the contact never saw him leave."""
        marie, pierre = await self.client(MARIE, "desk"), await self.client(PIERRE, "desk")
        await self.friends(marie, pierre)
        marie.happened.clear()
        pierre.transport.abort()
        await pierre.wait("disconnected")
        for number in range(5):
            marie.send_message(mto=pierre.boundjid.bare, mbody=f"en route {number}", mtype="chat")
        await marie["xep_0199"].send_ping(DOMAIN, timeout=SECONDS)
        pierre.connect((self.server.host, self.server.port))
        await pierre.wait("session_resumed")
        got = [(await pierre.wait("message"))["body"] for _ in range(5)]
        self.assertEqual(got, [f"en route {number}" for number in range(5)])
        pierre.send_message(mto=marie.boundjid, mbody="arrivé", mtype="chat")
        await marie.wait("message", said("arrivé"))
        self.assertNotIn("presence_unavailable", [event for event, _ in marie.happened])
        self.assertNotIn("message", [event for event, _ in pierre.happened])

    async def talk(self, one, other, texts, heard):
        """Each of `texts` in turn from `one` to the other's account, heard by all who are there, each its next message."""
        for text in texts:
            one.send_message(mto=other.boundjid.bare, mbody=text, mtype="chat")
            heard[one].append(text)
            for person in heard:
                if person is not one and person.is_connected():
                    own = person.boundjid.bare == one.boundjid.bare
                    message = await person.wait("carbon_sent" if own else "message")
                    heard[person].append(message["carbon_sent"]["body"] if own else message["body"])
                    person.last_id = message.xml.find(".//{urn:xmpp:sid:0}stanza-id").get("id")

    async def test_one_device_cut_off_and_one_away_have_the_same_words(self):
        """XEP-0198 5, XEP-0280 7, 8; XEP-0313 4: one is cut off and resumed, one was away; no word is missing or there twice."""
        pierre, desk = await self.client(PIERRE, "desk"), await self.client(MARIE, "desk")
        phone = await self.client(MARIE, "phone", stays=False)
        heard = {pierre: [], desk: [], phone: []}
        await self.talk(pierre, desk, ["un", "deux"], heard)
        await self.talk(desk, pierre, ["trois"], heard)
        before = heard.pop(phone)
        await phone.log_out()
        await self.talk(pierre, desk, ["quatre"], heard)
        await self.talk(desk, pierre, ["cinq"], heard)
        desk.transport.abort()
        await desk.wait("disconnected")
        await self.talk(pierre, desk, ["six", "sept", "huit"], heard)
        await pierre["xep_0199"].send_ping(DOMAIN, timeout=SECONDS)
        desk.connect((self.server.host, self.server.port))
        await desk.wait("session_resumed")
        heard[desk] += [(await desk.wait("message"))["body"] for _ in range(3)]
        await self.talk(desk, pierre, ["neuf"], heard)
        again = await self.client(MARIE, "phone")
        heard[again] = before + await self.archive(again, after=phone.last_id)
        await self.talk(pierre, desk, ["dix"], heard)
        await self.talk(again, pierre, ["onze"], heard)
        for person, words in heard.items():
            self.assertEqual(" ".join(words), "un deux trois quatre cinq six sept huit neuf dix onze")
            self.assertEqual([h for h in person.happened if h[0] in ("message", "carbon_sent", "carbon_received")], [])

    async def test_rosters_of_two_devices_are_in_step(self):
        """RFC 6121 2.1.6: what one device writes into the roster, or takes out of it, the other has."""
        desk, phone = await self.client(MARIE, "desk"), await self.client(MARIE, "phone")
        contact = f"{PIERRE}@bioaster.org"
        phone.happened.clear()
        desk.update_roster(contact, name="Pierre", groups=["Radium"])
        await phone.wait("roster_update")
        self.assertEqual((phone.client_roster[contact]["name"], phone.client_roster[contact]["groups"]), ("Pierre", ["Radium"]))
        desk.del_roster_item(contact)
        await phone.wait("roster_update", lambda iq: iq["roster"]["items"][slixmpp.JID(contact)]["subscription"] == "remove")
        self.assertNotIn(contact, phone.client_roster)

    async def test_an_avatar_reaches_the_contact_in_both_ways(self):
        """XEP-0084 4, XEP-0398 3: published once, seen by clients of the new way and found in the vCard by the old ones."""
        marie, pierre = await self.client(MARIE, "desk"), await self.client(PIERRE, "desk")
        pierre["xep_0163"].add_interest("urn:xmpp:avatar:metadata")
        await pierre["xep_0115"].update_caps()
        await self.friends(marie, pierre)
        await marie["xep_0084"].publish_avatar(ONE_PIXEL, timeout=SECONDS)
        number = marie["xep_0084"].generate_id(ONE_PIXEL)
        await marie["xep_0084"].publish_avatar_metadata(
            {"id": number, "type": "image/png", "bytes": str(len(ONE_PIXEL)), "height": "1", "width": "1"}, timeout=SECONDS)
        seen = await pierre.wait("avatar_metadata_publish", lambda m: m["from"].bare == marie.boundjid.bare)
        self.assertIn(number, str(seen))
        got = await pierre["xep_0084"].retrieve_avatar(marie.boundjid.bare, number, timeout=SECONDS)
        self.assertEqual(got["pubsub"]["items"]["item"]["avatar_data"]["value"], ONE_PIXEL)
        card = await pierre["xep_0054"].get_vcard(marie.boundjid.bare, timeout=SECONDS)
        self.assertEqual(card["vcard_temp"]["PHOTO"]["BINVAL"], ONE_PIXEL)

    async def test_who_is_blocked_is_not_heard(self):
        """XEP-0191 3: he hears not-acceptable when she writes to him, she hears nothing of him; unblocked, all is as before."""
        marie, pierre = await self.client(MARIE, "desk"), await self.client(PIERRE, "desk")
        await marie["xep_0191"].block([pierre.boundjid.bare], timeout=SECONDS)
        blocked = await marie["xep_0191"].get_blocked(timeout=SECONDS)
        self.assertEqual({str(jid) for jid in blocked["blocklist"]["items"]}, {pierre.boundjid.bare})
        pierre.send_message(mto=marie.boundjid.bare, mbody="entends-tu ?", mtype="chat")
        with self.assertRaises(IqError):
            await pierre["xep_0199"].send_ping(marie.boundjid, timeout=SECONDS)
        await marie["xep_0191"].unblock([pierre.boundjid.bare], timeout=SECONDS)
        pierre.send_message(mto=marie.boundjid.bare, mbody="et maintenant ?", mtype="chat")
        got = await marie.wait("message")
        self.assertEqual(got["body"], "et maintenant ?")


if __name__ == "__main__":
    unittest.main(verbosity=2)
