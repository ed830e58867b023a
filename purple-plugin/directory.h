// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0055 Jabber Search 1.3: a colleague is found by name, and talked to or added with a button.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/questions.h"

#include <string>

namespace purple_plugin {

class Directory {
public:
    Directory(const Context& context, Questions& questions) : context_(context), questions_(questions) {}

    // Shows the form, given name and family name.
    void ask(PurpleConnection* connection) const;

    // Looks for who is called so and shows whom it found.
    void look_for(PurpleConnection* connection, const std::string& given, const std::string& family);

private:
    const Context& context_;
    Questions& questions_;
};

} // namespace purple_plugin
