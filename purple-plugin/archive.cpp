// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/archive.h"

#include "purple-plugin/archive_pages.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* device_key = "bioaster-device";
constexpr int first_days = 7;
constexpr int most_pages = 50;
constexpr std::size_t most_waiting = 1000;

Archive* archive_of(void* data) { return static_cast<Archive*>(data); }

void on_signed_on(PurpleConnection* connection, void* archive) {
    guarded([=] {
        if (is_ours(purple_connection_get_account(connection))) archive_of(archive)->begin(connection);
    });
}

void on_signing_off(PurpleConnection* connection, void* archive) {
    guarded([=] { archive_of(archive)->forget(connection); });
}

void on_account_removed(PurpleAccount* account, void* archive) {
    guarded([=] { archive_of(archive)->forget(account); });
}

void on_receiving(PurpleConnection* connection, xmlnode** stanza, void* archive) {
    guarded([=] {
        if (is_message(*stanza)) archive_of(archive)->receive(connection, stanza);
    });
}

void on_sending(PurpleConnection* connection, xmlnode** stanza, void*) {
    guarded([=] {
        if (is_message(*stanza)) Archive::stamp(connection, *stanza);
    });
}

// What the ids of messages begin with that this installation sends; made once.
std::string device_of(PurpleAccount* account) {
    const std::string known = purple_account_get_string(account, device_key, "");
    if (!known.empty()) return known;
    const Text made(g_strdup_printf("%08x%08x-", g_random_int(), g_random_int()));
    purple_account_set_string(account, device_key, made.get());
    return made.get();
}

bool was_sent_here(PurpleConnection* connection, const xmlnode* message) {
    return attribute(message, "id").rfind(device_of(purple_connection_get_account(connection)), 0) == 0;
}

} // namespace

Archive::Archive(const Context& context, Questions& questions, Arrivals& arrivals)
    : context_(context), questions_(questions), arrivals_(arrivals) {
    void* connections = purple_connections_get_handle();
    purple_signal_connect(connections, "signed-on", this, PURPLE_CALLBACK(on_signed_on), this);
    purple_signal_connect(connections, "signing-off", this, PURPLE_CALLBACK(on_signing_off), this);
    purple_signal_connect(purple_accounts_get_handle(), "account-removed", this, PURPLE_CALLBACK(on_account_removed), this);
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving), this,
                                   keeps_order);
    purple_signal_connect_priority(context.self, "jabber-sending-xmlnode", this, PURPLE_CALLBACK(on_sending), this,
                                   stamps_ids);
}

Archive::~Archive() { purple_signals_disconnect_by_handle(this); }

void Archive::begin(PurpleConnection* connection) {
    auto* account = purple_connection_get_account(connection);
    arrivals_.follow(account, false);
    Reading& reading = readings_[connection];
    const auto last = Arrivals::last(account);
    reading.is_first = last.empty();
    if (reading.is_first) reading.start = std::time(nullptr) - first_days * 24 * 60 * 60;
    ask(connection, last);
}

void Archive::forget(PurpleConnection* connection) {
    if (readings_.count(connection) == 0) return;
    end(connection, false);
    readings_.erase(connection);
}

// XEP-0313 4.2: the page that follows the message `after`, or the first one.
void Archive::ask(PurpleConnection* connection, const std::string& after) {
    Reading& reading = readings_[connection];
    reading.query_id = std::to_string(++queries_);
    questions_.ask(connection, archive_page({}, reading.query_id, after, reading.start),
                   [=, this](const xmlnode* iq) { got_page(connection, iq); });
}

void Archive::got_page(PurpleConnection* connection, const xmlnode* iq) {
    const auto found = readings_.find(connection);
    if (found == readings_.end()) return;
    const auto end_of = end_of_page(iq);
    if (!end_of.is_known) return got_error(connection, iq);
    if (!end_of.last.empty()) Arrivals::set_last(purple_connection_get_account(connection), end_of.last);
    if (end_of.is_last || ++found->second.pages >= most_pages) return end(connection, end_of.is_last);
    ask(connection, end_of.last);
}

// XEP-0313 4.3.1: the last message seen may have left the archive; then time says what is new.
void Archive::got_error(PurpleConnection* connection, const xmlnode* iq) {
    Reading& reading = readings_[connection];
    if (reading.start != 0 || error_condition(iq) != "item-not-found") return end(connection, false);
    reading.start = Arrivals::last_time(purple_connection_get_account(connection));
    ask(connection, {});
}

// What waited comes after what the archive told, unless it was the same.
void Archive::end(PurpleConnection* connection, bool is_complete) {
    Reading& reading = readings_[connection];
    reading.is_under_way = false;
    auto* account = purple_connection_get_account(connection);
    if (is_complete) arrivals_.follow(account, true);
    for (const Node& message : std::exchange(reading.waiting, {})) {
        if (arrivals_.note(account, stanza_id(message.get(), own_address(connection))))
            show_received(connection, bare(attribute(message.get(), "from")), message.get(), time_of(message.get()));
        answer_its_client(connection, message.get(), false);
    }
}

void Archive::receive(PurpleConnection* connection, xmlnode** stanza) {
    const auto found = readings_.find(connection);
    if (found == readings_.end()) return;
    const xmlnode* result = result_in(*stanza);
    if (result == nullptr) return let_wait(connection, found->second, stanza);
    if (!is_from_own_account(connection, *stanza)) return; // XEP-0313 8: forged; libpurple shows nothing of it
    if (found->second.is_under_way && answers(result, found->second.query_id)) tell(connection, found->second, result);
    swallow(stanza);
}

void Archive::tell(PurpleConnection* connection, Reading& reading, const xmlnode* result) {
    const auto [id, message, time] = told_by(result);
    if (message == nullptr || !is_said(message)) return;
    if (!arrivals_.note(purple_connection_get_account(connection), id)) return;
    const std::string from = bare(attribute(message, "from"));
    const bool is_own = from == own_address(connection);
    if (is_own && was_sent_here(connection, message)) return;
    const std::string who = is_own ? bare(attribute(message, "to")) : from;
    if (reading.is_first) say_where_it_begins(connection, reading, who);
    (is_own ? show_sent : show_received)(connection, who, message, time);
    if (!is_own) answer_its_client(connection, message, true);
}

void Archive::say_where_it_begins(PurpleConnection* connection, Reading& reading, const std::string& who) const {
    if (!reading.told.insert(who).second) return;
    show_notice(conversation_with(connection, who), say(Word::history_begins, {std::to_string(first_days)}));
}

// A message without an id of the archive cannot be in it, so it need not wait.
void Archive::let_wait(PurpleConnection* connection, Reading& reading, xmlnode** stanza) {
    const auto id = stanza_id(*stanza, own_address(connection));
    if (id.empty() || !is_said(*stanza)) return;
    if (!reading.is_under_way) {
        if (arrivals_.note(purple_connection_get_account(connection), id)) return;
        answer_its_client(connection, *stanza, false);
        return swallow(stanza);
    }
    if (reading.waiting.size() >= most_waiting) return;
    reading.waiting.emplace_back(xmlnode_copy(*stanza));
    swallow(stanza);
}

void Archive::stamp(PurpleConnection* connection, xmlnode* stanza) {
    if (xmlnode_get_child(stanza, "body") == nullptr) return;
    const auto id = attribute(stanza, "id");
    const auto device = device_of(purple_connection_get_account(connection));
    if (id.rfind(device, 0) == 0) return;
    const auto rest = id.empty() ? std::to_string(g_random_int()) : id;
    xmlnode_set_attrib(stanza, "id", (device + rest).c_str());
}

} // namespace purple_plugin
