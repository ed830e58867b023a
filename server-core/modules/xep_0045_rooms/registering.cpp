// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/registering.h"

#include "modules/xep_0045_rooms/inviting.h"
#include "modules/xep_0045_rooms/lists.h"
#include "xmpp/namespaces.h"

#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::DataForm, xmpp::Iq, xmpp::Message, xmpp::ns::registration;

constexpr const char* nick_var = "muc#register_roomnick";
constexpr const char* allow_var = "muc#register_allow";
constexpr const char* jid_var = "muc#jid";
constexpr std::size_t most_asked_about = 100;
constexpr unsigned most_times_asked = 3;  // while nobody answers
constexpr Sentence nick_label = {"Nick", "Pseudonyme"};

xml::Element query() { return xml::Element({registration, "query"}); }

DataForm form_to_fill_in(const std::string& nick, xmpp::Language language) {
    DataForm form(DataForm::form, register_form);
    form.title(Sentence{"Registration with the room", "Inscription dans le salon"}.in(language));
    form.instructions(Sentence{"The nick will be yours in this room.", "Ce pseudonyme sera le vôtre dans ce salon."}.in(language));
    form.add({nick_var, "text-single", nick_label.in(language), {nick}, {}, true});
    return form;
}

// XEP-0045 7.10: what is registered, or what is needed; XEP-0077 3.1.1 wants both where something may be changed.
xml::Element requirements(const Room& room, const Iq& iq) {
    const Standing* standing = room.affiliations.find(iq.from().bare_text());
    const std::string nick = standing ? standing->nick : std::string();
    auto answer = query();
    if (!nick.empty()) answer = answer.with(xml::Element({registration, "registered"})).with(xml::Element({registration, "username"}).with_text(nick));
    return answer.with(form_to_fill_in(nick, iq.language()).to_element());
}

bool is_anothers(const Room& room, std::string_view nick, std::string_view bare) {
    const auto reserved_for = room.affiliations.reserved_for(nick);
    const Occupant* holder = room.occupants.with_nick(nick);
    return (!reserved_for.empty() && reserved_for != bare) || (holder && holder->user.text() != bare);
}

// XEP-0045 9.9: to the admins and owners, wherever they are.
void ask_admins(const Service& service, const Room& room, const Iq& iq, const std::string& nick) {
    const auto say = [language = iq.language()](const Sentence& sentence) { return sentence.in(language); };
    DataForm form(DataForm::form, register_form);
    form.title(say({"Registration request", "Demande d'inscription"}));
    form.instructions(say({"To approve this request, tick the box and submit the form.",
                           "Pour accepter cette demande, cochez la case et envoyez le formulaire."}));
    form.add({jid_var, "jid-single", say({"User", "Utilisateur"}), {std::string(iq.from().bare_text())}, {}, false});
    form.add({nick_var, "text-single", say(nick_label), {nick}, {}, false});
    form.add({allow_var, "boolean", say({"Allow this person to register with the room?", "Permettre à cette personne de s'inscrire ?"}), {"0"}, {}, false});
    const Message asked(room.jid, {}, Message::normal, form.to_element());
    for (const auto& [bare, standing] : room.affiliations.all()) {
        if (standing.affiliation < Affiliation::admin) continue;
        if (const auto admin = xmpp::parse_jid(bare)) service.send(asked.addressed(room.jid, *admin));
    }
}

void change_standing(Service& service, Room& room, const xmpp::AnyStanza& origin, const AffiliationChange& change,
                     std::function<void(Room&)> then) {
    const std::vector<AffiliationChange> changes{change};
    service.change(room, origin, to_batch(room, changes), [&service, changes, then = std::move(then)](Room& now) {
        now.asked_about.erase(changes.front().bare);
        const Outcome outcome = take_changes(now, changes, {});
        carry_out(service, now, outcome, [&] { then(now); });
    });
}

// Who speaks only as a member, or enters only as one, cannot make himself one.
bool needs_approval(const Room& room, Affiliation affiliation) {
    return affiliation == Affiliation::none && (room.config.is_members_only || room.config.is_moderated);
}

