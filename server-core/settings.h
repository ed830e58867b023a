// SPDX-License-Identifier: MIT
// server-core.conf and the command line, checked whole before anything starts. Every member holds its default.
#pragma once
#include "base/organisation.h"
#include "base/settings_section.h"
#include "routing/node.h"
#include "xmpp/external_service.h"
#include "xmpp/jid.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

// What stands behind `server-core`: options, and the words of a command (none: run the server).
struct CommandLine {
    std::string config, organisation, data;
    bool help = false;
    bool version = false;
    bool json = false;
    std::vector<std::string> words;
};

//   error   a sentence: an unknown option, an option without its value
base::Result<CommandLine, std::string> parse_command_line(const std::vector<std::string>& arguments);

// What --help prints.
extern const char* const usage;

enum class Registration { open, closed };
// Who is found by a search: who has a name in his vCard, every account, nobody.
enum class Searches { opt_in, all, off };

// Limits on streams; 0: none.
struct StreamLimits {
    std::size_t stanza_bytes = 512 * 1024; // a picture of 300 kB in base64
    std::size_t login_stanza_bytes = 16 * 1024; // before login
    std::size_t stanza_depth = 100;
    std::size_t start_tag_bytes = 8 * 1024; // with all its attributes
    std::size_t children = 10000; // elements and pieces of text in one stanza
    std::chrono::seconds handshake{60}; // until TLS stands, or a component has proved itself
    std::chrono::seconds login{120}; // people read certificate dialogs
    std::chrono::seconds ping{300}; // of silence, then the client is asked whether it is there; 0: never
    std::size_t connections = 18000;
    std::size_t connections_per_address = 2000; // an organisation may sit behind one address
    std::size_t strangers = 10000; // not logged in
    std::size_t strangers_per_address = 1000;
    std::size_t components = 100;
    std::size_t login_queue_bytes = 256 * 1024; // of answers that a stranger has not read
    std::size_t login_attempts = 8;             // on one stream
    std::size_t wrong_passwords = 3;            // of these
    std::size_t registrations_per_hour = 60;    // from one address
};

struct Settings {
    base::Organisation organisation;
    std::string file; // where they were read; empty: all defaults
    std::vector<base::Endpoint> listen = {{"", 5222}};
    std::vector<base::Endpoint> listen_tls = {{"", 5223}};
    std::vector<base::Endpoint> listen_component = {{"127.0.0.1", 5347}};
    std::string data = "/var/lib/bioaster";
    std::string component_secret_file; // these three: in the data folder, made at the first start, unless named
    std::string certificate;
    std::string key;
    std::vector<xmpp::Jid> administrators;
    // XEP-0157: the keys that are set, each with its URIs; admin-addresses are the administrators' unless set.
    std::vector<std::pair<std::string, std::vector<std::string>>> contacts;
    std::vector<xmpp::ExternalService> external_services;
    std::string turn_secret_file; // what TURN shares with us; empty: nothing
    std::chrono::seconds turn_credentials_last = std::chrono::hours(12);
    std::string welcome, welcome_french; // said at an account's first login; empty: nothing, or the other
    Registration registration = Registration::open;
    std::string staff_group; // the roster group that shows all accounts to each other; empty: none
    Searches search = Searches::opt_in;
    std::vector<xmpp::Jid> everyones_rooms; // bookmarked for every account
    // For in-band registration only. "prenom.nom": two words of lower-case letters and hyphens, one dot between them.
    base::Pattern account_pattern = base::Pattern::compile("[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*").value();
    bool channel_binding = false; // offer SCRAM-...-PLUS: see docs/decisions/0004
    std::size_t archive_days = 0; // how long messages stay in the archives (XEP-0313); 0: for ever
    bool compression = true;      // offer zlib (XEP-0138)
    bool client_state = true;     // hold back what inactive clients need not hear (XEP-0352)
    unsigned scram_iterations = store::usual_scram_iterations; // of PBKDF2, for keys made from now on
    bool core_dumps = false;      // they would hold keys and messages
    StreamLimits stream_limits;
    routing::Limits limits;
};

// Reads server-core.conf and organisation.conf, those the command line names or else those in their places.
//   error   every mistake, by line
base::Result<Settings, std::vector<base::SettingError>> load_settings(const CommandLine& line);
