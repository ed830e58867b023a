// SPDX-License-Identifier: MIT
// What a store does, whatever keeps the bytes: records (owner, drawer, name) and one message log for each owner.
// Called on the loop's thread only; answers come on the loop's thread, in a later turn (memory: in the same call).
#pragma once
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace store {

using Time = std::chrono::system_clock::time_point;

struct Record {
    std::string drawer;
    std::string name;
    std::string value;
};

// One message of an owner's log. The owner gives ids: growing, above 0 and below 2^63, never used twice.
struct Entry {
    std::uint64_t id = 0;
    Time stamp{};        // kept to the millisecond, as XEP-0082 writes it
    std::string with;    // the other side's bare JID (in a room: the occupant's nick)
    std::string stanza;  // serialised, default namespace jabber:client
    bool outgoing = false;
    std::string resource = {};  // of the other side's address, where it had one
    bool archived = true;  // false: kept only until it was delivered (ForgetPassing)
};

struct Put { std::string owner; Record record; };
struct Erase { std::string owner, drawer, name; };
struct EraseDrawer { std::string owner, drawer; };
struct EraseOwner { std::string owner; };  // all records and the log
struct Append { std::string owner; Entry entry; };  // an id that is there already is left as it is
struct Rewrite { std::string owner; std::uint64_t id; std::string stanza; };  // of an entry, if it is there
struct Trim { std::string owner; std::uint64_t up_to; };           // entries up to that id
struct ForgetPassing { std::string owner; std::uint64_t up_to; };  // the same, only those that are not archived
using Operation = std::variant<Put, Erase, EraseDrawer, EraseOwner, Append, Trim, ForgetPassing, Rewrite>;

// Applied whole or not at all, and durable when `done` is called without a refusal (fsync has returned).
using Batch = std::vector<Operation>;
enum class Refusal { resource_constraint, internal_error };  // disk full; anything else
using Done = std::function<void(std::optional<Refusal>)>;

template <class T>
using Answer = std::function<void(base::Result<T, Refusal>)>;

struct Loaded {
    std::vector<Record> records;      // of the drawers asked for, in order of drawer and name
    std::uint64_t last_entry_id = 0;  // 0: the log is empty
};

struct PageQuery {
    std::uint64_t after = 0;                // ids above this
    std::uint64_t before = UINT64_MAX;      // and below this
    std::size_t most = 100;
    bool newest_first = false;              // which end `most` counts from; the page itself is always oldest first
    std::size_t most_bytes = SIZE_MAX;      // of stanzas; the one that passes it is the page's last
    // For archives, where all that is given must hold:
    bool archived_only = false;
    std::string with = {};                  // the other side's bare JID...
    std::string resource = {};              // ...and resource, if not empty; both need `archived_only`
    Time start = Time::min();               // stamps from here
    Time end = Time::max();                 // to here
    std::vector<std::uint64_t> ids = {};    // only these
};

// How many entries a query finds, whatever its `most`, and how many of them have ids below another.
struct Counted {
    std::size_t all = 0;
    std::size_t below = 0;
};

class Store {
public:
    virtual ~Store() = default;

    // Batches are applied in the order of the calls. Those that queued up while the last group was written make one
    // transaction; when that fails, each batch is tried alone and only those that fail are refused.
    virtual void commit(Batch batch, Done done) = 0;

    // Reads see every batch committed before the call, and perhaps some committed after it.
    virtual void load(std::string owner, std::vector<std::string> drawers, Answer<Loaded> answer) = 0;
    virtual void find(std::string owner, std::string drawer, std::string name, Answer<std::optional<std::string>> answer) = 0;
    virtual void page(std::string owner, PageQuery query, Answer<std::vector<Entry>> answer) = 0;
    // Counts no further than `limit`.
    virtual void count(std::string owner, PageQuery query, std::uint64_t below, std::size_t limit, Answer<Counted> answer) = 0;
    // All owners that have a record in `drawer`, sorted.
    virtual void owners(std::string drawer, Answer<std::vector<std::string>> answer) = 0;
    // Called at the end of each turn: what was committed in it is handed to the disk.
    virtual void end_turn() {}
};

}  // namespace store
