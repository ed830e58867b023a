// SPDX-License-Identifier: MIT
#include "routing/interests.h"

#include "xmpp/entity_caps.h"
#include "xmpp/namespaces.h"

#include <utility>

namespace routing {
namespace {

constexpr std::size_t most_known = 5000;
constexpr std::size_t most_keys_waiting = 2000;
constexpr std::size_t most_waiting_for_a_key = 200;  // for one key; the rest hear of nothing until their next presence
constexpr std::size_t most_nodes = 200;    // that one client wants
constexpr std::size_t most_node_bytes = 1024;
constexpr std::string_view notify = "+notify";
constexpr std::string_view caps_ns = "http://jabber.org/protocol/caps";

InterestPtr interest_of(const xml::Element& query) {
    auto interest = std::make_shared<Interest>();
    for (const xml::Element child : query.children()) {
        if (!child.is({xmpp::ns::disco_info, "feature"})) continue;
        std::string_view var = child.attribute("var").value_or("");
        if (!var.ends_with(notify) || var.size() > most_node_bytes || interest->size() >= most_nodes) continue;
        var.remove_suffix(notify.size());
        interest->emplace(var);
    }
    return interest;
}

}  // namespace

std::string Interests::key_of(const xmpp::Presence& presence) {
    const auto c = presence.child({caps_ns, "c"});
    if (!c || !c->attribute("ver")) return {};
    const auto hash = c->attribute("hash");
    const std::string ver(*c->attribute("ver"));
    // Without a hash that can be verified it stands for this one client only (XEP-0115 5.4, 6).
    if (hash == "sha-1") return std::string(*hash) + ' ' + ver;
    return std::string(c->attribute("node").value_or("")) + '#' + ver + ' ' + presence.from().text();
}

void Interests::learn(const xmpp::Jid& asker, const xmpp::Presence& presence, Learned learned) {
    const std::string key = key_of(presence);
    if (key.empty()) return learned(nullptr);
    if (const auto found = known_.find(std::string_view(key)); found != known_.end()) return learned(found->second);
    const auto c = presence.child({caps_ns, "c"});
    if (!waiting_.contains(key) && waiting_.size() >= most_keys_waiting) return learned(nullptr);
    auto& queue = waiting_[key];
    if (queue.size() >= most_waiting_for_a_key) return learned(nullptr);
    const std::string ver(*c->attribute("ver"));
    queue.push_back({asker, presence.from(), std::string(c->attribute("node").value_or("")) + '#' + ver,
                     std::string(c->attribute("hash").value_or("")), ver, std::move(learned)});
    if (queue.size() == 1) ask(key);
}

void Interests::ask(const std::string& key) {
    const Waiting& next = waiting_.find(std::string_view(key))->second.front();
    const auto query = xml::Element({xmpp::ns::disco_info, "query"}).with_attribute("node", next.node);
    router_.ask(xmpp::Iq(next.asker, next.client, xmpp::Iq::get, "caps", query),
                [this, key](const xmpp::Iq* answer) { answered(key, answer); });
}

void Interests::answered(const std::string& key, const xmpp::Iq* answer) {
    const auto found = waiting_.find(std::string_view(key));
    if (found == waiting_.end()) return;
    const Waiting asked = std::move(found->second.front());
    found->second.pop_front();
    const auto query = answer && answer->type() == xmpp::Iq::result ? answer->payload() : std::nullopt;
    const InterestPtr interest = query ? interest_of(*query) : nullptr;
    const bool is_true = query && asked.hash == "sha-1" && xmpp::caps_version(*query) == asked.ver;
    if (!is_true) return distrust(key, asked, interest);
    const auto others = std::move(found->second);
    waiting_.erase(found);
    remember(key, interest);
    asked.learned(interest);
    for (const Waiting& other : others) other.learned(interest);
}

// What this client said holds for itself, whoever wanted to know; the next one is asked.
void Interests::distrust(const std::string& key, const Waiting& asked, const InterestPtr& interest) {
    const auto found = waiting_.find(std::string_view(key));
    std::vector<Learned> of_client{asked.learned};
    std::erase_if(found->second, [&](const Waiting& waiting) {
        if (waiting.client != asked.client) return false;
        of_client.push_back(waiting.learned);
        return true;
    });
    const bool is_last = found->second.empty();
    if (is_last) waiting_.erase(found);
    for (const Learned& learned : of_client) learned(interest);
    if (!is_last) ask(key);
}

void Interests::remember(const std::string& key, const InterestPtr& interest) {
    if (order_.size() >= most_known) {
        known_.erase(order_.front());
        order_.pop_front();
    }
    if (known_.insert_or_assign(key, interest).second) order_.push_back(key);
}

}  // namespace routing
