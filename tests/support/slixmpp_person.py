# SPDX-License-Identifier: MIT
"""A slixmpp client for tests of the real server: what happens to it is kept until the test waits for it."""
import asyncio

import slixmpp

PASSWORD, SECONDS = "motdepassé", 30


class Person(slixmpp.ClientXMPP):
    """A client that keeps what happens to it until somebody waits for it."""

    def __init__(self, server, name, registers=False, plugins=(), events=(), resource=""):
        super().__init__(f"{name}@{server.domain}" + (f"/{resource}" if resource else ""), PASSWORD)
        self.home, self.happened, self.changed = server, [], asyncio.Condition()
        self.ca_certs = server.profile_authority()
        for plugin in ("xep_0030", "xep_0045", "xep_0054", "xep_0092", "xep_0199", "xep_0202", "xep_0203", *plugins):
            self.register_plugin(plugin)
        if registers:
            self.register_plugin("xep_0077")
            self._always_send_everything = True  # COMPAT(slixmpp 1.8.3): it holds the request back until after login
            self.add_event_handler("register", self.on_register)
        self["xep_0092"].software_name = "walker"
        self.auto_authorize = None  # subscriptions are answered by hand
        for event in ("session_start", "message", "groupchat_message", "presence_subscribe", "presence_subscribed",
                      "roster_update", "presence_available", "presence_dnd", "presence_unavailable", "failed_all_auth", "disconnected", *events):
            self.add_event_handler(event, self.recorder(event))

    def recorder(self, event):
        async def record(what=None):
            async with self.changed:
                self.happened.append((event, what))
                self.changed.notify_all()
        return record

    async def on_register(self, form):
        assert {"username", "password"} <= form["register"]["fields"], form
        iq = self.Iq()
        iq["type"] = "set"
        iq["register"]["username"], iq["register"]["password"] = self.boundjid.user, PASSWORD
        await iq.send(timeout=SECONDS)

    async def seen(self, event, fits=lambda _: True):
        """What happened, as (event, what), as soon as it has; it stays among what happened."""
        found = None

        def look():
            nonlocal found
            found = next((h for h in self.happened if h[0] == event and fits(h[1])), None)
            return found is not None
        async with self.changed:
            try:
                await asyncio.wait_for(self.changed.wait_for(look), SECONDS)
            except asyncio.TimeoutError:
                seen = "\n".join(f"{name}: {what}" for name, what in self.happened)
                raise AssertionError(f"{self.boundjid}: no {event} in time; there was:\n{seen}") from None
        return found

    async def wait(self, event, fits=lambda _: True):
        """The same, and it is taken away: the next call waits for the next of its kind. Returns only what."""
        found = await self.seen(event, fits)
        self.happened[:] = (one for one in self.happened if one is not found)  # slixmpp compares stanzas by all they hold
        return found[1]

    async def log_in(self):
        self.connect((self.home.host, self.home.port), disable_starttls=self.ca_certs is None)
        await self.wait("session_start")
        await self.get_roster()

    async def log_out(self):
        self.disconnect()
        await self.wait("disconnected")

    async def send_file(self, other, data):
        """XEP-0065 through a proxy that the domain lists and nothing else (slixmpp offers no address of its own); what
        `other` got of it."""
        got, whole = bytearray(), asyncio.get_running_loop().create_future()

        def take(part):
            got.extend(part)
            if len(got) >= len(data) and not whole.done():
                whole.set_result(None)
        other["xep_0065"].auto_accept = True
        with other.event_handler("socks5_data", take):
            stream = await asyncio.wait_for(self["xep_0065"].handshake(other.boundjid), SECONDS)
            stream.transport.write(data)
            await asyncio.wait_for(whole, SECONDS)
        stream.transport.close()
        return bytes(got)

    def body(self, text):
        return lambda message: message["body"] == text
