// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace {

// What `speak` wrote to a pipe.
std::string written(base::LogLevel most, const std::function<void(const base::Log&)>& speak) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    speak(base::Log(most, ends[1]));
    close(ends[1]);
    std::array<char, 4096> text{};
    const auto length = read(ends[0], text.data(), text.size());
    close(ends[0]);
    return std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace

TEST_CASE("the journal gets one line with its level for each message") {
    CHECK(written(base::LogLevel::debug, [](const base::Log& log) {
              log.error("a");
              log.warning("b");
              log.info("c é");
              log.debug("d");
          }) == "<3>a\n<4>b\n<6>c é\n<7>d\n");
}

TEST_CASE("levels beyond the one chosen are not written") {
    CHECK(written(base::LogLevel::warning, [](const base::Log& log) {
              log.info("no");
              log.warning("yes");
          }) == "<4>yes\n");
}

TEST_CASE("a peer cannot forge a line or speak to the terminal by control characters") {
    CHECK(written(base::LogLevel::info, [](const base::Log& log) { log.info(std::string("a\n<3>b\r\x1B[2J\x7F\0\xC2\x9B" "c", 16)); }) ==
          "<6>a?<3>b??[2J???c\n");
}

TEST_CASE("a terminal gets the time and no level") {
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(terminal >= 0);
    REQUIRE(grantpt(terminal) == 0);
    REQUIRE(unlockpt(terminal) == 0);
    const int end = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    REQUIRE(end >= 0);
    base::Log(base::LogLevel::info, end).info("hello");
    std::array<char, 64> text{};
    const auto length = read(terminal, text.data(), text.size());
    close(end);
    close(terminal);
    const std::string line(text.data(), static_cast<std::size_t>(length));
    CHECK(line.size() == std::string("12:34:56 hello\r\n").size());
    CHECK(line[2] == ':');
    CHECK(line.ends_with(" hello\r\n"));
}
