// SPDX-License-Identifier: MIT
#include "socks.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t pattern_bytes = 1021; // a prime: what is lost or moved by any block size shows
constexpr int buffer_bytes = 512 * 1024;
constexpr std::size_t chunk_bytes = 128 * 1024;
constexpr std::uint64_t share_of_a_turn = 1024 * 1024;

// The pattern again and again, so that a chunk from any place of it can be taken.
const std::vector<char>& pattern() {
    static const auto made = [] {
        std::vector<char> bytes(chunk_bytes + pattern_bytes);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const std::size_t place = i % pattern_bytes;
            bytes[i] = static_cast<char>(place * 31 + place / 256);
        }
        return bytes;
    }();
    return made;
}

std::size_t expected_answer(const std::string& request) { return 2 + 4 + 1 + request.size() - 3 - 5 - 2 + 2; }

int connect_to(int port) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect to port " + std::to_string(port));
    return made;
}

} // namespace

SocksEnd::SocksEnd(Loop& loop, Open open) : loop_(loop), socket_(open.socket) {
    // What lies in buffers at the end of the span is little, however slow the proxy is.
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    accepted_ = true;
    loop_.watch(socket_, *this);
}

SocksEnd::SocksEnd(Loop& loop, int port) : SocksEnd(loop, Open{connect_to(port)}) {}

std::unique_ptr<SocksEnd> SocksEnd::over(Loop& loop, int socket) {
    return std::unique_ptr<SocksEnd>(new SocksEnd(loop, Open{socket}));
}

SocksEnd::SocksEnd(Loop& loop, int port, const std::string& hash) : SocksEnd(loop, port) {
    accepted_ = false;
    request_ = std::string("\x05\x01\x00", 3) + std::string("\x05\x01\x00\x03", 4) + static_cast<char>(hash.size()) +
               hash + std::string(2, '\0');
    // Greeting first, the request when the greeting is answered: Prosody reads one at a time.
    if (::send(socket_, request_.data(), 3, MSG_NOSIGNAL) != 3) throw std::runtime_error("the proxy takes nothing");
}

SocksEnd::~SocksEnd() {
    loop_.forget(*this);
    ::close(socket_);
}

void SocksEnd::ready() {
    if (!accepted_) read_greetings();
    if (accepted_) read_bytes();
    flush();
}

void SocksEnd::read_greetings() {
    const std::size_t full = expected_answer(request_);
    char bytes[512];
    while (answer_.size() < full) {
        const std::size_t wanted = answer_.size() < 2 ? 2 - answer_.size() : full - answer_.size();
        const auto got = ::recv(socket_, bytes, std::min(wanted, sizeof bytes), MSG_DONTWAIT);
        if (got <= 0) {
            broken_ = broken_ || got == 0 || errno != EAGAIN;
            return;
        }
        answer_.append(bytes, static_cast<std::size_t>(got));
        if (answer_.size() == 2)
            broken_ = broken_ || ::send(socket_, request_.data() + 3, request_.size() - 3, MSG_NOSIGNAL) < 0;
    }
    accepted_ = answer_[1] == 0 && answer_[3] == 0;
    broken_ = broken_ || !accepted_;
}

void SocksEnd::read_bytes() {
    static std::vector<char> bytes(chunk_bytes);
    while (true) {
        const auto got = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got <= 0) {
            ended_ = ended_ || got == 0;
            broken_ = broken_ || (got < 0 && errno != EAGAIN);
            return;
        }
        const char* const expected = pattern().data() + received_ % pattern_bytes;
        broken_ = broken_ || std::memcmp(bytes.data(), expected, static_cast<std::size_t>(got)) != 0;
        received_ += static_cast<std::uint64_t>(got);
    }
}

void SocksEnd::send_without_end() {
    sending_ = true;
    loop_.later(*this);
}

void SocksEnd::end_sending() {
    sending_ = false;
    ::shutdown(socket_, SHUT_WR);
}

void SocksEnd::flush() {
    for (std::uint64_t this_turn = 0; accepted_ && sending_;) {
        // The receivers have their turn as well.
        if (this_turn >= share_of_a_turn) return loop_.later(*this);
        const char* const from = pattern().data() + sent_ % pattern_bytes;
        const auto took = ::send(socket_, from, chunk_bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (took < 0) {
            broken_ = broken_ || errno != EAGAIN;
            return;
        }
        sent_ += static_cast<std::uint64_t>(took);
        this_turn += static_cast<std::uint64_t>(took);
    }
}

} // namespace bench
