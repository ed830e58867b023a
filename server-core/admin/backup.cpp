// SPDX-License-Identifier: MIT
#include "admin/backup.h"

#include "admin/data_folder.h"
#include "admin/files.h"
#include "xmpp/datetime.h"

#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace admin {
namespace {

using base::Unexpected;
using Mistake = std::optional<std::string>;

// Removes a file that is of no use when what was to be done with it is done, or was not.
class Passing {
public:
    explicit Passing(std::string file) : file_(std::move(file)) { unlink(file_.c_str()); }
    ~Passing() { unlink(file_.c_str()); }
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;

private:
    std::string file_;
};

base::Result<std::vector<store::KeptFile>, std::string> kept_files(const Deployment& deployment) {
    std::vector<store::KeptFile> files;
    for (const auto& name : kept_names(deployment)) {
        const auto path = deployment.data + "/" + name;
        struct stat status {};
        if (stat(path.c_str(), &status) != 0) continue; // a server that was never started has none
        auto bytes = read_file(path);
        if (!bytes) return Unexpected(bytes.error());
        files.push_back({name, status.st_mode & 07777, std::move(*bytes)});
    }
    return files;
}

// What the settings name and lies elsewhere: its owner keeps it.
std::string left_out(const Deployment& deployment) {
    std::string names;
    for (const auto& file : {deployment.certificate, deployment.key, deployment.component_secret_file})
        if (!base_name_in(deployment.data, file)) names += "not in it, keep it yourself: " + file + "\n";
    return names;
}

// A copy of the store in the data folder, made a backup: the server may be closed into that folder (systemd), and whoever
// types the command may see disks that it does not.
base::Result<store::Backup, std::string> make_backup(const Deployment& deployment, const base::Clock& clock, const Ask& ask) {
    const auto copied = ask({{"backup"}, false, {}});
    if (copied.exit_code != 0) return Unexpected(copied.text.substr(0, copied.text.find('\n')));
    auto files = kept_files(deployment);
    if (!files) return Unexpected(files.error());
    const auto now = std::chrono::floor<std::chrono::seconds>(clock.wall());
    store::Backup backup{xmpp::format_datetime(now), deployment.organisation.domain, {}, std::move(*files)};
    auto owners = store::seal(deployment.backup_copy(), deployment.store_file(), backup);
    if (!owners) return Unexpected(owners.error());
    backup.owners = std::move(*owners);
    return backup;
}

// Under its name the file is whole or not there at all.
Mistake move_to(const std::string& copy, const std::string& file) {
    const auto temporary = file + ".new";
    const Passing passing(temporary);
    const Descriptor from(open(copy.c_str(), O_RDONLY | O_CLOEXEC));
    if (from.number() < 0) return sentence_of(copy, "read");
    if (const auto mistake = copy_file(from.number(), temporary)) return mistake;
    // A link, not a renaming: it never takes the place of another file.
    if (link(temporary.c_str(), file.c_str()) != 0) return sentence_of(file, "made");
    return synchronise_folder(std::filesystem::path(file).parent_path());
}

// Nothing is begun that cannot end well.
Mistake refuse_place(const std::string& file) {
    if (access(file.c_str(), F_OK) == 0)
        return file + " is there already; name a file that is not, or move that one away";
    const auto folder = std::filesystem::path(file).parent_path();
    if (access(folder.c_str(), W_OK | X_OK) != 0) return sentence_of(file, "made");
    return std::nullopt;
}

Answer describe(const Deployment& deployment, const std::string& file, const store::Backup& backup, bool json) {
    std::vector<std::string> names;
    for (const auto& kept : backup.files) names.push_back(kept.name);
    const auto bytes = static_cast<long long>(std::filesystem::file_size(file));
    if (json)
        return done(object_of("backup", file, backup).number("bytes", bytes).list("files", names).str() + "\n");
    std::string kept;
    for (const auto& name : names) kept += (kept.empty() ? "" : ", ") + name;
    return done(lines_of(backup.owners) + "with the files " + kept + "\n" + left_out(deployment) + "backup of " + backup.domain + ", " +
                std::to_string(bytes) + " bytes, read again and whole: " + file +
                "\nIt holds keys and all messages: keep it where only you can read it.\n");
}

} // namespace

std::vector<std::string> kept_names(const Deployment& deployment) {
    std::vector<std::string> names;
    for (const auto& file : {deployment.authority_file(), deployment.authority_key_file(), deployment.certificate, deployment.key,
                             deployment.component_secret_file, deployment.scram_secret_file()})
        if (const auto name = base_name_in(deployment.data, file)) names.push_back(*name);
    return names;
}

std::string lines_of(const std::vector<store::Contents>& owners) {
    std::string text;
    for (const auto& of : owners)
        text += of.owner + ": " + std::to_string(of.records) + " records, " + std::to_string(of.entries) + " messages, sha256 " +
                of.sha256 + "\n";
    return text;
}

std::vector<Json> objects_of(const std::vector<store::Contents>& owners) {
    std::vector<Json> objects;
    for (const auto& of : owners)
        objects.push_back(
            Json().text("owner", of.owner).number("records", of.records).number("messages", of.entries).text("sha256", of.sha256));
    return objects;
}

Json object_of(const std::string& done_with_it, const std::string& file, const store::Backup& backup) {
    return Json().text(done_with_it, file).text("made", backup.made).text("domain", backup.domain).objects("owners", objects_of(backup.owners));
}

Answer back_up(const Deployment& deployment, const std::string& file, const base::Clock& clock, bool json, const Ask& ask) {
    const auto path = std::filesystem::absolute(file).string();
    if (const auto mistake = refuse_place(path)) return failed(*mistake);
    const auto lock = DataFolder::take_for_backup(deployment);
    if (!lock) return failed(lock.error().sentence);
    const Passing copy(deployment.backup_copy());
    const auto made = make_backup(deployment, clock, ask);
    if (!made) return failed(made.error());
    const AsCaller caller;
    if (const auto mistake = move_to(deployment.backup_copy(), path)) return failed(*mistake);
    const auto read_again = store::verify_backup(path, path);
    if (!read_again) return failed(read_again.error());
    return describe(deployment, path, *read_again, json);
}

Answer check_store(const Deployment& deployment, const base::Clock& clock, bool json, const Ask& ask) {
    const auto lock = DataFolder::take_for_backup(deployment);
    if (!lock) return failed(lock.error().sentence);
    const Passing copy(deployment.backup_copy());
    const auto made = make_backup(deployment, clock, ask);
    if (!made) return failed(made.error());
    if (json) return done(Json().flag("good", true).objects("owners", objects_of(made->owners)).str() + "\n");
    return done(lines_of(made->owners) + "the store is whole: every page and index was read\n");
}

} // namespace admin
