// SPDX-License-Identifier: MIT
// XEP-0313 6.1.1, XEP-0334, XEP-0441: what an account's archive keeps, how long, and what that has to do with offline messages.
#include "xep_0313_play.h"

using namespace archive_play;

TEST_CASE("XEP-0313 6.1.1, XEP-0334 4.4, 5: what is kept, by its type, its content and its hints") {
    Verona play;
    const auto is_kept = [&](const std::string& content, const std::string& type = "chat") {
        const auto before = play.asks(play.juliet, query(set("<max>0</max>"))).told("count");
        const auto sent_before = play.asks(play.romeo, query(set("<max>0</max>"))).told("count");
        play.says(play.romeo, content, "juliet@verona.example/balcony", type);
        const bool kept = play.asks(play.juliet, query(set("<max>0</max>"))).told("count") != before;
        CHECK((play.asks(play.romeo, query(set("<max>0</max>"))).told("count") != sent_before) == kept);
        return kept;
    };
    const std::string body = "<body>hi</body>";
    CHECK(is_kept(body));
    CHECK(is_kept(body, "normal"));
    for (const std::string type : {"headline", "groupchat", "error"}) CHECK_FALSE(is_kept(body, type));
    CHECK_FALSE(is_kept("<composing xmlns='http://jabber.org/protocol/chatstates'/>"));
    CHECK_FALSE(is_kept("<x xmlns='urn:example'/>"));
    CHECK(is_kept("<received xmlns='urn:xmpp:receipts' id='1'/>"));
    CHECK(is_kept("<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>"));
    CHECK_FALSE(is_kept("<markable xmlns='urn:xmpp:chat-markers:0'/>"));
    CHECK(is_kept(body + "<replace xmlns='urn:xmpp:message-correct:0' id='1'/>"));
    CHECK(is_kept("<retract xmlns='urn:xmpp:message-retract:1' id='1'/>"));
    CHECK(is_kept("<reactions xmlns='urn:xmpp:reactions:0' id='1'><reaction>x</reaction></reactions>"));
    CHECK(is_kept("<encrypted xmlns='eu.siacs.conversations.axolotl'/>"));
    CHECK(is_kept("<x xmlns='jabber:x:conference' jid='room@rooms.verona.example'/>", "normal"));
    for (const std::string name : {"no-store", "no-permanent-store"}) CHECK_FALSE(is_kept(body + hint(name)));
    CHECK(is_kept("<x xmlns='urn:example'/>" + hint("store")));
    CHECK(is_kept(body + hint("store"), "headline"));
    CHECK_FALSE(is_kept(body + hint("store"), "error"));
    CHECK(is_kept(body + hint("no-copy")));
}

TEST_CASE("XEP-0334 4.1: no-permanent-store waits for a client all the same, and leaves the disk when it was delivered") {
    Verona play;
    play.juliet.logs_out();
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>whisper</body>" + hint("no-permanent-store") + "</message>");
    const auto entries = [&] {
        std::size_t count = 0;
        play.host.store().page(juliet_bare, {}, [&](auto page) { count = page->size(); });
        return count;
    };
    CHECK(entries() == 1);
    auto& again = play.host.connect("juliet@verona.example/balcony");
    again.sends("<presence/>");
    CHECK(again.next().is({xml::stanza_ns, "presence"}));
    CHECK(again.next().child_text({xml::stanza_ns, "body"}) == "whisper");
    again.receives_nothing_more();
    play.host.users().keep_marks();
    CHECK(entries() == 0);
    CHECK(play.words(again, query()) == "");
}

TEST_CASE("XEP-0313 6.1: a message that was refused is not in its receiver's archive") {
    Verona play;
    play.host.store().refuse_next(store::Refusal::resource_constraint, 1);
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>lost</body></message>");
    CHECK(play.romeo.next().attribute("type") == "error");
    play.juliet.receives_nothing_more();
    CHECK(play.words(play.juliet, query()) == "");
}

TEST_CASE("DESIGN 4.1: a message reaches the other side although its sender's copy could not be kept") {
    Verona play;
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>hi</body></message>");
    play.romeo.receives_nothing_more();
    CHECK(play.juliet.next().child_text({xml::stanza_ns, "body"}) == "hi");
    CHECK(play.words(play.juliet, query()) == "hi");
    CHECK(play.words(play.romeo, query()) == "");
}

