// SPDX-License-Identifier: MIT
#include "base/settings_section.h"

#include "base/text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <span>

#include <glib.h>
#include <unistd.h>

namespace base {
namespace {

struct FreeText {
    void operator()(gchar* text) const { g_free(text); }
};
struct FreeError {
    void operator()(GError* error) const { g_error_free(error); }
};
using Text = std::unique_ptr<gchar, FreeText>;
using Error = std::unique_ptr<GError, FreeError>;

std::optional<std::int64_t> parse_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

struct Unit {
    char letter;
    std::int64_t factor;
};
constexpr Unit byte_units[] = {{'K', 1 << 10}, {'M', 1 << 20}, {'G', 1 << 30}};
constexpr Unit time_units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};

// A number with one of the letters behind it or none.
std::optional<std::int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
    std::int64_t factor = 1;
    for (const auto& unit : units) {
        if (!text.ends_with(unit.letter)) continue;
        factor = unit.factor;
        text.remove_suffix(1);
        break;
    }
    auto product = parse_number(text);
    if (!product || __builtin_mul_overflow(*product, factor, &*product)) return std::nullopt;
    return product;
}

bool is_address(const std::string& host) { return g_hostname_is_ip_address(host.c_str()); }

bool is_host_name(std::string_view name) {
    const auto allowed = [](unsigned char c) { return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; };
    return !name.empty() && name.size() < 256 && std::all_of(name.begin(), name.end(), allowed);
}

// "PORT", "HOST:PORT", "[ADDRESS]:PORT"; an IPv6 address needs its brackets, or its last group would be the port.
std::optional<Endpoint> parse_endpoint(std::string_view text) {
    Endpoint endpoint;
    if (text.starts_with('[')) {
        const auto end = text.find("]:");
        if (end == text.npos) return std::nullopt;
        endpoint.host = text.substr(1, end - 1);
        if (!is_address(endpoint.host)) return std::nullopt;
        text.remove_prefix(end + 2);
    } else if (const auto colon = text.find(':'); colon != text.npos) {
        endpoint.host = text.substr(0, colon);
        if (!is_host_name(endpoint.host)) return std::nullopt;
        text.remove_prefix(colon + 1);
    }
    const auto port = parse_number(text);
    if (!port || *port < 0 || *port > 65535) return std::nullopt;
    endpoint.port = static_cast<std::uint16_t>(*port);
    return endpoint;
}

std::string absolute(const std::string& path, const std::string& settings_file) {
    if (g_path_is_absolute(path.c_str())) return path;
    const Text folder(g_path_get_dirname(settings_file.c_str()));
    return Text(g_build_filename(folder.get(), path.c_str(), nullptr)).get();
}

} // namespace

std::string to_text(const Endpoint& endpoint) {
    const auto port = std::to_string(endpoint.port);
    if (endpoint.host.empty()) return port;
    return (endpoint.host.find(':') == std::string::npos ? endpoint.host : "[" + endpoint.host + "]") + ":" + port;
}

Pattern::Pattern(std::string text, std::shared_ptr<_GRegex> compiled)
    : text_(std::move(text)), compiled_(std::move(compiled)) {}

Result<Pattern, std::string> Pattern::compile(const std::string& expression) {
    std::shared_ptr<_GRegex> compiled;
    // First by itself: "a)|(b" would become right inside our brackets. The limit bounds the steps of one match.
    for (const auto& text : {expression, "(*LIMIT_MATCH=100000)\\A(?:" + expression + ")\\z"}) {
        GError* error = nullptr;
        compiled.reset(g_regex_new(text.c_str(), GRegexCompileFlags(0), GRegexMatchFlags(0), &error),
                       [](GRegex* regex) {
                           if (regex) g_regex_unref(regex);
                       });
        if (!compiled) return Unexpected(std::string(Error(error)->message));
    }
    return Pattern(expression, compiled);
}

bool Pattern::matches(std::string_view text) const {
    if (!g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr)) return false;
    return g_regex_match_full(compiled_.get(), text.data(), static_cast<gssize>(text.size()), 0, GRegexMatchFlags(0),
                              nullptr, nullptr);
}

