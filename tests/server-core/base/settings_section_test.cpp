// SPDX-License-Identifier: MIT
#include "base/settings_section.h"

#include <doctest/doctest.h>
#include <glib.h>
#include <glib/gstdio.h>

#include <fstream>

using namespace base;
using namespace std::chrono_literals;

namespace {

SettingsFile parsed(const std::string& text) { return SettingsFile::parse(text, "/etc/x/server.conf").value(); }

// What the one mistake of `file` says, or "" when there is none.
std::string said(const SettingsFile& file) {
    const auto mistakes = file.mistakes();
    if (mistakes.empty()) return "";
    CHECK(mistakes.size() == 1);
    return mistakes.front().text();
}

// The number that `text` gives as bytes, or -1 when it is refused.
std::int64_t bytes_of(const std::string& text) {
    auto file = parsed("[s]\nk=" + text);
    std::int64_t member = 7;
    file.section("s").bytes("k", member, {10, std::int64_t(3) << 30});
    return file.mistakes().empty() ? member : -1;
}

std::vector<Endpoint> listeners_of(const std::string& text, std::string* mistake = nullptr) {
    auto file = parsed("[s]\nlisten=" + text);
    std::vector<Endpoint> member = {{"", 5222}};
    file.section("s").listeners("listen", member);
    if (mistake) *mistake = said(file);
    return member;
}

} // namespace

TEST_CASE("DESIGN 1: an absent key leaves the default") {
    auto file = parsed("# nothing\n[server-core]\n");
    auto section = file.section("server-core");
    std::string text = "as it was";
    std::int64_t number = 5;
    section.text("name", text);
    section.integer("count", number, {1, 10});
    CHECK(text == "as it was");
    CHECK(number == 5);
    CHECK(file.mistakes().empty());
}

TEST_CASE("DESIGN 1: a bad value names file, line, key, what was expected and the remedy") {
    auto file = parsed("\n[server-core]\n# ports\ncount = 11\n");
    std::int64_t number = 5;
    file.section("server-core").integer("count", number, {1, 10});
    CHECK(number == 5);
    CHECK(said(file) == "/etc/x/server.conf:4: count: expected a number, 1 to 10; write count=5 or remove the line");
}

TEST_CASE("DESIGN 1: an unknown key and an unknown group are mistakes that name what is known") {
    auto file = parsed("[server-core]\nlistne=5222\n[web]\nport=80\n");
    auto section = file.section("server-core");
    std::vector<Endpoint> listen;
    section.listeners("listen", listen);
    const auto mistakes = file.mistakes();
    REQUIRE(mistakes.size() == 2);
    CHECK(mistakes[0].text() == "/etc/x/server.conf:2: listne: expected one of listen; correct or remove the line");
    CHECK(mistakes[1].line == 4);
    CHECK(mistakes[1].expected == "to stand below one of [server-core]");
}

TEST_CASE("DESIGN 1: a key above the first section, a line without '=' and a key written twice are mistakes") {
    auto file = parsed("k=1\n[s]\njust words\nk=1\nk=2\n");
    std::int64_t number = 0;
    file.section("s").integer("k", number, {1, 10});
    const auto mistakes = file.mistakes();
    REQUIRE(mistakes.size() == 3);
    CHECK(mistakes[0].line == 1);
    CHECK(mistakes[1].line == 3);
    CHECK(mistakes[2].remedy == "remove this line or line 4");
    CHECK(number == 1);
}

TEST_CASE("DESIGN 1: the limit's 0 means none, other numbers keep to the range") {
    auto file = parsed("[s]\na=0\nb=-1\nc=99999999999999999999\n");
    std::int64_t a = 5, b = 6, c = 7;
    auto section = file.section("s");
    section.limit("a", a, {1, 10});
    section.limit("b", b, {1, 10});
    section.limit("c", c, {1, 10});
    CHECK(a == 0);
    CHECK(b == 6);
    CHECK(c == 7);
    CHECK(file.mistakes().size() == 2);
    CHECK(file.mistakes()[0].expected == "a number, 1 to 10, or 0 for no limit");
}

TEST_CASE("DESIGN 1: bytes and seconds have units") {
    CHECK(bytes_of("10") == 10);
    CHECK(bytes_of("64K") == 65536);
    CHECK(bytes_of("2G") == std::int64_t(2) << 30);
    CHECK(bytes_of("0") == 0);
    CHECK(bytes_of("9") == -1);
    CHECK(bytes_of("4G") == -1);
    CHECK(bytes_of("9223372036854775807K") == -1);
    CHECK(bytes_of("K") == -1);
    CHECK(bytes_of("") == -1);
    CHECK(bytes_of("1 K") == -1);

    auto file = parsed("[s]\nidle=15m\nlife=2x\n");
    std::chrono::seconds idle = 1s, life = 2s;
    auto section = file.section("s");
    section.seconds("idle", idle, {1, 3600});
    section.seconds("life", life, {1, 3600});
    CHECK(idle == 900s);
    CHECK(life == 2s);
    CHECK(file.mistakes().size() == 1);
}

