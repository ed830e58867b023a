// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/voice.h"

#include "modules/xep_0045_rooms/lists.h"
#include "xmpp/namespaces.h"

#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::DataForm, xmpp::Message;

constexpr std::string_view request_form = "http://jabber.org/protocol/muc#request";
constexpr const char* role_var = "muc#role";
constexpr const char* jid_var = "muc#jid";
constexpr const char* nick_var = "muc#roomnick";
constexpr const char* allow_var = "muc#request_allow";

void ask_moderators(const Service& service, const Room& room, const Occupant& visitor, const Message& request) {
    const auto say = [language = request.language()](const Sentence& sentence) { return sentence.in(language); };
    DataForm form(DataForm::form, request_form);
    form.title(say({"Voice request", "Demande de parole"}));
    form.instructions(say({"To approve this request for voice, tick the box and submit the form.",
                           "Pour donner la parole, cochez la case et envoyez le formulaire."}));
    form.add({role_var, "list-single", say({"Requested role", "Rôle demandé"}), {std::string(to_string(Role::participant))}, {}, false});
    form.add({jid_var, "jid-single", say({"User", "Utilisateur"}), {request.from().text()}, {}, false});
    form.add({nick_var, "text-single", say({"Nick", "Pseudonyme"}), {std::string(visitor.nick())}, {}, false});
    form.add({allow_var, "boolean", say({"Grant voice to this person?", "Donner la parole à cette personne ?"}), {"0"}, {}, false});
    const Message asked(room.jid, {}, Message::normal, form.to_element());
    for (const auto& occupant : room.occupants.all()) {
        if (occupant->role != Role::moderator) continue;
        for (const Client& moderator : occupant->clients) service.send(asked.addressed(room.jid, moderator.jid));
    }
}

// The visitor may have left or got another nick meanwhile; then there is nobody to give voice to.
void approve(Service& service, Room& room, const Message& message, const Occupant& moderator, const DataForm& form) {
    if (form.boolean(allow_var) != true) return;
    Occupant* visitor = room.occupants.with_nick(form.value(nick_var).value_or(""));
    if (!visitor || visitor->role != Role::visitor) return;
    const auto user = xmpp::parse_jid(form.value(jid_var).value_or(""));
    if (user && user->bare() != visitor->user) return;  // somebody else took the nick
    const std::vector<RoleChange> changes{{visitor, Role::participant, {}}};
    service.change(room, message, to_batch(room, changes), [&service, changes, actor = std::string(moderator.nick())](Room& now) {
        Outcome outcome;
        take_changes(now, changes, actor, outcome);
        carry_out(service, now, outcome, [] {});
    });
}

}  // namespace

std::optional<DataForm> voice_form(const Message& message) {
    const auto x = message.child({xmpp::ns::data_form, "x"});
    auto form = x ? xmpp::parse_form(*x) : std::nullopt;
    return form && form->form_type() == request_form ? form : std::nullopt;
}

void take_voice_form(Service& service, Room& room, const Message& message, const DataForm& form) {
    const Occupant* sender = room.occupants.of_client(message.from());
    if (!sender) return service.refuse(message, Condition::not_acceptable, words::not_inside);
    if (form.type() == DataForm::cancel) return;
    if (form.field(allow_var)) {
        if (sender->role != Role::moderator) return service.refuse(message, Condition::forbidden, {"only moderators give voice", "seuls les modérateurs donnent la parole"});
        return approve(service, room, message, *sender, form);
    }
    if (form.value(role_var) != "participant") return service.refuse(message, Condition::bad_request, {"no role that is asked for", "aucun rôle n'est demandé"});
    if (sender->role != Role::visitor) return service.refuse(message, Condition::not_acceptable, {"you have voice already", "vous avez déjà la parole"});
    ask_moderators(service, room, *sender, message);
}

}  // namespace modules::rooms
