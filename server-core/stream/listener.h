// SPDX-License-Identifier: MIT
// Opens ports and owns the streams that come in by them, within limits.
#pragma once
#include "net/listener.h"
#include "stream/client_stream.h"
#include "stream/component_stream.h"

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace stream {

// One stream of whatever kind while it runs, and its end.
template <class Stream>
using Streams = std::map<Stream*, std::unique_ptr<Stream>>;

class ClientListener {
public:
    explicit ClientListener(const Shared& shared);

    // The error is a sentence. Port 0: the kernel picks.
    base::Result<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port, bool direct_tls);
    // Tells every client that the server goes down (RFC 6120 4.9.3.20) and takes no more.
    void shut_down();
    std::size_t count() const { return streams_.size(); }

private:
    void accept(std::unique_ptr<net::Connection> connection, bool direct_tls);
    base::Task<> serve(ClientStream& stream);
    void awake(ClientStream& stream);
    // One more that is not logged in: when there are too many, the one that has been here longest goes.
    void add_stranger(ClientStream& stream);
    void is_no_stranger(ClientStream& stream);
    // Now and then: who is silent gives his parser back, and is asked whether he is there.
    void look();
    void go_on_looking();
    //   portion  how many may still be looked at in this turn; 0 afterwards: there may be more
    void rest_the_silent(std::size_t& portion);
    void ping_the_silent(std::size_t& portion);
    std::chrono::milliseconds look_interval() const;

    const Shared& shared_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    Streams<ClientStream> streams_;
    struct FromAddress {
        std::size_t all = 0, strangers = 0;
    };
    std::map<net::Peer, FromAddress> by_address_;
    boost::intrusive::list<ClientStream, boost::intrusive::base_hook<StrangerHook>, boost::intrusive::constant_time_size<false>> strangers_;
    std::size_t stranger_count_ = 0;
    // Whose parser is awake: since the last look, and before it. The second kind rests at the next look.
    boost::intrusive::list<ClientStream, boost::intrusive::base_hook<AwakeHook>, boost::intrusive::constant_time_size<false>> fresh_, stale_;
    // All of them, in the order in which they were last heard; those that were asked, in the order of asking.
    boost::intrusive::list<ClientStream, boost::intrusive::base_hook<QuietHook>, boost::intrusive::constant_time_size<false>> quiet_, asked_;
    std::uint32_t looks_ = 0;
    std::size_t resting_ = 0; // parsers, in this look
    std::size_t rested_ = 0; // since the heap was trimmed
    net::Timer look_;
};

class ComponentListener {
public:
    explicit ComponentListener(const Shared& shared) : shared_(shared) {}
    base::Result<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port);
    void shut_down();

private:
    base::Task<> serve(ComponentStream& stream);
    const Shared& shared_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    Streams<ComponentStream> streams_;
};

}  // namespace stream
