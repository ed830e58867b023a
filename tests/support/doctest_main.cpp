// SPDX-License-Identifier: MIT
// The one main() of every doctest binary. A run whose filters leave no test fails: nothing was shown by it.
#define DOCTEST_CONFIG_IMPLEMENT
#include "support/command_line.h"

#include <doctest/doctest.h>

#include <iostream>
#include <span>

namespace {

unsigned tests_run = 0;
std::span<char*> arguments;

struct Count : doctest::IReporter {
    explicit Count(const doctest::ContextOptions&) {}
    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats&) override {}
    void test_case_start(const doctest::TestCaseData&) override { ++tests_run; }
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("count", 1, Count);

}  // namespace

std::string_view command_line_value(std::string_view name) {
    for (const std::string_view argument : arguments)
        if (argument.starts_with(name)) return argument.substr(name.size());
    return {};
}

int main(int argc, char** argv) {
    arguments = {argv, static_cast<std::size_t>(argc)};
    doctest::Context context(argc, argv);
    const int failed = context.run();
    if (context.shouldExit() || failed != 0 || tests_run > 0) return failed;
    std::cerr << "no test matched the filters\n";
    return 1;
}
