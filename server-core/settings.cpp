// SPDX-License-Identifier: MIT
#include "settings.h"

#include <glib.h>

using base::Range;
using base::SettingError;
using base::SettingsSection;
using base::Unexpected;

const char* const usage =
    "server-core [OPTION...] [COMMAND]\n"
    "\n"
    "Runs the server in the foreground and logs to stderr; with a command it does that and ends.\n"
    "\n"
    "  check                   says what is wrong with settings, files and certificate, without starting\n"
    "  check store             reads the whole store and says what it has of each account\n"
    "  backup FILE             copies store, keys and certificate into FILE, while the server runs or not\n"
    "  restore FILE            puts such a copy in the place of the store, which is kept aside\n"
    "  profile                 prints organisation.conf for the clients, with what they are to trust\n"
    "  status                  says how the running server is\n"
    "  account add NAME        makes an account; the password is one line on standard input\n"
    "  account passwd NAME     gives it another password; the same\n"
    "  account delete NAME     deletes it with all its messages and contacts\n"
    "  account disable NAME    lets nobody log in to it, and keeps all it has\n"
    "  account enable NAME     takes that back\n"
    "  account list            names all accounts\n"
    "  account show NAME       says what is known of one\n"
    "\n"
    "  --config FILE           server-core.conf (else in $XDG_CONFIG_HOME/bioaster/, /etc/bioaster/)\n"
    "  --organisation FILE     organisation.conf (else in the same folders)\n"
    "  --data FOLDER           where accounts, messages, key and certificate are kept\n"
    "  --json                  answers for scripts\n"
    "  --help, --version\n";

