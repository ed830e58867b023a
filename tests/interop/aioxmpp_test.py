# SPDX-License-Identifier: MIT
"""aioxmpp as a program uses it: it looks in service discovery before it asks for anything, and checks the certificate."""
import asyncio
import logging
import unittest
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import aioxmpp
    import aioxmpp.carbons
    import aioxmpp.dispatcher
    import aioxmpp.roster
    import OpenSSL.SSL

from daemons import Server
from xmpp_client import Client

PASSWORD, SECONDS = "motdepassé", 30
LISE, OTTO = "lise.meitner", "otto.hahn"


def security(authority):
    """What an application does to trust a CA of its own: an OpenSSL context with it."""
    def context():
        made = aioxmpp.security_layer.default_ssl_context()
        made.load_verify_locations(str(authority))
        return made
    return aioxmpp.make_security_layer(PASSWORD)._replace(
        ssl_context_factory=context, certificate_verifier_factory=aioxmpp.security_layer.PKIXCertificateVerifier)


class Walk(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.server = self.enterContext(Server())
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)
        for name in (LISE, OTTO):
            self.server.account_add(name, PASSWORD)

    def make(self, authority):
        """The same as connected() of the examples, to a server given by hand."""
        return aioxmpp.PresenceManagedClient(
            aioxmpp.JID.fromstr(f"{LISE}@{self.server.domain}"), security(authority),
            override_peer=[(self.server.host, self.server.port, aioxmpp.connector.STARTTLSConnector())])

    async def test_log_in_and_talk(self):
        """RFC 6120, RFC 6121: log in, roster, a contact, messages both ways, carbons (XEP-0280 4)."""
        client = self.make(self.server.profile_authority())
        roster = client.summon(aioxmpp.RosterClient)
        carbons = client.summon(aioxmpp.CarbonsClient)
        inbox = asyncio.Queue()
        dispatcher = client.summon(aioxmpp.dispatcher.SimpleMessageDispatcher)
        dispatcher.register_callback(aioxmpp.MessageType.CHAT, None, inbox.put_nowait)
        otto = await asyncio.to_thread(Client, self.server, OTTO, PASSWORD)
        try:
            otto.send("<presence/>")
            async with client.connected() as stream:
                await asyncio.wait_for(self.talk(client, stream, roster, inbox, otto), SECONDS)
                await asyncio.wait_for(carbons.enable(), SECONDS)  # raises where they are not advertised
        finally:
            otto.close()

    async def talk(self, client, stream, roster, inbox, otto):
        otto_bare = aioxmpp.JID.fromstr(otto.jid).bare()
        await roster.set_entry(otto_bare, name="Otto", add_to_groups={"Chimie"})
        self.assertEqual(roster.items[otto_bare].name, "Otto")
        message = aioxmpp.Message(type_=aioxmpp.MessageType.CHAT, to=otto_bare)
        message.body[None] = "Fission ?"
        await stream.send(message)
        got = await asyncio.to_thread(otto.wait_message, "Fission ?")
        self.assertEqual(got.get("from"), str(client.local_jid))
        otto.message(got.get("from"), "Où ça ?")
        self.assertEqual((await inbox.get()).body.any(), "Où ça ?")

    async def test_wrong_certificate_authority(self):
        """DESIGN 4.5: the check of the certificate is on: with another CA there is no connection."""
        with Server() as other:
            client = self.make(other.authority)
            # It stumbles over its own refusal: an error of OpenSSL's sets a future that is done already.
            with self.assertRaises((OpenSSL.SSL.Error, asyncio.InvalidStateError)):
                async with client.connected():
                    self.fail("connected with a certificate that nobody vouches for")


if __name__ == "__main__":
    unittest.main(verbosity=2)
