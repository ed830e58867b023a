// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/directory.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/features.h"
#include "purple-plugin/forms.h"
#include "purple-plugin/lines.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include <conversation.h>
#include <notify.h>

namespace purple_plugin {
namespace {

constexpr const char* search_ns = "jabber:iq:search";

void on_filled_in(PurpleConnection* connection, PurpleRequestFields* fields) {
    guarded([=] {
        loaded_features()->directory().look_for(connection, field_text(fields, "first"), field_text(fields, "last"));
    });
}

// The address is the last column.
const char* address_in(GList* row) { return static_cast<const char*>(g_list_last(row)->data); }

void on_talk(PurpleConnection* connection, GList* row, void*) {
    guarded([=] {
        auto* account = purple_connection_get_account(connection);
        purple_conversation_present(purple_conversation_new(PURPLE_CONV_TYPE_IM, account, address_in(row)));
    });
}

void on_add(PurpleConnection* connection, GList* row, void*) {
    guarded([=] {
        const auto name =
            std::string(static_cast<const char*>(row->data)) + ' ' + static_cast<const char*>(row->next->data);
        purple_blist_request_add_buddy(purple_connection_get_account(connection), address_in(row), nullptr,
                                       name == " " ? nullptr : name.c_str());
    });
}

void tell(PurpleConnection* connection, Word word) {
    purple_notify_info(connection, say(Word::menu_directory).c_str(), in_lines(say(word)).c_str(), nullptr);
}

void add_person(PurpleNotifySearchResults* results, const xmlnode* item) {
    GList* row = nullptr;
    for (const char* name : {"first", "last"}) row = g_list_append(row, g_strdup(text_in(item, name).c_str()));
    purple_notify_searchresults_row_add(results, g_list_append(row, g_strdup(attribute(item, "jid").c_str())));
}

void show_people(PurpleConnection* connection, const xmlnode* item) {
    PurpleNotifySearchResults* results = purple_notify_searchresults_new();
    for (const Word title : {Word::directory_given, Word::directory_family, Word::directory_address})
        purple_notify_searchresults_column_add(results, purple_notify_searchresults_column_new(say(title).c_str()));
    for (; item != nullptr; item = xmlnode_get_next_twin(const_cast<xmlnode*>(item))) add_person(results, item);
    purple_notify_searchresults_button_add(results, PURPLE_NOTIFY_BUTTON_IM, on_talk);
    purple_notify_searchresults_button_add(results, PURPLE_NOTIFY_BUTTON_ADD, on_add);
    purple_notify_searchresults(connection, say(Word::menu_directory).c_str(), in_lines(say(Word::directory_found)).c_str(),
                                nullptr, results, nullptr, nullptr);
}

void got_answer(PurpleConnection* connection, const xmlnode* answer) {
    if (error_condition(answer) == "not-acceptable") return tell(connection, Word::directory_form);
    const xmlnode* query = answer != nullptr ? xmlnode_get_child_with_namespace(answer, "query", search_ns) : nullptr;
    if (attribute(answer, "type") != "result" || query == nullptr) return tell(connection, Word::directory_missing);
    const xmlnode* first = xmlnode_get_child(query, "item");
    if (first == nullptr) return tell(connection, Word::directory_nobody);
    show_people(connection, first);
}

} // namespace

void Directory::ask(PurpleConnection* connection) const {
    show_form(connection, Word::menu_directory, Word::directory_form,
              {{"first", Word::directory_given}, {"last", Word::directory_family}}, on_filled_in);
}

// XEP-0055 2.1. The directory is where server-core has it.
void Directory::look_for(PurpleConnection* connection, const std::string& given, const std::string& family) {
    Node iq = new_iq("set", "search." + context_.organisation.domain);
    xmlnode* query = add_child(iq.get(), "query", search_ns);
    if (!given.empty()) add_child(query, "first", search_ns, given);
    if (!family.empty()) add_child(query, "last", search_ns, family);
    questions_.ask(connection, std::move(iq), [connection](const xmlnode* answer) { got_answer(connection, answer); });
}

} // namespace purple_plugin
