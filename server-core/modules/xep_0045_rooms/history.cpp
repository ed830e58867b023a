// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/history.h"

#include "store/fields.h"
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/datetime.h"
#include "xmpp/retraction.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace modules::rooms {
namespace {


std::optional<std::uint64_t> number(const xml::Element& element, std::string_view attribute) {
    const auto text = element.attribute(attribute);
    return text ? store::read_number(*text) : std::nullopt;
}

bool is_beside_words(const xml::Element& child) {
    const std::string_view ns = child.name().ns;
    return ns == "urn:xmpp:chat-markers:0" || ns == "urn:xmpp:receipts" || ns == "urn:xmpp:reactions:0";
}

// UTF-8 continuation bytes do not count (XEP-0045 7.2.14: characters of the complete stanza).
std::uint64_t characters(const xmpp::Message& message) {
    const auto text = xml::to_string(message.element());
    return static_cast<std::uint64_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

HistoryWish parse_wish(const xml::Element& x, store::Time now) {
    HistoryWish wish;
    const auto history = x.child({x.name().ns, "history"});
    if (!history) return wish;
    wish.most_chars = number(*history, "maxchars");
    wish.most_stanzas = number(*history, "maxstanzas");
    if (const auto since = history->attribute("since")) wish.since = xmpp::parse_datetime(*since);
    const auto seconds = number(*history, "seconds");
    // More than ten years back is everything we have; the sum could not be told.
    if (!seconds || *seconds > 315'360'000) return wish;
    const auto then = now - std::chrono::seconds(*seconds);
    wish.since = std::max(wish.since.value_or(then), then);
    return wish;
}

void History::add(store::Entry entry, std::size_t most) {
    entries_.push_back(std::move(entry));
    shorten(most);
}

void History::replace(std::vector<store::Entry> entries, std::size_t most) {
    std::erase_if(entries, [](const store::Entry& entry) {
        const auto message = read_message(entry.stanza);
        return !message || !belongs_to_history(*message);
    });
    entries_.assign(std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
    shorten(most);
}

void History::shorten(std::size_t most) {
    while (entries_.size() > most) entries_.pop_front();
}

void History::forget_ids() {
    for (store::Entry& entry : entries_)
        if (const auto message = read_message(entry.stanza)) entry.stanza = xml::to_string(message->element().without({"urn:xmpp:sid:0", "stanza-id"}));
}

void History::rewrite(std::uint64_t id, std::string stanza) {
    const auto found = std::ranges::find(entries_, id, &store::Entry::id);
    if (found != entries_.end()) found->stanza = std::move(stanza);
}

std::vector<xmpp::Message> History::messages(const xmpp::Jid& room, const xmpp::Jid& to, const HistoryWish& wish) const {
    std::vector<xmpp::Message> chosen;
    std::uint64_t chars = 0;
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
        if (wish.since && entry->stamp < *wish.since) break;
        if (wish.most_stanzas && chosen.size() >= *wish.most_stanzas) break;
        if (wish.most_chars && chars >= *wish.most_chars) break;
        const auto stored = read_message(entry->stanza);
        if (!stored || stored->has_child({xmpp::ns::retraction, "retracted"})) continue;
        auto message = stored->addressed(stored->from(), to).with(xmpp::delay(room, entry->stamp));
        if (wish.most_chars && (chars += characters(message)) > *wish.most_chars) break;
        chosen.push_back(std::move(message));
    }
    std::ranges::reverse(chosen);
    return chosen;
}

bool belongs_to_history(const xmpp::Message& message) {
    if (is_subject_change(message)) return false;
    const auto children = message.element().children();
    return message.has_body() || std::none_of(children.begin(), children.end(), is_beside_words);
}

bool is_subject_change(const xmpp::Message& message) {
    return message.has_child({xml::stanza_ns, "subject"}) && !message.has_body() && !message.has_child({xml::stanza_ns, "thread"});
}

std::optional<xmpp::Message> read_message(const std::string& stanza) {
    const auto element = xml::parse_element(stanza);
    if (!element) return std::nullopt;
    const auto parsed = xmpp::parse_stanza(*element);
    if (!parsed || !std::holds_alternative<xmpp::Message>(*parsed)) return std::nullopt;
    return std::get<xmpp::Message>(*parsed);
}

}  // namespace modules::rooms
