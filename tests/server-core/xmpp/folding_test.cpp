// SPDX-License-Identifier: MIT
#include "xmpp/folding.h"

#include <doctest/doctest.h>

TEST_CASE("Names are compared without case, accents and ligatures") {
    CHECK(xmpp::folded("Hélène") == "helene");
    CHECK(xmpp::folded("HE\xCC\x81le\xCC\x80NE") == "helene");  // combining accents
    CHECK(xmpp::folded("Straße") == "strasse");
    CHECK(xmpp::folded("ﬁn") == "fin");
    CHECK(xmpp::folded("Ζωή") == "ζωη");
    CHECK(xmpp::folded("") == "");
    CHECK(xmpp::folded("a\xFF") == "");
}

TEST_CASE("An account's name is shown as a person's") {
    CHECK(xmpp::name_from_local("prenom.nom") == "Prenom Nom");
    CHECK(xmpp::name_from_local("jean-luc.picard") == "Jean-Luc Picard");
    CHECK(xmpp::name_from_local("éric_martin") == "Éric Martin");
    CHECK(xmpp::name_from_local("romeo") == "Romeo");
}
