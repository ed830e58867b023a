// SPDX-License-Identifier: MIT
// XEP-0133 Service Administration 1.3.1, inside: each file adds its commands, for those whom the settings name.
#pragma once
#include "modules/modules.h"
#include "routing/administration.h"
#include "routing/commands.h"

#include <functional>
#include <string>

namespace modules::administration {

// "http://jabber.org/protocol/admin#" and `name`.
std::string node(const char* name);
// Who may, as Command::may wants it.
std::function<bool(const xmpp::Jid&)> administrators(const Choices& choices);
// An empty form of ours.
xmpp::DataForm form(xmpp::Language language, const xmpp::Words& title, xmpp::DataForm::Type type = xmpp::DataForm::form);
xmpp::FormField field(xmpp::Language language, const char* var, const char* type, const xmpp::Words& label, bool required = true);

// What was typed in the lines of a field, joined.
std::string text_of(const xmpp::DataForm& form, const char* var);

void add_account_commands(routing::Feature& feature, const Choices& choices);
void add_count_commands(routing::Feature& feature, const Choices& choices);
void add_message_commands(routing::Feature& feature, const Choices& choices);
void add_shutdown(routing::Feature& feature, const Choices& choices);

}  // namespace modules::administration