const std::string* SettingsSection::take(const char* key) {
    file_.asked_.emplace_back(group_, key);
    const auto* line = file_.find_line(group_, key);
    return line ? &line->value : nullptr;
}

bool SettingsSection::has(const char* key) const { return file_.find_line(group_, key) != nullptr; }

void SettingsSection::refuse(const char* key, std::string expected, std::string remedy) {
    const auto* line = file_.find_line(group_, key);
    file_.mistakes_.push_back({file_.name_, line ? line->number : 0, key, std::move(expected), std::move(remedy)});
}

void SettingsSection::text(const char* key, std::string& member) {
    if (const auto* value = take(key)) member = *value;
}

void SettingsSection::list(const char* key, std::vector<std::string>& member) {
    if (const auto* value = take(key)) member = split_list(*value);
}

void SettingsSection::flag(const char* key, bool& member) {
    if (const int index = word_index(key, {"no", "yes", "false", "true"}); index >= 0) member = index % 2 == 1;
}

void SettingsSection::pattern(const char* key, Pattern& member) {
    const auto* value = take(key);
    if (!value) return;
    if (auto compiled = Pattern::compile(*value))
        member = *compiled;
    else
        refuse(key, "a regular expression", "correct it: " + compiled.error());
}

void SettingsSection::endpoints(const char* key, std::vector<Endpoint>& member, bool listening) {
    const auto* value = take(key);
    if (!value) return;
    std::vector<Endpoint> found;
    for (const auto& item : split_list(*value)) {
        auto endpoint = parse_endpoint(item);
        const bool fits = endpoint && (listening ? endpoint->host.empty() || is_address(endpoint->host)
                                                 : !endpoint->host.empty() && endpoint->port != 0);
        if (!fits)
            return refuse(key, listening ? "ports, each alone or behind an address" : "hosts, each with its port",
                          "write " +
                              std::string(listening ? "5222, 127.0.0.1:5222 or [::1]:5222"
                                                    : "xmpp.example.org:5222 or [2001:db8::7]:5222") +
                              " instead of '" + item + "'");
        found.push_back(*endpoint);
    }
    member = std::move(found);
}

void SettingsSection::listeners(const char* key, std::vector<Endpoint>& member) { endpoints(key, member, true); }
void SettingsSection::hosts(const char* key, std::vector<Endpoint>& member) { endpoints(key, member, false); }

void SettingsSection::path(const char* key, std::string& member) {
    if (const auto* value = take(key)) member = value->empty() ? "" : absolute(*value, file_.name_);
}

void SettingsSection::file(const char* key, std::string& member) {
    std::string named = member;
    path(key, named);
    if (has(key) && !named.empty() && access(named.c_str(), R_OK) != 0)
        return refuse(key, "a file that can be read",
                      "put it at " + named + " or change the path: " + g_strerror(errno));
    member = std::move(named);
}

std::int64_t SettingsSection::number(const char* key, std::int64_t member, Range range, Kind kind) {
    const auto* value = take(key);
    if (!value) return member;
    const bool zero_is_none = kind != Kind::number;
    const auto product = kind == Kind::bytes     ? parse_with_unit(*value, byte_units)
                         : kind == Kind::seconds ? parse_with_unit(*value, time_units)
                                                 : parse_number(*value);
    if (product == 0 && zero_is_none) return 0;
    if (product && *product >= range.least && *product <= range.most) return *product;
    const char* what = kind == Kind::bytes     ? "bytes (or a number with K, M or G)"
                       : kind == Kind::seconds ? "seconds (or a number with m, h or d)"
                                               : "a number";
    refuse(key,
           std::string(what) + ", " + std::to_string(range.least) + " to " + std::to_string(range.most) +
               (zero_is_none ? ", or 0 for no limit" : ""),
           "write " + std::string(key) + "=" + std::to_string(member) + " or remove the line");
    return member;
}

