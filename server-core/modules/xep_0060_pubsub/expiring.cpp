// SPDX-License-Identifier: MIT
#include "modules/xep_0060_pubsub/expiring.h"

#include <algorithm>

namespace modules::pubsub {
namespace {

bool has_expired_items(const store::Loaded& loaded, store::Time now) {
    return std::ranges::any_of(store::read_nodes(loaded.records), [&](const auto& entry) {
        return routing::items_of(entry.second, now).size() != entry.second.items.size();
    });
}

}  // namespace

void expire(const routing::Feature& feature, Service& service, const std::string& owner, const routing::DailyWalk::Next& next) {
    const auto jid = xmpp::parse_jid(owner);
    if (!jid || *jid == service.host()) {
        if (jid) service.expire();
        return next(true);
    }
    // Looked at without the account, which comes into memory only where there is something to do.
    feature.store().load(owner, {store::node_drawer}, [feature, jid = *jid, next](const auto& loaded) {
        const bool is_due = loaded && has_expired_items(*loaded, feature.node().clock.wall());
        const auto erase = [feature, next](routing::Account* account) {
            if (account) feature.publisher().expire(routing::Publisher::of(*account));
            next(true);
        };
        if (!is_due || !feature.users().when_loaded(jid, erase)) next(true);
    });
}

}  // namespace modules::pubsub
