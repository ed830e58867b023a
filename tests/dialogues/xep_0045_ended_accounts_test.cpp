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
