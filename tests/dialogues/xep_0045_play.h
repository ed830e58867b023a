// SPDX-License-Identifier: MIT
// A server with rooms, and the words in which the plays of XEP-0045 speak.
#pragma once
#include "support/test_host.h"
#include "xml/writer.h"
#include "xmpp/stanza_error.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace play {

inline const std::string room = "garden@rooms.montague.example";
inline const std::string romeo_jid = "romeo@montague.example/orchard";
inline const std::string juliet_jid = "juliet@montague.example/balcony";
inline const std::string tybalt_jid = "tybalt@montague.example/street";
inline const std::string muc = "<x xmlns='http://jabber.org/protocol/muc'/>";

inline modules::Choices rooms_of_montague(std::size_t archive_days = 0) {
    modules::Choices choices = ::choices();
    choices.rooms_host = "rooms.montague.example";
    choices.archive_days = archive_days;
    return choices;
}
// Without presence, which tells rooms of clients that are gone, and without whatever else writes to the store.
inline void only_rooms(routing::Feature& feature) { modules::add_rooms(feature, rooms_of_montague()); }

struct Stage : TestHost {
    explicit Stage(std::size_t archive_days = 0)
        : Stage([archive_days](routing::Feature& feature) { add_chosen(feature, rooms_of_montague(archive_days)); }) {}
    // The server has run for a while: who was in a room when it started is back.
    explicit Stage(const Add& features) : TestHost("montague.example", {features}) { has_run_for(std::chrono::minutes(5)); }

    // A client that asked to enter as `nick`; `x` is what it says in <x/>.
    TestClient& enters(const std::string& jid, const std::string& nick, const std::string& x = muc) {
        TestClient& client = connect(jid);
        client.sends("<presence to='" + room + "/" + nick + "'>" + x + "</presence>");
        return client;
    }
    // Romeo, the owner, in a room that he has configured with these fields; what came of it is forgotten.
    TestClient& romeo(const std::string& fields = {}) {
        TestClient& owner = enters(romeo_jid, "Romeo");
        configure(owner, fields);
        owner.forget_received();
        return owner;
    }
    static std::string form(const std::string& fields) {
        return "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>"
               "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>" +
               fields + "</x></query>";
    }
    static void configure(TestClient& owner, const std::string& fields) { owner.sets(form(fields), room); }
};

inline std::string field(const std::string& name, const std::string& value) {
    return "<field var='muc#roomconfig_" + name + "'><value>" + value + "</value></field>";
}
inline std::string admin(const std::string& items) {
    return "<query xmlns='http://jabber.org/protocol/muc#admin'>" + items + "</query>";
}
// What names an occupant for good (XEP-0421), and a message of the room (XEP-0359).
inline const std::string occupant_id = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='*'/>";
inline const std::string stanza_id = "<stanza-id xmlns='urn:xmpp:sid:0' id='*' by='" + room + "'/>";
inline std::string code(int number) { return "<status code='" + std::to_string(number) + "'/>"; }

// Presence of the occupant `nick` as `to` gets it. `item`: the attributes; `after`: what follows <item/>.
inline std::string here(const std::string& nick, const std::string& to, const std::string& item, const std::string& after = {},
                        const std::string& content = {}) {
    return "<presence from='" + room + "/" + nick + "' to='" + to + "'>" + content +
           "<x xmlns='http://jabber.org/protocol/muc#user'><item " + item + "/>" + after + "</x>" + occupant_id + "</presence>";
}
// The same of type unavailable. `inside`: what stands in <item/>.
inline std::string gone(const std::string& nick, const std::string& to, const std::string& item, const std::string& after = {},
                        const std::string& inside = {}) {
    return "<presence type='unavailable' from='" + room + "/" + nick + "' to='" + to +
           "'><x xmlns='http://jabber.org/protocol/muc#user'><item " + item + ">" + inside + "</item>" + after + "</x>" + occupant_id + "</presence>";
}
// A message of type groupchat to the room, and as `to` gets it from `nick`.
inline std::string say(const std::string& content) { return "<message type='groupchat' to='" + room + "'>" + content + "</message>"; }
inline std::string said(const std::string& nick, const std::string& to, std::string content) {
    const auto end = std::min(content.find("<delay "), content.size());
    if (!nick.empty()) content.insert(end, occupant_id + (content.find("<body>") == content.npos ? "" : stanza_id));
    return "<message type='groupchat' from='" + room + (nick.empty() ? "" : "/" + nick) + "' to='" + to + "'>" + content + "</message>";
}
inline std::string no_subject(const std::string& to) { return said({}, to, "<subject/>"); }
inline std::string delayed() { return "<delay xmlns='urn:xmpp:delay' from='" + room + "' stamp='2023-11-14T22:13:20Z'/>"; }

// The next stanza is an error; its condition.
inline std::string refusal(TestClient& client) {
    const xml::Element stanza = client.next();
    const auto error = stanza.child({xml::stanza_ns, "error"});
    REQUIRE(error.has_value());
    return std::string(xmpp::to_string(xmpp::parse_stanza_error(*error).condition));
}

}  // namespace play
