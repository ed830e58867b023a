// SPDX-License-Identifier: MIT
// XEP-0077 2.4: what a name and a password must be, for who registers before login and who changes his password after.
#pragma once
#include "base/settings_section.h"
#include "routing/users.h"

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace routing {

struct RegistrationRules {
    bool is_open = true;
    base::Pattern names;  // what a new account may be called
    std::string hint;     // such a name as an example
};

// What somebody typed in, as plain fields or in a data form, not yet prepared.
struct Credentials {
    std::string username;
    std::string password;
    bool is_cancelled = false;  // a form sent back as type 'cancel' (XEP-0004 3.1)
};
Credentials read_credentials(const xml::Element& query);

// The password as SCRAM wants it, or not-acceptable with a sentence.
base::Result<std::string, xmpp::StanzaError> accepted_password(const std::string& typed);

// Derives the keys on the workers, then calls `done` on the loop.
void make_keys(const Node& node, const std::string& password, store::Time created,
               std::function<void(store::AccountRecord)> done);

// Accounts made by those who have none. One for a node: two at once for one name are not both told that they have it.
class Registration {
public:
    using Done = std::function<void(base::Result<xmpp::Jid, xmpp::StanzaError>)>;
    Registration(const Node& node, Users& users, RegistrationRules rules)
        : node_(node), users_(users), rules_(std::move(rules)) {}
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

    // The payload that answers a get: plain fields and a data form.
    xml::Element form(xmpp::Language language) const;
    // The payload of a set. `done` is called once, now or in a later turn, with the new account's bare JID.
    //   error   not-allowed (closed), not-acceptable (name or password, with a sentence), conflict (taken),
    //           resource-constraint (too many at once, disk full); none quotes the request (XEP-0077 3.3)
    // How often an address may try is the stream's business.
    void submit(const xml::Element& query, Done done);

private:
    base::Result<xmpp::Jid, xmpp::StanzaError> accepted_name(const std::string& typed) const;
    void make(const xmpp::Jid& jid, const std::string& password, const Done& done);
    void put(const xmpp::Jid& jid, const store::AccountRecord& record, const Done& done);

    const Node& node_;
    Users& users_;
    RegistrationRules rules_;
    std::set<xmpp::Jid> under_way_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace routing
