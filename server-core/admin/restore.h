// SPDX-License-Identifier: MIT
// `server-core restore FILE`: a backup takes the place of store, keys and certificate, and what was there is kept aside.
#pragma once
#include "admin/answer.h"
#include "admin/deployment.h"
#include "base/clock.h"

#include <optional>
#include <string>

namespace admin {

// Refuses when a server runs, when FILE is no whole backup or of another domain, and when there is no room: then nothing
// was changed. What was there lies in DATA/before-restore-TIME afterwards.
Answer restore(const Deployment& deployment, const std::string& file, const base::Clock& clock, bool json);

// Ends a restore that was cut off (power, kill) while it put files in their places: whoever uses the folder calls it first,
// with the folder's lock held. The error is a sentence.
std::optional<std::string> finish_restore(const Deployment& deployment);

} // namespace admin
