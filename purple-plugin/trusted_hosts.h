// SPDX-License-Identifier: GPL-2.0-or-later
// The hosts beside the server itself whose certificates are judged as the server's: those to which it sends us.
#pragma once
#include "base/text.h"

#include <set>
#include <string>

namespace purple_plugin {

class TrustedHosts {
public:
    bool has(const std::string& host) const { return hosts_.count(host) != 0; }

    // Counts as long as it lives.
    class Entry {
    public:
        Entry(TrustedHosts& all, const std::string& host) : all_(all), at_(all.hosts_.insert(base::lower_ascii(host))) {}
        ~Entry() { all_.hosts_.erase(at_); }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

    private:
        TrustedHosts& all_;
        std::multiset<std::string>::iterator at_;
    };

private:
    std::multiset<std::string> hosts_;
};

} // namespace purple_plugin
