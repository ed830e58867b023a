// SPDX-License-Identifier: MIT
#include "admin/socket.h"

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <charconv>

#include <sys/stat.h>
#include <unistd.h>

namespace admin {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::size_t request_bytes = 8 * 1024;
constexpr std::string_view json_word = "--json";

std::string take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string serialise_answer(const Answer& answer) { return std::to_string(answer.exit_code) + "\n" + answer.text; }

base::Task<std::optional<Request>> receive(Protocol::socket& socket) {
    std::string text;
    error_code error;
    // The client shuts down its side behind the request, so the end of the stream is the end of the request.
    co_await asio::async_read(socket, asio::dynamic_buffer(text, request_bytes),
                              asio::redirect_error(asio::use_awaitable, error));
    if (error != asio::error::eof) co_return std::nullopt;
    co_return parse_request(text);
}

base::Task<> serve(Protocol::socket socket, Commands& commands) {
    const auto request = co_await receive(socket);
    Answer answer = not_understood("the request is damaged or too long");
    if (request) answer = co_await commands.run(*request);
    error_code ignored;
    co_await asio::async_write(socket, asio::buffer(serialise_answer(answer)),
                               asio::redirect_error(asio::use_awaitable, ignored));
}

} // namespace

std::optional<std::string> serialise(const Request& request) {
    std::string text = request.json ? std::string(json_word) + "\n" : "";
    for (const auto& word : request.words) {
        if (word.empty() || word.find('\n') != word.npos) return std::nullopt;
        text += word + "\n";
    }
    if (request.input.find('\n') != request.input.npos) return std::nullopt;
    return text + "\n" + request.input + "\n";
}

std::optional<Request> parse_request(std::string_view text) {
    Request request;
    while (true) {
        if (text.empty()) return std::nullopt;
        auto word = take_line(text);
        if (word.empty()) break;
        if (word == json_word)
            request.json = true;
        else
            request.words.push_back(std::move(word));
    }
    request.input = take_line(text);
    return request;
}

ControlSocket::ControlSocket(net::Loop& loop, std::string file, Commands& commands)
    : loop_(loop), file_(std::move(file)), commands_(commands), acceptor_(loop.context()) {}

base::Result<std::unique_ptr<ControlSocket>, std::string> ControlSocket::open(net::Loop& loop, const std::string& file,
                                                                              Commands& commands) {
    if (file.size() >= sizeof(sockaddr_un::sun_path))
        return base::Unexpected(file + " is too long a path for a Unix socket; name a data folder with a shorter path");
    std::unique_ptr<ControlSocket> made(new ControlSocket(loop, file, commands));
    unlink(file.c_str());
    error_code error;
    made->acceptor_.open(Protocol(), error);
    // Born closed to others: between bind and chmod there would be a moment.
    const mode_t usual = umask(0177);
    if (!error) made->acceptor_.bind(Protocol::endpoint(file), error);
    umask(usual);
    if (!error) made->acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return base::Unexpected(file + ": " + error.message());
    loop.spawn(made->accept());
    return made;
}

ControlSocket::~ControlSocket() {
    error_code ignored;
    acceptor_.close(ignored);
    unlink(file_.c_str());
}

base::Task<> ControlSocket::accept() {
    while (true) {
        error_code error;
        auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
        if (!error) loop_.spawn(serve(std::move(socket), commands_));
    }
}

base::Result<Answer, std::string> ask_server(const std::string& file, const Request& request) {
    const auto text = serialise(request);
    if (!text) return not_understood("a word of the command is empty or holds a line break");
    if (file.size() >= sizeof(sockaddr_un::sun_path)) return base::Unexpected(file + " is too long a path");
    asio::io_context context;
    Protocol::socket socket(context);
    error_code error;
    socket.connect(Protocol::endpoint(file), error);
    if (error) return base::Unexpected(file + ": " + error.message());
    asio::write(socket, asio::buffer(*text), error);
    socket.shutdown(Protocol::socket::shutdown_send, error);
    std::string reply;
    asio::read(socket, asio::dynamic_buffer(reply), error);
    std::string_view rest = reply;
    const auto code = take_line(rest);
    Answer answer;
    if (std::from_chars(code.data(), code.data() + code.size(), answer.exit_code).ec != std::errc())
        return base::Unexpected("the server ended before it answered; see its log");
    answer.text = rest;
    return answer;
}

} // namespace admin
