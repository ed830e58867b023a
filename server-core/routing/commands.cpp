// SPDX-License-Identifier: MIT
#include "routing/commands.h"

#include "xmpp/namespaces.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {

using xmpp::Condition, xmpp::DataForm, xmpp::ErrorType, xmpp::IqReply, xmpp::Language, xmpp::StanzaError;

constexpr std::string_view commands_ns = "http://jabber.org/protocol/commands";
constexpr std::size_t most_remembered = 500;

enum class Action { execute, next, prev, complete, cancel };

std::optional<Action> action_of(const xml::Element& command) {
    constexpr std::string_view names[] = {"execute", "next", "prev", "complete", "cancel"};
    const auto found = std::ranges::find(names, command.attribute("action").value_or("execute"));
    if (found == std::end(names)) return std::nullopt;
    return static_cast<Action>(found - std::begin(names));
}

// XEP-0050 3.7: of the IQ, or else of the command.
Language language_of(const Request& request) {
    const bool in_iq = request.iq.element().attribute({xml::xml_ns, std::string_view("lang")}).has_value();
    return in_iq ? request.iq.language() : xmpp::language_of(request.payload());
}

StanzaError refused(Condition condition, const char* specific, xmpp::Words text) {
    StanzaError error{condition, std::move(text), ErrorType::cancel, {}};
    if (specific) error.detail = xml::Element({commands_ns, specific});
    return error;
}

// What is asked of a form that was shown; the rest is the command's business.
bool is_filled_in(const DataForm& asked, const DataForm& given) {
    return std::ranges::all_of(asked.fields(), [&](const xmpp::FormField& field) {
        const auto value = given.value(field.var);
        if (field.required && (!value || value->empty())) return false;
        const bool is_chosen = field.type == "list-single" && value;
        return !is_chosen || std::ranges::any_of(field.options, [&](const auto& option) { return option.first == *value; });
    });
}

// XEP-0050 3.5.1: a form of type cancel counts as submitted. An empty one where none was asked for.
base::Result<DataForm, StanzaError> submitted_form(const CommandStep& step, const xml::Element& command) {
    if (!step.form || step.form->type() != DataForm::form) return DataForm(DataForm::submit);
    const auto x = command.child({xmpp::ns::data_form, "x"});
    const auto form = x ? xmpp::parse_form(*x) : std::nullopt;
    const bool is_submitted = form && (form->type() == DataForm::submit || form->type() == DataForm::cancel);
    if (is_submitted && is_filled_in(*step.form, *form)) return *form;
    return base::Unexpected(bad_command("bad-payload", {"fill in what the form asks for", "remplissez ce que demande le formulaire"}));
}

xml::Element actions_of(const CommandStep& step, bool may_go_back) {
    auto actions = xml::Element({commands_ns, "actions"}).with_attribute("execute", step.may_go_on ? "next" : "complete");
    if (may_go_back) actions = std::move(actions).with(xml::Element({commands_ns, "prev"}));
    if (step.may_go_on) actions = std::move(actions).with(xml::Element({commands_ns, "next"}));
    if (step.may_complete) actions = std::move(actions).with(xml::Element({commands_ns, "complete"}));
    return actions;
}

xml::Element answer(const std::string& id, const std::string& node, Language language, std::string_view status) {
    return xml::Element({commands_ns, "command"})
        .with_attribute("node", node)
        .with_attribute("sessionid", id)
        .with_attribute("status", status)
        .with_attribute({xml::xml_ns, std::string_view("lang")}, xmpp::tag_of(language));
}

}  // namespace

StanzaError bad_command(const char* specific, xmpp::Words text) {
    return {Condition::bad_request, std::move(text), ErrorType::modify, xml::Element({commands_ns, specific})};
}

Command with_form(Command command, std::function<DataForm(Language)> form) {
    command.run = [form = std::move(form), act = std::move(command.run)](const CommandCall& call, const CommandReply& reply) {
        if (!call.submitted.empty()) return act(call, reply);
        reply(CommandStep{form(call.language), {}, false, true});
    };
    return command;
}

const Command* Commands::find(std::string_view node) const {
    const auto found = std::ranges::find(commands_, node, &Command::node);
    return found == commands_.end() ? nullptr : &*found;
}

std::vector<DiscoItem> Commands::items(const Asked& asked) const {
    std::vector<DiscoItem> items;
    for (const Command& command : commands_)
        if (command.is_listed && command.may(asked.by.bare())) items.push_back({node_.domain.text(), command.node, command.name.in(asked.language)});
    return items;
}

