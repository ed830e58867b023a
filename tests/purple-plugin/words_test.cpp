// SPDX-License-Identifier: MIT
#include "purple-plugin/words.h"

#include <doctest/doctest.h>
#include <glib.h>
#include <set>

using namespace purple_plugin;

namespace {

// Which of {1}, {2}, {3} the sentence has a place for.
std::set<char> places(Word word, Language language) {
    std::set<char> found;
    const auto said = say(word, language, {"\x01", "\x02", "\x03"});
    for (const char c : said)
        if (c >= '\x01' && c <= '\x03') found.insert(c);
    return found;
}

} // namespace

TEST_CASE("every word has a sentence in both languages, with the same details") {
    std::set<std::string> seen;
    for (int number = 0; number <= static_cast<int>(Word::last); ++number) {
        CAPTURE(number);
        const auto word = static_cast<Word>(number);
        const auto english = say(word, Language::english), french = say(word, Language::french);
        CHECK_FALSE(english.empty());
        CHECK_FALSE(french.empty());
        CHECK(english != french);
        CHECK(places(word, Language::english) == places(word, Language::french));
        CHECK(g_utf8_validate(french.c_str(), -1, nullptr));
        CHECK(seen.insert(english).second);
    }
}

TEST_CASE("details take their places") {
    CHECK(say(Word::name_empty, Language::english, {"prenom.nom"}) == "Type your name as prenom.nom.");
    CHECK(say(Word::name_empty, Language::english).find('{') == std::string::npos);
    CHECK(say(Word::name_empty, Language::english, {"{1}"}) == "Type your name as {1}.");
}
