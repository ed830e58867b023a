// SPDX-License-Identifier: MIT
// Romeo and Juliet, and what archives answer (XEP-0313).
#pragma once
#include "support/test_host.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

namespace archive_play {

inline const std::string mam = "xmlns='urn:xmpp:mam:2'";
inline const std::string juliet_bare = "juliet@verona.example";

inline std::string field(const std::string& var, const std::string& value) {
    return "<field var='" + var + "'><value>" + value + "</value></field>";
}
inline std::string form(const std::string& fields) {
    return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>" + fields + "</x>";
}
inline std::string set(const std::string& content) { return "<set xmlns='http://jabber.org/protocol/rsm'>" + content + "</set>"; }
inline std::string query(const std::string& content = {}) { return "<query " + mam + " queryid='q'>" + content + "</query>"; }
inline std::string hint(const std::string& name) { return "<" + name + " xmlns='urn:xmpp:hints'/>"; }

// One answer of the archive.
struct Found {
    std::vector<std::string> texts, ids, stamps;
    std::vector<xml::Element> messages;  // as they were said; an empty tag where none is shown
    xml::Element fin{{"", "none"}};
    std::string words() const {
        std::string all;
        for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
        return all;
    }
    std::string told(const std::string& name) const {
        return fin.child({"http://jabber.org/protocol/rsm", "set"})->child_text({"http://jabber.org/protocol/rsm", name});
    }
    bool is_complete() const { return fin.attribute("complete") == "true"; }
};

inline void take_result(const xml::Element& stanza, const std::string& from, Found& found) {
    const auto result = stanza.child({"urn:xmpp:mam:2", "result"});
    REQUIRE_MESSAGE(result.has_value(), xml::to_string(stanza));
    CHECK(result->attribute("queryid") == "q");
    CHECK(stanza.attribute("from") == from);
    const auto forwarded = *result->child({"urn:xmpp:forward:0", "forwarded"});
    found.ids.emplace_back(result->attribute("id").value_or(""));
    found.stamps.emplace_back(forwarded.child({"urn:xmpp:delay", "delay"})->attribute("stamp").value_or(""));
    found.messages.push_back(forwarded.child({xml::stanza_ns, "message"}).value_or(xml::Element({"", "none"})));
    found.texts.push_back(found.messages.back().child_text({xml::stanza_ns, "body"}));
}

// Asks the archive of `of`, or the client's own, and waits for all of the answer.
inline Found ask_archive(TestClient& who, const std::string& payload, const std::string& of = {}) {
    who.forget_received();
    who.sends("<iq type='set' id='mam'" + (of.empty() ? of : " to='" + of + "'") + ">" + payload + "</iq>");
    Found found;
    while (who.has_received()) {
        const xml::Element stanza = who.next();
        if (!stanza.is({xml::stanza_ns, "iq"})) {
            take_result(stanza, of.empty() ? who.session().account().jid().text() : of, found);
            continue;
        }
        REQUIRE_MESSAGE(stanza.attribute("type") == "result", xml::to_string(stanza));
        CHECK_FALSE(who.has_received());  // 4: the result comes last
        found.fin = *stanza.child({"urn:xmpp:mam:2", "fin"});
    }
    REQUIRE(found.fin.is({"urn:xmpp:mam:2", "fin"}));
    return found;
}

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = client("romeo@verona.example/orchard");
    TestClient& juliet = client("juliet@verona.example/balcony");

    TestClient& client(const std::string& full) {
        TestClient& made = host.connect(full);
        made.sends("<presence/>");
        made.forget_received();
        return made;
    }
    // Time passes between what is said.
    void says(TestClient& who, const std::string& content, const std::string& to, const std::string& type = "chat") {
        host.passes(std::chrono::seconds(10));
        who.sends("<message to='" + to + "' type='" + type + "'>" + (content.starts_with('<') ? content : "<body>" + content + "</body>") + "</message>");
        for (TestClient* each : {&romeo, &juliet}) each->forget_received();
    }
    // Romeo to Juliet: one, three, five; Juliet to Romeo: two, four.
    void talk() {
        for (const std::string text : {"one", "two", "three", "four", "five"}) {
            const bool to_juliet = text == "one" || text == "three" || text == "five";
            says(to_juliet ? romeo : juliet, text, to_juliet ? juliet_bare : "romeo@verona.example");
        }
    }
    Found asks(TestClient& who, const std::string& payload) { return ask_archive(who, payload); }
    std::string words(TestClient& who, const std::string& payload) { return asks(who, payload).words(); }
};

}  // namespace archive_play
