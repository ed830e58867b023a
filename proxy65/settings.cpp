// SPDX-License-Identifier: MIT
#include "settings.h"

#include "base/file_mode.h"
#include "base/text.h"
#include "xmpp/jid.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace proxy65 {

using base::SettingError;
using base::SettingsSection;
using base::Unexpected;

const char* const usage =
    "proxy65 [OPTION...] [COMMAND]\n"
    "\n"
    "Runs the file-transfer proxy (XEP-0065) in the foreground and logs to stderr; with a command it does that and\n"
    "ends. Exit codes: 0 done, 1 cannot start, 2 wrong settings or options, 3 the probe failed.\n"
    "\n"
    "  check                   says what is wrong with the settings, or what the proxy would do, without starting\n"
    "  probe USER@DOMAIN       logs in as that user (the password is one line on standard input) and passes bytes\n"
    "                          through the organisation's proxy at each of its addresses\n"
    "\n"
    "  --config FILE           proxy65.conf (else in $XDG_CONFIG_HOME/bioaster/, /etc/bioaster/)\n"
    "  --organisation FILE     organisation.conf (else in the same folders)\n"
    "  --data FOLDER           where the component's secret is\n"
    "  --help, --version\n";

namespace {

// Where an option has a value: "--config FILE" or "--config=FILE".
std::string* value_of(CommandLine& line, std::string_view option) {
    if (option == "--config") return &line.config;
    if (option == "--organisation") return &line.organisation;
    if (option == "--data") return &line.data;
    return nullptr;
}

bool* flag_of(CommandLine& line, std::string_view option) {
    if (option == "--help" || option == "-h") return &line.help;
    if (option == "--version") return &line.version;
    return nullptr;
}

void read_component_server(SettingsSection& section, base::Endpoint& member) {
    std::vector<base::Endpoint> found{member};
    section.hosts("component-server", found);
    if (found.size() != 1)
        return section.refuse("component-server", "one host with its port",
                              "write component-server=127.0.0.1:5347 or remove the line");
    member = found.front();
}

// "proxy.example.org", "proxy.example.org:443", "192.0.2.7", "[2001:db8::7]:443"; without a port: the one listened on.
void read_addresses(SettingsSection& section, std::vector<base::Endpoint>& member) {
    std::vector<std::string> texts;
    section.list("addresses", texts);
    for (const auto& text : texts) {
        const bool has_port = text.ends_with(']') ? false : text.find(':') != text.npos;
        const auto parsed = base::SettingsFile::parse("[a]\na=" + text + (has_port ? "" : ":65535"), "");
        if (!parsed) continue;
        auto file = *parsed;
        std::vector<base::Endpoint> found;
        file.section("a").hosts("a", found);
        if (found.size() != 1)
            return section.refuse("addresses", "hosts that clients reach, with or without a port",
                                  "write proxy.example.org, 192.0.2.7:443 or [2001:db8::7]:443 instead of '" + text +
                                      "'");
        if (!has_port) found.front().port = 0;
        member.push_back(found.front());
    }
}

void read_domains(SettingsSection& section, std::vector<std::string>& member) {
    std::vector<std::string> texts;
    section.list("allow-domains", texts);
    if (section.has("allow-domains")) member.clear();
    for (const auto& text : texts) {
        const auto domain = xmpp::prepare_domain(text);
        if (!domain)
            return section.refuse("allow-domains", "domains, separated by commas",
                                  "write names such as example.org instead of '" + text + "'");
        member.push_back(*domain);
    }
}

void read_users(SettingsSection& section, const char* key, std::vector<std::string>& member) {
    std::vector<std::string> texts;
    section.list(key, texts);
    for (const auto& text : texts) {
        const auto user = xmpp::parse_jid(text);
        if (!user || !user->is_bare() || !user->has_local())
            return section.refuse(key, "JIDs of users, separated by commas",
                                  "write JIDs such as romeo@example.org instead of '" + text + "'");
        member.push_back(user->text());
    }
}

void read_networks(SettingsSection& section, std::vector<Network>& member) {
    std::vector<std::string> texts;
    section.list("allow-networks", texts);
    for (const auto& text : texts) {
        const auto network = Network::parse(text);
        if (!network)
            return section.refuse("allow-networks", "networks or addresses, separated by commas",
                                  "write 192.0.2.0/24, 2001:db8::/32 or 192.0.2.7 instead of '" + text + "'");
        member.push_back(*network);
    }
}

void read_access(SettingsSection& section, Access& access) {
    read_domains(section, access.domains);
    read_users(section, "allow-users", access.users);
    read_users(section, "deny-users", access.denied);
    read_networks(section, access.networks);
    if (access.domains.empty() && access.users.empty() && section.has("allow-domains"))
        section.refuse("allow-domains", "at least one domain, or JIDs in allow-users",
                       "remove the line to allow the organisation's own; with none nobody could send a file");
}

// The figures name nobody, but they are nobody's business either.
void read_metrics(SettingsSection& section, std::vector<base::Endpoint>& member) {
    section.listeners("listen-metrics", member);
    for (const auto& endpoint : member) {
        boost::system::error_code error;
        if (boost::asio::ip::make_address(endpoint.host, error).is_loopback() && !error) continue;
        return section.refuse("listen-metrics", "ports behind a loopback address",
                              "write 127.0.0.1:9165 or [::1]:9165 instead of '" + to_text(endpoint) + "'");
    }
}

void read_limits(SettingsSection& section, Limits& limits) {
    constexpr std::int64_t year = 366 * 86400, many = 1'000'000;
    section.seconds("limit-handshake-time", limits.handshake, {1, 3600});
    section.seconds("limit-activation-time", limits.activation, {1, 3600});
    section.seconds("limit-idle-time", limits.idle, {1, year});
    section.seconds("limit-lifetime", limits.lifetime, {1, year});
    section.seconds("limit-stop-time", limits.stop, {1, year});
    section.limit("limit-waiting", limits.waiting, {2, many});
    section.limit("limit-waiting-per-address", limits.waiting_per_address, {2, many});
    section.limit("limit-transfers", limits.transfers, {1, many});
    section.limit("limit-transfers-per-user", limits.transfers_per_user, {1, many});
    section.limit("limit-transfers-per-address", limits.transfers_per_address, {1, many});
}

void read_rates(SettingsSection& section, Rates& rates) {
    constexpr std::int64_t least = 1024, most = std::int64_t{1} << 40;
    section.bytes("rate-per-user", rates.user, {least, most});
    section.bytes("rate-total", rates.total, {least, most});
}

void read_section(SettingsSection section, Settings& settings) {
    section.listeners("listen-socks", settings.listen_socks);
    if (settings.listen_socks.empty())
        section.refuse("listen-socks", "at least one port", "write listen-socks=7777 or remove the line");
    read_metrics(section, settings.listen_metrics);
    read_component_server(section, settings.component_server);
    section.path("data", settings.data);
    section.file("component-secret-file", settings.component_secret_file);
    read_addresses(section, settings.addresses);
    read_access(section, settings.access);
    read_limits(section, settings.limits);
    read_rates(section, settings.rates);
    section.integer("threads", settings.threads, {0, 64});
    section.flag("core-dumps", settings.core_dumps);
}

} // namespace

