// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/https_put.h"

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

HttpsPut* put_of(void* data) { return static_cast<HttpsPut*>(data); }

std::string head_of(const HttpsPut::Request& request) {
    std::string head = "PUT " + request.url.target + " HTTP/1.1\r\nHost: " + request.url.authority +
                       "\r\nContent-Length: " + std::to_string(request.size) + "\r\nContent-Type: " + request.content_type +
                       "\r\nConnection: close\r\n";
    for (const auto& [name, value] : request.headers) head += name + ": " + value + "\r\n";
    return head + "\r\n";
}

} // namespace

HttpsPut::HttpsPut(PurpleAccount* account, Request request, Progress progress, Done done)
    : request_(std::move(request)),
      progress_(std::move(progress)),
      done_(std::move(done)),
      file_(g_fopen(request_.path.c_str(), "rb")),
      moved_at_(g_get_monotonic_time()),
      pending_(head_of(request_)),
      left_(request_.size) {
    if (file_ != nullptr)
        ssl_ = purple_ssl_connect(account, request_.url.host.c_str(), request_.url.port, on_connected, on_error, this);
    timer_ = ssl_ != nullptr ? purple_timeout_add_seconds(looks_seconds, look_at_clock, this)
                             : purple_timeout_add(0, fail_to_begin, this);
}

HttpsPut::~HttpsPut() {
    if (timer_ != 0) purple_timeout_remove(timer_);
    if (writing_ != 0) purple_input_remove(writing_);
    if (ssl_ != nullptr) purple_ssl_close(ssl_);
}

gboolean HttpsPut::fail_to_begin(void* put) {
    guarded([put] {
        put_of(put)->timer_ = 0;
        put_of(put)->end(put_of(put)->file_ == nullptr ? Outcome::unreadable : Outcome::unreachable);
    });
    return FALSE;
}

gboolean HttpsPut::look_at_clock(void* data) {
    return guarded(FALSE, [data]() -> gboolean {
        auto& put = *put_of(data);
        if (g_get_monotonic_time() - put.moved_at_ < patience) return TRUE;
        put.timer_ = 0;
        put.end(Outcome::broken);
        return FALSE;
    });
}

void HttpsPut::on_error(PurpleSslConnection*, PurpleSslErrorType error, void* put) {
    guarded([=] {
        put_of(put)->ssl_ = nullptr;
        if (error == PURPLE_SSL_CONNECT_FAILED) return put_of(put)->end(Outcome::unreachable);
        put_of(put)->end(error == PURPLE_SSL_CERTIFICATE_INVALID ? Outcome::untrusted : Outcome::broken);
    });
}

void HttpsPut::on_connected(void* put, PurpleSslConnection*, PurpleInputCondition) {
    guarded([put] { put_of(put)->connected(); });
}

void HttpsPut::on_writable(void* put, int, PurpleInputCondition) {
    guarded([put] { put_of(put)->write(); });
}

void HttpsPut::on_readable(void* put, PurpleSslConnection*, PurpleInputCondition) {
    guarded([put] { put_of(put)->read(); });
}

void HttpsPut::connected() {
    moved_at_ = g_get_monotonic_time();
    purple_ssl_input_add(ssl_, on_readable, this);
    writing_ = purple_input_add(ssl_->fd, PURPLE_INPUT_WRITE, on_writable, this);
}

// Reads on once all that was read is sent; whether the file has what it had.
bool HttpsPut::refill() {
    if (begun_ < pending_.size()) return true;
    begun_ = 0;
    pending_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left_, part_bytes)));
    left_ -= pending_.size();
    return std::fread(pending_.data(), 1, pending_.size(), file_.get()) == pending_.size();
}

void HttpsPut::write() {
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

void HttpsPut::read() {
    char bytes[4096];
    const auto got = purple_ssl_read(ssl_, bytes, sizeof bytes);
    if (got == static_cast<std::size_t>(-1) && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got == 0 || got == static_cast<std::size_t>(-1)) return end(Outcome::broken);
    moved_at_ = g_get_monotonic_time();
    response_.append(bytes, got);
    if (!got_status() && response_.size() > most_response_bytes) end(Outcome::broken);
}

// RFC 9112 4: the line with the status; what is only on the way (1xx) is passed over.
bool HttpsPut::got_status() {
    while (true) {
        const auto line_end = response_.find("\r\n");
        if (line_end == response_.npos) return false;
        const auto space = response_.find(' ');
        const int status = response_.compare(0, 7, "HTTP/1.") == 0 && space < line_end
                               ? std::atoi(response_.c_str() + space + 1)
                               : 0;
        if (status < 100 || status >= 200) {
            const bool is_all_sent = left_ == 0 && begun_ == pending_.size();
            const bool is_stored = status >= 200 && status < 300 && is_all_sent;
            end(is_stored ? Outcome::stored : Outcome::refused, status);
            return true;
        }
        const auto head_end = response_.find("\r\n\r\n");
        if (head_end == response_.npos) return false;
        response_.erase(0, head_end + 4);
    }
}

// `done` may destroy this: nothing of it is touched afterwards.
void HttpsPut::end(Outcome outcome, int status) {
    if (writing_ != 0) purple_input_remove(std::exchange(writing_, 0));
    if (const Done done = std::exchange(done_, nullptr)) done(outcome, status);
}

} // namespace purple_plugin
