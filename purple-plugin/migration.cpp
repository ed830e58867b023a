// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/migration.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/features.h"
#include "purple-plugin/identity.h"
#include "purple-plugin/identity_files.h"
#include "purple-plugin/lines.h"
#include "purple-plugin/names.h"
#include "purple-plugin/stanzas.h"

#include "base/text.h"

#include <blist.h>
#include <core.h>
#include <eventloop.h>
#include <log.h>
#include <notify.h>
#include <request.h>
#include <signals.h>

namespace purple_plugin {
namespace {

// Of the account: what it had as an ordinary one, what its user decided, where it logged in last.
constexpr const char* kept_name = "xmpp-name";
constexpr const char* never = "bioaster-never";
constexpr const char* last_domain = "bioaster-domain";
constexpr unsigned seconds_to_write = 20; // libpurple does within five
constexpr const char* kept_settings[] = {"connect_server", "ft_proxies", "connection_security", "bosh_url"};

bool still_exists(PurpleAccount* account) { return g_list_find(purple_accounts_get_all(), account) != nullptr; }

// Calls `what` for the account of an answered question, which may have gone meanwhile.
template <void (Migration::*what)(PurpleAccount*)>
void on_yes(PurpleAccount* account, int) {
    guarded([=] {
        auto* features = loaded_features();
        if (features != nullptr && still_exists(account)) (features->migration()->*what)(account);
    });
}

void on_never(PurpleAccount* account, int) {
    guarded([=] {
        if (still_exists(account)) purple_account_set_bool(account, never, TRUE);
    });
}

void on_signed_on(PurpleConnection* connection, void* migration) {
    guarded([=] { static_cast<Migration*>(migration)->consider(purple_connection_get_account(connection)); });
}

void on_account_removed(PurpleAccount* account, void* migration) {
    guarded([=] { static_cast<Migration*>(migration)->forget(account); });
}

std::string domain_of(PurpleAccount* account) {
    const auto address = base::lower_ascii(bare(purple_account_get_username(account)));
    const auto at = address.find('@');
    return at == address.npos ? "" : address.substr(at + 1);
}

// An account of the domain whose name we would not change: another name would be another account.
bool could_be_ours(PurpleAccount* account, const base::Organisation& organisation) {
    if (g_strcmp0(purple_account_get_protocol_id(account), xmpp_protocol_id) != 0) return false;
    const auto address = base::lower_ascii(bare(purple_account_get_username(account)));
    const auto ours = account_address(address, organisation.domain);
    return address.find('@') != address.npos && ours && *ours == address &&
           purple_accounts_find(address.c_str(), protocol_id) == nullptr;
}

std::string kept(const char* setting) { return std::string("xmpp-") + setting; }

void keep_settings(PurpleAccount* account) {
    purple_account_set_string(account, kept_name, purple_account_get_username(account));
    for (const char* setting : kept_settings)
        purple_account_set_string(account, kept(setting).c_str(), purple_account_get_string(account, setting, ""));
    purple_account_set_int(account, kept("port").c_str(), purple_account_get_int(account, "port", 5222));
}

void restore_settings(PurpleAccount* account) {
    for (const char* setting : kept_settings) {
        const char* value = purple_account_get_string(account, kept(setting).c_str(), "");
        if (*value != '\0')
            purple_account_set_string(account, setting, value);
        else
            purple_account_remove_setting(account, setting);
    }
    purple_account_set_int(account, "port", purple_account_get_int(account, kept("port").c_str(), 5222));
}

void enable(PurpleAccount* account) {
    if (purple_account_get_enabled(account, purple_core_get_ui()) == FALSE)
        purple_account_set_enabled(account, purple_core_get_ui(), TRUE);
}

std::string with_domain(const std::string& address, const std::string& domain) {
    return address.substr(0, address.find('@') + 1) + domain;
}

// Colleagues move with their organisation; what was said with each of them is found by the name.
void move_contacts(PurpleAccount* account, const std::string& from, const std::string& to) {
    GSList* buddies = purple_find_buddies(account, nullptr);
    for (; buddies != nullptr; buddies = g_slist_delete_link(buddies, buddies)) {
        auto* buddy = static_cast<PurpleBuddy*>(buddies->data);
        const std::string name = purple_buddy_get_name(buddy);
        if (!name.ends_with('@' + from)) continue;
        const auto moved = with_domain(name, to);
        const Text old_logs(purple_log_get_log_dir(PURPLE_LOG_IM, name.c_str(), account));
        const Text new_logs(purple_log_get_log_dir(PURPLE_LOG_IM, moved.c_str(), account));
        merge_folder(old_logs.get(), new_logs.get());
        purple_blist_rename_buddy(buddy, moved.c_str());
    }
}

} // namespace

Migration::Migration(const Context& context) : context_(context) {
    purple_signal_connect(purple_connections_get_handle(), "signed-on", this, PURPLE_CALLBACK(on_signed_on), this);
    purple_signal_connect(purple_accounts_get_handle(), "account-removed", this, PURPLE_CALLBACK(on_account_removed), this);
    for (GList* item = purple_accounts_get_all(); item != nullptr; item = item->next) {
        auto* account = static_cast<PurpleAccount*>(item->data);
        if (purple_account_get_enabled(account, purple_core_get_ui()) != FALSE) consider(account);
    }
}

Migration::~Migration() {
    purple_signals_disconnect_by_handle(this);
    if (writing_ != 0) purple_timeout_remove(writing_);
    purple_request_close_with_handle(context_.self);
}

gboolean Migration::all_is_written(void* migration) {
    static_cast<Migration*>(migration)->writing_ = 0;
    guarded(forget_change_of_identity);
    return FALSE;
}

void Migration::consider(PurpleAccount* account) {
    if (!could_be_ours(account, context_.organisation) || purple_account_get_bool(account, never, FALSE) != FALSE ||
        !asked_.insert(account).second)
        return;
    const auto& name = context_.organisation.name;
    purple_request_action(context_.self, name.c_str(),
                          in_lines(say(Word::migrate_offer, {bare(purple_account_get_username(account)), name})).c_str(),
                          in_lines(say(Word::migrate_keeps)).c_str(), PURPLE_DEFAULT_ACTION_NONE, account, nullptr, nullptr,
                          account, 3, say(Word::migrate_yes).c_str(), G_CALLBACK(on_yes<&Migration::become_ours>),
                          say(Word::migrate_later).c_str(), nullptr, say(Word::migrate_never).c_str(),
                          G_CALLBACK(on_never));
}

void Migration::ask_for_ordinary(PurpleConnection* connection) const {
    auto* account = purple_connection_get_account(connection);
    purple_request_action(context_.self, say(Word::menu_ordinary).c_str(),
                          in_lines(say(Word::ordinary_offer, {purple_account_get_username(account)})).c_str(),
                          in_lines(say(Word::ordinary_keeps)).c_str(), PURPLE_DEFAULT_ACTION_NONE, account, nullptr, nullptr,
                          account, 2, say(Word::migrate_yes).c_str(), G_CALLBACK(on_yes<&Migration::become_ordinary>),
                          say(Word::button_cancel).c_str(), nullptr);
}

void Migration::note_domain(PurpleAccount* account) const {
    purple_account_set_string(account, last_domain, context_.organisation.domain.c_str());
}

std::string Migration::ask_for_new_domain(PurpleAccount* account) {
    const auto& organisation = context_.organisation;
    const std::string address = purple_account_get_username(account);
    const auto former = domain_of(account);
    if (former.empty() || former == organisation.domain ||
        former != purple_account_get_string(account, last_domain, ""))
        return {};
    const auto moved = with_domain(address, organisation.domain);
    purple_request_action(context_.self, organisation.name.c_str(),
                          in_lines(say(Word::domain_offer, {address, organisation.name, organisation.domain, moved})).c_str(),
                          in_lines(say(Word::domain_keeps)).c_str(), PURPLE_DEFAULT_ACTION_NONE, account, nullptr, nullptr,
                          account, 2, say(Word::migrate_yes).c_str(),
                          G_CALLBACK(on_yes<&Migration::move_to_new_domain>), say(Word::migrate_later).c_str(),
                          nullptr);
    return say(Word::domain_refused, {address, organisation.name, organisation.domain});
}

void Migration::become_ours(PurpleAccount* account) {
    if (!could_be_ours(account, context_.organisation)) return;
    keep_settings(account);
    change(account, protocol_id, base::lower_ascii(bare(purple_account_get_username(account))), Word::migrate_done);
    enable(account); // its old settings may have ended it meanwhile
}

void Migration::become_ordinary(PurpleAccount* account) {
    if (!is_ours(account)) return;
    const std::string own = purple_account_get_username(account);
    const std::string before = purple_account_get_string(account, kept_name, "");
    const bool was_ordinary = base::lower_ascii(bare(before)) == own;
    if (was_ordinary) restore_settings(account);
    purple_account_set_bool(account, never, TRUE);
    change(account, xmpp_protocol_id, was_ordinary ? before : own, Word::ordinary_done);
}

void Migration::move_to_new_domain(PurpleAccount* account) {
    if (!is_ours(account)) return;
    const auto from = domain_of(account);
    const auto& to = context_.organisation.domain;
    if (from == to) return;
    change(account, protocol_id, with_domain(purple_account_get_username(account), to), Word::migrate_done);
    move_contacts(account, from, to);
    enable(account);
}

void Migration::change(PurpleAccount* account, const char* protocol, const std::string& address, Word done) {
    change_identity(account, {protocol, address});
    if (writing_ != 0) purple_timeout_remove(writing_);
    writing_ = purple_timeout_add_seconds(seconds_to_write, all_is_written, this);
    purple_notify_info(context_.self, context_.organisation.name.c_str(),
                       in_lines(say(done, {bare(address), context_.organisation.name})).c_str(), nullptr);
}

} // namespace purple_plugin
