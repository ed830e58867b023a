// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xmpp/language.h"
#include "xmpp/stanza.h"

#include <doctest/doctest.h>

using xmpp::Language, xmpp::Words;

namespace {
Language of(const std::string& tag) { return xmpp::language_of(*xml::parse_element("<message xml:lang='" + tag + "'/>")); }
}  // namespace

TEST_CASE("RFC 6120 8.1.5: xml:lang decides between French and English") {
    CHECK(of("fr") == Language::french);
    CHECK(of("fr-CA") == Language::french);
    CHECK(of("FR") == Language::french);
    CHECK(of("fro") == Language::english);
    CHECK(of("de") == Language::english);
    CHECK(of("") == Language::english);
    CHECK(xmpp::language_of(*xml::parse_element("<message/>")) == Language::english);
}

TEST_CASE("RFC 6120 8.3.3: the text of an error is in the language of the stanza, and says in which") {
    const auto asked = *xmpp::parse_stanza(*xml::parse_element(
        "<message xmlns='jabber:client' from='a@b.example' to='c@d.example' xml:lang='fr-FR'/>"));
    const auto told = [&](const Words& words) {
        const xmpp::StanzaError error{xmpp::Condition::gone, words, xmpp::ErrorType::none, {}};
        return *error_reply(std::get<xmpp::Message>(asked), error).element().child({xml::stanza_ns, "error"})->child(
            {"urn:ietf:params:xml:ns:xmpp-stanzas", "text"});
    };
    const xml::Name lang{xml::xml_ns, "lang"};
    CHECK(told({"gone", "parti"}).text() == "parti");
    CHECK(told({"gone", "parti"}).attribute(lang) == "fr");
    CHECK(told("gone").text() == "gone");
    CHECK(told("gone").attribute(lang) == "en");
}
