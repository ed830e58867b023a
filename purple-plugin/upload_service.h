// SPDX-License-Identifier: GPL-2.0-or-later
// HTTP File Upload 1.2.0 (XEP-0363): where the server keeps files, and a place there for one. Keeps the service of each
// connection, once it is found.
#pragma once
#include "purple-plugin/questions.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace purple_plugin {

struct UploadPlace {
    std::string address;                 // of the service
    std::optional<std::uint64_t> limit;  // the largest file, in bytes
};

struct UploadSlot {
    std::string put, get; // URLs, as the service wrote them
    std::vector<std::pair<std::string, std::string>> headers;
};

// What is sent: only the fields that XEP-0363 4 allows, each in one line.
std::vector<std::pair<std::string, std::string>> headers_in(const xmlnode* put);

class UploadService {
public:
    UploadService(const Context& context, Questions& questions) : context_(context), questions_(questions) {}
    UploadService(const UploadService&) = delete;
    UploadService& operator=(const UploadService&) = delete;

    // Calls with the service, or with null when there is none; never after `connection` went away.
    using Found = std::function<void(const UploadPlace*)>;
    void find(PurpleConnection* connection, Found found);

    // Calls with the place for that file; with null and the service's answer (null: none came) when it gives none.
    using Given = std::function<void(const UploadSlot*, const xmlnode* answer)>;
    void ask_slot(PurpleConnection* connection, const UploadPlace& place, const std::string& file, std::uint64_t size,
                  const std::string& content_type, Given given);

    void forget(PurpleConnection* connection) { places_.erase(connection); }

private:
    struct Search;
    void ask_info(const std::shared_ptr<Search>& search, const std::string& of);

    const Context& context_;
    Questions& questions_;
    std::map<PurpleConnection*, UploadPlace> places_;
};

} // namespace purple_plugin
