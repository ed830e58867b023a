// SPDX-License-Identifier: MIT
// `server-core check`: what is right and what is wrong with an installation, a line each, without starting it.
#pragma once
#include "admin/answer.h"
#include "admin/deployment.h"
#include "base/clock.h"

#include <string>
#include <vector>

namespace admin {

enum class Verdict { good, warning, wrong };

struct Finding {
    Verdict verdict;
    std::string subject; // "certificate"
    std::string text;    // what was found; when it is not good, also what to do
};

// The settings themselves are right already when this is called.
std::vector<Finding> findings(const Deployment& deployment, const base::Clock& clock);

// One line for each finding; fails when one is wrong.
Answer check(const Deployment& deployment, const base::Clock& clock, bool json);

} // namespace admin
