// SPDX-License-Identifier: MIT
// RFC 6120 6: SASL for one stream. SCRAM-SHA-256 and SCRAM-SHA-1, with and without -PLUS (RFC 5802, 7677, 9266;
// XEP-0440), and PLAIN (RFC 4616), inside TLS only.
#pragma once
#include "base/task.h"
#include "net/connection.h"
#include "store/accounts.h"
#include "stream/rules.h"
#include "xmpp/scram.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stream {

class SaslLogin {
public:
    SaslLogin(const Shared& shared, net::Connection& connection) : shared_(shared), connection_(connection) {}

    // <mechanisms/> and <sasl-channel-binding/>, each serialised.
    std::vector<std::string> features() const;

    struct Step {
        std::string answer;                  // to be written
        std::optional<xmpp::Jid> logged_in;  // the account's bare JID, with <success/>
        bool give_up = false;                // too many tries: the stream is to end
    };
    // Takes <auth/>, <response/> or <abort/>. A failure may take seconds (DESIGN 4.4).
    base::Task<Step> take(xml::Element element);

private:
    enum class Failure { aborted, account_disabled, incorrect_encoding, invalid_authzid, invalid_mechanism, malformed_request, not_authorized, temporary_auth_failure };
    base::Task<Step> begin(std::string mechanism, std::optional<std::string> initial);
    base::Task<Step> scram_first(std::string message);
    base::Task<Step> scram_final(std::string message);
    base::Task<Step> plain(std::string message);
    base::Task<Step> fail(Failure failure, std::string account = {});
    base::Task<std::optional<store::AccountRecord>> find_account(xmpp::Jid bare);
    bool offers_binding() const;
    bool binding_fits(const xmpp::ScramFirst& first) const;
    // The account a client means by its user name; nothing when no account can have it.
    std::optional<xmpp::Jid> account_of(std::string_view username) const;
    bool authzid_fits(std::string_view authzid, const xmpp::Jid& account) const;
    // The password was right: success, unless an administrator has closed the account.
    base::Task<Step> admit(std::string additional);

    const Shared& shared_;
    net::Connection& connection_;
    std::string mechanism_;  // of the exchange under way; empty: none
    xmpp::ScramHash hash_ = xmpp::ScramHash::sha256;
    std::optional<xmpp::ScramExchange> exchange_;
    std::optional<xmpp::Jid> account_;
    bool exists_ = false;
    bool is_disabled_ = false;
    bool is_unread_ = false;  // the store did not say whether there is such an account
    unsigned attempts_ = 0;
    std::map<std::string, unsigned> failures_;  // by mechanism
};

}  // namespace stream
