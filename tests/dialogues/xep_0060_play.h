// SPDX-License-Identifier: MIT
// What the plays of publish-subscribe say to each other.
#pragma once
#include "support/test_host.h"
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/entity_caps.h"

#include <doctest/doctest.h>

namespace pubsub_play {

inline const std::string tune = "http://jabber.org/protocol/tune";
inline const std::string mood = "http://jabber.org/protocol/mood";

inline std::string pubsub(const std::string& inside) {
    return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + inside + "</pubsub>";
}
inline std::string owner(const std::string& inside) {
    return "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>" + inside + "</pubsub>";
}
inline std::string field(const std::string& var, const std::string& value) {
    return "<field var='" + var + "'><value>" + value + "</value></field>";
}
inline std::string form(const std::string& type, const std::string& fields) {
    return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>"
           "http://jabber.org/protocol/pubsub#" + type + "</value></field>" + fields + "</x>";
}
inline std::string options(const std::string& fields) {
    return "<publish-options>" + form("publish-options", fields) + "</publish-options>";
}
inline std::string item(const std::string& id, const std::string& payload) { return "<item id='" + id + "'>" + payload + "</item>"; }
inline std::string song(const std::string& title) { return "<tune xmlns='" + tune + "'><title>" + title + "</title></tune>"; }
inline std::string publish(const std::string& node, const std::string& items, const std::string& more = {}) {
    return pubsub("<publish node='" + node + "'>" + items + "</publish>" + more);
}
inline std::string create(const std::string& node, const std::string& fields = {}) {
    return pubsub("<create node='" + node + "'/>" + (fields.empty() ? "" : "<configure>" + form("node_config", fields) + "</configure>"));
}
inline std::string configure(const std::string& node, const std::string& fields) {
    return owner("<configure node='" + node + "'>" + form("node_config", fields) + "</configure>");
}
inline std::string retract(const std::string& node, const std::string& id, const std::string& more = {}) {
    return pubsub("<retract node='" + node + "'" + more + "><item id='" + id + "'/></retract>");
}
inline std::string items(const std::string& node, const std::string& inside = {}, const std::string& more = {}) {
    return pubsub("<items node='" + node + "'" + more + ">" + inside + "</items>");
}
// An event message, from and to whom; its id is made up.
inline std::string event(const std::string& from, const std::string& to, const std::string& inside, const std::string& more = {}) {
    return "<message from='" + from + "' to='" + to + "' type='headline' id='*'><event xmlns='http://jabber.org/protocol/pubsub#event'>" +
           inside + "</event>" + more + "</message>";
}
inline std::string items_event(const std::string& node, const std::string& inside) {
    return "<items node='" + node + "'>" + inside + "</items>";
}
inline std::string reply_to(const std::string& full) {
    return "<addresses xmlns='http://jabber.org/protocol/address'><address type='replyto' jid='" + full + "'/></addresses>";
}
inline std::string delayed(const std::string& from) {
    return "<delay xmlns='urn:xmpp:delay' from='" + from + "' stamp='*'/>";
}

// What a client tells by disco#info when it wants to hear of these nodes.
inline std::string info(const std::vector<std::string>& nodes) {
    std::string text = "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc'/>";
    for (const std::string& node : nodes) text += "<feature var='" + node + "+notify'/>";
    return text + "</query>";
}
inline std::string caps(const std::vector<std::string>& nodes) {
    return "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://client.example' ver='" +
           *xmpp::caps_version(*xml::parse_element(info(nodes))) + "'/>";
}
// Answers the next question for its capabilities among what waits; what comes before it is dropped.
inline bool tells(TestClient& client, const std::string& info) {
    while (client.has_received()) {
        const xml::Element got = client.next();
        const auto query = got.child({"http://jabber.org/protocol/disco#info", "query"});
        if (!query || got.attribute("type") != "get") continue;
        client.sends("<iq type='result' id='" + std::string(*got.attribute("id")) + "' to='" + std::string(*got.attribute("from")) + "'>" + info + "</iq>");
        return true;
    }
    return false;
}
// Shows presence with these wishes and answers when asked for them.
inline void wants(TestClient& client, const std::vector<std::string>& nodes) {
    client.sends("<presence>" + caps(nodes) + "</presence>");
    tells(client, info(nodes));
}

}  // namespace pubsub_play
