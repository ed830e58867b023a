// SPDX-License-Identifier: MIT
#include "xmpp/language.h"

namespace xmpp {

Language language_of(const xml::Element& stanza) { return language_named(stanza.attribute({xml::xml_ns, "lang"}).value_or("")); }

Language language_named(std::string_view tag) {
    const bool is_french = tag.size() >= 2 && (tag[0] | 0x20) == 'f' && (tag[1] | 0x20) == 'r' && (tag.size() == 2 || tag[2] == '-');
    return is_french ? Language::french : Language::english;
}

std::string_view tag_of(Language language) { return language == Language::french ? "fr" : "en"; }

}  // namespace xmpp
