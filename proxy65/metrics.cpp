// SPDX-License-Identifier: MIT
#include "metrics.h"

#include <chrono>
#include <string_view>

namespace proxy65 {
namespace {

constexpr std::size_t most_readers = 16;
constexpr std::size_t most_head_bytes = 8192;
constexpr std::chrono::seconds request_limit{5};

std::string response(std::string_view status, std::string_view more, std::string_view body) {
    std::string text = "HTTP/1.1 ";
    text += status;
    text += "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nConnection: close\r\n";
    text += more;
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return text.append(body);
}

} // namespace

void Metrics::accept(boost::asio::ip::tcp::socket socket) {
    if (readers_ >= most_readers) return; // closed with this
    loop_.spawn(serve(std::make_unique<net::Connection>(loop_, std::move(socket))));
}

base::Task<> Metrics::serve(std::unique_ptr<net::Connection> connection) {
    ++readers_;
    const auto deadline = timers_.after(request_limit, [&connection = *connection] { connection.abort(); });
    std::string head;
    while (head.find("\r\n\r\n") == head.npos && head.size() <= most_head_bytes) {
        const auto bytes = co_await connection->read();
        if (!bytes) break;
        head.append(bytes->begin(), bytes->end());
    }
    const auto end = head.find("\r\n\r\n");
    if (end != head.npos) connection->write(answer_to(std::string_view(head).substr(0, head.find("\r\n"))));
    connection->close();
    --readers_;
}

std::string Metrics::answer_to(std::string_view request_line) const {
    const auto method = request_line.substr(0, request_line.find(' '));
    if (method != "GET") return response("405 Method Not Allowed", "Allow: GET\r\n", "");
    if (!request_line.starts_with("GET /metrics ")) return response("404 Not Found", "", "it is at /metrics\n");
    return response("200 OK", "", text_());
}

} // namespace proxy65
