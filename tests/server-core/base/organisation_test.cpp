// SPDX-License-Identifier: MIT
#include "base/organisation.h"

#include "base/text.h"

#include <doctest/doctest.h>
#include <glib.h>
#include <glib/gstdio.h>

using namespace base;

namespace {

// A folder that goes away with the test.
class Folder {
public:
    Folder() {
        gchar* made = g_dir_make_tmp("organisation-XXXXXX", nullptr);
        path_ = made;
        g_free(made);
    }
    ~Folder() {
        for (const auto& file : files_) g_unlink(file.c_str());
        g_rmdir(path_.c_str());
    }
    std::string write(const std::string& name, const std::string& bytes) {
        files_.push_back(path_ + "/" + name);
        g_file_set_contents(files_.back().c_str(), bytes.data(), static_cast<gssize>(bytes.size()), nullptr);
        return files_.back();
    }

private:
    std::string path_;
    std::vector<std::string> files_;
};

const std::string der("\x30\x03\x02\x01\x05", 5);
const std::string pem = "-----BEGIN CERTIFICATE-----\n" + base64_encode(der) + "\n-----END CERTIFICATE-----\n";
const std::string pin(32, 'p');

SettingError mistake_in(const std::string& text) {
    const auto parsed = parse_organisation(text, "/o.conf");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().file == "/o.conf");
    CHECK_FALSE(parsed.error().expected.empty());
    CHECK_FALSE(parsed.error().remedy.empty());
    return parsed.error();
}

} // namespace

TEST_CASE("an empty file leaves the built-in organisation") {
    for (const char* text : {"", "\n# nothing\n", "[organisation]\n"}) {
        const auto parsed = parse_organisation(text, "/o.conf");
        REQUIRE(parsed);
        CHECK(parsed->name == "BIOASTER");
        CHECK(parsed->domain == "bioaster.org");
        CHECK(parsed->connect_server == "ccbioappl01.in2p3.fr");
        CHECK(parsed->port == 5222);
        CHECK(parsed->proxy == "proxy.bioaster.org");
        CHECK(parsed->rooms == "conference.bioaster.org");
        CHECK(parsed->account_name == "prenom.nom");
        CHECK(parsed->help_contact.empty());
        CHECK(parsed->trust_ca.empty());
        CHECK(parsed->trust_pins.empty());
        CHECK(parsed->file == "/o.conf");
    }
}

TEST_CASE("every key overrides its member, whatever the editor wrote around it") {
    const auto parsed = parse_organisation(
        "\xEF\xBB\xBF# Our house\r\n[organisation]\r\n name = Institut É \r\ndomain=EXAMPLE.org\r\n"
        "connect-server=::1\r\nport=15222\r\nproxy=\r\nrooms=rooms.example.org\r\n"
        "account-name=nom\r\nhelp-contact=Service informatique, poste 12 34\r\ntrust-ca=base64:" +
            base64_encode(der) + "\r\ntrust-pins=" + base64_encode(pin) + " , " + base64_encode(pin) + "\r\n",
        "/o.conf");
    REQUIRE(parsed);
    CHECK(parsed->name == "Institut É");
    CHECK(parsed->domain == "example.org");
    CHECK(parsed->connect_server == "::1");
    CHECK(parsed->port == 15222);
    CHECK(parsed->proxy.empty());
    CHECK(parsed->rooms == "rooms.example.org");
    CHECK(parsed->account_name == "nom");
    CHECK(parsed->help_contact == "Service informatique, poste 12 34");
    CHECK(parsed->trust_ca == std::vector<std::string>{der});
    CHECK(parsed->trust_pins == std::vector<std::string>{pin, pin});
}

