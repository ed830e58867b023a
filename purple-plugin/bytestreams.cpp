// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/bytestreams.h"

#include "purple-plugin/purple_handles.h"
#include "purple-plugin/stanzas.h"

#include <cstdlib>

namespace purple_plugin {
namespace {

constexpr std::size_t most_shown = 3;

struct Hosts {
    std::vector<xmlnode*> own, proxies;
};

Streamhost place_of(const xmlnode* host) {
    return {attribute(host, "host"), std::atoi(attribute(host, "port").c_str())};
}

// A user's own streamhost is named by his full address, a proxy by that of a service.
Hosts hosts_in(const xmlnode* query) {
    Hosts hosts;
    for (xmlnode* host = xmlnode_get_child(query, "streamhost"); host != nullptr; host = xmlnode_get_next_twin(host))
        (attribute(host, "jid").find('@') != std::string::npos ? hosts.own : hosts.proxies).push_back(host);
    return hosts;
}

} // namespace

xmlnode* bytestreams_query(const xmlnode* iq) { return xmlnode_get_child_with_namespace(iq, "query", bytestreams_ns); }

std::vector<Streamhost> proxies_in(const xmlnode* query) {
    std::vector<Streamhost> places;
    for (const xmlnode* host : hosts_in(query).proxies) places.push_back(place_of(host));
    return places;
}

void drop_proxies(xmlnode* query, const std::function<bool(const Streamhost&)>& is_dead) {
    const auto hosts = hosts_in(query);
    auto left = hosts.own.size() + hosts.proxies.size();
    for (xmlnode* host : hosts.proxies) {
        if (left < 2 || !is_dead(place_of(host))) continue;
        xmlnode_free(host); // takes itself out of its parent
        --left;
    }
}

void prefer_proxy(xmlnode* query) {
    const auto hosts = hosts_in(query);
    if (hosts.proxies.empty()) return;
    for (xmlnode* host : hosts.own) xmlnode_free(host); // takes itself out of its parent
}

void proxies_first(xmlnode* query) {
    const auto hosts = hosts_in(query);
    if (hosts.proxies.empty()) return;
    for (xmlnode* host : hosts.own) {
        xmlnode_insert_child(query, xmlnode_copy(host));
        xmlnode_free(host);
    }
}

std::string offered_hosts(const xmlnode* query) {
    const auto [own, proxies] = hosts_in(query);
    std::string list;
    std::size_t count = 0;
    for (const xmlnode* host : proxies.empty() ? own : proxies) {
        if (++count > most_shown) break;
        const auto place = attribute(host, "host") + ":" + attribute(host, "port");
        list += (list.empty() ? "" : ", ") + (proxies.empty() ? place : attribute(host, "jid") + " (" + place + ")");
    }
    return list;
}

std::string bytestream_hash(const std::string& session, const std::string& initiator, const std::string& target) {
    const Text hash(g_compute_checksum_for_string(G_CHECKSUM_SHA1, (session + initiator + target).c_str(), -1));
    return hash.get();
}

} // namespace purple_plugin
