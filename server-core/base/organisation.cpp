// SPDX-License-Identifier: MIT
// Reads organisation.conf. GKeyFile gives the values; a scan of the text gives the lines that errors name.
#include "base/organisation.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include <glib.h>

namespace base {
namespace {

constexpr std::string_view group_name = "organisation";
constexpr std::string_view known_keys =
    "name, domain, connect-server, port, proxy, rooms, account-name, help-contact, trust-ca, trust-pins";
constexpr std::size_t longest_name = 253; // RFC 1035 2.3.4, as written
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_contact = 200; // bytes: it stands in the middle of sentences

struct FreeText {
    void operator()(gchar* text) const { g_free(text); }
};
struct FreeKeyFile {
    void operator()(GKeyFile* file) const { g_key_file_free(file); }
};
struct FreeError {
    void operator()(GError* error) const { g_error_free(error); }
};
using Text = std::unique_ptr<gchar, FreeText>;
using KeyFile = std::unique_ptr<GKeyFile, FreeKeyFile>;
using Error = std::unique_ptr<GError, FreeError>;

// What is wrong with a value, for whoever knows file, line and key.
struct Complaint {
    std::string expected;
    std::string remedy;
};
using Checked = std::optional<Complaint>;

Result<std::string, std::string> read_file(const std::string& path) {
    gchar* bytes = nullptr;
    gsize size = 0;
    GError* error = nullptr;
    if (!g_file_get_contents(path.c_str(), &bytes, &size, &error))
        return Unexpected(std::string(Error(error)->message));
    return std::string(Text(bytes).get(), size);
}

bool is_label(std::string_view label) {
    const auto allowed = [](unsigned char c) { return g_ascii_isalnum(c) || c == '-' || c == '_' || c >= 0x80; };
    return !label.empty() && label.size() <= longest_label && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), allowed);
}

bool is_domain(std::string_view name) {
    if (name.empty() || name.size() > longest_name) return false;
    while (true) {
        const auto dot = name.find('.');
        if (!is_label(name.substr(0, dot))) return false;
        if (dot == name.npos) return true;
        name.remove_prefix(dot + 1);
    }
}

bool is_ipv6(std::string_view address) {
    const auto allowed = [](char c) { return g_ascii_isxdigit(c) || c == ':' || c == '.'; };
    return address.find(':') != address.npos && address.size() < 46 &&
           std::all_of(address.begin(), address.end(), allowed);
}

Checked set_name(std::string& member, std::string_view value) {
    if (value.empty()) return Complaint{"a text that is not empty", "write name=BIOASTER or remove the line"};
    member = value;
    return std::nullopt;
}

Checked set_hint(std::string& member, std::string_view value) {
    if (value.empty()) return Complaint{"a text that is not empty", "write account-name=prenom.nom or remove the line"};
    member = value;
    return std::nullopt;
}

Checked set_contact(std::string& member, std::string_view value) {
    if (value.size() > longest_contact)
        return Complaint{"at most 200 bytes", "write whom users ask in a few words, with a telephone number"};
    member = value;
    return std::nullopt;
}

Checked set_domain(std::string& member, std::string_view value) {
    if (!is_domain(value)) return Complaint{"a domain name", "write a name such as example.org, without port or slash"};
    member = lower_ascii(value);
    return std::nullopt;
}

Checked set_host(std::string& member, std::string_view value) {
    if (!is_domain(value) && !is_ipv6(value))
        return Complaint{"a host name or an address",
                         "write a name such as xmpp.example.org; the port has a line of its own"};
    member = lower_ascii(value);
    return std::nullopt;
}

Checked set_proxy(std::string& member, std::string_view value) {
    if (!value.empty()) return set_domain(member, value);
    member.clear();
    return std::nullopt;
}

Checked set_port(std::uint16_t& member, std::string_view value) {
    std::uint16_t port = 0;
    const auto end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, port);
    if (error != std::errc() || stop != end || port == 0)
        return Complaint{"a port, 1 to 65535", "write port=5222 or remove the line"};
    member = port;
    return std::nullopt;
}

Checked set_pins(std::vector<std::string>& member, std::string_view value) {
    member.clear();
    for (const auto& item : split_list(value)) {
        const auto pin = base64_decode(item);
        if (!pin || pin->size() != 32)
            return Complaint{"SHA-256 of public keys as base64 (44 characters each), separated by commas",
                             "copy the line that 'server-core profile' prints; '" + item + "' is none"};
        member.push_back(*pin);
    }
    return std::nullopt;
}

