// SPDX-License-Identifier: MIT
// Who has an account here, and what he says of himself in his vCard: for the staff group and for searches. One record for
// each account, owned by the domain; all of it in memory. Its own entity: others ask it, it asks nobody.
#pragma once
#include "routing/node.h"
#include "routing/writes.h"
#include "xml/element.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace routing {

// Where XEP-0054 keeps an account's card.
inline constexpr const char* card_drawer = "vcard";

// What a vCard says, each at most 255 bytes; all empty without one, or with one of CLASS private or confidential.
struct Person {
    std::string full, given, family, nick, email;
    bool empty() const { return full.empty() && given.empty() && family.empty() && nick.empty() && email.empty(); }
};
Person read_card(const xml::Element& card);

struct Colleague {
    xmpp::Jid jid;
    Person person;
    std::uint64_t version = 0;  // of the directory, when he came, left or changed his name
    bool has_left = false;      // a tombstone, for rosters of an older version
    Person folded = {};         // what `described` says, as one looks for it (xmpp/folding.h)
    // The card's name, or one made of the account's.
    std::string name() const;
    // The card, with given and family name out of the account's name where it has none.
    Person described() const;
};

class Directory {
public:
    Directory(const Node& node, store::Store& store, Writes& writes) : node_(node), store_(store), writes_(writes) {}
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    // Reads it and what became of accounts while no server ran. Before the first account is loaded: the store answers in
    // order, so the directory is there before any account is.
    //   staff_group   the name of the roster group that shows all accounts to each other; empty: none
    void start(std::string staff_group);

    const std::string& staff_group() const { return group_; }
    const std::map<xmpp::Jid, Colleague>& all() const { return all_; }  // tombstones among them
    // Null when nobody has, or uses, such an account.
    const Colleague* find(const xmpp::Jid& jid) const;
    // Whether all accounts show each other in the staff group, this one among them.
    bool is_staff(const xmpp::Jid& jid) const { return !group_.empty() && find(jid) != nullptr; }
    std::uint64_t version() const { return version_; }
    // What changed up to this version is not known any more.
    std::uint64_t oldest_version() const { return oldest_; }
    // Called when somebody has come, left or changed his name, and the disk has it.
    void on_changed(std::function<void(const Colleague&)> fn) { changed_ = std::move(fn); }

    // The staff with an available client, as presence goes to them only.
    const std::set<xmpp::Jid>& online() const { return online_; }
    void set_online(const xmpp::Jid& jid, bool is_online);

    // For who makes and ends accounts: the entry as it will be, the record to commit with the account, and the call
    // afterwards. No record before `start`.
    Colleague joining(const xmpp::Jid& jid);
    Colleague leaving(const xmpp::Jid& jid);
    Colleague disabling(const xmpp::Jid& jid);  // out of sight, with what his card says
    void add_to(store::Batch& batch, const Colleague& colleague) const;
    void keep(const Colleague& colleague);
    // Commits `batch` (the new card's record) with what the card changes here.
    void keep_card(const xmpp::Jid& jid, const xml::Element& card, store::Batch batch);

private:
    void put(Colleague colleague);
    void read(const std::vector<store::Record>& records);
    void compare(const std::vector<std::string>& accounts);
    void read_missing_card(const xmpp::Jid& jid);
    void forget_those_who_left(store::Batch& batch);
    store::Put floor() const;

    const Node& node_;
    store::Store& store_;
    Writes& writes_;
    std::string group_;
    bool started_ = false;
    std::set<xmpp::Jid> disabled_, ended_;  // at the start
    std::map<xmpp::Jid, Colleague> all_;
    std::set<xmpp::Jid> online_;
    std::uint64_t version_ = 0;
    std::uint64_t oldest_ = 0;
    std::function<void(const Colleague&)> changed_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace routing
