// SPDX-License-Identifier: MIT
// DATA/control, a Unix socket (mode 0600) by which the command line reaches the running server. A request: "--json" or
// nothing, then one word a line, an empty line, the line of standard input. The answer: the exit code in one line,
// then the text to the end.
#pragma once
#include "admin/commands.h"
#include "net/loop.h"

#include <boost/asio/local/stream_protocol.hpp>

#include <memory>
#include <string>

namespace admin {

// The server's end. Stops listening and removes the socket when destroyed.
class ControlSocket {
public:
    // The folder's lock must be held: a socket that an earlier server left behind is replaced.
    static base::Result<std::unique_ptr<ControlSocket>, std::string> open(net::Loop& loop, const std::string& file,
                                                                          Commands& commands);
    ~ControlSocket();
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

private:
    using Protocol = boost::asio::local::stream_protocol;
    ControlSocket(net::Loop& loop, std::string file, Commands& commands);
    base::Task<> accept();

    net::Loop& loop_;
    std::string file_;
    Commands& commands_;
    Protocol::acceptor acceptor_;
};

// The command line's end: sends `request`, waits for the answer. The error: nobody listens there.
base::Result<Answer, std::string> ask_server(const std::string& file, const Request& request);

// The request as it travels; nothing when a word holds a line break or is empty.
std::optional<std::string> serialise(const Request& request);
std::optional<Request> parse_request(std::string_view text);

} // namespace admin
