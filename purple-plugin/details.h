// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0054 vcard-temp 1.2: what colleagues may know of the user, by which they find him (XEP-0055): a few lines of the
// card; what else stands in it, and the picture, stay.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/questions.h"

#include <map>
#include <string>

namespace purple_plugin {

// The lines of the form by their names: given, family, phone, service, title.
using CardLines = std::map<std::string, std::string>;

// What stands in `card`, which may be null.
CardLines read_card(const xmlnode* card);

// Writes `lines` into `card`; an empty one takes away what stood there.
void write_card(xmlnode* card, const CardLines& lines);

class Details {
public:
    Details(const Context& context, Questions& questions) : context_(context), questions_(questions) {}

    // Fetches the card and shows the form with what stands in it.
    void ask(PurpleConnection* connection);

    void keep(PurpleConnection* connection, const CardLines& lines);

    void forget(PurpleConnection* connection) { cards_.erase(connection); }

private:
    void show(PurpleConnection* connection, const xmlnode* answer);

    const Context& context_;
    Questions& questions_;
    std::map<PurpleConnection*, Node> cards_; // as fetched, while a form is open
};

} // namespace purple_plugin
