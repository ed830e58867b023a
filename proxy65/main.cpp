// SPDX-License-Identifier: MIT
// proxy65: a SOCKS5 bytestreams proxy (XEP-0065) beside any XMPP server with external components (XEP-0114).
#include "base/log.h"
#include "check.h"
#include "component.h"
#include "listeners.h"
#include "metrics.h"
#include "net/core_dumps.h"
#include "net/descriptors.h"
#include "net/loop.h"
#include "net/timer.h"
#include "probe.h"
#include "service_manager.h"
#include "services.h"
#include "settings.h"
#include "status.h"
#include "transfers.h"

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <optional>
#include <vector>

namespace {

using proxy65::CommandLine, proxy65::Settings;
using Socket = boost::asio::ip::tcp::socket;

// What a running proxy is made of; lent to those below.
struct Parts {
    net::Loop& loop;
    net::Timers& timers;
    const base::Log& log;
    const proxy65::ServiceManager& systemd;
    Settings& settings;
    proxy65::Listeners& listeners;
    proxy65::Listeners& metrics_listeners;
    proxy65::Services& services;
    proxy65::Component& component;
    proxy65::Transfers& transfers;
};

// Ends in steps: nothing new, then what runs may finish within its limit; a second signal ends at once.
class Stopping {
public:
    explicit Stopping(const Parts& parts) : parts_(parts), signals_(parts.loop.context(), SIGTERM, SIGINT) {
        await_signal();
    }

private:
    void await_signal() {
        signals_.async_wait([this](const boost::system::error_code& error, int) {
            if (!error) stop();
        });
    }

    void stop() {
        auto& transfers = parts_.transfers;
        if (std::exchange(is_stopping_, true)) return transfers.stop();
        const auto limit = parts_.settings.limits.stop;
        parts_.systemd.stopping(limit);
        parts_.log.info("stopping; " + std::to_string(transfers.counters().running) + " transfers may still finish");
        parts_.listeners.close();
        parts_.metrics_listeners.close();
        parts_.component.stop();
        transfers.close_waiting();
        if (limit.count() > 0) limit_ = parts_.timers.after(limit, [&transfers] { transfers.stop(); });
        parts_.loop.each_turn([this] {
            if (parts_.transfers.running() == 0 && parts_.loop.departing() == 0) parts_.loop.stop();
        });
        await_signal();
    }

    const Parts& parts_;
    boost::asio::signal_set signals_;
    net::Timer limit_;
    bool is_stopping_ = false;
};

// Opens the ports of `settings`; where one cannot be, those of before stay.
base::Result<void, std::string> listen(const Parts& parts, const Settings& settings) {
    auto opened = parts.metrics_listeners.listen_on(settings.listen_metrics);
    if (opened) opened = parts.listeners.listen_on(settings.listen_socks);
    if (!opened) static_cast<void>(parts.metrics_listeners.listen_on(parts.settings.listen_metrics));
    return opened;
}

// SIGHUP: the settings are read again, all of them or none; what runs goes on.
class Reloading {
public:
    Reloading(const Parts& parts, const CommandLine& line)
        : parts_(parts), line_(line), signals_(parts.loop.context(), SIGHUP) {
        await_signal();
    }

private:
    void await_signal() {
        signals_.async_wait([this](const boost::system::error_code& error, int) {
            if (error) return;
            parts_.systemd.reloading();
            reload();
            parts_.systemd.ready();
            await_signal();
        });
    }

    void reload() {
        const auto& log = parts_.log;
        auto read = proxy65::load_settings(line_);
        if (!read) {
            for (const auto& mistake : read.error()) log.error(mistake.text());
            return log.error("the settings were not read again; those of before hold");
        }
        if (const auto opened = listen(parts_, *read); !opened)
            return log.error(opened.error() + "; the settings of before hold");
        parts_.settings = std::move(*read);
        parts_.services.announce(announced(parts_.settings, parts_.listeners.first_port()));
        parts_.transfers.share_rates();
        parts_.component.settings_changed();
        log.info("the settings were read again");
    }