// Whether `bytes` are one DER SEQUENCE from end to end, as a certificate is (X.690 8.1.3).
bool is_der_sequence(std::string_view bytes) {
    if (bytes.size() < 4 || static_cast<unsigned char>(bytes[0]) != 0x30) return false;
    const unsigned first = static_cast<unsigned char>(bytes[1]);
    if (first < 0x80) return bytes.size() == 2 + first;
    const std::size_t octets = first - 0x80;
    if (octets < 1 || octets > 3 || bytes.size() < 2 + octets) return false;
    std::size_t length = 0;
    for (const unsigned char octet : bytes.substr(2, octets)) length = length << 8 | octet;
    return bytes.size() == 2 + octets + length;
}

// The certificates in a file's bytes: one as DER, or each PEM block; none if one of them is damaged.
std::vector<std::string> certificates(std::string_view bytes) {
    if (is_der_sequence(bytes)) return {std::string(bytes)};
    constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----", end = "-----END CERTIFICATE-----";
    std::vector<std::string> found;
    for (auto start = bytes.find(begin); start != bytes.npos; start = bytes.find(begin, start)) {
        start += begin.size();
        const auto stop = bytes.find(end, start);
        if (stop == bytes.npos) return {};
        std::string body(bytes.substr(start, stop - start));
        std::erase_if(body, [](char c) { return g_ascii_isspace(c); });
        const auto der = base64_decode(body);
        if (!der || !is_der_sequence(*der)) return {};
        found.push_back(*der);
    }
    return found;
}

// What one item of trust-ca names; `file` is the settings file, to which a path is relative.
Result<std::vector<std::string>, Complaint> read_authority(const std::string& item, const std::string& file) {
    constexpr std::string_view inline_mark = "base64:";
    if (item.starts_with(inline_mark)) {
        const auto der = base64_decode(std::string_view(item).substr(inline_mark.size()));
        if (der && is_der_sequence(*der)) return std::vector<std::string>{*der};
        return Unexpected(Complaint{"base64: and a certificate as DER, in one line",
                                    "copy the line that 'server-core profile' prints"});
    }
    std::string path = item;
    if (!g_path_is_absolute(item.c_str())) {
        const Text folder(g_path_get_dirname(file.c_str()));
        path = Text(g_build_filename(folder.get(), item.c_str(), nullptr)).get();
    }
    const std::string expected = "a file with a certificate (PEM or DER)";
    const auto bytes = read_file(path);
    if (!bytes) return Unexpected(Complaint{expected, "put it there or change the path: " + bytes.error()});
    auto found = certificates(*bytes);
    if (found.empty()) return Unexpected(Complaint{expected, path + " holds none, or a damaged one; replace it"});
    return found;
}

Checked set_authorities(std::vector<std::string>& member, std::string_view value, const std::string& file) {
    member.clear();
    for (const auto& item : split_list(value)) {
        const auto found = read_authority(item, file);
        if (!found) return found.error();
        member.insert(member.end(), found->begin(), found->end());
    }
    return std::nullopt;
}

using Setter = std::function<Checked(std::string_view)>;

std::map<std::string, Setter, std::less<>> setters(Organisation& o, const std::string& file) {
    return {
        {"name", [&o](auto value) { return set_name(o.name, value); }},
        {"domain", [&o](auto value) { return set_domain(o.domain, value); }},
        {"connect-server", [&o](auto value) { return set_host(o.connect_server, value); }},
        {"port", [&o](auto value) { return set_port(o.port, value); }},
        {"proxy", [&o](auto value) { return set_proxy(o.proxy, value); }},
        {"rooms", [&o](auto value) { return set_domain(o.rooms, value); }},
        {"account-name", [&o](auto value) { return set_hint(o.account_name, value); }},
        {"help-contact", [&o](auto value) { return set_contact(o.help_contact, value); }},
        {"trust-ca", [&o, &file](auto value) { return set_authorities(o.trust_ca, value, file); }},
        {"trust-pins", [&o](auto value) { return set_pins(o.trust_pins, value); }},
    };
}

