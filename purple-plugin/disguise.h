// SPDX-License-Identifier: GPL-2.0-or-later
// Lets an account pass for one of prpl-jabber's for a while: much of what is made for XMPP asks for that id.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/purple_handles.h"

namespace purple_plugin {

class Disguise {
public:
    explicit Disguise(PurpleAccount* account)
        : account_(account), own_id_(account->protocol_id), xmpp_id_(g_strdup(xmpp_protocol_id)) {
        account_->protocol_id = xmpp_id_.get();
    }
    ~Disguise() { account_->protocol_id = own_id_; }
    Disguise(const Disguise&) = delete;
    Disguise& operator=(const Disguise&) = delete;

private:
    PurpleAccount* account_;
    char* own_id_;
    Text xmpp_id_;
};

} // namespace purple_plugin
