// SPDX-License-Identifier: MIT
#include "purple-plugin/chats.h"

#include <doctest/doctest.h>

#include <string>

using namespace purple_plugin;

namespace {

std::string meant(const char* room) {
    GHashTable* typed = g_hash_table_new(g_str_hash, g_str_equal); // a table that owns nothing, as libpurple has some
    if (room != nullptr) g_hash_table_insert(typed, const_cast<char*>("room"), const_cast<char*>(room));
    g_hash_table_insert(typed, const_cast<char*>("server"), const_cast<char*>("rooms.example"));
    g_hash_table_insert(typed, const_cast<char*>("handle"), const_cast<char*>("Jean"));
    const Components components = meant_room(typed);
    g_hash_table_destroy(typed);
    const auto value = [&components](const char* key) {
        const auto* text = static_cast<const char*>(g_hash_table_lookup(components.get(), key));
        return std::string(text != nullptr ? text : "-");
    };
    return value("room") + ' ' + value("server") + ' ' + value("handle");
}

} // namespace

TEST_CASE("a room is meant by a name as people write, or by a whole address") {
    CHECK(meant("Réunion d'été") == "Réunion-d-été rooms.example Jean");
    CHECK(meant("thé & café@other.example") == "thé-café other.example Jean");
    CHECK(meant("salon@") == "salon rooms.example Jean");
}

TEST_CASE("a room without a name stays as it was typed: libpurple says what is wrong with it") {
    CHECK(meant("@other.example") == "@other.example rooms.example Jean");
    CHECK(meant("' '") == "' ' rooms.example Jean");
    CHECK(meant("") == " rooms.example Jean");
    CHECK(meant(nullptr) == "- rooms.example Jean");
}
