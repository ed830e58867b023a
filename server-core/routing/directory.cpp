// SPDX-License-Identifier: MIT
#include "routing/directory.h"

#include "base/text.h"
#include "store/accounts.h"
#include "store/fields.h"
#include "xml/parser.h"
#include "xmpp/folding.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {

constexpr const char* drawer = "directory";
constexpr std::string_view card_ns = "vcard-temp";
constexpr std::size_t most_field_bytes = 255;
// Those who left, remembered for clients that come with an old version of the roster.
constexpr std::ptrdiff_t most_left_accounts = 500;

std::string field(const xml::Element& element, std::string_view name) {
    const std::string text = element.child_text({card_ns, name});
    const std::string_view trimmed = base::trim(text);
    return std::string(trimmed.substr(0, trimmed.size() <= most_field_bytes ? trimmed.size() : 0));
}

std::string field(const xml::Element& card, std::string_view group, std::string_view name) {
    const auto element = card.child({card_ns, group});
    return element ? field(*element, name) : std::string();
}

store::Put to_record(const std::string& owner, const Colleague& colleague) {
    store::FieldWriter fields;
    const Person& person = colleague.person;
    fields.add_number('v', colleague.version);
    if (colleague.has_left) fields.add('x', {});
    for (const auto& [letter, text] : {std::pair{'f', &person.full}, {'g', &person.given}, {'l', &person.family},
                                       {'n', &person.nick}, {'e', &person.email}})
        if (!text->empty()) fields.add(letter, *text);
    return {owner, {drawer, colleague.jid.text(), std::move(fields).take()}};
}

void take_field(const store::Field& field, Colleague& colleague) {
    Person& person = colleague.person;
    switch (field.letter) {
    case 'v': colleague.version = store::read_number(field.value).value_or(0); break;
    case 'x': colleague.has_left = true; break;
    case 'f': person.full = field.value; break;
    case 'g': person.given = field.value; break;
    case 'l': person.family = field.value; break;
    case 'n': person.nick = field.value; break;
    case 'e': person.email = field.value; break;
    default: break;
    }
}

}  // namespace

Person read_card(const xml::Element& card) {
    const auto secrecy = card.child({card_ns, "CLASS"});
    if (secrecy && !secrecy->has_child({card_ns, "PUBLIC"}) && secrecy->has_children()) return {};
    return {field(card, "FN"), field(card, "N", "GIVEN"), field(card, "N", "FAMILY"), field(card, "NICKNAME"),
            field(card, "EMAIL", "USERID")};
}

std::string Colleague::name() const {
    if (!person.full.empty()) return person.full;
    if (!person.given.empty() && !person.family.empty()) return person.given + " " + person.family;
    return xmpp::name_from_local(jid.local());
}

Person Colleague::described() const {
    Person shown = person;
    if (!shown.given.empty() || !shown.family.empty()) return shown;
    const std::string whole = name();
    const std::size_t blank = std::min(whole.find(' '), whole.size());
    shown.given = whole.substr(0, blank);
    shown.family = whole.substr(std::min(blank + 1, whole.size()));
    return shown;
}

void Directory::put(Colleague colleague) {
    const Person shown = colleague.described();
    colleague.folded = {xmpp::folded(shown.full), xmpp::folded(shown.given), xmpp::folded(shown.family),
                        xmpp::folded(shown.nick), xmpp::folded(shown.email)};
    const xmpp::Jid jid = colleague.jid;
    all_.insert_or_assign(jid, std::move(colleague));
}

void Directory::start(std::string staff_group) {
    group_ = std::move(staff_group);
    started_ = true;
    const auto failed = [this] { node_.log.error("the list of accounts could not be read: no staff group, and searches find nobody"); };
    store_.load(node_.domain.text(), {drawer}, [this, failed, alive = std::weak_ptr<bool>(alive_)](const auto& loaded) {
        if (alive.expired()) return;
        loaded ? read(loaded->records) : failed();
    });
    for (const auto& [kind, found] : {std::pair{store::disabled_drawer, &disabled_}, {store::ended_drawer, &ended_}})
        store_.owners(kind, [failed, found = found, alive = std::weak_ptr<bool>(alive_)](const auto& accounts) {
            if (alive.expired()) return;
            if (!accounts) return failed();
            for (const std::string& account : *accounts)
                if (const auto jid = xmpp::parse_jid(account)) found->insert(*jid);
        });
    store_.owners(store::account_drawer, [this, failed, alive = std::weak_ptr<bool>(alive_)](const auto& accounts) {
        if (alive.expired()) return;
        accounts ? compare(*accounts) : failed();
    });
}

