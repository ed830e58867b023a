# SPDX-License-Identifier: MIT
"""Breaks each rule of check_includes.py once, in a small tree of its own, and expects it to be named."""
import pathlib
import sys
import tempfile
import unittest

import check_includes

MIT, GPL = "// SPDX-License-Identifier: MIT\n", "// SPDX-License-Identifier: GPL-2.0-or-later\n"
TABLE = """# SPDX-License-Identifier: MIT
layers = [
  ['base',    [],                 [glib_dep]],
  ['xml',     ['base'],           []],
  ['store',   ['base', 'xml'],    []],
  ['modules', ['base', 'store'],  []],
]
"""


class Rules(unittest.TestCase):
    def named(self, path, text):
        """The breaches of a tree with this one source."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, content in (("server-core/meson.build", TABLE), ("proxy65/socks5.h", MIT), (path, text)):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(content)
            return list(check_includes.breaches(root))

    def allows(self, path, text):
        self.assertEqual(self.named(path, text), [])

    def refuses(self, path, text, words):
        found = self.named(path, text)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_arrows_point_one_way(self):
        self.allows("server-core/xml/a.cpp", MIT + '#include "base/b.h"\n#include "xml/c.h"\n')
        self.refuses("server-core/base/a.cpp", MIT + '#include "xml/b.h"\n', "base may not use xml")
        self.refuses("server-core/web/a.cpp", MIT + '#include "base/b.h"\n', "not in the layer table")
        self.refuses("server-core/xml/a.cpp", MIT + '#include "c.h"\n', "not included by folder")
        self.refuses("server-core/settings.cpp", MIT + '#include "store/c.h"\n', "settings uses base, xmpp")
        self.allows("server-core/main.cpp", MIT + '#include "modules/modules.h"\n')

    def test_a_module_includes_no_other_module(self):
        self.allows("server-core/modules/a.cpp", MIT + '#include "modules/modules.h"\n#include "modules/a.h"\n')
        self.allows("server-core/modules/rooms/a.cpp", MIT + '#include "modules/rooms/b.h"\n')
        self.refuses("server-core/modules/a.cpp", MIT + '#include "modules/b.h"\n', "no other module")
        self.refuses("server-core/modules/a.cpp", MIT + '#include "modules/rooms/b.h"\n', "no other module")

    def test_libraries_stay_at_home(self):
        self.allows("server-core/xml/a.cpp", MIT + "#include <libxml/parser.h>\n")
        for header in ("libxml/parser.h", "gnutls/gnutls.h", "sqlite3.h", "boost/asio/post.hpp", "purple.h"):
            self.refuses("server-core/modules/a.cpp", MIT + f"#include <{header}>\n", "stays in")
        self.refuses("server-core/store/a.cpp", MIT + "#include <sqlite3.h>\n", "SQLite stays in store/sqlite/")
        self.refuses("server-core/xml/a.cpp", MIT + "#include <glib.h>\n", "GLib stays in")
        self.allows("server-core/base/task.h", MIT + "#include <boost/asio/awaitable.hpp>\n")

    def test_proxy_and_plugin_use_what_they_may(self):
        self.allows("proxy65/a.cpp", MIT + '#include "socks5.h"\n#include "net/loop.h"\n')
        self.refuses("proxy65/a.cpp", MIT + '#include "store/store.h"\n', "proxy65 uses")
        self.allows("purple-plugin/a.cpp", GPL + '#include "base/text.h"\n#include <purple.h>\n')
        self.refuses("purple-plugin/a.cpp", GPL + '#include "base/log.h"\n', "the plugin uses")
        self.refuses("purple-plugin/a.cpp", GPL + "#include <boost/asio.hpp>\n", "libpurple and GLib only")

    def test_threads_live_in_the_store(self):
        self.allows("server-core/store/a.cpp", MIT + "std::thread t;\n")
        self.refuses("server-core/xml/a.cpp", MIT + "std::thread t;\n", "threads and locks")
        self.allows("proxy65/lane.cpp", MIT + "std::thread t;\n")
        self.refuses("proxy65/relay.cpp", MIT + "std::thread t;\n", "threads and locks")

    def test_measures(self):
        self.refuses("server-core/xml/a.h", MIT + "\n" * 150, "151 lines, 150 is the measure")
        self.refuses("server-core/xml/a.cpp", MIT + "\n" * 400, "401 lines, 400 is the measure")
        self.refuses("server-core/xml/a.cpp", MIT + "int f() {\n" + "\n" * 39 + "}\n", "a function of 41 lines")
        self.allows("server-core/xml/a.cpp", MIT + "int f() {\n" + "\n" * 38 + "}\n")

    def test_functions_are_measured_wherever_they_stand(self):
        body = "    x;\n" * 38
        for opening in ("int f(int a,\n      int b) {\n", "A::A(int a)\n    : a_(a) {\n", "namespace {\nint a;\n\nint f(\n    int a) {\n",
                        "template <class T>\nT f(T a,\n    T b) {\n", "TEST_CASE(\"a\"\n    \"b\") {\n"):
            for path in ("server-core/xml/a.cpp", "tests/dialogues/a.cpp"):
                self.refuses(path, MIT + opening + body + "}\n", "a function of 41 lines")
                self.allows(path, MIT + opening + body.removeprefix("    x;\n") + "}\n")
        method = "    int f(int a,\n          int b) {\n" + "        x;\n" * 38 + "    }\n"
        for around in ("struct A {\n%s};\n", "class A final : public B {\npublic:\n    A();\n\n%s};\n"):
            self.refuses("server-core/xml/a.h", MIT + around % method, "a function of 41 lines")
        self.refuses("tests/support/a.py", "# SPDX-License-Identifier: MIT\ndef f():\n" + "    x()\n" * 40, "a function of 41 lines")
        self.allows("tests/support/a.py", "# SPDX-License-Identifier: MIT\ndef f():\n" + "    x()\n" * 39 + "\n\nx()\n")

    def test_each_source_names_its_licence(self):
        self.refuses("server-core/xml/a.cpp", "int a;\n", "no SPDX line")
        self.refuses("purple-plugin/a.cpp", MIT, "the plugin is GPL")
        self.refuses("server-core/xml/a.cpp", GPL, "all else is MIT")
        self.allows("tools/up", "#!/bin/sh\n# SPDX-License-Identifier: MIT\n")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
