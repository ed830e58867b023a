# SPDX-License-Identifier: MIT
"""A file for a client that no way leads to: where the server keeps files it goes there, and one sentence says why."""
import os
import queue
import re
import unittest

from upload_stand_in import INFO, refusal, result
from upload_test import CLIENT, GET, UPLOADED, WHO, Upload

PEER = WHO + '/bureau'
SI, STREAMS, IBB = 'http://jabber.org/protocol/si', 'http://jabber.org/protocol/bytestreams', 'http://jabber.org/protocol/ibb'
PROFILE = SI + '/profile/file-transfer'
CHOICE = (f"<si xmlns='{SI}'><feature xmlns='http://jabber.org/protocol/feature-neg'><x xmlns='jabber:x:data' type='submit'>"
          f"<field var='stream-method'><value>{{}}</value></field></x></feature></si>")
BY_LIBPURPLE = (f'Offering to send plan.png to {WHO}', 'Transfer of file plan.png complete')
PLACE, TRANSFER = r'\S+:\d+(, \S+:\d+)*', r'transfer [0-9a-f]{10}'


class Stranded(Upload):
    """Anne's client answers what a test wants."""

    def peer(self, features=(SI, PROFILE, STREAMS), method=STREAMS, **refused):
        """`refused`: of 'info', 'si', 'streams', 'ibb', the condition that it answers."""
        self.reached = queue.Queue()
        of_services = self.server.answers.get(f'{{{INFO}}}query')

        def answer(what, payload):
            def to(iq):
                self.reached.put(what)
                return refusal(iq, refused[what]) if what in refused else result(iq, payload)
            return to
        own = answer('info', f"<query xmlns='{INFO}'>" + ''.join(f"<feature var='{one}'/>" for one in features) + '</query>')
        self.server.answers[f'{{{INFO}}}query'] = lambda iq: (own if iq.get('to') == PEER or not of_services else of_services)(iq)
        self.server.answers[f'{{{SI}}}si'] = answer('si', CHOICE.format(method))
        self.server.answers[f'{{{STREAMS}}}query'] = answer('streams', '')
        self.server.answers[f'{{{IBB}}}open'] = answer('ibb', '') if 'ibb' in refused else lambda iq: self.reached.put('ibb') or ''

    def send_to_peer(self, size=100_000, **settings):
        with open(self.path, 'wb') as file:
            file.write(os.urandom(size))
        self.log_in(**settings)
        self.me.send('send-file', PEER, self.path)

    def shown(self, pattern):
        """The lines and windows that the user is shown; one line of them is like `pattern`."""
        if not any(re.search(pattern, e.get('text', '')) for e in self.me.seen if e['event'] == 'line'):
            self.me.wait_until(lambda e: e['event'] == 'line' and re.search(pattern, e['text']), 20, pattern)
        self.me.do('account-state')
        return [e for e in self.me.seen if e['event'] in ('line', 'notify', 'question') and e.get('text') not in BY_LIBPURPLE]

    def kept(self, why):
        """The file is kept, the link is sent, and one sentence says so."""
        self.me.wait(UPLOADED, 60)
        message = self.server.messages.get(timeout=20)
        self.assertEqual((message.get('to'), message.findtext(CLIENT + 'body')), (WHO, GET))
        with open(self.path, 'rb') as file:
            self.assertEqual([body for _, body in self.https.requests], [file.read()])
        pattern = f'^plan.png is kept by the server and {WHO} gets a link, as {why}$'
        sentence, link = self.shown(pattern)
        self.assertRegex(sentence['text'], pattern)
        self.assertEqual(sentence['conversation'], WHO)
        self.assertIn(GET, link['text'])

    def lost(self, pattern):
        """Nothing is kept, and one sentence says why."""
        (sentence,) = self.shown(f'^{pattern}$')
        self.assertEqual(sentence['conversation'], WHO)
        self.assertTrue(self.server.messages.empty())
        self.assertEqual([e for e in self.me.seen if e['event'] == UPLOADED], [])


