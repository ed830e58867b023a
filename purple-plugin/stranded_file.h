// SPDX-License-Identifier: GPL-2.0-or-later
// A file that is left with no way to its receiver: what one feature tells of it and another needs to take it over.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include <connection.h>

namespace purple_plugin {

struct StrandedFile {
    PurpleConnection* connection;
    std::string who;  // as a conversation with him is named
    std::string name; // for people
    std::string path;
    std::uint64_t size; // in bytes
};

// Called once it is known whether somebody takes it; when not, with a sentence that says why.
using Decided = std::function<void(bool is_taken, const std::string& why_not)>;
using TakeOver = std::function<void(const StrandedFile&, Decided)>;

} // namespace purple_plugin
