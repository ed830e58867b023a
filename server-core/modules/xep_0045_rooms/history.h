// SPDX-License-Identifier: MIT
// XEP-0045 7.2.13, 7.2.14: the latest messages of a room, for those who enter. Kept serialised; a persistent room has
// them in its log too.
#pragma once
#include "store/store.h"
#include "xml/element.h"
#include "xmpp/stanza.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace modules::rooms {

// What a client asks for in <history/>; all of it must hold.
struct HistoryWish {
    std::optional<std::uint64_t> most_chars;
    std::optional<std::uint64_t> most_stanzas;
    std::optional<store::Time> since;  // of 'since' and 'seconds' the later
};
// Attributes that are no numbers or times are passed over.
HistoryWish parse_wish(const xml::Element& x, store::Time now);

class History {
public:
    void add(store::Entry entry, std::size_t most);
    // For a page of the log, oldest first: the latest of those that belong here.
    void replace(std::vector<store::Entry> entries, std::size_t most);
    void shorten(std::size_t most);
    // Another stanza in the place of one, if it is there.
    void rewrite(std::uint64_t id, std::string stanza);
    // Takes out the ids by which an archive would know them (XEP-0359): it has none of them.
    void forget_ids();
    const std::deque<store::Entry>& entries() const { return entries_; }

    // The messages for `to`, oldest first, stamped (XEP-0203) by `room`: the newest ones that meet every wish, and
    // no tombstones (XEP-0424 5).
    std::vector<xmpp::Message> messages(const xmpp::Jid& room, const xmpp::Jid& to, const HistoryWish& wish) const;

private:
    std::deque<store::Entry> entries_;
};

// Whether those who enter hear it, of what is kept: not who has got, read or liked what (XEP-0333, XEP-0184, XEP-0444), which
// would leave no room for words, nor a change of subject, which they are told by itself (XEP-0045 7.2.13).
bool belongs_to_history(const xmpp::Message& message);

// XEP-0045 8.1: a new subject; with a body or a thread it is an ordinary message.
bool is_subject_change(const xmpp::Message& message);

// A message as the store has it; nothing when it is damaged.
std::optional<xmpp::Message> read_message(const std::string& stanza);

}  // namespace modules::rooms