namespace {

constexpr std::int64_t any = 1'000'000'000;

std::string from_here(const std::string& path) {
    gchar* absolute = g_canonicalize_filename(path.c_str(), nullptr);
    const std::string result(absolute);
    g_free(absolute);
    return result;
}

void read_administrators(SettingsSection& section, Settings& settings) {
    std::vector<std::string> names;
    section.list("administrators", names);
    for (const auto& name : names) {
        const bool is_local = name.find('@') == name.npos;
        const auto jid = is_local ? xmpp::make_jid(name, settings.organisation.domain, "") : xmpp::parse_jid(name);
        if (!jid || !jid->is_bare() || !jid->has_local())
            return section.refuse("administrators", "accounts, separated by commas",
                                  "write names such as jean.dupont instead of '" + name + "'");
        settings.administrators.push_back(*jid);
    }
}

bool is_uri(const std::string& text) {
    gchar* scheme = g_uri_parse_scheme(text.c_str());
    const bool has_rest = scheme != nullptr && text.size() > std::string(scheme).size() + 1;
    g_free(scheme);
    return has_rest && text.find(' ') == text.npos;
}

std::string to_uri(const xmpp::Jid& account) {
    gchar* local = g_uri_escape_string(std::string(account.local()).c_str(), "!$&'()*+,;=", FALSE);
    const std::string uri = "xmpp:" + std::string(local) + "@" + std::string(account.domain());
    g_free(local);
    return uri;
}

void read_contacts(SettingsSection& section, Settings& settings) {
    for (const char* key : {"abuse-addresses", "admin-addresses", "feedback-addresses", "sales-addresses", "security-addresses",
                            "status-addresses", "support-addresses"}) {
        std::vector<std::string> addresses;
        section.list(key, addresses);
        if (key == std::string("admin-addresses") && !section.has(key))
            for (const auto& administrator : settings.administrators) addresses.push_back(to_uri(administrator));
        for (const auto& address : addresses)
            if (!is_uri(address))
                section.refuse(key, "addresses such as mailto:help@example.org, separated by commas",
                               "write mailto:, xmpp: or https: before '" + address + "'");
        if (!addresses.empty()) settings.contacts.emplace_back(key, std::move(addresses));
    }
}

void read_external_services(SettingsSection& section, Settings& settings) {
    std::vector<std::string> uris;
    section.list("external-services", uris);
    for (const auto& uri : uris) {
        const auto service = xmpp::parse_external_service(uri);
        if (!service)
            return section.refuse("external-services", "STUN and TURN servers, separated by commas",
                                  "write them as stun:HOST:PORT or turn:HOST:PORT?transport=tcp instead of '" + uri + "'");
        settings.external_services.push_back(*service);
    }
    section.file("turn-secret-file", settings.turn_secret_file);
    section.seconds("turn-credentials-last", settings.turn_credentials_last, {60, 30 * 86400});
    if (settings.turn_credentials_last.count() == 0)
        section.refuse("turn-credentials-last", "a time", "credentials for TURN must end some time: write for example 12h");
}

void read_scram(SettingsSection& section, Settings& settings) {
    section.integer("scram-iterations", settings.scram_iterations, {4096, 10'000'000}); // RFC 7677 4
}

void read_registration(SettingsSection& section, Settings& settings) {
    enum class Word { open, invite, closed };
    auto word = Word::open;
    section.choice("registration", word, {{"open", Word::open}, {"invite", Word::invite}, {"closed", Word::closed}});
    if (word == Word::invite)
        section.refuse("registration", "open or closed",
                       "invitations are not built yet; with closed, make accounts by 'server-core account add'");
    settings.registration = word == Word::open ? Registration::open : Registration::closed;
    section.pattern("account-pattern", settings.account_pattern);
}

void read_files(SettingsSection& section, Settings& settings) {
    section.path("data", settings.data);
    section.path("component-secret-file", settings.component_secret_file);
    section.file("certificate", settings.certificate);
    section.file("key", settings.key);
    if (settings.certificate.empty() != settings.key.empty())
        section.refuse(settings.certificate.empty() ? "key" : "certificate", "certificate and key together",
                       "name both files or neither; without them the server makes its own");
}

void read_stream_limits(SettingsSection& section, StreamLimits& limits) {
    section.bytes("limit-stanza", limits.stanza_bytes, {10'000, 64 << 20}); // RFC 6120 13.12: never below 10000
    section.bytes("limit-login-stanza", limits.login_stanza_bytes, {10'000, 1 << 20});
    section.limit("limit-depth", limits.stanza_depth, {10, 1000});
    section.bytes("limit-start-tag", limits.start_tag_bytes, {1000, 1 << 20});
    section.limit("limit-children", limits.children, {1000, 1'000'000});
    section.seconds("limit-handshake-time", limits.handshake, {5, 3600});
    section.seconds("limit-login-time", limits.login, {5, 3600});
    auto ping = limits.ping.count();
    section.integer("ping-seconds", ping, {0, 86'400});
    limits.ping = std::chrono::seconds(ping);
    section.limit("limit-connections", limits.connections, {1, 1'000'000});
    section.limit("limit-connections-per-address", limits.connections_per_address, {1, 1'000'000});
    section.limit("limit-connections-before-login", limits.strangers, {1, 1'000'000});
    section.limit("limit-connections-before-login-per-address", limits.strangers_per_address, {1, 1'000'000});
    section.limit("limit-components", limits.components, {1, 10'000});
    section.bytes("limit-login-queue", limits.login_queue_bytes, {16'384, 1 << 30});
    section.limit("limit-login-attempts", limits.login_attempts, {8, 1000}); // some clients go through five mechanisms
    section.limit("limit-wrong-passwords", limits.wrong_passwords, {3, 1000});
    section.limit("limit-registrations-per-hour", limits.registrations_per_hour, {1, 1'000'000});
}

// What is kept, in memory or on disk.
void read_kept_limits(SettingsSection& section, routing::Limits& limits) {
    section.limit("limit-roster-items", limits.roster_items, {1, any});
    section.limit("limit-roster-groups", limits.roster_groups, {1, any});
    section.limit("limit-subscription-requests", limits.subscription_requests, {1, any});
    section.limit("limit-blocked", limits.blocked, {1, any});
    section.limit("limit-accounts-in-memory", limits.accounts_in_memory, {100, any});
    section.limit("limit-waiting-stanzas", limits.waiting_stanzas, {10, any});
    section.limit("limit-rooms", limits.rooms, {1, any});
    section.limit("limit-rooms-per-account", limits.rooms_per_account, {1, any});
    section.limit("limit-affiliations", limits.affiliations, {10, any});
    section.limit("limit-occupants", limits.occupants, {2, any});
    section.bytes("limit-private-storage", limits.private_bytes, {1000, any});
    section.limit("limit-private-records", limits.private_records, {1, any});
    section.limit("limit-nodes", limits.nodes, {1, any});
    section.limit("limit-node-items", limits.node_items, {1, any});
    section.limit("limit-node-subscribers", limits.node_subscribers, {1, any});
    section.bytes("limit-item", limits.item_bytes, {1000, any});
    section.bytes("limit-node-storage", limits.node_bytes, {10'000, any});
}

void read_limits(SettingsSection& section, routing::Limits& limits) {
    section.limit("limit-sessions-per-account", limits.sessions_per_account, {1, any});
    section.bytes("limit-queue", limits.queue_bytes, {2 * 1024 * 1024, any});  // a page of an archive or of a node must go in
    section.bytes("limit-resume-queue", limits.resume_bytes, {10'000, any});
    auto resume_seconds = limits.resume_time.count();
    section.integer("resume-seconds", resume_seconds, {0, 86'400}); // 0: a stream that died is over
    limits.resume_time = std::chrono::seconds(resume_seconds);
    section.limit("limit-unacknowledged", limits.unacknowledged, {100, any});
    section.limit("limit-undelivered", limits.undelivered, {1, any});
    section.limit("limit-directed-presence", limits.directed, {1, any});
    section.limit("limit-questions", limits.questions, {1, any});
    section.limit("limit-archive-page", limits.archive_page, {1, 10'000});
    read_kept_limits(section, limits);
}

void read_roster(SettingsSection& section, Settings& settings) {
    section.text("staff-group", settings.staff_group);
    if (settings.staff_group.size() > 255) section.refuse("staff-group", "at most 255 bytes", "write a shorter name");
    section.choice("search", settings.search, {{"opt-in", Searches::opt_in}, {"all", Searches::all}, {"off", Searches::off}});
    std::vector<std::string> rooms;
    section.list("everyones-rooms", rooms);
    for (const auto& name : rooms) {
        const bool is_ours = name.find('@') == name.npos;
        const auto room = is_ours ? xmpp::make_jid(name, settings.organisation.rooms, "") : xmpp::parse_jid(name);
        if (!room || !room->is_bare() || !room->has_local())
            return section.refuse("everyones-rooms", "rooms, separated by commas",
                                  "write names such as accueil instead of '" + name + "'");
        settings.everyones_rooms.push_back(*room);
    }
}

void read_server_section(SettingsSection section, Settings& settings) {
    section.listeners("listen", settings.listen);
    section.listeners("listen-tls", settings.listen_tls);
    section.listeners("listen-component", settings.listen_component);
    read_files(section, settings);
    read_administrators(section, settings);
    section.text("welcome", settings.welcome);
    section.text("welcome-french", settings.welcome_french);
    read_contacts(section, settings);
    read_external_services(section, settings);
    section.choice("channel-binding", settings.channel_binding, {{"off", false}, {"on", true}});
    section.limit("archive-days", settings.archive_days, {1, 36500});
    section.flag("compression", settings.compression);
    section.flag("client-state", settings.client_state);
    section.flag("core-dumps", settings.core_dumps);
    read_scram(section, settings);
    read_registration(section, settings);
    read_roster(section, settings);
    read_stream_limits(section, settings.stream_limits);
    read_limits(section, settings.limits);
}

// Where an option has a value: "--config FILE" or "--config=FILE".
std::string* value_of(CommandLine& line, const std::string& option) {
    if (option == "--config") return &line.config;
    if (option == "--organisation") return &line.organisation;
    if (option == "--data") return &line.data;
    return nullptr;
}

bool* flag_of(CommandLine& line, const std::string& option) {
    if (option == "--help" || option == "-h") return &line.help;
    if (option == "--version") return &line.version;
    if (option == "--json") return &line.json;
    return nullptr;
}

} // namespace

base::Result<CommandLine, std::string> parse_command_line(const std::vector<std::string>& arguments) {
    CommandLine line;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto& argument = arguments[i];
        const auto equals = std::min(argument.find('='), argument.size());
        const auto option = argument.substr(0, equals);
        if (!argument.starts_with('-')) {
            line.words.push_back(argument);
        } else if (bool* flag = flag_of(line, argument)) {
            *flag = true;
        } else if (std::string* value = value_of(line, option)) {
            if (equals == argument.size() && i + 1 == arguments.size())
                return Unexpected(option + " needs a path behind it");
            *value = equals < argument.size() ? argument.substr(equals + 1) : arguments[++i];
            if (value->empty()) return Unexpected(option + " needs a path behind it");
        } else {
            return Unexpected("there is no option " + option + "; see server-core --help");
        }
    }
    return line;
}

base::Result<Settings, std::vector<SettingError>> load_settings(const CommandLine& line) {
    auto organisation = base::find_organisation(line.organisation);
    if (!organisation) return Unexpected(std::vector{organisation.error()});
    auto file = base::SettingsFile::find(line.config, "server-core.conf");
    if (!file) return Unexpected(std::vector{file.error()});

    Settings settings;
    settings.organisation = *organisation;
    settings.file = file->name();
    read_server_section(file->section("server-core"), settings);
    if (auto mistakes = file->mistakes(); !mistakes.empty()) return Unexpected(std::move(mistakes));

    if (!line.data.empty()) settings.data = line.data;
    settings.data = from_here(settings.data);
    if (settings.component_secret_file.empty()) settings.component_secret_file = settings.data + "/component.secret";
    if (settings.certificate.empty()) {
        settings.certificate = settings.data + "/certificate.pem";
        settings.key = settings.data + "/key.pem";
    }
    return settings;
}
