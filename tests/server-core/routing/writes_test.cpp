// SPDX-License-Identifier: MIT
// What waits for a commit, and what a refusal does: tickets, scopes and the queue of one outlet.
#include "routing/out_queue.h"
#include "routing/writes.h"
#include "store/memory/memory_store.h"
#include "xml/parser.h"

#include <doctest/doctest.h>

using routing::OutQueue, routing::Outgoing, routing::TicketPtr, routing::Writes;

namespace {

xmpp::AnyStanza stanza(const std::string& text) { return *xmpp::parse_stanza(*xml::parse_element(text)); }

struct Bench {
    store::MemoryStore store;
    Writes writes{store};
    std::vector<std::string> told;
    std::vector<std::string> sent;
    std::vector<std::string> dropped;
    OutQueue queue{100, [this](Outgoing&& out) { sent.push_back(out.bytes); },
                   [this](Outgoing&& out) { dropped.push_back(out.bytes); }};
    xmpp::AnyStanza origin = stanza("<message from='a@b/c' to='d@b' id='o1'/>");

    Bench() {
        writes.on_refused([this](const xmpp::AnyStanza& whose, store::Refusal) {
            told.emplace_back(xmpp::common(whose).id());
            CHECK(!writes.gate());
        });
    }
    void commit(std::function<void()> refused = {}) { writes.commit({store::Put{"o", {"d", "n", "v"}}}, std::move(refused)); }
    bool push(const std::string& bytes) { return queue.push({bytes}, writes.gate()); }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("What is pushed after a commit waits for it, what was pushed before does not") {
    Bench bench;
    bench.store.hold();
    {
        const Writes::Scope scope(bench.writes, &bench.origin);
        CHECK(bench.push("before"));
        bench.commit();
        CHECK(bench.push("after"));
    }
    CHECK(bench.push("later, of another scope"));  // order holds
    CHECK(bench.sent == Texts{"before"});
    CHECK(bench.writes.newest() != nullptr);
    CHECK(bench.writes.under_way() == 1);
    bench.store.release();
    CHECK(bench.sent == Texts{"before", "after", "later, of another scope"});
    CHECK(bench.writes.newest() == nullptr);
    CHECK(bench.writes.under_way() == 0);
    CHECK(bench.queue.is_empty());
    CHECK(bench.queue.bytes() == 0);
}

TEST_CASE("A refused commit drops what waited for it, tells the sender once, and lets the rest go on") {
    Bench bench;
    bool was_refused = false;
    bench.store.hold();
    bench.store.refuse_next(store::Refusal::resource_constraint);
    {
        const Writes::Scope scope(bench.writes, &bench.origin);
        bench.commit([&] { was_refused = true; });
        CHECK(bench.push("one"));
        bench.commit();  // kept by itself, but it belongs to the same stanza
        CHECK(bench.push("two"));
    }
    CHECK(bench.push("other"));
    bench.store.release();
    CHECK(was_refused);
    CHECK(bench.dropped == Texts{"one", "two"});
    CHECK(bench.sent == Texts{"other"});
    CHECK(bench.told == Texts{"o1"});
}

TEST_CASE("A refusal that comes at once is told, and not behind what was refused") {
    Bench bench;
    bench.store.refuse_next(store::Refusal::internal_error);
    const Writes::Scope scope(bench.writes, &bench.origin);
    bench.commit();
    CHECK(bench.told == Texts{"o1"});
    CHECK(bench.push("after"));
    CHECK(bench.dropped == Texts{"after"});
}

TEST_CASE("Scopes nest: the inner one neither waits for the outer nor makes it wait") {
    Bench bench;
    bench.store.hold();
    const auto inner_origin = stanza("<message from='a@b/c' to='d@b' id='o2'/>");
    const Writes::Scope outer(bench.writes, &bench.origin);
    bench.commit();
    const TicketPtr gate = bench.writes.gate();
    {
        const Writes::Scope inner(bench.writes, &inner_origin);
        CHECK(!bench.writes.gate());
        bench.commit();
    }
    CHECK(bench.writes.gate() == gate);
    {
        const Writes::Scope after(bench.writes, &inner_origin, gate);
        CHECK(bench.writes.gate() == gate);
    }
    bench.store.release();
}

TEST_CASE("A commit aside is waited for by nobody, and its refusal told to nobody") {
    Bench bench;
    bench.store.refuse_next(store::Refusal::internal_error);
    const Writes::Scope scope(bench.writes, &bench.origin);
    bench.writes.commit_aside({store::Put{"o", {"d", "n", "v"}}});
    CHECK(!bench.writes.gate());
    CHECK(bench.told.empty());
    CHECK(bench.push("on"));
    CHECK(bench.sent == Texts{"on"});
}

TEST_CASE("DESIGN 4.3: a queue that waits is bounded in bytes, one that does not wait is not") {
    Bench bench;
    CHECK(bench.push(std::string(1000, 'x')));
    bench.store.hold();
    const Writes::Scope scope(bench.writes, &bench.origin);
    bench.commit();
    CHECK(bench.push(std::string(100, 'x')));
    CHECK_FALSE(bench.push("x"));
    CHECK(bench.queue.bytes() == 100);
    bench.store.release();
    CHECK(bench.sent.size() == 2);
    CHECK(bench.push("x"));
}

TEST_CASE("A queue that ends gives back what waits, and its commit wakes nobody") {
    store::MemoryStore store;
    Writes writes(store);
    const auto origin = stanza("<message from='a@b/c' to='d@b'/>");
    std::vector<std::uint64_t> left;
    {
        const Writes::Scope scope(writes, &origin);
        store.hold();
        writes.commit({store::Put{"o", {"d", "n", "v"}}});
        OutQueue queue(0, [](Outgoing&&) { FAIL("sent"); }, [](Outgoing&&) { FAIL("dropped"); });
        CHECK(queue.push({"a", 7}, writes.gate()));
        CHECK(queue.push({"b", 8}, writes.gate()));
        queue.clear_returning([&](const Outgoing& out) { left.push_back(out.log_id); });
        CHECK(queue.is_empty());
    }
    store.release();
    CHECK(left == std::vector<std::uint64_t>{7, 8});
}
