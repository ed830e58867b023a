// SPDX-License-Identifier: MIT
// A command as the tables of commands have it.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <connection.h>

namespace headless {

using Words = std::vector<std::string>; // the command's name is the first
using Failure = std::optional<std::string>;

struct Command {
    std::size_t arguments;
    std::function<Failure(const Words&)> run;
};
using Commands = std::map<std::string, Command>; // by name

// The one account of this client, and its connection; null while it has none.
PurpleAccount* our_account();
PurpleConnection* connection();

} // namespace headless
