# SPDX-License-Identifier: MIT
"""slixmpp as people's programs use it: two register in-band, meet, talk, share a room; its TLS verification stays on and
trusts nothing but the CA of `server-core profile`."""
import asyncio
import logging
import unittest

import slixmpp

from daemons import Server
from slixmpp_person import Person, SECONDS

MARIE, PIERRE = "marie.curie", "pierre.curie"
ROOM = "labo@conference.bioaster.org"


class Walk(unittest.IsolatedAsyncioTestCase):
    domain = slixmpp.JID("bioaster.org")

    def setUp(self):
        self.server = self.enterContext(Server())
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    async def person(self, name, registers=False):
        person = Person(self.server, name, registers, events=(f"muc::{ROOM}::got_offline",))
        self.addAsyncCleanup(person.log_out)
        await person.log_in()
        return person

    async def test_from_registration_to_a_room(self):
        """The main job, by slixmpp alone."""
        marie, pierre = await self.person(MARIE, True), await self.person(PIERRE, True)
        self.assertEqual(self.server.command("account", "list").count("curie"), 2)
        for step in (self.they_find_each_other, self.they_talk, self.they_ask, self.they_meet_in_a_room):
            with self.subTest(step.__name__):
                await step(marie, pierre)
        await self.one_is_away(marie, pierre)

    async def they_find_each_other(self, marie, pierre):
        """RFC 6121 3: both ask, both agree, both see the other."""
        marie.send_presence(pstatus="au labo")
        pierre.send_presence()
        await marie.update_roster(pierre.boundjid.bare, name="Pierre", groups=["Labo"])
        marie.send_presence_subscription(pto=pierre.boundjid.bare)
        await pierre.wait("presence_subscribe")
        pierre.send_presence_subscription(pto=marie.boundjid.bare, ptype="subscribed")
        pierre.send_presence_subscription(pto=marie.boundjid.bare)
        await marie.wait("presence_subscribe")
        marie.send_presence_subscription(pto=pierre.boundjid.bare, ptype="subscribed")
        await marie.wait("presence_available", lambda p: p["from"] == pierre.boundjid)
        seen = await pierre.wait("presence_available", lambda p: p["from"] == marie.boundjid)
        self.assertEqual(seen["status"], "au labo")
        await marie.wait("roster_update", lambda iq: "subscription=\"both\"" in str(iq))  # what is said may come before it
        item = marie.client_roster[pierre.boundjid.bare]
        self.assertEqual((item["name"], item["subscription"], item["groups"]), ("Pierre", "both", ["Labo"]))

    async def they_talk(self, marie, pierre):
        """RFC 6121 5: messages with accents and markup, both ways, and presence in between."""
        for text in ("Où est l’éprouvette ?", "<b>1 & 2</b> \U0001f9ea", "\n deux\n lignes "):
            marie.send_message(mto=pierre.boundjid.bare, mbody=text, mtype="chat")
            got = await pierre.wait("message", pierre.body(text))
            self.assertEqual(got["from"], marie.boundjid)
            pierre.send_message(mto=got["from"], mbody=text + "!", mtype="chat")
            await marie.wait("message", marie.body(text + "!"))
        marie.send_presence(pshow="dnd", pstatus="occupée")
        await pierre.wait("presence_dnd", lambda p: p["status"] == "occupée")

    async def they_ask(self, marie, pierre):
        """XEP-0199, 0092, 0202, 0054, 0030, 0012: what programs ask each other and the server."""
        for to in (self.domain, pierre.boundjid):
            await marie["xep_0199"].send_ping(to, timeout=SECONDS)
            version = await marie["xep_0092"].get_version(to, timeout=SECONDS)
            self.assertTrue(version["software_version"]["name"])
        now = await marie["xep_0202"].get_entity_time(self.domain, timeout=SECONDS)
        self.assertTrue(now["entity_time"].xml.findtext("{urn:xmpp:time}utc").endswith("Z"))
        card = marie["xep_0054"].make_vcard()
        card["FN"], card["ORG"]["ORGNAME"] = "Marie Skłodowska-Curie", "Labo"
        await marie["xep_0054"].publish_vcard(card, timeout=SECONDS)
        got = await pierre["xep_0054"].get_vcard(marie.boundjid.bare, timeout=SECONDS)
        self.assertEqual(got["vcard_temp"]["FN"], "Marie Skłodowska-Curie")
        info = await marie["xep_0030"].get_info(self.domain, timeout=SECONDS)
        self.assertIn(("server", "im"), {identity[:2] for identity in info["disco_info"]["identities"]})
        items = await marie["xep_0030"].get_items(self.domain, timeout=SECONDS)
        self.assertIn("conference.bioaster.org", {str(item[0]) for item in items["disco_items"]["items"]})

    async def they_meet_in_a_room(self, marie, pierre):
        """XEP-0045 7.2, 10.1, 7.4, 8.1, 7.14: one makes it, configures it, the other joins, both speak, both leave."""
        await marie["xep_0045"].join_muc_wait(ROOM, "Marie", timeout=SECONDS)
        form = await marie["xep_0045"].get_room_config(ROOM, timeout=SECONDS)
        form["type"] = "submit"
        form.set_values({"muc#roomconfig_persistentroom": True})
        await marie["xep_0045"].set_room_config(ROOM, form, timeout=SECONDS)
        joined = await pierre["xep_0045"].join_muc_wait(ROOM, "Pierre", timeout=SECONDS)
        self.assertIn("Marie", pierre["xep_0045"].get_roster(ROOM), joined)
        marie.send_message(mto=ROOM, mbody="À table !", mtype="groupchat")
        for person in (marie, pierre):
            got = await person.wait("groupchat_message", person.body("À table !"))
            self.assertEqual(got["from"].full, f"{ROOM}/Marie")
        pierre["xep_0045"].leave_muc(ROOM, "Pierre")
        await marie.wait(f"muc::{ROOM}::got_offline", lambda p: p["from"].full == f"{ROOM}/Pierre")
        again = await pierre["xep_0045"].join_muc_wait(ROOM, "Pierre", maxstanzas=10, timeout=SECONDS)
        self.assertIn("À table !", [message["body"] for message in again[3]])

    async def one_is_away(self, marie, pierre):
        """XEP-0160, XEP-0203: what was said meanwhile waits, in order and with the time it was said."""
        await pierre.log_out()
        await marie.wait("presence_unavailable", lambda p: p["from"] == pierre.boundjid)
        for number in range(5):
            marie.send_message(mto=pierre.boundjid.bare, mbody=f"plus tard {number}", mtype="chat")
        await marie["xep_0199"].send_ping(self.domain, timeout=SECONDS)
        back = await self.person(PIERRE)
        back.send_presence()
        got = [await back.wait("message") for _ in range(5)]
        self.assertEqual([message["body"] for message in got], [f"plus tard {number}" for number in range(5)])
        self.assertTrue(all(message["delay"]["stamp"] for message in got))

    async def test_wrong_certificate_authority(self):
        """DESIGN 4.5: with another CA slixmpp refuses to go on: the walk above proves that the right one counts."""
        with Server() as other:
            person = Person(self.server, MARIE)
            person.ca_certs = other.authority
            refused = asyncio.Event()
            person.add_event_handler("ssl_invalid_chain", lambda _: refused.set())
            person.connect((self.server.host, self.server.port))
            await asyncio.wait_for(refused.wait(), SECONDS)
            person.abort()


if __name__ == "__main__":
    unittest.main(verbosity=2)