TEST_CASE("a mistake names file, line, key, what was expected and the remedy") {
    const auto unknown = mistake_in("# one\n[organisation]\n\nname=A\ndomian=a.org\n");
    CHECK(unknown.line == 5);
    CHECK(unknown.key == "domian");
    CHECK(unknown.text() == "/o.conf:5: domian: expected " + unknown.expected + "; " + unknown.remedy);

    const auto outside = mistake_in("name=A\n[organisation]\n");
    CHECK(outside.line == 1);
    CHECK(outside.key == "name");
    const auto elsewhere = mistake_in("[organisation]\nname=A\n[server]\nport=1\n");
    CHECK(elsewhere.line == 4);
    CHECK(elsewhere.key == "port");
    const auto twice = mistake_in("[organisation]\nname=A\nname=B\n");
    CHECK(twice.line == 3);
    CHECK(twice.remedy.find("line 2") != std::string::npos);
    const auto broken = mistake_in("[organisation]\nname=A\nport 5222\n");
    CHECK(broken.line == 3);
    CHECK(broken.key.empty());
    CHECK(mistake_in("[organisation]\n\xFF=1\n").line == 2);
}

TEST_CASE("a bad value is refused with its key and line") {
    const std::string bad[] = {"name=",
                               "domain=",
                               "domain=a b",
                               "domain=a..b",
                               "domain=-a.org",
                               "domain=a.org/x",
                               "domain=a.org:5222",
                               "domain=" + std::string(64, 'a'),
                               "connect-server=host:5222",
                               "connect-server=",
                               "port=",
                               "port=0",
                               "port=65536",
                               "port=52x",
                               "port=-1",
                               "proxy=a b",
                               "rooms=",
                               "account-name=",
                               "help-contact=" + std::string(201, 'a'),
                               "trust-pins=AAAA",
                               "trust-pins=" + base64_encode(pin) + "x",
                               "trust-ca=base64:AAAA",
                               "trust-ca=base64:" + base64_encode(der + "x")};
    for (const auto& line : bad) {
        CAPTURE(line);
        const auto mistake = mistake_in("[organisation]\n\n" + line + "\n");
        CHECK(mistake.line == 3);
        CHECK(mistake.key == line.substr(0, line.find('=')));
    }
}

TEST_CASE("trust-ca is read relative to the file, as DER or as PEM with several certificates") {
    Folder folder;
    folder.write("ca.der", der);
    folder.write("ca.pem", "Our CA\n" + pem + "the next\n" + pem);
    const auto file = folder.write("organisation.conf", "[organisation]\ntrust-ca=ca.pem, ca.der\n");
    const auto loaded = load_organisation(file);
    REQUIRE(loaded);
    CHECK(loaded->trust_ca == std::vector<std::string>{der, der, der});
    CHECK(loaded->file == file);
}

TEST_CASE("a trust-ca that is missing, empty or damaged is refused") {
    Folder folder;
    folder.write("empty.pem", "");
    folder.write("cut.pem", pem + pem.substr(0, pem.size() - 10));
    folder.write("damaged.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for (const std::string name : {"empty.pem", "cut.pem", "damaged.pem", "missing.pem"}) {
        CAPTURE(name);
        const auto file = folder.write("organisation.conf", "[organisation]\ntrust-ca=" + name + "\n");
        const auto loaded = load_organisation(file);
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().line == 2);
        CHECK(loaded.error().key == "trust-ca");
    }
}

TEST_CASE("a named file must exist") {
    const auto found = find_organisation("/nowhere/organisation.conf");
    REQUIRE_FALSE(found);
    CHECK(found.error().file == "/nowhere/organisation.conf");
    CHECK(found.error().line == 0);
    Folder folder;
    const auto named = find_organisation(folder.write("o.conf", "[organisation]\nname=Named\n"));
    REQUIRE(named);
    CHECK(named->name == "Named");
}

TEST_CASE("without a file of the user's own, that of the machine is read; without that, the built-in values hold") {
    Folder folder;
    g_setenv("XDG_CONFIG_HOME", folder.write("no-folder", "").c_str(), TRUE);
    const auto found = find_organisation("", folder.write("o.conf", "[organisation]\nname=Everyone's\n"));
    REQUIRE(found);
    CHECK(found->name == "Everyone's");
    const auto built_in = find_organisation("", folder.write("no-folder", "") + "/o.conf");
    REQUIRE(built_in);
    CHECK(built_in->name == "BIOASTER");
}
