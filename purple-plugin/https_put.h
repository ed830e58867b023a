// SPDX-License-Identifier: GPL-2.0-or-later
// One file to an HTTPS server (RFC 9110 9.3.4), read while it is sent. Whether the server's certificate is right is
// decided by libpurple's verifier.
#pragma once
#include "purple-plugin/https_url.h"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <account.h>
#include <sslconn.h>

namespace purple_plugin {

class HttpsPut {
public:
    enum class Outcome { stored, unreachable, untrusted, refused, broken, unreadable };
    struct Request {
        HttpsUrl url;
        std::string path; // of the file
        std::uint64_t size = 0;
        std::string content_type;
        std::vector<std::pair<std::string, std::string>> headers;
    };
    using Progress = std::function<void(std::uint64_t sent)>;
    // Called once, with the status of HTTP where there is one; it may destroy the HttpsPut.
    using Done = std::function<void(Outcome outcome, int status)>;

    HttpsPut(PurpleAccount* account, Request request, Progress progress, Done done);
    ~HttpsPut();
    HttpsPut(const HttpsPut&) = delete;
    HttpsPut& operator=(const HttpsPut&) = delete;

private:
    struct Closed {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    static void on_connected(void* put, PurpleSslConnection*, PurpleInputCondition);
    static void on_error(PurpleSslConnection*, PurpleSslErrorType error, void* put);
    static void on_writable(void* put, int, PurpleInputCondition);
    static void on_readable(void* put, PurpleSslConnection*, PurpleInputCondition);
    static gboolean look_at_clock(void* put);
    static gboolean fail_to_begin(void* put);
    void connected();
    void write();
    bool refill();
    void read();
    bool got_status();
    void end(Outcome outcome, int status = 0);

    Request request_;
    Progress progress_;
    Done done_;
    std::unique_ptr<std::FILE, Closed> file_;
    PurpleSslConnection* ssl_ = nullptr; // closed by libpurple when it tells of an error
    guint writing_ = 0, timer_ = 0;
    std::int64_t moved_at_; // when bytes last went either way
    std::string pending_;   // read from the file, not yet sent
    std::size_t begun_ = 0; // how much of `pending_` is sent
    std::uint64_t left_;    // of the file, not yet read
    std::string response_;
};

} // namespace purple_plugin
