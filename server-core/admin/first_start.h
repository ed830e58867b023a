// SPDX-License-Identifier: MIT
// What a data folder gets once: the organisation's CA, the server's key and certificate, the components' secret.
#pragma once
#include "admin/deployment.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "xmpp/random.h"

#include <string>

namespace admin {

// Makes what is missing and says so; what is there is left as it is. Files that the settings name are never made,
// the components' secret excepted.
//   error   a sentence: a folder that cannot be written, a key without its certificate
base::Result<void, std::string> make_missing(const Deployment& deployment, const base::Clock& clock,
                                             xmpp::Random& random, const base::Log& log);

} // namespace admin
