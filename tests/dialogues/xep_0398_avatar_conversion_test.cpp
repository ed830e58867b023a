// SPDX-License-Identifier: MIT
// XEP-0398, with XEP-0084 and XEP-0153: one picture, whichever way it came.
#include "base/text.h"
#include "dialogues/xep_0060_play.h"
#include "xmpp/scram.h"

using namespace pubsub_play;

namespace {

const std::string data_node = "urn:xmpp:avatar:data";
const std::string metadata_node = "urn:xmpp:avatar:metadata";
const std::string juliet = "juliet@capulet.example";

std::string id_of(const std::string& picture) {
    std::string text;
    for (const unsigned char byte : xmpp::digest(xmpp::ScramHash::sha1, picture)) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", byte);
        text += two;
    }
    return text;
}
std::string data_item(const std::string& picture) {
    return item(id_of(picture), "<data xmlns='urn:xmpp:avatar:data'>" + base::base64_encode(picture) + "</data>");
}
std::string metadata(const std::string& infos) { return "<metadata xmlns='urn:xmpp:avatar:metadata'>" + infos + "</metadata>"; }
std::string info_of(const std::string& picture, const std::string& more = {}) {
    return "<info bytes='" + std::to_string(picture.size()) + "' id='" + id_of(picture) + "' type='image/png'" + more + "/>";
}
std::string photo(const std::string& picture) {
    return "<PHOTO><TYPE>image/png</TYPE><BINVAL>" + base::base64_encode(picture) + "</BINVAL></PHOTO>";
}
std::string card(const std::string& inside) { return "<vCard xmlns='vcard-temp'>" + inside + "</vCard>"; }
std::string update(const std::string& id) { return "<x xmlns='vcard-temp:x:update'><photo>" + id + "</photo></x>"; }

struct Capulet {
    TestHost host{"capulet.example", {add_everything}};
    TestClient& balcony = host.login("juliet@capulet.example/balcony");
    TestClient& orchard = host.login("romeo@capulet.example/orchard");
    const std::string picture = std::string("\x89PNG\r\n\x1a\n", 8) + std::string(5000, 'j');

    Capulet() { host.befriend(balcony, orchard); }
    void publishes(const std::string& what, const std::string& model = "open") {
        const std::string as = options(field("pubsub#access_model", model));
        balcony.sets(publish(data_node, data_item(what), as));
        balcony.sets(publish(metadata_node, item(id_of(what), metadata(info_of(what))), as));
    }
};

}  // namespace

TEST_CASE("XEP-0398 3.1: an avatar published by PEP is the vCard's photo, also after a restart") {
    Capulet play;
    play.balcony.sets(card("<FN>Juliet</FN>"));
    play.publishes(play.picture);
    CHECK(same_xml(card("<FN>Juliet</FN>" + photo(play.picture)), play.orchard.gets(card(""), juliet)));
    play.host.restarts();
    auto& stranger = play.host.login("paris@capulet.example/street");
    CHECK(same_xml(card("<FN>Juliet</FN>" + photo(play.picture)), stranger.gets(card(""), juliet)));
}

TEST_CASE("XEP-0398 3.1: of several the one that is here is taken; a hash that is not the picture's is not") {
    Capulet play;
    play.balcony.sets(publish(data_node, data_item(play.picture)));
    const std::string elsewhere = info_of("other", " url='http://avatars.example/a.png'");
    play.balcony.sets(publish(metadata_node, item(id_of(play.picture), metadata(elsewhere + info_of(play.picture)))));
    CHECK(play.orchard.gets(card(""), juliet).find("BINVAL") != std::string::npos);
    const std::string forged = item(id_of("forged"), "<data xmlns='urn:xmpp:avatar:data'>" + base::base64_encode("another") + "</data>");
    play.balcony.sets(publish(data_node, forged));
    play.balcony.sets(publish(metadata_node, item(id_of("forged"), metadata(info_of("forged")))));
    play.orchard.is_refused("get", card(""), "service-unavailable", juliet);
}

TEST_CASE("XEP-0398 5.2, 7: who may not read the avatar by PEP is not shown it in the vCard") {
    Capulet play;
    play.publishes(play.picture, "presence");
    auto& stranger = play.host.login("paris@capulet.example/street");
    stranger.is_refused("get", card(""), "service-unavailable", juliet);
    CHECK(same_xml(card(photo(play.picture)), play.orchard.gets(card(""), juliet)));
}

