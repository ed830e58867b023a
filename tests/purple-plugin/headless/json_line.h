// SPDX-License-Identifier: MIT
// One event of the headless client: a JSON object in a line of its own on standard output.
#pragma once
#include <string>
#include <string_view>

namespace headless {

class JsonLine {
public:
    explicit JsonLine(std::string_view event) { add("event", event); }
    ~JsonLine();
    JsonLine(const JsonLine&) = delete;
    JsonLine& operator=(const JsonLine&) = delete;

    JsonLine& add(std::string_view key, std::string_view text);
    JsonLine& add(std::string_view key, const char* text) { return add(key, std::string_view(text ? text : "")); }
    JsonLine& add(std::string_view key, long number);

private:
    std::string line_ = "{";
};

} // namespace headless
