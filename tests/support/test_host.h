// SPDX-License-Identifier: MIT
// A whole server without sockets: clients log in by name, and what they send and receive is written as XML.
#pragma once
#include "modules/modules.h"
#include "store/memory/memory_store.h"

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

class TestHost;

// One client as a play sees it. XML is compared without attribute order or blank text; an attribute written as
// attr='*' matches any value.
class TestClient final : public routing::Outlet {
public:
    TestClient(TestHost& host, const std::string& jid);
    ~TestClient() override;
    std::string jid() const { return jid_; }

    void sends(const std::string& xml);
    // The next stanza is this one.
    void receives(const std::string& xml);
    // Among those that wait is this one, whatever the order; it is taken out.
    void receives_somewhere(const std::string& xml);
    void receives_nothing_more();
    // The next stanza, whole.
    xml::Element next();
    bool has_received() const { return !received_.empty(); }
    void forget_received() { received_.clear(); }
    // Sends an IQ of that type with this payload and expects a result; returns its payload as text ("" when empty).
    std::string sets(const std::string& payload, const std::string& to = {});
    std::string gets(const std::string& payload, const std::string& to = {});
    // Sends an IQ and expects this error condition.
    void is_refused(const std::string& type, const std::string& payload, const std::string& condition, const std::string& to = {});
    void logs_out();   // goodbye
    // XEP-0198: the client enables stream management, and may resume; acknowledges all it has got.
    void enables_resumption(std::chrono::seconds wished = {});
    void acknowledges();
    // The connection dies without a word, and with it the last `unread` stanzas. Then the client resumes its stream on a
    // new one, and hears <resumed/> first; false: it cannot, and has to log in.
    void loses_connection(std::size_t unread = 0);
    bool resumes();
    const std::string& resumption() const { return resumption_; }
    bool is_connected() const { return session_ != nullptr; }
    std::string ended_with() const { return ended_; }  // the stream error's condition; empty: none
    routing::Session& session() { return *session_; }
    // Nothing is written to the socket any more (the other side does not read).
    void stops_reading() { reading_ = false; }
    void reads_again();

    void write(std::string_view bytes) override;
    std::uint64_t queued_total() const override { return queued_; }
    std::size_t unsent() const override { return unsent_; }
    void end(const xmpp::StreamError& error) override;
    void session_closed() override { session_ = nullptr; }

private:
    friend class TestHost;
    std::string ask(const std::string& type, const std::string& payload, const std::string& to, std::string& id);
    TestHost& host_;
    std::string jid_;
    routing::Session* session_ = nullptr;
    std::deque<std::string> received_;
    std::uint64_t queued_ = 0;
    bool reading_ = true;
    std::size_t unsent_ = 0;
    std::string ended_;
    std::string resumption_;  // the id for it
    std::uint32_t handled_ = 0;
};

class TestHost {
public:
    using Add = std::function<void(routing::Feature&)>;
    TestHost(const std::string& domain, const std::vector<Add>& features);
    ~TestHost();

    void make_account(const std::string& bare);
    // A connected client without presence; its account is made when missing.
    TestClient& connect(const std::string& full);
    // The same, having asked for the roster and sent initial presence; what came of that is forgotten.
    TestClient& login(const std::string& full);
    // Both users subscribe to each other; what came of that is forgotten.
    void befriend(TestClient& one, TestClient& other);
    // A stanza from a service or component, its `from` trusted.
    void arrives(const std::string& xml);
    // The server forgets everything but the store: as after a restart. All clients are gone. A server that crashes has
    // not kept which messages it delivered in the turn that was under way.
    void restarts();
    void crashes();
    // What the workers finish is handed back here, on the one thread that owns all state, until `is_done` or ten
    // seconds went by without anything.
    void works_until(const std::function<bool()>& is_done);
    // The server has been up for that long already; on the wall it is no later.
    void has_run_for(std::chrono::minutes time);
    // Timers whose time has come run.
    void passes(std::chrono::milliseconds time);

    store::MemoryStore& store() { return store_; }
    routing::Users& users() { return *users_; }
    routing::Writes& writes() { return *writes_; }
    routing::Router& router() { return *router_; }
    routing::Node& node() { return *node_; }

private:
    friend class TestClient;
    void build();
    // What was written has reached the kernel, of those clients that read.
    void ends_turn();
    std::string domain_;
    std::vector<Add> features_;
    store::MemoryStore store_;
    std::vector<store::DeliveryFact> ring_ = std::vector<store::DeliveryFact>(256);  // outlives a crash
    std::unique_ptr<store::Deliveries> deliveries_;
    base::Clock clock_;
    xmpp::Random random_;
    base::Log log_{base::LogLevel::error};
    struct Handed;
    std::shared_ptr<Handed> handed_;
    std::unique_ptr<store::Workers> workers_;
    struct Timer;
    std::vector<std::weak_ptr<Timer>> timers_;
    std::unique_ptr<routing::Node> node_;
    std::unique_ptr<routing::Writes> writes_;
    std::unique_ptr<routing::Users> users_;
    std::unique_ptr<routing::Router> router_;
    std::unique_ptr<routing::Publisher> publisher_;
    routing::Discovery discovery_;
    std::unique_ptr<routing::Commands> commands_;
    std::list<TestClient> clients_;
    int next_id_ = 0;
};

// What the organisation of the plays has chosen, and all features with it.
modules::Choices choices();
void add_everything(routing::Feature& feature);
// All features by other choices. Both leave out what the command line says (--left-out=FILE, tests/dialogues/each_is_missed.py).
void add_chosen(routing::Feature& feature, const modules::Choices& chosen);

// Whether two texts are the same XML, but for attribute order and blank text; '*' in the first matches any value.
bool same_xml(const std::string& expected, const std::string& found);
