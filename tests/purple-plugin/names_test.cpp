// SPDX-License-Identifier: MIT
#include "purple-plugin/names.h"

#include <doctest/doctest.h>

using namespace purple_plugin;

namespace {
constexpr std::string_view domain = "bioaster.org";
}

TEST_CASE("a person's name becomes prenom.nom") {
    const std::pair<std::string, std::string> names[] = {
        {"Élodie Müller-Noël", "elodie.muller-noel"},
        {"PRENOM.NOM", "prenom.nom"},
        {"prenom.nom", "prenom.nom"},
        {"DUPONT, Jean", "jean.dupont"},
        {"MÜLLER-NOËL,Élodie", "elodie.muller-noel"},
        {"Łukasz Ørsted", "lukasz.orsted"},
        {"Ngọc.Nguyễn", "ngoc.nguyen"},
        {"Æsa Œuvrard", "aesa.oeuvrard"},
        {"Jürgen Groß", "jurgen.gross"},
        {"Seán O'Brien", "sean.obrien"},
        {"Seán O’Brien", "sean.obrien"},
        {"Anne D´Arc", "anne.darc"},
        {"  Jean   Paul _ Dupont. ", "jean.paul.dupont"},
        {"Jean – Paul Dupont", "jean-paul.dupont"},
        {"-Jean..Dupont-", "jean.dupont"},
        {"İrem Çelik", "irem.celik"},
        {"e\u0301lodie noe\u0308l", "elodie.noel"},
        {"jean.dupont2", "jean.dupont2"},
    };
    for (const auto& [typed, expected] : names) {
        CAPTURE(typed);
        const auto folded = fold_name(typed);
        REQUIRE(folded);
        CHECK(*folded == expected);
        CHECK(*fold_name(*folded) == expected);
    }
}

TEST_CASE("a name without an ASCII counterpart is refused, not guessed") {
    for (const std::string typed :
         {"Дмитрий Иванов", "王伟", "jean+dupont", "jean:dupont", "jean\\dupont", "\xFFjean", "a/b"}) {
        CAPTURE(typed);
        const auto folded = fold_name(typed);
        REQUIRE_FALSE(folded);
        CHECK(folded.error() == NameFault::not_latin);
    }
    CHECK(fold_name(std::string_view("a\0b", 3)).error() == NameFault::not_latin);
}

TEST_CASE("a name without a letter is refused") {
    for (const std::string typed : {"", " ", "..", ",", "'"}) {
        const auto folded = fold_name(typed);
        REQUIRE_FALSE(folded);
        CHECK(folded.error() == NameFault::empty);
    }
}

TEST_CASE("an account is one of the organisation, its address typed whole or not") {
    CHECK(*account_address("Élodie Müller-Noël", domain) == "elodie.muller-noel@bioaster.org");
    CHECK(*account_address("PRENOM.NOM@BIOASTER.ORG", domain) == "prenom.nom@bioaster.org");
    CHECK(*account_address("prenom.nom@bioaster.org/Work", domain) == "prenom.nom@bioaster.org");
    for (const std::string typed : {"a@gmail.com", "a@bioaster.org.evil.example", "a@", "a@b@bioaster.org"}) {
        CAPTURE(typed);
        const auto address = account_address(typed, domain);
        REQUIRE_FALSE(address);
        CHECK(address.error() == NameFault::foreign_domain);
    }
    CHECK(account_address("@bioaster.org", domain).error() == NameFault::empty);
}

TEST_CASE("RFC 7622 3.3: a room is named as people write, and by what an address can hold") {
    const std::pair<std::string, std::string> names[] = {{"Réunion d'été", "Réunion-d-été"},
                                                         {"l’équipe", "l-équipe"},
                                                         {"  thé & café  ", "thé-café"},
                                                         {"a/b:c<d>e\"f@g", "a-b-c-d-e-f-g"},
                                                         {"salon", "salon"},
                                                         {"été_2026.a-b!", "été_2026.a-b!"},
                                                         {"会議", "会議"},
                                                         {"e\u0301te\u0301", "e\u0301te\u0301"},
                                                         {" ' ", ""},
                                                         {"", ""}};
    for (const auto& [typed, expected] : names) {
        CAPTURE(typed);
        CHECK(room_name(typed) == expected);
        CHECK(room_name(expected) == expected);
    }
    CHECK(room_name("\xFF x") == "\xFF x"); // libpurple refuses it
}

TEST_CASE("a contact's short name gets the domain, an address stays") {
    CHECK(contact_address("Jean Dupont", domain) == "jean.dupont@bioaster.org");
    CHECK(contact_address("jean.dupont", domain) == "jean.dupont@bioaster.org");
    for (const std::string typed : {"a@gmail.com", "Jean.Dupont@bioaster.org", "salon@conference.bioaster.org/Jean",
                                    "bioaster.org", "Proxy.bioaster.org", "王伟", ""})
        CHECK_FALSE(contact_address(typed, domain));
}
