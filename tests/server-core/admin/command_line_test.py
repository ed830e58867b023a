# SPDX-License-Identifier: MIT
"""DESIGN 2: the administrator's commands, as he types them, with a server running and without one."""
import json
import pathlib
import subprocess
import tempfile
import unittest

from daemons import Server, build_folder
from xmpp_client import Client, Refused

PROGRAM = build_folder() / "server-core/server-core"


def run(*words, text=""):
    return subprocess.run([PROGRAM, *words], input=text, text=True, capture_output=True, timeout=60)


class Commands(unittest.TestCase):
    def test_accounts_are_made_and_deleted_while_the_server_runs(self):
        with Server() as server:
            server.account_add("jean.dupont", "secret")
            with Client(server, "jean.dupont", "secret", resource="desk") as jean:
                shown = json.loads(server.command("account", "show", "jean.dupont", "--json"))
                self.assertEqual(shown["clients"], ["desk"])
                self.assertEqual(json.loads(server.command("status", "--json"))["sessions"], 1)
                server.command("account", "delete", "jean.dupont")
                self.assertEqual(jean.wait_closed(), ["not-authorized"])
            with self.assertRaises(Refused):
                Client(server, "jean.dupont", "secret").close()

    def test_a_new_password_counts_at_once_and_survives_a_kill(self):
        with Server() as server:
            server.account_add("jean.dupont", "first")
            Client(server, "jean.dupont", "first").close()
            server.command("account", "passwd", "jean.dupont", text="second\n")
            server.kill()
            server.restart()
            with self.assertRaises(Refused):
                Client(server, "jean.dupont", "first").close()
            Client(server, "jean.dupont", "second").close()

    def test_without_a_server_the_command_opens_the_store_itself(self):
        with Server() as server:
            server.stop()
            server.account_add("jean.dupont", "secret")
            self.assertEqual(json.loads(server.command("account", "list", "--json")),
                             {"accounts": ["jean.dupont@bioaster.org"]})
            self.assertEqual(server.command("status", check=False).returncode, 3)
            server.start()
            Client(server, "jean.dupont", "secret").close()

    def test_two_servers_never_share_a_data_folder(self):
        with Server() as server:
            second = run(*server.files)
            self.assertEqual(second.returncode, 1)
            self.assertIn("another server-core uses", second.stderr)
            server.account_add("jean.dupont", "secret")  # the first does not mind

    def test_passwords_come_from_standard_input_and_are_not_empty(self):
        with Server() as server:
            for text in ("", "\n"):
                refused = server.command("account", "add", "jean.dupont", text=text, check=False)
                self.assertEqual((refused.returncode, refused.stdout), (1, ""))
                self.assertIn("the password is empty", refused.stderr)
            self.assertEqual(server.command("account", "list"), "")

    def test_what_is_not_understood_is_said(self):
        with Server() as server:
            for words in (["acount"], ["account", "add"], ["account", "add", "a", "password"], ["--password=x"]):
                refused = server.command(*words, check=False)
                self.assertEqual(refused.returncode, 2, words)
                self.assertIn("--help", refused.stderr)
        self.assertIn("account add NAME", run("--help").stdout)
        self.assertRegex(run("--version").stdout, r"^server-core \d+\.\d+\.\d+\n$")

    def test_a_wrong_setting_is_named_with_file_line_key_and_remedy(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder, "server-core.conf")
            config.write_text("[server-core]\nlisten=5222\nlimit-stanza=5\nlistne=1\n")
            answer = run("check", "--config", config)
            self.assertEqual(answer.returncode, 2)
            self.assertIn(f"{config}:3: limit-stanza: expected bytes (or a number with K, M or G), 10000 to ", answer.stderr)
            self.assertIn(f"{config}:4: listne: expected one of listen, ", answer.stderr)
            self.assertIn("; correct or remove the line", answer.stderr)

    def test_check_fails_when_something_is_wrong(self):
        with Server() as server:
            self.assertTrue(json.loads(server.command("check", "--json"))["good"])
            (server.data / "key.pem").chmod(0o644)
            failed = server.command("check", check=False)
            self.assertEqual(failed.returncode, 1)
            self.assertIn("✗ key: ", failed.stdout)

    def test_the_certificate_of_the_profile_is_the_one_that_the_server_shows(self):
        with Server() as server:
            self.assertIn("trust-ca=base64:", server.profile().read_text())
            Client(server).close()  # verifies by the CA that the first start made, for the connect server's name


if __name__ == "__main__":
    unittest.main()
