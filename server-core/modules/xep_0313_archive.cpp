// SPDX-License-Identifier: MIT
// XEP-0313 Message Archive Management 1.1.3, XEP-0441 preferences 0.2.0: an account's archive is its message log, which
// gets the account's own words here. Stores the preferences in drawer "archive".
#include "modules/modules.h"
#include "routing/archive_query.h"
#include "routing/fetched.h"
#include "routing/keeping.h"
#include "routing/retention.h"
#include "routing/stanza_ids.h"
#include "store/fields.h"
#include "xml/writer.h"

#include <algorithm>
#include <set>

namespace modules {
namespace {

using routing::Account, routing::Delivery, routing::Feature, routing::Reply, routing::Request, routing::archive_ns;
using xmpp::Condition, xmpp::IqReply, xmpp::Jid, xmpp::Message;

constexpr const char* drawer = "archive";
constexpr std::size_t most_listed = 1000;

enum class Default { always, never, roster };

struct Preferences {
    Default otherwise = Default::always;
    std::set<Jid> always, never;
};

std::string_view to_string(Default otherwise) {
    return otherwise == Default::always ? "always" : otherwise == Default::never ? "never" : "roster";
}
std::optional<Default> parse_default(std::string_view text) {
    for (const Default known : {Default::always, Default::never, Default::roster})
        if (to_string(known) == text) return known;
    return std::nullopt;
}

store::Record to_record(const Preferences& preferences) {
    store::FieldWriter fields;
    fields.add('d', to_string(preferences.otherwise));
    for (const Jid& jid : preferences.always) fields.add('a', jid.text());
    for (const Jid& jid : preferences.never) fields.add('n', jid.text());
    return {drawer, "", std::move(fields).take()};
}

Preferences read_preferences(const std::vector<store::Record>& records) {
    Preferences preferences;
    const auto fields = records.empty() ? std::nullopt : store::read_fields(records.front().value);
    for (const store::Field& field : fields ? *fields : std::vector<store::Field>{}) {
        if (field.letter == 'd') preferences.otherwise = parse_default(field.value).value_or(Default::always);
        if (field.letter != 'a' && field.letter != 'n') continue;
        if (const auto jid = xmpp::parse_jid(field.value)) (field.letter == 'a' ? preferences.always : preferences.never).insert(*jid);
    }
    return preferences;
}

// XEP-0441 2.3: a listed bare JID stands for all its resources. In both lists: not archived.
bool wants(Account& account, const Jid& other) {
    const auto& preferences = account.state<Preferences>();
    const auto listed = [&](const std::set<Jid>& list) { return list.contains(other) || list.contains(other.bare()); };
    if (listed(preferences.never)) return false;
    if (listed(preferences.always) || preferences.otherwise == Default::always) return true;
    if (preferences.otherwise == Default::never) return false;
    const auto* item = account.roster().find(other.bare());
    return item && item->in_roster;
}

// XEP-0313 6.1.1: what goes to the user himself is stored once, where it arrives.
void keep_sent(const Feature& feature, Delivery& delivery) {
    Account& account = delivery.account;
    const Jid& to = delivery.message.to();
    const bool to_self = to.bare_text() == account.jid().text();
    if (to_self || !routing::is_worth_archiving(delivery.message) || !wants(account, to)) return;
    const auto now = feature.node().clock.wall();
    const std::uint64_t id = account.log().next_id(now, routing::random_below_1000(feature.node().random));
    const Message kept = routing::with_stanza_id(delivery.message, account.jid(), id);
    account.sent(id);
    // Apart: whether the other side gets the message does not hang on our copy of it.
    const routing::Writes::Scope apart(feature.writes(), nullptr);
    feature.writes().commit({store::Append{account.jid().text(), {id, now, std::string(to.bare_text()), xml::to_string(kept.element()),
                                                                  true, std::string(to.resource()), true}}});
    delivery.log_id = id;
}

void send_page(const Feature& feature, const Jid& owner, const Jid& to, const routing::ArchiveQuery& query, routing::ArchivePage page) {
    routing::Session* session = feature.users().find_session(to);
    if (query.flipped) std::ranges::reverse(page.entries);
    for (const store::Entry& entry : page.entries) {
        if (session && !entry.outgoing) routing::note_fetched(*session, entry.id);
        // A lost client has it still: when that one does not come back, who has it from here does not get it again.
        const bool is_a_copy = session && session->account().log().is_on_its_way(entry.id);
        feature.router().send_to_client(routing::archive_result(query, entry, routing::message_of(entry), owner, to), is_a_copy ? entry.id : 0);
    }
}

bool is_own(const Request& request) { return request.session && request.account == &request.session->account(); }

// For who may not ask the answer is the same whether there is such an account or not.
void search(const Feature& feature, const Request& request, const Reply& reply) {
    if (!is_own(request)) return reply(IqReply::error(Condition::forbidden));
    const auto query = routing::parse_archive_query(request.payload());
    if (!query) return reply(IqReply::error(query.error()));
    const Jid owner = request.account->jid();
    routing::find_archive_page(feature.store(), owner.text(), *query, feature.node().limits.archive_page, [feature, owner, to = request.iq.from(), query = *query, reply](auto page) {
        if (!page) return reply(IqReply::error(page.error()));
        const xml::Element fin = routing::archive_fin(*page);
        send_page(feature, owner, to, query, std::move(*page));
        reply(IqReply::result(fin));
    });
}

xml::Element to_element(const Preferences& preferences) {
    const auto list = [](const char* name, const std::set<Jid>& jids) {
        xml::Element element({archive_ns, name});
        for (const Jid& jid : jids) element = std::move(element).with(xml::Element({archive_ns, "jid"}).with_text(jid.text()));
        return element;
    };
    return xml::Element({archive_ns, "prefs"})
        .with_attribute("default", to_string(preferences.otherwise))
        .with(list("always", preferences.always))
        .with(list("never", preferences.never));
}

// What `prefs` lists under that name; nothing when one is no address.
std::optional<std::set<Jid>> parse_list(const xml::Element& prefs, const char* name) {
    std::set<Jid> jids;
    const auto list = prefs.child({archive_ns, name});
    if (!list) return jids;
    for (const xml::Element child : list->children()) {
        const auto jid = xmpp::parse_jid(child.text());
        if (!jid) return std::nullopt;
        jids.insert(*jid);
    }
    return jids;
}

IqReply set_preferences(const Feature& feature, const Request& request) {
    if (!is_own(request)) return IqReply::error(Condition::forbidden);
    const xml::Element prefs = request.payload();
    const auto otherwise = parse_default(prefs.attribute("default").value_or(""));
    auto always = parse_list(prefs, "always");
    auto never = parse_list(prefs, "never");
    if (!otherwise) return IqReply::error(Condition::bad_request);
    if (!always || !never) return IqReply::error(Condition::jid_malformed);
    if (always->size() + never->size() > most_listed) return IqReply::error(Condition::policy_violation);
    auto& preferences = request.account->state<Preferences>();
    preferences = {*otherwise, std::move(*always), std::move(*never)};
    const Jid jid = request.account->jid();
    feature.writes().commit({store::Put{jid.text(), to_record(preferences)}}, [feature, jid] { feature.users().reload(jid); });
    return IqReply::result(to_element(preferences));
}

IqReply tell_preferences(const Request& request) {
    if (!is_own(request)) return IqReply::error(Condition::forbidden);
    return IqReply::result(to_element(request.account->state<Preferences>()));
}

void add_preferences(Feature& feature, unsigned reach) {
    feature.load_with_accounts(drawer, [](Account& account, const std::vector<store::Record>& records) {
        account.state<Preferences>() = read_preferences(records);
    });
    feature.answer(xmpp::Iq::get, {archive_ns, "prefs"}, reach, [](const Request& request) { return tell_preferences(request); });
    feature.answer(xmpp::Iq::set, {archive_ns, "prefs"}, reach, [feature](const Request& request) { return set_preferences(feature, request); });
}

}  // namespace

void add_archive(Feature& feature, const Choices& choices) {
    using namespace routing;
    constexpr unsigned anybody = own_account | any_account | no_account;
    feature.advertise_for_accounts(archive_ns);
    feature.advertise_for_accounts(archive_extended_ns);
    feature.on_message(Stage::sending, Phase::record, [feature](Delivery& delivery) { keep_sent(feature, delivery); });
    feature.on_message(Stage::receiving, Phase::record, [](Delivery& delivery) {
        delivery.archived = is_worth_archiving(delivery.message) && wants(delivery.account, delivery.message.from());
    });
    auto retention = std::make_shared<Retention>(feature, store::account_drawer, std::chrono::days(choices.archive_days), Retention::Keeps::undelivered);
    if (choices.archive_days != 0) retention->begin();
    feature.answer_later(xmpp::Iq::set, {archive_ns, "query"}, anybody,
                         [feature, retention](const Request& request, const Reply& reply) { search(feature, request, reply); });
    feature.answer(xmpp::Iq::get, {archive_ns, "query"}, anybody, [](const Request& request) {
        return is_own(request) ? IqReply::result(archive_form()) : IqReply::error(Condition::forbidden);
    });
    feature.answer_later(xmpp::Iq::get, {archive_ns, "metadata"}, anybody, [feature](const Request& request, const Reply& reply) {
        if (!is_own(request)) return reply(IqReply::error(Condition::forbidden));
        find_archive_metadata(feature.store(), request.account->jid().text(), reply);
    });
    add_preferences(feature, anybody);
}

} // namespace modules
