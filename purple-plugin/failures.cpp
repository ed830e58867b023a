// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/failures.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/features.h"
#include "purple-plugin/help.h"
#include "purple-plugin/lines.h"
#include "purple-plugin/stanzas.h"

#include <algorithm>
#include <cstring>

#include <core.h>
#include <notify.h>
#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* sasl_ns = "urn:ietf:params:xml:ns:xmpp-sasl";
constexpr const char* stream_errors = "urn:ietf:params:xml:ns:xmpp-streams";

void on_receiving(PurpleConnection* connection, xmlnode** element, void* failures) {
    guarded([=] {
        if (*element != nullptr) static_cast<Failures*>(failures)->receive(connection, *element);
    });
}

void on_error_changed(PurpleAccount* account, const PurpleConnectionErrorInfo*, PurpleConnectionErrorInfo* error,
                      void* failures) {
    guarded([=] {
        if (error != nullptr && is_ours(account)) static_cast<Failures*>(failures)->rewrite(account, error);
    });
}

void on_signed_off(PurpleConnection* connection, void* failures) {
    guarded([=] { static_cast<Failures*>(failures)->forget(connection); });
}

void on_signed_on(PurpleConnection* connection, void* failures) {
    guarded([=] { static_cast<Failures*>(failures)->over(purple_connection_get_account(connection)); });
}

void on_account_removed(PurpleAccount* account, void* failures) {
    guarded([=] { static_cast<Failures*>(failures)->over(account); });
}

// Finch tries again by itself after an error that may pass, and says nothing of it.
bool is_said_by_nobody(PurpleConnectionError reason) {
    return g_strcmp0(purple_core_get_ui(), "gnt-purple") == 0 && purple_connection_error_is_fatal(reason) == FALSE;
}

void report_in_our_words(PurpleConnection* connection, PurpleConnectionError reason, const char* text) {
    guarded([=] { loaded_features()->failures()->report(connection, reason, text); });
}

// The first child in that namespace: the condition, which comes before the text.
std::string condition_in(const xmlnode* element, const char* ns) {
    for (xmlnode* child = element->child; child != nullptr; child = child->next)
        if (child->type == XMLNODE_TYPE_TAG && g_strcmp0(xmlnode_get_namespace(child), ns) == 0) return child->name;
    return {};
}

// RFC 6120 7.6.2: the server gives no resource to this login; it need not repeat the request.
bool is_refused_resource(const xmlnode* element) {
    const auto condition = std::strcmp(element->name, "iq") == 0 ? error_condition(element) : "";
    return condition == "conflict" || condition == "resource-constraint";
}

} // namespace

std::optional<Word> word_for_condition(const std::string& condition) {
    static const std::map<std::string, Word> words{
        {"host-unknown", Word::server_other},             {"host-gone", Word::server_other},
        {"internal-server-error", Word::server_trouble},  {"encryption-required", Word::login_impossible},
        {"invalid-mechanism", Word::login_impossible},    {"mechanism-too-weak", Word::login_impossible},
        {"invalid-authzid", Word::login_impossible},      {"aborted", Word::login_impossible},
        {"not-authorized", Word::password_wrong},         {"credentials-expired", Word::password_wrong},
        {"account-disabled", Word::account_disabled},     {"temporary-auth-failure", Word::too_many_tries},
        {"policy-violation", Word::too_many_tries},       {"conflict", Word::logged_in_elsewhere},
        {"system-shutdown", Word::server_restarts},       {"resource-constraint", Word::server_full},
        {"stream:not-authorized", Word::account_gone},    {"stream:connection-timeout", Word::connection_lost},
        {"stream:policy-violation", Word::too_many_tries}};
    const auto found = words.find(condition);
    return found != words.end() ? std::optional(found->second) : std::nullopt;
}

Word word_for_reason(PurpleConnectionError reason, bool was_online) {
    switch (reason) {
    case PURPLE_CONNECTION_ERROR_NETWORK_ERROR: return was_online ? Word::connection_lost : Word::server_unreachable;
    case PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED: return Word::password_wrong;
    case PURPLE_CONNECTION_ERROR_AUTHENTICATION_IMPOSSIBLE: return Word::login_impossible;
    case PURPLE_CONNECTION_ERROR_NAME_IN_USE: return Word::logged_in_elsewhere;
    case PURPLE_CONNECTION_ERROR_NO_SSL_SUPPORT:
    case PURPLE_CONNECTION_ERROR_ENCRYPTION_ERROR: return Word::not_secure;
    default: return Word::connection_failed;
    }
}

