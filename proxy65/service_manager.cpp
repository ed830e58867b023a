// SPDX-License-Identifier: MIT
#include "service_manager.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace proxy65 {
namespace {

using namespace std::chrono_literals;
constexpr auto last_words = 10s; // refusals on their way out take up to five

std::string monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000);
}

} // namespace

ServiceManager::ServiceManager() {
    if (const char* named = std::getenv("NOTIFY_SOCKET")) socket_ = named;
}

void ServiceManager::ready() const { tell("READY=1"); }

void ServiceManager::reloading() const { tell("RELOADING=1\nMONOTONIC_USEC=" + monotonic_microseconds()); }

void ServiceManager::stopping(std::chrono::seconds limit) const {
    const auto whole = std::chrono::microseconds(limit + last_words).count();
    tell(limit == 0s ? "STOPPING=1" : "STOPPING=1\nEXTEND_TIMEOUT_USEC=" + std::to_string(whole));
}

void ServiceManager::status(std::string_view text) const { tell("STATUS=" + std::string(text)); }

// Nothing depends on the answer, and there is none.
void ServiceManager::tell(std::string_view state) const {
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::copy(socket_.begin(), socket_.end(), address.sun_path);
    if (socket_.front() == '@') address.sun_path[0] = '\0'; // the abstract namespace
    const int out = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (out < 0) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    ::sendto(out, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&address), length);
    ::close(out);
}

} // namespace proxy65
