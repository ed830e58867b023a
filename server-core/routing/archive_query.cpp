// SPDX-License-Identifier: MIT
#include "routing/archive_query.h"

#include "store/fields.h"
#include "store/matching.h"
#include "xml/parser.h"
#include "xmpp/data_form.h"
#include "xmpp/datetime.h"
#include "xmpp/forwarded.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace routing {
namespace {

using base::Result, base::Unexpected;
using xmpp::Condition, xmpp::IqReply, xmpp::Message, xmpp::StanzaError;

constexpr std::size_t usual_results = 100;
constexpr std::size_t most_ids = 250;
constexpr std::size_t most_queryid_bytes = 256;  // it comes back in each result
constexpr std::size_t page_bytes = 512 * 1024;
// Counting is a walk: as far as a list on a screen needs it, further only when the count is all that is asked for.
constexpr std::size_t usual_count = 1000;
constexpr std::size_t most_count = 1'000'000;
// For one sender each message is looked at: so many at a time, and so many for one page.
constexpr std::size_t looked_at_once = 250;
constexpr std::size_t most_looked_at = 2000;

StanzaError query_error(Condition condition, xmpp::Words text = {}) { return {condition, std::move(text), {}, {}}; }

// Ids are decimal numbers, written in one way only.
std::optional<std::uint64_t> parse_id(const std::string& text) {
    const auto id = store::read_number(text);
    return id && *id != 0 && std::to_string(*id) == text ? id : std::nullopt;
}

bool take_id(const std::string& text, ArchiveQuery& query, std::uint64_t& id) {
    const auto parsed = parse_id(text);
    if (!parsed) return false;
    id = *parsed;
    query.named.push_back(id);
    return true;
}

std::optional<StanzaError> take_ids(const xmpp::FormField& field, ArchiveQuery& query) {
    if (field.values.size() > most_ids)
        return query_error(Condition::policy_violation, {"too many ids in one query", "trop d'identifiants dans une requête"});
    for (const std::string& text : field.values) {
        std::uint64_t id = 0;
        if (!take_id(text, query, id)) return query_error(Condition::item_not_found);
        query.filter.ids.push_back(id);
    }
    return std::nullopt;
}

std::optional<StanzaError> take_time(const std::string& text, store::Time& time) {
    const auto parsed = xmpp::parse_datetime(text);
    if (!parsed) return query_error(Condition::bad_request, {"a time is written as in XEP-0082", "une date s'écrit selon la XEP-0082"});
    time = *parsed;
    return std::nullopt;
}

std::optional<StanzaError> take_with(const std::string& text, ArchiveQuery& query) {
    const auto with = xmpp::parse_jid(text);
    if (!with) return query_error(Condition::jid_malformed);
    query.filter.with = with->bare_text();
    query.filter.resource = with->resource();
    return std::nullopt;
}

std::optional<StanzaError> take_field(const xmpp::FormField& field, ArchiveQuery& query) {
    const std::string value = field.values.empty() ? std::string() : field.values.front();
    if (field.var == "FORM_TYPE") return std::nullopt;
    if (field.var == "ids") return take_ids(field, query);
    const bool is_known = field.var == "with" || field.var == "start" || field.var == "end" || field.var == "before-id" || field.var == "after-id";
    if (!is_known) return query_error(Condition::feature_not_implemented);
    if (value.empty()) return std::nullopt;
    if (field.var == "with") return take_with(value, query);
    if (field.var == "start") return take_time(value, query.filter.start);
    if (field.var == "end") return take_time(value, query.filter.end);
    const bool is_taken = take_id(value, query, field.var == "before-id" ? query.filter.before : query.filter.after);
    return is_taken ? std::nullopt : std::optional(query_error(Condition::item_not_found));
}

std::optional<StanzaError> take_form(const xml::Element& x, ArchiveQuery& query) {
    const auto form = xmpp::parse_form(x);
    if (!form || form->type() != xmpp::DataForm::submit || form->form_type() != archive_ns)
        return query_error(Condition::bad_request, {"the form is not a query of this archive", "le formulaire n'est pas une requête de cette archive"});
    for (const xmpp::FormField& field : form->fields())
        if (auto mistake = take_field(field, query)) return mistake;
    return std::nullopt;
}

std::optional<StanzaError> take_page(const xml::Element& element, ArchiveQuery& query) {
    auto asked = xmpp::parse_page_asked(element);
    if (!asked) return asked.error();
    if (!*asked) return std::nullopt;
    query.page = **asked;
    const auto& [most, after, before, index] = query.page;
    if (index.value_or(0) != 0) return query_error(Condition::feature_not_implemented);
    if (after && !after->empty() && !take_id(*after, query, query.after)) return query_error(Condition::item_not_found);
    if (before && !before->empty() && !take_id(*before, query, query.before)) return query_error(Condition::item_not_found);
    return std::nullopt;
}

bool is_said_by(const store::Entry& entry, const std::string& sender) {
    const auto message = message_of(entry);
    return message && message->from().text() == sender;
}

// One question on its way through the store: are the named ids there, which page, how many in all.
struct Search : std::enable_shared_from_this<Search> {
    store::Store& store;
    std::string owner;
    ArchiveQuery query;
    std::size_t most_results;
    ArchiveAnswer answer;
    ArchivePage page;
    std::vector<store::Entry> said;  // by the sender
    std::size_t looked_at = 0;
    bool is_looked_through = true;

