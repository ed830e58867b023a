// SPDX-License-Identifier: MIT
#include "xmpp/result_set.h"

#include "xmpp/namespaces.h"

#include <algorithm>
#include <charconv>

namespace xmpp {
namespace {

constexpr xml::Name name(std::string_view local) { return {ns::result_set, local}; }

// Decimal digits only; more than fits is as good as the most that does.
std::optional<std::size_t> parse_number(const std::string& text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) return std::nullopt;
    return error == std::errc{} ? number : SIZE_MAX;
}

// False when the child is there and no number.
bool take_number(const xml::Element& set, std::string_view local, std::optional<std::size_t>& number) {
    const auto child = set.child(name(local));
    if (child) number = parse_number(child->text());
    return !child || number;
}

std::optional<std::size_t> place_of(const std::vector<std::string>& ids, const std::string& id) {
    const auto found = std::ranges::find(ids, id);
    if (found == ids.end()) return std::nullopt;
    return static_cast<std::size_t>(found - ids.begin());
}

}  // namespace

base::Result<std::optional<PageAsked>, StanzaError> parse_page_asked(const xml::Element& payload) {
    const auto set = payload.child(name("set"));
    if (!set) return std::optional<PageAsked>{};
    PageAsked asked;
    if (!take_number(*set, "max", asked.most) || !take_number(*set, "index", asked.index))
        return base::Unexpected(StanzaError{Condition::bad_request, {"<max/> and <index/> are numbers", "<max/> et <index/> sont des nombres"}, {}, {}});
    if (const auto after = set->child(name("after"))) asked.after = after->text();
    if (const auto before = set->child(name("before"))) asked.before = before->text();
    return std::optional<PageAsked>(std::move(asked));
}

base::Result<PageRange, StanzaError> page_of(const std::vector<std::string>& ids, const PageAsked& asked, std::size_t most) {
    const StanzaError unknown{Condition::item_not_found, {}, {}, {}};
    std::size_t begin = 0;
    std::size_t end = ids.size();
    if (asked.after && !asked.after->empty()) {
        const auto place = place_of(ids, *asked.after);
        if (!place) return base::Unexpected(unknown);
        begin = *place + 1;
    }
    if (asked.before && !asked.before->empty()) {
        const auto place = place_of(ids, *asked.before);
        if (!place) return base::Unexpected(unknown);
        end = *place;
    }
    if (!asked.after && !asked.before && asked.index) begin = std::min(*asked.index, ids.size());
    if (begin >= end) return PageRange{begin, 0};
    const std::size_t count = std::min({most, asked.most.value_or(most), end - begin});
    return PageRange{asked.before ? end - count : begin, count};
}

PageTold told_of(const std::vector<std::string>& ids, const PageRange& page) {
    if (page.count == 0) return {{}, {}, {}, ids.size()};
    return {ids[page.first], ids[page.first + page.count - 1], page.first, ids.size()};
}

xml::Element to_element(const PageTold& told) {
    xml::Element set(name("set"));
    if (!told.first.empty()) {
        auto first = xml::Element(name("first")).with_text(told.first);
        if (told.index) first = std::move(first).with_attribute("index", std::to_string(*told.index));
        set = std::move(set).with(first).with(xml::Element(name("last")).with_text(told.last));
    }
    if (told.count) set = std::move(set).with(xml::Element(name("count")).with_text(std::to_string(*told.count)));
    return set;
}

}  // namespace xmpp
