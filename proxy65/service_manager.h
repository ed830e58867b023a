// SPDX-License-Identifier: MIT
// What systemd is told (sd_notify(3)): one datagram to the socket that $NOTIFY_SOCKET names; without one, nothing.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace proxy65 {

class ServiceManager {
public:
    // Reads the environment.
    ServiceManager();
    void ready() const;
    void reloading() const;
    // The end may take as long as that, and a little more; 0: as long as the unit allows.
    void stopping(std::chrono::seconds limit) const;
    // One line that `systemctl status` shows.
    void status(std::string_view text) const;

private:
    void tell(std::string_view state) const;
    std::string socket_; // empty: nobody asks
};

} // namespace proxy65
