// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0077 3.3: the user changes his password, here and on the server alike.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/questions.h"

#include <string>

namespace purple_plugin {

class Password {
public:
    Password(const Context& context, Questions& questions) : context_(context), questions_(questions) {}

    // Shows the form, twice the new password.
    void ask(PurpleConnection* connection) const;

    // Changes it if both are the same, and tells the user how that went.
    void change(PurpleConnection* connection, const std::string& once, const std::string& again);

private:
    const Context& context_;
    Questions& questions_;
};

} // namespace purple_plugin
