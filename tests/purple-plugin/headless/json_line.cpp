// SPDX-License-Identifier: MIT
#include "json_line.h"

#include <cstdio>

namespace headless {
namespace {

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\', result += c;
        else if (static_cast<unsigned char>(c) >= 0x20)
            result += c;
        else {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
            result += escape;
        }
    }
    return result + '"';
}

} // namespace

JsonLine& JsonLine::add(std::string_view key, std::string_view text) {
    if (line_.size() > 1) line_ += ',';
    line_ += quoted(key) + ':' + quoted(text);
    return *this;
}

JsonLine& JsonLine::add(std::string_view key, long number) {
    line_ += ',' + quoted(key) + ':' + std::to_string(number);
    return *this;
}

JsonLine::~JsonLine() {
    std::printf("%s}\n", line_.c_str());
    std::fflush(stdout);
}

} // namespace headless
