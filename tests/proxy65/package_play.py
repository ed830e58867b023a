# SPDX-License-Identifier: MIT
"""The Debian package, the manual page, and the settings that both pages must name."""
import pathlib
import re
import subprocess
import tempfile
import unittest

import daemons

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/proxy65/proxy65.8"


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Package(unittest.TestCase):
    def test_the_package_holds_program_unit_manual_and_pages_and_names_its_libraries(self):
        with tempfile.TemporaryDirectory() as folder:
            package = run(ROOT / "packaging/debian/make-package", "proxy65", daemons.build_folder(), folder).strip()
            listed = run("dpkg-deb", "--contents", package)
            for path in ("./usr/bin/proxy65", "./lib/systemd/system/bioaster-proxy65.service",
                         "./usr/share/man/man8/proxy65.8.gz", "./usr/share/doc/proxy65/README.md"):
                self.assertRegex(listed, rf"(?m) root/root .* {re.escape(path)}$")
            depends = run("dpkg-deb", "--field", package, "Depends")
            for library in ("libc6 (", "libgnutls30 (", "libxml2 (", "adduser"):
                self.assertIn(library, depends)
            run("dpkg-deb", "--extract", package, folder)
            self.assertRegex(run(folder + "/usr/bin/proxy65", "--version"), r"^proxy65 \d")


class Pages(unittest.TestCase):
    def keys(self):
        """As the program itself lists them, when it meets one that it does not know."""
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "proxy65.conf"
            config.write_text("[proxy65]\nnone-of-them=1\n")
            done = subprocess.run([daemons.build_folder() / "proxy65/proxy65", "--config", config, "check"],
                                  capture_output=True, text=True, check=False)
        return re.search(r"expected one of (.*);", done.stderr)[1].split(", ")

    def test_every_setting_stands_in_both_pages(self):
        keys = self.keys()
        self.assertGreater(len(keys), 20)
        manual = PAGE.read_text().replace("\\-", "-")
        table = (ROOT / "docs/proxy65/settings.md").read_text()
        for key in keys:
            self.assertIn(f"| `{key}` |", table)
            self.assertRegex(manual, rf"[B ]{key}\b", key)

    def test_the_manual_page_is_read_without_a_warning(self):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", PAGE], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
