// SPDX-License-Identifier: MIT
// XEP-0133 4.23 to 4.31: what the organisation says to its people, and the end.
#include "xep_0133_play.h"

namespace {
using Fields = Administered::Fields;

std::string headline(const std::string& to, const std::string& text) {
    return "<message xmlns='jabber:client' from='verona.example' to='" + to + "' type='headline'><body>" + text + "</body></message>";
}
// The bodies of the messages a client got.
std::vector<std::string> heard(TestClient& client) {
    std::vector<std::string> bodies;
    while (client.has_received()) {
        const xml::Element stanza = client.next();
        if (stanza.name().local == "message") bodies.push_back(stanza.child_text({xml::stanza_ns, "body"}));
    }
    return bodies;
}
std::vector<std::string> heard_at_login(TestHost& host, const std::string& full, const std::string& presence = "<presence/>") {
    TestClient& client = host.connect(full);
    client.sends(presence);
    return heard(client);
}
using Texts = std::vector<std::string>;
}  // namespace

TEST_CASE("XEP-0133 4.23: an announcement is heard by those online, and by nobody later") {
    Administered play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    auto& hidden = play.host.connect("juliet@verona.example/balcony");
    play.run("announce", {{"announcement", "Feast"}, {"announcement", "tonight"}});
    romeo.receives(headline("romeo@verona.example/orchard", "Feast\ntonight"));
    romeo.receives_nothing_more();
    CHECK(heard(hidden).empty());
    CHECK(heard_at_login(play.host, "juliet@verona.example/church").empty());
    play.refused("announce", {{"announcement", ""}}, "bad-request");
    play.refused("announce", {{"announcement", std::string(10'001, 'a')}}, "bad-request");
}

TEST_CASE("XEP-0133 4.24: the message of the day is heard once by everybody: those online at once, others at their next login") {
    Administered play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    play.run("set-motd", {{"motd", "No duels"}});
    CHECK(heard(romeo) == Texts{"No duels"});
    CHECK(heard_at_login(play.host, "romeo@verona.example/home").empty());
    CHECK(heard_at_login(play.host, "juliet@verona.example/balcony") == Texts{"No duels"});
    CHECK(heard_at_login(play.host, "juliet@verona.example/church").empty());
    play.host.restarts();
    CHECK(heard_at_login(play.host, "juliet@verona.example/balcony").empty());
    CHECK(heard_at_login(play.host, "paris@verona.example/church") == Texts{"No duels"});
}

TEST_CASE("XEP-0133 4.25: an edited message of the day is heard by those who have not heard it; the form shows what it is") {
    Administered play;
    play.prince.is_refused("set", Administered::command("delete-motd"), "item-not-found", "verona.example");
    play.refused("edit-motd", {{"motd", "No duel"}}, "item-not-found");
    play.run("set-motd", {{"motd", "No duel"}, {"motd", "please"}});
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    play.prince.forget_received();
    const std::string form = xml::to_string(play.begin("edit-motd"));
    CHECK(form.find("<value>No duel</value><value>please</value>") != std::string::npos);
    play.run("edit-motd", {{"motd", "No duels"}});
    CHECK(heard(romeo).empty());
    CHECK(heard_at_login(play.host, "romeo@verona.example/home").empty());
    CHECK(heard_at_login(play.host, "juliet@verona.example/balcony") == Texts{"No duels"});
}

TEST_CASE("XEP-0133 4.26: a deleted message of the day is heard by nobody more; another is new to everybody") {
    Administered play;
    play.run("set-motd", {{"motd", "No duels"}});
    CHECK(heard_at_login(play.host, "romeo@verona.example/orchard") == Texts{"No duels"});
    CHECK(play.prince.sets(Administered::command("delete-motd"), "verona.example").find("completed") != std::string::npos);
    play.host.restarts();
    CHECK(heard_at_login(play.host, "juliet@verona.example/balcony").empty());
    auto& prince = play.host.login("escalus@verona.example/palace");
    const xml::Element shown = *xml::parse_element(prince.sets(Administered::command("set-motd"), "verona.example"));
    prince.sets(Administered::command("set-motd", Administered::session(shown), Administered::filled({{"motd", "Peace"}})), "verona.example");
    CHECK(heard_at_login(play.host, "romeo@verona.example/orchard") == Texts{"Peace"});
}

TEST_CASE("XEP-0133 4.27: the welcome message of the settings is said at an account's first login, in its language") {
    Administered play({"Good morrow", "Bonjour"});
    CHECK(heard_at_login(play.host, "romeo@verona.example/orchard") == Texts{"Good morrow"});
    CHECK(heard_at_login(play.host, "romeo@verona.example/home").empty());
    CHECK(heard_at_login(play.host, "juliet@verona.example/balcony", "<presence xml:lang='fr'/>") == Texts{"Bonjour"});
    play.host.restarts();
    CHECK(heard_at_login(play.host, "romeo@verona.example/orchard").empty());
}

TEST_CASE("XEP-0133 4.27, 4.28: an administrator's welcome message takes its place; deleted, nothing is said") {
    Administered play({"Good morrow", "Bonjour"});
    play.run("set-welcome", {{"welcome", "Well met"}});
    CHECK(heard_at_login(play.host, "romeo@verona.example/orchard", "<presence xml:lang='fr'/>") == Texts{"Well met"});
    play.host.restarts();
    CHECK(heard_at_login(play.host, "juliet@verona.example/balcony") == Texts{"Well met"});
    auto& prince = play.host.login("escalus@verona.example/palace");
    prince.sets(Administered::command("delete-welcome"), "verona.example");
    prince.is_refused("set", Administered::command("delete-welcome"), "item-not-found", "verona.example");
    CHECK(heard_at_login(play.host, "paris@verona.example/church").empty());
    play.host.restarts();
    CHECK(heard_at_login(play.host, "tybalt@verona.example/street").empty());
}

TEST_CASE("XEP-0133 4.27: who was here before the welcome message was set is not newly welcomed") {
    Administered play;
    CHECK(heard_at_login(play.host, "romeo@verona.example/orchard").empty());
    play.run("set-welcome", {{"welcome", "Well met"}});
    CHECK(heard_at_login(play.host, "romeo@verona.example/home").empty());
}

TEST_CASE("XEP-0133 4.31: the server stops after the delay, and says so before") {
    Administered play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    play.refused("shutdown", {{"delay", "7"}}, "bad-request");
    play.run("shutdown", {{"delay", "60"}, {"announcement", "Good night"}});
    CHECK(heard(romeo) == Texts{"Good night"});
    play.host.passes(std::chrono::seconds(59));
    CHECK(play.stops == 0);
    play.host.passes(std::chrono::seconds(1));
    CHECK(play.stops == 1);
}
