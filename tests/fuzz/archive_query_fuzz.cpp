// SPDX-License-Identifier: MIT
// Any element as an archive's query with its form and its page (XEP-0313, XEP-0059), asked of a log of three messages.
#include "routing/archive_query.h"
#include "store/memory/memory_store.h"
#include "xml/parser.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

void demand(bool fact) {
    if (!fact) std::abort();
}

store::MemoryStore& archive() {
    static store::MemoryStore store;
    static const bool is_filled = [] {
        for (std::uint64_t id = 1; id <= 3; ++id) {
            store::Entry entry{id, store::Time(std::chrono::seconds(1'000'000 * id)), "juliet@capulet.example",
                               "<message from='juliet@capulet.example/balcony' to='romeo@montague.example' type='chat'><body>x</body></message>"};
            store.commit({store::Append{"romeo@montague.example", entry}}, [](auto) {});
        }
        return true;
    }();
    demand(is_filled);
    return store;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto element = xml::parse_element({reinterpret_cast<const char*>(data), size});
    if (!element) return 0;
    const auto asked = xmpp::parse_page_asked(*element);
    const std::vector<std::string> ids{"1", "2", "3"};
    if (asked && *asked) {
        const auto page = xmpp::page_of(ids, **asked, 2);
        if (page) demand(page->count <= 2 && page->first + page->count <= ids.size());
    }
    const auto query = routing::parse_archive_query(*element);
    if (!query) return 0;
    demand(query->queryid.size() <= 256 && query->filter.ids.size() <= 250);
    bool is_answered = false;
    routing::find_archive_page(archive(), "romeo@montague.example", *query, 2, [&](const auto& page) {
        is_answered = true;
        if (!page) return;
        demand(page->entries.size() <= 2);
        const auto jid = *xmpp::parse_jid("romeo@montague.example/orchard");
        for (const store::Entry& entry : page->entries)
            demand(routing::archive_result(*query, entry, routing::message_of(entry), jid.bare(), jid).to() == jid);
        routing::archive_fin(*page);
    });
    demand(is_answered);
    return 0;
}
