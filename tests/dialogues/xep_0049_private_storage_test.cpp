// SPDX-License-Identifier: MIT
// XEP-0049: what clients store for themselves.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

std::string query(const std::string& inside) { return "<query xmlns='jabber:iq:private'>" + inside + "</query>"; }
const std::string notes = query("<storage xmlns='storage:rosternotes'/>");

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = host.login("romeo@verona.example/orchard");
};

}  // namespace

TEST_CASE("XEP-0049 2.3: what was stored comes back whole, also after a restart; what was not is empty") {
    Verona play;
    CHECK(same_xml(notes, play.romeo.gets(notes)));
    const std::string kept = query("<storage xmlns='storage:rosternotes'><note jid='juliet@verona.example'>sun &amp; moon</note></storage>");
    CHECK(play.romeo.sets(kept).empty());
    CHECK(same_xml(kept, play.romeo.gets(notes)));
    play.host.restarts();
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    CHECK(same_xml(kept, romeo.gets(notes)));
    CHECK(same_xml(query("<storage xmlns='storage:bookmarks'/>"), romeo.gets(query("<storage xmlns='storage:bookmarks'/>"))));
    romeo.sets(notes);
    CHECK(same_xml(notes, romeo.gets(notes)));
}

TEST_CASE("XEP-0049 2.3: one set may store several elements") {
    Verona play;
    play.romeo.sets(query("<a xmlns='urn:a'>1</a><b xmlns='urn:a'>2</b><a xmlns='urn:a'>3</a>"));
    CHECK(same_xml(query("<a xmlns='urn:a'>1</a><a xmlns='urn:a'>3</a>"), play.romeo.gets(query("<a xmlns='urn:a'/>"))));
    CHECK(same_xml(query("<b xmlns='urn:a'>2</b>"), play.romeo.gets(query("<b xmlns='urn:a'/>"))));
}

TEST_CASE("XEP-0049 2.3: requests without an element, or with too many, are refused") {
    Verona play;
    play.romeo.is_refused("get", query(""), "bad-request");
    play.romeo.is_refused("get", query("<a xmlns='urn:a'/><b xmlns='urn:b'/>"), "bad-request");
    play.romeo.is_refused("set", query(""), "not-acceptable");
    play.romeo.is_refused("set", query("<a/>"), "not-acceptable");
    play.romeo.is_refused("set", query("<a xmlns='urn:a'/><b/>"), "not-acceptable");
    CHECK(same_xml(query("<a xmlns='urn:a'/>"), play.romeo.gets(query("<a xmlns='urn:a'/>"))));
}

TEST_CASE("XEP-0049 2.3, 4: another's storage is forbidden, whether he exists or not") {
    Verona play;
    play.host.login("juliet@verona.example/balcony");
    for (const std::string whom : {"juliet@verona.example", "nobody@verona.example"}) {
        play.romeo.is_refused("get", notes, "forbidden", whom);
        play.romeo.is_refused("set", notes, "forbidden", whom);
    }
}

TEST_CASE("DESIGN 4.3: a record, their number and all together have a limit") {
    Verona play;
    play.host.node().limits.private_bytes = 1000;
    const auto big = [](const std::string& name, std::size_t size) {
        return query("<" + name + " xmlns='urn:a'>" + std::string(size, 'x') + "</" + name + ">");
    };
    play.romeo.is_refused("set", big("a", 1000), "policy-violation");
    for (const std::string name : {"a", "b", "c", "d"}) play.romeo.sets(big(name, 900));
    play.romeo.is_refused("set", big("e", 900), "policy-violation");
    play.romeo.sets(big("d", 10));
    for (int i = 4; i < 100; ++i) {
        play.host.node().limits.private_bytes = 1000000;
        play.romeo.sets(query("<n" + std::to_string(i) + " xmlns='urn:a'/>"));
    }
    play.romeo.is_refused("set", query("<more xmlns='urn:a'/>"), "policy-violation");
    play.romeo.sets(query("<n5 xmlns='urn:a'>changed</n5>"));
}

TEST_CASE("DESIGN 4.1: the result waits for the commit, and a refused one is an error") {
    Verona play;
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    play.romeo.is_refused("set", query("<a xmlns='urn:a'>1</a>"), "resource-constraint");
    play.romeo.receives_nothing_more();
    CHECK(same_xml(query("<a xmlns='urn:a'/>"), play.romeo.gets(query("<a xmlns='urn:a'/>"))));
}
