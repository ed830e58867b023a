// SPDX-License-Identifier: GPL-2.0-or-later
// A conversation is opened with a colleague's name; his address is what it is sent to.
#pragma once
#include "purple-plugin/context.h"

namespace purple_plugin {

class Messages {
public:
    explicit Messages(const Context& context);
    ~Messages();
    Messages(const Messages&) = delete;
    Messages& operator=(const Messages&) = delete;
};

} // namespace purple_plugin
