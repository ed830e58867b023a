// SPDX-License-Identifier: MIT
// `server-core profile`: the organisation.conf that clients are given, with what they are to trust.
#pragma once
#include "admin/answer.h"
#include "admin/deployment.h"

namespace admin {

// The certificate must be there: the first start makes it.
Answer profile(const Deployment& deployment);

} // namespace admin
