// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/room.h"

#include "base/text.h"
#include "store/fields.h"
#include "xmpp/scram.h"

#include <algorithm>
#include <chrono>

namespace modules::rooms {
namespace {

constexpr std::size_t most_voices = 1000;
constexpr char apart = '\x01';  // what no address has

std::optional<Given> read_invitation(const store::Record& record) {
    const std::size_t end = record.name.find(apart);
    const auto invited = xmpp::parse_jid(record.name.substr(0, end));
    const auto inviter = xmpp::parse_jid(record.value);
    if (end == std::string::npos || !invited || !inviter) return std::nullopt;
    return Given{*invited, *inviter, record.name.substr(end + 1)};
}

std::optional<Subject> read_subject(std::string_view record) {
    const auto fields = store::read_fields(record);
    if (!fields) return std::nullopt;
    Subject subject;
    for (const store::Field& field : *fields) {
        if (field.letter == 's') {
            const auto milliseconds = store::read_number(field.value);
            if (!milliseconds) return std::nullopt;
            subject.stamp = store::Time(std::chrono::milliseconds(*milliseconds));
        }
        if (field.letter == 'm') subject.stanza = field.value;
    }
    return subject;
}

}  // namespace

std::string Room::occupant_id(const xmpp::Jid& user) const {
    return base::base64_encode(xmpp::hmac(xmpp::ScramHash::sha256, key, user.bare_text()));
}

Role Room::first_role(Affiliation affiliation) const {
    if (affiliation >= Affiliation::admin) return Role::moderator;
    if (affiliation == Affiliation::member || !config.is_moderated) return Role::participant;
    return Role::visitor;
}

Role Room::role_on_entry(const xmpp::Jid& user) const {
    const Affiliation affiliation = affiliation_of(user);
    const auto voice = voices.find(user.bare_text());
    const bool is_ours = affiliation < Affiliation::admin && voice != voices.end();
    return is_ours ? voice->second : first_role(affiliation);
}

bool Room::remembers_voice(const Occupant& occupant, Role role) const {
    if (role != Role::visitor && role != Role::participant) return false;
    return voices.size() < most_voices || voices.contains(occupant.user.text());
}

bool Room::shows_addresses_to(const Occupant& occupant) const {
    return config.is_non_anonymous || occupant.role == Role::moderator;
}

bool Room::is_moderator(const xmpp::Jid& user) const {
    return affiliation_of(user) >= Affiliation::admin || occupants.strongest_role(user) == Role::moderator;
}

std::uint64_t Room::next_entry_id(store::Time now, std::uint64_t above) {
    const auto since_epoch = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
    last_entry_id = std::max(last_entry_id + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(since_epoch, 0))) + above;
    return last_entry_id;
}

store::Operation to_operation(const xmpp::Jid& room, const Subject& subject) {
    const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(subject.stamp.time_since_epoch());
    store::FieldWriter fields;
    fields.add_number('s', static_cast<std::uint64_t>(std::max<std::int64_t>(since_epoch.count(), 0)));
    fields.add('m', subject.stanza);
    return store::Put{room.text(), {room_drawer, subject_record, std::move(fields).take()}};
}

store::Operation key_operation(const Room& room) {
    return store::Put{room.jid.text(), {room_drawer, key_record, base::base64_encode(room.key)}};
}

store::Operation voice_operation(const xmpp::Jid& room, const std::string& bare, Role role) {
    return store::Put{room.text(), {voice_drawer, bare, std::string(to_string(role))}};
}

store::Put invitation_operation(const xmpp::Jid& room, const Given& given) {
    return {room.text(), {invited_drawer, given.invited.text() + apart + given.shown, given.inviter.text()}};
}

store::Operation without_invitation(const xmpp::Jid& room, const Given& given) {
    return store::Erase{room.text(), invited_drawer, given.invited.text() + apart + given.shown};
}

store::Batch everything(const Room& room, const Config& config) {
    store::Batch batch{store::Put{room.jid.text(), {room_drawer, config_record, to_record(config)}}};
    batch.push_back(key_operation(room));
    if (!room.maker.empty()) batch.push_back(store::Put{room.jid.text(), {room_drawer, maker_record, room.maker}});
    for (const auto& [bare, standing] : room.affiliations.all()) batch.push_back(to_operation(room.jid, bare, standing));
    for (const auto& [bare, role] : room.voices) batch.push_back(voice_operation(room.jid, bare, role));
    for (const Given& given : room.invitations) batch.emplace_back(invitation_operation(room.jid, given));
    if (room.subject) batch.push_back(to_operation(room.jid, *room.subject));
    if (!room.card.text.empty()) batch.push_back(store::Put{room.jid.text(), {room_drawer, card_record, room.card.text}});
    return batch;
}

bool take_records(Room& room, const store::Loaded& loaded) {
    std::optional<Config> config;
    Affiliations affiliations;
    std::optional<Subject> subject;
    Card card;
    std::map<std::string, Role, std::less<>> voices;
    std::deque<Given> invitations;
    for (const store::Record& record : loaded.records) {
        if (record.drawer == affiliation_drawer) {
            if (!affiliations.take_record(record)) return false;  // who is banned must not be guessed
        } else if (record.drawer == voice_drawer) {
            voices.emplace(record.name, parse_role(record.value).value_or(Role::visitor));
        } else if (record.drawer == invited_drawer) {
            if (auto given = read_invitation(record)) invitations.push_back(*std::move(given));
        } else if (record.name == config_record) {
            config = read_config(record.value);
        } else if (record.name == subject_record) {
            subject = read_subject(record.value);
        } else if (record.name == card_record) {
            card = read_card(record.value);
        } else if (record.name == key_record) {
            room.key = base::base64_decode(record.value).value_or(room.key);
        } else if (record.name == maker_record) {
            room.maker = record.value;
        }
    }
    if (!config) return false;
    room.config = std::move(*config);
    room.affiliations = std::move(affiliations);
    room.subject = std::move(subject);
    room.card = std::move(card);
    room.voices = std::move(voices);
    room.invitations = std::move(invitations);
    room.last_entry_id = std::max(room.last_entry_id, loaded.last_entry_id);
    return true;
}

}  // namespace modules::rooms