int SettingsSection::word_index(const char* key, const std::vector<std::string>& words) {
    const auto* value = take(key);
    if (!value) return -1;
    const auto found = std::find(words.begin(), words.end(), *value);
    if (found != words.end()) return static_cast<int>(found - words.begin());
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
    refuse(key, "one of " + all, "write one of these or remove the line");
    return -1;
}

SettingsSection SettingsFile::section(const std::string& group) {
    asked_.emplace_back(group, "");
    return SettingsSection(*this, group);
}

const SettingsFile::Line* SettingsFile::find_line(std::string_view group, std::string_view key) const {
    for (const auto& line : lines_)
        if (line.group == group && line.key == key) return &line;
    return nullptr;
}

// GKeyFile keeps no line numbers, and each answer here needs one: the same grammar, read by hand.
void SettingsFile::scan(std::string_view text) {
    std::string group;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = line.find('=');
        if (line.empty() || line.front() == '#') continue;
        if (line.front() == '[' && line.back() == ']') {
            group = line.substr(1, line.size() - 2);
        } else if (equals == line.npos || equals == 0) {
            mistakes_.push_back({name_, number, "", "key=value, [section] or a comment after #", "correct the line"});
        } else {
            const std::string key(trim(line.substr(0, equals)));
            if (const auto* earlier = find_line(group, key))
                mistakes_.push_back({name_, number, key, "each key once",
                                     "remove this line or line " + std::to_string(earlier->number)});
            else
                lines_.push_back({number, group, key, std::string(trim(line.substr(equals + 1)))});
        }
    }
}

Result<SettingsFile, SettingError> SettingsFile::parse(const std::string& text, const std::string& file) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    const auto body = std::string_view(text).substr(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
    const gchar* invalid = nullptr;
    if (!g_utf8_validate(body.data(), static_cast<gssize>(body.size()), &invalid)) {
        const int line = 1 + static_cast<int>(std::count(body.data(), invalid, '\n'));
        return Unexpected(SettingError{file, line, "", "text in UTF-8", "save the file as UTF-8"});
    }
    SettingsFile settings;
    settings.name_ = file;
    settings.scan(body);
    return settings;
}

Result<SettingsFile, SettingError> SettingsFile::load(const std::string& file) {
    gchar* bytes = nullptr;
    gsize size = 0;
    GError* error = nullptr;
    if (!g_file_get_contents(file.c_str(), &bytes, &size, &error))
        return Unexpected(SettingError{file, 0, "", "a file that can be read",
                                       std::string("create it or name another: ") + Error(error)->message});
    return parse(std::string(Text(bytes).get(), size), file);
}

Result<SettingsFile, SettingError> SettingsFile::find(const std::string& named, const std::string& basename) {
    if (!named.empty()) return load(named);
    const Text personal(g_build_filename(g_get_user_config_dir(), "bioaster", basename.c_str(), nullptr));
    for (const auto& file : {std::string(personal.get()), "/etc/bioaster/" + basename})
        if (g_file_test(file.c_str(), G_FILE_TEST_EXISTS)) return load(file);
    return SettingsFile();
}

SettingError SettingsFile::unasked(const Line& line) const {
    std::string keys, groups;
    for (const auto& [group, key] : asked_) {
        if (key.empty())
            groups += (groups.empty() ? "[" : ", [") + group + "]";
        else if (group == line.group)
            keys += (keys.empty() ? "" : ", ") + key;
    }
    if (!keys.empty()) return {name_, line.number, line.key, "one of " + keys, "correct or remove the line"};
    return {name_, line.number, line.key, "to stand below one of " + groups,
            line.group.empty() ? "write such a line above it" : "[" + line.group + "] is not known; move the line"};
}

std::vector<SettingError> SettingsFile::mistakes() const {
    auto all = mistakes_;
    for (const auto& line : lines_)
        if (std::find(asked_.begin(), asked_.end(), std::pair(line.group, line.key)) == asked_.end())
            all.push_back(unasked(line));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    return all;
}

} // namespace base
