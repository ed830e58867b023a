// SPDX-License-Identifier: MIT
// The data folder and who holds it: a lock in it decides whether a server runs, never a process id.
#pragma once
#include "admin/deployment.h"
#include "base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace admin {

struct FolderTaken {
    bool by_another = false; // a server runs, or another command is at work; else the folder cannot be used
    std::string sentence;
};

// Holds the lock as long as it lives; the kernel gives it back when the process dies in whatever way.
class DataFolder {
public:
    // Makes the folder when it is missing (mode 0750) and takes the lock.
    static base::Result<DataFolder, FolderTaken> take(const Deployment& deployment);
    // Another lock in the same folder, beside a running server: one backup at a time.
    static base::Result<DataFolder, FolderTaken> take_for_backup(const Deployment& deployment);
    DataFolder(DataFolder&& other) noexcept : lock_(std::exchange(other.lock_, -1)) {}
    DataFolder& operator=(DataFolder&& other) noexcept {
        std::swap(lock_, other.lock_);
        return *this;
    }
    ~DataFolder();

private:
    explicit DataFolder(int lock) : lock_(lock) {}
    static base::Result<DataFolder, FolderTaken> hold(const std::string& file, const std::string& held);
    int lock_;
};

// What DATA/ports says: the addresses a running server really listens on, by the name of their setting.
using Ports = std::vector<std::pair<std::string, std::vector<base::Endpoint>>>;
base::Result<void, std::string> write_ports(const Deployment& deployment, const Ports& ports);
Ports read_ports(const Deployment& deployment); // empty: no such file

// A file whole; the error is a sentence.
base::Result<std::string, std::string> read_file(const std::string& file);

// As root, to act for the owner of the data folder from here on: a file that a command made as root would be closed to
// the server. Does nothing for everybody else.
base::Result<void, std::string> act_as_owner(const Deployment& deployment);

} // namespace admin
