# SPDX-License-Identifier: MIT
"""An aioxmpp client for tests of the real server: it checks the certificate, and what happens to it waits in queues."""
import asyncio
import logging
import unittest
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import aioxmpp
    import aioxmpp.dispatcher
    import aioxmpp.rsm.xso
    import aioxmpp.xso as xso

from daemons import Server

PASSWORD, SECONDS = "motdepassé", 30
MAM = "urn:xmpp:mam:2"


class Result(xso.XSO):
    """XEP-0313 4.2, which aioxmpp does not have."""
    TAG = (MAM, "result")
    id_ = xso.Attr("id")
    forwarded = xso.Child([aioxmpp.misc.Forwarded])


@aioxmpp.IQ.as_payload_class
class Query(xso.XSO):
    TAG = (MAM, "query")
    form = xso.Child([aioxmpp.forms.Data], required=False)
    page = xso.Child([aioxmpp.rsm.xso.ResultSetMetadata])

    def __init__(self, page):
        super().__init__()
        self.page = page


@aioxmpp.IQ.as_payload_class
class Fin(xso.XSO):
    TAG = (MAM, "fin")
    complete = xso.Attr("complete", type_=xso.Bool(), default=False)
    page = xso.Child([aioxmpp.rsm.xso.ResultSetMetadata])


aioxmpp.Message.test_archive_result = xso.Child([Result])


def security(authority):
    """What an application does to trust a CA of its own: an OpenSSL context with it."""
    def context():
        made = aioxmpp.security_layer.default_ssl_context()
        made.load_verify_locations(str(authority))
        return made
    return aioxmpp.make_security_layer(PASSWORD)._replace(
        ssl_context_factory=context, certificate_verifier_factory=aioxmpp.security_layer.PKIXCertificateVerifier)


def client_of(server, name, authority, resource=None):
    """The same as connected() of the examples, to a server given by hand."""
    return aioxmpp.PresenceManagedClient(
        aioxmpp.JID(name, server.domain, resource), security(authority),
        override_peer=[(server.host, server.port, aioxmpp.connector.STARTTLSConnector())])


class Person:
    """A connected client; `inbox`: what was said to it, `results`: what archives told it, with the order kept."""

    def __init__(self, server, name, resource, services=()):
        self.client = client_of(server, name, server.profile_authority(), resource)
        self.roster = self.client.summon(aioxmpp.RosterClient)
        for service in services:
            self.client.summon(service)
        self.inbox, self.results = asyncio.Queue(), []
        self.client.summon(aioxmpp.dispatcher.SimpleMessageDispatcher).register_callback(None, None, self.take)

    def __getitem__(self, service):
        return self.client.summon(service)

    @property
    def bare(self):
        return self.client.local_jid.bare()

    def take(self, message):
        if message.test_archive_result is not None:
            self.results.append(message.test_archive_result)
        else:
            self.inbox.put_nowait(message)

    async def said(self):
        return await asyncio.wait_for(self.inbox.get(), SECONDS)

    async def say(self, to, text):
        message = aioxmpp.Message(type_=aioxmpp.MessageType.CHAT, to=to)
        message.body[None] = text
        await self.client.send(message)

    async def archive(self, of=None, size=4):
        """All that an archive has, by pages: pairs of id and words."""
        self.results.clear()
        page = aioxmpp.rsm.xso.ResultSetMetadata.limit(size)
        while True:
            query = aioxmpp.IQ(type_=aioxmpp.IQType.SET, to=of, payload=Query(page))
            fin = await asyncio.wait_for(self.client.send(query), SECONDS)
            if fin.complete:
                return [(result.id_, result.forwarded.stanza.body.any()) for result in self.results if result.forwarded.stanza.body]
            page = fin.page.next_page(max_=size)


def happening(signal):
    """A queue of the arguments with which that signal of a service is emitted."""
    queue = asyncio.Queue()
    signal.connect(lambda *arguments, **_: queue.put_nowait(arguments) and None)
    return queue


async def next_of(queue):
    return await asyncio.wait_for(queue.get(), SECONDS)


class PeopleTest(unittest.IsolatedAsyncioTestCase):
    """A server with accounts for `names`."""
    names = ()

    def setUp(self):
        self.server = self.enterContext(Server())
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)
        for name in self.names:
            self.server.account_add(name, PASSWORD)

    async def log_in(self, name, resource="desk", services=()):
        """Connected and available until the test ends."""
        person = Person(self.server, name, resource, services)
        connection = person.client.connected()
        await asyncio.wait_for(connection.__aenter__(), SECONDS)
        self.addAsyncCleanup(connection.__aexit__, None, None, None)
        return person
