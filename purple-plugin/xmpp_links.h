// SPDX-License-Identifier: GPL-2.0-or-later
// xmpp: links (RFC 5122, XEP-0147 1.2): a click talks to somebody, adds a contact or enters a room.
#pragma once
#include "purple-plugin/context.h"

#include <string>

namespace purple_plugin {

// What a link names. `account`: whose it is to be, by the link's own word; empty for any.
struct XmppLink {
    std::string account;
    std::string address;
};

// Both as libpurple hands them over: what stands between "xmpp:" and '?', and the `account` behind it.
XmppLink read_xmpp_link(const std::string& target, const std::string& named_account);

class XmppLinks {
public:
    explicit XmppLinks(const Context& context);
    ~XmppLinks();
    XmppLinks(const XmppLinks&) = delete;
    XmppLinks& operator=(const XmppLinks&) = delete;

    // Follows the link if it is for an account of ours; `parameters` are as they stand in it, or null.
    //   false   it is left to libpurple's own XMPP accounts
    bool follow(const char* scheme, const char* target, GHashTable* parameters) const;

private:
    PurpleAccount* account_for(const XmppLink& link) const;
    void enter_room(PurpleConnection* connection, const std::string& room, const std::string& password) const;

    const Context& context_;
};

} // namespace purple_plugin
