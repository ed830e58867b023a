// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/scram_login.h"

#include "base/text.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/transport.h"
#include "purple-plugin/words.h"

#include <cstring>

#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* sasl_ns = "urn:ietf:params:xml:ns:xmpp-sasl";
constexpr const char* sha256 = "SCRAM-SHA-256";
constexpr const char* sha1 = "SCRAM-SHA-1";
constexpr const char* plain = "PLAIN";

void on_receiving(PurpleConnection* connection, xmlnode** element, void* login) {
    guarded([=] {
        if (*element != nullptr) static_cast<ScramLogin*>(login)->receive(connection, element);
    });
}

void on_sending(PurpleConnection* connection, xmlnode** element, void* login) {
    guarded([=] {
        if (*element != nullptr) static_cast<ScramLogin*>(login)->send(connection, *element);
    });
}

std::string text_of(const xmlnode* element) {
    const Text text(xmlnode_get_data(element));
    return text != nullptr ? text.get() : "";
}

bool is_sasl(xmlnode* element, const char* name) {
    return std::strcmp(element->name, name) == 0 && g_strcmp0(xmlnode_get_namespace(element), sasl_ns) == 0;
}

void remove_text(xmlnode* element) {
    for (xmlnode* child = element->child; child != nullptr;) {
        xmlnode* next = child->next;
        if (child->type == XMLNODE_TYPE_DATA) xmlnode_free(child);
        child = next;
    }
}

void set_text(xmlnode* element, const std::string& text) {
    remove_text(element);
    xmlnode_insert_data(element, text.c_str(), static_cast<gssize>(text.size()));
}

xmlnode* offer_of(xmlnode* mechanisms, const char* name) {
    for (xmlnode* item = xmlnode_get_child(mechanisms, "mechanism"); item != nullptr;
         item = xmlnode_get_next_twin(item))
        if (text_of(item) == name) return item;
    return nullptr;
}

// What libpurple's builds would take before PLAIN, and what is weaker than the SCRAM that is offered.
void remove_weaker(xmlnode* mechanisms, const std::string& best) {
    for (const char* weak : {"DIGEST-MD5", "CRAM-MD5", "LOGIN", "NTLM", sha1})
        if (xmlnode* item = weak != best ? offer_of(mechanisms, weak) : nullptr; item != nullptr) xmlnode_free(item);
}

} // namespace

ScramLogin::ScramLogin(const Context& context) : context_(context) {
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving), this,
                                   as_it_came);
    purple_signal_connect_priority(context.self, "jabber-sending-xmlnode", this, PURPLE_CALLBACK(on_sending), this,
                                   adds_payloads);
}

ScramLogin::~ScramLogin() { purple_signals_disconnect_by_handle(this); }

void ScramLogin::receive(PurpleConnection* connection, xmlnode** element) {
    if (std::strcmp((*element)->name, "features") == 0) return read_offer(connection, *element);
    const auto found = logins_.find(connection);
    if (found == logins_.end() || !found->second.exchange) return;
    Login& login = found->second;
    if (is_sasl(*element, "failure")) login.exchange.reset();
    const bool is_challenge = is_sasl(*element, "challenge");
    if (is_challenge) answer(connection, login, *element);
    if (is_challenge || (is_sasl(*element, "success") && !finish(connection, login, *element))) {
        xmlnode_free(*element);
        *element = nullptr;
    }
}

void ScramLogin::read_offer(PurpleConnection* connection, xmlnode* features) {
    xmlnode* mechanisms = xmlnode_get_child_with_namespace(features, "mechanisms", sasl_ns);
    if (mechanisms == nullptr) return forget(connection); // logged in
    for (const char* mechanism : {sha256, sha1}) {
        if (offer_of(mechanisms, mechanism) == nullptr) continue;
        logins_[connection] = {mechanism, std::nullopt, false};
        remove_weaker(mechanisms, mechanism);
        if (offer_of(mechanisms, plain) == nullptr) add_child(mechanisms, "mechanism", sasl_ns, plain);
        return;
    }
}

void ScramLogin::send(PurpleConnection* connection, xmlnode* element) {
    const auto found = logins_.find(connection);
    if (found == logins_.end() || !is_sasl(element, "auth")) return;
    Login& login = found->second;
    login.exchange.reset();
    if (attribute(element, "mechanism") != plain) return;
    remove_text(element); // the password, before anything may go wrong
    const char* typed = purple_connection_get_password(connection);
    const auto password = prepared_password(typed != nullptr ? typed : "");
    const auto address = own_address(connection);
    login.exchange.emplace(login.mechanism == sha256 ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1,
                           address.substr(0, address.find('@')), password.value_or(""), random_nonce());
    login.is_proven = false;
    xmlnode_set_attrib(element, "mechanism", login.mechanism.c_str());
    set_text(element, base::base64_encode(login.exchange->first_message()));
}

// The server's proof may also come as a challenge, which is answered by nothing (RFC 6120 6.3.10).
void ScramLogin::answer(PurpleConnection* connection, Login& login, const xmlnode* challenge) {
    const auto text = base::base64_decode(text_of(challenge));
    Node response(xmlnode_new("response"));
    xmlnode_set_namespace(response.get(), sasl_ns);
    if (text && login.exchange->is_proof(*text)) {
        login.is_proven = true;
    } else {
        const auto said = text ? login.exchange->answer(*text) : std::nullopt;
        if (!said) return refuse(connection);
        set_text(response.get(), base::base64_encode(*said));
    }
    send_stanza(context_, connection, std::move(response));
}

// libpurple shall see the success that follows PLAIN, which says nothing.
bool ScramLogin::finish(PurpleConnection* connection, const Login& login, xmlnode* success) {
    const auto text = base::base64_decode(text_of(success));
    remove_text(success);
    if (login.is_proven || (text && login.exchange->is_proof(*text))) return true;
    refuse(connection);
    return false;
}

// As with a wrong certificate, it is tried again after a while: a mistake on the server's side disables no account.
void ScramLogin::refuse(PurpleConnection* connection) {
    logins_.erase(connection);
    purple_connection_error_reason(connection, PURPLE_CONNECTION_ERROR_ENCRYPTION_ERROR,
                                   say(Word::server_unproven, {context_.organisation.connect_server}).c_str());
}

} // namespace purple_plugin
