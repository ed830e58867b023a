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

void Room::remember_voice(const Occupant& occupant) {
    if (occupant.role != Role::visitor && occupant.role != Role::participant) return;
    if (voices.size() >= most_voices && !voices.contains(occupant.user.text())) return;
    voices.insert_or_assign(occupant.user.text(), occupant.role);
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

store::Batch everything(const Room& room, const Config& config) {
    store::Batch batch{store::Put{room.jid.text(), {room_drawer, config_record, to_record(config)}}};
    batch.push_back(key_operation(room));
    for (const auto& [bare, standing] : room.affiliations.all()) batch.push_back(to_operation(room.jid, bare, standing));
    if (room.subject) batch.push_back(to_operation(room.jid, *room.subject));
    if (!room.card.text.empty()) batch.push_back(store::Put{room.jid.text(), {room_drawer, card_record, room.card.text}});
    return batch;
}

bool take_records(Room& room, const store::Loaded& loaded) {
    std::optional<Config> config;
    Affiliations affiliations;
    std::optional<Subject> subject;
    Card card;
    for (const store::Record& record : loaded.records) {
        if (record.drawer == affiliation_drawer) {
            if (!affiliations.take_record(record)) return false;  // who is banned must not be guessed
        } else if (record.name == config_record) {
            config = read_config(record.value);
        } else if (record.name == subject_record) {
            subject = read_subject(record.value);
        } else if (record.name == card_record) {
            card = read_card(record.value);
        } else if (record.name == key_record) {
            room.key = base::base64_decode(record.value).value_or(room.key);
        }
    }
    if (!config) return false;
    room.config = std::move(*config);
    room.affiliations = std::move(affiliations);
    room.subject = std::move(subject);
    room.card = std::move(card);
    room.last_entry_id = std::max(room.last_entry_id, loaded.last_entry_id);
    return true;
}

}  // namespace modules::rooms
