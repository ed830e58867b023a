// SPDX-License-Identifier: MIT
#include "admin/restore.h"

#include "admin/backup.h"
#include "admin/data_folder.h"
#include "admin/files.h"
#include "net/certificates.h"
#include "xmpp/datetime.h"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace admin {
namespace {

namespace fs = std::filesystem;
using base::Unexpected;
using Mistake = std::optional<std::string>;

constexpr const char* store_name = "store.sqlite";
constexpr const char* aside_name = "aside"; // in the restored folder: where to put what was there

bool is_there(const std::string& file) { return access(file.c_str(), F_OK) == 0; }

// A name that a backup may bring: one that this server gives its own files, so never a path, the store or a lock.
bool is_kept_name(const Deployment& deployment, const std::string& name) {
    const auto names = kept_names(deployment);
    return std::find(names.begin(), names.end(), name) != names.end();
}

Mistake move(const std::string& from, const std::string& to) {
    if (rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return std::nullopt;
    return sentence_of(from, "moved to " + to);
}

// What is in the way of `name` goes aside, then the restored one takes its place; twice is as good as once.
Mistake put_in_place(const Deployment& deployment, const std::string& aside, const std::string& name) {
    const auto restored = deployment.restored_folder() + "/" + name;
    const auto place = deployment.data + "/" + name;
    if (!is_there(restored)) return std::nullopt; // done before the cut
    if (name == store_name) {
        for (const char* journal : {"-wal", "-shm", "-journal"}) // of the old store: beside the new one they would ruin it
            if (const auto mistake = move(place + journal, aside + "/" + name + journal)) return mistake;
        if (const auto mistake = move(deployment.deliveries_file(), aside + "/deliveries")) return mistake; // facts of the old store
    }
    if (const auto mistake = move(place, aside + "/" + name)) return mistake;
    return move(restored, place);
}

// A folder that is emptied and removed at the end, unless it was renamed.
class Preparation {
public:
    explicit Preparation(std::string folder) : folder_(std::move(folder)) { clear(); }
    ~Preparation() { clear(); }
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;

private:
    void clear() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    std::string folder_;
};

// All that the backup brings, in `folder`, as a store and files that could be used at once.
base::Result<store::Backup, std::string> prepare(const Deployment& deployment, const std::string& file, int from,
                                                 const std::string& folder) {
    if (mkdir(folder.c_str(), 0700) != 0) return Unexpected(sentence_of(folder, "made"));
    const auto copy = folder + "/" + store_name;
    if (const auto mistake = copy_file(from, copy)) return Unexpected(*mistake);
    auto backup = store::verify_backup(copy, file);
    if (!backup) return backup;
    if (backup->domain != deployment.organisation.domain)
        return Unexpected(file + " is a backup of " + backup->domain + ", this server is for " + deployment.organisation.domain +
                          "; use its own backup, or name the organisation by --organisation");
    for (const auto& kept : backup->files) {
        if (!is_kept_name(deployment, kept.name)) continue;
        if (const auto written = net::write_file(folder + "/" + kept.name, kept.bytes, kept.mode); !written)
            return Unexpected(written.error() + "; nothing was changed");
    }
    if (const auto mistake = store::become_store(copy, backup->owners)) return Unexpected(*mistake);
    return backup;
}

// Where the old files go; a name that is not there yet.
base::Result<std::string, std::string> make_aside(const Deployment& deployment, const std::string& made) {
    std::string stamp;
    std::copy_if(made.begin(), made.end(), std::back_inserter(stamp), [](char c) { return c != '-' && c != ':'; });
    for (int again = 0; again < 100; ++again) {
        const auto folder = deployment.data + "/before-restore-" + stamp + (again ? "-" + std::to_string(again) : "");
        if (mkdir(folder.c_str(), 0700) == 0) return folder;
        if (errno != EEXIST) return Unexpected(sentence_of(folder, "made"));
    }
    return Unexpected(deployment.data + " has a hundred folders before-restore-" + stamp + "; remove those that you need no more");
}

Answer describe(const std::string& file, const std::string& aside, const store::Backup& backup, bool json) {
    if (json) return done(object_of("restored", file, backup).text("before", aside).str() + "\n");
    return done(lines_of(backup.owners) + "restored the backup of " + backup.domain + " made at " + backup.made +
                ", every owner has what it had\n" + (aside.empty() ? "" : "what was here before is kept in " + aside + "\n"));
}

} // namespace

Answer restore(const Deployment& deployment, const std::string& file, const base::Clock& clock, bool json) {
    const Descriptor from = [&file] {
        const AsCaller caller;
        return Descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    }();
    if (from.number() < 0) return failed(sentence_of(file, "read"));
    struct stat status {};
    if (fstat(from.number(), &status) != 0 || !S_ISREG(status.st_mode)) return failed(file + " is no file; name a backup");
    const auto lock = DataFolder::take(deployment);
    if (!lock) return failed(lock.error().sentence);
    if (const auto mistake = finish_restore(deployment)) return failed(*mistake);
    const auto folder = deployment.data + "/restoring";
    const Preparation preparation(folder);
    const auto backup = prepare(deployment, file, from.number(), folder);
    if (!backup) return failed(backup.error());
    const auto now = xmpp::format_datetime(std::chrono::floor<std::chrono::seconds>(clock.wall()));
    const auto aside = make_aside(deployment, now);
    if (!aside) return failed(aside.error());
    if (const auto written = net::write_file(folder + "/" + aside_name, *aside, 0600); !written) return failed(written.error());
    // From this name on there is no way back: a cut is mended forwards, by whoever comes next.
    if (rename(folder.c_str(), deployment.restored_folder().c_str()) != 0) return failed(sentence_of(folder, "renamed"));
    if (const auto mistake = finish_restore(deployment)) return failed(*mistake);
    const bool was_empty = rmdir(aside->c_str()) == 0; // a new machine had nothing
    return describe(file, was_empty ? "" : *aside, *backup, json);
}

Mistake finish_restore(const Deployment& deployment) {
    const auto folder = deployment.restored_folder();
    if (!is_there(folder)) return std::nullopt;
    std::error_code error;
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder, error)) names.push_back(entry.path().filename());
    if (!names.empty()) { // else all but the last step was done before the cut
        const auto aside = read_file(folder + "/" + aside_name);
        if (!aside) return aside.error();
        if (const auto mistake = synchronise_folder(deployment.data)) return mistake;
        for (const auto& name : names)
            if (name != aside_name)
                if (const auto mistake = put_in_place(deployment, *aside, name)) return mistake;
        for (const auto& changed : {*aside, deployment.data})
            if (const auto mistake = synchronise_folder(changed)) return mistake;
        unlink((folder + "/" + aside_name).c_str());
    }
    if (rmdir(folder.c_str()) != 0) return sentence_of(folder, "removed");
    return std::nullopt;
}

} // namespace admin
