# SPDX-License-Identifier: MIT
"""Bad days: a server that is away, a connection that is dead without saying so, a laptop that slept, another network."""
import queue
import re
import time
import unittest

from colleagues import ELODIE, JEAN, Colleagues
from real_server import RealServer
from relay import Relay
from stand_in import StandIn
from world import StandInTest

PING = '{urn:xmpp:ping}ping'
PACE = 20  # of the clients' clocks
SLOWER = 4  # where something must be answered in time


class Alone(StandInTest):
    def online(self, language='en', pace=PACE):
        self.leaf = self.authority.issue('server', 'bioaster.org')
        self.server = self.serve(self.leaf)
        self.client = self.client('client-' + language, settings={'LANGUAGE': language, 'HEADLESS_PACE': str(pace)})
        self.client.log_in('a.b', 'secret')

    def ended(self, limit=20):
        return self.client.wait('disconnected', limit)['text']

    def test_a_server_that_is_away_is_found_again_by_itself(self):
        self.online()
        port = self.server.port
        self.server.close()
        self.assertIn('It is made again by itself', self.ended())
        again = StandIn(self.leaf, port=port)
        self.addCleanup(again.close)
        self.client.wait('signed-on', 40)

    def test_each_try_says_the_same_sentence(self):
        self.online()
        self.server.close()
        self.ended()
        first = self.ended(60)
        self.assertIn('localhost cannot be reached', first)
        self.assertEqual(self.ended(90), first)

    def test_a_wrong_password_is_not_tried_again(self):
        self.online()
        self.server.login_refusal = 'not-authorized'
        self.server.hang_up()
        self.ended()
        self.assertIn('password', self.ended(60))
        logins = self.server.seen.qsize()
        time.sleep(25 / PACE)  # that nothing comes is what is tested; a second try would have come within 20 s
        self.assertEqual(self.server.seen.qsize(), logins)

    def test_xep_0199_a_server_that_answers_nothing_is_noticed(self):
        self.online('fr')
        self.server.is_silent = True
        begun = time.monotonic()
        self.assertIn('localhost ne répond plus', self.ended(100))
        print(f'noticed after {(time.monotonic() - begun) * PACE:.0f} s of silence', flush=True)
        self.server.is_silent = False
        self.client.wait('signed-on', 20)

    def test_a_laptop_that_slept_asks_at_once(self):
        self.online()
        self.server.is_silent = True
        self.client.do('sleep', '3600')
        begun = time.monotonic()
        self.assertIn('was asleep', self.ended(30))
        print(f'noticed {(time.monotonic() - begun) * PACE:.0f} s after waking up', flush=True)
        self.server.is_silent = False
        self.client.wait('signed-on', 20)

    def test_a_laptop_whose_connection_lives_keeps_it(self):
        self.online(pace=SLOWER)
        asked = queue.Queue()
        self.server.answers[PING] = lambda iq: asked.put(1) or f"<iq type='result' id='{iq.get('id')}' from='bioaster.org'/>"
        self.client.do('sleep', '3600')
        asked.get(timeout=20)
        time.sleep(9 / SLOWER)  # longer than a dead one is given
        self.assertIn('online', self.client.ask('accounts')['list'])
        self.assertEqual([e for e in self.client.seen if e['event'] == 'disconnected'], [])

    def test_who_waits_for_the_network_tries_when_it_is_another_one(self):
        self.online(pace=SLOWER)
        port = self.server.port
        self.server.close()
        self.ended()
        again = StandIn(self.leaf, port=port)
        self.addCleanup(again.close)
        begun = time.monotonic()
        self.client.do('network')
        self.client.wait('signed-on', 20)
        self.assertLess(time.monotonic() - begun, 8 / SLOWER)  # the first wait by itself is of ten seconds at least


class Together(Colleagues):
    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)
        self.arrive(self.server)
        self.relay = Relay(self.server.server.port)
        self.addCleanup(self.relay.close)
        with open(self.server.organisation, encoding='utf-8') as file:
            settings = re.sub(r'(?m)^port=.*$', f'port={self.relay.port}', file.read())
        with open(self.organisation, 'w', encoding='utf-8') as file:
            file.write(settings)
        self.laptop = self.client('laptop', self.organisation, {'HEADLESS_PACE': str(PACE // 2)})
        self.server.server.account_add('anne.martin', 'secret')
        self.laptop.log_in('anne.martin', 'secret')

    def test_xep_0198_what_was_sent_into_a_dead_network_arrives_once(self):
        self.relay.fall_silent()
        for number in range(3):
            self.laptop.do('im', JEAN, f'message {number}')
        self.laptop.do('network')
        self.assertIn('another network', self.laptop.wait('disconnected', 30)['text'])
        self.relay.come_back()
        self.laptop.wait('signed-on', 60)
        for number in range(3):
            self.assertEqual(self.jean.wait('im')['text'], f'message {number}')
        self.laptop.do('im', JEAN, 'the last')
        self.assertEqual(self.jean.wait('im')['text'], 'the last')

    def test_what_was_said_to_a_sleeping_laptop_is_there_when_it_wakes(self):
        self.relay.fall_silent()
        self.elodie.do('im', 'anne.martin@bioaster.org', 'pendant la veille')
        self.relay.come_back()
        self.laptop.do('sleep', '3600')
        self.laptop.wait('disconnected', 30)
        self.assertEqual(self.laptop.wait('im', 60, who=ELODIE)['text'], 'pendant la veille')


if __name__ == '__main__':
    unittest.main()
