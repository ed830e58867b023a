// SPDX-License-Identifier: MIT
// XEP-0292: a card by PEP and a vcard-temp say the same; and XEP-0172, 0107 and 0118 as clients use them.
#include "dialogues/xep_0060_play.h"

using namespace pubsub_play;

namespace {

const std::string node = "urn:xmpp:vcard4";
const std::string juliet = "juliet@capulet.example";
std::string vcard(const std::string& inside) { return "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>" + inside + "</vcard>"; }
std::string card(const std::string& inside) { return "<vCard xmlns='vcard-temp'>" + inside + "</vCard>"; }

const std::string in_vcard4 =
    "<fn><text>Juliet Capulet</text></fn>"
    "<n><surname>Capulet</surname><given>Juliet</given><additional/><prefix/><suffix/></n>"
    "<nickname><text>JC</text></nickname><email><text>juliet@capulet.example</text></email><tel><uri>tel:+39-045</uri></tel>"
    "<org><text>House of Capulet</text></org><url><uri>http://capulet.example/</uri></url><note><text>Wherefore</text></note>"
    "<adr><pobox/><ext/><street>Via Cappello</street><locality>Verona</locality><region/><code>37121</code><country>Italy</country></adr>";
const std::string in_temp =
    "<FN>Juliet Capulet</FN><N><FAMILY>Capulet</FAMILY><GIVEN>Juliet</GIVEN></N><NICKNAME>JC</NICKNAME>"
    "<EMAIL><USERID>juliet@capulet.example</USERID></EMAIL><TEL><NUMBER>+39-045</NUMBER></TEL>"
    "<ORG><ORGNAME>House of Capulet</ORGNAME></ORG><URL>http://capulet.example/</URL><DESC>Wherefore</DESC>"
    "<ADR><STREET>Via Cappello</STREET><LOCALITY>Verona</LOCALITY><PCODE>37121</PCODE><CTRY>Italy</CTRY></ADR>";

struct Capulet {
    TestHost host{"capulet.example", {add_everything}};
    TestClient& balcony = host.login("juliet@capulet.example/balcony");
    TestClient& paris = host.login("paris@capulet.example/street");
};

}  // namespace

TEST_CASE("XEP-0292 11: a vcard-temp is there as vCard4, readable by all as the card is") {
    Capulet play;
    play.balcony.sets(card(in_temp));
    CHECK(same_xml(items(node, item("current", vcard(in_vcard4))), play.paris.gets(items(node), juliet)));
}

TEST_CASE("XEP-0292 11: a published vCard4 is there as vcard-temp, for those who may read it") {
    Capulet play;
    play.balcony.sets(publish(node, item("current", vcard(in_vcard4)), options(field("pubsub#access_model", "open"))));
    CHECK(same_xml(card(in_temp), play.paris.gets(card(""), juliet)));
    play.balcony.sets(configure(node, field("pubsub#access_model", "presence")));
    play.paris.is_refused("get", card(""), "service-unavailable", juliet);
    play.host.befriend(play.balcony, play.paris);
    CHECK(same_xml(card(in_temp), play.paris.gets(card(""), juliet)));
}

TEST_CASE("DESIGN 4.1: the two cards are one commit: whatever the store refuses, they say the same after a crash") {
    const auto with_name = [](const std::string& name) { return card("<FN>" + name + "</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>" + name + "</BINVAL></PHOTO>"); };
    for (const bool is_temp : {true, false}) {
        for (std::size_t passing = 0; passing < 4; ++passing) {
            Capulet play;
            play.balcony.sets(with_name("Julie444"));
            play.host.store().refuse_next(store::Refusal::resource_constraint, passing);
            const std::string published = publish(node, item("current", vcard("<fn><text>Juliet55</text></fn>")));
            play.balcony.sends("<iq type='set' id='c1'>" + (is_temp ? with_name("Juliet55") : published) + "</iq>");
            play.host.crashes();
            auto& again = play.host.connect("juliet@capulet.example/again");
            const bool is_new = again.gets(card("")).find("Juliet55") != std::string::npos;
            CHECK((again.gets(items(node)).find("Juliet55") != std::string::npos) == is_new);
            if (is_temp) CHECK((again.gets(items("urn:xmpp:avatar:data")).find("Juliet55") != std::string::npos) == is_new);
        }
    }
}

TEST_CASE("XEP-0292 11: what vCard4 does not say stays in the vcard-temp, so that who hid himself is hidden (docs/decisions/0052)") {
    Capulet play;
    const std::string hidden = "<CLASS><PRIVATE/></CLASS>";
    play.balcony.sets(card(in_temp + hidden));
    play.balcony.sets(publish(node, item("current", vcard("<fn><text>Juliet</text></fn>"))));
    CHECK(same_xml(card("<FN>Juliet</FN>" + hidden), play.balcony.gets(card(""))));
}

