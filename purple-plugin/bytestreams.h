// SPDX-License-Identifier: GPL-2.0-or-later
// SOCKS5 bytestreams 1.8.2 (XEP-0065) as they are written in stanzas: who offers which addresses, in which order.
#pragma once
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include <xmlnode.h>

namespace purple_plugin {

constexpr const char* bytestreams_ns = "http://jabber.org/protocol/bytestreams";

// The offer or the activation in `iq`; null in any other stanza.
xmlnode* bytestreams_query(const xmlnode* iq);

struct Streamhost {
    std::string host;
    int port;
    bool operator<(const Streamhost& other) const { return std::tie(host, port) < std::tie(other.host, other.port); }
};

// Where the proxies of an offer are, or those of a proxy's own answer.
std::vector<Streamhost> proxies_in(const xmlnode* query);

// Takes the proxies that `is_dead` out of an offer, as long as something remains.
void drop_proxies(xmlnode* query, const std::function<bool(const Streamhost&)>& is_dead);

// Takes the sender's own addresses out of an offer, unless no proxy would remain.
void prefer_proxy(xmlnode* query);

// Puts the proxies of an offer before the sender's own addresses: who receives tries them in this order and waits
// seconds for each that does not answer.
void proxies_first(xmlnode* query);

// What an offer lists, for people: its proxies with their addresses, or the sender's addresses when it has none.
std::string offered_hosts(const xmlnode* query);

// The name of a bytestream: SHA-1 in lower-case hexadecimal.
//   source  XEP-0065 5.3.2
std::string bytestream_hash(const std::string& session, const std::string& initiator, const std::string& target);

} // namespace purple_plugin
