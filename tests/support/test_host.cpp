// SPDX-License-Identifier: MIT
#include "support/test_host.h"

#include "routing/former_streams.h"
#include "support/command_line.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

bool same(const xml::Node& a, const xml::Node& b) {
    if (a.is_text() != b.is_text()) return false;
    if (a.is_text()) return a.text == b.text || a.text == "*";
    if (!(a.name == b.name) || a.attributes.size() != b.attributes.size()) return false;
    for (const xml::Attribute& wanted : a.attributes) {
        const auto found = std::find_if(b.attributes.begin(), b.attributes.end(), [&](const xml::Attribute& other) {
            return other.local == wanted.local && other.ns == wanted.ns;
        });
        if (found == b.attributes.end() || (wanted.value != "*" && wanted.value != found->value)) return false;
    }
    const auto pieces = [](const xml::Node& node) {
        std::vector<const xml::Node*> kept;
        if (node.content != nullptr)
            for (const xml::Node* child : node.content->nodes)
                if (!child->is_text() || !is_blank(child->text)) kept.push_back(child);
        return kept;
    };
    const auto mine = pieces(a);
    const auto theirs = pieces(b);
    return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(),
                      [](const xml::Node* x, const xml::Node* y) { return same(*x, *y); });
}

xml::Element parse(const std::string& text) {
    const auto element = xml::parse_element(text);
    REQUIRE_MESSAGE(element.has_value(), "not XML: " << text);
    return *element;
}

}  // namespace

modules::Choices choices() {
    modules::Choices chosen{"rooms.verona.example", *base::Pattern::compile("[a-z]+\\.[a-z]+"), "prenom.nom", true, "0.1.0"};
    chosen.organisation_name = "House of Verona";
    return chosen;
}

void add_everything(routing::Feature& feature) { add_chosen(feature, choices()); }

void add_chosen(routing::Feature& feature, const modules::Choices& chosen) {
    modules::add_all_but(command_line_value("--left-out="), feature, chosen);
}

bool same_xml(const std::string& expected, const std::string& found) {
    return same(parse(expected).node(), parse(found).node());
}

struct TestHost::Timer {
    base::Clock::Steady due;
    std::function<void()> fn;
};

// What came back from the workers and waits for its turn.
struct TestHost::Handed {
    void add(std::function<void()> fn) {
        const std::lock_guard lock(mutex);
        waiting.push_back(std::move(fn));
        arrived.notify_one();
    }
    std::function<void()> next() {
        std::unique_lock lock(mutex);
        if (!arrived.wait_for(lock, std::chrono::seconds(10), [this] { return !waiting.empty(); })) return {};
        auto fn = std::move(waiting.front());
        waiting.pop_front();
        return fn;
    }
    std::mutex mutex;
    std::condition_variable arrived;
    std::deque<std::function<void()>> waiting;
};

void TestHost::works_until(const std::function<bool()>& is_done) {
    while (!is_done()) {
        const auto fn = handed_->next();
        if (!fn) return;
        fn();
    }
}

TestHost::TestHost(const std::string& domain, const std::vector<Add>& features) : domain_(domain), features_(features) {
    clock_.set_by_hand(std::chrono::system_clock::time_point(std::chrono::seconds(1700000000)));
    random_.set_by_hand(1);
    build();
}

TestHost::~TestHost() = default;

void TestHost::build() {
    handed_ = std::make_shared<Handed>();
    workers_ = std::make_unique<store::Workers>(1, [handed = handed_](std::function<void()> fn) { handed->add(std::move(fn)); });
    node_.reset(new routing::Node{*xmpp::parse_jid(domain_), clock_, random_, log_, *workers_, {}, {}});
    deliveries_ = std::make_unique<store::Deliveries>(ring_);
    node_->deliveries = deliveries_.get();
    node_->after = [this](std::chrono::milliseconds delay, std::function<void()> fn) {
        auto timer = std::make_shared<Timer>(Timer{clock_.steady() + delay, std::move(fn)});
        timers_.push_back(timer);
        return std::shared_ptr<void>(timer);
    };
    writes_ = std::make_unique<routing::Writes>(store_);
    users_ = std::make_unique<routing::Users>(*node_, store_, *writes_);
    router_ = std::make_unique<routing::Router>(*node_, *users_, *writes_, store_);
    discovery_ = {};
    publisher_ = std::make_unique<routing::Publisher>(*node_, *users_, *router_, *writes_, store_);
    commands_ = std::make_unique<routing::Commands>(*node_);
    routing::Feature feature(*node_, *users_, *router_, *writes_, store_, discovery_, *publisher_, *commands_);
    for (const Add& add : features_) add(feature);
    users_->finish_ends();
}

