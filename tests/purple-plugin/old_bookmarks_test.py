# SPDX-License-Identifier: MIT
"""XEP-0048 in private XML: what is left where a server knows no newer bookmarks. A stand-in plays that server."""
import unittest
import xml.etree.ElementTree as ET

from world import StandInTest

STORAGE = '{storage:bookmarks}'
LIST = ("<storage xmlns='storage:bookmarks'><url name='Intranet' url='https://intranet.bioaster.org/'/>"
        "<conference jid='salon@conference.bioaster.org' name='Salon' autojoin='false'><nick>A</nick></conference></storage>")


class OldBookmarks(StandInTest):
    def setUp(self):
        super().setUp()
        self.stored = LIST
        self.server = self.serve()
        self.server.answers['{jabber:iq:private}query'] = self.private_xml
        self.server.answers['{urn:xmpp:ping}query'] = lambda iq: f"<iq type='result' id='{iq.get('id')}'/>"
        self.client = self.client()
        self.client.log_in('a.b', 'secret')

    def private_xml(self, iq):
        if iq.get('type') == 'set':
            self.stored = ET.tostring(iq[0][0], encoding='unicode')
        return f"<iq type='result' id='{iq.get('id')}'><query xmlns='jabber:iq:private'>{self.stored}</query></iq>"

    def chats(self):
        for _ in range(3):  # the newer way is refused, the older one answers, and what it leads to is sent
            self.client.send('query', 'bioaster.org', 'urn:xmpp:ping')
            self.client.wait('answer')
        return self.client.ask('chats')['list'].splitlines()

    def rooms(self):
        return {c.get('jid').split('@')[0]: c.get('name') for c in ET.fromstring(self.stored).iter(STORAGE + 'conference')}

    def test_the_list_is_read_and_written_whole(self):
        self.assertEqual(self.chats(), ['salon Salon'])
        self.client.do('add-chat', 'labo@conference.bioaster.org', 'Labo', 'no')
        self.client.do('alias-chat', 'salon@conference.bioaster.org', 'Grand salon')
        self.chats()
        self.assertEqual(self.rooms(), {'salon': 'Grand salon', 'labo': 'Labo'})
        conference = ET.fromstring(self.stored).find(f"{STORAGE}conference[@jid='salon@conference.bioaster.org']")
        self.assertEqual(conference.findtext(STORAGE + 'nick'), 'A')
        self.client.do('remove-chat', 'salon@conference.bioaster.org')
        self.chats()
        self.assertEqual(self.rooms(), {'labo': 'Labo'})
        self.assertEqual(ET.fromstring(self.stored).find(STORAGE + 'url').get('name'), 'Intranet')


if __name__ == '__main__':
    unittest.main()
