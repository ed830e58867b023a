// SPDX-License-Identifier: MIT
#include "store/matching.h"

#include <algorithm>

namespace store {

bool matches(const PageQuery& query, const Entry& entry) {
    if (entry.id <= query.after || entry.id >= query.before) return false;
    if (entry.stamp < query.start || entry.stamp > query.end) return false;
    if (query.archived_only && !entry.archived) return false;
    if (!query.with.empty() && entry.with != query.with) return false;
    if (!query.resource.empty() && entry.resource != query.resource) return false;
    return query.ids.empty() || std::ranges::find(query.ids, entry.id) != query.ids.end();
}

void cut_page(const PageQuery& query, std::vector<Entry>& entries) {
    std::size_t count = 0;
    std::size_t bytes = 0;
    while (count < std::min(query.most, entries.size()) && bytes < query.most_bytes) {
        const Entry& next = query.newest_first ? entries[entries.size() - 1 - count] : entries[count];
        bytes += next.stanza.size();
        ++count;
    }
    if (query.newest_first)
        entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(count));
    else
        entries.resize(count);
}

} // namespace store
