// SPDX-License-Identifier: MIT
// As many bytes as go in the span through the SOCKS5 proxy (XEP-0065), over as many streams as asked for at once: CPU
// per GiB of everything that serves, activation included.
#include "scenario.h"
#include "socks.h"

#include <algorithm>

namespace bench {
namespace {

// Prosody 0.12 leaves up to a buffer of LuaSocket unread until more bytes come.
constexpr std::uint64_t withheld = 8192;
constexpr double gib = 1024.0 * 1024 * 1024;

struct Transfer {
    std::string sid;
    std::unique_ptr<SocksEnd> target, initiator;
};

// Where the proxy listens, as it says itself.
int socks_port(World& world, Client& client) {
    int port = 0;
    client.on_element([&](std::string_view element) {
        const auto at = element.find("<streamhost ");
        if (at != std::string_view::npos) port = std::atoi(std::string(attribute(element.substr(at), "port")).c_str());
        if (attribute(element, "type") == "error") world.fail("no proxy: " + std::string(element));
    });
    client.send("<iq type='get' id='where' to='" + world.options.proxy +
                "'><query xmlns='http://jabber.org/protocol/bytestreams'/></iq>");
    if (!world.loop.run_until([&] { return port != 0 || !world.fault.empty(); }, Seconds(30)))
        world.fail("the proxy does not say where it is");
    return port;
}

std::vector<Transfer> meet(World& world, Client& client, int port) {
    std::vector<Transfer> transfers;
    const std::string target = "somebody@" + world.options.domain + "/bench";
    std::size_t activated = 0;
    client.on_element([&](std::string_view element) { activated += attribute(element, "type") == "result"; });
    for (int i = 0; i < world.options.count; ++i) {
        const std::string sid = "s" + std::to_string(i);
        const std::string hash = sha1_hex(sid + client.jid() + target);
        transfers.push_back({sid, std::make_unique<SocksEnd>(world.loop, port, hash),
                             std::make_unique<SocksEnd>(world.loop, port, hash)});
    }
    const auto accepted = [](const Transfer& one) { return one.target->is_accepted() && one.initiator->is_accepted(); };
    const auto all_accepted = [&] { return std::all_of(transfers.begin(), transfers.end(), accepted); };
    if (!world.loop.run_until(all_accepted, Seconds(30))) world.fail("the proxy refused a stream");
    for (const Transfer& one : transfers)
        client.send("<iq type='set' id='" + one.sid + "' to='" + world.options.proxy +
                    "'><query xmlns='http://jabber.org/protocol/bytestreams' sid='" + one.sid + "'><activate>" +
                    target + "</activate></query></iq>");
    if (!world.loop.run_until([&] { return activated == transfers.size(); }, Seconds(30)))
        world.fail("the proxy did not activate a stream");
    return transfers;
}

} // namespace

Finding proxy(World& world) {
    const Clients clients = log_in(world, 1);
    if (!world.fault.empty()) return {};
    Client& client = *clients.front();
    const int port = socks_port(world, client);
    if (!world.fault.empty()) return {};
    Finding found{0, "CPU seconds per GiB", 0, world.meter.cpu(), {}};
    const std::vector<Transfer> transfers = meet(world, client, port);
    if (!world.fault.empty()) return {};
    for (const Transfer& one : transfers) one.initiator->send_without_end();
    world.loop.run_for(world.options.span);
    found.after = world.meter.cpu();
    double received = 0;
    for (const Transfer& one : transfers) received += static_cast<double>(one.target->received());
    found.amount = received;
    found.value = cpu_between(found.before, found.after) / (received / gib);

    for (const Transfer& one : transfers) one.initiator->stop();
    const auto broken = [](const Transfer& one) { return one.initiator->is_broken() || one.target->is_broken(); };
    const auto complete = [](const Transfer& one) {
        return one.target->received() + withheld >= one.initiator->sent();
    };
    const auto done = [&] {
        if (std::any_of(transfers.begin(), transfers.end(), broken))
            world.fail("a stream broke, or its bytes are not those that were sent");
        return !world.fault.empty() || std::all_of(transfers.begin(), transfers.end(), complete);
    };
    if (!world.loop.run_until(done, patience)) world.fail("bytes were lost");
    return found;
}

} // namespace bench
