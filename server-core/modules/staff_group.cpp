// SPDX-License-Identifier: MIT
// The organisation's staff group (docs/decisions/0051): every account in everybody's roster, kept up to date while clients
// are connected. The directory keeps who they are, the roster shows them.
#include "modules/modules.h"
#include "routing/contacts.h"

namespace modules {
namespace {

// RFC 6121 2.1.6: a roster push to each client that asked for its roster.
void push_to_all(const routing::Feature& feature, const routing::Colleague& colleague) {
    feature.users().for_each_session([&](routing::Session& session) {
        const routing::Account& account = session.account();
        if (!session.is_interested() || account.jid() == colleague.jid) return;
        const routing::Roster& roster = session.account().roster();
        routing::push_item(session, roster.shown(colleague.jid), roster.version_text(roster.version(), colleague.version),
                           feature.writes().gate());
    });
}

} // namespace

void add_staff_group(routing::Feature& feature, const Choices& choices) {
    routing::Directory& directory = feature.users().directory();
    directory.start(choices.staff_group);
    if (choices.staff_group.empty()) return;
    directory.on_changed([feature](const routing::Colleague& colleague) { push_to_all(feature, colleague); });
}

} // namespace modules
