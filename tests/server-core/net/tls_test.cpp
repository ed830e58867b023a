// SPDX-License-Identifier: MIT
#include "play.h"

#include <doctest/doctest.h>

#include <optional>

#include <gnutls/crypto.h>
#include <netinet/tcp.h>

using net::Closed;

namespace {

constexpr const char* tls12 = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
constexpr const char* tls13 = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

struct Server {
    std::optional<Closed> handshake_end;
    bool encrypted = false;
    std::string text;
    std::optional<Closed> end;
};

// Handshake, then echoes all that comes until the peer ends.
base::Task<> serve(net::Loop& loop, net::Connection& connection, std::shared_ptr<const net::TlsCredentials> credentials,
                   std::string alpn, Server& server) {
    const auto started = co_await connection.start_tls(credentials, alpn);
    server.encrypted = connection.is_encrypted();
    if (!started) server.handshake_end = started.error();
    while (started) {
        const auto bytes = co_await connection.read();
        if (!bytes) {
            server.end = bytes.error();
            break;
        }
        server.text.append(bytes->data(), bytes->size());
        connection.write({bytes->data(), bytes->size()});
    }
    loop.stop();
}

// Sends each byte by itself: the handshake comes in as many pieces as it has bytes.
ssize_t push_bytewise(gnutls_transport_ptr_t socket, const void* bytes, std::size_t size) {
    const int descriptor = static_cast<int>(reinterpret_cast<intptr_t>(socket));
    const int at_once = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    for (std::size_t i = 0; i < size; ++i)
        if (::send(descriptor, static_cast<const char*>(bytes) + i, 1, MSG_NOSIGNAL) != 1) return -1;
    return static_cast<ssize_t>(size);
}

// Runs the loop until closed connections have said what they still had to say.
void run_until_written(net::Loop& loop) {
    loop.each_turn([&] {
        if (loop.departing() == 0) loop.stop();
    });
    if (loop.departing() > 0) play::run(loop);
}

} // namespace

TEST_CASE("TLS 1.2 and 1.3: handshake, echo of 3 MB both ways, close_notify") {
    for (const char* version : {tls12, tls13}) {
        CAPTURE(version);
        net::Loop loop;
        play::Pair pair(loop);
        Server server;
        loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
        const std::string sent(3000000, 'x');
        std::string got;
        std::thread peer([&] {
            play::Client client(pair.peer, version);
            CHECK(client.handshake() == 0);
            std::thread reader([&] { got = client.hears(sent.size()); });
            client.says(sent);
            reader.join();
            gnutls_bye(client.session(), GNUTLS_SHUT_WR);
        });
        play::run(loop);
        peer.join();
        CHECK(server.encrypted);
        CHECK(server.text == sent);
        CHECK(got == sent);
        CHECK(server.end == Closed::by_peer);
        CHECK(pair.ours->tls_description().find("AES-128-GCM") != std::string::npos);
        CHECK(pair.ours->tls_description().find("X25519") != std::string::npos);
    }
}

TEST_CASE("a handshake that comes byte by byte succeeds") {
    net::Loop loop;
    play::Pair pair(loop);
    Server server;
    loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
    std::thread peer([&] {
        play::Client client(pair.peer);
        gnutls_transport_set_push_function(client.session(), push_bytewise);
        CHECK(client.handshake() == 0);
        client.says("<stream>");
        CHECK(client.hears(8) == "<stream>");
        pair.hang_up();
    });
    play::run(loop);
    peer.join();
    CHECK(server.text == "<stream>");
    CHECK(server.end == Closed::by_peer);
}

TEST_CASE("versions before TLS 1.2 and suites without forward secrecy are refused with an alert") {
    for (const char* old : {"NORMAL:-VERS-ALL:+VERS-TLS1.1", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA",
                            "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC"}) {
        CAPTURE(old);
        net::Loop loop;
        play::Pair pair(loop);
        Server server;
        loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
        int code = 0;
        std::thread peer([&] {
            play::Client client(pair.peer, old);
            code = client.handshake();
            pair.hang_up();
        });
        play::run(loop);
        peer.join();
        CHECK(code == GNUTLS_E_FATAL_ALERT_RECEIVED);
        CHECK(server.handshake_end == Closed::tls_failed);
        CHECK_FALSE(pair.ours->tls_description().empty());
    }
}

TEST_CASE("who hangs up during the handshake is told of as such") {
    net::Loop loop;
    play::Pair pair(loop);
    Server server;
    loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
    pair.hang_up();
    play::run(loop);
    CHECK(server.handshake_end == Closed::by_peer);
    CHECK(pair.ours->tls_description() == "the client hung up during the handshake");
}

TEST_CASE("RFC 9266 4: tls-exporter is the same on both sides, on TLS 1.3 and on 1.2 with extended master secret") {
    for (const char* version : {tls12, tls13}) {
        CAPTURE(version);
        net::Loop loop;
        play::Pair pair(loop);
        Server server;
        loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
        CHECK_FALSE(pair.ours->channel_binding("tls-exporter"));
        std::string theirs;
        std::optional<std::string> ours;
        std::thread peer([&] {
            play::Client client(pair.peer, version);
            CHECK(client.handshake() == 0);
            client.says("a");
            client.hears(1);
            theirs = client.binding(GNUTLS_CB_TLS_EXPORTER);
            loop.post([&] { ours = pair.ours->channel_binding("tls-exporter"); });
            client.says("b");
            client.hears(1);
            pair.hang_up();
        });
        play::run(loop);
        peer.join();
        CHECK(theirs.size() == 32);
        CHECK(ours == theirs);
        CHECK_FALSE(pair.ours->channel_binding("tls-unique"));
    }
}

