// SPDX-License-Identifier: MIT
// `server-core backup FILE`, while a server runs or not, and `server-core check store`, which reads all of a store the same
// way. What is in a backup: docs/decisions/0110.
#pragma once
#include "admin/answer.h"
#include "admin/commands.h"
#include "admin/deployment.h"
#include "base/clock.h"
#include "store/sqlite/backup.h"

#include <functional>
#include <string>
#include <vector>

namespace admin {

// Runs a command where the store is: in the server's process or in this one.
using Ask = std::function<Answer(const Request&)>;

// Makes FILE (mode 0600), which must not be there: a copy of the store with the secrets that lie in the data folder, read
// again when it is in its place. Until then nothing has that name.
Answer back_up(const Deployment& deployment, const std::string& file, const base::Clock& clock, bool json, const Ask& ask);

// Reads the whole store and says what it has of each owner.
Answer check_store(const Deployment& deployment, const base::Clock& clock, bool json, const Ask& ask);

// The files beside the store that a backup keeps, by name in the data folder.
std::vector<std::string> kept_names(const Deployment& deployment);

// One line, or one object, for each owner.
std::string lines_of(const std::vector<store::Contents>& owners);
std::vector<Json> objects_of(const std::vector<store::Contents>& owners);
// What a backup says of itself, under the name of what was done with it.
Json object_of(const std::string& done_with_it, const std::string& file, const store::Backup& backup);

} // namespace admin
