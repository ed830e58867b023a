// SPDX-License-Identifier: MIT
// RFC 6121 appendix A, table by table: in the nine states, what is passed on and which state follows.
#include "routing/subscription.h"

#include <doctest/doctest.h>

#include <array>

using store::RosterItem, store::Subscription, xmpp::Presence;

namespace {

const xmpp::Jid user = *xmpp::parse_jid("romeo@verona.example");
const xmpp::Jid contact = *xmpp::parse_jid("juliet@verona.example");

// As A.1 names them: N(one), T(o), F(rom), B(oth); +o pending out, +i pending in.
constexpr std::array<const char*, 9> states = {"N", "N+o", "N+i", "N+o+i", "T", "T+i", "F", "F+o", "B"};

RosterItem item_in(const std::string& state) {
    RosterItem item;
    item.jid = contact;
    item.subscription = state[0] == 'T'   ? Subscription::to
                        : state[0] == 'F' ? Subscription::from
                        : state[0] == 'B' ? Subscription::both
                                          : Subscription::none;
    item.ask = state.find("+o") != std::string::npos;
    if (state.find("+i") != std::string::npos) item.request = "<presence type='subscribe'/>";
    return item;
}

std::string state_of(const RosterItem& item) {
    constexpr std::array<const char*, 4> names = {"N", "T", "F", "B"};
    return std::string(names[static_cast<std::size_t>(item.subscription)]) + (item.ask ? "+o" : "") +
           (item.request.empty() ? "" : "+i");
}

struct Row {
    bool goes_on;
    const char* next;
};
using Table = std::array<Row, 9>;

void check_out(Presence::Type type, const Table& table) {
    for (std::size_t i = 0; i < states.size(); ++i) {
        CAPTURE(states[i]);
        const auto step = routing::subscription_out(item_in(states[i]), type);
        CHECK(step.goes_on == table[i].goes_on);
        CHECK(state_of(step.item) == table[i].next);
        if (!step.item.approved) CHECK(step.is_changed == (std::string(states[i]) != table[i].next));
    }
}

void check_in(Presence::Type type, const Table& table) {
    for (std::size_t i = 0; i < states.size(); ++i) {
        CAPTURE(states[i]);
        const auto step = routing::subscription_in(item_in(states[i]), Presence(contact, user, type));
        CHECK(step.goes_on == table[i].goes_on);
        CHECK(state_of(step.item) == table[i].next);
        CHECK(step.is_changed == (std::string(states[i]) != table[i].next));
        const bool sees_us = states[i][0] == 'F' || states[i][0] == 'B';
        CHECK(step.answers_subscribed == (type == Presence::subscribe && sees_us));
    }
}

}  // namespace

TEST_CASE("RFC 6121 A.2.1: outbound subscribe") {
    check_out(Presence::subscribe, {{{true, "N+o"}, {true, "N+o"}, {true, "N+o+i"}, {true, "N+o+i"}, {true, "T"},
                                     {true, "T+i"}, {true, "F+o"}, {true, "F+o"}, {true, "B"}}});
}

TEST_CASE("RFC 6121 A.2.2: outbound unsubscribe") {
    check_out(Presence::unsubscribe, {{{true, "N"}, {true, "N"}, {true, "N+i"}, {true, "N+i"}, {true, "N"},
                                       {true, "N+i"}, {true, "F"}, {true, "F"}, {true, "F"}}});
}

TEST_CASE("RFC 6121 A.2.3: outbound subscribed") {
    check_out(Presence::subscribed, {{{false, "N"}, {false, "N+o"}, {true, "F"}, {true, "F+o"}, {false, "T"},
                                      {true, "B"}, {false, "F"}, {false, "F+o"}, {false, "B"}}});
}

TEST_CASE("RFC 6121 A.2.4: outbound unsubscribed") {
    check_out(Presence::unsubscribed, {{{false, "N"}, {false, "N+o"}, {true, "N"}, {true, "N+o"}, {false, "T"},
                                        {true, "T"}, {true, "N"}, {true, "N+o"}, {true, "T"}}});
}

TEST_CASE("RFC 6121 A.3.1: inbound subscribe") {
    check_in(Presence::subscribe, {{{true, "N+i"}, {true, "N+o+i"}, {false, "N+i"}, {false, "N+o+i"}, {true, "T+i"},
                                    {false, "T+i"}, {false, "F"}, {false, "F+o"}, {false, "B"}}});
}

TEST_CASE("RFC 6121 A.3.2: inbound unsubscribe") {
    check_in(Presence::unsubscribe, {{{false, "N"}, {false, "N+o"}, {true, "N"}, {true, "N+o"}, {false, "T"},
                                      {true, "T"}, {true, "N"}, {true, "N+o"}, {true, "T"}}});
}

TEST_CASE("RFC 6121 A.3.3: inbound subscribed") {
    check_in(Presence::subscribed, {{{false, "N"}, {true, "T"}, {false, "N+i"}, {true, "T+i"}, {false, "T"},
                                     {false, "T+i"}, {false, "F"}, {true, "B"}, {false, "B"}}});
}

TEST_CASE("RFC 6121 A.3.4: inbound unsubscribed") {
    check_in(Presence::unsubscribed, {{{false, "N"}, {true, "N"}, {false, "N+i"}, {true, "N+i"}, {true, "N"},
                                       {true, "N+i"}, {false, "F"}, {true, "F"}, {true, "F"}}});
}

TEST_CASE("RFC 6121 3.4: approval in advance is kept, answers a request, and is taken back") {
    const auto given = routing::subscription_out(item_in("N"), Presence::subscribed);
    CHECK(given.item.approved);
    CHECK(given.is_shown);
    const auto asked = routing::subscription_in(given.item, Presence(contact, user, Presence::subscribe));
    CHECK(asked.answers_subscribed);
    CHECK_FALSE(asked.goes_on);
    CHECK(state_of(asked.item) == "F");
    const auto taken_back = routing::subscription_out(given.item, Presence::unsubscribed);
    CHECK_FALSE(taken_back.goes_on);
    CHECK_FALSE(taken_back.item.approved);
    CHECK(taken_back.is_shown);
}

TEST_CASE("RFC 6121 3.1.3: a stranger who asks is not in the roster, and gone when he is denied") {
    RosterItem stranger;
    stranger.jid = contact;
    stranger.in_roster = false;
    const auto asked = routing::subscription_in(stranger, Presence(contact, user, Presence::subscribe));
    CHECK_FALSE(asked.is_shown);
    CHECK(asked.is_changed);
    CHECK_FALSE(routing::is_vacant(asked.item));
    const auto denied = routing::subscription_out(asked.item, Presence::unsubscribed);
    CHECK_FALSE(denied.is_shown);
    CHECK(denied.is_changed);
    CHECK(routing::is_vacant(denied.item));
    const auto approved = routing::subscription_out(asked.item, Presence::subscribed);
    CHECK(approved.is_shown);
    CHECK(approved.item.in_roster);
}
