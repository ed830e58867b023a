// SPDX-License-Identifier: MIT
// How small values of several parts become the text of one record: "1", then for each field a letter, its length in
// decimal, ":" and its bytes, as in "1n5:Romeos4:both". Readable in the sqlite3 shell, any byte allowed, no escaping;
// a letter that the reader does not know is skipped, so that an older program reads what a newer one wrote.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace store {

class FieldWriter {
public:
    void add(char letter, std::string_view value);
    void add_number(char letter, std::uint64_t number);
    std::string take() && { return std::move(text_); }

private:
    std::string text_ = "1";
};

struct Field {
    char letter;
    std::string_view value;
};

// The fields of `value`, in order, as views into it; nothing when it is damaged or of another version.
std::optional<std::vector<Field>> read_fields(std::string_view value);
// Decimal digits only, below 2^64.
std::optional<std::uint64_t> read_number(std::string_view digits);

} // namespace store