    Search(store::Store& asked, std::string of, ArchiveQuery what, std::size_t limit, ArchiveAnswer told)
        : store(asked), owner(std::move(of)), query(std::move(what)), most_results(limit == 0 ? most_count : limit), answer(std::move(told)) {}

    void begin();
    void read_page();
    void look_on(store::PageQuery wanted);
    void look_at(std::vector<store::Entry> entries, store::PageQuery wanted);
    void take(std::vector<store::Entry> entries, std::size_t most);
    void count();
    void tell_count(const store::Counted& counted, std::size_t limit);
    void tell();
    template <class T>
    bool failed(const Result<T, store::Refusal>& result) {
        if (!result) answer(Unexpected(StanzaError{Condition::internal_server_error, {}, xmpp::ErrorType::wait, {}}));
        return !result;
    }
};

void Search::begin() {
    auto& named = query.named;
    std::ranges::sort(named);
    named.erase(std::unique(named.begin(), named.end()), named.end());
    if (named.empty()) return read_page();
    store::PageQuery wanted;
    wanted.most = named.size();
    wanted.archived_only = true;
    wanted.ids = named;
    store.page(owner, wanted, [self = shared_from_this()](auto found) {
        if (self->failed(found)) return;
        if (found->size() < self->query.named.size()) return self->answer(Unexpected(query_error(Condition::item_not_found)));
        self->read_page();
    });
}

void Search::read_page() {
    query.filter.archived_only = true;
    const std::size_t most = std::min(query.page.most.value_or(usual_results), most_results);
    if (most == 0) return count();
    store::PageQuery wanted = query.filter;
    wanted.after = std::max(wanted.after, query.after);
    wanted.before = std::min(wanted.before, query.before);
    wanted.newest_first = query.page.before.has_value();
    wanted.most = most + 1;
    wanted.most_bytes = page_bytes;
    if (!query.sender.empty()) return look_on(wanted);
    store.page(owner, wanted, [self = shared_from_this(), most](auto found) {
        if (!self->failed(found)) self->take(std::move(*found), most);
    });
}

// Reads on until `wanted.most` of what was read is the sender's.
void Search::look_on(store::PageQuery wanted) {
    store::PageQuery next = wanted;
    next.most = looked_at_once;
    store.page(owner, next, [self = shared_from_this(), wanted = std::move(wanted)](auto found) {
        if (!self->failed(found)) self->look_at(std::move(*found), wanted);
    });
}

void Search::look_at(std::vector<store::Entry> entries, store::PageQuery wanted) {
    const bool is_end = entries.empty();
    looked_at += entries.size();
    if (!is_end && wanted.newest_first) wanted.before = entries.front().id;
    if (!is_end && !wanted.newest_first) wanted.after = entries.back().id;
    std::erase_if(entries, [this](const store::Entry& entry) { return !is_said_by(entry, query.sender); });
    said.insert(wanted.newest_first ? said.begin() : said.end(), std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
    const bool is_over = looked_at >= most_looked_at;
    if (is_end || said.size() >= wanted.most || (is_over && !said.empty())) {
        is_looked_through = is_end;
        store::cut_page(wanted, said);
        return take(std::move(said), wanted.most - 1);
    }
    if (is_over)
        return answer(Unexpected(query_error(Condition::policy_violation, {"too many messages to look through: name a time", "trop de messages à parcourir : indiquez une période"})));
    look_on(std::move(wanted));
}

void Search::take(std::vector<store::Entry> entries, std::size_t most) {
    std::size_t bytes = 0;
    for (const store::Entry& entry : entries) bytes += entry.stanza.size();
    page.is_complete = is_looked_through && entries.size() <= most && bytes < page_bytes;
    if (entries.size() > most) entries.erase(query.page.before ? entries.begin() : entries.end() - 1);
    page.entries = std::move(entries);
    count();
}

void Search::count() {
    if (!query.sender.empty()) return tell();  // optional (4.3.2), and it would be a walk through everything
    const bool only_count = query.page.most == std::size_t{0};
    const std::size_t limit = only_count ? most_count : usual_count;
    const std::uint64_t first = page.entries.empty() ? 0 : page.entries.front().id;
    store.count(owner, query.filter, first, limit, [self = shared_from_this(), limit](auto counted) {
        if (!self->failed(counted)) self->tell_count(*counted, limit);
    });
}

void Search::tell_count(const store::Counted& counted, std::size_t limit) {
    if (counted.all < limit) {
        page.told.count = counted.all;
        page.told.index = counted.below;
        if (query.page.most == std::size_t{0}) page.is_complete = counted.all == 0;
    }
    tell();
}

void Search::tell() {
    if (!page.entries.empty()) {
        page.told.first = std::to_string(page.entries.front().id);
        page.told.last = std::to_string(page.entries.back().id);
    }
    answer(std::move(page));
}

xml::Element form_field(const char* type, const char* var) {
    return xml::Element({xmpp::ns::data_form, "field"}).with_attribute("type", type).with_attribute("var", var);
}

xml::Element metadata_end(const char* name, const store::Entry& entry) {
    return xml::Element({archive_ns, name})
        .with_attribute("id", std::to_string(entry.id))
        .with_attribute("timestamp", xmpp::format_datetime(entry.stamp));
}

}  // namespace

Result<ArchiveQuery, StanzaError> parse_archive_query(const xml::Element& element) {
    ArchiveQuery query;
    query.queryid = element.attribute("queryid").value_or("");
    if (query.queryid.size() > most_queryid_bytes) return Unexpected(query_error(Condition::bad_request, {"the queryid is too long", "queryid trop long"}));
    if (element.attribute("node")) return Unexpected(query_error(Condition::item_not_found));  // XEP-0442: no nodes here
    query.flipped = element.has_child({archive_ns, "flip-page"});
    if (const auto x = element.child({xmpp::ns::data_form, "x"}))
        if (auto mistake = take_form(*x, query)) return Unexpected(*mistake);
    if (auto mistake = take_page(element, query)) return Unexpected(*mistake);
    return query;
}

void find_archive_page(store::Store& store, const std::string& owner, const ArchiveQuery& query, std::size_t most, ArchiveAnswer answer) {
    std::make_shared<Search>(store, owner, query, most, std::move(answer))->begin();
}

Message archive_result(const ArchiveQuery& query, const store::Entry& entry, const std::optional<Message>& message,
                       const xmpp::Jid& owner, const xmpp::Jid& to) {
    auto result = xml::Element({archive_ns, "result"}).with_attribute("id", std::to_string(entry.id));
    if (!query.queryid.empty()) result = std::move(result).with_attribute("queryid", query.queryid);
    return Message(owner, to, Message::normal, std::move(result).with(xmpp::forwarded(message, entry.stamp)));
}

xml::Element archive_fin(const ArchivePage& page) {
    const xml::Element fin({archive_ns, "fin"});
    return (page.is_complete ? fin.with_attribute("complete", "true") : fin).with(xmpp::to_element(page.told));
}

xml::Element archive_form() {
    const auto validate = xml::Element({"http://jabber.org/protocol/xdata-validate", "validate"})
                              .with_attribute("datatype", "xs:string")
                              .with(xml::Element({"http://jabber.org/protocol/xdata-validate", "open"}));
    auto x = xml::Element({xmpp::ns::data_form, "x"}).with_attribute("type", "form");
    x = std::move(x).with(form_field("hidden", "FORM_TYPE").with(xml::Element({xmpp::ns::data_form, "value"}).with_text(archive_ns)));
    x = std::move(x).with(form_field("jid-single", "with"));
    for (const char* var : {"start", "end", "before-id", "after-id"}) x = std::move(x).with(form_field("text-single", var));
    x = std::move(x).with(form_field("list-multi", "ids").with(validate));
    return xml::Element({archive_ns, "query"}).with(x);
}

void find_archive_metadata(store::Store& store, const std::string& owner, std::function<void(IqReply)> answer) {
    store::PageQuery first;
    first.most = 1;
    first.archived_only = true;
    store::PageQuery last = first;
    last.newest_first = true;
    const auto failed = IqReply::error(StanzaError{Condition::internal_server_error, {}, xmpp::ErrorType::wait, {}});
    store.page(owner, first, [&store, owner, last, answer = std::move(answer), failed](auto oldest) {
        if (!oldest) return answer(failed);
        store.page(owner, last, [answer, failed, oldest = *oldest](auto newest) {
            if (!newest) return answer(failed);
            xml::Element metadata({archive_ns, "metadata"});
            if (!oldest.empty() && !newest->empty())
                metadata = metadata.with(metadata_end("start", oldest.front())).with(metadata_end("end", newest->back()));
            answer(IqReply::result(metadata));
        });
    });
}

std::optional<Message> message_of(const store::Entry& entry) {
    const auto element = xml::parse_element(entry.stanza);
    if (!element) return std::nullopt;
    auto stanza = xmpp::parse_stanza(*element);
    if (!stanza || !std::holds_alternative<Message>(*stanza)) return std::nullopt;
    return std::get<Message>(std::move(*stanza));
}

}  // namespace routing