class WithService(Stranded):
    def setUp(self):
        super().setUp()
        self.https = self.upload_to(limit=1_000_000)

    def test_xep_0065_6_2_who_reaches_none_of_the_addresses_gets_a_link(self):
        self.peer(streams='item-not-found')
        self.send_to_peer()
        self.kept(rf'the computer of {WHO} cannot reach {PLACE}\. For your administrator: {TRANSFER}\.')

    def test_xep_0047_2_1_who_wants_no_bytes_through_the_server_either_gets_a_link(self):
        self.peer((SI, PROFILE, STREAMS, IBB), streams='item-not-found', ibb='not-acceptable')
        self.send_to_peer()
        self.kept(rf'the computer of {WHO} cannot reach {PLACE}\. For your administrator: {TRANSFER}\.')

    def test_a_refusal_of_the_only_way_that_was_agreed_upon_leads_there_too(self):
        self.peer((SI, PROFILE, IBB), IBB, ibb='not-acceptable')
        self.send_to_peer()
        self.kept(rf'the program of {WHO} takes no files just now\.')

    def test_xep_0030_3_a_client_that_takes_no_files_gets_a_link(self):
        self.peer(())
        self.send_to_peer()
        self.kept(rf'the program of {WHO} takes no files just now\.')

    def test_a_client_that_is_gone_gets_a_link(self):
        self.peer(info='service-unavailable')
        self.send_to_peer()
        self.kept(rf'the program of {WHO} takes no files just now\.')

    def test_xep_0095_a_client_that_knows_no_way_of_ours_gets_a_link(self):
        self.peer(si='bad-request')
        self.send_to_peer()
        self.kept(rf'the program of {WHO} takes no files just now\.')

    def test_xep_0095_who_does_not_want_the_file_gets_no_link(self):
        self.peer(si='forbidden')
        self.send_to_peer()
        self.lost(rf'{WHO} did not take plan\.png\.')

    def test_who_ends_it_while_a_last_way_is_tried_means_it(self):
        self.peer((SI, PROFILE, STREAMS, IBB), streams='item-not-found')
        self.send_to_peer()
        while self.reached.get(timeout=20) != 'ibb':
            pass
        self.me.send('cancel-files')
        self.me.wait('file-send-cancel')
        for _ in range(4):  # as many as it takes to find the service
            self.me.send('query', WHO, 'urn:xmpp:ping')
            self.me.wait('answer')
        self.assertEqual([e for e in self.me.seen if 'plan.png is' in e.get('text', '')], [])
        self.assertTrue(self.server.messages.empty())

    def test_a_file_that_is_too_large_to_be_kept_is_said_to_be_lost(self):
        self.peer(streams='item-not-found')
        self.send_to_peer(1_000_001)
        self.lost(rf'plan\.png was not passed on: the computer of {WHO} cannot reach {PLACE}\. Tell your administrator: {TRANSFER}\.')

    def test_a_file_that_is_too_large_for_who_takes_none_is_said_to_be(self):
        self.peer(())
        self.send_to_peer(1_000_001)
        self.lost(r'plan\.png was not sent: it is too large, the server takes at most 976\.56 KiB\.')

    def test_in_french(self):
        self.peer(())
        self.send_to_peer(LANGUAGE='fr')
        self.me.wait(UPLOADED, 60)
        said = next(e['text'] for e in self.me.seen if 'gardé' in e.get('text', ''))
        self.assertEqual(said, f"plan.png est gardé par le serveur et {WHO} reçoit un lien, car le programme de {WHO} n'accepte pas de "
                               'fichiers en ce moment.')


class WithoutService(Stranded):
    def test_a_server_that_keeps_no_files_leaves_the_sentence_that_there_is(self):
        self.peer(streams='item-not-found')
        self.send_to_peer()
        self.lost(rf'plan\.png was not passed on: the computer of {WHO} cannot reach {PLACE}\. Tell your administrator: {TRANSFER}\.')

    def test_a_client_that_takes_no_files_is_said_to(self):
        self.peer(())
        self.send_to_peer()
        self.lost(rf'plan\.png was not sent: {WHO} cannot take it just now, and the server keeps no files for later\. '
                  rf'Send it when {WHO} is here\.')


if __name__ == '__main__':
    unittest.main()
