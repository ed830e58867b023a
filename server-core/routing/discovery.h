// SPDX-License-Identifier: MIT
// What XEP-0030 tells of the server and of its accounts, gathered from the features.
#pragma once
#include "routing/router.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace routing {

// Who asks about what: the server itself where `account` is null.
struct Asked {
    const xmpp::Jid& by;
    Account* account;
    xmpp::Language language;
};

struct Identity {
    std::string category, type, name;
};

// disco#info (XEP-0030 3), with the forms of XEP-0128.
struct Description {
    std::vector<Identity> identities;
    std::vector<std::string> features;
    std::vector<xml::Element> forms;
};

// disco#items (XEP-0030 4).
struct DiscoItem {
    std::string jid, node, name;
};

// The answers; the node of the question is told again (XEP-0030 3.2). Features come sorted and once.
xml::Element to_info(const Description& description, std::string_view node = {});
xml::Element to_items(const std::vector<DiscoItem>& items, std::string_view node = {});

// XEP-0115: `version` is hashed from `info`, which is the answer for the node "NODE#VERSION".
struct Capabilities {
    std::string node, version;
    xml::Element info;
    xml::Element to_element() const;  // <c/>
};

class Discovery {
public:
    // At start: what the features add, in their order.
    void advertise(std::string_view ns) { of_server_.emplace_back(ns); }
    void advertise_for_accounts(std::string_view ns) { of_accounts_.emplace_back(ns); }
    void describe(std::function<void(const Asked&, Description&)> fn) { describers_.push_back(std::move(fn)); }
    void list(std::function<void(const Asked&, std::vector<DiscoItem>&)> fn) { listers_.push_back(std::move(fn)); }
    // A question about a node: true when it is this feature's, which then calls the reply once.
    using Take = std::function<bool(const Request&, const Reply&)>;
    void take_info(Take fn) { info_takers_.push_back(std::move(fn)); }
    void take_items(Take fn) { item_takers_.push_back(std::move(fn)); }

    // While running: what is told where no node is asked for.
    Description description(const Asked& asked) const;
    std::vector<DiscoItem> items(const Asked& asked) const;
    bool takes_info(const Request& request, const Reply& reply) const { return is_taken(info_takers_, request, reply); }
    bool takes_items(const Request& request, const Reply& reply) const { return is_taken(item_takers_, request, reply); }
    const std::vector<std::string>& advertised() const { return of_server_; }
    // XEP-0115 4: what the server is, short; the same for everybody. Once all features are added.
    Capabilities capabilities(const Node& node) const;

private:
    static bool is_taken(const std::vector<Take>& takers, const Request& request, const Reply& reply);
    std::vector<std::string> of_server_;
    std::vector<std::string> of_accounts_;
    std::vector<std::function<void(const Asked&, Description&)>> describers_;
    std::vector<std::function<void(const Asked&, std::vector<DiscoItem>&)>> listers_;
    std::vector<Take> info_takers_;
    std::vector<Take> item_takers_;
};

}  // namespace routing
