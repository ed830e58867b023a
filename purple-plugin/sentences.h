// SPDX-License-Identifier: GPL-2.0-or-later
// The tables of sentences, in the order of Word: what fails (failure_words.cpp), then all else (words.cpp).
#pragma once
#include "purple-plugin/words.h"

#include <cstddef>

namespace purple_plugin {

struct Sentence {
    Word word;
    std::string_view english;
    std::string_view french;
};

constexpr std::size_t place_of(Word word, Word first) {
    return static_cast<std::size_t>(word) - static_cast<std::size_t>(first);
}

// Whether `table` has the words from `first` to `last`, none left out: the compiler refuses a table with a gap.
template <std::size_t count>
constexpr bool is_in_order(const Sentence (&table)[count], Word first, Word last) {
    for (std::size_t i = 0; i < count; ++i)
        if (place_of(table[i].word, first) != i) return false;
    return count == place_of(last, first) + 1;
}

// The sentence for a word up to Word::connection_failed.
const Sentence& sentence_of_failure(Word word);

} // namespace purple_plugin
