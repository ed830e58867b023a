// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/forms.h"

#include "purple-plugin/lines.h"

namespace purple_plugin {

void show_form(PurpleConnection* connection, Word title, Word text, const std::vector<FormLine>& lines,
               void (*filled_in)(PurpleConnection*, PurpleRequestFields*)) {
    PurpleRequestFields* fields = purple_request_fields_new();
    PurpleRequestFieldGroup* group = purple_request_field_group_new(nullptr);
    for (const auto& [id, label, is_secret, filled] : lines) {
        auto* field = purple_request_field_string_new(id, say(label).c_str(), filled.c_str(), FALSE);
        purple_request_field_string_set_masked(field, is_secret ? TRUE : FALSE);
        purple_request_field_group_add_field(group, field);
    }
    purple_request_fields_add_group(fields, group);
    auto* account = purple_connection_get_account(connection);
    purple_request_fields(connection, say(title).c_str(), in_lines(say(text)).c_str(), nullptr, fields,
                          say(Word::button_go).c_str(), G_CALLBACK(filled_in), say(Word::button_cancel).c_str(),
                          nullptr, account, nullptr, nullptr, connection);
}

std::string field_text(PurpleRequestFields* fields, const char* id) {
    const char* text = purple_request_fields_get_string(fields, id);
    return text != nullptr ? text : "";
}

} // namespace purple_plugin
