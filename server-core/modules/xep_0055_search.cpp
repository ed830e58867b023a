// SPDX-License-Identifier: MIT
// XEP-0055 Jabber Search 1.3 at search.DOMAIN, with data forms and XEP-0059 pages: for this server's own users, over those
// who said in a vCard who they are, or over all accounts, as the organisation chose (docs/decisions/0052). Stores nothing.
#include "modules/modules.h"
#include "xmpp/data_form.h"
#include "xmpp/folding.h"
#include "xmpp/namespaces.h"
#include "xmpp/result_set.h"

#include <algorithm>
#include <array>

namespace modules {
namespace {

using routing::Colleague, routing::Feature, routing::Person;
using xmpp::Condition, xmpp::DataForm, xmpp::Iq, xmpp::IqReply, xmpp::Words;

constexpr std::string_view ns = "jabber:iq:search";
constexpr std::string_view rsm_ns = "http://jabber.org/protocol/rsm";
constexpr std::size_t most_found = 100;
constexpr std::size_t least_letters = 2;
constexpr std::size_t most_asked_bytes = 255;

struct Field {
    const char* name;
    Words label;
    std::string Person::*member;
};

const std::array<Field, 4>& fields() {
    static const std::array<Field, 4> all{{{"first", {"Given name", "Prénom"}, &Person::given},
                                           {"last", {"Family name", "Nom"}, &Person::family},
                                           {"nick", {"Nickname", "Surnom"}, &Person::nick},
                                           {"email", {"Email address", "Adresse électronique"}, &Person::email}}};
    return all;
}

const Words& instructions() {
    static const Words words{"Type at least two letters of a name.", "Tapez au moins deux lettres d'un nom."};
    return words;
}

xml::Element named(std::string_view name) { return xml::Element({ns, name}); }

// XEP-0055 2.1, 3.
IqReply show_fields(xmpp::Language language) {
    auto query = named("query").with(named("instructions").with_text(instructions().in(language)));
    DataForm form(DataForm::form, ns);
    form.title(Words("Search for people", "Chercher des personnes").in(language)).instructions(instructions().in(language));
    for (const Field& field : fields()) {
        query = std::move(query).with(named(field.name));
        form.add({field.name, "text-single", field.label.in(language), {}, {}, false});
    }
    return IqReply::result(std::move(query).with(form.to_element()));
}

// What is looked for, folded; '*' stands for nothing, since any part of a name is found.
std::string wish(std::string text) {
    std::erase(text, '*');
    return text.size() <= most_asked_bytes ? xmpp::folded(text) : std::string();
}

Person read_wishes(const xml::Element& query, const std::optional<DataForm>& form) {
    Person wishes;
    for (const Field& field : fields())
        wishes.*field.member = wish(form ? form->value(field.name).value_or("") : query.child_text({ns, field.name}));
    return wishes;
}

bool is_enough(const Person& wishes) {
    return std::ranges::any_of(fields(), [&](const Field& field) { return (wishes.*field.member).size() >= least_letters; });
}

bool matches(const Person& folded, const Person& wishes) {
    return std::ranges::all_of(fields(), [&](const Field& field) {
        return (folded.*field.member).find(wishes.*field.member) != std::string::npos;
    });
}

std::vector<const Colleague*> find_people(const routing::Directory& directory, const Person& wishes, bool of_all) {
    std::vector<const Colleague*> found;
    for (const auto& [jid, colleague] : directory.all())
        if (!colleague.has_left && (of_all || !colleague.person.empty()) && matches(colleague.folded, wishes)) found.push_back(&colleague);
    return found;
}

xml::Element plain_item(const Colleague& colleague) {
    auto item = named("item").with_attribute("jid", colleague.jid.text());
    const Person person = colleague.described();
    for (const Field& field : fields()) item = std::move(item).with(named(field.name).with_text(person.*field.member));
    return item;
}

xml::Element form_field(std::string_view var, std::string_view value) {
    return xml::Element({xmpp::ns::data_form, "field"}).with_attribute("var", var).with(
        xml::Element({xmpp::ns::data_form, "value"}).with_text(value));
}

xml::Element form_item(const Colleague& colleague) {
    auto item = xml::Element({xmpp::ns::data_form, "item"}).with(form_field("jid", colleague.jid.text()));
    const Person person = colleague.described();
    for (const Field& field : fields()) item = std::move(item).with(form_field(field.name, person.*field.member));
    return item;
}

xml::Element reported(xmpp::Language language) {
    const auto column = [](std::string_view var, std::string_view type, std::string_view label) {
        return xml::Element({xmpp::ns::data_form, "field"}).with_attribute("var", var).with_attribute("type", type).with_attribute("label", label);
    };
    auto head = xml::Element({xmpp::ns::data_form, "reported"}).with(column("jid", "jid-single", "JID"));
    for (const Field& field : fields()) head = std::move(head).with(column(field.name, "text-single", field.label.in(language)));
    return head;
}

// XEP-0055 2.1 for plain fields, 3 for a form; XEP-0059 3 where a page is asked for.
IqReply search(const Feature& feature, const Iq& iq, bool of_all) {
    const xml::Element query = *iq.payload();
    const auto x = query.child({xmpp::ns::data_form, "x"});
    const auto form = x ? xmpp::parse_form(*x) : std::nullopt;
    if (x && (!form || form->type() == DataForm::form || form->type() == DataForm::result)) return IqReply::error(Condition::bad_request);
    if (form && form->type() == DataForm::cancel) return IqReply::done();
    const auto asked = xmpp::parse_page_asked(query);
    if (!asked) return IqReply::error(asked.error());
    const Person wishes = read_wishes(query, form);
    if (!is_enough(wishes)) return IqReply::error(Condition::not_acceptable, instructions());
    const auto found = find_people(feature.users().directory(), wishes, of_all);
    std::vector<std::string> ids;
    for (const Colleague* colleague : found) ids.push_back(colleague->jid.text());
    const auto page = xmpp::page_of(ids, asked->value_or(xmpp::PageAsked{}), most_found);
    if (!page) return IqReply::error(page.error());
    auto answer = named("query");
    auto table = DataForm(DataForm::result, ns).to_element().with(reported(iq.language()));
    for (std::size_t i = page->first; i < page->first + page->count; ++i) {
        if (form)
            table = std::move(table).with(form_item(*found[i]));
        else
            answer = std::move(answer).with(plain_item(*found[i]));
    }
    if (form) answer = std::move(answer).with(table);
    if (*asked) answer = std::move(answer).with(xmpp::to_element(xmpp::told_of(ids, *page)));
    return IqReply::result(std::move(answer));
}

IqReply describe(const Iq& iq) {
    auto query = xml::Element({xmpp::ns::disco_info, "query"});
    if (!iq.payload()->attribute("node").value_or("").empty()) return IqReply::error(Condition::item_not_found);
    query = std::move(query).with(xml::Element({xmpp::ns::disco_info, "identity"})
                                      .with_attribute("category", "directory")
                                      .with_attribute("type", "user")
                                      .with_attribute("name", Words("People", "Personnes").in(iq.language())));
    for (const std::string_view var : {xmpp::ns::disco_info, xmpp::ns::disco_items, ns, rsm_ns, std::string_view("urn:xmpp:ping")})
        query = std::move(query).with(xml::Element({xmpp::ns::disco_info, "feature"}).with_attribute("var", var));
    return IqReply::result(std::move(query));
}

IqReply answer(const Feature& feature, const Iq& iq, bool of_all) {
    const xml::Element payload = *iq.payload();
    const bool is_get = iq.type() == Iq::get;
    if (iq.to().has_local() || iq.to().is_full()) return IqReply::error(Condition::service_unavailable);
    if (is_get && payload.is({xmpp::ns::disco_info, "query"})) return describe(iq);
    if (is_get && payload.is({xmpp::ns::disco_items, "query"})) return IqReply::result(xml::Element(payload.name()));
    if (is_get && payload.is({"urn:xmpp:ping", "ping"})) return IqReply::done();
    if (!payload.is({ns, "query"})) return IqReply::error(Condition::service_unavailable);
    const bool is_one_of_us = iq.from().has_local() && iq.from().domain() == feature.node().domain.text();
    if (!is_one_of_us) return IqReply::error(Condition::forbidden);
    return is_get ? show_fields(iq.language()) : search(feature, iq, of_all);
}

} // namespace

void add_search(Feature& feature, const Choices& choices) {
    if (choices.search == Search::off) return;
    const bool of_all = choices.search == Search::all;
    feature.serve("search." + feature.node().domain.text(), [feature, of_all](const xmpp::AnyStanza& stanza) {
        const auto* iq = std::get_if<Iq>(&stanza);
        if (iq && iq->is_request())
            feature.router().send(answer(feature, *iq, of_all).answer(*iq));
        else if (std::holds_alternative<xmpp::Message>(stanza))
            feature.router().refuse(stanza, {Condition::service_unavailable, {}, {}, {}});
    });
}

} // namespace modules
