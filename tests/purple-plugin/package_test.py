# SPDX-License-Identifier: MIT
"""The Debian packages pidgin-bioaster and bioaster-organisation, installed in a root of their own."""
import glob
import os
import pathlib
import re
import subprocess
import unittest

from client import Client
from world import BUILD, HEADLESS, PluginTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ('bioaster-organisation', 'pidgin-bioaster')
CONF = 'etc/bioaster/organisation.conf'


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f'{words}: {done.returncode}\n{done.stdout}{done.stderr}')
    return done.stdout


class Package(PluginTest):
    def setUp(self):
        super().setUp()
        self.root = pathlib.Path(self.folder) / 'root'
        for folder in ('info', 'updates'):
            (self.root / 'var/lib/dpkg' / folder).mkdir(parents=True)
        (self.root / 'var/lib/dpkg/status').touch()
        self.packages = [run(ROOT / 'packaging/debian/make-package', name, BUILD, self.folder).strip() for name in NAMES]

    def dpkg(self, *words):
        """What the packages depend on is not in that root, and no script of theirs runs in it: they have none."""
        run('dpkg', '--root', self.root, '--force-not-root', '--force-bad-path', '--force-depends', '--force-confdef',
            '--log', os.path.join(self.folder, 'dpkg.log'), *words)

    def test_what_is_installed_is_a_protocol_that_pidgin_finds_with_its_icons(self):
        self.dpkg('--install', *self.packages)
        folder, = glob.glob(str(self.root / 'usr/lib/*/purple-2'))
        user = os.path.join(self.folder, 'user')
        os.makedirs(user)
        client = Client(HEADLESS, folder, user, str(self.root / CONF))
        self.addCleanup(self._end, client)
        protocol = client.ask('protocol', 'prpl-bioaster')
        self.assertEqual(protocol['name'], 'BIOASTER')
        for size in ('16', '22', '48'):
            self.assertTrue((self.root / f'usr/share/pixmaps/pidgin/protocols/{size}/{protocol["icon"]}.png').is_file())

    def test_it_needs_libpurple_the_organisations_file_and_no_library_that_pidgin_has_not(self):
        depends = run('dpkg-deb', '--field', self.packages[1], 'Depends')
        names = {item.split()[0] for item in depends.split(', ')}
        self.assertEqual(names, {'libc6', 'libgcc-s1', 'libglib2.0-0', 'libpurple0', 'libstdc++6', 'bioaster-organisation'})
        self.assertIn('libglib2.0-0 (>= 2.28', depends)

    def test_what_an_administrator_wrote_stays_through_an_upgrade_and_a_removal(self):
        self.dpkg('--install', *self.packages)
        (self.root / CONF).write_text('[organisation]\nname=Elsewhere\n')
        self.dpkg('--install', *self.packages)
        self.assertIn('Elsewhere', (self.root / CONF).read_text())
        self.dpkg('--remove', *NAMES)
        self.assertIn('Elsewhere', (self.root / CONF).read_text())
        self.assertEqual(glob.glob(str(self.root / 'usr/lib/*/purple-2/*')), [])

    def test_the_file_that_is_installed_shows_every_key_with_its_built_in_value(self):
        text = (ROOT / 'packaging/debian/bioaster-organisation/organisation.conf').read_text()
        header = (ROOT / 'server-core/base/organisation.h').read_text()
        built_in = dict(re.findall(r'(?m)^    std::\w+ (\w+) = "?([^";]+)"?;', header))
        shown = dict(re.findall(r'(?m)^#([a-z-]+)=(.*)$', text))
        known = re.search(r'known_keys =\s*"([^"]+)"', (ROOT / 'server-core/base/organisation.cpp').read_text())[1]
        self.assertEqual(set(shown), set(known.split(', ')))
        self.assertEqual({key: value for key, value in shown.items() if value},
                         {key.replace('_', '-'): value for key, value in built_in.items()})


if __name__ == '__main__':
    unittest.main()
