// SPDX-License-Identifier: MIT
// XEP-0045 Multi-User Chat 1.35.5: rooms at a host of their own. Any user of this server makes a room; it begins as what
// colleagues expect: listed, open, temporary, real addresses seen by moderators only. Keeps the rooms that somebody is
// in; stores config, affiliations, subject and messages (XEP-0313) of persistent ones under their JIDs, nothing of temporary ones.
#include "modules/modules.h"
#include "modules/xep_0045_rooms/service.h"

namespace modules {

void add_rooms(routing::Feature& feature, const Choices& choices) {
    const auto host = xmpp::parse_jid(choices.rooms_host);
    if (!host || !host->is_bare() || host->has_local()) return feature.node().log.error("the rooms have no valid host name");
    const auto service = std::make_shared<rooms::Service>(feature, *host, std::chrono::days(choices.archive_days),
                                                          rooms::Wanted{choices.everyones_rooms, choices.administrators});
    if (!feature.serve(host->text(), [service](const xmpp::AnyStanza& stanza) { service->take(stanza); }))
        return feature.node().log.error("the rooms' host name is taken: " + host->text());
    service->start();
}

}  // namespace modules
