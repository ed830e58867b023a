// SPDX-License-Identifier: MIT
// One room in which a few speak and all hear: CPU per message that reached an occupant.
#include "pairs.h"

#include <algorithm>

namespace bench {
namespace {

constexpr std::size_t speakers = 8; // each has one message under way
constexpr Seconds warm_up{2};

struct Room {
    World& world;
    Clients clients;
    std::string address;
    std::vector<std::vector<std::uint64_t>> heard; // by occupant and speaker: the number of the last message
    std::vector<std::uint64_t> sent;               // by speaker
    std::vector<std::size_t> missing;              // by speaker: who has not got its last message
    double delivered = 0;
    bool speaking = true;

    void join();
    void open();
    void speak(std::size_t speaker);
    void hear(std::size_t occupant, std::string_view element);
};

// One's own presence (status 110) came back, or an answer to the owner's form.
bool tells_arrival(std::string_view element) {
    if (element.starts_with("<iq")) return attribute(element, "id") == "open" && attribute(element, "type") == "result";
    return element.starts_with("<presence") &&
           (element.find("'110'") != std::string_view::npos || element.find("\"110\"") != std::string_view::npos);
}

// A few at a time, as each join is told to all who are there.
void Room::join() {
    constexpr std::size_t at_a_time = 4;
    std::size_t arrivals = 0;
    const auto arrived = [&](std::size_t wanted) {
        if (!world.loop.run_until([&] { return arrivals >= wanted || !world.fault.empty(); }, patience))
            world.fail("not all came into the room");
    };
    for (std::size_t i = 0; i < clients.size() && world.fault.empty(); ++i) {
        clients[i]->on_element([&](std::string_view element) {
            arrivals += tells_arrival(element);
            if (element.starts_with("<presence") && attribute(element, "type") == "error")
                world.fail("no way into the room: " + std::string(element));
        });
        clients[i]->send("<presence to='" + address + "/n" + std::to_string(i) +
                         "'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>");
        if (i == 0) open();
        if (i == 0) arrived(2);
        if (i >= at_a_time) arrived(i + 2 - at_a_time);
    }
    arrived(clients.size() + 1);
}

// A new room is locked until its owner accepts its configuration.
void Room::open() {
    clients[0]->send(
        "<iq type='set' id='open' to='" + address +
        "'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>");
}

void Room::speak(std::size_t speaker) {
    missing[speaker] = clients.size();
    const std::uint64_t number = ++sent[speaker];
    clients[speaker]->send("<message type='groupchat' id='g" + std::to_string(number) + "' to='" + address + "'>" +
                           body(number) + "<no-store xmlns='urn:xmpp:hints'/></message>");
}

void Room::hear(std::size_t occupant, std::string_view element) {
    if (!element.starts_with("<message")) return;
    const std::uint64_t number = number_of(element);
    if (number == 0) return; // the subject
    const std::string_view from = attribute(element, "from");
    const auto speaker = static_cast<std::size_t>(std::atoi(std::string(from.substr(from.find('/') + 2)).c_str()));
    if (speaker >= speakers || number != heard[occupant][speaker] + 1)
        return world.fail("out of order: " + std::string(element));
    heard[occupant][speaker] = number;
    ++delivered;
    if (--missing[speaker] == 0 && speaking) speak(speaker);
}

} // namespace

Finding room(World& world) {
    Room here{world, log_in(world, world.options.count), "bench@" + world.options.rooms, {}, {}, {}};
    if (!world.fault.empty()) return {};
    here.heard.assign(here.clients.size(), std::vector<std::uint64_t>(speakers));
    here.sent.assign(speakers, 0);
    here.missing.assign(speakers, 0);
    make_available(world, here.clients);
    here.join();
    for (std::size_t i = 0; i < here.clients.size(); ++i)
        here.clients[i]->on_element([&here, i](std::string_view element) { here.hear(i, element); });
    for (std::size_t i = 0; i < speakers && world.fault.empty(); ++i) here.speak(i);
    if (world.fault.empty()) world.loop.run_for(warm_up);
    Finding found{0, "us CPU per delivered message", -here.delivered, world.meter.cpu(), {}};
    if (world.fault.empty()) world.loop.run_for(world.options.span);
    found.after = world.meter.cpu();
    found.amount += here.delivered;
    found.value = cpu_between(found.before, found.after) / found.amount * 1e6;
    here.speaking = false;
    const auto all_heard = [&] {
        return std::all_of(here.missing.begin(), here.missing.end(), [](std::size_t n) { return n == 0; });
    };
    if (world.fault.empty() && !world.loop.run_until([&] { return all_heard() || !world.fault.empty(); }, Seconds(60)))
        world.fail("messages were lost");
    check(world, here.clients);
    return found;
}

} // namespace bench