Failures::Failures(const Context& context) : context_(context), windows_(purple_connections_get_ui_ops()) {
    // First of all: what clients show is the error as their own handlers find it.
    purple_signal_connect_priority(purple_accounts_get_handle(), "account-error-changed", this,
                                   PURPLE_CALLBACK(on_error_changed), this, PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect(purple_accounts_get_handle(), "account-removed", this, PURPLE_CALLBACK(on_account_removed), this);
    purple_signal_connect(purple_connections_get_handle(), "signed-off", this, PURPLE_CALLBACK(on_signed_off), this);
    purple_signal_connect(purple_connections_get_handle(), "signed-on", this, PURPLE_CALLBACK(on_signed_on), this);
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving), this,
                                   as_it_came);
    if (windows_ == nullptr || windows_->report_disconnect_reason == nullptr) return;
    report_ = windows_->report_disconnect_reason;
    windows_->report_disconnect_reason = report_in_our_words;
}

Failures::~Failures() {
    purple_signals_disconnect_by_handle(this);
    if (report_ != nullptr && windows_->report_disconnect_reason == report_in_our_words)
        windows_->report_disconnect_reason = report_;
}

void Failures::receive(PurpleConnection* connection, const xmlnode* element) {
    const bool is_online = PURPLE_CONNECTION_IS_CONNECTED(connection);
    if (!is_online && is_refused_resource(element)) return note(connection, error_condition(element));
    const bool is_login = std::strcmp(element->name, "failure") == 0;
    if (!is_login && std::strcmp(element->name, "error") != 0) return;
    const auto condition = condition_in(element, is_login ? sasl_ns : stream_errors);
    if (condition.empty()) return;
    // Before login too many passwords are a breach of the server's policy, then too many stanzas.
    if (is_online && condition == "policy-violation") {
        said_[connection] = Word::sent_too_much;
        return;
    }
    // The two share names: a stream ends not-authorized when its account is gone.
    note(connection, !is_login && word_for_condition("stream:" + condition) ? "stream:" + condition : condition);
}

void Failures::note(PurpleConnection* connection, const std::string& condition) {
    if (const auto word = word_for_condition(condition)) said_[connection] = *word;
}

void Failures::give_up(PurpleConnection* connection, Word why) {
    said_[connection] = why;
    purple_connection_error_reason(connection, PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
                                   sentence(connection, PURPLE_CONNECTION_ERROR_NETWORK_ERROR, "").c_str());
}

bool Failures::is_ours_already(const std::string& text) const {
    const auto& organisation = context_.organisation;
    for (const Word word : {Word::certificate_untrusted, Word::certificate_other_name, Word::certificate_expired,
                            Word::certificate_too_early, Word::certificate_other_key, Word::server_unproven})
        for (const auto& detail : {organisation.name, organisation.domain})
            if (text == say(word, {organisation.connect_server, detail})) return true;
    return false;
}

Word Failures::word(PurpleConnection* connection, PurpleConnectionError reason) const {
    const auto said = said_.find(connection);
    const bool was_online = connection != nullptr && PURPLE_CONNECTION_IS_CONNECTED(connection);
    return said != said_.end() ? said->second : word_for_reason(reason, was_online);
}

std::string Failures::sentence(PurpleConnection* connection, PurpleConnectionError reason,
                               const std::string& text) const {
    if (reason == PURPLE_CONNECTION_ERROR_INVALID_SETTINGS || is_ours_already(text)) return text;
    return say(word(connection, reason),
               {context_.organisation.connect_server,
                connection != nullptr ? own_address(connection) : context_.organisation.name, text,
                contact_in_brackets(context_.organisation)});
}

void Failures::report(PurpleConnection* connection, PurpleConnectionError reason, const char* text) {
    auto* account = purple_connection_get_account(connection);
    if (!is_ours(account)) return report_(connection, reason, text);
    const std::string theirs = text != nullptr ? text : "";
    const auto ours = sentence(connection, reason, theirs);
    // Who enables the account again is asked for a password only where none is kept.
    if (!is_ours_already(theirs) && word(connection, reason) == Word::password_wrong)
        purple_account_set_password(account, nullptr);
    report_(connection, reason, ours.c_str());
    if (!is_said_by_nobody(reason) || !told_[account].insert(ours).second) return;
    purple_notify_error(account, context_.organisation.name.c_str(), in_lines(ours).c_str(), nullptr);
}

void Failures::over(PurpleAccount* account) {
    if (told_.erase(account) != 0) purple_notify_close_with_handle(account);
}

void Failures::rewrite(PurpleAccount* account, PurpleConnectionErrorInfo* error) const {
    auto* connection = purple_account_get_connection(account);
    if (connection == nullptr) return; // an error of an earlier run, in our words already
    const auto ours = sentence(connection, error->type, error->description != nullptr ? error->description : "");
    g_free(error->description);
    error->description = g_strdup(ours.c_str());
}

} // namespace purple_plugin
