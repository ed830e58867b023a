// SPDX-License-Identifier: MIT
// Any bytes on the components' port (XEP-0114). The first byte says whether the stream has a header, and whether the right
// handshake comes before the rest.
#include "stream_world.h"
#include "base/text.h"
#include "stream/component_stream.h"
#include "xmpp/scram.h"

#include <cstdint>
#include <unistd.h>

namespace {

constexpr const char* host = "proxy.montague.example";
const std::string header = "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='" +
                           std::string(host) + "'>";

void shake_hands(fuzz::World& world, int socket) {
    fuzz::write_plain(socket, header);
    world.settle();
    const std::string answer = fuzz::read_plain(socket);
    const auto id = answer.find(" id='");
    fuzz::demand(id != std::string::npos);
    const std::string ident = answer.substr(id + 5, answer.find('\'', id + 5) - id - 5);
    fuzz::write_plain(socket, "<handshake>" + base::hexadecimal(xmpp::digest(xmpp::ScramHash::sha1, ident + fuzz::component_secret)) + "</handshake>");
    world.settle();
    fuzz::demand(fuzz::read_plain(socket) == "<handshake/>");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    fuzz::World world;
    int socket = -1;
    stream::ComponentStream stream(world.shared(), world.connect(socket));
    world.spawn(stream.run());
    const bool joins = data[0] & 2;
    if (joins)
        shake_hands(world, socket);
    else if (data[0] & 1)
        fuzz::write_plain(socket, header);
    const std::size_t half = bytes.size() / 2;
    for (const auto piece : {bytes.substr(0, half), bytes.substr(half)}) {
        fuzz::write_plain(socket, piece);
        world.settle();
        fuzz::read_plain(socket);
    }
    // Nobody guesses a handshake.
    fuzz::demand(joins || !world.shared().router.serves(host));
    ::close(socket);
    world.settle();
    return 0;
}
