// SPDX-License-Identifier: MIT
// XEP-0133 4.1 to 4.20: what an administrator does to accounts, and how he counts them.
#include "xep_0133_play.h"

namespace {
const std::string romeo_jid = "romeo@verona.example";
using Fields = Administered::Fields;

std::string values(const std::string& var, const std::string& answer) {
    std::string all;
    const auto x = xml::parse_element(answer)->child({"jabber:x:data", "x"});
    REQUIRE(x.has_value());
    const auto form = xmpp::parse_form(*x);
    REQUIRE(form->field(var) != nullptr);
    for (const std::string& value : form->field(var)->values) all += value + " ";
    return all;
}
}  // namespace

TEST_CASE("XEP-0133 3, 6: commands are listed for those whom the settings name; others are forbidden to run them") {
    Administered play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    const std::string list = "<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/>";
    const std::string found = play.prince.gets(list, "verona.example");
    for (const std::string name : {"add-user", "delete-user", "disable-user", "reenable-user", "end-user-session", "change-user-password", "user-stats",
                                   "get-registered-users-num", "get-disabled-users-num", "get-online-users-num", "get-registered-users-list",
                                   "get-disabled-users-list", "get-online-users-list", "announce", "set-motd", "edit-motd", "delete-motd", "set-welcome",
                                   "delete-welcome", "shutdown"}) {
        CHECK_MESSAGE(found.find("node='http://jabber.org/protocol/admin#" + name + "'") != std::string::npos, name);
        romeo.is_refused("set", Administered::command(name), "forbidden", "verona.example");
    }
    CHECK(same_xml(list, romeo.gets(list, "verona.example")));
}

TEST_CASE("XEP-0133 4: each command that needs something asks for it by a form of its kind") {
    Administered play;
    for (const std::string name : {"add-user", "delete-user", "disable-user", "reenable-user", "end-user-session", "change-user-password", "user-stats",
                                   "get-registered-users-list", "get-disabled-users-list", "get-online-users-list", "announce", "set-motd", "set-welcome", "shutdown"}) {
        const xml::Element shown = play.begin(name);
        CHECK_MESSAGE(shown.attribute("status") == "executing", name);
        const std::string actions = xml::to_string(*shown.child({"http://jabber.org/protocol/commands", "actions"}));
        const std::string forwards = name.ends_with("-list") ? "next" : "complete";  // a list goes on page by page
        CHECK_MESSAGE(actions.find("execute='" + forwards + "'><" + forwards + "/>") != std::string::npos, name << ": " << actions);
        const auto form = xmpp::parse_form(*shown.child({"jabber:x:data", "x"}));
        CHECK_MESSAGE(form->type() == xmpp::DataForm::form, name);
        CHECK_MESSAGE(form->form_type() == "http://jabber.org/protocol/admin", name);
        play.prince.sets(Administered::command(name, Administered::session(shown) + " action='cancel'"), "verona.example");
    }
}

TEST_CASE("XEP-0133 4.1: a user is added, with the password typed twice") {
    Administered play;
    const xml::Element form = play.begin("add-user");
    CHECK(xml::to_string(form).find("<field var='accountjid' type='jid-single' label='Account'><required/></field>") != std::string::npos);
    CHECK_FALSE(play.account(romeo_jid).exists());
    play.run("add-user", {{"accountjid", romeo_jid}, {"password", "R0m30"}, {"password-verify", "R0m30"}});
    REQUIRE(play.account(romeo_jid).exists());
    CHECK(xmpp::password_fits(xmpp::ScramHash::sha256, "R0m30", play.account(romeo_jid).record().sha256));
}

TEST_CASE("XEP-0133 5: a user who is there is a conflict; what cannot be an account, or a password, is refused") {
    Administered play;
    play.host.make_account(romeo_jid);
    const auto refused = [&](const std::string& jid, const std::string& one, const std::string& two, const std::string& condition) {
        play.refused("add-user", {{"accountjid", jid}, {"password", one}, {"password-verify", two}}, condition);
    };
    refused(romeo_jid, "a", "a", "conflict");
    refused("juliet@verona.example", "a", "b", "bad-request");
    refused("juliet@capulet.example", "a", "a", "bad-request");
    refused("verona.example", "a", "a", "bad-request");
    refused("juliet@verona.example/balcony", "a", "a", "bad-request");
    refused("juliet@verona.example", "\t", "\t", "not-acceptable");
    CHECK_FALSE(play.account("juliet@verona.example").exists());
}

TEST_CASE("XEP-0133 4.2: users are deleted, with their sessions, all or none of them") {
    Administered play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    play.host.make_account("paris@verona.example");
    play.refused("delete-user", {{"accountjids", romeo_jid}, {"accountjids", "nobody@verona.example"}}, "item-not-found");
    CHECK(play.account(romeo_jid).exists());
    play.run("delete-user", {{"accountjids", romeo_jid}, {"accountjids", "paris@verona.example"}});
    CHECK_FALSE(play.account(romeo_jid).exists());
    CHECK_FALSE(play.account("paris@verona.example").exists());
    CHECK_FALSE(romeo.is_connected());
    CHECK(romeo.ended_with() == "not-authorized");
}