void TestHost::make_account(const std::string& bare) {
    const xmpp::Jid jid = *xmpp::parse_jid(bare);
    users_->when_loaded(jid, [&](routing::Account* account) {
        REQUIRE(account != nullptr);
        const std::string sha1(20, 'k');
        const std::string sha256(32, 'k');
        const store::AccountRecord record{{"s", 4096, sha1, sha1}, {"s", 4096, sha256, sha256}, clock_.wall()};
        if (!account->exists()) users_->put(*account, record, [](bool) {});
    });
}

TestClient& TestHost::connect(const std::string& full) {
    const xmpp::Jid jid = *xmpp::parse_jid(full);
    make_account(std::string(jid.bare_text()));
    TestClient& client = clients_.emplace_back(*this, full);
    users_->when_loaded(jid.bare(), [&](routing::Account* account) {
        client.session_ = users_->open_session(*account, jid.resource(), client);
    });
    REQUIRE(client.session_ != nullptr);
    return client;
}

TestClient& TestHost::login(const std::string& full) {
    TestClient& client = connect(full);
    client.sends("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
    client.sends("<presence/>");
    client.forget_received();
    return client;
}

void TestHost::befriend(TestClient& one, TestClient& other) {
    const auto presence = [](TestClient& from, TestClient& to, const std::string& type) {
        from.sends("<presence to='" + std::string(to.session().jid().bare_text()) + "' type='" + type + "'/>");
    };
    presence(one, other, "subscribe");
    presence(other, one, "subscribed");
    presence(other, one, "subscribe");
    presence(one, other, "subscribed");
    for (TestClient& client : clients_) client.forget_received();
}

void TestHost::arrives(const std::string& text) {
    const auto stanza = xmpp::parse_stanza(parse(text));
    REQUIRE(stanza.has_value());
    router_->send(*stanza);
    ends_turn();
}

void TestHost::ends_turn() {
    for (TestClient& client : clients_)
        if (client.session_ != nullptr && client.reading_) client.session_->written(client.queued_);
    users_->end_turn();
}

void TestHost::restarts() {
    users_->keep_marks();
    crashes();
}

void TestHost::crashes() {
    for (TestClient& client : clients_) client.session_ = nullptr;
    publisher_.reset();
    router_.reset();
    users_.reset();
    writes_.reset();
    timers_.clear();
    build();
}

void TestHost::has_run_for(std::chrono::minutes time) {
    const auto wall = clock_.wall();
    clock_.advance(time);
    clock_.set_by_hand(wall);
}

void TestHost::passes(std::chrono::milliseconds time) {
    clock_.advance(time);
    const auto timers = std::exchange(timers_, {});
    for (const auto& weak : timers) {
        const auto timer = weak.lock();
        if (!timer) continue;
        if (timer->due <= clock_.steady())
            timer->fn();
        else
            timers_.push_back(weak);
    }
}

TestClient::TestClient(TestHost& host, const std::string& jid) : host_(host), jid_(jid) {}
TestClient::~TestClient() = default;

void TestClient::sends(const std::string& text) {
    REQUIRE(session_ != nullptr);
    const auto parsed = xmpp::parse_stanza(parse(text).with_attribute("from", session_->jid().text()));
    REQUIRE_MESSAGE(parsed.has_value(), "not a stanza: " << text);
    // What is computed for it must be over before the play goes on.
    const auto handled = std::make_shared<bool>(false);
    host_.router_->from_client(*session_, *parsed, [handled] { *handled = true; });
    host_.works_until([&] { return *handled; });
    host_.ends_turn();
}

void TestClient::write(std::string_view bytes) {
    received_.emplace_back(bytes);
    for (const std::string_view name : {"<message", "<presence", "<iq"})
        if (bytes.starts_with(name)) ++handled_;
    queued_ += bytes.size();
    if (!reading_) unsent_ += bytes.size();
}

void TestClient::reads_again() {
    reading_ = true;
    unsent_ = 0;
    host_.ends_turn();
}

void TestClient::receives(const std::string& expected) {
    REQUIRE_MESSAGE(!received_.empty(), "expected " << expected << " but nothing came");
    const std::string found = received_.front();
    received_.pop_front();
    CHECK_MESSAGE(same_xml(expected, found), "\nexpected " << expected << "\n   found " << found);
    host_.ends_turn();
}

void TestClient::receives_somewhere(const std::string& expected) {
    const auto found = std::find_if(received_.begin(), received_.end(), [&](const std::string& text) { return same_xml(expected, text); });
    std::string all;
    for (const std::string& text : received_) all += "\n         " + text;
    REQUIRE_MESSAGE(found != received_.end(), "\nexpected " << expected << "\namong" << all);
    received_.erase(found);
}

void TestClient::receives_nothing_more() {
    CHECK_MESSAGE(received_.empty(), "not expected: " << (received_.empty() ? std::string() : received_.front()));
    received_.clear();
    host_.ends_turn();
}

xml::Element TestClient::next() {
    REQUIRE_MESSAGE(!received_.empty(), "nothing came");
    const std::string found = received_.front();
    received_.pop_front();
    return parse(found);
}

std::string TestClient::ask(const std::string& type, const std::string& payload, const std::string& to, std::string& id) {
    id = "ask" + std::to_string(++host_.next_id_);
    sends("<iq type='" + type + "' id='" + id + "'" + (to.empty() ? "" : " to='" + to + "'") + ">" + payload + "</iq>");
    for (auto at = received_.begin(); at != received_.end(); ++at) {
        const xml::Element element = parse(*at);
        if (!element.is({xml::stanza_ns, "iq"}) || element.attribute("id") != std::string_view(id)) continue;
        const std::string text = *at;
        received_.erase(at);
        return text;
    }
    FAIL("no answer to ", payload);
    return {};
}

std::string TestClient::sets(const std::string& payload, const std::string& to) {
    std::string id;
    const xml::Element answer = parse(ask("set", payload, to, id));
    CHECK_MESSAGE(answer.attribute("type") == "result", payload << " -> " << xml::to_string(answer));
    const auto child = answer.first_child();
    return child ? xml::to_string(*child) : std::string();
}

std::string TestClient::gets(const std::string& payload, const std::string& to) {
    std::string id;
    const xml::Element answer = parse(ask("get", payload, to, id));
    CHECK_MESSAGE(answer.attribute("type") == "result", payload << " -> " << xml::to_string(answer));
    const auto child = answer.first_child();
    return child ? xml::to_string(*child) : std::string();
}

void TestClient::is_refused(const std::string& type, const std::string& payload, const std::string& condition, const std::string& to) {
    std::string id;
    const xml::Element answer = parse(ask(type, payload, to, id));
    const auto error = answer.child({xml::stanza_ns, "error"});
    REQUIRE_MESSAGE(error.has_value(), payload << " was not refused: " << xml::to_string(answer));
    CHECK(xmpp::to_string(xmpp::parse_stanza_error(*error).condition) == condition);
}

void TestClient::logs_out() {
    REQUIRE(session_ != nullptr);
    host_.users_->close_session(*session_);
}

void TestClient::enables_resumption(std::chrono::seconds wished) {
    REQUIRE(session_ != nullptr);
    if (host_.users_->allow_resumption(*session_, wished)) resumption_ = session_->management().id;
    session_->enable_management("<enabled xmlns='urn:xmpp:sm:3'/>");
    receives("<enabled xmlns='urn:xmpp:sm:3'/>");
    handled_ = 0;
}

void TestClient::acknowledges() {
    CHECK(session_->acknowledge(handled_));
    host_.ends_turn();
}

void TestClient::loses_connection(std::size_t unread) {
    REQUIRE(session_ != nullptr);
    REQUIRE(unread <= received_.size());
    received_.resize(received_.size() - unread);
    handled_ -= static_cast<std::uint32_t>(unread);
    host_.users_->lose_stream(*std::exchange(session_, nullptr));
}

bool TestClient::resumes() {
    const xmpp::Jid bare = xmpp::parse_jid(jid_)->bare();
    session_ = host_.users_->find_resumable(bare, resumption_);
    if (session_ == nullptr) {
        routing::note_former(*host_.node_, *host_.users_, bare, resumption_, handled_, [] {});
        return false;
    }
    REQUIRE(session_->acknowledge(handled_));
    host_.users_->resume(*session_, *this, "<resumed xmlns='urn:xmpp:sm:3'/>", host_.writes_->newest());
    host_.ends_turn();
    return true;
}

void TestClient::end(const xmpp::StreamError& error) { ended_ = xmpp::to_string(error.condition); }
