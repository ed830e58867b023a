// SPDX-License-Identifier: MIT
#include "net/credentials_file.h"

#include <sys/stat.h>

namespace net {

base::Result<CredentialsFile, std::string> CredentialsFile::open(std::string certificate_file, std::string key_file,
                                                                 const base::Clock& clock, const base::Log& log) {
    CredentialsFile file(std::move(certificate_file), std::move(key_file), clock, log);
    file.dates_ = file.dates();
    file.looked_ = clock.steady();
    auto loaded = TlsCredentials::load(file.certificate_file_, file.key_file_);
    if (!loaded) return base::Unexpected(loaded.error());
    file.credentials_ = *loaded;
    return file;
}

std::string CredentialsFile::dates() const {
    std::string found;
    for (const std::string& name : {certificate_file_, key_file_}) {
        struct stat status {};
        if (stat(name.c_str(), &status) != 0) return dates_; // in the middle of a replacement: look again later
        found += std::to_string(status.st_ino) + ' ' + std::to_string(status.st_mtim.tv_sec) + '.' +
                 std::to_string(status.st_mtim.tv_nsec) + ' ';
    }
    return found;
}

std::shared_ptr<const TlsCredentials> CredentialsFile::current() {
    if (clock_->steady() - looked_ < std::chrono::seconds(5)) return credentials_;
    looked_ = clock_->steady();
    const std::string now = dates();
    if (now == dates_) return credentials_;
    dates_ = now;
    if (auto loaded = TlsCredentials::load(certificate_file_, key_file_)) {
        credentials_ = *loaded;
        log_->info("certificate renewed: " + certificate_file_);
    } else {
        log_->error("the new certificate cannot be used, the old one goes on: " + loaded.error());
    }
    return credentials_;
}

} // namespace net