void Commands::take(const Request& request, const Reply& reply) {
    const xml::Element asked = request.payload();
    const Command* command = find(asked.attribute("node").value_or(""));
    if (command == nullptr) return reply(IqReply::error(Condition::item_not_found));
    if (!command->may(request.iq.from().bare()))
        return reply(IqReply::error(refused(Condition::forbidden, nullptr, {"this is for administrators", "ceci est réservé aux administrateurs"})));
    const auto action = action_of(asked);
    if (!action) return reply(IqReply::error(bad_command("malformed-action")));
    if (!asked.attribute("sessionid")) {
        if (*action != Action::execute) return reply(IqReply::error(bad_command("bad-action")));
        return begin(*command, request, reply);
    }
    const auto session = session_of(request);
    if (!session) return reply(IqReply::error(session.error()));
    go_on(**session, request, reply);
}

void Commands::begin(const Command& command, const Request& request, const Reply& reply) {
    const auto own = std::ranges::count_if(sessions_, [&](const auto& entry) { return entry.second.by.bare() == request.iq.from().bare(); });
    if (static_cast<std::size_t>(own) >= most_sessions_each || sessions_.size() >= most_sessions)
        return reply(IqReply::error({Condition::resource_constraint,
                                     {"too many commands are under way", "trop de commandes sont en cours"}, ErrorType::wait, {}}));
    const std::string id = node_.random.text(24);
    Session& session = sessions_[id];
    session.id = id;
    session.by = request.iq.from();
    session.command = &command;
    session.language = language_of(request);
    run(session, {}, false, reply);
}

// XEP-0050 3.3: a session is good for its requester and its command alone.
base::Result<Commands::Session*, StanzaError> Commands::session_of(const Request& request) {
    const xml::Element asked = request.payload();
    const std::string id(*asked.attribute("sessionid"));
    const auto found = sessions_.find(id);
    const bool has_ended = found == sessions_.end() && std::ranges::find(ended_, id) != ended_.end();
    if (has_ended) return base::Unexpected(refused(Condition::not_allowed, "session-expired", {"this is over", "ceci est terminé"}));
    if (found == sessions_.end() || found->second.by != request.iq.from() || found->second.command->node != asked.attribute("node"))
        return base::Unexpected(bad_command("bad-sessionid"));
    return &found->second;
}

void Commands::go_on(Session& session, const Request& request, const Reply& reply) {
    if (session.is_busy) return reply(IqReply::error(Condition::unexpected_request));
    const xml::Element asked = request.payload();
    Action action = *action_of(asked);
    if (action == Action::cancel) {
        const xml::Element canceled = answer(session.id, session.command->node, session.language, "canceled");
        end(std::string(session.id));
        return reply(IqReply::result(canceled));
    }
    if (action == Action::execute) action = session.step.may_go_on ? Action::next : Action::complete;
    std::vector<DataForm> submitted = session.submitted;
    const bool is_possible = action == Action::prev ? !submitted.empty() : action == Action::next ? session.step.may_go_on : session.step.may_complete;
    if (!is_possible) return reply(IqReply::error(bad_command("bad-action")));
    if (action == Action::prev) {
        submitted.pop_back();
        return run(session, std::move(submitted), false, reply);
    }
    const auto form = submitted_form(session.step, asked);
    if (!form) return reply(IqReply::error(form.error()));
    submitted.push_back(*form);
    run(session, std::move(submitted), action == Action::complete, reply);
}

void Commands::run(Session& session, std::vector<DataForm> submitted, bool completes, const Reply& reply) {
    session.is_busy = true;
    session.timer = nullptr;
    const auto kept = std::make_shared<std::vector<DataForm>>(std::move(submitted));
    const CommandReply done = [this, id = session.id, kept, reply, alive = std::weak_ptr<bool>(alive_)](base::Result<CommandStep, StanzaError> step) {
        if (!alive.expired()) shown(id, std::move(*kept), std::move(step), reply);
    };
    session.command->run({session.by, session.language, *kept, completes}, done);
}

void Commands::shown(const std::string& id, std::vector<DataForm> submitted, base::Result<CommandStep, StanzaError> step, const Reply& reply) {
    Session& session = sessions_.at(id);
    session.is_busy = false;
    if (!step && session.submitted.empty() && !session.step.form) {  // it never showed anything
        end(std::string(id));
        return reply(IqReply::error(step.error()));
    }
    renew(session);
    if (!step) return reply(IqReply::error(step.error()));
    auto command = answer(id, session.command->node, session.language, step->is_last() ? "completed" : "executing");
    if (!step->is_last()) command = std::move(command).with(actions_of(*step, !submitted.empty()));
    if (!step->note.empty())
        command = std::move(command).with(xml::Element({commands_ns, "note"}).with_attribute("type", "info").with_text(step->note.in(session.language)));
    if (step->form) command = std::move(command).with(step->form->to_element());
    session.submitted = std::move(submitted);
    session.step = *std::move(step);
    if (session.step.is_last()) end(std::string(id));
    reply(IqReply::result(command));
}

void Commands::renew(Session& session) {
    session.timer = node_.after(session_time, [this, id = session.id] { end(id); });
}

void Commands::end(const std::string& id) {
    if (ended_.size() >= most_remembered) ended_.pop_front();
    ended_.push_back(id);
    sessions_.erase(id);
}

}  // namespace routing