TEST_CASE("DESIGN 1: listeners are ports, alone or behind an address") {
    CHECK(listeners_of("5222") == std::vector<Endpoint>{{"", 5222}});
    CHECK(listeners_of("127.0.0.1:0, [::1]:5223,") == std::vector<Endpoint>{{"127.0.0.1", 0}, {"::1", 5223}});
    CHECK(listeners_of("").empty());
    for (const auto* wrong :
         {"localhost:5222", "::1:5222", "127.0.0.1", "127.0.0.1:65536", "[127.0.0.1", "[x]:1", ":5"}) {
        CAPTURE(wrong);
        std::string mistake;
        CHECK(listeners_of(wrong, &mistake) == std::vector<Endpoint>{{"", 5222}});
        CHECK(mistake.find("listen: expected ports, each alone or behind an address") != mistake.npos);
    }
    CHECK(to_text({"::1", 5222}) == "[::1]:5222");
    CHECK(to_text({"", 5222}) == "5222");
}

TEST_CASE("DESIGN 1: hosts have a name or an address and a port") {
    auto file = parsed("[s]\na=proxy.example.org:7777,[2001:db8::7]:7777\nb=7777\nc=x:0\n");
    std::vector<Endpoint> a, b, c;
    auto section = file.section("s");
    section.hosts("a", a);
    section.hosts("b", b);
    section.hosts("c", c);
    CHECK(a == std::vector<Endpoint>{{"proxy.example.org", 7777}, {"2001:db8::7", 7777}});
    CHECK(file.mistakes().size() == 2);
}

TEST_CASE("DESIGN 1: a choice takes its words and no others") {
    enum class Registration { open, closed };
    auto file = parsed("[s]\na=closed\nb=Closed\n");
    auto a = Registration::open, b = Registration::open;
    auto section = file.section("s");
    section.choice("a", a, {{"open", Registration::open}, {"closed", Registration::closed}});
    section.choice("b", b, {{"open", Registration::open}, {"closed", Registration::closed}});
    CHECK(a == Registration::closed);
    CHECK(b == Registration::open);
    CHECK(said(file) == "/etc/x/server.conf:3: b: expected one of open, closed; write one of these or remove the line");
}

TEST_CASE("DESIGN 1: a path is relative to the settings file and a file must be there") {
    gchar* made = g_dir_make_tmp("settings-XXXXXX", nullptr);
    const std::string folder = made;
    g_free(made);
    std::ofstream(folder + "/here.pem") << "x";
    std::ofstream(folder + "/s.conf") << "[s]\na=here.pem\nb=gone.pem\nc=/var/x\nd=\n";
    auto file = SettingsFile::load(folder + "/s.conf").value();
    std::string a, b = "default", c, d = "default";
    auto section = file.section("s");
    section.file("a", a);
    section.file("b", b);
    section.path("c", c);
    section.path("d", d);
    CHECK(a == folder + "/here.pem");
    CHECK(b == "default");
    CHECK(c == "/var/x");
    CHECK(d.empty());
    CHECK(said(file) == folder + "/s.conf:3: b: expected a file that can be read; put it at " + folder +
                            "/gone.pem or change the path: No such file or directory");
    g_unlink((folder + "/here.pem").c_str());
    g_unlink((folder + "/s.conf").c_str());
    g_rmdir(folder.c_str());
}

TEST_CASE("DESIGN 1: a settings file that is missing or not UTF-8 is a mistake") {
    CHECK(SettingsFile::load("/nowhere/s.conf")
              .error()
              .text()
              .starts_with("/nowhere/s.conf: expected a file that can be read; create it or name another: "));
    CHECK(SettingsFile::parse("[s]\na=\xE9\n", "f").error().line == 2);
    CHECK(parsed("\xEF\xBB\xBF[s]\r\nk=1\r\n").section("s").has("k"));
}

TEST_CASE("DESIGN 1: a regular expression fits the whole text, and one that never ends is refused in time") {
    auto file = parsed("[s]\na=[a-z]+\\.[a-z]+\nb=(\n");
    auto a = Pattern::compile(".*").value(), b = a;
    auto section = file.section("s");
    section.pattern("a", a);
    section.pattern("b", b);
    CHECK(a.matches("jean.dupont"));
    CHECK_FALSE(a.matches("jean.dupont.x"));
    CHECK_FALSE(a.matches("jean.dupont\n"));
    CHECK_FALSE(a.matches("jean"));
    CHECK_FALSE(a.matches("\xFF"));
    CHECK(b.text() == ".*");
    CHECK(file.mistakes().size() == 1);
    const auto endless = Pattern::compile("(a+)+b").value();
    CHECK(endless.matches("aaab"));
    CHECK_FALSE(endless.matches(std::string(1000, 'a')));
    CHECK_FALSE(Pattern::compile("a)|(b").has_value());
}

TEST_CASE("DESIGN 1: what only the caller can judge is refused at its line") {
    auto file = parsed("[s]\n\nk=invite\n");
    auto section = file.section("s");
    std::string text;
    section.text("k", text);
    section.refuse("k", "open or closed", "invitations are not built yet");
    CHECK(said(file) == "/etc/x/server.conf:3: k: expected open or closed; invitations are not built yet");
}
