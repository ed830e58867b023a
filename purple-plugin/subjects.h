// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0045 7.2.15: who enters a room without a subject is sent an empty one, of which libpurple would say "The topic is:"
// and nothing more. Keeps nothing.
#pragma once
#include "purple-plugin/context.h"

namespace purple_plugin {

class Subjects {
public:
    explicit Subjects(const Context& context);
    ~Subjects();
    Subjects(const Subjects&) = delete;
    Subjects& operator=(const Subjects&) = delete;
};

} // namespace purple_plugin