TEST_CASE("RFC 9266 4.2: TLS 1.2 without extended master secret gives no tls-exporter") {
    net::Loop loop;
    play::Pair pair(loop);
    Server server;
    loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
    std::thread peer([&] {
        play::Client client(pair.peer, "NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_SESSION_HASH");
        CHECK(client.handshake() == 0);
        pair.hang_up();
    });
    play::run(loop);
    peer.join();
    CHECK(server.encrypted);
    CHECK_FALSE(pair.ours->channel_binding("tls-exporter"));
    CHECK(pair.ours->channel_binding("tls-server-end-point"));
}

TEST_CASE("RFC 5929 4: tls-server-end-point is the hash of our certificate") {
    net::Loop loop;
    play::Pair pair(loop);
    Server server;
    std::string der;
    loop.spawn(serve(loop, *pair.ours, play::credentials(&der), "", server));
    std::thread peer([&] {
        play::Client client(pair.peer);
        CHECK(client.handshake() == 0);
        pair.hang_up();
    });
    play::run(loop);
    peer.join();
    std::string hash(32, '\0');
    gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data(), der.size(), hash.data());
    CHECK(pair.ours->channel_binding("tls-server-end-point") == hash);
}

TEST_CASE("XEP-0368: a client that offers ALPN must offer ours, one without ALPN is welcome") {
    const auto handshake_of = [](const std::string& offered) {
        net::Loop loop;
        play::Pair pair(loop);
        Server server;
        loop.spawn(serve(loop, *pair.ours, play::credentials(), "xmpp-client", server));
        std::thread peer([&] {
            play::Client client(pair.peer, tls13, offered);
            client.handshake();
            pair.hang_up();
        });
        play::run(loop);
        peer.join();
        return server.encrypted;
    };
    CHECK(handshake_of("xmpp-client"));
    CHECK(handshake_of(""));
    CHECK_FALSE(handshake_of("h2"));
}

TEST_CASE("RFC 6120 5.4.3.3: what a peer sends in plain text before it may have read <proceed/> is thrown away") {
    net::Loop loop;
    play::Pair pair(loop);
    Server server;
    pair.says("<iq type='set'>smuggled</iq>");
    pair.ours->write("<proceed/>");
    loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
    std::thread peer([&] {
        CHECK(pair.hears(10) == "<proceed/>");
        play::Client client(pair.peer);
        CHECK(client.handshake() == 0);
        client.says("honest");
        CHECK(client.hears(6) == "honest");
        pair.hang_up();
    });
    play::run(loop);
    peer.join();
    CHECK(server.encrypted);
    CHECK(server.text == "honest");
}

TEST_CASE("RFC 6120 5.4.3.3: plain text after <proceed/> fails the handshake") {
    net::Loop loop;
    play::Pair pair(loop);
    Server server;
    pair.ours->write("<proceed/>");
    loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
    std::thread peer([&] {
        CHECK(pair.hears(10) == "<proceed/>");
        pair.says("<iq type='set'>smuggled</iq>");
        pair.hears();
        pair.hang_up();
    });
    play::run(loop);
    peer.join();
    CHECK(server.handshake_end == Closed::tls_failed);
}

TEST_CASE("big writes to a slow TLS reader wait and all arrive; close says close_notify") {
    net::Loop loop;
    play::Pair pair(loop);
    Server server;
    loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
    std::string sent;
    for (int i = 0; sent.size() < (20 << 20); ++i) sent += std::to_string(i);
    std::string got;
    int end = -1;
    std::atomic<bool> may_read = false;
    std::thread peer([&] {
        play::Client client(pair.peer);
        CHECK(client.handshake() == 0);
        client.says("go");
        client.hears(2);
        loop.post([&] {
            for (std::size_t at = 0; at < sent.size(); at += 100000)
                pair.ours->write(std::string_view(sent).substr(at, 100000));
        });
        may_read.wait(false);
        got = client.hears();
        end = client.end;
        pair.hang_up();
    });
    loop.each_turn([&] {
        if (pair.ours->queued_total() <= 2 || may_read) return;
        loop.post([&] {
            CHECK(pair.ours->unsent() > 0);
            pair.ours->close();
            may_read = true;
            may_read.notify_one();
        });
    });
    play::run(loop);
    run_until_written(loop);
    peer.join();
    CHECK(got == sent);
    CHECK(end == 0);
}

TEST_CASE("destroying a connection in its handshake is safe, and garbage ends it") {
    net::Loop loop;
    play::Pair pair(loop);
    Server server;
    SUBCASE("destroyed") {
        base::Task<> task = serve(loop, *pair.ours, play::credentials(), "", server);
        (void)task; // never started: its frame goes with it
    }
    SUBCASE("garbage") {
        loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
        pair.says(std::string(4000, '\x16'));
        play::run(loop);
        CHECK(server.handshake_end == Closed::tls_failed);
    }
    SUBCASE("the peer goes") {
        loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
        loop.poll();
        pair.hang_up();
        play::run(loop);
        CHECK(server.handshake_end.has_value());
    }
    SUBCASE("closed by us") {
        loop.spawn(serve(loop, *pair.ours, play::credentials(), "", server));
        loop.poll();
        pair.ours->close();
        play::run(loop);
        CHECK(server.handshake_end == Closed::by_us);
    }
}