TEST_CASE("XEP-0133 4.3, 4.4: a disabled user's sessions end, his data stays; re-enabled he is as before") {
    Administered play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    auto& juliet = play.host.login("juliet@verona.example/balcony");
    play.host.befriend(romeo, juliet);
    play.run("disable-user", {{"accountjids", romeo_jid}});
    CHECK_FALSE(romeo.is_connected());
    CHECK(romeo.ended_with() == "not-authorized");
    juliet.sends("<message to='romeo@verona.example' type='chat' id='1'><body>Art thou gone so?</body></message>");
    play.host.restarts();
    CHECK(play.account(romeo_jid).is_disabled());
    CHECK(play.account(romeo_jid).roster().size() == 1);
    auto& prince = play.host.login("escalus@verona.example/palace");
    const auto enable = Administered::command("reenable-user");
    const std::string shown = prince.sets(enable, "verona.example");
    prince.sets(Administered::command("reenable-user", Administered::session(*xml::parse_element(shown)), Administered::filled({{"accountjids", romeo_jid}})),
                "verona.example");
    CHECK_FALSE(play.account(romeo_jid).is_disabled());
    auto& again = play.host.connect("romeo@verona.example/orchard");
    again.sends("<presence/>");
    again.receives_somewhere("<message xmlns='jabber:client' from='juliet@verona.example/balcony' to='romeo@verona.example' type='chat' id='1'>"
                             "<body>Art thou gone so?</body><stanza-id xmlns='urn:xmpp:sid:0' id='*' by='*'/>"
                             "<delay xmlns='urn:xmpp:delay' from='*' stamp='*'/></message>");
}

TEST_CASE("XEP-0133 4.2, 4.3: nobody deletes or disables himself") {
    Administered play;
    for (const std::string name : {"delete-user", "disable-user"}) play.refused(name, {{"accountjids", "escalus@verona.example"}}, "not-allowed");
    CHECK(play.prince.is_connected());
}

TEST_CASE("XEP-0133 4.5: one session ends, or all of a user") {
    Administered play;
    auto& orchard = play.host.login("romeo@verona.example/orchard");
    auto& home = play.host.login("romeo@verona.example/home");
    auto& street = play.host.login("romeo@verona.example/street");
    play.run("end-user-session", {{"accountjids", "romeo@verona.example/home"}});
    CHECK(orchard.is_connected());
    CHECK_FALSE(home.is_connected());
    play.run("end-user-session", {{"accountjids", romeo_jid}});
    CHECK_FALSE(orchard.is_connected());
    CHECK_FALSE(street.is_connected());
    play.refused("end-user-session", {{"accountjids", romeo_jid}}, "item-not-found");
}

TEST_CASE("XEP-0133 4.7: a password is changed") {
    Administered play;
    play.host.make_account(romeo_jid);
    play.run("change-user-password", {{"accountjid", romeo_jid}, {"password", "new"}});
    CHECK(xmpp::password_fits(xmpp::ScramHash::sha1, "new", play.account(romeo_jid).record().sha1));
    play.refused("change-user-password", {{"accountjid", "nobody@verona.example"}, {"password", "new"}}, "item-not-found");
}

TEST_CASE("XEP-0133 4.6, 4.8, 5: nobody gets a password or a roster; what is not built says so") {
    Administered play;
    for (const auto& [name, condition] : Fields{{"get-user-password", "not-allowed"},
                                                {"get-user-roster", "not-allowed"},
                                                {"edit-admin", "not-allowed"},
                                                {"restart", "feature-not-implemented"},
                                                {"edit-blacklist", "feature-not-implemented"}})
        play.prince.is_refused("set", Administered::command(name), condition, "verona.example");
}

TEST_CASE("XEP-0133 4.10: statistics of a user are his contacts' number and his clients") {
    Administered play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    auto& juliet = play.host.login("juliet@verona.example/balcony");
    play.host.befriend(romeo, juliet);
    const std::string found = play.run("user-stats", {{"accountjid", romeo_jid}});
    CHECK(values("rostersize", found) == "1 ");
    CHECK(values("onlineresources", found) == "orchard ");
    play.refused("user-stats", {{"accountjid", "nobody@verona.example"}}, "item-not-found");
}

TEST_CASE("XEP-0133 4.13 to 4.15: registered, disabled and online users are counted") {
    Administered play;
    play.host.login("romeo@verona.example/orchard");
    play.host.login("romeo@verona.example/home");
    play.host.connect("juliet@verona.example/balcony");
    play.host.make_account("paris@verona.example");
    play.run("disable-user", {{"accountjids", "paris@verona.example"}});
    const auto number = [&](const std::string& name, const std::string& var) { return values(var, play.prince.sets(Administered::command(name), "verona.example")); };
    CHECK(number("get-registered-users-num", "registeredusersnum") == "4 ");
    CHECK(number("get-disabled-users-num", "disabledusersnum") == "1 ");
    CHECK(number("get-online-users-num", "onlineusersnum") == "2 ");
}

TEST_CASE("XEP-0133 4.18 to 4.20: lists come in pages of the size that was chosen") {
    Administered play;
    for (int i = 10; i < 40; ++i) play.host.make_account("a" + std::to_string(i) + "@verona.example");
    const std::string list = "get-registered-users-list";
    const std::string session = Administered::session(play.begin(list));
    const auto go = [&](const std::string& action, const Fields& fields) {
        return play.prince.sets(Administered::command(list, session + " action='" + action + "'", Administered::filled(fields)), "verona.example");
    };
    const std::string first = go("next", {{"max_items", "25"}});
    CHECK(first.find("<actions execute='next'><prev/><next/><complete/></actions>") != std::string::npos);
    CHECK(first.find("1-25 / 31") != std::string::npos);
    CHECK(values("registereduserjids", first).substr(0, 20) == "a10@verona.example a");
    const std::string second = go("next", {});
    CHECK(second.find("status='completed'") != std::string::npos);
    CHECK(values("registereduserjids", second) == "a35@verona.example a36@verona.example a37@verona.example a38@verona.example a39@verona.example escalus@verona.example ");
    CHECK(values("onlineuserjids", play.run("get-online-users-list", {{"max_items", "25"}})) == "escalus@verona.example ");
    CHECK(values("disableduserjids", play.run("get-disabled-users-list", {{"max_items", "25"}})).empty());
}
