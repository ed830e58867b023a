# SPDX-License-Identifier: MIT
"""aioxmpp as a program uses it: it looks in service discovery before it asks for anything, and checks the certificate."""
import asyncio
import unittest

import OpenSSL.SSL

from aioxmpp_person import PASSWORD, PeopleTest, SECONDS, aioxmpp, client_of
from daemons import Server
from xmpp_client import Client

LISE, OTTO = "lise.meitner", "otto.hahn"


class Walk(PeopleTest):
    names = (LISE, OTTO)

    async def test_log_in_and_talk(self):
        """RFC 6120, RFC 6121: log in, roster, a contact, messages both ways, carbons (XEP-0280 4)."""
        lise = await self.log_in(LISE, services=(aioxmpp.CarbonsClient,))
        otto = await asyncio.to_thread(Client, self.server, OTTO, PASSWORD)
        try:
            otto.send("<presence/>")
            await asyncio.wait_for(self.talk(lise, otto), SECONDS)
            await asyncio.wait_for(lise[aioxmpp.CarbonsClient].enable(), SECONDS)  # raises where they are not advertised
        finally:
            otto.close()

    async def talk(self, lise, otto):
        otto_bare = aioxmpp.JID.fromstr(otto.jid).bare()
        await lise.roster.set_entry(otto_bare, name="Otto", add_to_groups={"Chimie"})
        self.assertEqual(lise.roster.items[otto_bare].name, "Otto")
        await lise.say(otto_bare, "Fission ?")
        got = await asyncio.to_thread(otto.wait_message, "Fission ?")
        self.assertEqual(got.get("from"), str(lise.client.local_jid))
        otto.message(got.get("from"), "Où ça ?")
        self.assertEqual((await lise.said()).body.any(), "Où ça ?")

    async def test_wrong_certificate_authority(self):
        """DESIGN 4.5: the check of the certificate is on: with another CA there is no connection."""
        with Server() as other:
            client = client_of(self.server, LISE, other.authority)
            # It stumbles over its own refusal: an error of OpenSSL's sets a future that is done already.
            with self.assertRaises((OpenSSL.SSL.Error, asyncio.InvalidStateError)):
                async with client.connected():
                    self.fail("connected with a certificate that nobody vouches for")


if __name__ == "__main__":
    unittest.main(verbosity=2)
