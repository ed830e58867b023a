// SPDX-License-Identifier: MIT
// What a feature that watches messages sees and may do (docs/decisions/0030).
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

using routing::Delivery, routing::Feature, routing::Phase, routing::Stage;

constexpr xml::Name body{xml::stanza_ns, "body"};

// What was seen, in order: stage, phase, whose account, text.
struct Seen {
    std::vector<std::string> lines;
    void watch(Feature& feature, Stage stage, Phase phase, const std::string& name) {
        feature.on_message(stage, phase, [this, name](const Delivery& delivery) {
            lines.push_back(name + " " + delivery.account.jid().text() + " " + delivery.message.element().child_text(body));
        });
    }
};

TestClient& client(TestHost& host, const std::string& full) {
    TestClient& found = host.login(full);
    found.forget_received();
    return found;
}

std::string says(const std::string& text) {
    return "<message to='juliet@verona.example' type='chat'><body>" + text + "</body></message>";
}

}  // namespace

TEST_CASE("decision 0030: a message is shown at its sender, then at its receiver, to guards, then record, then copy") {
    Seen seen;
    TestHost host("verona.example", {add_everything, [&](Feature& feature) {
        seen.watch(feature, Stage::receiving, Phase::copy, "received");
        seen.watch(feature, Stage::receiving, Phase::record, "records its receipt");
        seen.watch(feature, Stage::receiving, Phase::guard, "guards its receipt");
        seen.watch(feature, Stage::sending, Phase::copy, "sent");
        seen.watch(feature, Stage::sending, Phase::record, "records its sending");
        seen.watch(feature, Stage::sending, Phase::guard, "guards its sending");
    }});
    host.make_account("juliet@verona.example");
    auto& romeo = client(host, "romeo@verona.example/orchard");
    romeo.sends(says("hello"));
    CHECK(seen.lines == std::vector<std::string>{
        "guards its sending romeo@verona.example hello", "records its sending romeo@verona.example hello",
        "sent romeo@verona.example hello", "guards its receipt juliet@verona.example hello",
        "records its receipt juliet@verona.example hello", "received juliet@verona.example hello"});
    seen.lines.clear();
    host.arrives("<message from='bell@rooms.verona.example' to='romeo@verona.example'><body>ding</body></message>");
    CHECK(seen.lines.front() == "guards its receipt romeo@verona.example ding");
    CHECK(seen.lines.size() == 3);
}

TEST_CASE("decision 0030: a guard drops or refuses, at either side; nobody behind it sees the message") {
    Seen seen;
    TestHost host("verona.example", {add_everything, [&](Feature& feature) {
        for (const Stage stage : {Stage::sending, Stage::receiving})
            feature.on_message(stage, Phase::guard, [stage](Delivery& delivery) {
                if (delivery.message.is_error()) return;  // it has the body as well
                const std::string text = delivery.message.element().child_text(body);
                const std::string side = stage == Stage::sending ? "sending" : "receiving";
                if (text == "drop " + side) delivery.drop();
                if (text == "refuse " + side) delivery.refuse({xmpp::Condition::not_acceptable, {}, {}, {}});
            });
        seen.watch(feature, Stage::receiving, Phase::copy, "received");
    }});
    auto& juliet = client(host, "juliet@verona.example/balcony");
    auto& romeo = client(host, "romeo@verona.example/orchard");
    for (const std::string side : {"sending", "receiving"}) {
        romeo.sends(says("drop " + side));
        romeo.receives_nothing_more();
        romeo.sends(says("refuse " + side));
        romeo.receives("<message from='juliet@verona.example' to='romeo@verona.example/orchard' type='error'><body>refuse " + side + "</body>"
                       "<error type='modify' code='406'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    }
    juliet.receives_nothing_more();
    for (const std::string& line : seen.lines) CHECK(line.starts_with("received romeo@verona.example refuse "));  // the errors
}

TEST_CASE("decision 0030: record replaces what is stored and delivered, copy sees who got it") {
    std::vector<std::string> receivers;
    TestHost host("verona.example", {add_everything, [&](Feature& feature) {
        feature.on_message(Stage::receiving, Phase::record, [](Delivery& delivery) {
            delivery.message = delivery.message.with(xml::Element({"urn:example", "seen"}));
        });
        feature.on_message(Stage::receiving, Phase::copy, [&receivers](const Delivery& delivery) {
            CHECK(delivery.log_id != 0);
            for (const routing::Session* session : delivery.receivers) receivers.push_back(session->jid().text());
        });
    }});
    auto& romeo = client(host, "romeo@verona.example/orchard");
    auto& juliet = client(host, "juliet@verona.example/balcony");
    romeo.sends(says("hello"));
    juliet.receives("<message from='romeo@verona.example/orchard' to='juliet@verona.example' type='chat'><body>hello</body>"
                    "<seen xmlns='urn:example'/><stanza-id xmlns='urn:xmpp:sid:0' id='*' by='juliet@verona.example'/></message>");
    CHECK(receivers == std::vector<std::string>{"juliet@verona.example/balcony"});
}
