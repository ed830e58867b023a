// SPDX-License-Identifier: MIT
// docs/decisions/0053: rooms that everybody finds among his bookmarks.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string romeo_jid = "romeo@verona.example";
const std::string hall = "<item id='main-hall@rooms.verona.example'>"
                         "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='Main-Hall'/></item>";
const std::string own = "<item id='balcony@rooms.verona.example'><conference xmlns='urn:xmpp:bookmarks:1' name='Ours'/></item>";

std::string pubsub(const std::string& inside) { return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + inside + "</pubsub>"; }
std::string bookmarks_of(TestClient& client) { return client.gets(pubsub("<items node='urn:xmpp:bookmarks:1'/>")); }
std::string listed(const std::string& items) { return pubsub("<items node='urn:xmpp:bookmarks:1'>" + items + "</items>"); }
// As XEP-0402 3.3 tells clients to.
std::string publish(const std::string& item) {
    const auto field = [](const std::string& var, const std::string& value) { return "<field var='" + var + "'><value>" + value + "</value></field>"; };
    return pubsub("<publish node='urn:xmpp:bookmarks:1'>" + item + "</publish><publish-options><x xmlns='jabber:x:data' type='submit'>" +
                  field("FORM_TYPE", "http://jabber.org/protocol/pubsub#publish-options") + field("pubsub#persist_items", "true") +
                  field("pubsub#max_items", "max") + field("pubsub#send_last_published_item", "never") +
                  field("pubsub#access_model", "whitelist") + "</x></publish-options>");
}

// What a client's first presence in the room tells it of itself.
std::string standing_in_hall(TestClient& client) {
    client.sends("<presence to='main-hall@rooms.verona.example/Me'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    while (client.has_received()) {
        const xml::Element stanza = client.next();
        if (stanza.attribute("from") != "main-hall@rooms.verona.example/Me") continue;
        const auto x = stanza.child({"http://jabber.org/protocol/muc#user", "x"});
        const auto item = x ? x->child({"http://jabber.org/protocol/muc#user", "item"}) : std::nullopt;
        return item ? std::string(*item->attribute("affiliation")) + " " + std::string(*item->attribute("role")) : "error";
    }
    return "nothing";
}

struct Verona {
    std::vector<std::string> rooms{"main-hall@rooms.verona.example"};
    std::vector<std::string> administrators{"escalus@verona.example"};
    TestHost host{"verona.example", {[this](routing::Feature& feature) {
                      auto chosen = choices();
                      for (const std::string& one : administrators) chosen.administrators.push_back(*xmpp::parse_jid(one));
                      for (const std::string& room : rooms) chosen.everyones_rooms.push_back(*xmpp::parse_jid(room));
                      add_chosen(feature, chosen);
                  }}};
    TestClient& restarted() {
        host.restarts();
        return host.connect("romeo@verona.example/orchard");
    }
};

}  // namespace

TEST_CASE("Rooms for everybody: none by default") {
    TestHost host("verona.example", {add_everything});
    CHECK(same_xml(listed(""), bookmarks_of(host.connect("romeo@verona.example/orchard"))));
}

TEST_CASE("XEP-0402 3.2, 5.2: a client's first question finds the room, in a node as clients make it, closed to others") {
    Verona play;
    auto& romeo = play.host.connect("romeo@verona.example/orchard");
    CHECK(same_xml(listed(hall), bookmarks_of(romeo)));
    romeo.sets(publish(own));
    CHECK(same_xml(listed(hall + own), bookmarks_of(romeo)));
    auto& juliet = play.host.login("juliet@verona.example/balcony");
    juliet.is_refused("get", pubsub("<items node='urn:xmpp:bookmarks:1'/>"), "not-authorized", romeo_jid);
}

TEST_CASE("A room of such a name that was temporary before the start is made when nobody has come back to it") {
    Verona play;
    const std::string cellar = "cellar@rooms.verona.example";
    auto& romeo = play.host.connect("romeo@verona.example/orchard");
    romeo.sends("<presence to='" + cellar + "/Me'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    romeo.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", cellar);
    play.rooms.push_back(cellar);
    const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    CHECK(play.restarted().gets(info, cellar).find("muc_temporary") != std::string::npos);
    play.host.passes(std::chrono::minutes(5));
    CHECK(play.host.connect("escalus@verona.example/square").gets(info, cellar).find("muc_persistent") != std::string::npos);
}

