// SPDX-License-Identifier: MIT
#include "xmpp/precis.h"

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace xmpp {
namespace {

using Text = std::u32string;

enum class Verdict { valid, freeform_only, disallowed, contextual };

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};

const std::uint32_t* data(const Text& text) {
    return reinterpret_cast<const std::uint32_t*>(text.data());
}

// Takes what a libunistring function allocated.
Text own(std::uint32_t* result, std::size_t length) {
    const std::unique_ptr<std::uint32_t, Free> memory(result);
    if (!result && length > 0) throw std::bad_alloc();
    return Text(reinterpret_cast<const char32_t*>(result), length);
}

std::optional<Text> decode(std::string_view utf8) {
    std::size_t length = 0;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    if (u8_check(bytes, utf8.size())) return std::nullopt;
    auto* result = u8_to_u32(bytes, utf8.size(), nullptr, &length);
    return own(result, result ? length : 0);
}

std::string encode(const Text& text) {
    std::size_t length = 0;
    const std::unique_ptr<std::uint8_t, Free> result(u32_to_u8(data(text), text.size(), nullptr, &length));
    if (!result) throw std::bad_alloc();
    return std::string(reinterpret_cast<const char*>(result.get()), length);
}

Text normalised(const Text& text, uninorm_t form) {
    std::size_t length = 0;
    auto* result = u32_normalize(form, data(text), text.size(), nullptr, &length);
    return own(result, length);
}

Text lower_case(const Text& text) {
    std::size_t length = 0;
    auto* result = u32_tolower(data(text), text.size(), nullptr, nullptr, nullptr, &length);
    return own(result, length);
}

bool is_between(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}

// RFC 8265 3.3: full-width and half-width forms become what they stand for.
char32_t width_mapped(char32_t c) {
    if (!is_between(c, 0xFF01, 0xFFEE) && c != 0x3000) return c;
    int tag = 0;
    std::uint32_t parts[UC_DECOMPOSITION_MAX_LENGTH];
    const int count = uc_decomposition(c, &tag, parts);
    return count == 1 && (tag == UC_DECOMP_WIDE || tag == UC_DECOMP_NARROW) ? parts[0] : c;
}

bool has_compatible_form(char32_t c) {
    return normalised(Text(1, c), UNINORM_NFKC) != Text(1, c);
}

bool is_old_hangul_jamo(char32_t c) {
    return is_between(c, 0x1100, 0x11FF) || is_between(c, 0xA960, 0xA97C) || is_between(c, 0xD7B0, 0xD7C6) ||
           is_between(c, 0xD7CB, 0xD7FB);
}

// RFC 5892 2.6, which RFC 8264 9.6 takes over.
std::optional<Verdict> exception_verdict(char32_t c) {
    switch (c) {
    case 0xDF: case 0x3C2: case 0x6FD: case 0x6FE: case 0xF0B: case 0x3007: return Verdict::valid;
    case 0xB7: case 0x375: case 0x5F3: case 0x5F4: case 0x30FB: return Verdict::contextual;
    case 0x640: case 0x7FA: case 0x302E: case 0x302F: case 0x303B: return Verdict::disallowed;
    default: break;
    }
    if (is_between(c, 0x660, 0x669) || is_between(c, 0x6F0, 0x6F9)) return Verdict::contextual;
    if (is_between(c, 0x3031, 0x3035)) return Verdict::disallowed;
    return std::nullopt;
}

// RFC 8264 8, in its order.
Verdict verdict(char32_t c) {
    if (is_between(c, 0x21, 0x7E)) return Verdict::valid;
    if (const auto exception = exception_verdict(c)) return *exception;
    if (uc_is_general_category(c, UC_UNASSIGNED)) return Verdict::disallowed;
    if (c == 0x200C || c == 0x200D) return Verdict::contextual;
    if (is_old_hangul_jamo(c) || uc_is_property_default_ignorable_code_point(c) || uc_is_property_not_a_character(c) ||
        uc_is_general_category(c, UC_CONTROL))
        return Verdict::disallowed;
    if (has_compatible_form(c)) return Verdict::freeform_only;
    constexpr std::uint32_t letter_digits = UC_CATEGORY_MASK_Ll | UC_CATEGORY_MASK_Lu | UC_CATEGORY_MASK_Lo | UC_CATEGORY_MASK_Nd |
                                            UC_CATEGORY_MASK_Lm | UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Mc;
    if (uc_is_general_category_withtable(c, letter_digits)) return Verdict::valid;
    constexpr std::uint32_t freeform = UC_CATEGORY_MASK_Lt | UC_CATEGORY_MASK_Nl | UC_CATEGORY_MASK_No | UC_CATEGORY_MASK_Me |
                                       UC_CATEGORY_MASK_Zs | UC_CATEGORY_MASK_S | UC_CATEGORY_MASK_P;
    return uc_is_general_category_withtable(c, freeform) ? Verdict::freeform_only : Verdict::disallowed;
}

bool is_script(char32_t c, const char* name) {
    return uc_is_script(c, uc_script_byname(name));
}

bool follows_virama(const Text& text, std::size_t at) {
    return at > 0 && uc_combining_class(text[at - 1]) == UC_CCC_VR;
}

// RFC 5892 A.1: between two letters that would join.
bool is_between_joining(const Text& text, std::size_t at) {
    auto before = at;
    while (before > 0 && uc_joining_type(text[before - 1]) == UC_JOINING_TYPE_T) --before;
    auto after = at + 1;
    while (after < text.size() && uc_joining_type(text[after]) == UC_JOINING_TYPE_T) ++after;
    if (before == 0 || after == text.size()) return false;
    const int left = uc_joining_type(text[before - 1]);
    const int right = uc_joining_type(text[after]);
    return (left == UC_JOINING_TYPE_L || left == UC_JOINING_TYPE_D) && (right == UC_JOINING_TYPE_R || right == UC_JOINING_TYPE_D);
}

// RFC 5892 A: whether the character at `at` may stand there.
bool fits_context(const Text& text, std::size_t at) {
    const char32_t c = text[at];
    const bool has_next = at + 1 < text.size();
    const auto none_of = [&](char32_t first, char32_t last) {
        return std::ranges::none_of(text, [&](char32_t other) { return is_between(other, first, last); });
    };
    switch (c) {
    case 0x200C: return follows_virama(text, at) || is_between_joining(text, at);
    case 0x200D: return follows_virama(text, at);
    case 0xB7: return at > 0 && has_next && text[at - 1] == U'l' && text[at + 1] == U'l';
    case 0x375: return has_next && is_script(text[at + 1], "Greek");
    case 0x5F3: case 0x5F4: return at > 0 && is_script(text[at - 1], "Hebrew");
    case 0x30FB:
        return std::ranges::any_of(text, [](char32_t other) {
            return is_script(other, "Hiragana") || is_script(other, "Katakana") || is_script(other, "Han");
        });
    default: return is_between(c, 0x660, 0x669) ? none_of(0x6F0, 0x6F9) : none_of(0x660, 0x669);
    }
}

bool is_in_class(const Text& text, bool is_freeform) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto found = text[at] == U' ' ? Verdict::freeform_only : verdict(text[at]);
        if (found == Verdict::disallowed || (found == Verdict::freeform_only && !is_freeform)) return false;
        if (found == Verdict::contextual && !fits_context(text, at)) return false;
    }
    return !text.empty();
}