// Where a key stands. GKeyFile reads the values but keeps no line numbers, so the text is scanned for them.
struct KeyLine {
    int number;
    std::string group;
    std::string key;
};

struct Scan {
    std::vector<KeyLine> keys;
    int broken = 0; // the first line that is neither blank, comment, [group] nor key=value
};

Scan scan_lines(std::string_view text) {
    Scan scan;
    std::string group;
    int number = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        const auto equals = line.find('=');
        if (line.empty() || line.front() == '#') continue;
        if (line.front() == '[' && line.back() == ']')
            group = line.substr(1, line.size() - 2);
        else if (equals != line.npos && equals > 0)
            scan.keys.push_back({number, group, std::string(trim(line.substr(0, equals)))});
        else if (scan.broken == 0)
            scan.broken = number;
    }
    return scan;
}

using Mistake = std::optional<SettingError>;

Mistake find_mistake(const Scan& scan, const std::string& file,
                     const std::map<std::string, Setter, std::less<>>& known) {
    if (scan.broken != 0)
        return SettingError{file, scan.broken, "", "key=value, [organisation] or a comment after #",
                            "correct the line"};
    std::map<std::string_view, int> first_lines;
    for (const auto& [number, group, key] : scan.keys) {
        if (group != group_name)
            return SettingError{file, number, key, "to stand below [organisation]",
                                "move the line; this file has no other group"};
        if (!known.contains(key))
            return SettingError{file, number, key, "one of " + std::string(known_keys), "correct or remove the line"};
        const auto [earlier, is_new] = first_lines.emplace(key, number);
        if (!is_new)
            return SettingError{file, number, key, "each key once",
                                "remove this line or line " + std::to_string(earlier->second)};
    }
    return std::nullopt;
}

} // namespace

std::string SettingError::text() const {
    std::string where = file;
    if (line > 0) where += ":" + std::to_string(line);
    if (!key.empty()) where += ": " + key;
    return where + ": expected " + expected + "; " + remedy;
}

Result<Organisation, SettingError> parse_organisation(const std::string& text, const std::string& file) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; // Windows' editors write it
    const std::string body = text.starts_with(byte_order_mark) ? text.substr(byte_order_mark.size()) : text;
    const gchar* invalid = nullptr;
    if (!g_utf8_validate(body.data(), static_cast<gssize>(body.size()), &invalid)) {
        const int line = 1 + static_cast<int>(std::count(body.data(), invalid, '\n'));
        return Unexpected(SettingError{file, line, "", "text in UTF-8", "save the file as UTF-8"});
    }
    Organisation organisation;
    organisation.file = file;
    const auto known = setters(organisation, file);
    const auto scan = scan_lines(body);
    if (const auto mistake = find_mistake(scan, file, known)) return Unexpected(*mistake);
    if (scan.keys.empty()) return organisation;

    const KeyFile keys(g_key_file_new());
    GError* error = nullptr;
    if (!g_key_file_load_from_data(keys.get(), body.data(), body.size(), G_KEY_FILE_NONE, &error))
        return Unexpected(SettingError{file, 0, "", "a settings file (GKeyFile)", Error(error)->message});
    for (const auto& line : scan.keys) {
        // The raw value: in a Windows path a backslash is no escape.
        const Text value(g_key_file_get_value(keys.get(), line.group.c_str(), line.key.c_str(), nullptr));
        const auto wrong = known.find(line.key)->second(trim(value ? value.get() : ""));
        if (wrong) return Unexpected(SettingError{file, line.number, line.key, wrong->expected, wrong->remedy});
    }
    return organisation;
}

Result<Organisation, SettingError> load_organisation(const std::string& file) {
    const auto text = read_file(file);
    if (!text)
        return Unexpected(
            SettingError{file, 0, "", "a file that can be read", "create it or name another: " + text.error()});
    return parse_organisation(*text, file);
}

Result<Organisation, SettingError> find_organisation(const std::string& named, const std::string& everyones) {
    if (!named.empty()) return load_organisation(named);
    const Text personal(g_build_filename(g_get_user_config_dir(), "bioaster", "organisation.conf", nullptr));
    for (const char* file : {static_cast<const char*>(personal.get()), everyones.c_str()})
        if (g_file_test(file, G_FILE_TEST_EXISTS)) return load_organisation(file);
    return Organisation{};
}

} // namespace base
