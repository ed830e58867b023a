// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/registration.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/lines.h"
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/transport.h"
#include "purple-plugin/words.h"

#include <algorithm>
#include <cstring>

#include <core.h>
#include <notify.h>
#include <savedstatuses.h>
#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* register_ns = "jabber:iq:register";
constexpr const char* form_ns = "jabber:x:data";
constexpr const char* answer_id = "bioaster-register";

gboolean on_iq(PurpleConnection* connection, const char* type, const char* id, const char* from, xmlnode* iq,
               void* registration) {
    return guarded(FALSE, [=]() -> gboolean {
        return static_cast<Registration*>(registration)->receive(connection, type, id, from, iq) ? TRUE : FALSE;
    });
}

bool is_name_or_password(const char* field) {
    return g_strcmp0(field, "username") == 0 || g_strcmp0(field, "password") == 0;
}

// The form of XEP-0004 may ask for more, an answer to a riddle for instance.
bool form_asks_more(xmlnode* form) {
    for (xmlnode* field = xmlnode_get_child(form, "field"); field != nullptr; field = xmlnode_get_next_twin(field))
        if (xmlnode_get_child(field, "required") != nullptr && !is_name_or_password(xmlnode_get_attrib(field, "var")))
            return true;
    return false;
}

bool has_both_plain_fields(xmlnode* query) {
    return xmlnode_get_child(query, "username") != nullptr && xmlnode_get_child(query, "password") != nullptr;
}

void add_text(xmlnode* parent, const char* name, const std::string& text) {
    xmlnode_insert_data(xmlnode_new_child(parent, name), text.c_str(), -1);
}

void add_field(xmlnode* form, const char* name, const std::string& value) {
    xmlnode* field = xmlnode_new_child(form, "field");
    xmlnode_set_attrib(field, "var", name);
    add_text(field, "value", value);
}

// XEP-0077 3.1: the plain fields where the server names them, else the form of XEP-0004.
Node registration_request(xmlnode* offer, const std::string& domain, const std::string& name,
                          const std::string& password) {
    Node iq(xmlnode_new("iq"));
    xmlnode_set_attrib(iq.get(), "type", "set");
    xmlnode_set_attrib(iq.get(), "id", answer_id);
    xmlnode_set_attrib(iq.get(), "to", domain.c_str());
    xmlnode* query = xmlnode_new_child(iq.get(), "query");
    xmlnode_set_namespace(query, register_ns);
    if (has_both_plain_fields(offer)) {
        add_text(query, "username", name);
        add_text(query, "password", password);
        return iq;
    }
    xmlnode* form = xmlnode_new_child(query, "x");
    xmlnode_set_namespace(form, form_ns);
    xmlnode_set_attrib(form, "type", "submit");
    add_field(form, "FORM_TYPE", register_ns);
    add_field(form, "username", name);
    add_field(form, "password", password);
    return iq;
}

// What the server's error means to somebody who wants an account.
std::string refusal(xmlnode* iq, const std::string& address, const std::string& hint) {
    xmlnode* error = xmlnode_get_child(iq, "error");
    const auto is = [error](const char* condition) {
        return error != nullptr && xmlnode_get_child(error, condition) != nullptr;
    };
    if (is("conflict")) return say(Word::account_exists, {address});
    if (is("not-acceptable") || is("jid-malformed")) return say(Word::account_name_refused, {address, hint});
    if (is("not-allowed") || is("forbidden") || is("service-unavailable") || is("feature-not-implemented"))
        return say(Word::registration_closed);
    if (is("policy-violation")) return say(Word::registration_too_often);
    if (is("resource-constraint") || is("internal-server-error")) return say(Word::registration_not_now);
    xmlnode* text = error != nullptr ? xmlnode_get_child(error, "text") : nullptr;
    const Text said(text != nullptr ? xmlnode_get_data(text) : nullptr);
    return say(Word::registration_refused, {said != nullptr ? said.get() : "?"});
}

bool still_exists(PurpleAccount* account) { return g_list_find(purple_accounts_get_all(), account) != nullptr; }

// Enabled and with the status that all accounts have, as if it had been there before.
void put_online(PurpleAccount* account) {
    if (auto* status = purple_savedstatus_get_current()) purple_savedstatus_activate_for_account(status, account);
    purple_account_set_enabled(account, purple_core_get_ui(), TRUE);
}

} // namespace

