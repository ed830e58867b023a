// SPDX-License-Identifier: MIT
// XEP-0060 6.5: items of a node: all, the newest, some by id, or a page (XEP-0059).
#include "modules/xep_0060_pubsub/question.h"
#include "store/fields.h"
#include "xmpp/result_set.h"

#include <algorithm>

namespace modules::pubsub {
namespace {

using store::NodeItem, xmpp::Condition;

// Of payloads in one answer: the rest is to be asked for by pages (XEP-0060 6.5.4).
constexpr std::size_t most_bytes = 1024 * 1024;

struct Choice {
    std::vector<NodeItem> items;
    std::optional<xmpp::PageTold> told{};
};
using Chosen = base::Result<Choice, xmpp::StanzaError>;

std::vector<NodeItem> by_id(const Question& question, const std::vector<NodeItem>& all) {
    std::vector<NodeItem> items;
    for (const xml::Element child : question.action.children()) {
        const auto found = std::ranges::find(all, child.attribute("id").value_or(""), &NodeItem::id);
        const bool is_new = found != all.end() && std::ranges::find(items, found->id, &NodeItem::id) == items.end();
        if (child.is({xmpp::ns::pubsub, "item"}) && is_new) items.push_back(*found);
    }
    return items;
}

// As many of the items as fit into one answer, those at the front; or with `newest`, those at the end.
void cut(std::vector<NodeItem>& items, bool newest) {
    if (newest) std::ranges::reverse(items);
    std::size_t bytes = 0;
    const auto end = std::ranges::find_if(items, [&](const NodeItem& item) {
        bytes += item.bytes;
        return bytes > most_bytes && &item != &items.front();
    });
    items.erase(end, items.end());
    if (newest) std::ranges::reverse(items);
}

std::vector<std::string> ids_of(const std::vector<NodeItem>& items) {
    std::vector<std::string> ids;
    for (const NodeItem& item : items) ids.push_back(item.id);
    return ids;
}

Choice page(const std::vector<NodeItem>& all, const xmpp::PageRange& range, bool from_behind) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(range.first);
    Choice choice{{first, first + static_cast<std::ptrdiff_t>(range.count)}};
    cut(choice.items, from_behind);
    const std::size_t skipped = from_behind ? range.count - choice.items.size() : 0;
    choice.told = xmpp::told_of(ids_of(all), {range.first + skipped, choice.items.size()});
    return choice;
}

Chosen choose(const Question& question, const store::Node& node) {
    const auto all = routing::items_of(node, question.feature.node().clock.wall());
    if (question.action.has_child({xmpp::ns::pubsub, "item"})) {
        Choice choice{by_id(question, all)};
        cut(choice.items, false);
        return choice;
    }
    const auto asked = xmpp::parse_page_asked(question.payload());
    if (!asked) return base::Unexpected(asked.error());
    if (*asked) {
        const auto range = xmpp::page_of(ids_of(all), **asked, all.size());
        if (!range) return base::Unexpected(range.error());
        return page(all, *range, (*asked)->before.has_value());
    }
    std::size_t most = all.size();
    if (const auto text = question.action.attribute("max_items")) {
        const auto number = store::read_number(*text);
        if (!number) return base::Unexpected(xmpp::StanzaError{Condition::bad_request, {"max_items is a number", "max_items est un nombre"}, {}, {}});
        most = static_cast<std::size_t>(std::min<std::uint64_t>(most, *number));
    }
    Choice choice = page(all, {all.size() - most, most}, true);
    if (choice.items.size() == most) choice.told.reset();
    return choice;
}

}  // namespace

void get_items(const Question& question) {
    const store::Node* node = question.find();
    if (!node) return;
    if (const auto error = routing::refuses_reading(*node, question.asker)) return question.refuse_access(*node, *error);
    if (!node->config.persist_items) return question.refuse(routing::unsupported("persistent-items"));
    Chosen chosen = choose(question, *node);
    if (!chosen) return question.refuse(chosen.error());
    store::Node tag;
    tag.config = node->config;
    tag.creator = node->creator;
    const auto answer = [question, tag, told = chosen->told](const routing::Publisher::Items& items) {
        auto list = question.tag("items").with_attribute("node", question.node);
        for (const auto& [item, payload] : items) list = std::move(list).with(routing::item_element(xmpp::ns::pubsub, tag, item, payload));
        auto pubsub = question.tag("pubsub").with(list);
        if (told) pubsub = std::move(pubsub).with(xmpp::to_element(*told));
        question.reply(xmpp::IqReply::result(pubsub));
    };
    question.publisher().read(question.host, question.node, std::move(chosen->items), answer);
}

}  // namespace modules::pubsub