template <class... Class>
bool is_one_of(int bidi_class, Class... classes) {
    return ((bidi_class == classes) || ...);
}

// RFC 5893 2. Asked only for text with at least one right-to-left character.
bool obeys_bidi_rule(std::span<const int> classes) {
    auto last = classes;
    while (!last.empty() && last.back() == UC_BIDI_NSM) last = last.first(last.size() - 1);
    if (last.empty()) return false;
    const bool is_right_to_left = is_one_of(classes.front(), UC_BIDI_R, UC_BIDI_AL);
    if (!is_right_to_left) return false;  // rules 1 and 5: a left-to-right label has no right-to-left character
    const auto allowed = [](int c) {
        return is_one_of(c, UC_BIDI_R, UC_BIDI_AL, UC_BIDI_AN, UC_BIDI_EN, UC_BIDI_ES, UC_BIDI_CS, UC_BIDI_ET, UC_BIDI_ON,
                         UC_BIDI_BN, UC_BIDI_NSM);
    };
    if (!std::ranges::all_of(classes, allowed)) return false;
    if (!is_one_of(last.back(), UC_BIDI_R, UC_BIDI_AL, UC_BIDI_EN, UC_BIDI_AN)) return false;
    return !(std::ranges::count(classes, UC_BIDI_EN) > 0 && std::ranges::count(classes, UC_BIDI_AN) > 0);
}

bool has_good_direction(const Text& text) {
    std::vector<int> classes;
    for (const char32_t c : text) classes.push_back(uc_bidi_class(c));
    if (std::ranges::none_of(classes, [](int c) { return is_one_of(c, UC_BIDI_R, UC_BIDI_AL, UC_BIDI_AN); })) return true;
    return obeys_bidi_rule(classes);
}

}  // namespace

std::optional<std::string> username_case_mapped(std::string_view text) {
    auto prepared = decode(text);
    if (!prepared) return std::nullopt;
    std::ranges::transform(*prepared, prepared->begin(), width_mapped);
    if (!is_in_class(*prepared, false)) return std::nullopt;
    // What lower case makes may compose or, rarely, have lower case again: until nothing changes (RFC 8264 7).
    for (int round = 0; round < 4; ++round) {
        auto mapped = normalised(lower_case(*prepared), UNINORM_NFC);
        if (mapped == *prepared) break;
        prepared = std::move(mapped);
    }
    if (!is_in_class(*prepared, false) || !has_good_direction(*prepared)) return std::nullopt;
    return encode(*prepared);
}

std::optional<std::string> opaque_string(std::string_view text) {
    auto prepared = decode(text);
    if (!prepared) return std::nullopt;
    std::ranges::replace_if(*prepared, [](char32_t c) { return uc_is_general_category(c, UC_SPACE_SEPARATOR); }, U' ');
    if (!is_in_class(*prepared, true)) return std::nullopt;
    prepared = normalised(*prepared, UNINORM_NFC);
    if (!is_in_class(*prepared, true)) return std::nullopt;
    return encode(*prepared);
}

std::optional<std::string> host_mapped(std::string_view text) {
    auto mapped = decode(text);
    if (!mapped) return std::nullopt;
    std::ranges::transform(*mapped, mapped->begin(), [](char32_t c) {
        const auto narrow = width_mapped(c);
        return narrow == 0x3002 ? U'.' : narrow;
    });
    return encode(normalised(lower_case(*mapped), UNINORM_NFC));
}

}  // namespace xmpp
