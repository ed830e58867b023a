// SPDX-License-Identifier: MIT
// XEP-0398 User Avatar to vCard-Based Avatars Conversion 1.0.0: one picture, published by PEP (XEP-0084) or as a vCard's
// PHOTO (XEP-0153), is there both ways, and its hash goes with presence. Keeps the picture's id with the account, as the
// item of its metadata says it.
#include "modules/modules.h"
#include "base/text.h"
#include "xml/parser.h"
#include "xmpp/namespaces.h"
#include "xmpp/scram.h"

#include <algorithm>

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::NodeChange, routing::Publisher, routing::Session;
using xmpp::Presence;

constexpr const char* data_node = "urn:xmpp:avatar:data";
constexpr const char* metadata_node = "urn:xmpp:avatar:metadata";
constexpr std::string_view vcard_ns = "vcard-temp";
constexpr xml::Name card_name{vcard_ns, "vCard"};
constexpr xml::Name photo_name{vcard_ns, "PHOTO"};
constexpr std::string_view update_ns = "vcard-temp:x:update";

struct Avatar {
    std::string id;      // SHA-1 in hexadecimal; empty: none
    std::string type;
    std::string item;    // of the metadata that say so
    std::string forged;  // the item of data whose id is not its picture's hash
    std::string next;    // the item of data whose metadata are still to come
    bool is_known = false;  // something was published, if only that there is none
};

// What a client shows: whether the photo in its presence is the server's.
struct Shown {
    bool is_ours = false;
    bool is_changed = false;  // it comes by again with the server's photo
};

// The picture in base64; empty: none.
std::string picture_in(std::string text) { return base::base64_decode_lines(std::move(text)).value_or(""); }

std::string id_of(std::string_view picture) { return base::hexadecimal(xmpp::digest(xmpp::ScramHash::sha1, picture)); }

// XEP-0398 3.1: the picture that is in the data node.
void take_metadata(Account& account, const xml::Element& metadata) {
    Avatar& avatar = account.state<Avatar>();
    avatar.is_known = true;
    avatar.id.clear();
    const store::Node* data = Publisher::of(account).nodes.find(data_node);
    for (const xml::Element info : metadata.children()) {
        const std::string id(info.attribute("id").value_or(""));
        const bool is_here = info.is({metadata_node, "info"}) && !info.attribute("url") && data && data->item(id);
        if (!is_here || id == avatar.forged) continue;
        avatar.id = id;
        avatar.type = info.attribute("type").value_or("image/png");
        return;
    }
}

void load(Account& account, const std::vector<store::Record>& records) {
    account.state<Avatar>() = {};
    const store::Node* node = Publisher::of(account).nodes.find(metadata_node);
    if (!node || node->items.empty()) return;
    const auto found = std::ranges::find(records, node->items.back().id, &store::Record::name);
    const auto metadata = found == records.end() ? std::nullopt : xml::parse_element(found->value);
    if (metadata) take_metadata(account, *metadata);
    account.state<Avatar>().item = node->items.back().id;
}

bool is_own_wish(const Presence& presence) {
    const auto x = presence.child({update_ns, "x"});
    const auto photo = x ? x->child({update_ns, "photo"}) : std::nullopt;
    return photo && photo->text().empty();
}

// XEP-0398 4: with every available presence but those that say there is no picture.
bool sends_with_photo(const Feature& feature, Session& session, const Presence& presence) {
    const Avatar& avatar = session.account().state<Avatar>();
    Shown& shown = session.state<Shown>();
    if (presence.type() != Presence::available || !avatar.is_known || shown.is_changed) return false;
    if (presence.to().empty()) shown.is_ours = !is_own_wish(presence);
    if (is_own_wish(presence)) return false;
    const auto photo = xml::Element({update_ns, "photo"}).with_text(avatar.id);
    const auto element = presence.element().without({update_ns, "x"}).with(xml::Element({update_ns, "x"}).with(photo));
    shown.is_changed = true;
    feature.router().from_client(session, Presence(element, presence.from(), presence.to(), presence.type()), [] {});
    shown.is_changed = false;
    return true;
}

// As if each client had sent its presence again.
void show_again(const Feature& feature, const xmpp::Jid& owner) {
    Account* account = feature.users().find(owner);
    if (!account) return;
    const auto sessions = account->sessions();
    for (Session* session : sessions) {
        if (!session->is_available()) continue;
        Presence presence = *session->presence();
        if (!session->state<Shown>().is_ours && is_own_wish(presence)) continue;
        presence = Presence(presence.element().without({update_ns, "x"}), session->jid(), {}, Presence::available);
        feature.router().from_client(*session, presence, [] {});
    }
}

// Nobody is told of what is not on disk.
void show_when_kept(const Feature& feature, const Account& account) {
    const auto show = [feature, owner = account.jid()] { show_again(feature, owner); };
    const routing::TicketPtr gate = feature.writes().gate();
    gate ? gate->when_settled(show) : show();
}

