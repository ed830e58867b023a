// SPDX-License-Identifier: MIT
// How an account ends: erased at once, its tombstone in the same commit; then whoever knew it is told.
#include "routing/users.h"

#include <utility>

namespace routing {
namespace {

// What an erased account leaves: a record without a name, and its roster. Committed again it erases what came since.
store::Batch erasure(const xmpp::Jid& jid, const std::vector<store::Record>& left) {
    store::Batch batch{store::EraseOwner{jid.text()}, store::Put{jid.text(), {store::ended_drawer, "", ""}}};
    for (const store::Record& record : left) batch.emplace_back(store::Put{jid.text(), {store::ended_drawer, record.name, record.value}});
    return batch;
}

std::vector<store::Record> left_by(Account& account) {
    std::vector<store::Record> left;
    for (const auto& [contact, item] : account.roster().items())
        if (!item.removed) left.push_back(store::put_roster_item(account.jid().text(), item).record);
    return left;
}

}  // namespace

void Users::remove(Account& account, std::function<void(bool)> done) {
    const xmpp::Jid jid = account.jid();
    const Colleague gone = directory_.leaving(jid);
    const auto left = left_by(account);
    store::Batch batch = erasure(jid, left);
    directory_.add_to(batch, gone);
    store_.commit(std::move(batch), [this, jid, gone, left, done = std::move(done)](std::optional<store::Refusal> refusal) {
        done(!refusal);  // first, so that who asked for it still gets the answer
        if (refusal) return;
        const auto told = tell_end(jid, left, in_memory(jid));
        end_sessions(jid, {"the account was removed", "le compte a été supprimé"});
        if (Account* removed = in_memory(jid)) removed->reload({});
        // What came meanwhile, or was written because the sessions ended, goes as well.
        std::erase(moved_, jid.text());
        writes_.commit_aside(erasure(jid, left));
        directory_.keep(gone);
        told();
    });
}

// To be called when nothing of the account is left. Where no feature runs the tombstone stays for the next start.
std::function<void()> Users::tell_end(const xmpp::Jid& jid, const std::vector<store::Record>& left, Account* there) {
    if (account_ends_.empty()) return [] {};
    const auto end = std::make_shared<AccountEnd>([this, jid, alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired()) writes_.commit_aside({store::EraseDrawer{jid.text(), store::ended_drawer}});
    });
    auto told = end->part();
    store::Loaded former;
    for (const store::Record& record : left) former.records.push_back({store::roster_drawer, record.name, record.value});
    Account as_it_was(jid, former, [](const Account&) {});
    const Writes::Scope scope(writes_, nullptr);  // who hears of it hears what the disk has
    for (const auto& fn : account_ends_) fn(there != nullptr ? *there : as_it_was, *end);
    return told;
}

void Users::finish_ends() {
    const auto failed = [this] { node_.log.error("which accounts were erased could not be read; the next start tells their contacts and rooms"); };
    store_.owners(store::ended_drawer, [this, failed, alive = std::weak_ptr<bool>(alive_)](const auto& owners) {
        if (alive.expired()) return;
        if (!owners) return failed();
        for (const std::string& owner : *owners) {
            const auto jid = xmpp::parse_jid(owner);
            if (!jid) continue;
            store_.load(owner, {store::ended_drawer}, [this, failed, jid = *jid, alive](const auto& loaded) {
                if (alive.expired()) return;
                loaded ? tell_end(jid, loaded->records, nullptr)() : failed();
            });
        }
    });
}

}  // namespace routing
