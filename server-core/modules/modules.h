// SPDX-License-Identifier: MIT
// Every feature of the server: one function each, one file each.
#pragma once
#include "base/settings_section.h"
#include "routing/feature.h"
#include "xmpp/external_service.h"

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace modules {

// STUN and TURN servers (XEP-0215).
struct ExternalServices {
    std::vector<xmpp::ExternalService> offered;
    std::string turn_secret;  // empty: TURN is told without credentials
    std::chrono::seconds credentials_last = std::chrono::hours(12);
};

// Who is found by a search (XEP-0055): who has put a name into a vCard, every account, nobody.
enum class Search { opt_in, all, off };

// What the organisation's settings say to features.
struct Choices {
    std::string rooms_host;
    base::Pattern account_pattern;          // names that may be made in-band (XEP-0077)
    std::string account_hint;               // "prenom.nom"
    bool registration_open = true;
    std::string version = "0.1.0";
    // XEP-0157: "abuse-addresses" and the like, each with its URIs.
    std::vector<std::pair<std::string, std::vector<std::string>>> contacts = {};
    ExternalServices external = {};
    std::vector<xmpp::Jid> administrators = {};  // bare
    xmpp::Words welcome = {};                     // said at an account's first login; empty: nothing
    std::function<void()> stop = {};              // ends the server; empty: nobody may
    std::size_t archive_days = 0;           // how long messages stay in the archives; 0: for ever
    std::string staff_group = {};           // the roster group of all accounts; empty: none
    Search search = Search::opt_in;
    std::vector<xmpp::Jid> everyones_rooms = {};  // bookmarked for every account
    std::string organisation_name = {};     // as people know it; empty: the domain
};

// Adds all features, in order.
void add_all(routing::Feature& feature, const Choices& choices);
// The same without the one of that file: for the test that each of them is missed.
void add_all_but(std::string_view file, routing::Feature& feature, const Choices& choices);

void add_roster(routing::Feature& feature);
void add_subscriptions(routing::Feature& feature);
void add_presence(routing::Feature& feature);
void add_disco(routing::Feature& feature, const Choices& choices);
void add_administration(routing::Feature& feature, const Choices& choices);
void add_commands(routing::Feature& feature);
void add_capabilities(routing::Feature& feature);
void add_contact_addresses(routing::Feature& feature, const Choices& choices);
void add_external_services(routing::Feature& feature, const Choices& choices);
void add_rooms(routing::Feature& feature, const Choices& choices);
void add_pubsub(routing::Feature& feature);
void add_pep(routing::Feature& feature);
void add_bookmarks(routing::Feature& feature);
void add_avatar_conversion(routing::Feature& feature);
void add_vcard4(routing::Feature& feature);
void add_messages(routing::Feature& feature);
void add_session(routing::Feature& feature);
void add_last_activity(routing::Feature& feature);
void add_private_storage(routing::Feature& feature);
void add_vcard(routing::Feature& feature, const Choices& choices);
void add_registration(routing::Feature& feature);
void add_retraction(routing::Feature& feature);
void add_staff_group(routing::Feature& feature, const Choices& choices);
void add_everyones_rooms(routing::Feature& feature, const Choices& choices);
void add_search(routing::Feature& feature, const Choices& choices);
void add_blocking(routing::Feature& feature);
void add_version(routing::Feature& feature, const Choices& choices);
void add_archive(routing::Feature& feature, const Choices& choices);
void add_carbons(routing::Feature& feature);
void add_ping(routing::Feature& feature);
void add_time(routing::Feature& feature);

}  // namespace modules