// The picture itself. One that goes takes the avatar with it, save where the next is there already and only its metadata
// are to come.
void follow_data(const Feature& feature, Account& account, const NodeChange& change) {
    Avatar& avatar = account.state<Avatar>();
    if (change.kind == NodeChange::published && change.payload) {
        const bool is_true = id_of(picture_in(change.payload->text())) == change.item;
        if (!is_true) avatar.forged = change.item;
        if (is_true && avatar.forged == change.item) avatar.forged.clear();
        avatar.next = change.item == avatar.id ? std::string() : change.item;
        return;
    }
    const store::Node* data = Publisher::of(account).nodes.find(data_node);
    const bool is_here = data && data->item(avatar.id);
    const bool is_replaced = data && !avatar.next.empty() && data->item(avatar.next);
    if (avatar.id.empty() || is_here || is_replaced) return;
    avatar.id.clear();
    show_when_kept(feature, account);
}

void follow(const Feature& feature, Account& account, const NodeChange& change) {
    Avatar& avatar = account.state<Avatar>();
    if (change.node == data_node) return follow_data(feature, account, change);
    const bool is_other = change.kind == NodeChange::retracted && change.item != avatar.item;  // one that was replaced
    if (change.node != metadata_node || is_other || change.kind == NodeChange::configured) return;
    const std::string before = avatar.id;
    avatar.item = change.item;
    avatar.next.clear();
    take_metadata(account, change.payload.value_or(xml::Element({metadata_node, "metadata"})));
    if (avatar.id != before) show_when_kept(feature, account);
}

// What was in the card is seen by everybody, and so are the nodes it makes.
bool publish(const Feature& feature, Account& account, const char* node, std::string_view id, const xml::Element& payload) {
    routing::NodeHost& host = Publisher::of(account);
    if (!host.nodes.find(node)) {
        store::NodeConfig config = feature.publisher().defaults(host);
        config.access = store::AccessModel::open;
        feature.publisher().create(host, node, config, account.jid());
    }
    auto item = xml::Element({xmpp::ns::pubsub, "item"}).with(payload);
    if (!id.empty()) item = item.with_attribute("id", id);
    const auto asker = feature.publisher().asker(host, account.jid());
    return feature.publisher().publish(host, asker, {account.jid(), node, item}).has_value();
}

// XEP-0398 3.2. A card without picture ends the avatar.
void take_card(const Feature& feature, Account& account, const xml::Element& card) {
    if (!card.is(card_name)) return;
    const auto photo = card.child(photo_name);
    const std::string picture = photo ? picture_in(photo->child_text({vcard_ns, "BINVAL"})) : std::string();
    const Avatar& avatar = account.state<Avatar>();
    const xml::Element metadata({metadata_node, "metadata"});
    if (picture.empty()) {
        if (!avatar.id.empty()) publish(feature, account, metadata_node, {}, metadata);
        return;
    }
    const std::string id = id_of(picture);
    if (id == avatar.id) return;
    const std::string type = photo->child_text({vcard_ns, "TYPE"});
    const auto info = xml::Element({metadata_node, "info"})
                          .with_attribute("bytes", std::to_string(picture.size()))
                          .with_attribute("id", id)
                          .with_attribute("type", type.empty() ? "image/png" : type);
    const auto data = xml::Element({data_node, "data"}).with_text(base::base64_encode(picture));
    if (publish(feature, account, data_node, id, data)) publish(feature, account, metadata_node, id, metadata.with(info));
}

// XEP-0398 7: the picture as PEP has it, for those who may read it there.
void show_card(const Feature& feature, Account& account, const xmpp::Jid& by, const xml::Element& card,
               const routing::Mirrors::Then& then) {
    const Avatar avatar = account.state<Avatar>();
    if (!avatar.is_known) return then(card);
    const auto photo = card.child(photo_name);
    if (photo && !avatar.id.empty() && id_of(picture_in(photo->child_text({vcard_ns, "BINVAL"}))) == avatar.id) return then(card);
    const xml::Element bare = card.without(photo_name);
    const routing::NodeHost& host = Publisher::of(account);
    const store::Node* data = host.nodes.find(data_node);
    const store::NodeItem* item = data ? data->item(avatar.id) : nullptr;
    if (!item || routing::refuses_reading(*data, feature.publisher().asker(host, by))) return then(bare);
    feature.publisher().read(host, data_node, {*item}, [bare, avatar, then](const Publisher::Items& items) {
        const auto& payload = items.front().second;
        if (!payload) return then(bare);
        const auto type = xml::Element({vcard_ns, "TYPE"}).with_text(avatar.type);
        then(bare.with(xml::Element(photo_name).with(type).with(xml::Element({vcard_ns, "BINVAL"}).with_text(payload->text()))));
    });
}

}  // namespace

void add_avatar_conversion(Feature& feature) {
    feature.advertise_for_accounts("urn:xmpp:pep-vcard-conversion:0");
    feature.load_with_accounts(store::payload_drawer(metadata_node), load);
    feature.on_presence_sent([feature](Session& session, const Presence& presence) {
        return sends_with_photo(feature, session, presence);
    });
    feature.publisher().watch([feature](Account& account, const NodeChange& change) { follow(feature, account, change); });
    feature.publisher().mirrors().on_stored([feature](Account& account, const xml::Element& card) { take_card(feature, account, card); });
    feature.publisher().mirrors().show_later(card_name, [feature](Account& account, const xmpp::Jid& by, const xml::Element& card,
                                                                  const routing::Mirrors::Then& then) {
        show_card(feature, account, by, card, then);
    });
}

}  // namespace modules
