// SPDX-License-Identifier: MIT
// XEP-0313 1.1.3, of rooms: what was said in a persistent room, for all who may enter it. The room's log is the archive;
// an entry is kept under its author's real address, which its stanza does not have.
#pragma once
#include "modules/xep_0045_rooms/service.h"

namespace modules::rooms {

// <query/> or <metadata/> to a room that keeps an archive.
void take_archive_request(Service& service, const Room& room, const xmpp::Iq& iq);

}  // namespace modules::rooms
