// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <doctest/doctest.h>

using namespace base;

TEST_CASE("trim takes blanks from both ends only") {
    CHECK(trim(" \t a b\r\n") == "a b");
    CHECK(trim("  ").empty());
    CHECK(trim("").empty());
}

TEST_CASE("a comma-separated list drops blanks and empty items") {
    CHECK(split_list(" a, b c ,,d,") == std::vector<std::string>{"a", "b c", "d"});
    CHECK(split_list("").empty());
    CHECK(split_list(",").empty());
}

TEST_CASE("lower_ascii leaves every other byte") { CHECK(lower_ascii("ABz-É.9") == "abz-É.9"); }

TEST_CASE("RFC 4648 10: base64 of the test vectors, both ways") {
    const std::pair<std::string, std::string> vectors[] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        CHECK(base64_encode(bytes) == text);
        CHECK(base64_decode(text) == bytes);
    }
    CHECK(base64_decode(base64_encode(std::string("\0\xFF", 2))) == std::string("\0\xFF", 2));
}

TEST_CASE("RFC 4648 3: base64 with blanks, without padding, with other letters or stray bits is refused") {
    for (const char* text : {"Zg", "Zg=", "Z===", "====", "Zm9v\n", "Zm 9v", "Zm9-", "Zh==", "Zg==Zg==", "=", "Zg=a"})
        CHECK_FALSE(base64_decode(text));
}

TEST_CASE("XEP-0084 4.1: base64 with broken lines is read all the same, with wrong letters it is not") {
    CHECK(base::base64_decode_lines("Zm9v\r\nYm Fy\t\n") == "foobar");
    CHECK(base::base64_decode_lines(" \n") == "");
    CHECK_FALSE(base::base64_decode_lines("Zm9-\n"));
}

TEST_CASE("base::hexadecimal writes two lower-case digits for each byte, zeros and high bytes too") {
    CHECK(base::hexadecimal(std::string("\0\x0f\xa5\xff", 4)) == "000fa5ff");
    CHECK(base::hexadecimal("").empty());
}
