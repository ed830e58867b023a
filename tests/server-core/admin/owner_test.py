# SPDX-License-Identifier: MIT
"""DESIGN 2: a command that root runs leaves files that the server, who is not root, can open."""
import os
import pathlib
import pwd
import tempfile
import unittest
import unittest.mock

import as_root
from daemons import Server


def give(server, user, group):
    for path in (server.folder, server.data, *server.data.rglob("*")):
        os.chown(path, user, group)


class Owner(unittest.TestCase):
    def test_a_command_of_root_leaves_files_that_belong_to_the_folders_owner(self):
        nobody = pwd.getpwnam("nobody")
        with Server() as server:
            server.stop()
            give(server, nobody.pw_uid, nobody.pw_gid)
            for store in server.data.glob("store.sqlite*"):
                store.unlink()
            # A process that gave up root cannot be traced, and LeakSanitizer traces.
            with unittest.mock.patch.dict(os.environ, ASAN_OPTIONS="detect_leaks=0"):
                server.account_add("jean.dupont", "secret")
            self.assertEqual({path.stat().st_uid for path in server.data.iterdir()}, {nobody.pw_uid})
            give(server, 0, 0)
            server.start()

    def test_root_keeps_a_backup_where_the_server_may_not_look(self):
        nobody = pwd.getpwnam("nobody")
        with Server() as server, tempfile.TemporaryDirectory() as roots:
            server.stop()
            give(server, nobody.pw_uid, nobody.pw_gid)
            file = pathlib.Path(roots, "backup")
            with unittest.mock.patch.dict(os.environ, ASAN_OPTIONS="detect_leaks=0"):
                server.command("backup", str(file))
                self.assertEqual((file.stat().st_uid, file.stat().st_mode & 0o777), (0, 0o600))
                server.command("restore", str(file))
            self.assertEqual({path.stat().st_uid for path in server.data.rglob("*")}, {nobody.pw_uid})
            give(server, 0, 0)
            server.start()


if __name__ == "__main__":
    as_root.enter(many_users=True)
    unittest.main()
