// SPDX-License-Identifier: MIT
// A backup: one file, a copy of the store that also holds files of the data folder and, by owner, what it must contain
// (docs/decisions/0110). Each error is a sentence that says what to do.
#pragma once
#include "base/result.h"
#include "store/sqlite/contents.h"

#include <optional>
#include <string>
#include <vector>

namespace store {

struct KeptFile {
    std::string name; // in the data folder
    unsigned mode = 0;
    std::string bytes;
};

struct Backup {
    std::string made;   // when, as XEP-0082 writes it
    std::string domain; // whose accounts these are
    std::vector<Contents> owners;
    std::vector<KeptFile> files;
};

// Reads `copy`, a copy of `store`, whole and returns what it contains; `owners` of `backup` is not looked at. Then `copy` is
// a backup, synchronised.
base::Result<std::vector<Contents>, std::string> seal(const std::string& copy, const std::string& store, const Backup& backup);

// Reads a backup whole: every page, the contents of every owner, every file against what was written down when it was made.
//   name   what sentences call it: the file that `file` is a copy of
base::Result<Backup, std::string> verify_backup(const std::string& file, const std::string& name);

// Turns a backup that was verified into a store of this version's schema, synchronised; it must still contain `owners`.
std::optional<std::string> become_store(const std::string& file, const std::vector<Contents>& owners);

// Why a store's file cannot be used, as far as that is seen without reading all of it; nothing in it is changed.
std::optional<std::string> refuse_store(const std::string& file);

} // namespace store
