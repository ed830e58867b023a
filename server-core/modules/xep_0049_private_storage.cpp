// SPDX-License-Identifier: MIT
// XEP-0049 Private XML Storage 1.2: what clients keep for themselves (bookmarks, notes, the groups' delimiter).
// Keeps in drawer "private", by namespace and name, a <query/> with all elements of that name.
#include "modules/modules.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <map>

namespace modules {
namespace {

using routing::Feature, routing::Reply, routing::Request;
using xmpp::Condition, xmpp::IqReply;

constexpr std::string_view ns = "jabber:iq:private";
constexpr const char* drawer = "private";
constexpr std::size_t records_in_all = 4; // how many of the largest size all together may be

bool is_own(const Request& request) {
    return request.session && request.account && request.account == &request.session->account();
}

IqReply forbidden() { return IqReply::error(Condition::forbidden, {"private storage is for its owner only", "le stockage privé n'est que pour son propriétaire"}); }

std::string record_name(const xml::Element& element) {
    return std::string(element.name().local) + ' ' + std::string(element.name().ns);
}

// What other features know better than what was stored (XEP-0402).
void show_changed(const Feature& feature, const xmpp::Iq& iq, const xml::Element& kept, const Reply& reply) {
    const auto loaded = [feature, iq, kept, reply](routing::Account* account) {
        if (!account) return reply(IqReply::error(Condition::internal_server_error));
        feature.publisher().mirrors().shown(*account, iq.from(), kept, [reply](const xml::Element& shown) {
            reply(IqReply::result(xml::Element({ns, "query"}).with(shown)));
        });
    };
    if (!feature.users().when_loaded(iq.from().bare(), loaded)) reply(IqReply::error(Condition::resource_constraint));
}

void get_private(const Feature& feature, const Request& request, const Reply& reply) {
    if (!is_own(request)) return reply(forbidden());
    const xml::Element query = request.payload();
    const auto children = query.children();
    if (std::distance(children.begin(), children.end()) != 1)
        return reply(IqReply::error(Condition::bad_request, {"one element says what is wanted", "un élément dit ce qui est voulu"}));
    const xml::Element wanted = *query.first_child();
    const auto answer = [feature, wanted, iq = request.iq, reply](const base::Result<std::optional<std::string>, store::Refusal>& found) {
        if (!found) return reply(IqReply::error(Condition::internal_server_error));
        const auto kept = *found ? xml::parse_element(**found) : std::nullopt;
        const xml::Element shown = kept ? *kept : xml::Element({ns, "query"}).with(wanted.without_content());
        if (!feature.publisher().mirrors().changes(wanted.name())) return reply(IqReply::result(shown));
        show_changed(feature, iq, *shown.first_child(), reply);
    };
    feature.store().find(request.account->jid().text(), drawer, record_name(wanted), answer);
}

// The records that a set makes; empty when one of its elements has no namespace of its own.
std::map<std::string, std::string> records_of(const xml::Element& query) {
    std::map<std::string, xml::Element> made;
    for (const xml::Element child : query.children()) {
        const std::string_view own = child.name().ns;
        if (own.empty() || own == ns || own == xml::stanza_ns) return {};
        const auto at = made.try_emplace(record_name(child), xml::Element({ns, "query"})).first;
        at->second = at->second.with(child);
    }
    std::map<std::string, std::string> records;
    for (const auto& [name, element] : made) records.emplace(name, xml::to_string(element));
    return records;
}

// Whether `made` may be kept beside what is there already.
bool fits(const std::vector<store::Record>& kept, const std::map<std::string, std::string>& made, const routing::Limits& limits) {
    const std::size_t most = limits.private_bytes;
    std::size_t count = made.size();
    std::size_t bytes = 0;
    for (const auto& [name, value] : made) {
        if (most != 0 && value.size() > most) return false;
        bytes += name.size() + value.size();
    }
    for (const store::Record& record : kept) {
        if (made.contains(record.name)) continue;
        ++count;
        bytes += record.name.size() + record.value.size();
    }
    return (limits.private_records == 0 || count <= limits.private_records) && (most == 0 || bytes <= most * records_in_all);
}

void put_private(const Feature& feature, const xmpp::Iq& iq, const std::map<std::string, std::string>& made) {
    const std::string owner(iq.from().bare_text());
    store::Batch batch;
    for (const auto& [name, value] : made) batch.push_back(store::Put{owner, {drawer, name, value}});
    feature.writes().commit(std::move(batch));
}

void tell_others(const Feature& feature, const xmpp::Iq& iq) {
    routing::Account* account = feature.users().find(iq.from());
    if (!account) return;  // the commit was refused at once
    for (const xml::Element child : iq.payload()->children()) feature.publisher().mirrors().stored(*account, child);
}

void set_private(const Feature& feature, const Request& request, const Reply& reply) {
    if (!is_own(request)) return reply(forbidden());
    auto made = records_of(request.payload());
    if (made.empty())
        return reply(IqReply::error(Condition::not_acceptable, {"what is stored has a namespace of its own", "ce qui est enregistré a un espace de noms à lui"}));
    const auto loaded = [feature, made = std::move(made), iq = request.iq,
                         reply](const base::Result<store::Loaded, store::Refusal>& found) {
        if (!found) return reply(IqReply::error(Condition::internal_server_error));
        if (!fits(found->records, made, feature.node().limits))
            return reply(IqReply::error(Condition::policy_violation, {"this is more than may be stored", "c'est plus que ce qui peut être enregistré"}));
        feature.router().handling(iq, [&] {
            put_private(feature, iq, made);
            tell_others(feature, iq);
            reply(IqReply::done());
        });
    };
    feature.store().load(request.account->jid().text(), {drawer}, loaded);
}

} // namespace

void add_private_storage(Feature& feature) {
    using namespace routing;
    constexpr unsigned anybody = own_account | any_account | no_account;
    feature.advertise(ns);
    feature.answer_later(xmpp::Iq::get, {ns, "query"}, anybody,
                         [feature](const Request& request, const Reply& reply) { get_private(feature, request, reply); });
    feature.answer_later(xmpp::Iq::set, {ns, "query"}, anybody,
                         [feature](const Request& request, const Reply& reply) { set_private(feature, request, reply); });
}

} // namespace modules
