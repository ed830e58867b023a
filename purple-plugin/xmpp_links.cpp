// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/xmpp_links.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/chats.h"
#include "purple-plugin/lines.h"
#include "purple-plugin/names.h"
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include "base/text.h"

#include <blist.h>
#include <core.h>
#include <notify.h>
#include <server.h>
#include <signals.h>

namespace purple_plugin {
namespace {

gboolean on_link(const char* scheme, const char* target, GHashTable* parameters, void* links) {
    return guarded(FALSE, [=]() -> gboolean {
        return static_cast<XmppLinks*>(links)->follow(scheme, target, parameters) ? TRUE : FALSE;
    });
}

bool has(GHashTable* parameters, const char* name) {
    return parameters != nullptr && g_hash_table_lookup_extended(parameters, name, nullptr, nullptr) != FALSE;
}

std::string unescaped(const std::string& text) {
    const Text plain(g_uri_unescape_string(text.c_str(), nullptr));
    return plain != nullptr && g_utf8_validate(plain.get(), -1, nullptr) != FALSE ? plain.get() : text;
}

// libpurple hands values over as they stand in the link.
std::string value(GHashTable* parameters, const char* name) {
    const auto* found =
        parameters != nullptr ? static_cast<const char*>(g_hash_table_lookup(parameters, name)) : nullptr;
    return found != nullptr ? unescaped(found) : "";
}

// Of that protocol and, where `address` is not empty, that address: one online before one that is only enabled.
PurpleAccount* find_account(const char* protocol, const std::string& address) {
    PurpleAccount* enabled = nullptr;
    for (GList* item = purple_accounts_get_all(); item != nullptr; item = item->next) {
        auto* account = static_cast<PurpleAccount*>(item->data);
        if (g_strcmp0(purple_account_get_protocol_id(account), protocol) != 0) continue;
        if (!address.empty() && base::lower_ascii(bare(purple_account_get_username(account))) != address) continue;
        if (purple_account_is_connected(account) != FALSE) return account;
        if (enabled == nullptr && purple_account_get_enabled(account, purple_core_get_ui()) != FALSE) enabled = account;
    }
    return enabled;
}

bool is_online(PurpleAccount* account) { return account != nullptr && purple_account_is_connected(account) != FALSE; }

// The text waits for the user's word: a link on a page sends nothing in his name.
void talk(PurpleConnection* connection, const std::string& address, const std::string& body) {
    auto* conversation = conversation_with(connection, address);
    purple_conversation_present(conversation);
    if (!body.empty()) purple_conv_send_confirm(conversation, escaped(body).c_str());
}

} // namespace

XmppLink read_xmpp_link(const std::string& target, const std::string& named_account) {
    XmppLink link{base::lower_ascii(bare(named_account)), target};
    if (target.starts_with("//")) { // RFC 5122 2.2: the account to use stands before the address
        const auto slash = target.find('/', 2);
        const bool is_alone = slash == target.npos || slash + 1 == target.size();
        link.address = is_alone ? target.substr(2, slash == target.npos ? slash : slash - 2) : target.substr(slash + 1);
        if (!is_alone) link.account = base::lower_ascii(unescaped(target.substr(2, slash - 2)));
    }
    link.address = unescaped(link.address);
    return link;
}

XmppLinks::XmppLinks(const Context& context) : context_(context) {
    // Before libxmpp's own, which takes the first account that it knows.
    purple_signal_connect_priority(purple_get_core(), "uri-handler", this, PURPLE_CALLBACK(on_link), this,
                                   PURPLE_SIGNAL_PRIORITY_LOWEST);
}

XmppLinks::~XmppLinks() { purple_signals_disconnect_by_handle(this); }

// The organisation's own addresses are ours; others are, unless an ordinary XMPP account is there for them.
PurpleAccount* XmppLinks::account_for(const XmppLink& link) const {
    auto* ours = find_account(protocol_id, link.account);
    if (ours == nullptr || !link.account.empty()) return ours;
    const auto at = link.address.find('@');
    const auto domain = base::lower_ascii(bare(at == link.address.npos ? link.address : link.address.substr(at + 1)));
    const auto& organisation = context_.organisation;
    const bool is_here =
        domain == organisation.domain || domain == organisation.rooms || domain.ends_with('.' + organisation.domain);
    if (is_here && is_online(ours)) return ours;
    return is_online(find_account(xmpp_protocol_id, "")) ? nullptr : ours;
}

void XmppLinks::enter_room(PurpleConnection* connection, const std::string& room, const std::string& password) const {
    GHashTable* where = chat_defaults(connection, room.c_str(), context_);
    if (!password.empty()) g_hash_table_replace(where, const_cast<char*>("password"), g_strdup(password.c_str()));
    serv_join_chat(connection, where);
    g_hash_table_destroy(where);
}

bool XmppLinks::follow(const char* scheme, const char* target, GHashTable* parameters) const {
    if (g_ascii_strcasecmp(scheme, "xmpp") != 0 || target == nullptr) return false;
    const auto link = read_xmpp_link(target, value(parameters, "account"));
    auto* account = link.address.empty() ? nullptr : account_for(link);
    if (account == nullptr) return false;
    if (!is_online(account)) {
        purple_notify_info(context_.self, context_.organisation.name.c_str(),
                           in_lines(say(Word::link_offline, {purple_account_get_username(account)})).c_str(), nullptr);
        return true;
    }
    auto* connection = purple_account_get_connection(account);
    if (has(parameters, "join"))
        enter_room(connection, link.address, value(parameters, "password"));
    else if (has(parameters, "roster") || has(parameters, "subscribe"))
        purple_blist_request_add_buddy(account, bare(link.address).c_str(), nullptr,
                                       has(parameters, "name") ? value(parameters, "name").c_str() : nullptr);
    else // XEP-0147 4: what is not understood opens a conversation, as a link without anything does
        talk(connection, link.address, has(parameters, "message") ? value(parameters, "body") : "");
    return true;
}

} // namespace purple_plugin
