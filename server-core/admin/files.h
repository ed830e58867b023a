// SPDX-License-Identifier: MIT
// Files that must not be lost: copied with what holds them on disk, and by whose right.
#pragma once
#include <optional>
#include <string>

#include <sys/types.h>

namespace admin {

// A sentence with the system's reason and, where there is one, the remedy.
std::string sentence_of(const std::string& file, const std::string& what);

// The name of `file` when it lies in `folder` itself.
std::optional<std::string> base_name_in(const std::string& folder, const std::string& file);

// An open file, closed with the object.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept;
    ~Descriptor();
    Descriptor& operator=(Descriptor&&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

// Makes `to` (mode 0600; it must not be there) with all that `from` gives, and synchronises it.
std::optional<std::string> copy_file(int from, const std::string& to);

// Synchronises the names in `folder`.
std::optional<std::string> synchronise_folder(const std::string& folder);

// While it lives, a command of root that acts for the folder's owner (act_as_owner) is root again: for the files that the
// administrator names.
class AsCaller {
public:
    AsCaller();
    ~AsCaller();
    AsCaller(const AsCaller&) = delete;
    AsCaller& operator=(const AsCaller&) = delete;

private:
    uid_t user_;
    gid_t group_;
};

} // namespace admin
