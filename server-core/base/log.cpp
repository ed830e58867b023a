// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <array>
#include <ctime>
#include <string>

#include <unistd.h>

namespace base {
namespace {

// For a person at a terminal; the journal has a time of its own.
std::string time_of_day() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    localtime_r(&now, &parts);
    std::array<char, 32> text{};
    return std::string(text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S ", &parts));
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

void Log::write(LogLevel level, std::string_view text) const {
    if (level > most_) return;
    std::string line = isatty(descriptor_) ? time_of_day() : "<" + std::to_string(static_cast<int>(level)) + ">";
    line.reserve(line.size() + text.size() + 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        // U+0080 to U+009F are control characters too: some terminals obey them.
        const bool is_c1 = i > 0 && text[i - 1] == '\xC2' && static_cast<unsigned char>(text[i]) < 0xA0;
        if (is_c1) line.back() = '?';
        else line += is_control(text[i]) ? '?' : text[i];
    }
    line += '\n';
    // Where a log cannot be written there is nobody to tell.
    [[maybe_unused]] const auto written = ::write(descriptor_, line.data(), line.size());
}

}  // namespace base
