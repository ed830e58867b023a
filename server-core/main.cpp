// SPDX-License-Identifier: MIT
// Owns every part of the server as a local variable, in order, and runs the loop.
#include "admin/command_line.h"
#include "admin/commands.h"
#include "admin/file_modes.h"
#include "admin/first_start.h"
#include "admin/restore.h"
#include "admin/socket.h"
#include "base/text.h"
#include "modules/modules.h"
#include "net/core_dumps.h"
#include "net/credentials_file.h"
#include "net/descriptors.h"
#include "net/signals.h"
#include "routing/transfer_log.h"
#include "settings.h"
#include "store/deliveries.h"
#include "store/sqlite/sqlite_store.h"
#include "stream/listener.h"
#include "stream/login_throttle.h"

#include <chrono>
#include <functional>
#include <iostream>

namespace {

constexpr const char* version = "0.1.0";
constexpr int wrong_settings = 2;
constexpr std::chrono::milliseconds farewell_time{300};

int fail(const std::string& sentence) {
    std::cerr << "server-core: " << sentence << '\n';
    return 1;
}

admin::Deployment deployment_of(const Settings& settings) {
    return {settings.organisation, settings.file, settings.data,   settings.certificate,
            settings.key,          settings.component_secret_file, settings.listen, settings.scram_iterations};
}

modules::Choices choices_of(const Settings& settings, std::string turn_secret, std::function<void()> stop) {
    const bool is_french = settings.welcome.empty();
    modules::Choices choices{settings.organisation.rooms,
                             settings.account_pattern,
                             settings.organisation.account_name,
                             settings.registration == Registration::open,
                             version,
                             settings.contacts,
                             {settings.external_services, std::move(turn_secret), settings.turn_credentials_last},
                             settings.administrators,
                             {is_french ? settings.welcome_french : settings.welcome, settings.welcome_french},
                             std::move(stop)};
    choices.archive_days = settings.archive_days;
    choices.staff_group = settings.staff_group;
    choices.search = settings.search == Searches::all   ? modules::Search::all
                     : settings.search == Searches::off ? modules::Search::off
                                                        : modules::Search::opt_in;
    choices.everyones_rooms = settings.everyones_rooms;
    choices.organisation_name = settings.organisation.name;
    return choices;
}

stream::Rules rules_of(const Settings& settings, std::string component_secret, std::string scram_secret) {
    const StreamLimits& limits = settings.stream_limits;
    stream::Rules rules;
    rules.before_login.stanza_bytes = limits.login_stanza_bytes;
    rules.after_login.stanza_bytes = limits.stanza_bytes;
    rules.before_login.stanza_depth = rules.after_login.stanza_depth = static_cast<unsigned>(limits.stanza_depth);
    rules.before_login.start_tag_bytes = rules.after_login.start_tag_bytes = limits.start_tag_bytes;
    rules.after_login.children = static_cast<unsigned>(limits.children);
    rules.handshake_time = limits.handshake;
    rules.login_time = limits.login;
    rules.ping_time = limits.ping;
    rules.compression = settings.compression;
    rules.client_state = settings.client_state;
    rules.connections = limits.connections;
    rules.connections_per_address = limits.connections_per_address;
    rules.strangers = limits.strangers;
    rules.strangers_per_address = limits.strangers_per_address;
    rules.components = limits.components;
    rules.login_queue_bytes = limits.login_queue_bytes;
    rules.login_attempts = limits.login_attempts;
    rules.wrong_passwords = limits.wrong_passwords;
    rules.registrations_per_hour = limits.registrations_per_hour;
    rules.channel_binding = settings.channel_binding;
    rules.registration_open = settings.registration == Registration::open;
    rules.component_secret = std::move(component_secret);
    rules.scram_secret = std::move(scram_secret);
    return rules;
}

// What lies in the data folder, held and read before anything runs.
struct Ground {
    admin::Deployment deployment;
    admin::DataFolder folder;
    net::CredentialsFile credentials;
    std::string component_secret;
    std::string scram_secret;
    std::string turn_secret;  // empty: none
};

base::Result<Ground, std::string> prepare(const Settings& settings, const base::Clock& clock, xmpp::Random& random,
                                          const base::Log& log) {
    admin::Deployment deployment = deployment_of(settings);
    auto folder = admin::DataFolder::take(deployment);
    if (!folder) return base::Unexpected(folder.error().sentence);
    if (const auto mistake = admin::finish_restore(deployment)) return base::Unexpected(*mistake);
    if (auto made = admin::make_missing(deployment, clock, random, log); !made) return base::Unexpected(made.error());
    if (auto kept = admin::check_modes(deployment, settings.turn_secret_file); !kept) return base::Unexpected(kept.error());
    const auto component_secret = admin::read_file(deployment.component_secret_file);
    if (!component_secret) return base::Unexpected(component_secret.error());
    const auto scram_secret = admin::read_file(deployment.scram_secret_file());
    if (!scram_secret) return base::Unexpected(scram_secret.error());
    const bool shares = !settings.turn_secret_file.empty();
    const auto turn_secret = shares ? admin::read_file(settings.turn_secret_file) : base::Result<std::string, std::string>("");
    if (!turn_secret) return base::Unexpected(turn_secret.error());
    auto credentials = net::CredentialsFile::open(deployment.certificate, deployment.key, clock, log);
    if (!credentials) return base::Unexpected(credentials.error());
    return Ground{std::move(deployment), *std::move(folder), *std::move(credentials),
                  std::string(base::trim(*component_secret)), *scram_secret, std::string(base::trim(*turn_secret))};
}

// Opens all ports and writes down which they are; the error is a sentence.
base::Result<admin::Ports, std::string> open_ports(const Settings& settings, const admin::Deployment& deployment,
                                                   stream::ClientListener& clients,
                                                   stream::ComponentListener& components) {
    admin::Ports ports;
    const auto open = [&ports](const char* name, const std::vector<base::Endpoint>& endpoints,
                               auto listen) -> base::Result<void, std::string> {
        std::vector<base::Endpoint> opened;
        for (const base::Endpoint& endpoint : endpoints) {
            const base::Result<std::uint16_t, std::string> port = listen(endpoint);
            if (!port) return base::Unexpected(port.error());
            opened.push_back({endpoint.host, *port});
        }
        ports.emplace_back(name, std::move(opened));
        return {};
    };
    auto done = open("listen", settings.listen, [&](const auto& at) { return clients.listen(at.host, at.port, false); });
    if (done) done = open("listen-tls", settings.listen_tls, [&](const auto& at) { return clients.listen(at.host, at.port, true); });
    if (done) done = open("listen-component", settings.listen_component, [&](const auto& at) { return components.listen(at.host, at.port); });
    if (done) done = admin::write_ports(deployment, ports);
    if (!done) return base::Unexpected(done.error());
    return ports;
}

int serve(const Settings& settings) {
    const base::Log log;
    if (!settings.core_dumps) net::forbid_core_dumps();
    base::Clock clock;
    xmpp::Random random;
    auto domain = xmpp::parse_jid(settings.organisation.domain);
    if (!domain) return fail("the organisation's domain is no address: " + settings.organisation.domain);
    auto ground = prepare(settings, clock, random, log);
    if (!ground) return fail(ground.error());
    log.info("open files: " + std::to_string(net::raise_descriptor_limit()) + " allowed, one for each connection");

    net::Loop loop;
    net::Timers timers(loop);
    const store::Post post = [&loop](std::function<void()> fn) { loop.post(std::move(fn)); };
    const auto store = store::SqliteStore::open(ground->deployment.store_file(), post, log);
    if (!store) return fail(store.error());
    const auto remembered = store::DeliveriesFile::open(ground->deployment.deliveries_file());
    if (!remembered) log.error(remembered.error() + "; after kill -9 clients get more messages again than they need");
    store::Deliveries deliveries(remembered ? remembered->ring() : std::span<store::DeliveryFact>());
    store::Workers workers(2, post);
    const routing::Node node{*domain, clock, random, log, workers, settings.limits, [&timers](auto delay, auto fn) {
                                 return std::make_shared<net::Timer>(timers.after(delay, std::move(fn)));
                             }, settings.scram_iterations, &deliveries};
    routing::Writes writes(**store);
    routing::Users users(node, **store, writes);
    routing::Router router(node, users, writes, **store);
    routing::Discovery discovery;
    routing::Publisher publisher(node, users, router, writes, **store);
    routing::Commands ad_hoc(node);
    routing::Feature feature(node, users, router, writes, **store, discovery, publisher, ad_hoc);
    std::function<void()> stop;  // set once there is something to stop
    modules::add_all(feature, choices_of(settings, ground->turn_secret, [&stop] { stop(); }));
    routing::log_transfers(node, users, router);
    users.finish_ends();
    users.on_mark_moved([&loop] { loop.post([] {}); });  // it may move when the turn's end is over: what the kernel took
    loop.each_turn([&users, &store] {
        users.end_turn();
        (*store)->end_turn();
    });

    stream::Rules rules = rules_of(settings, ground->component_secret, ground->scram_secret);
    rules.capabilities = discovery.capabilities(node).to_element();
    stream::LoginThrottle throttle(clock);
    routing::Registration registration(node, users, {rules.registration_open, settings.account_pattern, settings.organisation.account_name});
    const stream::Shared shared{rules, node, loop, timers, users, router, writes, throttle, registration,
                                [&ground] { return ground->credentials.current(); }};
    stream::ClientListener clients(shared);
    stream::ComponentListener components(shared);
    const auto ports = open_ports(settings, ground->deployment, clients, components);
    if (!ports) return fail(ports.error());
    const auto copy_store = [&store](std::string file, auto done) { (*store)->copy_to(std::move(file), std::move(done)); };
    admin::Commands commands(ground->deployment, node, users, **store, copy_store, admin::Running{version, clock.wall(), *ports});
    const auto control = admin::ControlSocket::open(loop, ground->deployment.control_socket(), commands);
    if (!control) return fail(control.error());

    net::Timer farewell;
    stop = [&] {
        log.info("stopping");
        users.stop();
        clients.shut_down();
        components.shut_down();
        farewell = timers.after(farewell_time, [&loop] { loop.stop(); });
    };
    const net::Signals signals(loop, stop);
    log.info("ready: " + settings.organisation.domain);
    loop.run();
    users.keep_marks();
    (*store)->end_turn();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const auto line = parse_command_line({argv + 1, argv + argc});
    if (!line) return fail(line.error()), wrong_settings;
    if (line->help) return std::cout << usage, 0;
    if (line->version) return std::cout << "server-core " << version << '\n', 0;
    const auto settings = load_settings(*line);
    if (!settings) {
        for (const base::SettingError& mistake : settings.error()) std::cerr << "server-core: " << mistake.text() << '\n';
        return wrong_settings;
    }
    if (line->words.empty()) return serve(*settings);
    return admin::run_command(deployment_of(*settings), line->words, line->json, std::cin, std::cout, std::cerr);
}
