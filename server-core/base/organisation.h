// SPDX-License-Identifier: MIT
// organisation.conf: what clients may know, read by server-core, proxy65 and the plugin alike.
// GLib only, and only what GLib 2.28 has: the plugin compiles this file too.
#pragma once
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace base {

// One setting that cannot be used: what an administrator reads. `line` counts from 1; 0 when the file as a whole is meant.
struct SettingError {
    std::string file;
    int line = 0;
    std::string key;
    std::string expected;  // "a port, 1 to 65535"
    std::string remedy;    // "write port=5222 or remove the line"

    // "FILE:LINE: key: expected ...; remedy"
    std::string text() const;
};

// Every member has BIOASTER's value as built-in default; the file may override each.
struct Organisation {
    std::string name = "BIOASTER";
    std::string domain = "bioaster.org";
    std::string connect_server = "ccbioappl01.in2p3.fr";
    std::uint16_t port = 5222;
    std::string proxy = "proxy.bioaster.org";  // empty: none
    std::string rooms = "conference.bioaster.org";
    std::string account_name = "prenom.nom";
    std::string help_contact;             // whom users ask, in a few words; empty: nobody is named
    std::vector<std::string> trust_ca;    // certificates as DER, from a PEM or DER file or a base64: value
    std::vector<std::string> trust_pins;  // SHA-256 of SubjectPublicKeyInfo, 32 bytes each
    std::string file;                     // where it was read; empty: built-in
};

// Reads `file` whole; the first mistake ends it.
//   error   unreadable file, key outside [organisation], unknown key, bad value; trust-ca is read relative to `file`
Result<Organisation, SettingError> load_organisation(const std::string& file);

// Parses text as organisation.conf; `file` names it in errors and is what trust-ca is relative to.
Result<Organisation, SettingError> parse_organisation(const std::string& text, const std::string& file);

// The first of: `named` (when not empty; it must then exist), $XDG_CONFIG_HOME/bioaster/organisation.conf,
// `everyones`, the file for all users of the machine, the built-in values.
Result<Organisation, SettingError> find_organisation(const std::string& named,
                                                     const std::string& everyones = "/etc/bioaster/organisation.conf");

}  // namespace base
