// SPDX-License-Identifier: MIT
// Lines for the administrator on stderr, the way systemd's journal wants them: "<6>text".
#pragma once
#include <string_view>

namespace base {

enum class LogLevel { error = 3, warning = 4, info = 6, debug = 7 };

// Owned by main and lent to those who speak. Never receives a password or the text of a stanza.
class Log {
public:
    explicit Log(LogLevel most = LogLevel::info, int descriptor = 2) : most_(most), descriptor_(descriptor) {}

    // Writes one line in one write(2); control characters in `text` are replaced, so that a peer cannot forge a line.
    void write(LogLevel level, std::string_view text) const;
    void error(std::string_view text) const { write(LogLevel::error, text); }
    void warning(std::string_view text) const { write(LogLevel::warning, text); }
    void info(std::string_view text) const { write(LogLevel::info, text); }
    void debug(std::string_view text) const { write(LogLevel::debug, text); }

private:
    LogLevel most_;
    int descriptor_;
};

}  // namespace base
