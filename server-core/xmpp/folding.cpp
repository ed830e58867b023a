// SPDX-License-Identifier: MIT
#include "xmpp/folding.h"

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace xmpp {
namespace {

struct FreeBytes {
    void operator()(std::uint8_t* memory) const { std::free(memory); }
};
using Owned = std::unique_ptr<std::uint8_t, FreeBytes>;

const std::uint8_t* bytes(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

std::string without_marks(const std::uint8_t* text, std::size_t length) {
    std::string kept;
    for (std::size_t at = 0; at < length;) {
        ucs4_t character = 0;
        const int taken = u8_mbtouc(&character, text + at, length - at);
        if (!uc_is_general_category(character, UC_CATEGORY_Mn)) kept.append(reinterpret_cast<const char*>(text + at), static_cast<std::size_t>(taken));
        at += static_cast<std::size_t>(taken);
    }
    return kept;
}

}  // namespace

std::string folded(std::string_view text) {
    if (u8_check(bytes(text), text.size()) != nullptr) return {};
    std::size_t length = 0;
    const Owned lowered(u8_casefold(bytes(text), text.size(), nullptr, UNINORM_NFKD, nullptr, &length));
    return lowered ? without_marks(lowered.get(), length) : std::string();
}

std::string name_from_local(std::string_view local) {
    std::string words(local);
    std::ranges::replace_if(words, [](char c) { return c == '.' || c == '_'; }, ' ');
    std::size_t length = 0;
    const Owned titled(u8_totitle(bytes(words), words.size(), nullptr, nullptr, nullptr, &length));
    return titled ? std::string(reinterpret_cast<const char*>(titled.get()), length) : words;
}

}  // namespace xmpp
