// SPDX-License-Identifier: MIT
// What the administrator's commands know of this installation, and where its files are.
#pragma once
#include "base/organisation.h"
#include "base/settings_section.h"
#include "store/accounts.h"

#include <string>
#include <vector>

namespace admin {

struct Deployment {
    base::Organisation organisation;
    std::string settings_file; // empty: all defaults
    std::string data;
    std::string certificate;
    std::string key;
    std::string component_secret_file;
    std::vector<base::Endpoint> listen;
    unsigned scram_iterations = store::usual_scram_iterations;

    std::string scram_secret_file() const { return data + "/scram-secret"; }
    std::string store_file() const { return data + "/store.sqlite"; }
    std::string deliveries_file() const { return data + "/deliveries"; }  // what kill -9 must not make come again
    std::string lock_file() const { return data + "/lock"; }
    std::string backup_lock_file() const { return data + "/backup.lock"; }
    std::string backup_copy() const { return data + "/backup.copy"; }   // while a backup is made
    std::string restored_folder() const { return data + "/restored"; }  // while a restored store is put in its place
    std::string control_socket() const { return data + "/control"; }
    std::string ports_file() const { return data + "/ports"; }
    std::string authority_file() const { return data + "/authority.pem"; }
    std::string authority_key_file() const { return data + "/authority-key.pem"; }
    bool makes_certificate() const { return certificate == data + "/certificate.pem"; }
};

// All names that a client may look for in the server's certificate (DESIGN 4.5): domain, connect server, rooms, proxy,
// upload host.
std::vector<std::string> certificate_names(const base::Organisation& organisation);

} // namespace admin
