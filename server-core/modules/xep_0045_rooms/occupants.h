// SPDX-License-Identifier: MIT
// Who is in a room: nicks, and the clients behind each. Memory only: clients announce themselves again.
#pragma once
#include "modules/xep_0045_rooms/muc.h"
#include "routing/users.h"
#include "xml/element.h"
#include "xmpp/jid.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modules::rooms {

struct Client {
    xmpp::Jid jid;
    xml::Element presence;   // as sent, without what only the room may say; kept parsed, since each entry sends it on
    std::uint32_t tag = 0;   // names the client in ids of relayed IQs without telling its address
    std::optional<std::chrono::steady_clock::time_point> asked_at{};  // whether it is still there, and no answer yet
};

// One nick; several clients of one user may share it (XEP-0045 7.2.8).
struct Occupant {
    xmpp::Jid jid;   // room@host/nick
    xmpp::Jid user;  // the real bare JID
    std::string id;  // XEP-0421: the same for this user at every visit
    Role role = Role::none;
    bool is_announced = false;  // the others see it (XEP-0045 7.2.2, muc#roomconfig_presencebroadcast)
    std::vector<Client> clients;  // never empty; the first one's presence is what others see

    std::string_view nick() const { return jid.resource(); }
    const Client& shown() const { return clients.front(); }
    Client* client(const xmpp::Jid& full);
    Client* client_tagged(std::uint32_t tag);
};

class Occupants {
public:
    using List = std::vector<std::unique_ptr<Occupant>>;

    const List& all() const { return all_; }  // in the order they came
    bool empty() const { return all_.empty(); }
    std::size_t client_count() const { return by_client_.size(); }

    Occupant* with_nick(std::string_view nick) const;
    Occupant* of_client(const xmpp::Jid& full) const;
    // The strongest role that any client of this user has.
    Role strongest_role(std::string_view bare) const;
    Role strongest_role(const xmpp::Jid& user) const { return strongest_role(user.bare_text()); }

    Occupant& add(xmpp::Jid occupant_jid, xmpp::Jid user);
    // The presence becomes the one that others see.
    Client& add_client(Occupant& occupant, const xmpp::Jid& full, xml::Element presence);
    void show(Occupant& occupant, const xmpp::Jid& full, xml::Element presence);
    void remove_client(Occupant& occupant, const xmpp::Jid& full);
    void rename(Occupant& occupant, xmpp::Jid occupant_jid);
    // Takes the occupant out, whole.
    std::unique_ptr<Occupant> take(Occupant& occupant);

private:
    List all_;
    routing::ByText<Occupant*> by_nick_;
    routing::ByText<Occupant*> by_client_;
    std::uint32_t last_tag_ = 0;
};

}  // namespace modules::rooms
