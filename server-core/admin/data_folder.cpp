// SPDX-License-Identifier: MIT
#include "admin/data_folder.h"

#include "net/certificates.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace admin {
namespace {

using base::Unexpected;

std::string reason() { return std::strerror(errno); }

base::Result<void, std::string> make_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    if (mkdir(path.c_str(), 0750) == 0 || errno == EEXIST) return {};
    return Unexpected("the data folder " + path + " cannot be made (" + reason() +
                      "); make it or name another by --data");
}

} // namespace

base::Result<DataFolder, FolderTaken> DataFolder::take(const Deployment& deployment) {
    if (const auto made = make_folder(deployment.data); !made) return Unexpected(FolderTaken{false, made.error()});
    return hold(deployment.lock_file(),
                "another server-core uses " + deployment.data + "; stop it or name another folder by --data");
}

base::Result<DataFolder, FolderTaken> DataFolder::take_for_backup(const Deployment& deployment) {
    return hold(deployment.backup_lock_file(),
                "another backup of " + deployment.data + " is being made; wait for its end");
}

// `held`: what is said when another process holds the lock.
base::Result<DataFolder, FolderTaken> DataFolder::hold(const std::string& file, const std::string& held) {
    const int lock = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return Unexpected(FolderTaken{false, file + " cannot be opened (" + reason() + "); use the folder's owner"});
    DataFolder folder(lock);
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) return folder;
    const bool by_another = errno == EWOULDBLOCK;
    return Unexpected(FolderTaken{by_another, by_another ? held : file + " cannot be locked (" + reason() + ")"});
}

DataFolder::~DataFolder() {
    if (lock_ >= 0) close(lock_);
}

base::Result<std::string, std::string> read_file(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (!stream || (stream.peek() != EOF && !(text << stream.rdbuf())))
        return Unexpected(file + " cannot be read (" + reason() + ")");
    return text.str();
}

base::Result<void, std::string> write_ports(const Deployment& deployment, const Ports& ports) {
    std::string text = "[ports]\n";
    for (const auto& [name, endpoints] : ports) {
        text += name + "=";
        for (const auto& endpoint : endpoints) text += base::to_text(endpoint) + ",";
        text.back() = text.back() == ',' ? '\n' : text.back();
        if (text.back() != '\n') text += '\n';
    }
    return net::write_file(deployment.ports_file(), text, 0644);
}

Ports read_ports(const Deployment& deployment) {
    auto file = base::SettingsFile::load(deployment.ports_file());
    if (!file) return {};
    Ports ports;
    auto section = file->section("ports");
    for (const char* name : {"listen", "listen-tls", "listen-component"}) {
        std::vector<base::Endpoint> endpoints;
        section.listeners(name, endpoints);
        if (section.has(name)) ports.emplace_back(name, std::move(endpoints));
    }
    return ports;
}

base::Result<void, std::string> act_as_owner(const Deployment& deployment) {
    struct stat folder {};
    if (geteuid() != 0 || stat(deployment.data.c_str(), &folder) != 0 || folder.st_uid == 0) return {};
    if (setgroups(1, &folder.st_gid) == 0 && setegid(folder.st_gid) == 0 && seteuid(folder.st_uid) == 0) return {};
    return Unexpected("cannot act for the owner of " + deployment.data + " (" + reason() + "); run this as that user");
}

} // namespace admin
