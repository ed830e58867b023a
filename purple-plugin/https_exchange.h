// SPDX-License-Identifier: GPL-2.0-or-later
// One exchange with an HTTPS server: a file that goes there (PUT, RFC 9110 9.3.4), read while it is sent, or a few bytes
// from there (GET). Whether the server's certificate is right is decided by libpurple's verifier.
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

class HttpsExchange {
public:
    enum class Outcome { done, unreachable, untrusted, refused, broken, unreadable };
    struct Request {
        std::string method; // PUT or GET
        HttpsUrl url;
        std::string path;    // of the file that is sent
        std::string content; // what is sent where there is no path
        std::uint64_t size = 0; // of either
        std::string content_type;
        std::vector<std::pair<std::string, std::string>> headers;
    };
    using Progress = std::function<void(std::uint64_t sent)>;
    // Called once, with the status of HTTP where there is one; it may destroy the HttpsExchange. A GET is over when the
    // server has closed the connection.
    using Done = std::function<void(Outcome outcome, int status)>;

    HttpsExchange(PurpleAccount* account, Request request, Progress progress, Done done);
    ~HttpsExchange();
    HttpsExchange(const HttpsExchange&) = delete;
    HttpsExchange& operator=(const HttpsExchange&) = delete;

    // What the server has said: its head, and behind that what was got.
    const std::string& response() const { return response_; }

private:
    struct Closed {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    static void on_connected(void* exchange, PurpleSslConnection*, PurpleInputCondition);
    static void on_error(PurpleSslConnection*, PurpleSslErrorType error, void* exchange);
    static void on_writable(void* exchange, int, PurpleInputCondition);
    static void on_readable(void* exchange, PurpleSslConnection*, PurpleInputCondition);
    static gboolean look_at_clock(void* exchange);
    static gboolean fail_to_begin(void* exchange);
    void connected();
    void write();
    bool refill();
    void read();
    bool got_status();
    void read_end();
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
    int status_ = 0; // of a GET, whose content follows
};

} // namespace purple_plugin
