// SPDX-License-Identifier: MIT
// XEP-0292 vCard4 Over XMPP 0.12.0: the card published by PEP and the vcard-temp one (XEP-0054) say the same of name,
// addresses, organisation and the like. Pictures are XEP-0398's. Keeps nothing beside the two cards.
#include "modules/modules.h"
#include "routing/card_access.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"

#include <array>

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::NodeChange, routing::Publisher;

constexpr const char* node = "urn:xmpp:vcard4";
constexpr std::string_view ns = "urn:ietf:params:xml:ns:vcard-4.0";
constexpr std::string_view temp_ns = "vcard-temp";
constexpr const char* temp_drawer = routing::card_drawer;

struct Cards {
    bool is_following = false;  // what changes now follows what has changed
    std::optional<xml::Element> before{};  // the vcard-temp, while a new card is published
};

// One value: <fn><text/></fn> is <FN/>, <email><text/></email> is <EMAIL><USERID/></EMAIL>.
struct Value {
    std::string_view name, type, temp, part, scheme;
};
constexpr std::array values = {
    Value{"fn", "text", "FN", "", ""},          Value{"nickname", "text", "NICKNAME", "", ""},
    Value{"bday", "date", "BDAY", "", ""},      Value{"title", "text", "TITLE", "", ""},
    Value{"role", "text", "ROLE", "", ""},      Value{"note", "text", "DESC", "", ""},
    Value{"url", "uri", "URL", "", ""},         Value{"email", "text", "EMAIL", "USERID", ""},
    Value{"tel", "uri", "TEL", "NUMBER", "tel:"}, Value{"impp", "uri", "JABBERID", "", "xmpp:"},
    Value{"org", "text", "ORG", "ORGNAME", ""},
};

// Values made of parts, each under its name.
struct Part {
    std::string_view name, temp;
};
constexpr std::array name_parts = {Part{"surname", "FAMILY"}, Part{"given", "GIVEN"}, Part{"additional", "MIDDLE"},
                                   Part{"prefix", "PREFIX"}, Part{"suffix", "SUFFIX"}};
constexpr std::array address_parts = {Part{"pobox", "POBOX"},     Part{"ext", "EXTADD"},    Part{"street", "STREET"},
                                      Part{"locality", "LOCALITY"}, Part{"region", "REGION"}, Part{"code", "PCODE"},
                                      Part{"country", "CTRY"}};

template <class Parts>
xml::Element to_temp(const xml::Element& whole, std::string_view name, const Parts& parts) {
    xml::Element made({temp_ns, name});
    for (const Part& part : parts) {
        const std::string text = whole.child_text({ns, part.name});
        if (!text.empty()) made = std::move(made).with(xml::Element({temp_ns, part.temp}).with_text(text));
    }
    return made;
}

template <class Parts>
xml::Element from_temp(const xml::Element& whole, std::string_view name, const Parts& parts) {
    xml::Element made({ns, name});
    for (const Part& part : parts)
        made = std::move(made).with(xml::Element({ns, part.name}).with_text(whole.child_text({temp_ns, part.temp})));
    return made;
}

// The text in <text/>, <uri/> or <date/>, without the scheme that the value implies.
std::string text_of(const xml::Element& element, const Value& value) {
    std::string text;
    for (const xml::Element child : element.children())
        if (child.name().local != "parameters") text = child.text();
    if (!value.scheme.empty() && text.starts_with(value.scheme)) text.erase(0, value.scheme.size());
    return text;
}

xml::Element to_temp(const xml::Element& vcard) {
    xml::Element card({temp_ns, "vCard"});
    for (const xml::Element child : vcard.children()) {
        if (child.is({ns, "n"})) card = std::move(card).with(to_temp(child, "N", name_parts));
        if (child.is({ns, "adr"})) card = std::move(card).with(to_temp(child, "ADR", address_parts));
        for (const Value& value : values) {
            const std::string text = child.is({ns, value.name}) ? text_of(child, value) : std::string();
            if (text.empty()) continue;
            const xml::Element made({temp_ns, value.temp});
            card = std::move(card).with(value.part.empty() ? made.with_text(text)
                                                           : made.with(xml::Element({temp_ns, value.part}).with_text(text)));
        }
    }
    return card;
}

bool is_converted(std::string_view name) {
    return name == "N" || name == "ADR" || std::ranges::find(values, name, &Value::temp) != values.end();
}

// What vCard4 has no word for here stays as it was: CLASS above all, by which people are hidden.
xml::Element with_rest(xml::Element card, const std::optional<xml::Element>& before) {
    if (before)
        for (const xml::Element child : before->children())
            if (!is_converted(child.name().local)) card = std::move(card).with(child);
    return card;
}

// Colleagues find by name only whose card they may read.
bool is_open(const Feature& feature, const xmpp::Jid& jid) {
    Account* account = feature.users().in_memory(jid);
    const store::Node* kept = account ? Publisher::of(*account).nodes.find(node) : nullptr;
    return !kept || routing::colleagues_may_know(kept->config.access, feature.users().directory());
}