TEST_CASE("XEP-0292 11: whose vCard4 is closed is not found by his names, whichever card he changes (docs/decisions/0052)") {
    Capulet play;
    const auto found = [&] { return play.paris.sets("<query xmlns='jabber:iq:search'><first>Juliet</first></query>", "search.capulet.example"); };
    play.balcony.sets(publish(node, item("current", vcard(in_vcard4)), options(field("pubsub#access_model", "whitelist"))));
    CHECK(found().find(juliet) == std::string::npos);
    play.balcony.sets(card(in_temp));
    CHECK(found().find(juliet) == std::string::npos);
    play.balcony.sets(configure(node, field("pubsub#access_model", "open")));
    play.balcony.sets(card(in_temp));
    CHECK(found().find(juliet) != std::string::npos);
}

TEST_CASE("XEP-0292 11, XEP-0060 8.2: who closes his vCard4 is not found any more at once, and found again when he opens it") {
    Capulet play;
    const auto is_found = [&] {
        return play.paris.sets("<query xmlns='jabber:iq:search'><first>Juliet</first></query>", "search.capulet.example").find(juliet) != std::string::npos;
    };
    play.balcony.sets(publish(node, item("current", vcard(in_vcard4)), options(field("pubsub#access_model", "open"))));
    CHECK(is_found());
    for (const std::string model : {"whitelist", "presence", "authorize"}) {
        play.balcony.sets(configure(node, field("pubsub#access_model", model)));
        CHECK_FALSE(is_found());
        play.balcony.sets(configure(node, field("pubsub#title", "card") + field("pubsub#access_model", "open")));
        CHECK(is_found());
    }
    play.balcony.sets(configure(node, field("pubsub#access_model", "whitelist")));
    play.balcony.sets(owner("<delete node='" + node + "'/>"));
    CHECK(is_found());  // the vcard-temp is for everybody again
}

TEST_CASE("XEP-0060 8.2: a node that is configured keeps what follows it") {
    Capulet play;
    const std::string rooms = "urn:xmpp:bookmarks:1";
    const std::string private_list = "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>";
    play.balcony.sets(publish(rooms, item("room@rooms.capulet.example", "<conference xmlns='urn:xmpp:bookmarks:1' name='Masque'/>"),
                              options(field("pubsub#access_model", "whitelist") + field("pubsub#max_items", "max"))));
    play.balcony.sets(configure(rooms, field("pubsub#title", "rooms")));
    CHECK(play.balcony.gets(private_list).find("room@rooms.capulet.example") != std::string::npos);
}

TEST_CASE("XEP-0292 7: server and account tell that they know vCard4") {
    Capulet play;
    for (const std::string& whom : {std::string("capulet.example"), juliet})
        CHECK(play.balcony.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", whom).find("'urn:ietf:params:xml:ns:vcard-4.0'") != std::string::npos);
}

TEST_CASE("XEP-0292 5.2: cards about contacts are the owner's alone by default, one item for each contact") {
    Capulet play;
    play.host.befriend(play.balcony, play.paris);
    for (const std::string contact : {"paris@capulet.example", "nurse@capulet.example"})
        play.balcony.sets(publish("urn:xmpp:contacts", item(contact, vcard("<fn><text>Somebody</text></fn>"))));
    play.paris.is_refused("get", items("urn:xmpp:contacts"), "not-allowed", juliet);
    const std::string found = play.balcony.gets(items("urn:xmpp:contacts"));
    CHECK(found.find("paris@") != std::string::npos);
    CHECK(found.find("nurse@") != std::string::npos);
}

TEST_CASE("XEP-0172 4.3, XEP-0107 2.1, XEP-0118 3: nick, mood and tune go to contacts, and an end is told as well") {
    Capulet play;
    play.host.befriend(play.balcony, play.paris);
    const std::string nick = "http://jabber.org/protocol/nick";
    wants(play.paris, {nick, mood, tune});
    play.paris.forget_received();
    const std::string by = reply_to("juliet@capulet.example/balcony");
    const auto goes = [&](const std::string& at, const std::string& payload) {
        play.balcony.sets(publish(at, item("current", payload)));
        play.paris.receives(event(juliet, "paris@capulet.example/street", items_event(at, item("current", payload)), by));
    };
    goes(nick, "<nick xmlns='http://jabber.org/protocol/nick'>JC</nick>");
    goes(mood, "<mood xmlns='http://jabber.org/protocol/mood'><annoyed/><text>the nurse</text></mood>");
    goes(mood, "<mood xmlns='http://jabber.org/protocol/mood'/>");
    goes(tune, song("Introduction"));
    goes(tune, "<tune xmlns='http://jabber.org/protocol/tune'/>");
}
