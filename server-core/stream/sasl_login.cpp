// SPDX-License-Identifier: MIT
#include "stream/sasl_login.h"

#include "base/text.h"
#include "stream/login_throttle.h"
#include "stream/pause.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <array>

namespace stream {
namespace {

constexpr std::array bindings{"tls-exporter", "tls-server-end-point"};

std::string wrapped(std::string_view name, std::string_view content) {
    return "<" + std::string(name) + " xmlns='" + std::string(xmpp::ns::sasl) + "'>" + std::string(content) + "</" +
           std::string(name) + ">";
}

bool is_plus(std::string_view mechanism) { return mechanism.ends_with("-PLUS"); }

store::AccountRecord invented(const std::string& secret, unsigned iterations, const xmpp::Jid& account) {
    store::AccountRecord record;
    for (const auto& [keys, hash] : {std::pair(&record.sha1, xmpp::ScramHash::sha1), std::pair(&record.sha256, xmpp::ScramHash::sha256)}) {
        const std::string nothing = xmpp::digest(hash, secret);
        *keys = {xmpp::invented_salt(secret, account.text(), hash), iterations, nothing, nothing};
    }
    return record;
}

}  // namespace

bool SaslLogin::offers_binding() const {
    return shared_.rules.channel_binding && connection_.channel_binding(bindings[1]).has_value();
}

std::vector<std::string> SaslLogin::features() const {
    std::string mechanisms;
    const auto add = [&](std::string_view name) { mechanisms += "<mechanism>" + std::string(name) + "</mechanism>"; };
    if (offers_binding()) {
        add("SCRAM-SHA-256-PLUS");
        add("SCRAM-SHA-1-PLUS");
    }
    add("SCRAM-SHA-256");
    add("SCRAM-SHA-1");
    add("PLAIN");
    std::vector<std::string> found{wrapped("mechanisms", mechanisms)};
    if (!offers_binding()) return found;
    std::string types;
    for (const char* name : bindings)
        if (connection_.channel_binding(name)) types += "<channel-binding type='" + std::string(name) + "'/>";
    found.push_back("<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>" + types + "</sasl-channel-binding>");
    return found;
}

base::Task<SaslLogin::Step> SaslLogin::take(xml::Element element) {
    const std::string_view name = element.name().local;
    if (name == "abort") co_return co_await fail(Failure::aborted);
    const std::string text(base::trim(element.text()));
    const auto decoded = text == "=" ? std::optional<std::string>("") : base::base64_decode(text);
    if (!decoded) co_return co_await fail(Failure::incorrect_encoding);
    const auto initial = text.empty() ? std::nullopt : decoded;  // RFC 6120 6.4.2: "=" is there, and empty
    if (name == "auth") co_return co_await begin(std::string(element.attribute("mechanism").value_or("")), initial);
    if (mechanism_.empty() || name != "response") co_return co_await fail(Failure::malformed_request);
    if (mechanism_ == "PLAIN") co_return co_await plain(*decoded);
    if (exchange_) co_return co_await scram_final(*decoded);
    co_return co_await scram_first(*decoded);
}

base::Task<SaslLogin::Step> SaslLogin::begin(std::string mechanism, std::optional<std::string> initial) {
    exchange_.reset();
    mechanism_ = mechanism;
    const bool scram = mechanism == "SCRAM-SHA-256" || mechanism == "SCRAM-SHA-1" ||
                       (offers_binding() && (mechanism == "SCRAM-SHA-256-PLUS" || mechanism == "SCRAM-SHA-1-PLUS"));
    if (!scram && mechanism != "PLAIN") co_return co_await fail(Failure::invalid_mechanism);
    hash_ = mechanism.starts_with("SCRAM-SHA-256") ? xmpp::ScramHash::sha256 : xmpp::ScramHash::sha1;
    if (!initial) co_return Step{wrapped("challenge", "="), {}, false};
    if (scram) co_return co_await scram_first(*std::move(initial));
    co_return co_await plain(*std::move(initial));
}

bool SaslLogin::binding_fits(const xmpp::ScramFirst& first) const {
    if (is_plus(mechanism_)) return first.binding == xmpp::BindingFlag::used;
    // RFC 5802 6: 'y' although we offer -PLUS means that somebody took the offer away.
    if (first.binding == xmpp::BindingFlag::not_offered) return !offers_binding();
    return first.binding == xmpp::BindingFlag::none;
}

base::Task<SaslLogin::Step> SaslLogin::scram_first(std::string message) {
    auto first = xmpp::parse_scram_first(message);
    if (!first) co_return co_await fail(Failure::malformed_request);
    if (!binding_fits(*first)) co_return co_await fail(Failure::not_authorized);
    std::string binding_data;
    if (first->binding == xmpp::BindingFlag::used) {
        const bool known = std::find(bindings.begin(), bindings.end(), first->binding_name) != bindings.end();
        const auto bound = known ? connection_.channel_binding(first->binding_name) : std::nullopt;
        if (!bound) co_return co_await fail(Failure::not_authorized);
        binding_data = *bound;
    }
    account_ = account_of(first->username);
    if (!account_) co_return co_await fail(Failure::not_authorized);
    if (!authzid_fits(first->authzid, *account_)) co_return co_await fail(Failure::invalid_authzid);
    const auto record = co_await find_account(*account_);
    if (is_unread_) co_return co_await fail(Failure::temporary_auth_failure);
    exists_ = record.has_value();
    const store::AccountRecord keys = record ? *record : invented(shared_.rules.scram_secret, shared_.node.scram_iterations, *account_);
    exchange_.emplace(hash_, *std::move(first), hash_ == xmpp::ScramHash::sha1 ? keys.sha1 : keys.sha256,
                      shared_.node.random.text(24), std::move(binding_data));
    co_return Step{wrapped("challenge", base::base64_encode(exchange_->server_first())), {}, false};
}

base::Task<SaslLogin::Step> SaslLogin::scram_final(std::string message) {
    const auto verdict = exchange_->check(message);
    exchange_.reset();
    if (verdict && exists_) co_return co_await admit(*verdict);
    const bool malformed = !verdict && verdict.error() == xmpp::ScramFailure::malformed;
    co_return co_await fail(malformed ? Failure::malformed_request : Failure::not_authorized, account_->text());
}

base::Task<SaslLogin::Step> SaslLogin::plain(std::string message) {
    const auto first = message.find('\0');
    const auto second = first == std::string::npos ? first : message.find('\0', first + 1);
    if (second == std::string::npos) co_return co_await fail(Failure::malformed_request);
    account_ = account_of(std::string_view(message).substr(first + 1, second - first - 1));
    const auto password = xmpp::prepare_password(std::string_view(message).substr(second + 1));
    if (!account_ || !password) co_return co_await fail(Failure::not_authorized);
    if (!authzid_fits(std::string_view(message).substr(0, first), *account_)) co_return co_await fail(Failure::invalid_authzid);
    const auto record = co_await find_account(*account_);
    if (is_unread_) co_return co_await fail(Failure::temporary_auth_failure);
    // A name that nobody has costs the same time.
    const store::AccountRecord keys = record ? *record : invented(shared_.rules.scram_secret, shared_.node.scram_iterations, *account_);
    const std::function<bool()> check = [password = *password, keys = keys.sha256] {
        return xmpp::password_fits(xmpp::ScramHash::sha256, password, keys);
    };
    const bool fits = co_await computed<bool>(shared_.node.workers, check);
    if (fits && record) co_return co_await admit({});
    co_return co_await fail(Failure::not_authorized, account_->text());
}

std::optional<xmpp::Jid> SaslLogin::account_of(std::string_view username) const {
    // Some clients send the whole address.
    const auto at = username.find('@');
    if (at != std::string_view::npos && username.substr(at + 1) == shared_.node.domain.text()) username = username.substr(0, at);
    if (username.empty()) return std::nullopt;
    auto jid = xmpp::make_jid(username, shared_.node.domain.text(), {});
    return jid ? std::optional(*std::move(jid)) : std::nullopt;
}

bool SaslLogin::authzid_fits(std::string_view authzid, const xmpp::Jid& account) const {
    if (authzid.empty()) return true;
    const auto asked = xmpp::parse_jid(authzid);
    return asked && *asked == account;
}

base::Task<std::optional<store::AccountRecord>> SaslLogin::find_account(xmpp::Jid bare) {
    const auto load = [&](auto done) {
        if (!shared_.users.when_loaded(bare, done)) done(nullptr);
    };
    const routing::Account* account = co_await store::wait<routing::Account*>(load);
    is_unread_ = account == nullptr;
    if (is_unread_ || !account->exists()) co_return std::nullopt;
    is_disabled_ = account->is_disabled();
    co_return account->record();
}

base::Task<SaslLogin::Step> SaslLogin::admit(std::string additional) {
    if (is_disabled_) co_return co_await fail(Failure::account_disabled);
    shared_.throttle.succeeded(account_->text(), connection_.peer());
    co_return Step{wrapped("success", base::base64_encode(additional)), account_, false};
}

base::Task<SaslLogin::Step> SaslLogin::fail(Failure failure, std::string account) {
    static constexpr std::array names{"aborted", "account-disabled", "incorrect-encoding", "invalid-authzid", "invalid-mechanism",
                                      "malformed-request", "not-authorized", "temporary-auth-failure"};
    ++attempts_;
    if (failure == Failure::not_authorized && !account.empty()) {
        ++failures_[mechanism_];
        shared_.node.log.info("login failed: " + account + " from " + connection_.peer_address() + " (" + mechanism_ + ")");
        co_await pause(shared_.timers, shared_.throttle.failed(account, connection_.peer()));
    }
    mechanism_.clear();
    exchange_.reset();
    unsigned wrong = 0;
    for (const auto& [mechanism, count] : failures_) wrong = std::max(wrong, count);
    const std::string answer = wrapped("failure", "<" + std::string(names[static_cast<std::size_t>(failure)]) + "/>");
    const auto is_enough = [](std::size_t count, std::size_t limit) { return limit != 0 && count >= limit; };
    co_return Step{answer, {}, is_enough(attempts_, shared_.rules.login_attempts) || is_enough(wrong, shared_.rules.wrong_passwords)};
}

}  // namespace stream
