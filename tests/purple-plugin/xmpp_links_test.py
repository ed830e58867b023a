# SPDX-License-Identifier: MIT
"""xmpp: links for an account of ours, and those that are another's."""
import unittest

from world import StandInTest

ROOM = 'salon@conference.bioaster.org'


class Links(StandInTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.desk = self.client()
        self.desk.log_in('a.b', 'secret')

    def click(self, link):
        """What happens at once, without the commands' own events."""
        return [e for e in self.desk.do('link', link) if e['event'] not in ('done', 'failed')]

    def test_an_address_alone_opens_a_conversation(self):
        event, = self.click('xmpp:jean.dupont@bioaster.org')
        self.assertEqual((event['event'], event['conversation'], event['protocol']),
                         ('presented', 'jean.dupont@bioaster.org', 'prpl-bioaster'))

    def test_xep_0147_message_puts_its_text_there_and_sends_nothing(self):
        opened, text = self.click('xmpp:jean.dupont@bioaster.org?message;subject=x;body=Bonjour%20%3Cb%3E%20%26%20bienvenue')
        self.assertEqual(opened['event'], 'presented')
        self.assertEqual((text['event'], text['text']), ('text-to-confirm', 'Bonjour &lt;b&gt; &amp; bienvenue'))

    def test_xep_0147_roster_proposes_a_contact(self):
        event, = self.click('xmpp:jean.dupont@bioaster.org/desk?roster;name=Jean%20Dupont')
        self.assertEqual((event['event'], event['who'], event['alias']), ('contact-wanted', 'jean.dupont@bioaster.org', 'Jean Dupont'))
        event, = self.click('xmpp:jean.dupont@bioaster.org?subscribe')
        self.assertEqual((event['event'], event['alias']), ('contact-wanted', ''))

    def test_xep_0147_join_enters_the_room(self):
        self.click(f'xmpp:{ROOM}?join')
        stanza = self.server.presence_to(ROOM)
        self.assertTrue(stanza.get('to').startswith(ROOM + '/'))
        self.click('xmpp:bleu@conference.bioaster.org?join;password=secret')
        stanza = self.server.presence_to('bleu@')
        self.assertEqual(stanza.find('.//{http://jabber.org/protocol/muc}password').text, 'secret')

    def test_what_is_not_understood_only_opens_a_conversation(self):
        for query in ('remove', 'unsubscribe', 'command;node=x', 'pubsub'):
            self.assertEqual([e['event'] for e in self.click('xmpp:jean.dupont@bioaster.org?' + query)], ['presented'])

    def test_nonsense_does_nothing(self):
        for link in ('xmpp:', 'xmpp://', 'xmpp:?message', 'mailto:a.b@bioaster.org'):
            self.assertEqual(self.click(link), [])

    def test_a_link_before_the_login_says_what_to_do(self):
        self.desk.do('enable', 'no')
        self.assertEqual(self.click('xmpp:jean.dupont@bioaster.org'), [])  # an account that is not used takes no links
        self.desk.send('enable', 'yes')
        self.desk.wait('signed-on')
        self.server.close()
        self.desk.wait('signed-off')
        event, = self.click('xmpp:jean.dupont@bioaster.org')
        self.assertIn('a.b@bioaster.org is not connected', event['primary'])


class TwoAccounts(StandInTest):
    """An ordinary XMPP account online beside ours, at the same stand-in."""

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.desk = self.client()
        self.desk.log_in('a.b', 'secret')
        self.desk.do('add-account', 'prpl-jabber', 'x.y@example.org/r', 'secret')
        self.desk.do('set', 'connect_server', 'localhost')
        self.desk.do('set-number', 'port', str(self.server.port))
        self.desk.send('enable', 'yes')
        self.desk.wait('signed-on', account='x.y@example.org/r')

    def protocols(self, link):
        return [e['protocol'] for e in self.desk.do('link', link) if e['event'] == 'presented']

    def test_the_organisations_addresses_are_ours(self):
        for address in ('jean.dupont@bioaster.org', 'salon@conference.bioaster.org', 'x@proxy.bioaster.org'):
            self.assertEqual(self.protocols(f'xmpp:{address}?message'), ['prpl-bioaster'])

    def test_others_are_not_taken_from_the_other_account(self):
        self.assertEqual(self.protocols('xmpp:romeo@montague.example?message'), ['prpl-jabber'])

    def test_a_link_that_names_its_account_is_followed_by_that_one(self):
        self.assertEqual(self.protocols('xmpp:jean.dupont@bioaster.org?message;account=x.y@example.org/r'), ['prpl-jabber'])
        self.assertEqual(self.protocols('xmpp:romeo@montague.example?message;account=a.b@bioaster.org'), ['prpl-bioaster'])
        self.assertEqual(self.protocols('xmpp://a.b@bioaster.org/romeo@montague.example?message'), ['prpl-bioaster'])


if __name__ == '__main__':
    unittest.main()
