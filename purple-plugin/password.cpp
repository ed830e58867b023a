// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/password.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/features.h"
#include "purple-plugin/forms.h"
#include "purple-plugin/lines.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include <notify.h>

namespace purple_plugin {
namespace {

constexpr const char* register_ns = "jabber:iq:register";

void on_filled_in(PurpleConnection* connection, PurpleRequestFields* fields) {
    guarded([=] {
        loaded_features()->password().change(connection, field_text(fields, "new"), field_text(fields, "again"));
    });
}

void tell(PurpleConnection* connection, PurpleNotifyMsgType type, Word word) {
    purple_notify_message(connection, type, say(Word::menu_password).c_str(), in_lines(say(word)).c_str(), nullptr, nullptr,
                          nullptr);
}

} // namespace

void Password::ask(PurpleConnection* connection) const {
    show_form(connection, Word::menu_password, Word::password_form,
              {{"new", Word::password_new, true}, {"again", Word::password_again, true}}, on_filled_in);
}

void Password::change(PurpleConnection* connection, const std::string& once, const std::string& again) {
    if (once.empty() || once != again) return tell(connection, PURPLE_NOTIFY_MSG_ERROR, Word::password_differs);
    const auto own = own_address(connection);
    Node iq = new_iq("set", context_.organisation.domain);
    xmlnode* query = add_child(iq.get(), "query", register_ns);
    add_child(query, "username", register_ns, own.substr(0, own.find('@')));
    add_child(query, "password", register_ns, once);
    questions_.ask(connection, std::move(iq), [connection, once](const xmlnode* answer) {
        if (attribute(answer, "type") != "result") // null: none came, and nobody knows which of the two holds
            return tell(connection, PURPLE_NOTIFY_MSG_ERROR,
                        answer != nullptr ? Word::password_refused : Word::password_unknown);
        purple_account_set_password(purple_connection_get_account(connection), once.c_str());
        tell(connection, PURPLE_NOTIFY_MSG_INFO, Word::password_changed);
    });
}

} // namespace purple_plugin
