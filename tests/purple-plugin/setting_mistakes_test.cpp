// SPDX-License-Identifier: MIT
#include "purple-plugin/setting_mistakes.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

using namespace purple_plugin;

namespace {

base::SettingError mistake_in(const std::string& text) {
    const auto read = base::parse_organisation(text, "/o.conf");
    REQUIRE_FALSE(read.has_value());
    return read.error();
}

} // namespace

TEST_CASE("every mistake of organisation.conf is named in French, with no English left") {
    const std::string header = "[organisation]\n";
    const std::vector<std::string> lines{"name=", "account-name=", "help-contact=" + std::string(201, 'x'), "domain=a b",
                                         "connect-server=a/b", "port=0", "trust-pins=short", "trust-ca=base64:AAAA",
                                         "trust-ca=/no/where.pem", "trust-ca=/etc/hostname", "nonsense", "colour=red",
                                         "port=1\nport=2", "[other]\nport=1", "name=\xff"};
    for (const auto& line : lines) {
        CAPTURE(line);
        const auto mistake = mistake_in(header + line + '\n');
        const auto french = mistake_text(mistake, Language::french);
        CHECK(french.find(mistake.expected) == std::string::npos);
        CHECK(french.find(mistake.remedy) == std::string::npos);
        CHECK(french.substr(0, 8) == "/o.conf:");
        CHECK(mistake_text(mistake, Language::english) == mistake.text());
    }
    const auto missing = base::load_organisation("/no/where.conf");
    REQUIRE_FALSE(missing.has_value());
    CHECK(mistake_text(missing.error(), Language::french).find("/no/where.conf : il faut un fichier qui peut être lu ; créez-le") == 0);
}

TEST_CASE("a mistake keeps file, line, key and the parts that are the same in both languages") {
    CHECK(mistake_text(mistake_in("[organisation]\nport=70000\n"), Language::french) ==
          "/o.conf:2 : port : il faut un port, de 1 à 65535 ; écrivez port=5222 ou supprimez la ligne");
    CHECK(mistake_text(mistake_in("[organisation]\nport=1\nport=2\n"), Language::french) ==
          "/o.conf:3 : port : il faut chaque clé une seule fois ; supprimez cette ligne ou la ligne 2");
}
