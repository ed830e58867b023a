// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/undelivered.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"

#include <algorithm>

#include <signals.h>

namespace purple_plugin {
namespace {

constexpr std::size_t most_noted = 100;
constexpr glong longest_quote = 60; // characters

Undelivered* undelivered_of(void* data) { return static_cast<Undelivered*>(data); }

void on_sending(PurpleConnection* connection, xmlnode** stanza, void* undelivered) {
    guarded([=] {
        if (is_message(*stanza)) undelivered_of(undelivered)->note(connection, *stanza);
    });
}

gboolean on_message(PurpleConnection* connection, const char* type, const char*, const char*, const char*,
                    xmlnode* message, void* undelivered) {
    return guarded(FALSE, [=]() -> gboolean {
        return g_strcmp0(type, "error") == 0 && undelivered_of(undelivered)->tell(connection, message) ? TRUE : FALSE;
    });
}

void on_signing_off(PurpleConnection* connection, void* undelivered) {
    guarded([=] { undelivered_of(undelivered)->forget(connection); });
}

std::string quote(const std::string& text) {
    if (g_utf8_strlen(text.c_str(), -1) <= longest_quote) return text;
    const char* end = g_utf8_offset_to_pointer(text.c_str(), longest_quote);
    return text.substr(0, static_cast<std::size_t>(end - text.c_str())) + "…";
}

PurpleConversation* find_room(PurpleConnection* connection, const std::string& address) {
    return purple_find_conversation_with_account(PURPLE_CONV_TYPE_CHAT, bare(address).c_str(),
                                                 purple_connection_get_account(connection));
}

} // namespace

Word word_for_bounce(const std::string& condition, bool in_room) {
    static const std::map<std::string, Word> words{{"item-not-found", Word::bounce_nobody},
                                                   {"jid-malformed", Word::bounce_nobody},
                                                   {"gone", Word::bounce_nobody},
                                                   {"recipient-unavailable", Word::bounce_away},
                                                   {"service-unavailable", Word::bounce_away},
                                                   {"remote-server-not-found", Word::bounce_other_server},
                                                   {"remote-server-timeout", Word::bounce_other_server},
                                                   {"forbidden", Word::bounce_forbidden},
                                                   {"not-allowed", Word::bounce_forbidden},
                                                   {"not-authorized", Word::bounce_forbidden},
                                                   {"registration-required", Word::bounce_forbidden},
                                                   {"subscription-required", Word::bounce_forbidden},
                                                   {"not-acceptable", Word::bounce_blocked},
                                                   {"policy-violation", Word::bounce_too_much},
                                                   {"resource-constraint", Word::bounce_not_kept},
                                                   {"internal-server-error", Word::bounce_not_kept}};
    if (in_room && condition == "not-acceptable") return Word::bounce_not_in_room; // XEP-0045 7.4
    const auto found = words.find(condition);
    return found != words.end() ? found->second : Word::bounce_refused;
}

Undelivered::Undelivered(const Context& context) {
    // After those who give ids.
    purple_signal_connect_priority(context.self, "jabber-sending-xmlnode", this, PURPLE_CALLBACK(on_sending), this,
                                   adds_payloads);
    purple_signal_connect(context.self, "jabber-receiving-message", this, PURPLE_CALLBACK(on_message), this);
    purple_signal_connect(purple_connections_get_handle(), "signing-off", this, PURPLE_CALLBACK(on_signing_off), this);
}

Undelivered::~Undelivered() { purple_signals_disconnect_by_handle(this); }

void Undelivered::note(PurpleConnection* connection, const xmlnode* message) {
    Sent sent{attribute(message, "id"), quote(text_in(message, "body"))};
    if (sent.id.empty() || sent.text.empty()) return;
    auto& noted = sent_[connection];
    noted.push_back(std::move(sent));
    if (noted.size() > most_noted) noted.pop_front();
}

// What came back: as we sent it, else as the error repeats it; empty for what the user did not write.
std::string Undelivered::take_text(PurpleConnection* connection, const xmlnode* error) {
    auto& noted = sent_[connection];
    const auto id = attribute(error, "id");
    const auto found = std::find_if(noted.begin(), noted.end(), [&id](const Sent& sent) { return sent.id == id; });
    if (found == noted.end()) return text_in(error, "body");
    const auto text = found->text;
    noted.erase(found);
    return text;
}

bool Undelivered::tell(PurpleConnection* connection, const xmlnode* error) {
    const auto text = take_text(connection, error);
    const auto from = attribute(error, "from");
    if (text.empty() || from.empty()) return false;
    auto* room = find_room(connection, from);
    const bool in_room = room != nullptr && bare(from) == from;
    const auto why = say(word_for_bounce(error_condition(error), in_room), {bare(from)});
    // A private word in a room belongs to the occupant's own conversation.
    auto* conversation = in_room ? room : conversation_with(connection, room != nullptr ? from : bare(from));
    show_notice(conversation, say(Word::undelivered, {quote(text), why}));
    return true;
}

} // namespace purple_plugin
