// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/upload_probe.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/stanzas.h"

#include <eventloop.h>

namespace purple_plugin {
namespace {

constexpr guint patience_seconds = 15;
constexpr const char* file_name = "connection-check.txt";
constexpr const char* content_type = "text/plain";

std::string new_content() {
    const Text text(g_strdup_printf("%08x%08x%08x%08x\n", g_random_int(), g_random_int(), g_random_int(), g_random_int()));
    return text.get();
}

std::string domain_of(PurpleConnection* connection) {
    const auto own = own_address(connection);
    return own.substr(own.find('@') + 1);
}

} // namespace

UploadProbe::UploadProbe(UploadService& service, TrustedHosts& hosts, PurpleConnection* connection, Done done)
    : service_(service),
      hosts_(hosts),
      connection_(connection),
      content_(new_content()),
      host_(domain_of(connection)),
      done_(std::move(done)),
      timer_(purple_timeout_add_seconds(patience_seconds, give_up, this)) {
    service_.find(connection_, [this, alive = std::weak_ptr(alive_)](const UploadPlace* place) {
        if (!alive.expired()) got_place(place);
    });
}

UploadProbe::~UploadProbe() {
    if (timer_ != 0) purple_timeout_remove(timer_);
}

void UploadProbe::got_place(const UploadPlace* place) {
    if (place == nullptr) return end(Outcome::missing, {});
    host_ = place->address;
    service_.ask_slot(connection_, *place, file_name, content_.size(), content_type,
                      [this, alive = std::weak_ptr(alive_)](const UploadSlot* slot, const xmlnode* answer) {
                          if (!alive.expired()) got_slot(slot, answer);
                      });
}

void UploadProbe::got_slot(const UploadSlot* slot, const xmlnode* answer) {
    if (slot == nullptr && answer == nullptr) return end(Outcome::unreachable, host_);
    if (slot == nullptr) return end(Outcome::refused, error_condition(answer));
    if (!parse_https_url(slot->put) || !parse_https_url(slot->get)) return end(Outcome::refused, slot->put);
    link_ = slot->get;
    exchange({"PUT", *parse_https_url(slot->put), {}, content_, content_.size(), content_type, slot->headers});
}

void UploadProbe::exchange(HttpsExchange::Request request) {
    host_ = request.url.host;
    exchange_.reset(); // its connection needs what is trusted until then
    trusted_ = std::make_unique<TrustedHosts::Entry>(hosts_, host_);
    exchange_ = std::make_unique<HttpsExchange>(
        purple_connection_get_account(connection_), std::move(request), [](std::uint64_t) {},
        [this](HttpsExchange::Outcome outcome, int status) { over(outcome, status); });
}

void UploadProbe::over(HttpsExchange::Outcome outcome, int status) {
    using Exchange = HttpsExchange::Outcome;
    if (outcome == Exchange::untrusted) return end(Outcome::untrusted, host_);
    if (outcome == Exchange::unreachable) return end(Outcome::unreachable, host_);
    if (is_got_) {
        const bool is_same = outcome == Exchange::done && exchange_->response().find(content_) != std::string::npos;
        return end(is_same ? Outcome::kept : Outcome::altered, host_);
    }
    if (outcome == Exchange::refused) return end(Outcome::refused, "HTTP " + std::to_string(status));
    if (outcome != Exchange::done) return end(Outcome::altered, host_);
    is_got_ = true;
    exchange({"GET", *parse_https_url(link_), {}, {}, 0, {}, {}});
}

gboolean UploadProbe::give_up(void* probe) {
    guarded([probe] {
        auto& self = *static_cast<UploadProbe*>(probe);
        self.timer_ = 0;
        self.end(Outcome::unreachable, self.host_);
    });
    return FALSE;
}

// `done` may destroy the probe: nothing of it is touched afterwards.
void UploadProbe::end(Outcome outcome, const std::string& detail) {
    if (const Done done = std::exchange(done_, nullptr)) done(outcome, detail);
}

} // namespace purple_plugin
