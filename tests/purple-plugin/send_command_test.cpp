// SPDX-License-Identifier: MIT
// Which file a user means by what he types behind /send.
#include "purple-plugin/send_command.h"

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
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

TEST_CASE("a name alone is looked for in the working folder, then in the user's own, and stays as typed where nothing has it") {
    namespace files = std::filesystem;
    const auto before = files::current_path();
    std::string name = (files::temp_directory_path() / "send-command-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    const files::path folder(name);
    for (const char* inner : {"home", "work"}) files::create_directory(folder / inner);
    for (const char* file : {"home/both", "home/mine", "work/both"}) std::ofstream(folder / file) << 'x';
    g_setenv("HOME", (folder / "home").c_str(), TRUE);
    files::current_path(folder / "work");
    CHECK(path_meant("both") == "both");
    CHECK(path_meant("mine") == (folder / "home/mine").string());
    CHECK(path_meant("no such file") == "no such file");
    files::current_path(before);
    files::remove_all(folder);
}
