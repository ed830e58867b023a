// SPDX-License-Identifier: MIT
// A whole client's stream: TLS, login, binding, stream management, as a client does it, and any bytes between the steps,
// each input's pieces divided by the byte 0xFF. The first byte of the input says how far the client comes by itself:
//   1  what comes first comes before STARTTLS   2  it logs in   4  it binds   8  it enables stream management
// What the server says to a client that is bound must be XML all the time.
#include "stream_world.h"
#include "base/text.h"
#include "stream/client_stream.h"
#include "xml/parser.h"

#include <cstdint>
#include <unistd.h>
#include <vector>

namespace {

const std::string header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='" +
                           std::string(fuzz::domain) + "' version='1.0'>";

// The client's end.
class Peer {
public:
    explicit Peer(fuzz::World& world) : world_(world), stream_(world.shared(), world.connect(socket_), false) {
        stream_.on_awake([](stream::ClientStream&) {});
        stream_.on_login([](stream::ClientStream&) {});
        world_.spawn(stream_.run());
        world_.settle();
    }
    ~Peer() {
        tls_.reset();
        ::close(socket_);
        world_.settle();
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    // False where the server did not go along: the input has spoilt the stream.
    bool secures() {
        if (says("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").find("<proceed") == std::string::npos) return false;
        tls_ = std::make_unique<net::TlsSession>(fuzz::World::client_credentials(), socket_, "");
        for (int i = 0; i < 20; ++i) {
            const auto step = tls_->handshake();
            world_.settle();
            if (step == net::TlsStep::done) return true;
            if (step != net::TlsStep::want_read && step != net::TlsStep::want_write) return false;
        }
        return false;
    }
    std::string says(std::string_view bytes) {
        if (tls_)
            tls_->send(bytes);
        else
            fuzz::write_plain(socket_, bytes);
        world_.settle();
        std::string heard = hears();
        // A bug is caught once for each stream; here it is to be seen.
        fuzz::demand(heard.find("<internal-server-error") == std::string::npos);
        return heard;
    }
    std::string hears() {
        if (!tls_) return fuzz::read_plain(socket_);
        std::string all;
        std::vector<char> into(65536);
        for (auto moved = tls_->receive(into); moved.step == net::TlsStep::done && all.size() < 1'000'000; moved = tls_->receive(into))
            all.append(into.data(), moved.bytes);
        return all;
    }
    // PLAIN is checked by another thread.
    bool logs_in() {
        std::string heard = says("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
                                 base::base64_encode(std::string("\0romeo\0pencil", 13)) + "</auth>");
        for (int i = 0; i < 200 && heard.find("</") == std::string::npos && heard.find("/>") == std::string::npos; ++i) {
            ::usleep(50);
            world_.settle(1);
            heard += hears();
        }
        return heard.find("<success") != std::string::npos;
    }

private:
    fuzz::World& world_;
    int socket_ = -1;
    stream::ClientStream stream_;
    std::unique_ptr<net::TlsSession> tls_;
};

// At least one; at most sixteen count.
std::vector<std::string_view> pieces_of(std::string_view input) {
    std::vector<std::string_view> pieces;
    while (pieces.size() < 16) {
        const std::size_t end = input.find('\xFF');
        pieces.push_back(input.substr(0, end));
        if (end == input.npos) break;
        input.remove_prefix(end + 1);
    }
    return pieces;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned how = data[0];
    const auto pieces = pieces_of({reinterpret_cast<const char*>(data) + 1, size - 1});
    std::size_t next = 0;
    fuzz::World world;
    Peer peer(world);
    peer.says(header);
    if (how & 1) peer.says(pieces[next++]);
    if (!peer.secures()) return 0;
    peer.says(header);
    if (how & 2) {
        const bool is_in = peer.logs_in();
        fuzz::demand(is_in || how & 1);
        if (!is_in) return 0;
        xml::Parser judge({.stanza_bytes = 0, .stanza_depth = 0, .start_tag_bytes = 0, .children = 0});
        // Before it is bound a client may have compression begin.
        const auto is_xml = [&](const std::string& heard) { fuzz::demand(!(how & 4) || !judge.feed(heard).error); };
        is_xml(peer.says(header));
        if (how & 4) is_xml(peer.says("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq><presence/>"));
        if (how & 8) is_xml(peer.says("<enable xmlns='urn:xmpp:sm:3' resume='true'/>"));
        for (; next < pieces.size(); ++next) is_xml(peer.says(pieces[next]));
        return 0;
    }
    for (; next < pieces.size(); ++next) peer.says(pieces[next]);
    fuzz::demand(world.users().session_count() == 0);  // nobody guesses a password
    return 0;
}
