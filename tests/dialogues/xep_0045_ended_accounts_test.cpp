// SPDX-License-Identifier: MIT
// XEP-0045 5.2: affiliations belong to a user; they end with his account.
#include "dialogues/xep_0045_play.h"

using namespace play;

namespace {

const std::string lasting = field("persistentroom", "1");
const std::string romeo_bare = "romeo@montague.example";

void erases(Stage& stage, const std::string& bare) {
    bool done = false;
    REQUIRE(stage.users().when_loaded(*xmpp::parse_jid(bare), [&](routing::Account* account) {
        stage.users().remove(*account, [&](bool is_kept) { done = is_kept; });
    }));
    REQUIRE(done);
}

// By a process without features, as the command line does while no server runs.
void erases_offline(Stage& stage, const std::string& bare) {
    routing::Writes writes(stage.store());
    routing::Users users(stage.node(), stage.store(), writes);
    bool done = false;
    users.when_loaded(*xmpp::parse_jid(bare), [&](routing::Account* account) {
        users.remove(*account, [&](bool is_kept) { done = is_kept; });
    });
    REQUIRE(done);
}

std::size_t tombstones(Stage& stage) {
    std::size_t count = 99;
    stage.store().owners(store::ended_drawer, [&](const auto& owners) { count = owners->size(); });
    return count;
}

const std::string owner_query = "<query xmlns='http://jabber.org/protocol/muc#owner'/>";

}  // namespace

TEST_CASE("XEP-0045 5.2: who gets the name of an erased account does not get its rooms, in memory or after a restart") {
    for (const bool is_in_memory : {true, false}) {
        Stage stage;
        auto& romeo = stage.romeo(lasting);
        romeo.sets(admin("<item affiliation='member' jid='juliet@montague.example' nick='Capulet'/>"), room);
        if (!is_in_memory) stage.restarts();
        erases(stage, romeo_bare);
        erases(stage, "juliet@montague.example");
        stage.connect(romeo_jid).is_refused("get", owner_query, "forbidden", room);
        auto& capulet = stage.enters(tybalt_jid, "Capulet");
        CHECK(capulet.next().attribute("type") != "error");
        stage.restarts();
        stage.connect(romeo_jid).is_refused("get", owner_query, "forbidden", room);
    }
}

TEST_CASE("XEP-0045 5.2: where the only owner's account is erased the admins become owners") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    romeo.sets(admin("<item affiliation='admin' jid='juliet@montague.example'/>"), room);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    erases(stage, romeo_bare);
    CHECK_FALSE(juliet.gets(owner_query, room).empty());
    CHECK(juliet.gets(admin("<item affiliation='owner'/>"), room).find(romeo_bare) == std::string::npos);
}

TEST_CASE("XEP-0045 5.2: nobody but the service says that an account has ended") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.sends("<message type='headline' to='" + room + "'><ended xmlns='bioaster:account-ended' jid='" + romeo_bare + "'/></message>");
    CHECK_FALSE(romeo.gets(owner_query, room).empty());
}

TEST_CASE("XEP-0045 5.2, RFC 6121 2.5.2: who was erased while no server ran loses rooms and contacts at the next start, once") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    auto& juliet = stage.connect(juliet_jid);
    stage.befriend(romeo, juliet);
    erases_offline(stage, romeo_bare);
    CHECK(tombstones(stage) == 1);
    stage.restarts();
    CHECK(tombstones(stage) == 0);
    const auto standing = [&] { return stage.connect(juliet_jid).gets("<query xmlns='jabber:iq:roster'/>"); };
    CHECK(standing().find("subscription='none'") != std::string::npos);
    auto& other = stage.connect(romeo_jid);  // somebody else has the name now
    other.is_refused("get", owner_query, "forbidden", room);
    stage.befriend(other, stage.connect(juliet_jid));
    stage.restarts();
    CHECK(standing().find("subscription='both'") != std::string::npos);
}

TEST_CASE("DESIGN 4.1: a room that could not be written keeps the tombstone, and the next start ends what is left") {
    Stage stage(only_rooms);
    stage.romeo(lasting);
    stage.restarts();
    erases_offline(stage, romeo_bare);
    stage.store().refuse_next(store::Refusal::resource_constraint, 0);
    stage.restarts();
    CHECK(tombstones(stage) == 1);
    stage.restarts();
    CHECK(tombstones(stage) == 0);
    stage.connect(romeo_jid).is_refused("get", owner_query, "forbidden", room);
}