bool asks_name_and_password_only(xmlnode* query) {
    xmlnode* form = xmlnode_get_child_with_namespace(query, "x", form_ns);
    if (form != nullptr && form_asks_more(form)) return false;
    if (!has_both_plain_fields(query)) return form != nullptr;
    if (form != nullptr) return true; // the plain fields are the form's, for older clients
    for (xmlnode* field = query->child; field != nullptr; field = field->next)
        if (field->type == XMLNODE_TYPE_TAG && !is_name_or_password(field->name) &&
            std::strcmp(field->name, "instructions") != 0)
            return false; // XEP-0077 3.1: every plain field that is named must be filled
    return true;
}

Registration::Registration(const Context& context) : context_(context) {
    purple_signal_connect(context.self, "jabber-receiving-iq", this, PURPLE_CALLBACK(on_iq), this);
}

Registration::~Registration() {
    purple_signals_disconnect_by_handle(this);
    for (Leaving* leaving : leaving_) {
        purple_timeout_remove(leaving->timer);
        delete leaving;
    }
}

void Registration::begin(PurpleConnection* connection) { attempts_[connection] = false; }

void Registration::forget(PurpleConnection* connection) { attempts_.erase(connection); }

bool Registration::receive(PurpleConnection* connection, const char* type, const char* id, const char* from,
                           xmlnode* iq) {
    const auto attempt = attempts_.find(connection);
    if (attempt == attempts_.end()) return false;
    // The signal comes before libpurple has looked at the sender.
    if (from != nullptr && context_.organisation.domain != from) return false;
    auto* account = purple_connection_get_account(connection);
    if (g_strcmp0(type, "error") == 0) {
        refuse(account, refusal(iq, purple_account_get_username(account), context_.organisation.account_name));
        return true;
    }
    if (g_strcmp0(type, "result") != 0) return false;
    if (!attempt->second) {
        attempt->second = answer_form(connection, iq);
        return attempt->second;
    }
    if (g_strcmp0(id, answer_id) != 0) return false;
    finish(account, true);
    return true;
}

// False leaves the form to libpurple, which shows it to the user: it asks for more than we know.
bool Registration::answer_form(PurpleConnection* connection, xmlnode* iq) {
    xmlnode* query = xmlnode_get_child_with_namespace(iq, "query", register_ns);
    const char* password = purple_connection_get_password(connection);
    if (query == nullptr || password == nullptr || *password == '\0' || !asks_name_and_password_only(query))
        return false;
    const std::string address = purple_account_get_username(purple_connection_get_account(connection));
    send_stanza(
        context_, connection,
        registration_request(query, context_.organisation.domain, address.substr(0, address.find('@')), password));
    return true;
}

void Registration::refuse(PurpleAccount* account, const std::string& sentence) {
    const auto title = say(Word::no_account_made, {purple_account_get_username(account)});
    // In the plugin's name: a window of the connection's would close with it, before it was read.
    purple_notify_error(context_.self, context_.organisation.name.c_str(), in_lines(title).c_str(), in_lines(sentence).c_str());
    finish(account, false);
}

void Registration::finish(PurpleAccount* account, bool succeeded) {
    auto* connection = purple_account_get_connection(account);
    if (connection != nullptr) {
        attempts_.erase(connection);
        connection->wants_to_die = TRUE; // or the client would connect again by itself
    }
    if (account->registration_cb != nullptr)
        account->registration_cb(account, succeeded ? TRUE : FALSE, account->registration_cb_user_data);
    const char* password = connection != nullptr ? purple_connection_get_password(connection) : nullptr;
    auto* leaving = new Leaving{*this, account, password != nullptr ? password : "", succeeded, 0};
    leaving_.push_back(leaving);
    leaving->timer = purple_timeout_add(0, leave, leaving);
}

gboolean Registration::leave(void* data) {
    const std::unique_ptr<Leaving> leaving(static_cast<Leaving*>(data));
    guarded([&leaving] {
        std::erase(leaving->registration.leaving_, leaving.get());
        auto* account = leaving->account;
        if (!still_exists(account)) return;
        purple_account_disconnect(account); // forgets a password that is not to be kept
        if (!leaving->password.empty()) purple_account_set_password(account, leaving->password.c_str());
        if (leaving->succeeded) put_online(account);
    });
    return FALSE;
}

} // namespace purple_plugin
