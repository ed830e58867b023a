# SPDX-License-Identifier: MIT
"""DESIGN 2: a command that root runs leaves files that the server, who is not root, can open."""
import os
import pwd
import unittest
import unittest.mock

import as_root
from daemons import Server


class Owner(unittest.TestCase):
    def test_a_command_of_root_leaves_files_that_belong_to_the_folders_owner(self):
        nobody = pwd.getpwnam("nobody")
        with Server() as server:
            server.stop()
            for path in (server.folder, server.data, *server.data.iterdir()):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            for store in server.data.glob("store.sqlite*"):
                store.unlink()
            # A process that gave up root cannot be traced, and LeakSanitizer traces.
            with unittest.mock.patch.dict(os.environ, ASAN_OPTIONS="detect_leaks=0"):
                server.account_add("jean.dupont", "secret")
            self.assertEqual({path.stat().st_uid for path in server.data.iterdir()}, {nobody.pw_uid})
            for path in (server.folder, server.data, *server.data.iterdir()):
                os.chown(path, 0, 0)
            server.start()


if __name__ == "__main__":
    as_root.enter(many_users=True)
    unittest.main()
