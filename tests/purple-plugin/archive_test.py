# SPDX-License-Identifier: MIT
"""XEP-0313 with a stand-in for the server: what comes when, told to the letter."""
import os
import queue
import unittest

from world import CONDITION, StandInTest

OWN, ANNE = 'a.b@bioaster.org', 'anne@bioaster.org'
INFO = '{http://jabber.org/protocol/disco#info}query'
QUERY, SET = '{urn:xmpp:mam:2}query', '{http://jabber.org/protocol/rsm}'
STAMP = '2026-11-0{}T10:00:00Z'


def message(text, number, by=OWN, sender=ANNE):
    """One that the server kept as `number`, and that it delivers."""
    return (f"<message from='{sender}/r' to='{OWN}' type='chat'><body>{text}</body>"
            f"<stanza-id xmlns='urn:xmpp:sid:0' by='{by}' id='{number}'/></message>")


def result(query, text, number, sender=ANNE):
    return (f"<message from='{OWN}' to='{OWN}/r'><result xmlns='urn:xmpp:mam:2' queryid='{query.get('queryid')}' id='{number}'>"
            f"<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{STAMP.format(number)}'/>"
            f"<message xmlns='jabber:client' from='{sender}/r' to='{OWN}' type='chat'><body>{text}</body></message>"
            "</forwarded></result></message>")


def fin(iq, last, complete=True):
    return (f"<iq type='result' id='{iq.get('id')}' from='{OWN}'><fin xmlns='urn:xmpp:mam:2' complete='{str(complete).lower()}'>"
            f"<set xmlns='http://jabber.org/protocol/rsm'><first>1</first><last>{last}</last></set></fin></iq>")


KEPT = message('one', 1).replace('<stanza-id', f"<delay xmlns='urn:xmpp:delay' stamp='{STAMP.format(1)}'/><stanza-id")


