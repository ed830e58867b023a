// SPDX-License-Identifier: MIT
// Namespaces that more than one file needs; a feature's own namespace stands in its file.
#pragma once
#include <string_view>

namespace xmpp::ns {

inline constexpr std::string_view stream = "http://etherx.jabber.org/streams";
inline constexpr std::string_view client = "jabber:client";
inline constexpr std::string_view component = "jabber:component:accept";
inline constexpr std::string_view stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";
inline constexpr std::string_view streams = "urn:ietf:params:xml:ns:xmpp-streams";
inline constexpr std::string_view tls = "urn:ietf:params:xml:ns:xmpp-tls";
inline constexpr std::string_view sasl = "urn:ietf:params:xml:ns:xmpp-sasl";
inline constexpr std::string_view bind = "urn:ietf:params:xml:ns:xmpp-bind";
inline constexpr std::string_view session = "urn:ietf:params:xml:ns:xmpp-session";
inline constexpr std::string_view data_form = "jabber:x:data";
inline constexpr std::string_view delay = "urn:xmpp:delay";
inline constexpr std::string_view caps = "http://jabber.org/protocol/caps";
inline constexpr std::string_view disco_info = "http://jabber.org/protocol/disco#info";
inline constexpr std::string_view disco_items = "http://jabber.org/protocol/disco#items";
inline constexpr std::string_view pubsub = "http://jabber.org/protocol/pubsub";
inline constexpr std::string_view pubsub_errors = "http://jabber.org/protocol/pubsub#errors";
inline constexpr std::string_view pubsub_event = "http://jabber.org/protocol/pubsub#event";
inline constexpr std::string_view pubsub_owner = "http://jabber.org/protocol/pubsub#owner";
inline constexpr std::string_view registration = "jabber:iq:register";
inline constexpr std::string_view roster = "jabber:iq:roster";
inline constexpr std::string_view result_set = "http://jabber.org/protocol/rsm";
inline constexpr std::string_view compression = "http://jabber.org/protocol/compress";
inline constexpr std::string_view client_state = "urn:xmpp:csi:0";
inline constexpr std::string_view stream_management = "urn:xmpp:sm:3";
// Stream features that say what the roster can (RFC 6121 2.6.1, 3.4.1).
inline constexpr std::string_view roster_versions = "urn:xmpp:features:rosterver";
inline constexpr std::string_view pre_approval = "urn:xmpp:features:pre-approval";

}  // namespace xmpp::ns
