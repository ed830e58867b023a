// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/https_exchange.h"

#include "purple-plugin/c_boundary.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <eventloop.h>
#include <glib/gstdio.h>

namespace purple_plugin {
namespace {

constexpr std::size_t part_bytes = 16 * 1024; // a record of TLS
constexpr int parts_a_turn = 8;               // then the client's windows have their turn
constexpr std::size_t most_response_bytes = 16 * 1024;
constexpr std::int64_t patience = 60 * G_USEC_PER_SEC; // without a byte either way
constexpr guint looks_seconds = 5;

HttpsExchange* exchange_of(void* data) { return static_cast<HttpsExchange*>(data); }

std::string head_of(const HttpsExchange::Request& request) {
    std::string head = request.method + " " + request.url.target + " HTTP/1.1\r\nHost: " + request.url.authority +
                       "\r\n";
    if (request.method == "PUT")
        head += "Content-Length: " + std::to_string(request.size) + "\r\nContent-Type: " + request.content_type + "\r\n";
    head += "Connection: close\r\n";
    for (const auto& [name, value] : request.headers) head += name + ": " + value + "\r\n";
    return head + "\r\n";
}

} // namespace

HttpsExchange::HttpsExchange(PurpleAccount* account, Request request, Progress progress, Done done)
    : request_(std::move(request)),
      progress_(std::move(progress)),
      done_(std::move(done)),
      file_(request_.path.empty() ? nullptr : g_fopen(request_.path.c_str(), "rb")),
      moved_at_(g_get_monotonic_time()),
      pending_(head_of(request_) + request_.content),
      left_(request_.path.empty() ? 0 : request_.size) {
    if (file_ != nullptr || request_.path.empty())
        ssl_ = purple_ssl_connect(account, request_.url.host.c_str(), request_.url.port, on_connected, on_error, this);
    timer_ = ssl_ != nullptr ? purple_timeout_add_seconds(looks_seconds, look_at_clock, this)
                             : purple_timeout_add(0, fail_to_begin, this);
}

HttpsExchange::~HttpsExchange() {
    if (timer_ != 0) purple_timeout_remove(timer_);
    if (writing_ != 0) purple_input_remove(writing_);
    if (ssl_ != nullptr) purple_ssl_close(ssl_);
}

gboolean HttpsExchange::fail_to_begin(void* exchange) {
    guarded([exchange] {
        exchange_of(exchange)->timer_ = 0;
        auto& self = *exchange_of(exchange);
        self.end(self.file_ == nullptr && !self.request_.path.empty() ? Outcome::unreadable : Outcome::unreachable);
    });
    return FALSE;
}

gboolean HttpsExchange::look_at_clock(void* data) {
    return guarded(FALSE, [data]() -> gboolean {
        auto& exchange = *exchange_of(data);
        if (g_get_monotonic_time() - exchange.moved_at_ < patience) return TRUE;
        exchange.timer_ = 0;
        exchange.end(Outcome::broken);
        return FALSE;
    });
}

void HttpsExchange::on_error(PurpleSslConnection*, PurpleSslErrorType error, void* exchange) {
    guarded([=] {
        exchange_of(exchange)->ssl_ = nullptr;
        if (error == PURPLE_SSL_CONNECT_FAILED) return exchange_of(exchange)->end(Outcome::unreachable);
        exchange_of(exchange)->end(error == PURPLE_SSL_CERTIFICATE_INVALID ? Outcome::untrusted : Outcome::broken);
    });
}

void HttpsExchange::on_connected(void* exchange, PurpleSslConnection*, PurpleInputCondition) {
    guarded([exchange] { exchange_of(exchange)->connected(); });
}

void HttpsExchange::on_writable(void* exchange, int, PurpleInputCondition) {
    guarded([exchange] { exchange_of(exchange)->write(); });
}

void HttpsExchange::on_readable(void* exchange, PurpleSslConnection*, PurpleInputCondition) {
    guarded([exchange] { exchange_of(exchange)->read(); });
}

void HttpsExchange::connected() {
    moved_at_ = g_get_monotonic_time();
    purple_ssl_input_add(ssl_, on_readable, this);
    writing_ = purple_input_add(ssl_->fd, PURPLE_INPUT_WRITE, on_writable, this);
}

// Reads on once all that was read is sent; whether the file has what it had.
bool HttpsExchange::refill() {
    if (begun_ < pending_.size()) return true;
    begun_ = 0;
    pending_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left_, part_bytes)));
    left_ -= pending_.size();
    return pending_.empty() || std::fread(pending_.data(), 1, pending_.size(), file_.get()) == pending_.size();
}

void HttpsExchange::write() {
    for (int part = 0; part < parts_a_turn; ++part) {
        if (!refill()) return end(Outcome::unreadable);
        if (pending_.empty()) break;
        const auto sent = purple_ssl_write(ssl_, pending_.data() + begun_, pending_.size() - begun_);
        const bool has_to_wait = sent == 0 || errno == EAGAIN || errno == EWOULDBLOCK;
        if (sent == static_cast<std::size_t>(-1) || sent == 0) {
            if (!has_to_wait) read(); // a server may say no and close before all is sent
            return;
        }
        begun_ += sent;
        moved_at_ = g_get_monotonic_time();
    }
    if (left_ == 0 && begun_ == pending_.size()) {
        purple_input_remove(writing_);
        writing_ = 0;
    }
    const auto unsent = left_ + std::min<std::uint64_t>(pending_.size() - begun_, request_.size - left_);
    progress_(request_.size - unsent);
}

void HttpsExchange::read() {
    char bytes[4096];
    const auto got = purple_ssl_read(ssl_, bytes, sizeof bytes);
    if (got == static_cast<std::size_t>(-1) && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got == 0 || got == static_cast<std::size_t>(-1)) return read_end();
    moved_at_ = g_get_monotonic_time();
    response_.append(bytes, got);
    if ((status_ != 0 || !got_status()) && response_.size() > most_response_bytes) end(Outcome::broken);
}

// Not all servers say in TLS that they close.
void HttpsExchange::read_end() {
    if (status_ == 0) return end(Outcome::broken);
    end(status_ >= 200 && status_ < 300 ? Outcome::done : Outcome::refused, status_);
}

// RFC 9112 4: the line with the status; what is only on the way (1xx) is passed over.
bool HttpsExchange::got_status() {
    while (true) {
        const auto line_end = response_.find("\r\n");
        if (line_end == response_.npos) return false;
        const auto space = response_.find(' ');
        const int status = response_.compare(0, 7, "HTTP/1.") == 0 && space < line_end
                               ? std::atoi(response_.c_str() + space + 1)
                               : 0;
        if (status >= 200 && request_.method == "GET") {
            status_ = status;
            return true;
        }
        if (status < 100 || status >= 200) {
            const bool is_all_sent = left_ == 0 && begun_ == pending_.size();
            const bool is_stored = status >= 200 && status < 300 && is_all_sent;
            end(is_stored ? Outcome::done : Outcome::refused, status);
            return true;
        }
        const auto head_end = response_.find("\r\n\r\n");
        if (head_end == response_.npos) return false;
        response_.erase(0, head_end + 4);
    }
}

// `done` may destroy this: nothing of it is touched afterwards.
void HttpsExchange::end(Outcome outcome, int status) {
    if (writing_ != 0) purple_input_remove(std::exchange(writing_, 0));
    if (const Done done = std::exchange(done_, nullptr)) done(outcome, status);
}

} // namespace purple_plugin
