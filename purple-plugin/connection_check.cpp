// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/connection_check.h"

#include "purple-plugin/archive_pages.h"
#include "purple-plugin/disco.h"
#include "purple-plugin/stanzas.h"

#include <algorithm>

#include <notify.h>

namespace purple_plugin {
namespace {

Word word_for(ProxyProbe::Outcome outcome) {
    switch (outcome) {
    case ProxyProbe::Outcome::both_ways: return Word::check_proxy;
    case ProxyProbe::Outcome::no_answer: return Word::check_proxy_missing;
    case ProxyProbe::Outcome::unreachable: return Word::check_proxy_unreachable;
    case ProxyProbe::Outcome::refused: break;
    }
    return Word::check_proxy_refused;
}

Word word_for(UploadProbe::Outcome outcome) {
    switch (outcome) {
    case UploadProbe::Outcome::kept: return Word::check_upload;
    case UploadProbe::Outcome::missing: return Word::check_upload_missing;
    case UploadProbe::Outcome::refused: return Word::check_upload_refused;
    case UploadProbe::Outcome::unreachable: return Word::check_upload_unreachable;
    case UploadProbe::Outcome::untrusted: return Word::check_upload_untrusted;
    case UploadProbe::Outcome::altered: break;
    }
    return Word::check_upload_altered;
}

} // namespace

void ConnectionCheck::begin(PurpleConnection* connection) {
    if (checks_.count(connection) != 0) return;
    checks_[connection].begun = g_get_monotonic_time();
    Node ping = new_iq("get", context_.organisation.domain);
    add_child(ping.get(), "ping", "urn:xmpp:ping");
    questions_.ask(connection, std::move(ping), [=, this](const xmlnode* answer) { got_ping(connection, answer); });
    questions_.ask(connection, disco_info(context_.organisation.rooms),
                   [=, this](const xmlnode* answer) { got_rooms(connection, answer); });
    questions_.ask(connection, disco_info(own_address(connection)),
                   [=, this](const xmlnode* answer) { got_account(connection, answer); });
    judge_certificate(connection);
    probe_upload(connection);
}

// The answer is addressed to what the probe needs: the user's address with its resource.
void ConnectionCheck::got_ping(PurpleConnection* connection, const xmlnode* answer) {
    const auto milliseconds = (g_get_monotonic_time() - checks_[connection].begun) / 1000;
    if (answer == nullptr)
        write(connection, server, false, Word::check_server_silent);
    else
        write(connection, server, true, Word::check_server, std::to_string(milliseconds));
    probe_proxy(connection, attribute(answer, "to"));
}

// Who is logged in has a server with the right certificate: else there would be no connection to check.
void ConnectionCheck::judge_certificate(PurpleConnection* connection) {
    const auto& organisation = context_.organisation;
    const bool is_pinned = !organisation.trust_ca.empty() || !organisation.trust_pins.empty();
    write(connection, certificate, true, is_pinned ? Word::check_certificate : Word::check_certificate_by_computer);
}

void ConnectionCheck::got_rooms(PurpleConnection* connection, const xmlnode* answer) {
    const bool is_right = has_feature(answer, "http://jabber.org/protocol/muc");
    write(connection, rooms, is_right, is_right ? Word::check_rooms : Word::check_rooms_missing,
          context_.organisation.rooms);
}

void ConnectionCheck::got_account(PurpleConnection* connection, const xmlnode* answer) {
    const bool is_right = has_feature(answer, archive_ns);
    write(connection, history, is_right, is_right ? Word::check_history : Word::check_history_missing);
}

void ConnectionCheck::probe_proxy(PurpleConnection* connection, const std::string& own_full_address) {
    if (context_.organisation.proxy.empty() || own_full_address.empty())
        return got_probe(connection, ProxyProbe::Outcome::no_answer);
    checks_[connection].probe =
        std::make_unique<ProxyProbe>(context_, questions_, connection, own_full_address,
                                     [=, this](ProxyProbe::Outcome outcome) { got_probe(connection, outcome); });
}

void ConnectionCheck::got_probe(PurpleConnection* connection, ProxyProbe::Outcome outcome) {
    write(connection, proxy, outcome == ProxyProbe::Outcome::both_ways, word_for(outcome), context_.organisation.proxy);
}

void ConnectionCheck::probe_upload(PurpleConnection* connection) {
    checks_[connection].upload_probe = std::make_unique<UploadProbe>(
        upload_service_, hosts_, connection, [=, this](UploadProbe::Outcome outcome, const std::string& detail) {
            write(connection, upload, outcome == UploadProbe::Outcome::kept, word_for(outcome), detail);
        });
}

void ConnectionCheck::forget(PurpleConnection* connection) {
    checks_.erase(connection);
    upload_service_.forget(connection);
}

void ConnectionCheck::write(PurpleConnection* connection, Line line, bool is_right, Word word,
                            const std::string& detail) {
    auto& lines = checks_[connection].lines;
    lines[line] = (is_right ? "✓ " : "✗ ") + say(word, {detail, context_.organisation.name});
    if (!std::all_of(lines.begin(), lines.end(), [](const auto& written) { return written.has_value(); })) return;
    show(connection);
    checks_.erase(connection);
}

void ConnectionCheck::show(PurpleConnection* connection) const {
    std::string text;
    for (const auto& line : checks_.at(connection).lines) {
        const Text markup(g_markup_escape_text(line->c_str(), -1));
        text += std::string(markup.get()) + "<br>";
    }
    purple_notify_formatted(connection, say(Word::menu_check).c_str(), own_address(connection).c_str(), nullptr,
                            text.c_str(), nullptr, nullptr);
}

} // namespace purple_plugin
