// SPDX-License-Identifier: MIT
// Every feature of the server: one function each, one file each.
#pragma once
#include "routing/feature.h"

#include <string>
#include <vector>

namespace modules {

// What the organisation's settings say to features.
struct Choices {
    std::string rooms_host;
    std::string account_pattern;            // regular expression for names made in-band (XEP-0077)
    std::string account_hint;               // "prenom.nom"
    bool registration_open = true;
    std::string version = "0.1.0";
};

// Adds all features, in order.
void add_all(routing::Feature& feature, const Choices& choices);

void add_roster(routing::Feature& feature);
void add_subscriptions(routing::Feature& feature);
void add_presence(routing::Feature& feature);
void add_disco(routing::Feature& feature, const Choices& choices);

}  // namespace modules
