// SPDX-License-Identifier: GPL-2.0-or-later
// The bridge to prpl-jabber: its code emits its signals on the protocol of the account, which is ours, and listens
// for them on its own handle, even to send. So each signal is offered here first and then passed on.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/purple_handles.h"

namespace purple_plugin {

class Transport {
public:
    explicit Transport(const Context& context);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

private:
    const Context& context_;
};

// Sends `stanza` in the stream's order. prpl-jabber's send_raw would not be counted by stream management (XEP-0198).
void send_stanza(const Context& context, PurpleConnection* connection, Node stanza);

// Has libpurple tell other clients that ours speak `feature`; it tells so of all XMPP accounts, until it ends.
void advertise(const Context& context, const char* feature);

} // namespace purple_plugin
