# SPDX-License-Identifier: MIT
"""slixmpp in a room that lasts: it fetches the archive by pages, and finds everything again after SIGKILL."""
import logging
import unittest

import slixmpp
from slixmpp.exceptions import IqError

from daemons import Server
from slixmpp_person import PASSWORD, Person, SECONDS

MARIE, PIERRE, PAUL = "marie.curie", "pierre.curie", "paul.langevin"
ROOM = slixmpp.JID("labo@conference.bioaster.org")
SUBJECT = "Pechblende & radium"
USER = "{http://jabber.org/protocol/muc#user}"


def stanza_id(message):
    return message.xml.find("{urn:xmpp:sid:0}stanza-id").get("id")


class Rooms(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.server = self.enterContext(Server())
        for name in (MARIE, PIERRE, PAUL):
            self.server.account_add(name, PASSWORD)
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    async def person(self, name):
        person = Person(self.server, name, plugins=("xep_0059", "xep_0313"), events=("groupchat_subject",))
        self.addAsyncCleanup(self.end, person)
        await person.log_in()
        return person

    @staticmethod
    async def end(person):
        if person.is_connected():
            await person.log_out()

    async def enter(self, person, **history):
        nick = person.boundjid.user.split(".")[0].title()
        return await person["xep_0045"].join_muc_wait(ROOM, nick, timeout=SECONDS, **history)

    async def make_room(self, marie):
        await self.enter(marie)
        form = await marie["xep_0045"].get_room_config(ROOM, timeout=SECONDS)
        form["type"] = "submit"
        form.set_values({"muc#roomconfig_persistentroom": True, "muc#roomconfig_membersonly": True})
        await marie["xep_0045"].set_room_config(ROOM, form, timeout=SECONDS)
        await marie["xep_0045"].set_affiliation(ROOM, "member", jid=slixmpp.JID(f"{PIERRE}@bioaster.org"), timeout=SECONDS)
        marie["xep_0045"].set_subject(ROOM, SUBJECT)
        await marie.wait("groupchat_subject", lambda m: m["subject"] == SUBJECT)

    async def say(self, person, texts):
        """Says them, and gives the ids under which they came back."""
        ids = []
        for text in texts:
            person.send_message(mto=ROOM, mbody=text, mtype="groupchat")
            ids.append(stanza_id(await person.wait("groupchat_message", person.body(text))))
        return ids

    async def archive(self, person):
        """Each message of the archive, by pages of four: its id, words, sender, and the author's address where it is shown."""
        found = []
        async for message in person["xep_0313"].iterate(jid=ROOM, rsm={"max": 4}):
            result = message["mam_result"]
            said = result["forwarded"]["stanza"]
            item = said.xml.find(f"{USER}x/{USER}item")
            found.append((result["id"], said["body"] or said["subject"], said["from"].resource, item is not None and item.get("jid")))
        return found

    async def check(self, reader, ids, words, author):
        found = await self.archive(reader)
        self.assertEqual([words for _, words, _, _ in found], [SUBJECT, *words])
        self.assertEqual([ident for ident, _, _, _ in found][1:], ids)
        self.assertEqual({nick for _, _, nick, _ in found}, {"Marie"})
        self.assertEqual({shown for _, _, _, shown in found}, {author})
        metadata = await reader["xep_0313"].get_archive_metadata(ROOM, timeout=SECONDS)
        self.assertEqual(metadata["mam_metadata"]["end"]["id"], ids[-1])

    async def test_all_of_a_room_survives_sigkill(self):
        """XEP-0313 6.1.2, XEP-0045 4.2, DESIGN 4.1: what the room has echoed is there after `kill -9`, and so is the room."""
        marie, pierre = await self.person(MARIE), await self.person(PIERRE)
        await self.make_room(marie)
        info = await marie["xep_0030"].get_info(ROOM, timeout=SECONDS)
        self.assertLessEqual({"urn:xmpp:mam:2", "urn:xmpp:mam:2#extended", "urn:xmpp:sid:0"}, info["disco_info"]["features"])
        words = [f"mesure {number}" for number in range(10)]
        ids = await self.say(marie, words)
        self.assertEqual((await self.enter(pierre, maxchars=0))[3], [])
        await self.check(pierre, ids, words, False)
        await self.check(marie, ids, words, marie.boundjid.full)
        with self.assertRaises(IqError) as refused:
            await (await self.person(PAUL))["xep_0313"].retrieve(jid=ROOM, timeout=SECONDS)
        self.assertEqual(refused.exception.condition, "forbidden")

        before = marie.boundjid.full
        self.server.kill()
        self.server.restart()
        marie, pierre = await self.person(MARIE), await self.person(PIERRE)
        _, subject, _, history = await self.enter(pierre)
        self.assertEqual(subject["subject"], SUBJECT)
        self.assertEqual([message["body"] for message in history], words)
        self.assertEqual([stanza_id(message) for message in history], ids)
        await self.check(pierre, ids, words, False)
        await self.check(marie, ids, words, before)
        members = await marie["xep_0045"].get_affiliation_list(ROOM, "member", timeout=SECONDS)
        self.assertEqual([str(jid) for jid in members], [f"{PIERRE}@bioaster.org"])
        await self.enter(marie)
        ids += await self.say(marie, ["après"])
        self.assertEqual(len(set(ids)), 11)
        self.assertEqual([ident for ident, *_ in await self.archive(pierre)][1:], ids)


if __name__ == "__main__":
    unittest.main(verbosity=2)
