// SPDX-License-Identifier: MIT
#include "power_cut.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace store::test {
namespace {

constexpr std::size_t sector = 512;

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

struct PowerCut::File {
    std::string synced;
    std::vector<Change> since;
    bool is_new = false; // SQLite syncs the folder with the first sync of such a file
};

void PowerCut::changes() const {
    if (before_change) before_change();
}

std::shared_ptr<PowerCut::File> PowerCut::opens(const std::string& path) {
    const std::lock_guard lock(mutex_);
    auto& file = names_[path];
    if (file) return file;
    file = std::make_shared<File>();
    file->synced = bytes_of(path);
    // One that was there before SQLite came, or is made by `make_private`, is in the folder when the first WAL is.
    const bool is_database = path.ends_with(".sqlite");
    file->is_new = !is_database;
    if (is_database) synced_[path] = file;
    return file;
}

void PowerCut::writes(File& file, std::string_view bytes, std::uint64_t offset) {
    changes();
    const std::lock_guard lock(mutex_);
    file.since.push_back({std::string(bytes), offset});
}

void PowerCut::truncates(File& file, std::uint64_t size) {
    changes();
    const std::lock_guard lock(mutex_);
    file.since.push_back({{}, size, true});
}

void PowerCut::syncs(File& file) {
    changes();
    const std::lock_guard lock(mutex_);
    for (const Change& change : file.since) apply(file.synced, change, [] { return true; });
    file.since.clear();
    if (std::exchange(file.is_new, false)) synced_ = names_;
}

void PowerCut::deletes(const std::string& path, bool is_synced) {
    changes();
    const std::lock_guard lock(mutex_);
    names_.erase(path);
    if (is_synced) synced_ = names_;
}

void PowerCut::apply(std::string& bytes, const Change& change, const std::function<bool()>& is_kept) {
    if (change.truncates) {
        if (is_kept()) bytes.resize(change.offset);
        return;
    }
    for (std::size_t at = 0, length = 0; at < change.bytes.size(); at += length) {
        const auto place = change.offset + at;
        length = std::min<std::size_t>(sector - place % sector, change.bytes.size() - at);
        if (!is_kept()) continue;
        bytes.resize(std::max<std::size_t>(bytes.size(), place + length));
        bytes.replace(place, length, change.bytes, at, length);
    }
}

PowerCut::Files PowerCut::left(double chance, unsigned seed) const {
    const std::lock_guard lock(mutex_);
    return left_now(chance, seed);
}

PowerCut::Files PowerCut::fail(double chance, unsigned seed) const {
    mutex_.lock();
    return left_now(chance, seed);
}

PowerCut::Files PowerCut::left_now(double chance, unsigned seed) const {
    std::mt19937 random(seed);
    const auto is_kept = [&] { return std::bernoulli_distribution(chance)(random); };
    Names names = synced_;
    for (const auto& [name, file] : names_)
        if (!synced_.contains(name) && is_kept()) names.insert_or_assign(name, file);
    for (const auto& [name, file] : synced_)
        if (!names_.contains(name) && is_kept()) names.erase(name);
    Files files;
    for (const auto& [name, file] : names) {
        std::string& bytes = files[name] = file->synced;
        for (const Change& change : file->since) apply(bytes, change, is_kept);
    }
    return files;
}

} // namespace store::test
