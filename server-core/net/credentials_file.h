// SPDX-License-Identifier: MIT
// DESIGN 4.5: a certificate put in the place of the old one is used by the next handshake, without a restart.
#pragma once
#include "base/clock.h"
#include "base/log.h"
#include "net/tls.h"

#include <memory>
#include <string>

namespace net {

class CredentialsFile {
public:
    static base::Result<CredentialsFile, std::string> open(std::string certificate_file, std::string key_file,
                                                           const base::Clock& clock, const base::Log& log);

    // The credentials as they are now: the files' dates are looked at once in five seconds at most. Files that cannot
    // be used are said in the log and the old ones go on.
    std::shared_ptr<const TlsCredentials> current();

private:
    CredentialsFile(std::string certificate_file, std::string key_file, const base::Clock& clock, const base::Log& log)
        : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)), clock_(&clock), log_(&log) {}
    std::string dates() const;

    std::string certificate_file_;
    std::string key_file_;
    const base::Clock* clock_;
    const base::Log* log_;
    std::shared_ptr<const TlsCredentials> credentials_;
    std::string dates_;
    base::Clock::Steady looked_{};
};

} // namespace net
