# SPDX-License-Identifier: MIT
"""aioxmpp as the newer clients use it: rosters in step, avatars, one user on several devices, blocking, archives, rooms."""
import asyncio
import unittest

from aioxmpp_person import PeopleTest, aioxmpp, happening, next_of

LISE, OTTO = "lise.meitner", "otto.hahn"
ROOM = aioxmpp.JID.fromstr("labo@conference.bioaster.org")
PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + bytes(200)


class Devices(PeopleTest):
    names = (LISE, OTTO)

    async def befriend(self, one, other):
        for asks, allows in ((one, other), (other, one)):
            asked = happening(allows.roster.on_subscribe)
            allowed = happening(asks.roster.on_subscribed)
            asks.roster.subscribe(allows.bare)
            await next_of(asked)
            allows.roster.approve(asks.bare)
            await next_of(allowed)

    async def test_rosters_of_two_devices_are_in_step_and_avatars_are_seen(self):
        """RFC 6121 2.1.6; XEP-0084 4.1, XEP-0163 4.3: what one device writes the other has; a contact's picture comes by itself."""
        services = (aioxmpp.AvatarService,)
        otto = await self.log_in(OTTO, services=services)
        desk, phone = await self.log_in(LISE, services=services), await self.log_in(LISE, "phone")
        added = happening(phone.roster.on_entry_added)
        await desk.roster.set_entry(otto.bare, name="Otto", add_to_groups={"Chimie"})
        await next_of(added)
        self.assertEqual((phone.roster.items[otto.bare].name, phone.roster.items[otto.bare].groups), ("Otto", {"Chimie"}))
        seen = happening(otto[aioxmpp.AvatarService].on_metadata_changed)
        await self.befriend(desk, otto)
        picture = aioxmpp.avatar.AvatarSet()
        picture.add_avatar_image("image/png", image_bytes=PICTURE)
        await desk[aioxmpp.AvatarService].publish_avatar_set(picture)
        who, described = await next_of(seen)
        self.assertEqual((who, described[0].id_), (desk.bare, picture.png_id))
        self.assertEqual(await described[0].get_image_bytes(), PICTURE)

    async def test_a_conversation_is_on_both_devices_and_in_the_archive(self):
        """XEP-0280 7, 8; XEP-0313 4: what goes to one device and what it says comes to the other; all of it is in the archive, by pages."""
        otto = await self.log_in(OTTO)
        desk, phone = await self.log_in(LISE), await self.log_in(LISE, "phone")
        await phone[aioxmpp.CarbonsClient].enable()
        words = []
        for number in range(3):
            words += [f"question {number}", f"réponse {number}"]
            await otto.say(desk.client.local_jid, words[-2])
            self.assertEqual((await desk.said()).body.any(), words[-2])
            self.assertEqual((await phone.said()).xep0280_received.stanza.body.any(), words[-2])
            await desk.say(otto.client.local_jid, words[-1])
            self.assertEqual((await otto.said()).body.any(), words[-1])
            self.assertEqual((await phone.said()).xep0280_sent.stanza.body.any(), words[-1])
        for person in (otto, desk, phone):
            self.assertEqual([text for _, text in await person.archive()], words)

    async def test_who_is_blocked_is_not_heard_on_any_device(self):
        """XEP-0191 3: a block is pushed to the other device, its target hears an error, and unblocked he is heard again."""
        services = (aioxmpp.BlockingClient,)
        otto = await self.log_in(OTTO)
        desk, phone = await self.log_in(LISE, services=services), await self.log_in(LISE, "phone", services)
        blocked, unblocked = (happening(getattr(phone[aioxmpp.BlockingClient], name)) for name in ("on_jids_blocked", "on_jids_unblocked"))
        await desk[aioxmpp.BlockingClient].block_jids([otto.bare])
        self.assertEqual(await next_of(blocked), (frozenset({otto.bare}),))
        await otto.say(desk.client.local_jid, "entends-tu ?")
        self.assertEqual((await otto.said()).type_, aioxmpp.MessageType.ERROR)
        await desk[aioxmpp.BlockingClient].unblock_jids([otto.bare])
        await next_of(unblocked)
        await otto.say(desk.client.local_jid, "et maintenant ?")
        self.assertEqual((await desk.said()).body.any(), "et maintenant ?")

    async def enter(self, person, nick):
        room, entered = person[aioxmpp.MUCClient].join(ROOM, nick)
        heard, subjects = happening(room.on_message), happening(room.on_topic_changed)
        await asyncio.wait_for(entered, 30)
        return room, heard, subjects

    async def test_a_room_is_made_to_last_and_who_was_away_reads_what_was_said(self):
        """XEP-0045 7.2, 8.1, 10.1.3; XEP-0313 4: a room with a subject, spoken in by two, and its archive by pages."""
        desk, otto = await self.log_in(LISE, services=(aioxmpp.MUCClient,)), await self.log_in(OTTO, services=(aioxmpp.MUCClient,))
        room, heard, _ = await self.enter(desk, "Lise")
        form = aioxmpp.muc.ConfigurationForm.from_xso(await desk[aioxmpp.MUCClient].get_room_config(ROOM))
        form.persistentroom.value = True
        await desk[aioxmpp.MUCClient].set_room_config(ROOM, form.render_reply())
        words = []
        for number in range(6):
            words.append(f"mesure {number}")
            message = aioxmpp.Message(type_=aioxmpp.MessageType.GROUPCHAT)
            message.body[None] = words[-1]
            await room.send_message(message)
            self.assertEqual((await next_of(heard))[0].body.any(), words[-1])
        await room.set_topic({None: "Pechblende"})
        _, heard, subjects = await self.enter(otto, "Otto")
        history = [(await next_of(heard))[0] for _ in words]
        self.assertEqual([message.body.any() for message in history], words)
        self.assertEqual((await next_of(subjects))[1].any(), "Pechblende")
        self.assertEqual([text for _, text in await otto.archive(of=ROOM)], words)
        self.assertEqual([ident for ident, _ in await otto.archive(of=ROOM)], [ident for ident, _ in await desk.archive(of=ROOM)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
