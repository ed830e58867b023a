// SPDX-License-Identifier: MIT
#include "settings.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

using namespace proxy65;

namespace {

// Settings files of the test's own, and no others.
struct Folder {
    Folder() {
        char name[] = "/tmp/proxy65-test-XXXXXX";
        path = ::mkdtemp(name);
        write("organisation.conf", "[organisation]\ndomain=example.org\nproxy=files.example.org\n");
    }
    ~Folder() { std::filesystem::remove_all(path); }
    void write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
        std::ofstream(path + "/" + name) << text;
        ::chmod((path + "/" + name).c_str(), mode);
    }
    base::Result<Settings, std::vector<base::SettingError>> load(const std::string& lines) const {
        write("proxy65.conf", "[proxy65]\n" + lines);
        CommandLine line;
        line.config = path + "/proxy65.conf";
        line.organisation = path + "/organisation.conf";
        return load_settings(line);
    }
    std::string path;
};

} // namespace

TEST_CASE("DESIGN 1: without a line each setting has its default") {
    const Folder folder;
    const auto settings = folder.load("");
    REQUIRE(settings);
    CHECK(settings->name == "files.example.org");
    CHECK(settings->listen_socks == std::vector<base::Endpoint>{{"", 7777}});
    CHECK(settings->component_server == base::Endpoint{"127.0.0.1", 5347});
    CHECK(settings->component_secret_file == "/var/lib/bioaster/component.secret");
    CHECK(settings->addresses == std::vector<base::Endpoint>{{"files.example.org", 0}});
    CHECK(settings->access.domains == std::vector<std::string>{"example.org"});
    CHECK(settings->access.networks.empty());
    CHECK(settings->listen_metrics.empty());
    CHECK(settings->threads == 0);
    CHECK_FALSE(settings->core_dumps);
    CHECK(settings->limits.activation == std::chrono::seconds(30));
}

TEST_CASE("DESIGN 1: each setting is read") {
    const Folder folder;
    folder.write("secret", " s3cr3t\n");
    const auto settings = folder.load("listen-socks=127.0.0.1:0, [::1]:7778\ncomponent-server=xmpp.example.org:5347\n"
                                      "component-secret-file=secret\naddresses=192.0.2.7, files.example.org:443, "
                                      "[2001:db8::7]:443\nallow-domains=Example.ORG, example.net\n"
                                      "allow-users=Paris@example.com\ndeny-users=tybalt@example.org\n"
                                      "allow-networks=192.0.2.0/24, 2001:db8::/32\n"
                                      "limit-waiting-per-address=7\nlimit-transfers-per-address=9\nrate-per-user=2M\nrate-total=1G\n"
                                      "listen-metrics=127.0.0.1:9165, [::1]:9165\n"
                                      "limit-activation-time=1m\nlimit-idle-time=0\nlimit-transfers=5\ncore-dumps=yes\n");
    REQUIRE(settings);
    CHECK(settings->listen_socks == std::vector<base::Endpoint>{{"127.0.0.1", 0}, {"::1", 7778}});
    CHECK(settings->component_server == base::Endpoint{"xmpp.example.org", 5347});
    CHECK(settings->component_secret_file == folder.path + "/secret");
    CHECK(read_secret(settings->component_secret_file).value() == "s3cr3t");
    CHECK(settings->addresses ==
          std::vector<base::Endpoint>{{"192.0.2.7", 0}, {"files.example.org", 443}, {"2001:db8::7", 443}});
    CHECK(settings->access.domains == std::vector<std::string>{"example.org", "example.net"});
    CHECK(settings->access.users == std::vector<std::string>{"paris@example.com"});
    CHECK(settings->access.denied == std::vector<std::string>{"tybalt@example.org"});
    CHECK(settings->access.networks.size() == 2);
    CHECK(settings->limits.waiting_per_address == 7);
    CHECK(settings->limits.transfers_per_address == 9);
    CHECK(settings->rates.user == 2 << 20);
    CHECK(settings->rates.total == 1 << 30);
    CHECK(settings->listen_metrics.size() == 2);
    CHECK(settings->limits.activation == std::chrono::seconds(60));
    CHECK(settings->limits.idle == std::chrono::seconds(0));
    CHECK(settings->limits.transfers == 5);
    CHECK(settings->core_dumps);
}

TEST_CASE("DESIGN 1: each mistake names its line and its key") {
    const Folder folder;
    const auto settings = folder.load("listen-socks=\ncomponent-server=a:1,b:2\ncomponent-secret-file=none\n"
                                      "addresses=http://x\nallow-domains=\nlimit-lifetime=never\nlisten=7777\n"
                                      "allow-users=example.org\ndeny-users=a@b/c\nallow-networks=here\nrate-total=100\nlisten-metrics=9165\n");
    REQUIRE_FALSE(settings);
    std::vector<std::string> where;
    for (const auto& mistake : settings.error()) {
        where.push_back(std::to_string(mistake.line) + " " + mistake.key);
        CHECK(mistake.file == folder.path + "/proxy65.conf");
        CHECK_FALSE(mistake.expected.empty());
        CHECK_FALSE(mistake.remedy.empty());
    }
    CHECK(where == std::vector<std::string>{"2 listen-socks", "3 component-server", "4 component-secret-file",
                                            "5 addresses", "6 allow-domains", "7 limit-lifetime", "8 listen", "9 allow-users",
                                            "10 deny-users", "11 allow-networks", "12 rate-total", "13 listen-metrics"});
}

TEST_CASE("an organisation without a proxy is told where to name it") {
    const Folder folder;
    folder.write("organisation.conf", "[organisation]\nproxy=\n");
    const auto settings = folder.load("");
    REQUIRE_FALSE(settings);
    CHECK(settings.error().front().key == "proxy");
}

TEST_CASE("a secret that is missing, empty or open to others is a sentence with its file") {
    const Folder folder;
    folder.write("empty", "\n");
    CHECK(read_secret(folder.path + "/none").error().find(folder.path + "/none: No such file") != std::string::npos);
    CHECK(read_secret(folder.path + "/empty").error().find(folder.path + "/empty is empty") == 0);
    folder.write("open", "s3cr3t", 0604);
    CHECK(read_secret(folder.path + "/open").error() ==
          folder.path + "/open has mode 0604, others may read it; run: chmod 0600 " + folder.path + "/open");
    folder.write("open", "s3cr3t", 0640);
    CHECK(read_secret(folder.path + "/open").value() == "s3cr3t");
}

TEST_CASE("the command line has its options in both forms and refuses what it does not know") {
    const auto line = parse_command_line({"--config", "a", "--data=b", "check"});
    REQUIRE(line);
    CHECK(line->config == "a");
    CHECK(line->data == "b");
    CHECK(line->words == std::vector<std::string>{"check"});
    CHECK_FALSE(parse_command_line({"--config"}));
    CHECK_FALSE(parse_command_line({"--data="}));
    CHECK_FALSE(parse_command_line({"--port=1"}));
    CHECK_FALSE(parse_command_line({"start"}));
    CHECK_FALSE(parse_command_line({"check", "twice"}));
}