// Gives `fn` the vcard-temp, if there is one.
void with_temp(const Feature& feature, const xmpp::Jid& jid, std::function<void(const std::optional<xml::Element>&)> fn) {
    feature.store().find(jid.text(), temp_drawer, "", [fn = std::move(fn)](const base::Result<std::optional<std::string>, store::Refusal>& found) {
        if (found) fn(*found ? xml::parse_element(**found) : std::nullopt);  // else the disk says in the log what is wrong
    });
}

// In the commit of the card that it follows.
void keep_card(const Feature& feature, Account& account, const xml::Element& card) {
    const xmpp::Jid& jid = account.jid();
    const xml::Element whole = with_rest(card, account.state<Cards>().before);
    feature.users().directory().keep_card(jid, is_open(feature, jid) ? whole : xml::Element(whole.name()),
                                          {store::Put{jid.text(), {temp_drawer, "", xml::to_string(whole)}}});
}

// What keep_card needs of the disk, for as long as `then` runs.
void read_before(const Feature& feature, const xmpp::Jid& jid, const std::function<void(bool)>& then) {
    feature.store().find(jid.text(), temp_drawer, "", [feature, jid, then](const base::Result<std::optional<std::string>, store::Refusal>& found) {
        const auto set = [&](std::optional<xml::Element> card) {
            if (Account* account = feature.users().in_memory(jid)) account->state<Cards>().before = std::move(card);
        };
        if (found && *found) set(xml::parse_element(**found));
        then(found.has_value());
        set(std::nullopt);
    });
}

// Who closes his card is not found any more when that is answered; who opens it is found soon.
void look_again(const Feature& feature, const xmpp::Jid& jid) {
    routing::Directory& directory = feature.users().directory();
    if (!is_open(feature, jid)) return directory.keep_card(jid, xml::Element({temp_ns, "vCard"}), {});
    with_temp(feature, jid, [feature, jid](const std::optional<xml::Element>& card) {
        if (card && is_open(feature, jid)) feature.users().directory().keep_card(jid, *card, {});
    });
}

xml::Element from_temp(const xml::Element& card) {
    xml::Element vcard({ns, "vcard"});
    for (const xml::Element child : card.children()) {
        if (child.is({temp_ns, "N"})) vcard = std::move(vcard).with(from_temp(child, "n", name_parts));
        if (child.is({temp_ns, "ADR"})) vcard = std::move(vcard).with(from_temp(child, "adr", address_parts));
        for (const Value& value : values) {
            if (!child.is({temp_ns, value.temp})) continue;
            const std::string text = value.part.empty() ? child.text() : child.child_text({temp_ns, value.part});
            if (text.empty()) continue;
            const auto typed = xml::Element({ns, value.type}).with_text(std::string(value.scheme) + text);
            vcard = std::move(vcard).with(xml::Element({ns, value.name}).with(typed));
        }
    }
    return vcard;
}

void publish(const Feature& feature, Account& account, const xml::Element& vcard) {
    routing::NodeHost& host = Publisher::of(account);
    if (!host.nodes.find(node)) {
        store::NodeConfig config = feature.publisher().defaults(host, node);
        config.access = store::AccessModel::open;  // as the card it comes from
        feature.publisher().create(host, node, config, account.jid());
    }
    const auto item = xml::Element({xmpp::ns::pubsub, "item"}).with_attribute("id", "current").with(vcard);
    const auto asker = feature.publisher().asker(host, account.jid());
    if (!feature.publisher().publish(host, asker, {account.jid(), node, item}))
        feature.node().log.error("the vCard4 of " + account.jid().text() + " could not be kept in step");
}

}  // namespace

void add_vcard4(Feature& feature) {
    feature.advertise(ns);
    feature.advertise_for_accounts(ns);
    // XEP-0292 5.2: cards about contacts, an item for each, are nobody else's.
    feature.publisher().begins("urn:xmpp:contacts", [](store::NodeConfig& config) {
        config.access = store::AccessModel::whitelist;
        config.max_items = store::NodeConfig::max;
    });
    feature.publisher().reads_first(node, [feature](const xmpp::Jid& owner, const std::function<void(bool)>& then) { read_before(feature, owner, then); });
    feature.publisher().watch([feature](Account& account, const NodeChange& change) {
        if (change.node != node || account.state<Cards>().is_following) return;
        const bool is_card = change.kind == NodeChange::published && change.payload && change.payload->is({ns, "vcard"});
        if (is_card) keep_card(feature, account, to_temp(*change.payload));
        if (change.kind == NodeChange::configured || change.kind == NodeChange::deleted) look_again(feature, account.jid());
    });
    // Who may not read the one is not shown the other.
    feature.publisher().mirrors().show({temp_ns, "vCard"}, [feature](Account& account, const xmpp::Jid& by, const xml::Element& card) {
        const routing::NodeHost& host = Publisher::of(account);
        const store::Node* kept = host.nodes.find(node);
        const bool is_refused = kept && routing::refuses_reading(*kept, feature.publisher().asker(host, by));
        return is_refused ? xml::Element(card.name()) : card;
    });
    feature.publisher().mirrors().on_stored([feature](Account& account, const xml::Element& card) {
        if (!card.is({temp_ns, "vCard"})) return;
        account.state<Cards>().is_following = true;
        publish(feature, account, from_temp(card));
        account.state<Cards>().is_following = false;
    });
}

}  // namespace modules
