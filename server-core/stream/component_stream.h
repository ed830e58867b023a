// SPDX-License-Identifier: MIT
// XEP-0114 1.6: a component (proxy65) joins with a secret and is then a host under our roof.
#pragma once
#include "net/connection.h"
#include "routing/out_queue.h"
#include "stream/rules.h"

#include <memory>
#include <string>

namespace stream {

class ComponentStream final : public routing::Outlet {
public:
    ComponentStream(const Shared& shared, std::unique_ptr<net::Connection> connection);
    ~ComponentStream() override;

    // Speaks with the component until the stream is over. The object outlives it.
    base::Task<> run();

    void write(std::string_view bytes) override { connection_->write(bytes); }
    std::uint64_t queued_total() const override { return connection_->queued_total(); }
    std::size_t unsent() const override { return connection_->unsent(); }
    void end(const xmpp::StreamError& error) override;
    void session_closed() override {}
    const std::string& peer_address() const { return connection_->peer_address(); }

private:
    base::Task<> converse();
    void take(const xml::Event& event);
    void take_header(const xml::StreamOpened& opened);
    void take_handshake(const xml::Element& element);
    void take_stanza(const xml::Element& element);
    void deliver(const xml::Element& stanza);
    // Answers what is no proper stanza.
    void refuse(const xml::Element& element, const xmpp::StanzaError& error);

    const Shared& shared_;
    std::unique_ptr<net::Connection> connection_;
    xml::Parser parser_;
    net::Timer login_timer_;
    routing::OutQueue queue_;
    std::string host_;  // asked for in the header
    std::string id_;
    bool joined_ = false;
    bool opened_ = false;
    bool ending_ = false;
};

}  // namespace stream