base::Result<CommandLine, std::string> parse_command_line(const std::vector<std::string>& arguments) {
    CommandLine line;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        const auto equals = std::min(argument.find('='), argument.size());
        const auto option = argument.substr(0, equals);
        if (!argument.starts_with('-')) {
            line.words.emplace_back(argument);
        } else if (bool* flag = flag_of(line, argument)) {
            *flag = true;
        } else if (std::string* value = value_of(line, option)) {
            const bool is_joined = equals < argument.size();
            if (is_joined)
                *value = argument.substr(equals + 1);
            else if (i + 1 < arguments.size())
                *value = arguments[++i];
            if (value->empty()) return Unexpected(std::string(option) + " needs a path behind it");
        } else {
            return Unexpected("there is no option " + std::string(option) + "; see proxy65 --help");
        }
    }
    const auto& words = line.words;
    const bool is_known = words == std::vector<std::string>{"check"} || (words.size() == 2 && words.front() == "probe");
    if (!words.empty() && !is_known)
        return Unexpected("there is no command '" + line.words.front() + "'; see proxy65 --help");
    return line;
}

base::Result<Settings, std::vector<SettingError>> load_settings(const CommandLine& line) {
    auto organisation = base::find_organisation(line.organisation);
    if (!organisation) return Unexpected(std::vector{organisation.error()});
    auto file = base::SettingsFile::find(line.config, "proxy65.conf");
    if (!file) return Unexpected(std::vector{file.error()});

    Settings settings;
    settings.organisation = *organisation;
    settings.name = organisation->proxy;
    settings.file = file->name();
    settings.access.domains = {xmpp::prepare_domain(organisation->domain).value_or(organisation->domain)};
    read_section(file->section("proxy65"), settings);
    auto mistakes = file->mistakes();
    if (settings.name.empty())
        mistakes.push_back({organisation->file, 0, "proxy", "the domain that this proxy has in the server",
                            "write proxy=proxy." + organisation->domain});
    if (!mistakes.empty()) return Unexpected(std::move(mistakes));

    if (!line.data.empty()) settings.data = line.data;
    settings.data = std::filesystem::absolute(settings.data).lexically_normal().string();
    if (settings.component_secret_file.empty()) settings.component_secret_file = settings.data + "/component.secret";
    if (settings.addresses.empty()) settings.addresses = {{settings.name, 0}};
    return settings;
}

base::Result<std::string, std::string> read_secret(const std::string& file) {
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in.is_open() || (text.empty() && errno != 0))
        return Unexpected("cannot read the component's secret in " + file + ": " + std::strerror(errno) +
                          "; server-core makes it at its first start, component-secret-file names another place");
    if (const auto kept = base::check_mode(file); !kept) return Unexpected(kept.error());
    const std::string secret(base::trim(text));
    if (secret.empty()) return Unexpected(file + " is empty: put the server's component secret there");
    return secret;
}

} // namespace proxy65
