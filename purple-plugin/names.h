// SPDX-License-Identifier: GPL-2.0-or-later
// From what a colleague types as a name to an address of the organisation.
#pragma once
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace purple_plugin {

enum class NameFault {
    empty,          // no letter or digit in it
    not_latin,      // a character without an ASCII counterpart
    foreign_domain, // an address of somebody else's domain
};

// The localpart that a person's name stands for: "Élodie Müller-Noël" and "MÜLLER-NOËL, Élodie" give
// elodie.muller-noel. A comma turns the order round; apostrophes vanish.
base::Result<std::string, NameFault> fold_name(std::string_view name);

// The account of `domain` that `typed` stands for, without a resource; an own address may be typed whole.
base::Result<std::string, NameFault> account_address(std::string_view typed, std::string_view domain);

// The contact that `typed` stands for: a short name is folded and gets the domain; nothing for an address, a room
// occupant or a service, which stay as they are, and for a name that cannot be folded.
std::optional<std::string> contact_address(std::string_view typed, std::string_view domain);

// The localpart of the room that `typed` stands for: what an address cannot hold (RFC 7622 3.3), blanks and apostrophes
// among it, becomes a hyphen: "Réunion d'été" gives Réunion-d-été. A name that an address can hold stays as it is.
std::string room_name(std::string_view typed);

} // namespace purple_plugin
