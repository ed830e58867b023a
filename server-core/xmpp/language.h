// SPDX-License-Identifier: MIT
// What the server says to people, in the language they asked for (RFC 6120 4.7.4, 8.1.5).
#pragma once
#include "xml/element.h"

#include <string>
#include <string_view>

namespace xmpp {

enum class Language { english, french };

// The language of a stanza by its xml:lang, as RFC 4647 3.4 looks it up ("fr-FR" is French); English where it is another or none.
Language language_of(const xml::Element& stanza);
Language language_named(std::string_view tag);
// As it stands in xml:lang: "en", "fr".
std::string_view tag_of(Language language);

// One sentence in both languages: tests/layers/check_words.py holds our own to that. What somebody else said, in a
// language we do not know, stands alone.
class Words {
public:
    Words() = default;
    // NOLINTBEGIN(google-explicit-constructor): a sentence is written where Words are wanted.
    Words(std::string english) : english_(std::move(english)) {}
    Words(const char* english) : english_(english) {}
    // NOLINTEND
    Words(std::string_view english, std::string_view french) : english_(english), french_(french) {}

    bool empty() const { return english_.empty(); }
    const std::string& in(Language language) const { return language == Language::french && has_french() ? french_ : english_; }
    // The language that `in` really gives.
    Language told_in(Language wanted) const { return has_french() ? wanted : Language::english; }

private:
    bool has_french() const { return !french_.empty(); }
    std::string english_;
    std::string french_;
};

}  // namespace xmpp
