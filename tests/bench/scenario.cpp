// SPDX-License-Identifier: MIT
#include "scenario.h"

#include <algorithm>

namespace bench {
namespace {
constexpr std::size_t at_a_time = 16;

// Answers come one a client, in order, so that the last one's says that all presences were handled.
constexpr const char* ping = "<iq type='get' id='here' to='%'><ping xmlns='urn:xmpp:ping'/></iq>";
} // namespace

// Account names are two words of letters, as account-pattern asks for.
Account account(const Options& options, int number) {
    std::string letters;
    for (int i = 0, rest = number; i < 4; ++i, rest /= 26) letters += static_cast<char>('a' + rest % 26);
    return {options.domain, "load." + letters, "a long enough password", options.port, false};
}

void check(World& world, const Clients& clients) {
    for (const auto& client : clients)
        if (!client->failure().empty()) return world.fail(client->failure());
}

Clients log_in(World& world, int count, bool to_be_made) {
    Clients clients;
    std::size_t ready = 0, asked = 0; // asked: whose failure was not looked at yet
    const auto wanted = static_cast<std::size_t>(count);
    const auto step = [&] {
        for (std::size_t i = asked; i < clients.size(); ++i)
            if (!clients[i]->failure().empty()) world.fail(clients[i]->failure());
        while (asked < clients.size() && clients[asked]->is_ready()) ++asked;
        while (clients.size() < wanted && clients.size() - ready < at_a_time) {
            Account who = account(world.options, world.options.first + static_cast<int>(clients.size()));
            who.to_be_made = to_be_made;
            clients.push_back(std::make_unique<Client>(world.loop, std::move(who)));
            clients.back()->on_ready([&ready] { ++ready; });
        }
        return ready == wanted || !world.fault.empty();
    };
    if (!world.loop.run_until(step, patience)) world.fail("the logins took too long");
    if (!world.fault.empty()) clients.clear();
    return clients;
}

void make_available(World& world, const Clients& clients) {
    std::string question(ping);
    question.replace(question.find('%'), 1, world.options.domain);
    std::size_t answered = 0;
    for (const auto& client : clients) {
        client->on_element([&answered](std::string_view element) {
            if (element.starts_with("<iq") && attribute(element, "id") == "here") ++answered;
        });
        client->send("<presence/>" + question);
    }
    if (!world.loop.run_until([&] { return answered == clients.size(); }, patience)) world.fail("no answer to a ping");
    for (const auto& client : clients) client->on_element({});
}

double cpu_between(const Cost& before, const Cost& after) { return after.cpu_seconds - before.cpu_seconds; }

} // namespace bench
