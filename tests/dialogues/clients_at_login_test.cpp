// SPDX-License-Identifier: MIT
// What Psi, Pidgin, Gajim and Profanity ask when they log in: each question has an answer, and most a good one.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = host.connect("romeo@verona.example/orchard");
};

}  // namespace

TEST_CASE("RFC 3921 3: the old session request is answered, whomever it is sent to") {
    Verona play;
    const std::string session = "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>";
    CHECK(play.romeo.sets(session).empty());
    CHECK(play.romeo.sets(session, "verona.example").empty());
}

TEST_CASE("Psi 1.5 logs in") {
    Verona play;
    play.romeo.sets("<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>");
    play.romeo.gets("<query xmlns='jabber:iq:roster'/>");
    play.romeo.sends("<presence><priority>5</priority></presence>");
    play.romeo.is_refused("get", "<query xmlns='jabber:iq:privacy'/>", "service-unavailable");
    play.romeo.gets("<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>");
    play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "verona.example");
    play.romeo.gets("<vCard xmlns='vcard-temp'/>");
    play.romeo.forget_received();
    // It asks its own full address, which answers itself.
    for (const std::string ask : {"<query xmlns='jabber:iq:version'/>", "<time xmlns='urn:xmpp:time'/>"}) {
        play.romeo.sends("<iq type='get' id='v' to='romeo@verona.example/orchard'>" + ask + "</iq>");
        play.romeo.receives("<iq type='get' id='v' from='romeo@verona.example/orchard' to='romeo@verona.example/orchard'>" +
                            ask + "</iq>");
    }
}

TEST_CASE("Psi 1.5 and Pidgin 2.14 offer moods and tunes where the server itself says that accounts publish") {
    Verona play;
    const std::string asked = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    const std::string identity = "<identity category='pubsub' type='pep'/>";
    CHECK(play.romeo.gets(asked, "verona.example").find(identity) != std::string::npos);
    CHECK(play.romeo.gets(asked, "romeo@verona.example").find(identity) != std::string::npos);
}

TEST_CASE("Pidgin 2.14 logs in: every item of the server answers, then comes its presence") {
    Verona play;
    play.romeo.sets("<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>");
    play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", "verona.example");
    play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "verona.example");
    play.romeo.gets("<vCard xmlns='vcard-temp'/>");
    play.romeo.gets("<query xmlns='jabber:iq:roster'/>");
    CHECK(same_xml("<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/>",
                   play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#items' "
                                   "node='http://jabber.org/protocol/commands'/>", "verona.example")));
    CHECK(same_xml("<blocklist xmlns='urn:xmpp:blocking'/>", play.romeo.gets("<blocklist xmlns='urn:xmpp:blocking'/>")));
    play.romeo.is_refused("get", "<query xmlns='http://jabber.org/protocol/bytestreams'/>", "service-unavailable", "verona.example");
}

TEST_CASE("Gajim 1.7 logs in: its own bare address and the groups' delimiter") {
    Verona play;
    play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "romeo@verona.example");
    const std::string asked = "<query xmlns='jabber:iq:private'><roster xmlns='roster:delimiter'/></query>";
    const std::string kept = "<query xmlns='jabber:iq:private'><roster xmlns='roster:delimiter'>::</roster></query>";
    CHECK(same_xml(asked, play.romeo.gets(asked)));
    play.romeo.sets(kept);
    CHECK(same_xml(kept, play.romeo.gets(asked)));
    const std::string bookmarks = "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'/></pubsub>";
    CHECK(same_xml(bookmarks, play.romeo.gets(bookmarks)));
}

TEST_CASE("RFC 6120 8.4: no request is left without an answer") {
    Verona play;
    for (const std::string to : {"", "romeo@verona.example", "verona.example", "nobody@verona.example",
                                 "romeo@verona.example/elsewhere"})
        for (const std::string type : {"get", "set"})
            play.romeo.is_refused(type, "<query xmlns='urn:example:unheard-of'/>", "service-unavailable", to);
    play.romeo.is_refused("get", "<query xmlns='urn:example:unheard-of'/>", "remote-server-not-found", "elsewhere.example");
}