void Directory::read(const std::vector<store::Record>& records) {
    std::string group;
    for (const store::Record& record : records) {
        const auto fields = store::read_fields(record.value).value_or(std::vector<store::Field>{});
        const auto jid = xmpp::parse_jid(record.name);
        if (jid) {
            Colleague colleague{*jid, {}, 0, false};
            for (const store::Field& field : fields) take_field(field, colleague);
            version_ = std::max(version_, colleague.version);
            put(std::move(colleague));
            continue;
        }
        for (const store::Field& field : fields) {
            if (field.letter == 'v') oldest_ = store::read_number(field.value).value_or(0);
            if (field.letter == 'g') group = field.value;
        }
    }
    version_ = std::max(version_, oldest_);
    store::Batch batch;
    forget_those_who_left(batch);
    if (group != group_ || !batch.empty()) {  // all rosters change
        oldest_ = ++version_;
        batch.emplace_back(floor());
        writes_.commit_aside(std::move(batch));
    }
}

void Directory::forget_those_who_left(store::Batch& batch) {
    const auto has_left = [](const auto& entry) { return entry.second.has_left; };
    if (std::ranges::count_if(all_, has_left) < most_left_accounts) return;
    for (const auto& [jid, colleague] : all_)
        if (colleague.has_left) batch.emplace_back(store::Erase{node_.domain.text(), drawer, jid.text()});
    std::erase_if(all_, has_left);
}

store::Put Directory::floor() const {
    store::FieldWriter fields;
    fields.add_number('v', oldest_);
    fields.add('g', group_);
    return {node_.domain.text(), {drawer, "", std::move(fields).take()}};
}

void Directory::compare(const std::vector<std::string>& accounts) {
    std::set<xmpp::Jid> here;
    for (const std::string& account : accounts)
        if (const auto jid = xmpp::parse_jid(account)) here.insert(*jid);
    std::vector<Colleague> changed;
    for (const xmpp::Jid& jid : std::exchange(ended_, {}))  // whoever has the name now is somebody else
        if (find(jid) != nullptr) put(changed.emplace_back(leaving(jid)));
    for (const auto& [jid, colleague] : all_) {
        const bool is_disabled = disabled_.contains(jid);
        if (!colleague.has_left && (is_disabled || !here.contains(jid))) changed.push_back(is_disabled ? disabling(jid) : leaving(jid));
    }
    for (const xmpp::Jid& jid : std::exchange(disabled_, {})) here.erase(jid);
    for (const xmpp::Jid& jid : here)
        if (find(jid) == nullptr) changed.push_back(joining(jid));
    store::Batch batch;
    for (const Colleague& colleague : changed) {
        add_to(batch, colleague);
        put(colleague);
    }
    if (!batch.empty()) writes_.commit_aside(std::move(batch));
    for (const Colleague& colleague : changed)
        if (!colleague.has_left) read_missing_card(colleague.jid);
}

// An account that was made before there was a directory.
void Directory::read_missing_card(const xmpp::Jid& jid) {
    store_.find(jid.text(), card_drawer, "", [this, jid, alive = std::weak_ptr<bool>(alive_)](const auto& found) {
        if (alive.expired() || !found || !*found) return;
        const auto card = xml::parse_element(**found);
        if (card) keep_card(jid, *card, {});
    });
}

const Colleague* Directory::find(const xmpp::Jid& jid) const {
    const auto found = all_.find(jid);
    return found == all_.end() || found->second.has_left ? nullptr : &found->second;
}

void Directory::set_online(const xmpp::Jid& jid, bool is_online) {
    if (!is_online)
        online_.erase(jid);
    else if (is_staff(jid))
        online_.insert(jid);
}

Colleague Directory::joining(const xmpp::Jid& jid) {
    const auto before = all_.find(jid);  // disabled, or gone with all he had
    return {jid, before == all_.end() ? Person() : before->second.person, ++version_, false};
}

Colleague Directory::disabling(const xmpp::Jid& jid) {
    Colleague colleague = joining(jid);
    colleague.has_left = true;
    return colleague;
}

Colleague Directory::leaving(const xmpp::Jid& jid) { return {jid, {}, ++version_, true}; }

void Directory::add_to(store::Batch& batch, const Colleague& colleague) const {
    if (started_) batch.emplace_back(to_record(node_.domain.text(), colleague));
}

void Directory::keep(const Colleague& colleague) {
    if (!started_) return;
    const auto before = all_.find(colleague.jid);
    const bool is_seen = before == all_.end() || before->second.version != colleague.version;
    put(colleague);
    if (colleague.has_left) online_.erase(colleague.jid);
    if (is_seen && changed_) changed_(colleague);
}

void Directory::keep_card(const xmpp::Jid& jid, const xml::Element& card, store::Batch batch) {
    const Colleague* known = find(jid);
    if (known == nullptr) return writes_.commit(std::move(batch));
    Colleague now{jid, read_card(card), known->version, false};
    if (now.name() != known->name()) now.version = ++version_;
    add_to(batch, now);
    const auto kept = std::make_shared<bool>(true);
    writes_.commit(std::move(batch), [kept] { *kept = false; });
    const auto then = [this, now, kept, alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired() && *kept) keep(now);
    };
    writes_.gate() ? writes_.gate()->when_settled(then) : then();
}

}  // namespace routing
