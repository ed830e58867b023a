// SPDX-License-Identifier: MIT
#include "play.h"

#include <doctest/doctest.h>

#include <optional>

using net::Closed;

namespace {

// Reads until the connection ends, then stops the loop.
struct Reader {
    std::string text;
    std::optional<Closed> end;
    std::size_t reads = 0;
};

base::Task<> read_all(net::Loop& loop, net::Connection& connection, Reader& reader) {
    while (true) {
        const auto bytes = co_await connection.read();
        if (!bytes) {
            reader.end = bytes.error();
            break;
        }
        ++reader.reads;
        reader.text.append(bytes->data(), bytes->size());
    }
    loop.stop();
}

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7 + i / 251);
    return text;
}

} // namespace

TEST_CASE("bytes come in order and the end of the peer is by_peer") {
    net::Loop loop;
    play::Pair pair(loop);
    Reader reader;
    loop.spawn(read_all(loop, *pair.ours, reader));
    const auto sent = pattern(1000000);
    std::thread peer([&] {
        pair.says(sent);
        pair.hang_up();
    });
    play::run(loop);
    peer.join();
    CHECK(reader.text == sent);
    CHECK(reader.end == Closed::by_peer);
}

TEST_CASE("after the peer's half-close we may still write") {
    net::Loop loop;
    play::Pair pair(loop);
    Reader reader;
    loop.spawn(read_all(loop, *pair.ours, reader));
    ::shutdown(pair.peer, SHUT_WR);
    play::run(loop);
    CHECK(reader.end == Closed::by_peer);
    CHECK(pair.ours->is_open());
    pair.ours->write("still here");
    loop.poll();
    CHECK(pair.hears(10) == "still here");
}

TEST_CASE("what is written in one turn leaves in one piece when it ends") {
    net::Loop loop;
    play::Pair pair(loop);
    pair.ours->write("one ");
    pair.ours->write("two");
    char buffer[16];
    CHECK(::recv(pair.peer, buffer, sizeof buffer, MSG_DONTWAIT) < 0);
    CHECK(pair.ours->unsent() == 7);
    loop.poll();
    CHECK(::recv(pair.peer, buffer, sizeof buffer, 0) == 7);
    CHECK(pair.ours->unsent() == 0);
    CHECK(pair.ours->written_total() == 7);
}

TEST_CASE("last words of a turn leave behind all else, in the same piece") {
    net::Loop loop;
    play::Pair pair(loop);
    pair.ours->on_flush([&] { pair.ours->write("last"); });
    pair.ours->write("one ");
    pair.ours->write("two ");
    loop.poll();
    loop.poll();
    char buffer[32];
    CHECK(::recv(pair.peer, buffer, sizeof buffer, MSG_DONTWAIT) == 12);
    CHECK(::recv(pair.peer, buffer, sizeof buffer, MSG_DONTWAIT) < 0);
}

TEST_CASE("a slow reader's bytes wait here, are counted, and all arrive") {
    net::Loop loop;
    play::Pair pair(loop);
    const auto sent = pattern(30 << 20);
    int reports = 0;
    pair.ours->on_written([&] {
        ++reports;
        if (pair.ours->unsent() == 0) loop.stop();
    });
    pair.ours->write(sent);
    loop.poll();
    CHECK(pair.ours->unsent() > 0);
    CHECK(pair.ours->unsent() < sent.size());
    CHECK(pair.ours->written_total() + pair.ours->unsent() == sent.size());
    std::string got;
    std::thread peer([&] { got = pair.hears(sent.size()); });
    play::run(loop);
    peer.join();
    CHECK(got == sent);
    CHECK(reports > 1);
}

TEST_CASE("a flood on one connection leaves each turn after 64 KiB") {
    net::Loop loop;
    play::Pair pair(loop);
    Reader reader;
    loop.spawn(read_all(loop, *pair.ours, reader));
    std::size_t most = 0, before = 0;
    loop.each_turn([&] {
        most = std::max(most, reader.text.size() - before);
        before = reader.text.size();
    });
    std::thread peer([&] {
        pair.says(pattern(5000000));
        pair.hang_up();
    });
    play::run(loop);
    peer.join();
    CHECK(reader.text.size() == 5000000);
    CHECK(most < 2 * 64 * 1024);
}

TEST_CASE("close sends what is queued, and read returns by_us") {
    net::Loop loop;
    play::Pair pair(loop);
    Reader reader;
    loop.spawn(read_all(loop, *pair.ours, reader));
    loop.poll();
    const auto sent = pattern(10 << 20);
    bool reported = false;
    pair.ours->on_written([&] { reported = true; });
    pair.ours->write(sent);
    pair.ours->close();
    CHECK_FALSE(pair.ours->is_open());
    CHECK(reported);
    pair.ours->write("ignored");
    play::run(loop);
    CHECK(reader.end == Closed::by_us);
    CHECK(loop.departing() == 1);
    pair.ours.reset(); // what was closed leaves by itself
    std::string got;
    std::thread peer([&] {
        got = pair.hears();
        pair.hang_up();
        loop.stop();
    });
    play::run(loop);
    peer.join();
    CHECK(got == sent);
    while (loop.departing() > 0) loop.poll();
}

TEST_CASE("a peer that never reads does not hold a closed connection longer than 5 seconds") {
    net::Loop loop;
    play::Pair pair(loop);
    pair.ours->write(pattern(30 << 20));
    pair.ours->close();
    const auto start = std::chrono::steady_clock::now();
    loop.each_turn([&] {
        if (loop.departing() == 0) loop.stop();
    });
    loop.poll();
    CHECK(loop.departing() == 1);
    play::run(loop);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(15));
    CHECK(loop.departing() == 0);
}

TEST_CASE("abort ends at once, and destroying a connection that is being read is safe") {
    net::Loop loop;
    SUBCASE("abort") {
        play::Pair pair(loop);
        Reader reader;
        loop.spawn(read_all(loop, *pair.ours, reader));
        loop.poll();
        pair.ours->abort();
        play::run(loop);
        CHECK(reader.end == Closed::by_us);
        CHECK(pair.hears().empty());
    }
    SUBCASE("destroyed") {
        play::Pair pair(loop);
        Reader reader;
        loop.spawn(read_all(loop, *pair.ours, reader));
        loop.poll();
        pair.ours->write("lost");
        pair.ours.reset();
        play::run(loop);
        CHECK(reader.end == Closed::by_us);
    }
}

TEST_CASE("a reset is reset, and is reported once to who waits for written bytes") {
    net::Loop loop;
    play::Pair pair(loop);
    Reader reader;
    loop.spawn(read_all(loop, *pair.ours, reader));
    loop.poll();
    int reports = 0;
    pair.ours->on_written([&] { ++reports; });
    const linger now{1, 0};
    ::setsockopt(pair.peer, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    pair.hang_up();
    play::run(loop);
    CHECK(reader.end == Closed::reset);
    CHECK_FALSE(pair.ours->is_open());
    CHECK(reports == 1);
}

TEST_CASE("a peer's address is its number") {
    net::Loop loop;
    const play::Pair pair(loop);
    CHECK(pair.ours->peer_address() == "127.0.0.1");
}