TEST_CASE("XEP-0441 2: preferences: asked, set, kept over a restart, and obeyed in both directions") {
    Verona play;
    CHECK(same_xml("<prefs xmlns='urn:xmpp:mam:2' default='always'><always/><never/></prefs>", play.juliet.gets("<prefs " + mam + "/>")));
    const std::string prefs = "<prefs " + mam + " default='never'><always><jid>romeo@verona.example/orchard</jid></always>"
                              "<never><jid>nurse@verona.example</jid></never></prefs>";
    CHECK(same_xml(prefs, play.juliet.sets(prefs)));
    play.host.restarts();
    auto& juliet = play.client("juliet@verona.example/balcony");
    auto& romeo = play.client("romeo@verona.example/orchard");
    auto& street = play.client("romeo@verona.example/street");
    CHECK(same_xml(prefs, juliet.gets("<prefs " + mam + "/>")));
    romeo.sends("<message to='juliet@verona.example' type='chat'><body>kept</body></message>");
    street.sends("<message to='juliet@verona.example' type='chat'><body>not</body></message>");
    juliet.sends("<message to='romeo@verona.example/street' type='chat'><body>not</body></message>");
    juliet.sends("<message to='romeo@verona.example/orchard' type='chat'><body>answer</body></message>");
    CHECK(play.words(juliet, query()) == "kept answer");
    CHECK(play.words(romeo, query()) == "kept not not answer");
}

TEST_CASE("XEP-0441 2.1, 2.3: 'roster' archives contacts only; a bare address stands for all its clients; bad ones are refused") {
    Verona play;
    play.juliet.sets("<prefs " + mam + " default='roster'/>");
    play.says(play.romeo, "stranger", juliet_bare);
    play.juliet.sets("<query xmlns='jabber:iq:roster'><item jid='romeo@verona.example'/></query>");
    play.says(play.romeo, "contact", juliet_bare);
    CHECK(play.words(play.juliet, query()) == "contact");
    play.juliet.sets("<prefs " + mam + " default='always'><never><jid>romeo@verona.example</jid></never></prefs>");
    play.says(play.romeo, "hidden", juliet_bare);
    CHECK(play.words(play.juliet, query()) == "contact");
    play.juliet.is_refused("set", "<prefs " + mam + "/>", "bad-request");
    play.juliet.is_refused("set", "<prefs " + mam + " default='sometimes'/>", "bad-request");
    play.juliet.is_refused("set", "<prefs " + mam + " default='always'><never><jid>a@b@c</jid></never></prefs>", "jid-malformed");
    std::string many;
    for (int i = 0; i < 1001; ++i) many += "<jid>a" + std::to_string(i) + "@b</jid>";
    play.juliet.is_refused("set", "<prefs " + mam + " default='always'><never>" + many + "</never></prefs>", "policy-violation");
}

TEST_CASE("XEP-0441 2.1: what is not archived still waits for a client that is not there") {
    Verona play;
    play.juliet.sets("<prefs " + mam + " default='never'/>");
    play.juliet.logs_out();
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>hi</body></message>");
    auto& again = play.host.connect("juliet@verona.example/balcony");
    again.sends("<presence/>");
    CHECK(again.next().is({xml::stanza_ns, "presence"}));
    CHECK(again.next().child_text({xml::stanza_ns, "body"}) == "hi");
    CHECK(play.words(again, query()) == "");
}

TEST_CASE("DESIGN 4.1: an archive is read behind the account's writes, and its results behind the messages before") {
    Verona play;
    play.host.store().hold();
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>first</body></message>");
    play.juliet.sends("<iq type='set' id='mam'>" + query() + "</iq>");
    play.juliet.receives_nothing_more();
    play.host.store().release();
    CHECK(play.juliet.next().child_text({xml::stanza_ns, "body"}) == "first");
    CHECK(play.juliet.next().has_child({"urn:xmpp:mam:2", "result"}));
    CHECK(play.juliet.next().is({xml::stanza_ns, "iq"}));
}

TEST_CASE("decision 0032: a client without archive gets what it missed, once, whatever others fetched") {
    Verona play;
    play.juliet.logs_out();
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>missed</body></message>");
    auto& modern = play.host.connect("juliet@verona.example/phone");
    CHECK(play.words(modern, query()) == "missed");
    auto& simple = play.host.connect("juliet@verona.example/desk");
    simple.sends("<presence/>");
    CHECK(simple.next().is({xml::stanza_ns, "presence"}));
    CHECK(simple.next().child_text({xml::stanza_ns, "body"}) == "missed");
    simple.receives_nothing_more();
    modern.sends("<presence/>");
    while (modern.has_received()) CHECK(modern.next().is({xml::stanza_ns, "presence"}));
}

TEST_CASE("XEP-0313 6.1.1: what a client fetched before it became available does not come to it again") {
    Verona play;
    play.juliet.logs_out();
    for (const std::string text : {"one", "two", "three", "four"}) play.says(play.romeo, text, juliet_bare);
    auto& phone = play.host.connect("juliet@verona.example/phone");
    CHECK(play.words(phone, query(set("<max>2</max><before/>"))) == "three four");
    phone.sends("<presence/>");
    CHECK(phone.next().is({xml::stanza_ns, "presence"}));
    for (const std::string text : {"one", "two"}) CHECK(phone.next().child_text({xml::stanza_ns, "body"}) == text);
    phone.receives_nothing_more();
    phone.logs_out();
    auto& desk = play.host.connect("juliet@verona.example/desk");
    desk.sends("<presence/>");
    CHECK(desk.next().is({xml::stanza_ns, "presence"}));
    desk.receives_nothing_more();
}

