// SPDX-License-Identifier: MIT
#include "pairs.h"

#include <algorithm>
#include <charconv>

namespace bench {
namespace {

constexpr std::uint64_t window = 8;
constexpr Seconds warm_up{2};
constexpr std::size_t body_characters = 100;

} // namespace

std::uint64_t number_of(std::string_view message) {
    const std::string_view text = text_behind(message, "<body>");
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string body(std::uint64_t number) {
    std::string text =
        std::to_string(number) + " what man art thou that thus bescreened in night so stumblest on my counsel, and";
    text.resize(body_characters, '.');
    return "<body>" + text + "</body>";
}

Pairs::Pairs(World& world, std::string hint, bool managed) : world_(world), hint_(std::move(hint)), managed_(managed) {}

void Pairs::send_more(Pair& pair) {
    while (sending_ && pair.sent - pair.arrived < window) {
        const std::string number = std::to_string(++pair.sent);
        pair.from->send("<message type='chat' id='m" + number + "' to='" + pair.to->jid() + "'>" + body(pair.sent) +
                        hint_ + "</message>");
        // As clients do: an acknowledgement is asked for now and then, not for each stanza.
        if (managed_ && pair.sent % window == 0) pair.from->send("<r xmlns='urn:xmpp:sm:3'/>");
    }
}

// At the receiver.
void Pairs::arrive(Pair& pair, std::string_view element) {
    const bool is_message = element.starts_with("<message");
    if (is_message || element.starts_with("<iq") || element.starts_with("<presence")) ++pair.handled;
    if (element.starts_with("<r")) pair.to->send("<a xmlns='urn:xmpp:sm:3' h='" + std::to_string(pair.handled) + "'/>");
    if (!is_message) return;
    const std::uint64_t number = number_of(element);
    if (number != pair.arrived + 1)
        return world_.fail("message " + std::to_string(pair.arrived + 1) + " was expected: " + std::string(element));
    pair.arrived = number;
    send_more(pair);
}

// At the sender.
void Pairs::hear(Pair& pair, std::string_view element) {
    if (element.starts_with("<message")) world_.fail("the sender got " + std::string(element));
    if (element.starts_with("<r ")) pair.from->send("<a xmlns='urn:xmpp:sm:3' h='0'/>");
    if (!element.starts_with("<a ")) return;
    const std::string_view handled = attribute(element, "h");
    std::from_chars(handled.data(), handled.data() + handled.size(), pair.acknowledged);
    if (pair.acknowledged > pair.sent) world_.fail("acknowledged what was not sent");
}

void Pairs::enable(Pair& pair) {
    const auto until_enabled = [this](std::string_view element) { enabled_ += element.starts_with("<enabled"); };
    for (Client* client : {pair.from, pair.to}) {
        client->on_element(until_enabled);
        client->send("<enable xmlns='urn:xmpp:sm:3'/>");
    }
}

bool Pairs::is_quiet() const {
    return std::all_of(pairs_.begin(), pairs_.end(), [this](const Pair& pair) {
        return pair.arrived == pair.sent && (!managed_ || pair.acknowledged == pair.sent);
    });
}

double Pairs::arrived() const {
    double sum = 0;
    for (const Pair& pair : pairs_) sum += static_cast<double>(pair.arrived);
    return sum;
}

Finding Pairs::measure() {
    const int count = world_.options.count;
    clients_ = log_in(world_, 2 * count);
    if (!world_.fault.empty()) return {};
    make_available(world_, clients_);
    for (std::size_t i = 0; i < clients_.size(); i += 2) pairs_.push_back({clients_[i].get(), clients_[i + 1].get()});
    if (managed_) {
        for (Pair& pair : pairs_) enable(pair);
        if (!world_.loop.run_until([&] { return enabled_ == clients_.size(); }, patience))
            world_.fail("no stream management");
    }
    for (Pair& pair : pairs_) {
        pair.from->on_element([this, &pair](std::string_view element) { hear(pair, element); });
        pair.to->on_element([this, &pair](std::string_view element) { arrive(pair, element); });
        send_more(pair);
    }
    world_.loop.run_for(warm_up);
    Finding found{0, "us CPU per message", -arrived(), world_.meter.cpu(), {}};
    world_.loop.run_for(world_.options.span);
    found.after = world_.meter.cpu();
    found.amount += arrived();
    found.value = cpu_between(found.before, found.after) / found.amount * 1e6;

    sending_ = false;
    if (managed_)
        for (Pair& pair : pairs_) pair.from->send("<r xmlns='urn:xmpp:sm:3'/>");
    if (!world_.loop.run_until([&] { return is_quiet() || !world_.fault.empty(); }, Seconds(30)))
        world_.fail("messages were lost, or not acknowledged");
    check(world_, clients_);
    return found;
}

} // namespace bench
