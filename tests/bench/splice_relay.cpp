// SPDX-License-Identifier: MIT
// splice-relay LISTEN TARGET THREADS: passes each connection on to another port of loopback by splice(2), with two pipes
// for each and no limit, log or address: the floor that proxy65 is measured against. Ends by a signal.
#include <arpa/inet.h>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <initializer_list>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

constexpr int pipe_bytes = 256 * 1024;

struct Flow {
    int from, to, pipe[2];
    ssize_t held = 0;
    bool is_over = false;

    Flow(int source, int target) : from(source), to(target) {
        if (::pipe2(pipe, O_NONBLOCK) != 0) std::abort();
        ::fcntl(pipe[1], F_SETPIPE_SZ, pipe_bytes);
    }
    // Until the source is empty, or the target full.
    void pump() {
        while (!is_over) {
            if (held == 0) held = ::splice(from, nullptr, pipe[1], nullptr, pipe_bytes, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            if (held == 0) {
                is_over = true;
                ::shutdown(to, SHUT_WR);
            }
            if (held <= 0) {
                held = 0;
                return;
            }
            const auto put = ::splice(pipe[0], nullptr, to, nullptr, static_cast<std::size_t>(held), SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            if (put <= 0) return;
            held -= put;
        }
    }
};

struct Pair {
    Flow there, back;
    Pair(int first, int second) : there(first, second), back(second, first) {}
};

sockaddr_in loopback(const char* port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void pass_on(int epoll, int accepted, const sockaddr_in& target) {
    const int other = ::socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    if (::connect(other, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0) {
        ::close(accepted);
        ::close(other);
        return;
    }
    auto* const pair = new Pair(accepted, other); // never given back: it ends with its measurement
    for (const int socket : {accepted, other}) { // both before either is watched: its thread reads and writes both
        ::fcntl(socket, F_SETFL, O_NONBLOCK);
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
    for (const int socket : {accepted, other}) {
        epoll_event watch{EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = pair}};
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &watch);
    }
}

void move_bytes(int epoll) {
    epoll_event ready[64];
    while (true) {
        const int count = ::epoll_wait(epoll, ready, 64, -1);
        for (int i = 0; i < count; ++i) {
            auto* const pair = static_cast<Pair*>(ready[i].data.ptr);
            pair->there.pump();
            pair->back.pump();
        }
    }
}

int run(const sockaddr_in& here, const sockaddr_in& target, std::size_t threads) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0 || ::listen(listener, SOMAXCONN) != 0)
        return 1;
    std::vector<int> epolls;
    for (std::size_t i = 0; i < threads; ++i) {
        epolls.push_back(::epoll_create1(0));
        std::thread(move_bytes, epolls.back()).detach();
    }
    for (std::size_t next = 0;; ++next)
        pass_on(epolls[next % threads], ::accept(listener, nullptr, nullptr), target);
}

} // namespace

int main(int count, char** words) {
    if (count != 4) return 2;
    std::signal(SIGPIPE, SIG_IGN);
    const rlimit files{20000, 20000};
    ::setrlimit(RLIMIT_NOFILE, &files);
    return run(loopback(words[1]), loopback(words[2]), static_cast<std::size_t>(std::atoi(words[3])));
}