TEST_CASE("XEP-0313 3.5: what came as an offline message has the same id in the archive, so that a client knows it again") {
    Verona play;
    play.juliet.logs_out();
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>missed</body></message>");
    auto& phone = play.host.connect("juliet@verona.example/phone");
    phone.sends("<presence/>");
    CHECK(phone.next().is({xml::stanza_ns, "presence"}));
    const auto id = phone.next().child({"urn:xmpp:sid:0", "stanza-id"});
    REQUIRE(id);
    CHECK(play.asks(phone, query()).ids.front() == id->attribute("id"));
}

TEST_CASE("XEP-0313 3.2: what is older than archive-days goes, from the oldest on, and never what nobody has got") {
    auto short_memory = choices();
    short_memory.archive_days = 10;
    TestHost host("verona.example", {[&](routing::Feature& feature) { add_chosen(feature, short_memory); }});
    const auto hours = [&](int count) {
        for (int i = 0; i < count * 60; ++i) host.passes(std::chrono::minutes(1));
    };
    auto& romeo = host.login("romeo@verona.example/orchard");
    auto& juliet = host.login("juliet@verona.example/balcony");
    romeo.forget_received();
    for (int i = 0; i < 250; ++i) romeo.sends("<message to='juliet@verona.example' type='chat'><body>old</body></message>");
    juliet.logs_out();
    const auto kept = [&](const std::string& owner) {
        std::size_t count = 0;
        host.store().page(owner, {.most = 1000}, [&](auto page) { count = page->size(); });
        return count;
    };
    hours(24 * 5);
    romeo.sends("<message to='juliet@verona.example' type='chat'><body>undelivered</body></message>");
    hours(24 * 4);
    host.users().keep_marks();
    CHECK(kept(juliet_bare) == 251);
    CHECK(kept("romeo@verona.example") == 251);
    hours(24 * 3);
    CHECK(kept(juliet_bare) == 1);
    CHECK(kept("romeo@verona.example") == 1);
    hours(24 * 20);
    CHECK(kept(juliet_bare) == 1);
    CHECK(kept("romeo@verona.example") == 0);
}

TEST_CASE("XEP-0313 6.1.1, XEP-0198 5: what was fetched while a lost client had it does not come again when that one stays away") {
    Verona play;
    const auto bodies = [](TestClient& client) {
        std::string all;
        while (client.has_received()) all += client.next().child_text({xml::stanza_ns, "body"});
        return all;
    };
    play.juliet.enables_resumption();
    play.juliet.loses_connection();
    play.says(play.romeo, "kept", juliet_bare);
    auto& garden = play.host.login("juliet@verona.example/garden");
    garden.enables_resumption();
    CHECK(play.words(garden, query()) == "kept");
    garden.acknowledges();
    play.host.passes(std::chrono::seconds(601));
    CHECK(bodies(garden) == "");
    play.host.users().keep_marks();
    play.host.restarts();
    auto& again = play.host.connect("juliet@verona.example/garden");
    again.sends("<presence/>");
    CHECK(bodies(again) == "");
}

TEST_CASE("XEP-0313 6.1.1, XEP-0198 5: what neither a lost client nor one that fetched it has acknowledged comes to the next") {
    Verona play;
    play.juliet.enables_resumption();
    play.juliet.loses_connection();
    play.says(play.romeo, "kept", juliet_bare);
    auto& garden = play.host.login("juliet@verona.example/garden");
    garden.enables_resumption();
    garden.sends("<iq type='set' id='mam'>" + query() + "</iq>");
    garden.loses_connection(2);
    play.host.passes(std::chrono::seconds(1300));
    auto& late = play.host.connect("juliet@verona.example/late");
    late.sends("<presence/>");
    std::string all;
    while (late.has_received()) all += late.next().child_text({xml::stanza_ns, "body"});
    CHECK(all == "kept");
}

TEST_CASE("DESIGN 4.1: what was delivered is remembered over restarts, also by an account whose own words are in its log") {
    Verona play;
    const auto bodies_at_login = [&] {
        auto& juliet = play.host.connect("juliet@verona.example/balcony");
        juliet.sends("<presence/>");
        std::string all;
        while (juliet.has_received()) all += juliet.next().child_text({xml::stanza_ns, "body"});
        return all;
    };
    play.says(play.juliet, "own words", "romeo@verona.example");
    play.juliet.logs_out();
    play.says(play.romeo, "while away", juliet_bare);
    play.host.restarts();
    CHECK(bodies_at_login() == "while away");
    play.host.users().end_turn();
    auto& romeo = play.host.connect("romeo@verona.example/orchard");
    romeo.sends("<message to='juliet@verona.example' type='chat'><body>live</body></message>");
    play.host.restarts();
    CHECK(bodies_at_login() == "");
}
