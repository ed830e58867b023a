// SPDX-License-Identifier: MIT
// XEP-0059 1.0.1, Result Set Management: which page of a long list is asked for, and what is said about the page.
#pragma once
#include "base/result.h"
#include "xmpp/stanza_error.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace xmpp {

// What a requester asks for. Nothing given: the first page.
struct PageAsked {
    std::optional<std::size_t> most;    // <max/>; 0: only the count (2.7)
    std::optional<std::string> after;   // the id of the item before the page
    std::optional<std::string> before;  // the id of the item behind it; empty: the last page (2.5)
    std::optional<std::size_t> index;   // of the page's first item, where neither of them is given (2.6)
};

// What the <set/> in `payload` asks for: nothing when there is none, bad-request when a number is none.
base::Result<std::optional<PageAsked>, StanzaError> parse_page_asked(const xml::Element& payload);

// A page out of a list: `count` items from the one at `first`.
struct PageRange {
    std::size_t first = 0;
    std::size_t count = 0;
};
// Which page of a list with these ids, in order, is asked for: at most `most` items, fewer when fewer are asked for.
// item-not-found when `after` or `before` names none of them (2.4). An index beyond the end gives an empty page.
base::Result<PageRange, StanzaError> page_of(const std::vector<std::string>& ids, const PageAsked& asked, std::size_t most);

// What is said about a page: its first and last id, unless it is empty, and, as far as they are known, the position
// of the first in the whole list and the whole list's length.
struct PageTold {
    std::string first;  // empty: the page is
    std::string last;
    std::optional<std::size_t> index;
    std::optional<std::size_t> count;
};
xml::Element to_element(const PageTold& told);  // <set xmlns='http://jabber.org/protocol/rsm'>
PageTold told_of(const std::vector<std::string>& ids, const PageRange& page);

}  // namespace xmpp
