// SPDX-License-Identifier: MIT
// What clients say to each other by extensions that the server only carries: it comes through as it was sent, to the bare
// and to the full address, and is kept or not as XEP-0313 6.1.1 and XEP-0334 say.
#include "xep_0313_play.h"

using namespace archive_play;

namespace {

const std::string body = "<body>hi</body>";

// Sends `content`, which must arrive whole, and tells whether it is in both archives then.
bool is_kept(Verona& play, const std::string& content, const std::string& type = "chat") {
    const auto count = [&](TestClient& who) { return play.asks(who, query(set("<max>0</max>"))).told("count"); };
    const std::string before = count(play.juliet);
    const std::string sent_before = count(play.romeo);
    for (const std::string to : {"juliet@verona.example/balcony", "juliet@verona.example"}) {
        play.host.passes(std::chrono::seconds(10));
        play.romeo.sends("<message to='" + to + "' type='" + type + "' id='m1'>" + content + "</message>");
        const xml::Element got = play.juliet.next();
        CHECK(got.attribute("id") == "m1");
        std::string inside;
        for (const xml::Element child : got.children())
            if (!child.is({"urn:xmpp:sid:0", "stanza-id"})) inside += xml::to_string(child);
        CHECK_MESSAGE(same_xml("<m>" + content + "</m>", "<m>" + inside + "</m>"), inside);
        play.juliet.receives_nothing_more();
        play.romeo.forget_received();
    }
    const bool kept = count(play.juliet) != before;
    CHECK((count(play.romeo) != sent_before) == kept);
    return kept;
}

}  // namespace

TEST_CASE("RFC 6120 8.3.3: each condition of an error, also those that the server never raises, passes as it was sent") {
    Verona play;
    const std::string ns = "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'";
    for (const std::string name : {"bad-request", "conflict", "feature-not-implemented", "forbidden", "internal-server-error", "item-not-found",
                                   "jid-malformed", "not-acceptable", "not-allowed", "not-authorized", "policy-violation",
                                   "recipient-unavailable", "registration-required", "remote-server-not-found", "remote-server-timeout",
                                   "resource-constraint", "service-unavailable", "subscription-required", "undefined-condition",
                                   "unexpected-request"}) {
        const std::string error = "<error type='cancel'><" + name + " " + ns + "/></error>";
        play.romeo.sends("<iq type='error' id='i1' to='" + play.juliet.jid() + "'>" + error + "</iq>");
        play.juliet.receives("<iq type='error' id='i1' from='" + play.romeo.jid() + "' to='" + play.juliet.jid() + "'>" + error + "</iq>");
    }
    for (const std::string name : {"gone", "redirect"}) {
        const std::string error = "<error type='modify'><" + name + " " + ns + ">xmpp:verona@example</" + name + "></error>";
        play.romeo.sends("<iq type='error' id='i1' to='" + play.juliet.jid() + "'>" + error + "</iq>");
        play.juliet.receives("<iq type='error' id='i1' from='" + play.romeo.jid() + "' to='" + play.juliet.jid() + "'>" + error + "</iq>");
    }
}

TEST_CASE("XEP-0085 5.8, XEP-0313 6.1.1: chat states pass; alone they are not kept, with a body they are") {
    Verona play;
    for (const std::string state : {"active", "composing", "paused", "inactive", "gone"}) {
        const std::string element = "<" + state + " xmlns='http://jabber.org/protocol/chatstates'/>";
        CHECK_FALSE(is_kept(play, element));
        CHECK_FALSE(is_kept(play, element + "<thread>act2</thread>"));
        CHECK(is_kept(play, body + element));
    }
}

TEST_CASE("XEP-0359 2.2, 3: the sender's own id passes as it is, and so do ids that others gave") {
    Verona play;
    CHECK(is_kept(play, body + "<origin-id xmlns='urn:xmpp:sid:0' id='mine'/>"));
    play.romeo.sends("<message to='juliet@verona.example' type='chat'>" + body + "<stanza-id xmlns='urn:xmpp:sid:0' id='7' by='hall@rooms.example'/></message>");
    CHECK(xml::to_string(play.juliet.next()).find("by='hall@rooms.example'") != std::string::npos);
}

TEST_CASE("XEP-0184 5.5, 7, XEP-0313 6.1.1: what asks for a receipt passes, and the receipt; both are kept") {
    Verona play;
    CHECK(is_kept(play, body + "<request xmlns='urn:xmpp:receipts'/>"));
    CHECK(is_kept(play, "<received xmlns='urn:xmpp:receipts' id='m0'/>"));
    CHECK(is_kept(play, "<received xmlns='urn:xmpp:receipts' id='m0'/>", "normal"));
    CHECK_FALSE(is_kept(play, "<received xmlns='urn:xmpp:receipts' id='m0'/>" + hint("no-store")));
}

TEST_CASE("XEP-0308 3, XEP-0313 6.1.1: a correction passes and is kept beside what it corrects") {
    Verona play;
    CHECK(is_kept(play, body + "<replace xmlns='urn:xmpp:message-correct:0' id='m0'/>"));
    const auto found = play.asks(play.juliet, query());
    CHECK(found.messages.back().has_child({"urn:xmpp:message-correct:0", "replace"}));
}

TEST_CASE("XEP-0333 4.1, 4.2, XEP-0313 6.1.1: markers pass and are kept; what may be marked is kept for its body") {
    Verona play;
    CHECK(is_kept(play, body + "<markable xmlns='urn:xmpp:chat-markers:0'/>"));
    CHECK_FALSE(is_kept(play, "<markable xmlns='urn:xmpp:chat-markers:0'/>"));
    CHECK(is_kept(play, "<displayed xmlns='urn:xmpp:chat-markers:0' id='m0'/>"));
    CHECK(is_kept(play, "<displayed xmlns='urn:xmpp:chat-markers:0' id='m0'/>" + hint("store")));
}

TEST_CASE("XEP-0444 3, XEP-0313 6.1.1: reactions pass and are kept, also when they are taken back") {
    Verona play;
    CHECK(is_kept(play, "<reactions xmlns='urn:xmpp:reactions:0' id='m0'><reaction>x</reaction><reaction>y</reaction></reactions>" + hint("store")));
    CHECK(is_kept(play, "<reactions xmlns='urn:xmpp:reactions:0' id='m0'/>"));
}

TEST_CASE("XEP-0249 2, XEP-0313 6.1.1: a direct invitation passes and is kept") {
    Verona play;
    CHECK(is_kept(play, "<x xmlns='jabber:x:conference' jid='hall@rooms.verona.example' reason='Hey' password='cauldron'/>", "normal"));
}

TEST_CASE("XEP-0334 4: hints pass with what they are about, and say what is kept") {
    Verona play;
    for (const std::string name : {"no-store", "no-permanent-store"}) CHECK_FALSE(is_kept(play, body + hint(name)));
    CHECK(is_kept(play, body + hint("no-copy")));
    CHECK(is_kept(play, "<x xmlns='urn:example'/>" + hint("store")));
}
