# SPDX-License-Identifier: MIT
"""SCRAM (RFC 5802, RFC 7677) by the plugin, where libpurple has none: as on Windows, its SASL library knows PLAIN, CRAM-MD5,
DIGEST-MD5 and ANONYMOUS."""
import base64
import glob
import hashlib
import hmac
import os
import unittest

from real_server import RealServer
from world import StandInTest

PASSWORD, SALT, ROUNDS = 'pâtisserie', b'salt and pepper', 4096
SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"


def encoded(text):
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


class ScramServer:
    """The server's part of an exchange, told by the RFC; `seen` keeps what the client sent."""

    def __init__(self, proof_comes_as='success', signature_change=b''):
        self.proof_comes_as, self.signature_change = proof_comes_as, signature_change
        self.seen = []

    def __call__(self, element):
        said = base64.b64decode(element.text or '').decode()
        self.seen.append((element.get('mechanism'), said))
        if element.get('mechanism'):
            return self.begin(element.get('mechanism'), said), False
        if not said:  # to the proof
            return f'<success {SASL}/>', True
        proof = encoded(self.verify(said))
        if self.proof_comes_as == 'nothing':
            return f'<success {SASL}/>', True
        text = encoded('v=' + proof)
        return f'<{self.proof_comes_as} {SASL}>{text}</{self.proof_comes_as}>', self.proof_comes_as == 'success'

    def begin(self, mechanism, said):
        self.hash = {'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-1': 'sha1'}.get(mechanism)
        self.client_first = said.removeprefix('n,,')
        self.server_first = f"r={self.client_first.partition('r=')[2]}server,s={encoded(SALT)},i={ROUNDS}"
        return f'<challenge {SASL}>{encoded(self.server_first)}</challenge>'

    def verify(self, said):
        """The server's signature; the client's proof must be right."""
        def mac(key, text):
            return hmac.digest(key, text.encode(), self.hash)
        salted = hashlib.pbkdf2_hmac(self.hash, PASSWORD.encode(), SALT, ROUNDS)
        without_proof, _, proof = said.rpartition(',p=')
        signed = f'{self.client_first},{self.server_first},{without_proof}'
        client_key = mac(salted, 'Client Key')
        mask = mac(hashlib.new(self.hash, client_key).digest(), signed)
        assert base64.b64decode(proof) == bytes(a ^ b for a, b in zip(client_key, mask)), 'wrong proof'
        return mac(mac(salted, 'Server Key'), signed) + self.signature_change


class PlainOnly(StandInTest):
    """What libpurple's SASL library finds in the folder SASL_PATH is all that it can do."""

    def setUp(self):
        super().setUp()
        self.modules = os.path.join(self.folder, 'sasl')
        os.makedirs(self.modules)
        for name in ('plain', 'crammd5', 'digestmd5', 'anonymous'):
            found = glob.glob(f'/usr/lib/*/sasl2/lib{name}.so')
            self.assertEqual(len(found), 1, 'the package libsasl2-modules')
            os.symlink(found[0], os.path.join(self.modules, f'lib{name}.so'))

    def plain_client(self, name='client', organisation=None):
        return self.client(name, organisation, settings={'SASL_PATH': self.modules})


class Exchange(PlainOnly):
    """With a stand-in for the server, told to the letter."""

    def log_in(self, server, *mechanisms):
        stand_in = self.serve()
        stand_in.mechanisms, stand_in.login = mechanisms, server
        client = self.plain_client()
        client.send('account', 'prpl-bioaster', 'a.b', PASSWORD, 'login')
        return stand_in, client

    def is_online(self, server, *mechanisms):
        stand_in, client = self.log_in(server, *mechanisms)
        client.wait('signed-on')
        for _, said in server.seen:
            self.assertNotIn(PASSWORD, said)

    def test_rfc_7677_the_strongest_is_taken_and_the_password_stays_here(self):
        server = ScramServer()
        self.is_online(server, 'DIGEST-MD5', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'PLAIN', 'ANONYMOUS')
        self.assertEqual([mechanism for mechanism, _ in server.seen], ['SCRAM-SHA-256', None])

    def test_rfc_5802_sha_1_where_the_server_has_no_other_and_no_plain(self):
        server = ScramServer()
        self.is_online(server, 'SCRAM-SHA-1')
        self.assertEqual([mechanism for mechanism, _ in server.seen], ['SCRAM-SHA-1', None])

    def test_rfc_6120_6_3_10_the_proof_may_come_before_the_success(self):
        self.is_online(ScramServer(proof_comes_as='challenge'), 'SCRAM-SHA-256', 'PLAIN')

    def test_rfc_5802_5_a_server_that_has_no_proof_is_left(self):
        for server in (ScramServer(signature_change=b'!'), ScramServer(proof_comes_as='nothing')):
            with self.subTest(server.proof_comes_as):
                stand_in, client = self.log_in(server, 'SCRAM-SHA-256', 'PLAIN')
                error = client.wait('account-error')['text']
                self.assertTrue(error.startswith('localhost could not show that it knows your password'), error)
                self.assertEqual(len(server.seen), 2)
                self.assertNotIn('signed-on', [event['event'] for event in client.seen])
                self._end(client)

    def test_a_server_without_scram_gets_the_password_as_before(self):
        stand_in, client = self.log_in(None, 'PLAIN')
        client.wait('signed-on')


class Login(PlainOnly):
    """With server-core, which says in its log by what a login failed."""

    def failed_by(self, client):
        client.send('account', 'prpl-bioaster', 'jean.dupont', 'not it', 'login')
        self.assertIn('is not right', client.wait('account-error')['text'])
        self.server.stop()  # its log is whole
        return {line.rpartition('(')[2].rstrip(')') for line in self.server.server.daemon.log if 'login failed' in line}

    def setUp(self):
        super().setUp()
        self.server = RealServer()
        self.addCleanup(self.server.stop)

    def test_registration_and_login(self):
        client = self.plain_client(organisation=self.server.organisation)
        self.assertEqual(client.log_in('jean.dupont', PASSWORD, make=True), 'jean.dupont@bioaster.org')

    def test_a_wrong_password_is_refused_by_scram_and_never_sent(self):
        self.server.server.account_add('jean.dupont', PASSWORD)
        self.assertEqual(self.failed_by(self.plain_client(organisation=self.server.organisation)), {'SCRAM-SHA-256'})

    def test_nor_is_it_sent_by_a_libpurple_that_tries_plain_when_scram_failed(self):
        self.server.server.account_add('jean.dupont', PASSWORD)
        self.assertEqual(self.failed_by(self.client('client', self.server.organisation)), {'SCRAM-SHA-256'})


if __name__ == '__main__':
    unittest.main()
