# SPDX-License-Identifier: MIT
"""Certificates for tests, made by certtool."""
import base64
import hashlib
import os
import subprocess


def certtool(*arguments):
    return subprocess.run(['certtool', *arguments], check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout


class Leaf:
    """A certificate and its key as PEM files."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    def pin(self):
        """SHA-256 of the public key as trust-pins lists it."""
        key = certtool('--load-certificate', self.certificate, '--pubkey-info')
        body = key[key.index(b'-----BEGIN PUBLIC KEY-----') + 26:key.index(b'-----END PUBLIC KEY-----')]
        return base64.b64encode(hashlib.sha256(base64.b64decode(body)).digest()).decode()


class Authority(Leaf):
    """A CA in `folder`."""

    def __init__(self, folder, name='ca'):
        self.folder, self.name = folder, name
        super().__init__(*self._files(name))
        certtool('--generate-privkey', '--key-type', 'ecdsa', '--outfile', self.key)
        certtool('--generate-self-signed', '--load-privkey', self.key, '--outfile', self.certificate,
                 '--template', self._template(name, 'ca', 'cert_signing_key', 'expiration_days = 30'))

    def _files(self, name):
        return os.path.join(self.folder, name + '.pem'), os.path.join(self.folder, name + '.key')

    def _template(self, name, *lines):
        path = os.path.join(self.folder, name + '.template')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('\n'.join([f'cn = "{name}"', *lines, '']))
        return path

    def issue(self, file, *names, dates='expiration_days = 30', issuer=None):
        """A certificate for the DNS `names`; `issuer` signs in our place, whether it is a CA or not."""
        leaf = Leaf(*self._files(file))
        signer = issuer or self
        template = self._template(file, *(f'dns_name = "{n}"' for n in names), 'tls_www_server', 'signing_key', dates)
        certtool('--generate-privkey', '--key-type', 'ecdsa', '--outfile', leaf.key)
        certtool('--generate-certificate', '--load-privkey', leaf.key, '--load-ca-certificate', signer.certificate,
                 '--load-ca-privkey', signer.key, '--template', template, '--outfile', leaf.certificate)
        return leaf
