// SPDX-License-Identifier: MIT
// As many bytes as go in the span through the SOCKS5 proxy (XEP-0065), over as many streams as asked for at once: CPU
// per GiB of everything that serves, activation included.
#include "flow.h"

#include <algorithm>

namespace bench {
namespace {

// Prosody 0.12 leaves up to a buffer of LuaSocket unread until more bytes come.
constexpr std::uint64_t withheld = 8192;

std::string sid(int number) { return "s" + std::to_string(number); }

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

std::vector<Stream> meet(World& world, Client& client, int port) {
    std::vector<Stream> streams;
    const std::string target = "somebody@" + world.options.domain + "/bench";
    std::size_t activated = 0;
    client.on_element([&](std::string_view element) { activated += attribute(element, "type") == "result"; });
    for (int i = 0; i < world.options.count; ++i) {
        const std::string hash = sha1_hex(sid(i) + client.jid() + target);
        streams.push_back({std::make_unique<SocksEnd>(world.loop, port, hash),
                           std::make_unique<SocksEnd>(world.loop, port, hash)});
    }
    const auto accepted = [](const Stream& one) { return one.target->is_accepted() && one.initiator->is_accepted(); };
    const auto all_accepted = [&] { return std::all_of(streams.begin(), streams.end(), accepted); };
    if (!world.loop.run_until(all_accepted, Seconds(30))) world.fail("the proxy refused a stream");
    for (int i = 0; i < world.options.count; ++i)
        client.send("<iq type='set' id='" + sid(i) + "' to='" + world.options.proxy +
                    "'><query xmlns='http://jabber.org/protocol/bytestreams' sid='" + sid(i) + "'><activate>" + target +
                    "</activate></query></iq>");
    if (!world.loop.run_until([&] { return activated == streams.size(); }, Seconds(30)))
        world.fail("the proxy did not activate a stream");
    return streams;
}

} // namespace

Finding proxy(World& world) {
    const Clients clients = log_in(world, 1);
    if (!world.fault.empty()) return {};
    Client& client = *clients.front();
    const int port = socks_port(world, client);
    if (!world.fault.empty()) return {};
    Finding found{0, "CPU seconds per GiB", 0, world.meter.cpu(), {}};
    const std::vector<Stream> streams = meet(world, client, port);
    if (world.fault.empty()) measure_flow(world, found, streams, withheld);
    return found;
}

} // namespace bench
