// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/affiliations.h"

#include "store/fields.h"

#include <algorithm>
#include <utility>

namespace modules::rooms {

Affiliation Affiliations::of(const xmpp::Jid& user) const {
    auto found = all_.find(user.bare_text());
    if (found == all_.end()) found = all_.find(user.domain());
    return found == all_.end() ? Affiliation::none : found->second.affiliation;
}

const Standing* Affiliations::find(std::string_view bare) const {
    const auto found = all_.find(bare);
    return found == all_.end() ? nullptr : &found->second;
}

void Affiliations::set(const std::string& bare, Standing standing) {
    if (standing.affiliation == Affiliation::none)
        all_.erase(bare);
    else
        all_.insert_or_assign(bare, std::move(standing));
}

std::string_view Affiliations::reserved_for(std::string_view nick) const {
    if (nick.empty()) return {};
    for (const auto& [bare, standing] : all_)
        if (standing.nick == nick) return bare;
    return {};
}

bool Affiliations::has_owner() const {
    return std::ranges::any_of(all_, [](const auto& one) { return one.second.affiliation == Affiliation::owner; });
}

bool Affiliations::take_record(const store::Record& record) {
    const auto fields = store::read_fields(record.value);
    if (!fields) return false;
    Standing standing;
    for (const store::Field& field : *fields) {
        if (field.letter == 'a') {
            const auto affiliation = parse_affiliation(field.value);
            if (!affiliation) return false;
            standing.affiliation = *affiliation;
        }
        if (field.letter == 'n') standing.nick = field.value;
        if (field.letter == 'r') standing.reason = field.value;
    }
    set(record.name, std::move(standing));
    return true;
}

store::Operation to_operation(const xmpp::Jid& room, const std::string& bare, const Standing& standing) {
    if (standing.affiliation == Affiliation::none) return store::Erase{room.text(), affiliation_drawer, bare};
    store::FieldWriter fields;
    fields.add('a', to_string(standing.affiliation));
    if (!standing.nick.empty()) fields.add('n', standing.nick);
    if (!standing.reason.empty()) fields.add('r', standing.reason);
    return store::Put{room.text(), {affiliation_drawer, bare, std::move(fields).take()}};
}

}  // namespace modules::rooms
