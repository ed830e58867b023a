// SPDX-License-Identifier: MIT
// What an account keeps in one place and clients look for in another (XEP-0048, 0398, 0292): features follow what is stored
// as private XML or vCard, and put what they know into what is read from there.
#pragma once
#include "routing/account.h"
#include "xml/element.h"

#include <functional>
#include <utility>
#include <vector>

namespace routing {

class Mirrors {
public:
    // The owner has stored this (its commit is under way); in its scope.
    using Stored = std::function<void(Account&, const xml::Element&)>;
    void on_stored(Stored fn) { stored_.push_back(std::move(fn)); }
    void stored(Account& account, const xml::Element& element) const {
        for (const Stored& fn : stored_) fn(account, element);
    }

    // `fn` gets what is kept under that name, perhaps an empty element, and who asks, and returns what he is shown.
    using Show = std::function<xml::Element(Account&, const xmpp::Jid& by, const xml::Element& kept)>;
    // The same for what must ask the store; calls back once. One feature for each name. The account may be gone by then.
    using Then = std::function<void(xml::Element)>;
    using ShowLater = std::function<void(Account&, const xmpp::Jid& by, const xml::Element& kept, const Then& then)>;
    // The text of `name` must last.
    void show(xml::Name name, Show fn) { shows_.emplace_back(name, std::move(fn)); }
    void show_later(xml::Name name, ShowLater fn) { later_.emplace_back(name, std::move(fn)); }

    bool changes(xml::Name name) const {
        for (const auto& [known, fn] : shows_)
            if (known == name) return true;
        for (const auto& [known, fn] : later_)
            if (known == name) return true;
        return false;
    }
    void shown(Account& account, const xmpp::Jid& by, xml::Element kept, const Then& then) const {
        const auto name = kept.name();
        for (const auto& [known, fn] : shows_)
            if (known == name) kept = fn(account, by, kept);
        for (const auto& [known, fn] : later_)
            if (known == name) return fn(account, by, kept, then);
        then(kept);
    }

private:
    std::vector<Stored> stored_;
    std::vector<std::pair<xml::Name, Show>> shows_;
    std::vector<std::pair<xml::Name, ShowLater>> later_;
};

}  // namespace routing
