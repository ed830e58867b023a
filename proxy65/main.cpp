// SPDX-License-Identifier: MIT
// proxy65: a SOCKS5 bytestreams proxy (XEP-0065) beside any XMPP server with external components (XEP-0114).
#include "base/log.h"
#include "component.h"
#include "net/descriptors.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/timer.h"
#include "services.h"
#include "settings.h"
#include "transfers.h"

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <vector>

namespace {

using proxy65::Settings;

constexpr int done = 0, cannot_start = 1, wrong_settings = 2;

// Each transfer has two sockets, and a fifth of them, busy in one direction at once, a pipe of two ends.
constexpr std::size_t own_files = 200;
std::size_t most_transfers(std::size_t files) { return files > own_files ? (files - own_files) * 10 / 22 : 0; }

std::string in_words(const std::vector<base::Endpoint>& endpoints) {
    std::string text;
    for (const auto& endpoint : endpoints) text += (text.empty() ? "" : ", ") + to_text(endpoint);
    return text;
}

std::string in_words(std::chrono::seconds limit) {
    return limit.count() == 0 ? "no limit" : std::to_string(limit.count()) + " s";
}

std::string in_words(std::int64_t limit) { return limit == 0 ? "no limit" : std::to_string(limit); }

// What clients are told: an address without a port has that of the first listener.
std::vector<base::Endpoint> announced(const Settings& settings, std::uint16_t port) {
    auto addresses = settings.addresses;
    for (auto& address : addresses)
        if (address.port == 0) address.port = port;
    return addresses;
}

int check(const Settings& settings) {
    const auto secret = proxy65::read_secret(settings.component_secret_file);
    const auto& limits = settings.limits;
    const auto files = net::raise_descriptor_limit();
    std::string domains;
    for (const auto& domain : settings.access.domains) domains += (domains.empty() ? "" : ", ") + domain;
    std::cout << "settings: " << (settings.file.empty() ? "built-in" : settings.file)
              << "\norganisation: " << (settings.organisation.file.empty() ? "built-in" : settings.organisation.file)
              << "\nlistens for SOCKS5 on: " << in_words(settings.listen_socks)
              << "\ntells clients: " << in_words(announced(settings, settings.listen_socks.front().port))
              << "\njoins as: " << settings.name << " at " << to_text(settings.component_server)
              << "\nsecret: " << settings.component_secret_file << "\nserves: " << domains
              << "\nactivation within: " << in_words(limits.activation) << "\nidle: " << in_words(limits.idle)
              << "\nlifetime: " << in_words(limits.lifetime) << "\ntransfers: " << in_words(limits.transfers)
              << ", a user: " << in_words(limits.transfers_per_user) << "\nopen files: " << files << ", enough for "
              << most_transfers(files) << " transfers\n";
    if (secret) return done;
    std::cerr << secret.error() << '\n';
    return wrong_settings;
}

using Listeners = std::vector<std::unique_ptr<net::Listener>>;

// Opens all listeners; the error is a sentence.
base::Result<Listeners, std::string> listen(net::Loop& loop, const Settings& settings, const base::Log& log,
                                            proxy65::Transfers& transfers) {
    Listeners listeners;
    for (const auto& [host, port] : settings.listen_socks) {
        auto opened = net::Listener::open_sockets(loop, host, port, [&transfers](boost::asio::ip::tcp::socket socket) {
            transfers.accept(std::move(socket));
        });
        if (!opened) return base::Unexpected(opened.error());
        listeners.push_back(std::move(*opened));
        log.info("listening for SOCKS5 on " + to_text(base::Endpoint{host, listeners.back()->port()}));
    }
    return listeners;
}

// Ends in steps: nothing new, then what runs may finish within its limit; a second signal ends at once.
class Stopping {
public:
    Stopping(net::Loop& loop, net::Timers& timers, const base::Log& log, const Settings& settings, Listeners& listeners,
             proxy65::Component& component, proxy65::Transfers& transfers)
        : loop_(loop),
          timers_(timers),
          log_(log),
          settings_(settings),
          listeners_(listeners),
          component_(component),
          transfers_(transfers),
          signals_(loop.context(), SIGTERM, SIGINT) {
        await_signal();
    }

private:
    void await_signal() {
        signals_.async_wait([this](const boost::system::error_code& error, int) {
            if (!error) stop();
        });
    }

    void stop() {
        if (std::exchange(is_stopping_, true)) return transfers_.stop();
        log_.info("stopping; " + std::to_string(transfers_.counters().running) + " transfers may still finish");
        listeners_.clear();
        component_.stop();
        transfers_.close_waiting();
        if (settings_.limits.stop.count() > 0)
            limit_ = timers_.after(settings_.limits.stop, [this] { transfers_.stop(); });
        loop_.each_turn([this] {
            if (transfers_.counters().running == 0 && loop_.departing() == 0) loop_.stop();
        });
        await_signal();
    }

    net::Loop& loop_;
    net::Timers& timers_;
    const base::Log& log_;
    const Settings& settings_;
    Listeners& listeners_;
    proxy65::Component& component_;
    proxy65::Transfers& transfers_;
    boost::asio::signal_set signals_;
    net::Timer limit_;
    bool is_stopping_ = false;
};

int run(const Settings& settings, const base::Log& log) {
    std::signal(SIGPIPE, SIG_IGN); // splice has no MSG_NOSIGNAL
    const auto files = net::raise_descriptor_limit();
    const auto transfers_at_most = most_transfers(files);
    log.info("open files: " + std::to_string(files) + ", enough for " + std::to_string(transfers_at_most) +
             " transfers");
    net::Loop loop;
    net::Timers timers(loop);
    proxy65::Transfers transfers(loop, timers, log, settings, 2 * transfers_at_most);
    auto listeners = listen(loop, settings, log, transfers);
    if (!listeners) {
        log.error(listeners.error());
        return cannot_start;
    }
    proxy65::Services services(settings, announced(settings, listeners->front()->port()), transfers);
    proxy65::Component component(loop, timers, log, settings, services);
    Stopping stopping(loop, timers, log, settings, *listeners, component, transfers);
    component.start();
    loop.run();
    const auto counters = transfers.counters();
    log.info("stopped after " + std::to_string(counters.activated) + " transfers, " + std::to_string(counters.bytes) +
             " bytes");
    return done;
}

int begin(const std::vector<std::string>& arguments) {
    const auto line = proxy65::parse_command_line(arguments);
    if (!line) {
        std::cerr << line.error() << '\n';
        return wrong_settings;
    }
    if (line->help || line->version) {
        std::cout << (line->help ? proxy65::usage : "proxy65 " PROXY65_VERSION "\n");
        return done;
    }
    const auto settings = proxy65::load_settings(*line);
    if (settings) return line->words.empty() ? run(*settings, base::Log()) : check(*settings);
    for (const auto& mistake : settings.error()) std::cerr << mistake.text() << '\n';
    return wrong_settings;
}

} // namespace

int main(int count, char** arguments) {
    try {
        return begin(std::vector<std::string>(arguments + 1, arguments + count));
    } catch (const std::exception& bug) {
        base::Log().error(std::string("proxy65 ends by a bug: ") + bug.what());
        return cannot_start;
    }
}
