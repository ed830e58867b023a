// SPDX-License-Identifier: MIT
#include "admin/answer.h"

namespace admin {
namespace {

std::string quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out.append(1, '\\').append(1, c);
        else if (byte < 0x20)
            out.append("\\u00").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
        else
            out += c;
    }
    return out + "\"";
}

template <class Values, class Write>
std::string array(const Values& values, Write write) {
    std::string out = "[";
    for (const auto& value : values) out += (out.size() > 1 ? "," : "") + write(value);
    return out + "]";
}

} // namespace

Json& Json::member(std::string_view key, const std::string& value) {
    members_ += (members_.empty() ? "" : ",") + quoted(key) + ":" + value;
    return *this;
}

Json& Json::text(std::string_view key, std::string_view value) { return member(key, quoted(value)); }
Json& Json::number(std::string_view key, long long value) { return member(key, std::to_string(value)); }
Json& Json::flag(std::string_view key, bool value) { return member(key, value ? "true" : "false"); }

Json& Json::list(std::string_view key, const std::vector<std::string>& values) {
    return member(key, array(values, quoted));
}

Json& Json::objects(std::string_view key, const std::vector<Json>& values) {
    return member(key, array(values, [](const Json& json) { return json.str(); }));
}

} // namespace admin
