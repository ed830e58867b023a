// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/result_set.h"

#include <doctest/doctest.h>

using namespace xmpp;

namespace {

const std::vector<std::string> ids = {"a", "b", "c", "d", "e"};

base::Result<std::optional<PageAsked>, StanzaError> parse(const std::string& set) {
    const auto payload = xml::parse_element("<query xmlns='x'>" + set + "</query>");
    REQUIRE(payload);
    return parse_page_asked(*payload);
}
PageAsked asked(const std::string& content) {
    const auto parsed = parse("<set xmlns='http://jabber.org/protocol/rsm'>" + content + "</set>");
    REQUIRE(parsed);
    REQUIRE(*parsed);
    return **parsed;
}
// The page as its ids in one word, or the error.
std::string page(const std::string& content, std::size_t most = 100) {
    const auto range = page_of(ids, asked(content), most);
    if (!range) return std::string(to_string(range.error().condition));
    std::string word;
    for (std::size_t i = 0; i < range->count; ++i) word += ids[range->first + i];
    return word;
}

}  // namespace

TEST_CASE("XEP-0059 2.1: no more items than asked for, nor than the list's owner gives") {
    CHECK(page("<max>2</max>") == "ab");
    CHECK(page("<max>99999999999999999999999</max>") == "abcde");
    CHECK(page("<max>4</max>", 3) == "abc");
    CHECK(page("") == "abcde");
}

TEST_CASE("XEP-0059 2.2: the page that follows an item") {
    CHECK(page("<max>2</max><after>b</after>") == "cd");
    CHECK(page("<max>2</max><after>e</after>") == "");
}

TEST_CASE("XEP-0059 2.3: the page before an item ends right before it") {
    CHECK(page("<max>2</max><before>d</before>") == "bc");
    CHECK(page("<max>2</max><before>a</before>") == "");
}

TEST_CASE("XEP-0059 2.4: an item that is not there is not found") {
    CHECK(page("<after>x</after>") == "item-not-found");
    CHECK(page("<before>x</before>") == "item-not-found");
}

TEST_CASE("XEP-0059 2.5: an empty <before/> asks for the last page") { CHECK(page("<max>2</max><before/>") == "de"); }

TEST_CASE("XEP-0059 2.6: a page by its index; beyond the end it is empty") {
    CHECK(page("<max>2</max><index>3</index>") == "de");
    CHECK(page("<max>2</max><index>5</index>") == "");
    CHECK(page("<max>2</max><index>9</index>") == "");
}

TEST_CASE("XEP-0059 2.7: with a maximum of 0 only the count is told") {
    const auto range = page_of(ids, asked("<max>0</max>"), 100);
    REQUIRE(range);
    CHECK(xml::to_string(to_element(told_of(ids, *range))) == "<set xmlns='http://jabber.org/protocol/rsm'><count>5</count></set>");
}

TEST_CASE("XEP-0059 2.2: a page is told by its first and last id, its place and the whole count") {
    const auto range = page_of(ids, asked("<max>2</max><after>a</after>"), 100);
    REQUIRE(range);
    CHECK(xml::to_string(to_element(told_of(ids, *range))) ==
          "<set xmlns='http://jabber.org/protocol/rsm'><first index='1'>b</first><last>c</last><count>5</count></set>");
}

TEST_CASE("XEP-0059: no <set/> asks for nothing, a number that is none is bad") {
    CHECK_FALSE(*parse(""));
    for (const char* bad : {"<max>two</max>", "<max/>", "<max>-1</max>", "<max>1 </max>", "<index>x</index>"})
        CHECK(parse("<set xmlns='http://jabber.org/protocol/rsm'>" + std::string(bad) + "</set>").error().condition == Condition::bad_request);
}
