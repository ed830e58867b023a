# SPDX-License-Identifier: MIT
"""slixmpp as people's programs use it: two register in-band, meet, talk, share a room, send files through the proxy, and
lose nothing when the server is killed; its TLS verification stays on and trusts nothing but the CA of `server-core
profile`."""
import asyncio
import hashlib
import logging
import os
import unittest

import slixmpp

from daemons import Server
from real_server import RealServer
from slixmpp_person import Person, SECONDS

MARIE, PIERRE = "marie.curie", "pierre.curie"
ROOM, SUBJECT = "labo@conference.bioaster.org", "Le radium, c’est à 15 h"
FILE_BYTES = 20 << 20
EVENTS = ("groupchat_subject", "stanza_acked", f"muc::{ROOM}::got_offline")


class Walk(unittest.IsolatedAsyncioTestCase):
    domain = slixmpp.JID("bioaster.org")

    def setUp(self):
        self.daemons = RealServer()
        self.addCleanup(self.daemons.stop)
        self.server = self.daemons.server
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    async def person(self, name, registers=False):
        person = Person(self.server, name, registers, plugins=("xep_0065", "xep_0198"), events=EVENTS)
        self.addAsyncCleanup(person.log_out)
        await person.log_in()
        return person

    async def test_the_main_job(self):
        """Issue 2's walk, by slixmpp alone: from registration to what a killed server still knows."""
        marie, pierre = await self.person(MARIE, True), await self.person(PIERRE, True)
        self.assertEqual(self.server.command("account", "list").count("curie"), 2)
        for step in (self.they_find_each_other, self.they_talk, self.they_ask, self.they_meet_in_a_room,
                     self.they_send_files):
            with self.subTest(step.__name__):
                await step(marie, pierre)
        pierre = await self.one_is_away(marie, pierre)
        marie, pierre = await self.the_server_is_killed(marie, pierre)
        for step in (self.they_know_each_other, self.the_room_is_as_it_was, self.they_send_files):
            with self.subTest(step.__name__):
                await step(marie, pierre)

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
        """XEP-0045 10.1, 9.3, 7.2, 8.1, 7.4, 7.14: one makes it, configures it, names a member and a subject; the other
        joins, both hear, one leaves and comes back."""
        await marie["xep_0045"].join_muc_wait(ROOM, "Marie", timeout=SECONDS)
        form = await marie["xep_0045"].get_room_config(ROOM, timeout=SECONDS)
        form["type"] = "submit"
        form.set_values({"muc#roomconfig_persistentroom": True})
        await marie["xep_0045"].set_room_config(ROOM, form, timeout=SECONDS)
        await marie["xep_0045"].set_affiliation(ROOM, "member", jid=pierre.boundjid.bare, timeout=SECONDS)
        marie.send_message(mto=ROOM, msubject=SUBJECT, mtype="groupchat")
        await marie.wait("groupchat_subject", lambda message: message["subject"] == SUBJECT)
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

    async def they_send_files(self, marie, pierre):
        """XEP-0065 6: 20 MB each way through the proxy, which has counted each byte once."""
        before = await self.proxy_bytes(marie)
        for sender, receiver in ((marie, pierre), (pierre, marie)):
            data = os.urandom(FILE_BYTES)
            got = await sender.send_file(receiver, data)
            self.assertEqual(hashlib.sha256(got).hexdigest(), hashlib.sha256(data).hexdigest())
        self.assertEqual(await self.proxy_bytes(marie) - before, 2 * FILE_BYTES)

    async def proxy_bytes(self, person):
        """What the proxy says it has relayed (its form in disco#info)."""
        info = await person["xep_0030"].get_info(self.daemons.proxy.jid, timeout=SECONDS)
        values = {field.get("var"): field[0].text for field in info.xml.iter("{jabber:x:data}field")}
        return int(values["bytes"])

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
        return back

    async def the_server_is_killed(self, marie, pierre):
        """DESIGN 4.1, 4.2: SIGKILL in the middle of a talk; what marie's server had acknowledged reaches pierre, then or
        at his next login, once or twice, in order. Both log in anew, and the proxy comes back by itself."""
        texts = [f"à travers la panne {number}" for number in range(200)]
        for text in texts:
            marie.send_message(mto=pierre.boundjid.bare, mbody=text, mtype="chat")
        await marie.wait("stanza_acked", lambda stanza: stanza["body"] == texts[20])
        self.daemons.kill()
        for person in (marie, pierre):
            await person.wait("disconnected")
        acknowledged = {stanza["body"] for event, stanza in marie.happened if event == "stanza_acked"} & set(texts)
        self.daemons.start()
        again = await self.person(MARIE), await self.person(PIERRE)
        again[1].send_presence()
        for text in acknowledged - {message["body"] for event, message in pierre.happened if event == "message"}:
            await again[1].seen("message", again[1].body(text))
        heard = [what["body"] for event, what in (*pierre.happened, *again[1].happened)
                 if event == "message" and what["body"] in texts]
        self.assertLessEqual(max(map(heard.count, acknowledged)), 2)
        self.assertEqual(list(dict.fromkeys(heard)), texts[:len(set(heard))])
        return again

    async def they_know_each_other(self, marie, pierre):
        """RFC 6121 2: the roster is as it was before the kill, and so is what each may see of the other."""
        for one, other in ((marie, pierre), (pierre, marie)):
            self.assertEqual(one.client_roster[other.boundjid.bare]["subscription"], "both")
        item = marie.client_roster[pierre.boundjid.bare]
        self.assertEqual((item["name"], item["groups"]), ("Pierre", ["Labo"]))
        marie.send_presence(pstatus="de retour")
        await marie.wait("presence_available", lambda p: p["from"] == pierre.boundjid)
        await pierre.wait("presence_available", lambda p: p["from"] == marie.boundjid and p["status"] == "de retour")

    async def the_room_is_as_it_was(self, marie, pierre):
        """XEP-0045 7.2.13, 7.2.15, 9.5: history, subject and lists of a persistent room outlive the kill."""
        joined = await pierre["xep_0045"].join_muc_wait(ROOM, "Pierre", maxstanzas=10, timeout=SECONDS)
        self.assertIn("À table !", [message["body"] for message in joined[3]])
        self.assertEqual(joined[1]["subject"], SUBJECT)
        self.assertEqual(joined[0]["muc"]["affiliation"], "member")
        await marie["xep_0045"].join_muc_wait(ROOM, "Marie", timeout=SECONDS)
        for affiliation, person in (("owner", marie), ("member", pierre)):
            listed = await marie["xep_0045"].get_affiliation_list(ROOM, affiliation, timeout=SECONDS)
            self.assertEqual([str(jid) for jid in listed], [person.boundjid.bare])

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