class Archive(StandInTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.asked = []

    def log_in(self, tell):
        """A client whose queries `tell` answers, from the query and the IQ around it."""
        def answer(iq):
            self.asked.append({'after': iq[0].findtext(f'{SET}set/{SET}after'),
                               'start': next((f[0].text for f in iq.iter('{jabber:x:data}field')
                                              if f.get('var') == 'start'), None)})
            return tell(iq[0], iq)
        self.server.answers[QUERY] = answer
        client = self.client('client')
        client.log_in('a.b', 'secret')
        return client

    @staticmethod
    def texts(client):
        return [e['text'] for e in client.seen if e['event'] == 'im']

    def test_what_arrives_meanwhile_waits_its_turn_and_comes_once(self):
        client = self.log_in(lambda query, iq: message('three', 3) + result(query, 'one', 1) + result(query, 'two', 2)
                             + message('four', 4) + result(query, 'three', 3) + fin(iq, 3) + message('four', 4))
        client.wait('im', text='four')
        self.server.answers['{urn:xmpp:ping}query'] = lambda iq: f"<iq type='result' id='{iq.get('id')}'/>"
        client.send('query', 'bioaster.org', 'urn:xmpp:ping')
        client.wait('answer')
        self.assertEqual(self.texts(client), ['one', 'two', 'three', 'four'])

    def test_an_account_that_was_removed_and_made_again_is_told_all_again(self):
        client = self.log_in(lambda query, iq: result(query, 'one', 1) + fin(iq, 1))
        client.wait('im', text='one')
        for _ in range(5):  # most likely where the last one was in memory
            client.do('remove-account')
            client.log_in('a.b', 'secret')
            client.wait('im', text='one')

    def test_without_an_archive_nothing_is_held_back_or_lost(self):
        refusal = CONDITION.format('service-unavailable')
        client = self.log_in(lambda query, iq: message('one', 1) + f"<iq type='error' id='{iq.get('id')}'>"
                             f"<error type='cancel'>{refusal}</error></iq>" + message('two', 2))
        client.wait('im', text='two')
        self.assertEqual(self.texts(client), ['one', 'two'])

    def asked_what_it_can_do(self, tell, text):
        """Whom the client asks that when a file is to go to Anne, after `text` was shown."""
        asked = queue.Queue()

        def answer(iq):
            if iq.get('to', '').startswith(ANNE):
                asked.put(iq.get('to'))
            return f"<iq type='error' id='{iq.get('id')}' from='{iq.get('to')}'><error type='cancel'>{CONDITION.format('forbidden')}</error></iq>"
        self.server.answers[INFO] = answer
        client = self.log_in(tell)
        client.wait('im', text=text)
        path = os.path.join(self.folder, 'plan.txt')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('plan')
        self.server.answers['{urn:xmpp:ping}query'] = lambda iq: f"<iq type='result' id='{iq.get('id')}'/>"
        client.send('query', 'bioaster.org', 'urn:xmpp:ping')
        client.wait('answer')
        client.do('slash', ANNE, 'send ' + path)
        client.send('query', 'bioaster.org', 'urn:xmpp:ping')
        client.wait('answer')
        return asked.get_nowait() if not asked.empty() else None

    def test_a_file_goes_to_the_client_whose_message_waited(self):
        self.assertEqual(self.asked_what_it_can_do(lambda query, iq: message('one', 1) + fin(iq, 0), 'one'), ANNE + '/r')

    def test_a_file_goes_to_the_client_whose_message_the_archive_told_first(self):
        self.assertEqual(self.asked_what_it_can_do(lambda query, iq: message('one', 1) + result(query, 'one', 1) + fin(iq, 1), 'one'), ANNE + '/r')

    def test_a_file_goes_to_the_client_whose_message_comes_after_the_archive_told_it(self):
        self.assertEqual(self.asked_what_it_can_do(lambda query, iq: result(query, 'one', 1) + fin(iq, 1) + message('one', 1), 'one'), ANNE + '/r')

    def test_a_file_goes_to_the_client_of_a_stranger_whose_message_was_kept(self):
        self.assertEqual(self.asked_what_it_can_do(lambda query, iq: KEPT + result(query, 'one', 1) + fin(iq, 1), 'one'), ANNE + '/r')

    def test_a_file_goes_to_the_client_of_a_stranger_whose_message_the_archive_alone_has(self):
        self.assertEqual(self.asked_what_it_can_do(lambda query, iq: result(query, 'one', 1) + fin(iq, 1), 'one'), ANNE + '/r')

    def test_the_client_of_a_contact_whose_message_was_kept_may_be_gone(self):
        contact = f"<iq type='set' id='push' from='{OWN}'><query xmlns='jabber:iq:roster'><item jid='{ANNE}' subscription='both'/></query></iq>"
        self.assertIsNone(self.asked_what_it_can_do(lambda query, iq: contact + KEPT + result(query, 'one', 1) + fin(iq, 1), 'one'))

    def test_5_an_id_in_the_name_of_somebody_else_means_nothing(self):
        client = self.log_in(lambda query, iq: fin(iq, 1) + message('one', 1, by=ANNE) + message('two', 1, by=ANNE))
        client.wait('im', text='two')
        self.assertEqual(self.texts(client), ['one', 'two'])

    def test_4_2_pages_follow_each_other_and_another_question_gets_no_answer(self):
        def tell(query, iq):
            if self.asked[-1]['after'] == '2':
                return result(query, 'three', 3) + fin(iq, 3)
            forged = result(query, 'other', 9).replace(f"queryid='{query.get('queryid')}'", "queryid='x'")
            return forged + result(query, 'one', 1) + result(query, 'two', 2) + fin(iq, 2, self.asked[-1]['after'] is None)
        client = self.log_in(tell)
        client.wait('im', text='two')
        client.do('enable', 'no')
        client.send('enable', 'yes')
        client.wait('im', text='three')
        self.assertEqual([question['after'] for question in self.asked], [None, '2'])
        self.assertEqual(self.texts(client), ['one', 'two', 'three'])

    def test_4_3_1_time_says_what_is_new_when_the_last_message_has_left_the_archive(self):
        def tell(query, iq):
            if self.asked[-1]['after']:
                return (f"<iq type='error' id='{iq.get('id')}'><error type='cancel'>{CONDITION.format('item-not-found')}"
                        "</error></iq>")
            return result(query, f'message {len(self.asked)}', len(self.asked)) + fin(iq, len(self.asked))
        client = self.log_in(tell)
        client.wait('im', text='message 1')
        client.do('enable', 'no')
        client.send('enable', 'yes')
        client.wait('im', text='message 3')
        self.assertEqual([question['after'] for question in self.asked], [None, '1', None])
        self.assertGreater(self.asked[2]['start'], self.asked[0]['start'])


if __name__ == '__main__':
    unittest.main()
