// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/occupants.h"

#include <algorithm>
#include <utility>

namespace modules::rooms {
namespace {

Occupant* at(const routing::ByText<Occupant*>& map, std::string_view key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : found->second;
}

}  // namespace

Client* Occupant::client(const xmpp::Jid& full) {
    const auto found = std::ranges::find(clients, full, &Client::jid);
    return found == clients.end() ? nullptr : &*found;
}

Client* Occupant::client_tagged(std::uint32_t tag) {
    const auto found = std::ranges::find(clients, tag, &Client::tag);
    return found == clients.end() ? nullptr : &*found;
}

Occupant* Occupants::with_nick(std::string_view nick) const {
    return at(by_nick_, nick);
}

Occupant* Occupants::of_client(const xmpp::Jid& full) const {
    return at(by_client_, full.text());
}

Role Occupants::strongest_role(std::string_view bare) const {
    Role strongest = Role::none;
    for (const auto& occupant : all_)
        if (occupant->user.text() == bare) strongest = std::max(strongest, occupant->role);
    return strongest;
}

Occupant& Occupants::add(xmpp::Jid occupant_jid, xmpp::Jid user) {
    all_.push_back(std::make_unique<Occupant>());
    Occupant& added = *all_.back();
    added.jid = std::move(occupant_jid);
    added.user = std::move(user);
    by_nick_.insert_or_assign(std::string(added.nick()), &added);
    return added;
}

Client& Occupants::add_client(Occupant& occupant, const xmpp::Jid& full, xml::Element presence) {
    by_client_.insert_or_assign(full.text(), &occupant);
    return *occupant.clients.insert(occupant.clients.begin(), Client{full, std::move(presence), ++last_tag_, {}});
}

void Occupants::show(Occupant& occupant, const xmpp::Jid& full, xml::Element presence) {
    const auto found = std::ranges::find(occupant.clients, full, &Client::jid);
    found->presence = std::move(presence);
    std::rotate(occupant.clients.begin(), found, found + 1);
}

void Occupants::remove_client(Occupant& occupant, const xmpp::Jid& full) {
    by_client_.erase(full.text());
    std::erase_if(occupant.clients, [&](const Client& client) { return client.jid == full; });
}

void Occupants::rename(Occupant& occupant, xmpp::Jid occupant_jid) {
    by_nick_.erase(std::string(occupant.nick()));
    occupant.jid = std::move(occupant_jid);
    by_nick_.insert_or_assign(std::string(occupant.nick()), &occupant);
}

std::unique_ptr<Occupant> Occupants::take(Occupant& occupant) {
    for (const Client& client : occupant.clients) by_client_.erase(client.jid.text());
    by_nick_.erase(std::string(occupant.nick()));
    const auto found = std::ranges::find(all_, &occupant, &std::unique_ptr<Occupant>::get);
    auto taken = std::move(*found);
    all_.erase(found);
    return taken;
}

}  // namespace modules::rooms
