// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/upload_service.h"

#include "base/text.h"
#include "purple-plugin/disco.h"
#include "purple-plugin/stanzas.h"

#include <algorithm>
#include <memory>

namespace purple_plugin {
namespace {

constexpr const char* upload_ns = "urn:xmpp:http:upload:0";
constexpr std::size_t most_items = 30;

std::string one_line(std::string text) {
    text.erase(std::remove_if(text.begin(), text.end(), [](unsigned char c) { return c < ' ' && c != '\t'; }), text.end());
    return text;
}

std::optional<std::uint64_t> limit_in(const xmlnode* answer) {
    const auto limit = g_ascii_strtoull(form_value(answer, upload_ns, "max-file-size").c_str(), nullptr, 10);
    return limit > 0 ? std::optional<std::uint64_t>(limit) : std::nullopt;
}

} // namespace

std::vector<std::pair<std::string, std::string>> headers_in(const xmlnode* put) {
    std::vector<std::pair<std::string, std::string>> headers;
    for (xmlnode* header = xmlnode_get_child(put, "header"); header != nullptr; header = xmlnode_get_next_twin(header)) {
        const auto name = one_line(attribute(header, "name")), lower = base::lower_ascii(name);
        const Text value(xmlnode_get_data(header));
        if (lower != "authorization" && lower != "cookie" && lower != "expires") continue;
        headers.emplace_back(name, one_line(value != nullptr ? value.get() : ""));
    }
    return headers;
}

// The domain itself and all that belongs to it are asked at once.
struct UploadService::Search {
    PurpleConnection* connection;
    Found found;
    std::size_t open = 0;
};

void UploadService::find(PurpleConnection* connection, Found found) {
    if (const auto known = places_.find(connection); known != places_.end()) return found(&known->second);
    const auto search = std::make_shared<Search>(Search{connection, std::move(found)});
    const auto& domain = context_.organisation.domain;
    ask_info(search, domain);
    ++search->open;
    questions_.ask(connection, disco_items(domain), [this, search](const xmlnode* answer) {
        for (const auto& item : items_in(answer, most_items)) ask_info(search, item);
        if (--search->open == 0 && search->found) search->found(nullptr);
    });
}

void UploadService::ask_info(const std::shared_ptr<Search>& search, const std::string& of) {
    ++search->open;
    questions_.ask(search->connection, disco_info(of), [this, search, of](const xmlnode* answer) {
        --search->open;
        if (!search->found) return;
        if (!has_feature(answer, upload_ns)) {
            if (search->open == 0) search->found(nullptr);
            return;
        }
        const auto& place = places_[search->connection] = {of, limit_in(answer)};
        std::exchange(search->found, nullptr)(&place);
    });
}

void UploadService::ask_slot(PurpleConnection* connection, const UploadPlace& place, const std::string& file,
                             std::uint64_t size, const std::string& content_type, Given given) {
    Node iq = new_iq("get", place.address);
    xmlnode* request = add_child(iq.get(), "request", upload_ns);
    xmlnode_set_attrib(request, "filename", file.c_str());
    xmlnode_set_attrib(request, "size", std::to_string(size).c_str());
    xmlnode_set_attrib(request, "content-type", content_type.c_str());
    questions_.ask(connection, std::move(iq), [given = std::move(given)](const xmlnode* answer) {
        const xmlnode* slot =
            answer != nullptr ? xmlnode_get_child_with_namespace(answer, "slot", upload_ns) : nullptr;
        const xmlnode* put = slot != nullptr ? xmlnode_get_child(slot, "put") : nullptr;
        if (put == nullptr) return given(nullptr, answer);
        const UploadSlot read{attribute(put, "url"), attribute(xmlnode_get_child(slot, "get"), "url"), headers_in(put)};
        given(&read, answer);
    });
}

} // namespace purple_plugin
