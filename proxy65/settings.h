// SPDX-License-Identifier: MIT
// proxy65.conf and the command line, checked whole before anything starts. Every member holds its default.
#pragma once
#include "access.h"
#include "base/organisation.h"
#include "base/settings_section.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace proxy65 {

struct CommandLine {
    std::string config, organisation, data;
    bool help = false;
    bool version = false;
    std::vector<std::string> words; // none: run; "check"; "probe" and a user
};

//   error   a sentence: an unknown option, an option without its value, an unknown command
base::Result<CommandLine, std::string> parse_command_line(const std::vector<std::string>& arguments);

// What --help prints.
extern const char* const usage;

// Limits; 0: none.
struct Limits {
    std::chrono::seconds handshake{15};    // from accept to the end of the SOCKS5 request
    std::chrono::seconds activation{30};   // from there to `activate`
    std::chrono::seconds idle{600};        // without a byte either way
    std::chrono::seconds lifetime{86400};  // of a transfer
    std::chrono::seconds stop{10};         // running transfers may finish after SIGTERM
    std::int64_t waiting = 2000;           // connections without a transfer
    std::int64_t waiting_per_address = 500; // of these, from one address (IPv6: one /64)
    std::int64_t transfers = 0;            // that run; open files bound them as well
    std::int64_t transfers_per_user = 100; // that one bare JID has activated and that run
    std::int64_t transfers_per_address = 0; // that one address takes part in; behind NAT many people are one address
};

// Bytes per second, each way; 0: as fast as it goes.
struct Rates {
    std::int64_t user = 0;  // all transfers that one bare JID has activated
    std::int64_t total = 0; // all transfers
};

struct Settings {
    base::Organisation organisation;
    std::string file; // where they were read; empty: all defaults
    std::string name; // of the component: the organisation's proxy
    std::vector<base::Endpoint> listen_socks = {{"", 7777}};
    std::vector<base::Endpoint> listen_metrics; // loopback only; none by default
    base::Endpoint component_server = {"127.0.0.1", 5347};
    std::string data = "/var/lib/bioaster";
    std::string component_secret_file;      // in the data folder, made by server-core at its first start, unless named
    std::vector<base::Endpoint> addresses;  // told to clients, in this order; port 0: the one listened on
    Access access;
    Limits limits;
    Rates rates;
    std::int64_t threads = 0; // that move bytes; 0: one for each core
    bool core_dumps = false;  // they would hold the secret, and the password of a probe
};

// Reads proxy65.conf and organisation.conf, those the command line names or else those in their places.
//   error   every mistake, by line
base::Result<Settings, std::vector<base::SettingError>> load_settings(const CommandLine& line);

// The text of the secret's file, which nobody else may read, without blanks at its ends; the error is a sentence with its
// remedy.
base::Result<std::string, std::string> read_secret(const std::string& file);

} // namespace proxy65
