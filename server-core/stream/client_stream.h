// SPDX-License-Identifier: MIT
// One client's stream: negotiation (RFC 6120 4 to 7), then stanzas to the router, until it ends.
#pragma once
#include "net/connection.h"
#include "routing/outlet.h"
#include "stream/rules.h"
#include "stream/sasl_login.h"

#include <boost/intrusive/list.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace stream {

// Links streams whose parser is awake, the longest silent first (see ClientListener).
using AwakeHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Links all streams, the longest silent first.
using QuietHook = boost::intrusive::list_base_hook<boost::intrusive::tag<struct Quiet>,
                                                   boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Links those that are not logged in, the oldest first.
using StrangerHook = boost::intrusive::list_base_hook<boost::intrusive::tag<struct Stranger>,
                                                      boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class ClientStream final : public routing::Outlet, public AwakeHook, public QuietHook, public StrangerHook {
public:
    ClientStream(const Shared& shared, std::unique_ptr<net::Connection> connection, bool direct_tls);
    ~ClientStream() override;

    // Speaks with the client until the stream is over. The object outlives it.
    base::Task<> run();

    void write(std::string_view bytes) override;
    std::uint64_t queued_total() const override { return connection_->queued_total(); }
    std::size_t unsent() const override { return connection_->unsent(); }
    void end(const xmpp::StreamError& error) override;
    void session_closed() override { session_ = nullptr; }

    net::Peer peer() const { return connection_->peer(); }
    // The parser's memory is given back until the next byte.
    void rest() { parser_.rest(); }
    // RFC 6120 4.6.4: asks a client that was silent whether it is there (XEP-0199 4.1); one that is not bound yet is
    // ended. `give_up`: nothing came; the stream is broken or its connection dead, the session may be resumed.
    void ping();
    void give_up();
    // The listener's count of looks when something was last heard, or asked.
    void note(std::uint32_t look) { noted_ = look; }
    std::uint32_t noted() const { return noted_; }
    void on_awake(std::function<void(ClientStream&)> fn) { awake_ = std::move(fn); }
    void on_login(std::function<void(ClientStream&)> fn) { logged_in_ = std::move(fn); }
    bool is_logged_in() const { return account_.has_value(); }

private:
    // Until TLS stands, then until the login.
    void limit_time(std::chrono::seconds time);
    base::Task<> converse();
    base::Task<> take(xml::Event event);
    // After TLS or SASL: a new header comes (RFC 6120 4.3.3).
    void begin_anew();
    void take_header(const xml::StreamOpened& opened);
    void open(bool with_features, std::string_view to);
    std::string current_features() const;
    base::Task<> take_before_login(xml::Element element);
    base::Task<> start_tls();
    base::Task<> login(xml::Element element);
    base::Task<> registration(xml::Element iq);
    base::Task<> take_before_bind(xml::Element element);
    base::Task<> take_management_before_bind(xml::Element element);
    base::Task<> resume(xml::Element element);
    void compress(const xml::Element& element);
    base::Task<> bind(xml::Element iq);
    // Stanzas are routed here; false: the next must wait for `handled`.
    bool take_stanza(const xml::Element& element);
    base::Task<> wait_handled();
    // Back-pressure: a disk that is slower than the clients slows them, instead of filling memory.
    base::Task<> wait_for_the_disk();
    void take_management(const xml::Element& element);
    void take_client_state(const xml::Element& element);
    void enable_management(const xml::Element& element);
    void request_acknowledgement() { wants_acknowledgement_ = true; }
    // <r/> behind the last stanza of a turn: its answer tells about all of them.
    void add_request();
    void say(const std::string& bytes);
    xmpp::Language language_of(const xml::Element& stanza) const;
    void say_iq_result(const xml::Element& iq, const std::optional<xml::Element>& payload);
    void say_iq_error(const xml::Element& iq, const xmpp::StanzaError& error);
    void finish();

    const Shared& shared_;
    std::unique_ptr<net::Connection> connection_;
    xml::Parser parser_;
    net::Timer login_timer_;
    std::unique_ptr<SaslLogin> sasl_;  // until logged in
    std::optional<xmpp::Jid> account_; // once logged in
    routing::Session* session_ = nullptr;
    std::function<void()> waker_;
    std::function<void(ClientStream&)> awake_, logged_in_;
    std::string language_;  // of the stream: what is said without xml:lang
    std::uint32_t noted_ = 0;
    bool direct_tls_;
    bool opened_ = false;    // our header is out
    bool begun_anew_ = false;
    bool handled_ = true;    // the last stanza
    bool ending_ = false;    // nothing is read any more
    bool wants_acknowledgement_ = false;
    bool acknowledgement_asked_ = false;  // one request at a time
};

}  // namespace stream
