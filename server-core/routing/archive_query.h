// SPDX-License-Identifier: MIT
// XEP-0313 1.1.3: questions to an archive, whoever owns it (an account, a room): read the question, find the page, tell
// about it. Who may ask, and what a result looks like to him, is the owner's business.
#pragma once
#include "store/store.h"
#include "xmpp/result_set.h"
#include "xmpp/stanza.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace routing {

inline constexpr std::string_view archive_ns = "urn:xmpp:mam:2";
inline constexpr std::string_view archive_extended_ns = "urn:xmpp:mam:2#extended";

struct ArchiveQuery {
    store::PageQuery filter;            // which messages are meant, whatever the page
    std::string sender;                 // of the stanzas themselves, where the log has another address; empty: whoever
    std::vector<std::uint64_t> named;   // ids that must be in the archive, or the query fails
    xmpp::PageAsked page;
    std::uint64_t after = 0;            // of the page: ids above this
    std::uint64_t before = UINT64_MAX;  // and below this
    bool flipped = false;               // newest first within the page (4.3.4)
    std::string queryid;
};

struct ArchivePage {
    std::vector<store::Entry> entries;  // oldest first
    bool is_complete = false;           // the query's limit cut nothing off (4.3.2)
    xmpp::PageTold told;
};

// A <query/> of type set.
//   error  bad-request (no form of ours, a bad date or number, a queryid above 256 bytes), feature-not-implemented (an unknown
//          field, a page by index), jid-malformed, item-not-found (an id that cannot be one of ours), policy-violation (over 250 ids)
base::Result<ArchiveQuery, xmpp::StanzaError> parse_archive_query(const xml::Element& query);

// Finds the page, at most `most` messages (0: as many as asked for) or about 512 KiB, 100 where the client names no maximum. `answer` is called once,
// in a later turn; item-not-found when a named id is not there, policy-violation when one sender has said none of 2000
// messages: then a page ends, complete or not.
using ArchiveAnswer = std::function<void(base::Result<ArchivePage, xmpp::StanzaError>)>;
void find_archive_page(store::Store& store, const std::string& owner, const ArchiveQuery& query, std::size_t most, ArchiveAnswer answer);

// One result for the client `to`; without a message: one that cannot be shown any more, whose place stays (3.2).
xmpp::Message archive_result(const ArchiveQuery& query, const store::Entry& entry, const std::optional<xmpp::Message>& message,
                             const xmpp::Jid& owner, const xmpp::Jid& to);
// What ends them.
xml::Element archive_fin(const ArchivePage& page);

// The answer to a <query/> of type get: which fields there are (4.1.5).
xml::Element archive_form();

// <metadata/> (5): the first and the last entry.
void find_archive_metadata(store::Store& store, const std::string& owner, std::function<void(xmpp::IqReply)> answer);

// The message of an entry; nothing when it is damaged.
std::optional<xmpp::Message> message_of(const store::Entry& entry);

}  // namespace routing
