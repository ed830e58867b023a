// SPDX-License-Identifier: MIT
// XEP-0133 4.13 to 4.15 and 4.18 to 4.20: how many accounts there are, are disabled, are online; and which, page by page.
#include "modules/xep_0133_administration/administration.h"

#include "xmpp/namespaces.h"

#include <algorithm>
#include <charconv>

namespace modules::administration {
namespace {

using routing::Administration, routing::CommandCall, routing::CommandReply, routing::CommandStep;
using xmpp::DataForm, xmpp::Language, xmpp::Words;
using Names = std::vector<std::string>;

constexpr std::size_t most_in_page = 200;

enum class Whom { registered, disabled, online };

struct Question {
    Whom whom;
    const char* name;   // of the command
    Words title;
    const char* var;
};

void names_of(const routing::Feature& feature, Whom whom, const Administration::Names& fn) {
    const Administration administration(feature.node(), feature.users(), feature.store());
    if (whom == Whom::online) return fn(administration.online());
    whom == Whom::registered ? administration.registered(fn) : administration.disabled(fn);
}

void count(const routing::Feature& feature, const Question& question, const CommandCall& call, const CommandReply& reply) {
    names_of(feature, question.whom, [question, language = call.language, reply](const base::Result<Names, xmpp::StanzaError>& names) {
        if (!names) return reply(base::Unexpected(names.error()));
        DataForm shown = form(language, question.title, DataForm::result);
        auto number = field(language, question.var, "text-single", question.title, false);
        number.values = {std::to_string(names->size())};
        reply(CommandStep{shown.add(number), {}, false, false});
    });
}

CommandStep asks_how_many(Language language, const Question& question) {
    DataForm asked = form(language, question.title);
    auto most = field(language, "max_items", "list-single", {"How many at once", "Combien à la fois"}, false);
    for (const char* number : {"25", "50", "75", "100", "150", "200"}) most.options.emplace_back(number, number);
    most.values = {"25"};
    return {asked.add(most), {}, true, true};
}

std::size_t page_size(const DataForm& form) {
    const std::string text = form.value("max_items").value_or("");
    std::size_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    return size == 0 || size > most_in_page ? most_in_page : size;
}

// Pages follow one another by next and prev; each is read anew.
CommandStep page(const CommandCall& call, const Question& question, std::size_t size, const Names& names) {
    const std::size_t first = std::min(names.size(), (call.submitted.size() - 1) * size);
    const std::size_t end = std::min(names.size(), first + size);
    DataForm shown = form(call.language, question.title, DataForm::result);
    auto jids = field(call.language, question.var, "jid-multi", question.title, false);
    jids.values.assign(names.begin() + static_cast<std::ptrdiff_t>(first), names.begin() + static_cast<std::ptrdiff_t>(end));
    const std::string range = (first == end ? "0" : std::to_string(first + 1) + "-" + std::to_string(end)) + " / " + std::to_string(names.size());
    const bool has_more = end < names.size() && !call.completes;
    return {shown.add(jids), {range, range}, has_more, has_more};
}

void list(const routing::Feature& feature, const Question& question, const CommandCall& call, const CommandReply& reply) {
    if (call.submitted.empty()) return reply(asks_how_many(call.language, question));
    const auto shown = [question, by = call.by, language = call.language, submitted = call.submitted, completes = call.completes,
                        reply](const base::Result<Names, xmpp::StanzaError>& names) {
        if (!names) return reply(base::Unexpected(names.error()));
        reply(page({by, language, submitted, completes}, question, page_size(submitted.front()), *names));
    };
    names_of(feature, question.whom, shown);
}

} // namespace

void add_count_commands(routing::Feature& feature, const Choices& choices) {
    const auto add = [&](auto run, const Question& question) {
        feature.commands().add({node(question.name), question.title, administrators(choices),
                                [feature, run, question](const CommandCall& call, const CommandReply& reply) { run(feature, question, call, reply); }});
    };
    add(count, {Whom::registered, "get-registered-users-num", {"Number of accounts", "Nombre de comptes"}, "registeredusersnum"});
    add(count, {Whom::disabled, "get-disabled-users-num", {"Number of disabled accounts", "Nombre de comptes désactivés"}, "disabledusersnum"});
    add(count, {Whom::online, "get-online-users-num", {"Number of users online", "Nombre d'utilisateurs en ligne"}, "onlineusersnum"});
    add(list, {Whom::registered, "get-registered-users-list", {"List of accounts", "Liste des comptes"}, "registereduserjids"});
    add(list, {Whom::disabled, "get-disabled-users-list", {"List of disabled accounts", "Liste des comptes désactivés"}, "disableduserjids"});
    add(list, {Whom::online, "get-online-users-list", {"List of users online", "Liste des utilisateurs en ligne"}, "onlineuserjids"});
}

} // namespace modules::administration