TEST_CASE("XEP-0398 3.2: a vCard with a photo is published as data, then as metadata") {
    Capulet play;
    wants(play.orchard, {metadata_node});
    play.orchard.forget_received();
    play.balcony.sets(card("<FN>Juliet</FN>" + photo(play.picture)));
    play.orchard.receives_somewhere(event(juliet, "romeo@capulet.example/orchard",
                                          items_event(metadata_node, item(id_of(play.picture), metadata(info_of(play.picture))))));
    CHECK(same_xml(items(data_node, data_item(play.picture)), play.orchard.gets(items(data_node, "<item id='" + id_of(play.picture) + "'/>"), juliet)));
    CHECK(same_xml(card("<FN>Juliet</FN>" + photo(play.picture)), play.orchard.gets(card(""), juliet)));
    play.orchard.forget_received();
    play.balcony.sets(card("<FN>Juliet Capulet</FN>" + photo(play.picture)));
    play.orchard.receives_nothing_more();
    play.balcony.sets(card("<FN>Juliet Capulet</FN>"));
    play.orchard.receives_somewhere("<message from='juliet@capulet.example' to='romeo@capulet.example/orchard' type='headline' id='*'>"
                                    "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:avatar:metadata'>"
                                    "<item id='*'><metadata xmlns='urn:xmpp:avatar:metadata'/></item></items></event></message>");
}

TEST_CASE("XEP-0398 4, XEP-0153 3.1, 4.1: presence carries the hash, again when the avatar changes") {
    Capulet play;
    play.balcony.forget_received();
    play.orchard.forget_received();
    play.publishes(play.picture);
    play.orchard.receives("<presence from='juliet@capulet.example/balcony' to='romeo@capulet.example'>" + update(id_of(play.picture)) + "</presence>");
    play.orchard.receives_nothing_more();
    play.balcony.sends("<presence><show>away</show></presence>");
    play.orchard.receives("<presence from='juliet@capulet.example/balcony' to='romeo@capulet.example'><show>away</show>" + update(id_of(play.picture)) + "</presence>");
    play.publishes("another");
    play.orchard.receives("<presence from='juliet@capulet.example/balcony' to='romeo@capulet.example'><show>away</show>" + update(id_of("another")) + "</presence>");
    play.balcony.sets(publish(metadata_node, item("none", metadata(""))));
    play.orchard.receives("<presence from='juliet@capulet.example/balcony' to='romeo@capulet.example'><show>away</show>" + update("") + "</presence>");
    play.publishes("another");
    play.orchard.receives("<presence from='juliet@capulet.example/balcony' to='romeo@capulet.example'><show>away</show>" + update(id_of("another")) + "</presence>");
}

TEST_CASE("XEP-0398 4: an empty x and a wrong hash are overwritten, an empty photo is left, directed presence has it too") {
    Capulet play;
    play.publishes(play.picture);
    play.orchard.forget_received();
    const auto sees = [&](const std::string& inside) {
        play.orchard.receives("<presence from='juliet@capulet.example/balcony' to='romeo@capulet.example'>" + inside + "</presence>");
    };
    play.balcony.sends("<presence><x xmlns='vcard-temp:x:update'/></presence>");
    sees(update(id_of(play.picture)));
    play.balcony.sends("<presence>" + update("abc") + "</presence>");
    sees(update(id_of(play.picture)));
    play.balcony.sends("<presence>" + update("") + "</presence>");
    sees(update(""));
    play.publishes("another");
    play.orchard.receives_nothing_more();
    play.balcony.sends("<presence to='romeo@capulet.example/orchard'/>");
    play.orchard.receives("<presence from='juliet@capulet.example/balcony' to='romeo@capulet.example/orchard'>" + update(id_of("another")) + "</presence>");
}

TEST_CASE("XEP-0398 4: a picture that is deleted without its metadata leaves presence as it leaves the vCard") {
    Capulet play;
    play.publishes(play.picture);
    const auto ends = [&](const std::string& end) {
        play.orchard.forget_received();
        play.balcony.sets(end);
        play.orchard.receives("<presence from='juliet@capulet.example/balcony' to='romeo@capulet.example'>" + update("") + "</presence>");
        play.orchard.is_refused("get", card(""), "service-unavailable", juliet);
    };
    SUBCASE("retracted") { ends(retract(data_node, id_of(play.picture))); }
    SUBCASE("purged") { ends(owner("<purge node='" + data_node + "'/>")); }
    SUBCASE("with the node") { ends(owner("<delete node='" + data_node + "'/>")); }
}

TEST_CASE("XEP-0084 4.2, XEP-0398 4: an avatar that takes another's place is told once, when its metadata are there") {
    Capulet play;
    play.publishes(play.picture);
    play.orchard.forget_received();
    play.publishes(play.picture + "2");
    play.orchard.receives("<presence from='juliet@capulet.example/balcony' to='romeo@capulet.example'>" + update(id_of(play.picture + "2")) + "</presence>");
    play.orchard.receives_nothing_more();
}

TEST_CASE("XEP-0084 3: a picture of 200 kB goes both ways") {
    Capulet play;
    const std::string large(200 * 1024, 'p');
    play.publishes(large);
    CHECK(same_xml(card(photo(large)), play.orchard.gets(card(""), juliet)));
    const std::string other(200 * 1024, 'q');
    play.balcony.sets(card(photo(other)));
    CHECK(same_xml(items(data_node, data_item(other)), play.orchard.gets(items(data_node), juliet)));
}

TEST_CASE("XEP-0398 2: the account tells that it converts") {
    Capulet play;
    CHECK(play.balcony.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", juliet).find("urn:xmpp:pep-vcard-conversion:0") != std::string::npos);
}
