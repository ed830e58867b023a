// SPDX-License-Identifier: MIT
#include "status.h"

#include "xmpp/data_form.h"

#include <span>

namespace proxy65 {
namespace {

constexpr std::string_view status_ns = "urn:bioaster:proxy65:0#status";

void add(xmpp::DataForm& form, const char* name, std::vector<std::string> values) {
    xmpp::FormField field;
    field.var = name;
    field.values = std::move(values);
    form.add(std::move(field));
}

void add(xmpp::DataForm& form, const char* name, std::uint64_t value) { add(form, name, {std::to_string(value)}); }

void add_load(xmpp::DataForm& form, const Counters& counters) {
    add(form, "transfers", counters.activated);
    add(form, "running", counters.running);
    add(form, "waiting", counters.waiting);
    add(form, "bytes", counters.bytes);
}

void add_limits(xmpp::DataForm& form, const Limits& limits, const Rates& rates) {
    const auto number = [&form](const char* key, std::int64_t value) {
        add(form, key, static_cast<std::uint64_t>(value));
    };
    number("limit-activation-time", limits.activation.count());
    number("limit-idle-time", limits.idle.count());
    number("limit-lifetime", limits.lifetime.count());
    number("limit-transfers", limits.transfers);
    number("limit-transfers-per-user", limits.transfers_per_user);
    number("limit-transfers-per-address", limits.transfers_per_address);
    number("rate-per-user", rates.user);
    number("rate-total", rates.total);
}

// One metric: its head, then a line for each of its numbers.
class Figures {
public:
    void number(const char* name, const char* type, const char* help, std::uint64_t value) {
        head(name, type, help);
        line(name, "", value);
    }

    void by_name(const char* name, const char* help, const char* label, std::span<const char* const> names,
                 std::span<const std::uint64_t> values) {
        head(name, "counter", help);
        for (std::size_t i = 0; i < names.size(); ++i)
            line(name, std::string("{") + label + "=\"" + names[i] + "\"}", values[i]);
    }

    std::string text;

private:
    void head(const char* name, const char* type, const char* help) {
        text += std::string("# HELP proxy65_") + name + " " + help + "\n# TYPE proxy65_" + name + " " + type + "\n";
    }
    void line(const char* name, const std::string& labels, std::uint64_t value) {
        text += std::string("proxy65_") + name + labels + " " + std::to_string(value) + "\n";
    }
};

} // namespace

xml::Element status_form(const Settings& settings, const std::vector<base::Endpoint>& addresses,
                         const Counters& counters) {
    xmpp::DataForm form(xmpp::DataForm::result, status_ns);
    std::vector<std::string> texts;
    for (const auto& address : addresses) texts.push_back(to_text(address));
    add(form, "version", {PROXY65_VERSION});
    add(form, "addresses", std::move(texts));
    add_load(form, counters);
    add_limits(form, settings.limits, settings.rates);
    return form.to_element();
}

std::string metrics_text(const Counters& counters, bool joined) {
    Figures all;
    all.text = "# HELP proxy65_build_info The version that runs.\n# TYPE proxy65_build_info gauge\n"
               "proxy65_build_info{version=\"" PROXY65_VERSION "\"} 1\n";
    all.number("server_joined", "gauge", "Whether the link to the XMPP server stands.", joined ? 1 : 0);
    all.number("transfers_total", "counter", "Transfers that were activated.", counters.activated);
    all.number("transfers_running", "gauge", "Transfers that run.", counters.running);
    all.number("bytes_total", "counter", "Bytes passed on, both ways.", counters.bytes);
    all.by_name("transfers_ended_total", "Transfers that ended, and why.", "why", ending_names, counters.ended.counts);
    all.by_name("activations_refused_total", "Activations that were refused, and why.", "why", refusal_names,
                counters.refused.counts);
    all.number("connections_total", "counter", "SOCKS5 connections that came.", counters.connections);
    all.number("connections_waiting", "gauge", "Connections without a transfer.", counters.waiting);
    all.by_name("connections_turned_away_total", "Connections closed when they came, and why.", "why",
                turned_away_names, counters.turned_away.counts);
    all.number("handshakes_refused_total", "counter", "SOCKS5 handshakes that were refused.",
               counters.handshakes_refused);
    all.by_name("connections_expired_total", "Connections closed by a deadline, and what they did not do in time.",
                "what", expired_names, counters.expired.counts);
    return all.text;
}

} // namespace proxy65
