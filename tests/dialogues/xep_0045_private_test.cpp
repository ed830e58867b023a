// SPDX-License-Identifier: MIT
// XEP-0045 7.5 with several clients under one nick: each has the private message, the archive has it once (XEP-0313).
#include "dialogues/xep_0045_play.h"
#include "dialogues/xep_0313_play.h"

using namespace play;

namespace {

// Juliet is in the room with two clients, which share her nick.
struct Shared {
    Stage stage;
    TestClient& balcony = stage.login(juliet_jid);
    TestClient& garden = stage.login("juliet@montague.example/garden");
    TestClient& romeo = stage.romeo();

    Shared() {
        for (TestClient* client : {&balcony, &garden}) client->sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
        for (TestClient* client : {&romeo, &balcony, &garden}) client->forget_received();
    }
    void whispers(const std::string& text, const std::string& more = {}) {
        romeo.sends("<message type='chat' id='" + text + "' to='" + room + "/Juliet'><body>" + text + "</body>" + more + "</message>");
    }
    // The texts a client has got, each with its id in the archive.
    static std::vector<std::string> heard(TestClient& client) {
        std::vector<std::string> found;
        while (client.has_received()) {
            const xml::Element stanza = client.next();
            if (!stanza.has_child({xml::stanza_ns, "body"})) continue;
            if (stanza.attribute("to") != "juliet@montague.example") CHECK(stanza.attribute("to") == client.jid());
            const auto id = stanza.child({"urn:xmpp:sid:0", "stanza-id"});
            found.push_back(stanza.child_text({xml::stanza_ns, "body"}) + (id ? " " + std::string(id->attribute("id").value_or("")) : ""));
        }
        return found;
    }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("XEP-0045 7.5, XEP-0313 6.1.1: a private message to a nick that two clients share is one entry with one id") {
    Shared play;
    play.whispers("soft");
    const Texts heard = Shared::heard(play.balcony);
    REQUIRE(heard.size() == 1);
    CHECK(Shared::heard(play.garden) == heard);
    const auto kept = archive_play::ask_archive(play.garden, archive_play::query());
    REQUIRE(kept.texts == Texts{"soft"});
    CHECK(heard.front() == "soft " + kept.ids.front());
}

TEST_CASE("XEP-0198 5: what one of two clients of a nick did not acknowledge does not come to the other again") {
    Shared play;
    play.garden.enables_resumption();
    play.garden.forget_received();
    play.whispers("soft");
    play.whispers("passing", "<no-store xmlns='urn:xmpp:hints'/>");
    CHECK(Shared::heard(play.balcony).size() == 2);
    play.garden.loses_connection(2);
    play.stage.passes(std::chrono::seconds(601));
    CHECK(Shared::heard(play.balcony) == Texts{});
}

TEST_CASE("XEP-0045 7.5: while older messages are read both clients of a nick wait, then both get what was said") {
    Shared play;
    play.garden.sends("<presence type='unavailable'/>");
    play.balcony.sends("<presence><priority>-1</priority></presence>");
    for (TestClient* client : {&play.garden, &play.balcony}) {
        client->sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
        client->forget_received();
    }
    play.romeo.sends("<message type='chat' to='juliet@montague.example'><body>older</body></message>");
    play.stage.store().hold();
    play.balcony.sends("<presence/>");
    play.whispers("newer");
    play.whispers("passing", "<no-store xmlns='urn:xmpp:hints'/>");
    play.stage.store().release();
    const Texts heard = Shared::heard(play.garden);
    REQUIRE(heard.size() == 2);
    CHECK(heard.back() == "passing");
    const Texts all = Shared::heard(play.balcony);
    REQUIRE(all.size() == 3);
    CHECK(Texts(all.begin() + 1, all.end()) == heard);
    CHECK(all.front().starts_with("older"));
}

TEST_CASE("XEP-0045 7.9: a chat of two goes on in a room: its words keep their times and thread, and who is invited hears that it goes on") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.login(juliet_jid);
    juliet.session().set_presence(xmpp::Presence(juliet.session().jid(), {}, xmpp::Presence::available));
    const std::string before = "<thread>e0ffe42b</thread><body>But soft</body><delay xmlns='urn:xmpp:delay' from='" + romeo_jid + "' stamp='2023-11-14T20:00:00Z'/>";
    const auto times = [](const xml::Element& message) {
        std::vector<std::string> found;
        for (const xml::Element child : message.children())
            if (child.name().local == "delay") found.push_back(std::string(*child.attribute("from")) + " " + std::string(*child.attribute("stamp")));
        return found;
    };
    romeo.sends(say(before));
    const xml::Element told = romeo.next();
    CHECK(times(told) == std::vector<std::string>{romeo_jid + " 2023-11-14T20:00:00Z"});
    CHECK(told.child_text({xml::stanza_ns, "thread"}) == "e0ffe42b");
    romeo.sends("<message to='" + room + "'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='" + juliet_jid +
                "'><continue thread='e0ffe42b'/></invite></x></message>");
    CHECK(xml::to_string(juliet.next()).find("<continue thread='e0ffe42b'/>") != std::string::npos);
}
