// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0313 Message Archive Management 1.1.3, in pages of XEP-0059: questions to an archive and what is in the answers,
// whoever the archive belongs to.
#pragma once
#include "purple-plugin/purple_handles.h"

#include <ctime>
#include <string>

namespace purple_plugin {

constexpr const char* archive_ns = "urn:xmpp:mam:2";

// An IQ that asks the archive of `owner`, empty for the user's own, for a page of what is behind the message `after`,
// where there is one, and not older than `start`, where that is not 0; the oldest first.
Node archive_page(const std::string& owner, const std::string& query_id, const std::string& after, std::time_t start);

// One message of an archive.
struct Told {
    std::string id;
    const xmlnode* message; // null where the result holds none
    std::time_t time;
};
// What `stanza` tells in answer to that question; its sender is still to be checked.
const xmlnode* result_in(const xmlnode* stanza);
bool answers(const xmlnode* result, const std::string& query_id);
Told told_by(const xmlnode* result);

// How a page ends.
struct PageEnd {
    bool is_known = false; // the archive has answered as it should
    bool is_last = false;
    std::string last; // the id of the page's last message; empty for an empty page
};
PageEnd end_of_page(const xmlnode* iq);

} // namespace purple_plugin
