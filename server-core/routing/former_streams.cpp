// SPDX-License-Identifier: MIT
#include "routing/former_streams.h"

#include <utility>

namespace routing {

void take_acknowledged(const Node& node, Account& account) {
    if (node.deliveries == nullptr) return;
    for (const std::uint64_t id : node.deliveries->acknowledged_by(account.jid().text())) account.reached(id);
}

void note_former(const Node& node, Users& users, const xmpp::Jid& bare, std::string_view id, std::uint32_t handled,
                 std::function<void()> done) {
    if (node.deliveries == nullptr) return done();
    store::Deliveries& deliveries = *node.deliveries;
    auto arrived = deliveries.reached(id, bare.text(), handled);
    if (arrived.empty()) return done();
    // As good as <a/>: the client forgets that stream now, and may never say it again.
    deliveries.acknowledged(deliveries.stream(id), bare.text(), handled);
    const auto note = [arrived = std::move(arrived), done](Account* account) {
        for (const std::uint64_t entry : arrived)
            if (account != nullptr) account->reached(entry);
        done();
    };
    if (!users.when_loaded(bare, note)) done();
}

}  // namespace routing
