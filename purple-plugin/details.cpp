// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/details.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/features.h"
#include "purple-plugin/forms.h"
#include "purple-plugin/lines.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include "base/text.h"

#include <account.h>
#include <notify.h>

namespace purple_plugin {
namespace {

constexpr const char* card_ns = "vcard-temp";
constexpr const char* names[] = {"given", "family", "phone", "service", "title"};

void on_filled_in(PurpleConnection* connection, PurpleRequestFields* fields) {
    guarded([=] {
        CardLines lines;
        for (const char* name : names) lines[name] = std::string(base::trim(field_text(fields, name)));
        loaded_features()->details().keep(connection, lines);
    });
}

void tell(PurpleConnection* connection, PurpleNotifyMsgType type, Word word) {
    purple_notify_message(connection, type, say(Word::menu_details).c_str(), in_lines(say(word)).c_str(), nullptr, nullptr,
                          nullptr);
}

xmlnode* find(const xmlnode* parent, const char* name) {
    return parent != nullptr ? xmlnode_get_child(parent, name) : nullptr;
}

xmlnode* find_or_make(xmlnode* parent, const char* name) {
    xmlnode* found = xmlnode_get_child(parent, name);
    return found != nullptr ? found : add_child(parent, name, card_ns);
}

void write(xmlnode* parent, const char* name, const std::string& text) {
    if (xmlnode* old = xmlnode_get_child(parent, name)) xmlnode_free(old);
    if (!text.empty()) add_child(parent, name, card_ns, text);
}

bool is_number_at_work(const xmlnode* phone) {
    return xmlnode_get_child(phone, "FAX") == nullptr && xmlnode_get_child(phone, "HOME") == nullptr;
}

xmlnode* work_phone(const xmlnode* card) {
    for (xmlnode* phone = find(card, "TEL"); phone != nullptr; phone = xmlnode_get_next_twin(phone))
        if (is_number_at_work(phone)) return phone;
    return nullptr;
}

void write_phone(xmlnode* card, const std::string& number) {
    xmlnode* phone = work_phone(card);
    if (number.empty()) {
        if (phone != nullptr) xmlnode_free(phone);
        return;
    }
    if (phone == nullptr) {
        phone = add_child(card, "TEL", card_ns);
        for (const char* kind : {"WORK", "VOICE"}) add_child(phone, kind, card_ns);
    }
    write(phone, "NUMBER", number);
}

} // namespace

CardLines read_card(const xmlnode* card) {
    const xmlnode* name = find(card, "N");
    return {{"given", text_in(name, "GIVEN")},
            {"family", text_in(name, "FAMILY")},
            {"phone", text_in(work_phone(card), "NUMBER")},
            {"service", text_in(find(card, "ORG"), "ORGUNIT")},
            {"title", text_in(card, "TITLE")}};
}

void write_card(xmlnode* card, const CardLines& lines) {
    xmlnode* name = find_or_make(card, "N");
    write(name, "GIVEN", lines.at("given"));
    write(name, "FAMILY", lines.at("family"));
    const auto full = lines.at("given") + ' ' + lines.at("family");
    write(card, "FN", std::string(base::trim(full)));
    write_phone(card, lines.at("phone"));
    write(find_or_make(card, "ORG"), "ORGUNIT", lines.at("service"));
    write(card, "TITLE", lines.at("title"));
}

void Details::ask(PurpleConnection* connection) {
    Node iq = new_iq("get");
    add_child(iq.get(), "vCard", card_ns);
    questions_.ask(connection, std::move(iq), [=, this](const xmlnode* answer) { show(connection, answer); });
}

// XEP-0054 3.1: who has no card is answered with an empty one or item-not-found.
void Details::show(PurpleConnection* connection, const xmlnode* answer) {
    const auto condition = error_condition(answer);
    if (answer == nullptr || (!condition.empty() && condition != "item-not-found"))
        return tell(connection, PURPLE_NOTIFY_MSG_ERROR, Word::details_missing);
    const xmlnode* card = xmlnode_get_child_with_namespace(answer, "vCard", card_ns);
    Node kept(card != nullptr && condition.empty() ? xmlnode_copy(card) : xmlnode_new("vCard"));
    xmlnode_set_namespace(kept.get(), card_ns);
    const auto lines = read_card(kept.get());
    cards_[connection] = std::move(kept);
    show_form(connection, Word::menu_details, Word::details_form,
              {{"given", Word::directory_given, false, lines.at("given")},
               {"family", Word::directory_family, false, lines.at("family")},
               {"phone", Word::details_phone, false, lines.at("phone")},
               {"service", Word::details_service, false, lines.at("service")},
               {"title", Word::details_title, false, lines.at("title")}},
              on_filled_in);
}

// libpurple keeps the card too, and sends its copy again with each new picture.
void Details::keep(PurpleConnection* connection, const CardLines& lines) {
    const auto found = cards_.find(connection);
    if (found == cards_.end()) return;
    const Node card(found->second.release());
    cards_.erase(found);
    write_card(card.get(), lines);
    const std::string text = Text(xmlnode_to_str(card.get(), nullptr)).get();
    Node iq = new_iq("set");
    xmlnode_insert_child(iq.get(), xmlnode_copy(card.get()));
    questions_.ask(connection, std::move(iq), [connection, text](const xmlnode* answer) {
        if (attribute(answer, "type") != "result")
            return tell(connection, PURPLE_NOTIFY_MSG_ERROR, Word::details_refused);
        purple_account_set_user_info(purple_connection_get_account(connection), text.c_str());
        tell(connection, PURPLE_NOTIFY_MSG_INFO, Word::details_kept);
    });
}

} // namespace purple_plugin
