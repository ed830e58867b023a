// SPDX-License-Identifier: MIT
// Which file a user means by what he types behind /send.
#include "purple-plugin/send_command.h"

#include <doctest/doctest.h>
#include <glib.h>

using namespace purple_plugin;

TEST_CASE("a path is meant as it is, without the blanks and the quotation marks around it") {
    CHECK(path_meant("/etc/hostname") == "/etc/hostname");
    CHECK(path_meant("  /tmp/très cool.png ") == "/tmp/très cool.png");
    CHECK(path_meant("\"/tmp/a b\"") == "/tmp/a b");
    CHECK(path_meant("'/tmp/a b'") == "/tmp/a b");
    CHECK(path_meant("/tmp/d'été") == "/tmp/d'été");
    CHECK(path_meant("  ").empty());
    CHECK(path_meant("\"") == "\"");
}

TEST_CASE("a tilde is the user's own folder, and a URI of a file that file") {
    g_setenv("HOME", "/home/anne", TRUE);
    CHECK(path_meant("~/plan.pdf") == "/home/anne/plan.pdf");
    CHECK(path_meant("file:///tmp/a%20b") == "/tmp/a b");
    CHECK(path_meant("file:no") == "file:no");
}

TEST_CASE("a name alone is looked for in the working folder, and stays as typed where nothing has it") {
    CHECK(path_meant("no such file") == "no such file");
    CHECK(path_meant(".") == ".");
}
