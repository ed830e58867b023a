// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/account.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/words.h"

#include <connection.h>
#include <signals.h>

namespace purple_plugin {
namespace {

std::string sentence_for(NameFault fault, const std::string& typed, const base::Organisation& organisation) {
    switch (fault) {
    case NameFault::empty: return say(Word::name_empty, {organisation.account_name});
    case NameFault::not_latin: return say(Word::name_not_latin, {typed, organisation.account_name});
    case NameFault::foreign_domain: break;
    }
    return say(Word::name_foreign, {typed, organisation.name, organisation.account_name});
}

// Each is hidden from the user, and written all the same: prpl-jabber reads what an older version may have left.
void write_settings(PurpleAccount* account, const base::Organisation& organisation) {
    purple_account_set_string(account, "connect_server", organisation.connect_server.c_str());
    purple_account_set_int(account, "port", organisation.port);
    purple_account_set_string(account, "ft_proxies", organisation.proxy.c_str());
    purple_account_set_string(account, "connection_security", "require_tls");
    purple_account_set_bool(account, "auth_plain_in_clear", FALSE);
    purple_account_set_string(account, "bosh_url", ""); // it would take the place of the connect server
}

void show_address(PurpleAccount* account, const std::string& address) {
    if (address != purple_account_get_username(account)) purple_account_set_username(account, address.c_str());
}

void on_account_added(PurpleAccount* account, void* data) {
    guarded([=] {
        if (!is_ours(account)) return;
        const auto& organisation = static_cast<Context*>(data)->organisation;
        const auto address = account_address(purple_account_get_username(account), organisation.domain);
        if (address) show_address(account, *address);
    });
}

// prpl-jabber's name for the connection ends in a resource, which would stand before each line that its user writes.
void on_signed_on(PurpleConnection* connection, void*) {
    guarded([=] {
        auto* account = purple_connection_get_account(connection);
        if (is_ours(account)) purple_connection_set_display_name(connection, purple_account_get_username(account));
    });
}

} // namespace

base::Result<void, std::string> prepare_account(PurpleAccount* account, const base::Organisation& organisation) {
    const std::string typed = purple_account_get_username(account);
    const auto address = account_address(typed, organisation.domain);
    if (!address) return base::Unexpected(sentence_for(address.error(), typed, organisation));
    show_address(account, *address);
    write_settings(account, organisation);
    return {};
}

Accounts::Accounts(const Context& context) : context_(context) {
    // First of all: the accounts window takes the name as it stands when its own handler runs.
    purple_signal_connect_priority(purple_accounts_get_handle(), "account-added", this,
                                   PURPLE_CALLBACK(on_account_added), const_cast<Context*>(&context_),
                                   PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect(purple_connections_get_handle(), "signed-on", this, PURPLE_CALLBACK(on_signed_on), nullptr);
}

Accounts::~Accounts() { purple_signals_disconnect_by_handle(this); }

} // namespace purple_plugin
