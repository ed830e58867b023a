// SPDX-License-Identifier: MIT
// What a room says to people, in the language of the stanza that caused it; sentences that several files need.
#pragma once
#include "xmpp/language.h"

#include <string>

namespace modules::rooms {

struct Sentence {
    const char* english;
    const char* french;

    std::string in(xmpp::Language language) const { return xmpp::Words(english, french).in(language); }
    operator xmpp::Words() const { return {english, french}; }  // NOLINT(google-explicit-constructor): wanted where Words are
};

namespace words {
inline constexpr Sentence not_inside = {"you are not in the room", "vous n'êtes pas dans ce salon"};
inline constexpr Sentence nobody_has_nick = {"nobody here has this nick", "personne ici n'a ce pseudonyme"};
inline constexpr Sentence nick_taken = {"this nick is somebody else's", "ce pseudonyme est à quelqu'un d'autre"};
inline constexpr Sentence nick_needed = {"a room is entered with a nick", "on entre dans un salon avec un pseudonyme"};
inline constexpr Sentence locked = {"the room is not configured yet", "le salon n'est pas encore configuré"};
inline constexpr Sentence not_groupchat = {"a message to all is of type groupchat", "un message pour tous est de type groupchat"};
inline constexpr Sentence owner_needed = {"a room has at least one owner", "un salon a au moins un propriétaire"};
inline constexpr Sentence no_such_list = {"there is no such list", "cette liste n'existe pas"};
}  // namespace words

}  // namespace modules::rooms
