// SPDX-License-Identifier: MIT
// What follows from an account's end for others: its contacts, rooms, nodes. A tombstone says that it is to be done until
// everybody has done his part, also after a kill (docs/decisions/0080).
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace routing {

class Account;

class AccountEnd : public std::enable_shared_from_this<AccountEnd> {
public:
    explicit AccountEnd(std::function<void()> over) : over_(std::move(over)) {}

    // One thing more is to be done: what is returned is called once when the disk has it. Dropped uncalled it was not
    // done, and the next start tries again: each part may be repeated.
    std::function<void()> part() {
        ++open_;
        return [self = shared_from_this()] {
            if (--self->open_ == 0) self->over_();
        };
    }

private:
    std::size_t open_ = 0;
    std::function<void()> over_;
};

// `account`: with its roster as it was; its clients, where it has any, are still there.
using OnAccountEnd = std::function<void(Account& account, AccountEnd& end)>;

}  // namespace routing
