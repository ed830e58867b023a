// SPDX-License-Identifier: MIT
// XEP-0486, XEP-0153: a room's avatar, which its owners set by vcard-temp.
#include "dialogues/xep_0045_play.h"

using namespace play;

namespace {

const std::string get_card = "<vCard xmlns='vcard-temp'/>";
const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
const std::string hello_hash = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";  // SHA-1 of "hello"
const std::string world_hash = "7c211433f02071597741e6ff5a8ea34789abbf43";  // SHA-1 of "world"

std::string photo(const std::string& base64) { return "<PHOTO><TYPE>image/png</TYPE><BINVAL>" + base64 + "</BINVAL></PHOTO>"; }
std::string card(const std::string& photos) { return "<vCard xmlns='vcard-temp'>" + photos + "</vCard>"; }
const std::string hello = card(photo("aGVs\n bG8="));
std::string update(const std::string& to, const std::string& hash) {
    return "<presence from='" + room + "' to='" + to + "'><x xmlns='vcard-temp:x:update'><photo>" + hash + "</photo></x></presence>";
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("XEP-0486 3.1: service and rooms say that they have cards") {
    Stage stage;
    auto& romeo = stage.romeo();
    for (const std::string& jid : {room, std::string("rooms.montague.example")}) CHECK(has(romeo.gets(info, jid), "'vcard-temp'"));
}

TEST_CASE("XEP-0486 3.2, 3.3: an owner's photo is announced with 104 and its hash, told by disco#info, and anybody may have it") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    CHECK(!has(romeo.gets(info, room), "avatarhash"));
    CHECK(juliet.gets(get_card, room) == get_card);
    romeo.sets(hello, room);
    juliet.receives(said({}, juliet_jid, "<x xmlns='http://jabber.org/protocol/muc#user'>" + code(104) + "</x>"));
    juliet.receives(update(juliet_jid, hello_hash));
    juliet.receives_nothing_more();
    auto& tybalt = stage.connect(tybalt_jid);
    CHECK(has(tybalt.gets(info, room), "<value>" + hello_hash + "</value>"));
    CHECK(same_xml(hello, tybalt.gets(get_card, room)));
}

TEST_CASE("XEP-0486 3.2, 6: only owners set it; a photo must be base64, and a card not too large") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sets(admin("<item affiliation='admin' jid='juliet@montague.example'/>"), room);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    juliet.is_refused("set", hello, "forbidden", room);
    romeo.forget_received();
    romeo.is_refused("set", card(photo("a b c")), "bad-request", room);
    const_cast<routing::Node&>(stage.node()).limits.private_bytes = 50;
    romeo.is_refused("set", hello, "policy-violation", room);
    CHECK(romeo.gets(get_card, room) == get_card);
}

TEST_CASE("XEP-0486 3.2, 5.1: an empty card takes the avatar away; several photos have several hashes") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sets(card(photo("aGVsbG8=") + photo("d29ybGQ=")), room);
    CHECK(has(romeo.gets(info, room), "<value>" + hello_hash + "</value><value>" + world_hash + "</value>"));
    romeo.forget_received();
    romeo.sets(get_card, room);
    romeo.next();
    romeo.receives(update(romeo_jid, ""));
    CHECK(!has(romeo.gets(info, room), "avatarhash"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    while (juliet.has_received()) CHECK(!has(xml::to_string(juliet.next()), "vcard-temp:x:update"));
}

TEST_CASE("XEP-0486 5.2: who enters gets the hash after the subject; a persistent room keeps its avatar over a restart") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sets(hello, room);
    Stage::configure(romeo, field("persistentroom", "1"));
    stage.restarts();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.next();
    juliet.receives(no_subject(juliet_jid));
    juliet.receives(update(juliet_jid, hello_hash));
    auto& again = stage.enters(romeo_jid, "Romeo");
    again.forget_received();
    again.sets(get_card, room);
    stage.restarts();
    CHECK(stage.connect(tybalt_jid).gets(get_card, room) == get_card);
}
