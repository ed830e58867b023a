// SPDX-License-Identifier: MIT
#include "store/fields.h"

#include <charconv>

namespace store {

void FieldWriter::add(char letter, std::string_view value) {
    text_ += letter;
    text_ += std::to_string(value.size());
    text_ += ':';
    text_ += value;
}

void FieldWriter::add_number(char letter, std::uint64_t number) { add(letter, std::to_string(number)); }

std::optional<std::vector<Field>> read_fields(std::string_view value) {
    if (value.empty() || value.front() != '1') return std::nullopt;
    value.remove_prefix(1);
    std::vector<Field> fields;
    while (!value.empty()) {
        const auto colon = value.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        const auto size = read_number(value.substr(1, colon - 1));
        if (!size || *size > value.size() - colon - 1) return std::nullopt;
        fields.push_back({value.front(), value.substr(colon + 1, *size)});
        value.remove_prefix(colon + 1 + *size);
    }
    return fields;
}

std::optional<std::uint64_t> read_number(std::string_view digits) {
    std::uint64_t number = 0;
    const auto end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

} // namespace store