TEST_CASE("XEP-0045 7.2, 10.1: the room is there before anybody comes, for employees as for its owner the administrator") {
    Verona play;
    CHECK(standing_in_hall(play.host.connect("romeo@verona.example/orchard")) == "none participant");
    auto& escalus = play.host.connect("escalus@verona.example/square");
    const std::string info = escalus.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "main-hall@rooms.verona.example");
    for (const std::string feature : {"muc_persistent", "muc_public", "muc_open", "muc_unmoderated"}) CHECK(info.find(feature) != std::string::npos);
    CHECK(escalus.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", "rooms.verona.example").find("name='Main-Hall'") != std::string::npos);
    play.host.restarts();
    CHECK(standing_in_hall(play.host.connect("escalus@verona.example/square")) == "owner moderator");
}

TEST_CASE("XEP-0045 5.2: without administrators no employee owns them; those who are named later do") {
    Verona play;
    play.administrators = {};
    play.rooms = {"cellar@rooms.verona.example", "main-hall@elsewhere.example"};
    auto& romeo = play.restarted();
    romeo.sends("<presence to='cellar@rooms.verona.example/Me'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    CHECK(romeo.next().attribute("type") != "error");
    romeo.is_refused("get", "<query xmlns='http://jabber.org/protocol/muc#owner'/>", "forbidden", "cellar@rooms.verona.example");
    play.administrators = {"escalus@verona.example"};
    play.host.restarts();
    auto& escalus = play.host.connect("escalus@verona.example/square");
    CHECK(escalus.gets("<query xmlns='http://jabber.org/protocol/muc#owner'/>", "cellar@rooms.verona.example").find("roomconfig") != std::string::npos);
    play.administrators = {"tybalt@verona.example"};
    play.host.restarts();  // who has them keeps them
    play.host.connect("tybalt@verona.example/street").is_refused("get", "<query xmlns='http://jabber.org/protocol/muc#owner'/>", "forbidden", "cellar@rooms.verona.example");
}

TEST_CASE("Rooms for everybody: who removes the bookmark is not given it again, a new room is given to all") {
    Verona play;
    auto& romeo = play.host.connect("romeo@verona.example/orchard");
    romeo.sets(pubsub("<retract node='urn:xmpp:bookmarks:1'><item id='main-hall@rooms.verona.example'/></retract>"));
    CHECK(same_xml(listed(""), bookmarks_of(romeo)));
    CHECK(same_xml(listed(""), bookmarks_of(play.restarted())));
    play.rooms.emplace_back("cellar@rooms.verona.example");
    const std::string found = bookmarks_of(play.restarted());
    CHECK(found.find("cellar@") != std::string::npos);
    CHECK(found.find("main-hall@") == std::string::npos);
}

TEST_CASE("Rooms for everybody: a bookmark that is there already stays as it is") {
    Verona play;
    play.rooms = {};
    auto& romeo = play.restarted();
    romeo.sets(publish(own));
    play.rooms = {"balcony@rooms.verona.example"};
    CHECK(same_xml(listed(own), bookmarks_of(play.restarted())));
}

TEST_CASE("XEP-0223 3: a node of roster groups opens to the staff group") {
    TestHost host("verona.example", {[](routing::Feature& feature) {
                      auto chosen = choices();
                      chosen.staff_group = "Verona";
                      add_chosen(feature, chosen);
                  }});
    auto& romeo = host.login("romeo@verona.example/orchard");
    auto& juliet = host.login("juliet@verona.example/balcony");
    const auto field = [](const std::string& var, const std::string& value) { return "<field var='" + var + "'><value>" + value + "</value></field>"; };
    romeo.sets(pubsub("<publish node='news'><item id='1'><a xmlns='urn:a'/></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'>" +
                      field("FORM_TYPE", "http://jabber.org/protocol/pubsub#publish-options") + field("pubsub#access_model", "roster") +
                      field("pubsub#roster_groups_allowed", "Verona") + "</x></publish-options>"));
    CHECK(juliet.gets(pubsub("<items node='news'/>"), romeo_jid).find("urn:a") != std::string::npos);
}
