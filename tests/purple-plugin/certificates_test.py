# SPDX-License-Identifier: MIT
"""The organisation's CA or pins decide about the server's certificate: silence when it is right, a sentence when not."""
import os
import unittest

from authority import Authority
from world import StandInTest

ENCRYPTION_ERROR = 5  # PURPLE_CONNECTION_ERROR_ENCRYPTION_ERROR, which clients try again
CERTIFICATE_UNTRUSTED = (9, 14)


class Certificates(StandInTest):
    def trust(self, **settings):
        self.write_organisation(connect_server='localhost', port=self.server.port, **settings)

    def log_in(self, leaf, settings=None, **trust):
        self.server = self.serve(leaf)
        self.trust(**(trust or {'trust_ca': 'ca.pem'}))
        client = self.client(settings=settings)
        client.send('account', 'prpl-bioaster', 'a.b', 'geheim', 'login')
        return client

    def accepted(self, leaf, **trust):
        client = self.log_in(leaf, **trust)
        client.wait('signed-on')
        self.assertEqual(client.asked(), [])

    def refused(self, leaf, part, settings=None, **trust):
        client = self.log_in(leaf, settings, **trust)
        end = client.wait('disconnected')
        self.assertIn(part, end['text'])
        self.assertEqual(end['reason'], ENCRYPTION_ERROR)
        self.assertEqual(client.asked(), [])
        self.assertTrue(self.server.seen.empty(), 'the client went on after the certificate')

    def test_signed_by_the_ca_for_the_domain_or_the_connect_server(self):
        self.accepted(self.authority.issue('domain', 'bioaster.org'))
        self.accepted(self.authority.issue('host', 'localhost'))

    def test_signed_by_the_ca_for_another_name(self):
        self.refused(self.authority.issue('other', 'ldap.bioaster.org'), 'another name than localhost or bioaster.org')

    def test_signed_by_a_foreign_ca(self):
        foreign = Authority(self.folder, 'foreign')
        self.refused(foreign.issue('server', 'bioaster.org'), 'a certificate that BIOASTER did not sign')

    def test_a_foreign_ca_of_the_same_name_is_never_taken_for_ours(self):
        foreign_folder = os.path.join(self.folder, 'foreign')
        os.mkdir(foreign_folder)
        ours = self.authority.issue('server', 'bioaster.org')
        theirs = Authority(foreign_folder).issue('server', 'bioaster.org')
        client = self.log_in(ours)
        client.wait('signed-on')
        for _ in range(10):  # in one process: libpurple's TLS library keeps the certificates that it has seen
            client.do('enable', 'no')
            self.server = self.serve(theirs)
            client.send('enable', 'yes')
            self.assertIn('did not sign', client.wait('disconnected')['text'])
            self.assertTrue(self.server.seen.empty())
            client.wait('signed-off')
            client.do('enable', 'no')
            self.server = self.serve(ours)
            client.send('enable', 'yes')
            client.wait('signed-on')

    def test_every_one_of_many_quick_logins_is_accepted(self):
        client = self.log_in(self.authority.issue('server', 'bioaster.org'))
        for _ in range(500):
            end = client.wait_until(lambda e: e['event'] in ('signed-on', 'disconnected'), 20, 'login')[-1]
            self.assertEqual(end['event'], 'signed-on', end)
            client.do('enable', 'no')
            client.send('enable', 'yes')
        client.wait('signed-on')

    def test_self_signed(self):
        self.refused(Authority(self.folder, 'bioaster.org'), 'did not sign')

    def test_signed_by_another_leaf_of_the_ca(self):
        leaf = self.authority.issue('leaf', 'bioaster.org')
        self.refused(self.authority.issue('second', 'bioaster.org', issuer=leaf), 'did not sign')

    def test_expired(self):
        old = 'activation_date = "2001-01-01 00:00:00 UTC"\nexpiration_date = "2002-01-01 00:00:00 UTC"'
        self.refused(self.authority.issue('old', 'bioaster.org', dates=old), 'has expired')

    def test_not_yet_valid(self):
        young = 'activation_date = "2036-01-01 00:00:00 UTC"\nexpiration_date = "2037-01-01 00:00:00 UTC"'
        self.refused(self.authority.issue('young', 'bioaster.org', dates=young), 'not valid yet')

    def test_the_sentence_in_french(self):
        foreign = Authority(self.folder, 'foreign')
        self.refused(foreign.issue('server', 'bioaster.org'), "n'a pas signé", settings={'LANGUAGE': 'fr'})

    def test_a_pinned_key_is_right_whatever_else_the_certificate_says(self):
        leaf = self.authority.issue('other', 'elsewhere.example')
        next_key = self.authority.issue('next', 'bioaster.org')
        self.accepted(leaf, trust_pins=f'{next_key.pin()},{leaf.pin()}')

    def test_a_key_that_is_not_pinned(self):
        leaf = self.authority.issue('server', 'bioaster.org')
        other = self.authority.issue('next', 'bioaster.org')
        self.refused(leaf, 'a key that BIOASTER did not announce', trust_pins=other.pin())

    def test_ca_and_pins_each_suffice(self):
        leaf = self.authority.issue('server', 'bioaster.org')
        other = self.authority.issue('next', 'bioaster.org')
        self.accepted(leaf, trust_pins=other.pin(), trust_ca='ca.pem')

    def test_without_ca_and_pins_libpurple_asks_the_user(self):
        client = self.log_in(self.authority.issue('server', 'localhost'), proxy='')
        client.wait('question')
        self.assertTrue(self.server.seen.empty())

    def test_no_scratch_file_is_left(self):
        leaf = self.authority.issue('server', 'bioaster.org')
        self.accepted(leaf, trust_pins=leaf.pin(), trust_ca='ca.pem')
        left = [f for f in os.listdir(os.path.join(self.folder, 'client')) if f.startswith('bioaster-')]
        self.assertEqual(left, [])


if __name__ == '__main__':
    unittest.main()
