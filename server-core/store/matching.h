// SPDX-License-Identifier: MIT
// Which entries a PageQuery means, one by one: for what no index finds.
#pragma once
#include "store/store.h"

namespace store {

// Whether the entry is one of those the query means, whatever its page.
bool matches(const PageQuery& query, const Entry& entry);

// Cuts entries, oldest first, to the page that `most` and `most_bytes` allow at the end that the query counts from.
void cut_page(const PageQuery& query, std::vector<Entry>& entries);

} // namespace store