    const Parts& parts_;
    const CommandLine& line_;
    boost::asio::signal_set signals_;
};

int run(Settings settings, const CommandLine& line, const base::Log& log) {
    if (!settings.core_dumps) net::forbid_core_dumps();
    std::signal(SIGPIPE, SIG_IGN); // splice has no MSG_NOSIGNAL
    const auto files = net::raise_descriptor_limit();
    const auto transfers_at_most = proxy65::most_transfers(files);
    log.info("open files: " + std::to_string(files) + ", enough for " + std::to_string(transfers_at_most) +
             " transfers");
    net::Loop loop;
    net::Timers timers(loop);
    const proxy65::ServiceManager systemd;
    proxy65::Transfers transfers(loop, timers, log, settings, 2 * transfers_at_most);
    proxy65::Services services(settings, transfers);
    proxy65::Component component(loop, timers, log, settings, services);
    component.on_status([&systemd](const std::string& text) { systemd.status(text); });
    proxy65::Metrics metrics(loop, timers, [&] { return metrics_text(transfers.counters(), component.is_joined()); });
    proxy65::Listeners listeners(loop, log, "SOCKS5", [&](Socket socket) { transfers.accept(std::move(socket)); });
    proxy65::Listeners readers(loop, log, "metrics", [&](Socket socket) { metrics.accept(std::move(socket)); });
    const Parts parts{loop, timers, log, systemd, settings, listeners, readers, services, component, transfers};
    if (const auto opened = listen(parts, settings); !opened) {
        log.error(opened.error());
        return proxy65::cannot_start;
    }
    services.announce(announced(settings, listeners.first_port()));
    Stopping stopping(parts);
    Reloading reloading(parts, line);
    int code = proxy65::done;
    component.on_first_attempt([&](std::optional<proxy65::Component::Refused> refused) {
        if (!refused) return systemd.ready();
        code = *refused == proxy65::Component::Refused::taken ? proxy65::name_is_taken : proxy65::server_refuses;
        loop.stop();
    });
    component.start();
    loop.run();
    if (code != proxy65::done) return code; // said already
    const auto counters = transfers.counters();
    log.info("stopped after " + std::to_string(counters.activated) + " transfers, " + std::to_string(counters.bytes) +
             " bytes");
    return proxy65::done;
}

// The settings of the daemon do not matter: it may be another proxy, on another machine.
int probe(const CommandLine& line) {
    const auto organisation = base::find_organisation(line.organisation);
    if (!organisation) {
        std::cerr << organisation.error().text() << '\n';
        return proxy65::wrong_settings;
    }
    net::forbid_core_dumps();
    std::string password;
    std::getline(std::cin, password);
    return proxy65::probe(*organisation, line.words.back(), password);
}

int begin(const std::vector<std::string>& arguments) {
    const auto line = proxy65::parse_command_line(arguments);
    if (!line) {
        std::cerr << line.error() << '\n';
        return proxy65::wrong_settings;
    }
    if (line->help || line->version) {
        std::cout << (line->help ? proxy65::usage : "proxy65 " PROXY65_VERSION "\n");
        return proxy65::done;
    }
    if (!line->words.empty() && line->words.front() == "probe") return probe(*line);
    const auto settings = proxy65::load_settings(*line);
    if (settings) return line->words.empty() ? run(*settings, *line, base::Log()) : proxy65::check(*settings);
    for (const auto& mistake : settings.error()) std::cerr << mistake.text() << '\n';
    return proxy65::wrong_settings;
}

} // namespace

int main(int count, char** arguments) {
    try {
        return begin(std::vector<std::string>(arguments + 1, arguments + count));
    } catch (const std::exception& bug) {
        base::Log().error(std::string("proxy65 ends by a bug: ") + bug.what());
        return proxy65::cannot_start;
    }
}
