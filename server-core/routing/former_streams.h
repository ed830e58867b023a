// SPDX-License-Identifier: MIT
// XEP-0198 5, DESIGN 4.1: what clients had of the server's former lives, so that kill -9 repeats as little as can be
// (docs/decisions/0121).
#pragma once
#include "routing/users.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace routing {

// What clients of an account that was just loaded had acknowledged when the kill came, before the commit that would say so.
void take_acknowledged(const Node& node, Account& account);

// A client of `bare` asks for a stream of a former life and says how much of it had arrived: that is not delivered again.
// `done` is called when it is noted, now or later.
void note_former(const Node& node, Users& users, const xmpp::Jid& bare, std::string_view id, std::uint32_t handled,
                 std::function<void()> done);

}  // namespace routing
