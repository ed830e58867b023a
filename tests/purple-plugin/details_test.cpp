// SPDX-License-Identifier: MIT
#include "purple-plugin/details.h"

#include <doctest/doctest.h>

using namespace purple_plugin;

namespace {

Node card(const char* text) { return Node(xmlnode_from_str(text, -1)); }

std::string text(const Node& node) { return Text(xmlnode_to_str(node.get(), nullptr)).get(); }

} // namespace

TEST_CASE("XEP-0054: an empty card gets the lines of the form and a full name") {
    const auto made = card("<vCard xmlns='vcard-temp'/>");
    const CardLines lines{
        {"given", "Anne"}, {"family", "Martin"}, {"phone", "12 34"}, {"service", "Chimie"}, {"title", "Chimiste"}};
    write_card(made.get(), lines);
    CHECK(read_card(made.get()) == lines);
    CHECK(text(made).find("<FN>Anne Martin</FN>") != std::string::npos);
}

TEST_CASE("what the form does not show stays in the card") {
    const auto made =
        card("<vCard xmlns='vcard-temp'><PHOTO><BINVAL>AAAA</BINVAL></PHOTO><N><GIVEN>A</GIVEN><MIDDLE>B</MIDDLE></N>"
             "<ORG><ORGNAME>BIOASTER</ORGNAME><ORGUNIT>x</ORGUNIT></ORG>"
             "<TEL><FAX/><WORK/><NUMBER>99</NUMBER></TEL><TEL><WORK/><VOICE/><NUMBER>1</NUMBER></TEL></vCard>");
    CHECK(read_card(made.get()).at("phone") == "1");
    write_card(made.get(), {{"given", "C"}, {"family", ""}, {"phone", "2"}, {"service", ""}, {"title", ""}});
    const auto now = text(made);
    for (const char* kept : {"<BINVAL>AAAA</BINVAL>", "<MIDDLE>B</MIDDLE>", "<ORGNAME>BIOASTER</ORGNAME>",
                             "<NUMBER>99</NUMBER>", "<NUMBER>2</NUMBER>", "<FN>C</FN>"}) {
        CAPTURE(kept);
        CHECK(now.find(kept) != std::string::npos);
    }
    for (const char* gone : {"<NUMBER>1</NUMBER>", "ORGUNIT", "TITLE", "FAMILY"}) {
        CAPTURE(gone);
        CHECK(now.find(gone) == std::string::npos);
    }
}

TEST_CASE("a telephone number that is taken away leaves the card, and no other does") {
    const auto made = card("<vCard xmlns='vcard-temp'><TEL><FAX/><NUMBER>99</NUMBER></TEL><TEL><WORK/><NUMBER>1</NUMBER></TEL></vCard>");
    write_card(made.get(), {{"given", "A"}, {"family", "B"}, {"phone", ""}, {"service", ""}, {"title", ""}});
    CHECK(read_card(made.get()).at("phone").empty());
    CHECK(text(made).find("<NUMBER>99</NUMBER>") != std::string::npos);
    CHECK(text(made).find("<WORK/>") == std::string::npos);
}

TEST_CASE("no card reads as empty lines") {
    for (const auto& [name, line] : read_card(nullptr)) CHECK(line.empty());
}