void register_nick(Service& service, Room& room, const Iq& iq, const std::string& nick) {
    const std::string bare(iq.from().bare_text());
    if (is_anothers(room, nick, bare)) return service.refuse(iq, Condition::conflict, words::nick_taken);
    const Affiliation affiliation = room.affiliation_of(iq.from());
    const auto reply = [&service, iq](Room&) { service.send(xmpp::result_reply(iq)); };
    if (needs_approval(room, affiliation)) {
        if (room.asked_about.size() >= most_asked_about && !room.asked_about.contains(bare))
            return service.refuse(iq, Condition::resource_constraint,
                                  {"too many requests wait for an answer", "trop de demandes attendent une réponse"}, xmpp::ErrorType::wait);
        Asked& asked = room.asked_about[bare];
        if (asked.nick == nick) return reply(room);
        if (asked.times >= most_times_asked)
            return service.refuse(iq, Condition::resource_constraint, {"your request waits for an answer", "votre demande attend une réponse"}, xmpp::ErrorType::wait);
        asked = {nick, asked.times + 1};
        ask_admins(service, room, iq, nick);
        return reply(room);
    }
    if (const auto error = reason_against(service, room, {bare, {Affiliation::member, nick, {}}, {}}))
        return service.refuse(iq, error->condition, error->text, error->type);
    change_standing(service, room, iq, {bare, {std::max(affiliation, Affiliation::member), nick, {}}, {}}, reply);
}

// XEP-0077 3.2. Admins and owners stay what they are.
void unregister(Service& service, Room& room, const Iq& iq) {
    const Standing* standing = room.affiliations.find(iq.from().bare_text());
    if (!standing) return service.refuse(iq, Condition::registration_required);
    const Affiliation now = standing->affiliation == Affiliation::member ? Affiliation::none : standing->affiliation;
    change_standing(service, room, iq, {std::string(iq.from().bare_text()), {now, {}, {}}, {}},
                    [&service, iq](Room&) { service.send(xmpp::result_reply(iq)); });
}

}  // namespace

void take_registration(Service& service, Room& room, const Iq& iq) {
    if (room.affiliation_of(iq.from()) == Affiliation::outcast)
        return service.refuse(iq, Condition::not_allowed, {"you are banned from this room", "vous êtes exclu de ce salon"});
    if (iq.type() == Iq::get) return service.send(xmpp::result_reply(iq, requirements(room, iq)));
    const xml::Element wanted = *iq.payload();
    if (wanted.has_child({registration, "remove"})) return unregister(service, room, iq);
    const auto x = wanted.child({xmpp::ns::data_form, "x"});
    const auto form = x ? xmpp::parse_form(*x) : std::nullopt;
    if (form && form->type() == DataForm::cancel) return service.send(xmpp::result_reply(iq));
    const bool is_ours = form && form->type() == DataForm::submit && form->form_type() == register_form;
    const auto nick = is_ours ? xmpp::prepare_resource(form->value(nick_var).value_or("")) : std::nullopt;
    if (!nick || nick->find_first_not_of(' ') == std::string::npos)
        return service.refuse(iq, Condition::bad_request, {"a form with a nick is needed", "il faut un formulaire avec un pseudonyme"});
    register_nick(service, room, iq, *nick);
}

std::optional<DataForm> approval_form(const Message& message) {
    const auto x = message.child({xmpp::ns::data_form, "x"});
    auto form = x ? xmpp::parse_form(*x) : std::nullopt;
    return form && form->form_type() == register_form ? form : std::nullopt;
}

void take_approval(Service& service, Room& room, const Message& message, const DataForm& form) {
    if (room.affiliation_of(message.from()) < Affiliation::admin)
        return service.refuse(message, Condition::forbidden, {"only admins approve this", "réservé aux administrateurs"});
    if (form.type() != DataForm::submit) return;
    const auto user = xmpp::parse_jid(form.value(jid_var).value_or(""));
    const auto nick = xmpp::prepare_resource(form.value(nick_var).value_or(""));
    if (!user || !user->has_local() || !nick) return service.refuse(message, Condition::bad_request);
    const std::string bare(user->bare_text());
    if (form.boolean(allow_var) != true) {
        room.asked_about.erase(bare);
        return;
    }
    if (room.affiliation_of(*user) != Affiliation::none) return;  // another admin was faster
    if (is_anothers(room, *nick, bare)) return service.refuse(message, Condition::conflict, words::nick_taken);
    const AffiliationChange change{bare, {Affiliation::member, *nick, {}}, {}};
    if (const auto error = reason_against(service, room, change)) return service.refuse(message, error->condition, error->text, error->type);
    change_standing(service, room, message, change, [&service, message, user = user->bare()](Room& now) {
        if (now.config.is_members_only) send_invitation(service, now, user, message.from(), xml::Element({user_ns, "invite"}));
    });
}

}  // namespace modules::rooms
