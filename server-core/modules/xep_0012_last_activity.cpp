// SPDX-License-Identifier: MIT
// XEP-0012 Last Activity 2.0: since when a user is gone, and how long the server runs; a client answers for itself.
// Keeps in drawer "last-activity" when the last client went and what it said. Before presence in the list of features,
// which takes what it sees away from those that follow.
#include "modules/modules.h"
#include "store/fields.h"

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::Reply, routing::Request, routing::Session;
using xmpp::Condition, xmpp::IqReply;

constexpr std::string_view ns = "jabber:iq:last";
constexpr const char* drawer = "last-activity";
constexpr std::size_t most_status_bytes = 1024;

IqReply seconds_since(std::chrono::system_clock::duration passed, std::string_view status = {}) {
    const auto seconds = std::max(std::chrono::duration_cast<std::chrono::seconds>(passed), std::chrono::seconds(0));
    auto query = xml::Element({ns, "query"}).with_attribute("seconds", std::to_string(seconds.count()));
    return IqReply::result(status.empty() ? query : query.with_text(status));
}

// Nobody waits for this: when the disk is full the older time stays.
void remember(const Feature& feature, const Account& account, std::string_view status) {
    const auto now = feature.node().clock.wall().time_since_epoch();
    store::FieldWriter fields;
    fields.add_number('t', static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count()));
    fields.add('s', status.substr(0, status.size() <= most_status_bytes ? status.size() : 0));
    feature.writes().commit_aside({store::Put{account.jid().text(), {drawer, "", std::move(fields).take()}}});
}

struct Farewell {
    std::chrono::system_clock::time_point when;
    std::string status;
};

Farewell read_farewell(const std::string& value, Farewell farewell) {
    for (const store::Field& field : store::read_fields(value).value_or(std::vector<store::Field>{})) {
        if (field.letter == 's') farewell.status = field.value;
        const auto seconds = field.letter == 't' ? store::read_number(field.value) : std::nullopt;
        if (seconds && *seconds < (1ULL << 33))
            farewell.when = std::chrono::system_clock::time_point(std::chrono::seconds(*seconds));
    }
    return farewell;
}

// XEP-0012 3, 6: only to those who may see the account's presence.
bool may_ask(Account* account, const xmpp::Jid& asker) {
    return account != nullptr && (asker.bare() == account->jid() || account->roster().sees_us(asker.bare()));
}

void answer_for_account(const Feature& feature, const Request& request, const Reply& reply) {
    Account* account = request.account;
    if (!may_ask(account, request.iq.from())) return reply(IqReply::error(Condition::forbidden));
    if (!account->sessions().empty()) return reply(seconds_since({}));
    const auto answer = [&clock = feature.node().clock, made = account->record().created,
                         reply](const base::Result<std::optional<std::string>, store::Refusal>& found) {
        if (!found) return reply(IqReply::error(Condition::internal_server_error));
        // Who has never been here has been gone since the account was made.
        const Farewell farewell = read_farewell(found->value_or(std::string()), {made, {}});
        reply(seconds_since(clock.wall() - farewell.when, farewell.status));
    };
    feature.store().find(account->jid().text(), drawer, "", answer);
}

// XEP-0012 4: a client is not even asked by those who may not see it, whether it is there or not.
bool keeps_from_client(const Feature& feature, Account* account, const xmpp::Iq& iq) {
    if (iq.type() != xmpp::Iq::get || !iq.payload()->is({ns, "query"}) || may_ask(account, iq.from())) return false;
    feature.router().refuse(iq, {Condition::forbidden, {}, {}, {}});
    return true;
}

} // namespace

void add_last_activity(Feature& feature) {
    feature.advertise(ns);
    constexpr unsigned anybody = routing::own_account | routing::any_account | routing::no_account | routing::the_server;
    const auto started = feature.node().clock.steady();
    feature.answer_later(xmpp::Iq::get, {ns, "query"}, anybody, [feature, started](const Request& request, const Reply& reply) {
        if (request.iq.to().has_local() || request.account) return answer_for_account(feature, request, reply);
        reply(seconds_since(std::chrono::duration_cast<std::chrono::seconds>(feature.node().clock.steady() - started)));
    });
    feature.on_iq_received([feature](Account* account, const xmpp::Iq& iq) { return keeps_from_client(feature, account, iq); });
    feature.on_presence_sent([feature](Session& session, const xmpp::Presence& presence) {
        if (presence.to().empty() && presence.type() == xmpp::Presence::unavailable && session.is_available())
            remember(feature, session.account(), presence.element().child_text({xml::stanza_ns, "status"}));
        return false;
    });
    feature.on_session_end([feature](Session& session) {
        if (session.is_available()) remember(feature, session.account(), {});
    });
}

} // namespace modules
