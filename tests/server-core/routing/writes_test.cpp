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
    OutQueue queue{[this](Outgoing&& out) { sent.push_back(out.bytes); },
                   [this](Outgoing&& out) { dropped.push_back(out.bytes); }};
    xmpp::AnyStanza origin = stanza("<message from='a@b/c' to='d@b' id='o1'/>");

    Bench() {
        writes.on_refused([this](const xmpp::AnyStanza& whose, store::Refusal) {
            told.emplace_back(xmpp::common(whose).id());
            CHECK(!writes.gate());
        });
    }
    void commit(std::function<void()> refused = {}) { writes.commit({store::Put{"o", {"d", "n", "v"}}}, std::move(refused)); }
    void push(const std::string& bytes) { queue.push({bytes}, writes.gate()); }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("What is pushed after a commit waits for it, what was pushed before does not") {
    Bench bench;
    bench.store.hold();
    {
        const Writes::Scope scope(bench.writes, &bench.origin);
        bench.push("before");
        bench.commit();
        bench.push("after");
    }
    bench.push("later, of another scope");  // order holds
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

TEST_CASE("What is gathered for one owner is one commit, what others commit meanwhile follows it, and all wait for it") {
    Bench bench;
    const auto put = [&](const std::string& owner, const std::string& name) { bench.writes.commit({store::Put{owner, {"d", name, "v"}}}); };
    const auto is_there = [&](const std::string& owner, const std::string& name) {
        bool found = false;
        bench.store.find(owner, "d", name, [&](const auto& value) { found = value->has_value(); });
        return found;
    };
    for (const std::size_t passing : {0, 1}) {
        const std::string one = "one" + std::to_string(passing);
        const std::string two = "two" + std::to_string(passing);
        bench.store.refuse_next(store::Refusal::resource_constraint, passing);
        const Writes::Scope scope(bench.writes, &bench.origin);
        {
            const Writes::Together together(bench.writes, "o");
            put("o", one);
            put("other", one);
            const Writes::Together inner(bench.writes, "other");
            {
                const Writes::Scope apart(bench.writes, nullptr);
                put("o", two);
                bench.push("behind two");
            }
            bench.push("behind all");
            CHECK_FALSE(is_there("o", one));
            CHECK(bench.sent.empty());
        }
        CHECK(is_there("o", one) == is_there("o", two));
        CHECK(is_there("o", one) == (passing == 1));
        CHECK(is_there("other", one) == (passing == 0));
    }
    CHECK(bench.dropped == Texts{"behind two", "behind all", "behind all"});
    CHECK(bench.sent == Texts{"behind two"});
    CHECK(bench.told == Texts{"o1", "o1"});
    CHECK(bench.writes.under_way() == 0);
}

TEST_CASE("A refused commit drops what waited for it, tells the sender once, and lets the rest go on") {
    Bench bench;
    bool was_refused = false;
    bench.store.hold();
    bench.store.refuse_next(store::Refusal::resource_constraint);
    {
        const Writes::Scope scope(bench.writes, &bench.origin);
        bench.commit([&] { was_refused = true; });
        bench.push("one");
        bench.commit();  // kept by itself, but it belongs to the same stanza
        bench.push("two");
    }
    bench.push("other");
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
    bench.push("after");
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
    bench.push("on");
    CHECK(bench.sent == Texts{"on"});
}

TEST_CASE("A queue counts the bytes that wait, so that its owner can bound them") {
    Bench bench;
    bench.push(std::string(1000, 'x'));
    CHECK(bench.queue.bytes() == 0);
    bench.store.hold();
    const Writes::Scope scope(bench.writes, &bench.origin);
    bench.commit();
    bench.push(std::string(100, 'x'));
    CHECK(bench.queue.bytes() == 100);
    bench.store.release();
    CHECK(bench.queue.bytes() == 0);
    CHECK(bench.sent.size() == 2);
}

TEST_CASE("XEP-0198 4: the newest write is settled only when what was set aside was handled and kept") {
    Bench bench;
    const TicketPtr aside = bench.writes.set_aside();
    const TicketPtr newest = bench.writes.newest();
    REQUIRE(newest);
    bench.store.hold();
    bench.commit();
    bench.writes.taken_up(aside);
    CHECK_FALSE(newest->is_settled());
    bench.store.release();
    CHECK(newest->is_settled());
    CHECK(bench.writes.newest() == nullptr);
}

TEST_CASE("XEP-0198 4: what is set aside and the commits before it are waited for, whichever is last") {
    Bench bench;
    bench.store.hold();
    bench.commit();
    const TicketPtr aside = bench.writes.set_aside();
    const TicketPtr newest = bench.writes.newest();
    bench.store.release();
    CHECK_FALSE(newest->is_settled());
    bench.writes.taken_up(aside);
    CHECK(newest->is_settled());
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
        OutQueue queue([](Outgoing&&) { FAIL("sent"); }, [](Outgoing&&) { FAIL("dropped"); });
        queue.push({"a", 7}, writes.gate());
        queue.push({"b", 8}, writes.gate());
        queue.clear_returning([&](const Outgoing& out) { left.push_back(out.log_id); });
        CHECK(queue.is_empty());
    }
    store.release();
    CHECK(left == std::vector<std::uint64_t>{7, 8});
}

TEST_CASE("XEP-0198 4: <a/> waits for a commit, and is said although that was refused; only stanzas are dropped") {
    Bench bench;
    bench.store.hold();
    bench.store.refuse_next(store::Refusal::resource_constraint);
    {
        const Writes::Scope scope(bench.writes, &bench.origin);
        bench.commit();
        bench.push("echo");
        bench.queue.push({"<a/>", 0, Outgoing::Kind::nonza}, bench.writes.newest());
        bench.queue.push({"<resumed/>", 0, Outgoing::Kind::resumed}, bench.writes.newest());
    }
    CHECK(bench.sent.empty());
    bench.store.release();
    CHECK(bench.sent == Texts{"<a/>", "<resumed/>"});
    CHECK(bench.dropped == Texts{"echo"});
}

TEST_CASE("XEP-0198 4: a write of another account that is refused, with something set aside, drops no <a/> either") {
    Bench bench;
    bench.store.hold();
    bench.store.refuse_next(store::Refusal::internal_error);
    bench.commit();
    const TicketPtr aside = bench.writes.set_aside();
    bench.queue.push({"<a/>", 0, Outgoing::Kind::nonza}, bench.writes.newest());
    bench.writes.taken_up(aside);
    CHECK(bench.sent.empty());
    bench.store.release();
    CHECK(bench.sent == Texts{"<a/>"});
}
