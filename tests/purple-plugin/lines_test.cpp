// SPDX-License-Identifier: MIT
#include "purple-plugin/lines.h"

#include <doctest/doctest.h>

using namespace purple_plugin;

TEST_CASE("a sentence is broken at blanks, at the width and not one character before") {
    CHECK(broken_into_lines("abc def ghi", 7) == "abc def\nghi");
    CHECK(broken_into_lines("abc def ghi", 6) == "abc\ndef\nghi");
    CHECK(broken_into_lines("abc def ghi", 11) == "abc def ghi");
    CHECK(broken_into_lines("", 5).empty());
}

TEST_CASE("characters count, not bytes; a word that is longer stays whole; lines that are there stay") {
    CHECK(broken_into_lines("été été", 7) == "été été");
    CHECK(broken_into_lines("a prenom.nom@bioaster.org b", 10) == "a\nprenom.nom@bioaster.org\nb");
    CHECK(broken_into_lines("ab\ncd ef", 5) == "ab\ncd ef");
    CHECK(broken_into_lines("ab\ncd ef gh", 5) == "ab\ncd ef\ngh");
}
