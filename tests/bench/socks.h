// SPDX-License-Identifier: MIT
// One end of a bytestream, through a SOCKS5 proxy (XEP-0065) or without one. The bytes follow a pattern, so that a lost or reordered
// one is seen.
#pragma once
#include "loop.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bench {

class SocksEnd final : public Watched {
public:
    // Asks for `hash` as the host, as XEP-0065 does.
    SocksEnd(Loop& loop, int port, const std::string& hash);
    // Without a handshake.
    SocksEnd(Loop& loop, int port);
    // The other end of one: takes the socket.
    static std::unique_ptr<SocksEnd> over(Loop& loop, int socket);
    ~SocksEnd() override;
    SocksEnd(const SocksEnd&) = delete;
    SocksEnd& operator=(const SocksEnd&) = delete;

    bool is_accepted() const { return accepted_; }
    bool is_broken() const { return broken_; }
    // Whether the other end has said that nothing more comes.
    bool has_ended() const { return ended_; }
    // Sends as fast as the bytes go, until `end_sending`.
    void send_without_end();
    void end_sending();
    std::uint64_t sent() const { return sent_; }
    std::uint64_t received() const { return received_; }

    void ready() override;
    void flush() override;

private:
    struct Open {
        int socket;
    };
    SocksEnd(Loop& loop, Open open);
    void read_greetings();
    void read_bytes();
    Loop& loop_;
    int socket_;
    std::string request_;
    std::string answer_;
    bool accepted_ = false;
    bool broken_ = false;
    bool ended_ = false;
    bool sending_ = false;
    std::uint64_t sent_ = 0, received_ = 0;
};

} // namespace bench
