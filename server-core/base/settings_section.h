// SPDX-License-Identifier: MIT
// A daemon's settings file (the syntax of GKeyFile): typed values, read section by section and checked whole. The
// member that a key fills holds its default; each mistake is kept with its line, so `check` can show all of them:
//     SettingsSection section = file.section("server-core");
//     section.listeners("listen", settings.listen);
//     section.limit("limit-stanza", settings.stanza_bytes, {10'000, 10'000'000});
//     if (auto mistakes = file.mistakes(); !mistakes.empty()) ...
#pragma once
#include "base/organisation.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct _GRegex;

namespace base {

// Where to listen or whom to call: an address or a host name, and a port.
struct Endpoint {
    std::string host; // empty: all addresses
    std::uint16_t port = 0;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};
std::string to_text(const Endpoint& endpoint); // "[::1]:5222", "127.0.0.1:5347", "5222"

// A regular expression (Perl's syntax) that a whole text fits or not.
class Pattern {
public:
    // What is wrong with the expression, as a sentence of the library.
    static Result<Pattern, std::string> compile(const std::string& expression);
    // False also for what is too hard to decide: an expression that backtracks without end is a way to stop the loop.
    bool matches(std::string_view text) const;
    const std::string& text() const { return text_; }

private:
    Pattern(std::string text, std::shared_ptr<_GRegex> compiled);
    std::string text_;
    std::shared_ptr<_GRegex> compiled_;
};

struct Range {
    std::int64_t least;
    std::int64_t most;
};

template <class E>
struct Choice {
    const char* word;
    E value;
};

class SettingsFile;

// One [group]. Each call takes the key's value, or leaves the member as it was when the key is absent or wrong.
class SettingsSection {
public:
    void text(const char* key, std::string& member);
    void list(const char* key, std::vector<std::string>& member); // separated by commas; empty: none
    void flag(const char* key, bool& member);                     // yes or no
    void pattern(const char* key, Pattern& member);
    // Addresses to listen on, "PORT", "ADDRESS:PORT" or "[ADDRESS]:PORT", no names; port 0: the kernel picks; empty:
    // none.
    void listeners(const char* key, std::vector<Endpoint>& member);
    // Hosts to reach, by name or address, each with a port; empty: none.
    void hosts(const char* key, std::vector<Endpoint>& member);
    // A path, relative to the settings file; a `file` must be there and readable. Empty: none.
    void path(const char* key, std::string& member);
    void file(const char* key, std::string& member);

    template <class Integer>
    void integer(const char* key, Integer& member, Range range) {
        member = static_cast<Integer>(number(key, static_cast<std::int64_t>(member), range, Kind::number));
    }
    // As `integer`, and 0: no limit.
    template <class Integer>
    void limit(const char* key, Integer& member, Range range) {
        member = static_cast<Integer>(number(key, static_cast<std::int64_t>(member), range, Kind::limit));
    }
    // "65536", "64K", "20M", "2G" (powers of 1024), 0: no limit.
    template <class Integer>
    void bytes(const char* key, Integer& member, Range range) {
        member = static_cast<Integer>(number(key, static_cast<std::int64_t>(member), range, Kind::bytes));
    }
    // "90", "90s", "15m", "12h", "30d", 0: no limit; the range is in seconds.
    void seconds(const char* key, std::chrono::seconds& member, Range range) {
        member = std::chrono::seconds(number(key, member.count(), range, Kind::seconds));
    }

    template <class E>
    void choice(const char* key, E& member, std::initializer_list<Choice<E>> choices) {
        std::vector<std::string> words;
        for (const auto& [word, value] : choices) words.emplace_back(word);
        if (const int index = word_index(key, words); index >= 0) member = choices.begin()[index].value;
    }

    // For what only the caller can judge: a mistake at the key's line.
    void refuse(const char* key, std::string expected, std::string remedy);
    bool has(const char* key) const;

private:
    friend class SettingsFile;
    SettingsSection(SettingsFile& file, std::string group) : file_(file), group_(std::move(group)) {}
    enum class Kind { number, limit, bytes, seconds };
    const std::string* take(const char* key);
    int word_index(const char* key, const std::vector<std::string>& words);
    std::int64_t number(const char* key, std::int64_t member, Range range, Kind kind);
    void endpoints(const char* key, std::vector<Endpoint>& member, bool listening);
    SettingsFile& file_;
    std::string group_;
};

class SettingsFile {
public:
    // No file: every key has its default.
    SettingsFile() = default;
    //   error   unreadable, not UTF-8; other mistakes wait in `mistakes`
    static Result<SettingsFile, SettingError> load(const std::string& file);
    static Result<SettingsFile, SettingError> parse(const std::string& text, const std::string& file);
    // `named` (which must then exist), $XDG_CONFIG_HOME/bioaster/BASENAME, /etc/bioaster/BASENAME, no file.
    static Result<SettingsFile, SettingError> find(const std::string& named, const std::string& basename);

    // The group as a section; sections refer to this file, which must stay where it is.
    SettingsSection section(const std::string& group);
    // All that is wrong, by line: what the sections met, and every group or key that none of them asked for.
    std::vector<SettingError> mistakes() const;
    const std::string& name() const { return name_; } // empty: no file

private:
    friend class SettingsSection;
    struct Line {
        int number;
        std::string group, key, value;
    };
    void scan(std::string_view text);
    const Line* find_line(std::string_view group, std::string_view key) const;
    SettingError unasked(const Line& line) const;
    std::string name_;
    std::vector<Line> lines_;
    std::vector<std::pair<std::string, std::string>> asked_; // group, key; the key empty for the group itself
    std::vector<SettingError> mistakes_;
};

} // namespace base
