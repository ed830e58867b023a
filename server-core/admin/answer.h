// SPDX-License-Identifier: MIT
// What a command gives back: an exit code and text, for people or, with --json, for scripts.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace admin {

struct Answer {
    int exit_code = 0; // 0 done, 1 failed, 2 not understood, 3 no server runs
    std::string text;  // lines, each with its end; for stdout when done, else for stderr
};

inline Answer done(std::string text) { return {0, std::move(text)}; }
inline Answer failed(std::string sentence) { return {1, std::move(sentence) + "\n"}; }
inline Answer not_understood(std::string sentence) { return {2, std::move(sentence) + "\n"}; }

// A JSON object, written in one line.
class Json {
public:
    Json& text(std::string_view key, std::string_view value);
    Json& number(std::string_view key, long long value);
    Json& flag(std::string_view key, bool value);
    Json& list(std::string_view key, const std::vector<std::string>& values);
    Json& objects(std::string_view key, const std::vector<Json>& values);
    std::string str() const { return "{" + members_ + "}"; }

private:
    Json& member(std::string_view key, const std::string& value);
    std::string members_;
};

} // namespace admin
