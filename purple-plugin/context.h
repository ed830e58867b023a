// SPDX-License-Identifier: GPL-2.0-or-later
// What each feature of the plugin may see. Owned by Features and older than all of them.
#pragma once
#include "base/organisation.h"

#include <account.h>
#include <plugin.h>
#include <prpl.h>

namespace purple_plugin {

constexpr const char* protocol_id = "prpl-bioaster";
constexpr const char* xmpp_protocol_id = "prpl-jabber";

struct Context {
    PurplePlugin* self;
    PurplePlugin* xmpp;                                // libpurple's own XMPP protocol, which does the work
    base::Organisation organisation;                   // read again at each login
    const PurplePluginProtocolInfo& protocol() const { // the functions of `xmpp`, which ours hand over to
        return *static_cast<PurplePluginProtocolInfo*>(xmpp->info->extra_info);
    }
};

inline bool is_ours(PurpleAccount* account) {
    return g_strcmp0(purple_account_get_protocol_id(account), protocol_id) == 0;
}

} // namespace purple_plugin
