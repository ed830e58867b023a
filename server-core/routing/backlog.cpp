// SPDX-License-Identifier: MIT
#include "routing/backlog.h"

#include <memory>

namespace routing {

bool has_room_to_wait(Account& account, std::size_t most, store::Store& store) {
    if (most == 0) return true;
    auto& backlog = account.backlog();
    if (!backlog) {
        backlog = std::make_shared<std::size_t>(0);
        store::PageQuery waiting;
        waiting.after = account.log().listed_up_to();
        waiting.archived_only = true;  // what is kept only to be delivered is few, and counted since the account was loaded
        store.count(account.jid().text(), waiting, 0, most, [kept = std::weak_ptr(backlog)](auto found) {
            const auto known = kept.lock();
            if (known && found) *known += found->all;
        });
    }
    if (*backlog >= most) return false;
    ++*backlog;
    return true;
}

xmpp::StanzaError too_many_wait() {
    return {xmpp::Condition::resource_constraint, {"too many messages wait for this account", "trop de messages attendent ce compte"}, xmpp::ErrorType::wait, {}};
}

}  // namespace routing
