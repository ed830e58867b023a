// SPDX-License-Identifier: MIT
// What a feature may see and do (docs/decisions/0021), by features made for these plays.
#include "support/test_host.h"

#include "store/accounts.h"
#include "xml/parser.h"

#include <doctest/doctest.h>

using routing::Feature;

namespace {

const char* const juliet = "juliet@verona.example/balcony";

struct Asking {
    std::vector<std::string> answers;
    std::function<void()> ask;
    TestHost host{"verona.example", {[this](Feature& feature) {
                      ask = [this, feature] {
                          const xmpp::Iq request(*xmpp::parse_jid("verona.example"), *xmpp::parse_jid(juliet), xmpp::Iq::get, "",
                                                 xml::Element({"urn:xmpp:ping", "ping"}));
                          feature.ask(request, [this](const xmpp::Iq* iq) {
                              answers.emplace_back(iq == nullptr ? "none" : to_string(iq->type()));
                          });
                      };
                  }}};
};

std::string id_of(const xml::Element& question) { return std::string(question.attribute("id").value_or("")); }

}  // namespace

TEST_CASE("RFC 6120 8.1.2.1: only the client that was asked answers, once") {
    Asking play;
    TestClient& asked = play.host.connect(juliet);
    TestClient& other = play.host.connect("romeo@verona.example/garden");
    play.ask();
    const std::string id = id_of(asked.next());
    other.sends("<iq type='result' id='" + id + "' to='verona.example'/>");
    CHECK(play.answers.empty());
    asked.sends("<iq type='result' id='" + id + "' to='verona.example'/>");
    asked.sends("<iq type='result' id='" + id + "' to='verona.example'/>");
    CHECK(play.answers == std::vector<std::string>{"result"});
    asked.receives_nothing_more();
}

TEST_CASE("A question to a client that is gone is answered by an error, one without an answer ends after 30 s") {
    Asking play;
    play.host.make_account("juliet@verona.example");
    play.ask();
    CHECK(play.answers == std::vector<std::string>{"error"});
    play.host.connect(juliet);
    play.ask();
    play.host.passes(std::chrono::seconds(29));
    CHECK(play.answers.size() == 1);
    play.host.passes(std::chrono::seconds(1));
    CHECK(play.answers == std::vector<std::string>{"error", "none"});
}

TEST_CASE("A feature's records come with the account, and again after a restart") {
    std::vector<std::string> seen;
    const auto add = [&seen](Feature& feature) {
        feature.load_with_accounts("shades", [&seen](routing::Account& account, const std::vector<store::Record>& records) {
            for (const store::Record& record : records) seen.push_back(account.jid().text() + " " + record.name + record.value);
        });
    };
    TestHost host("verona.example", {add});
    host.store().commit({store::Put{"juliet@verona.example", {"shades", "b", "2"}}, store::Put{"juliet@verona.example", {"shades", "a", "1"}},
                         store::Put{"juliet@verona.example", {"other", "a", "3"}}}, [](auto) {});
    host.connect(juliet);
    const std::vector<std::string> once{"juliet@verona.example a1", "juliet@verona.example b2"};
    CHECK(seen == once);
    seen.clear();
    host.restarts();
    host.connect(juliet);
    CHECK(seen == once);
}

TEST_CASE("XEP-0030 3, 4: identities, forms, items and nodes come from the features that have them") {
    const auto add = [](Feature& feature) {
        feature.discovery().describe([](const routing::Asked& asked, routing::Description& description) {
            if (asked.account != nullptr) description.identities.push_back({"account", "ward", ""});
        });
        feature.discovery().list([](const routing::Asked& asked, std::vector<routing::DiscoItem>& items) {
            if (asked.account != nullptr) items.push_back({asked.account->jid().text(), "nurse", "The Nurse"});
        });
        feature.discovery().take_items([](const routing::Request& request, const routing::Reply& reply) {
            if (request.payload().attribute("node") != "nurse") return false;
            reply(xmpp::IqReply::result(request.payload()));
            return true;
        });
    };
    TestHost host("verona.example", {add_everything, add});
    TestClient& client = host.connect(juliet);
    const std::string self = "juliet@verona.example";
    CHECK(client.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", self).find("ward") != std::string::npos);
    CHECK(client.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "verona.example").find("ward") == std::string::npos);
    CHECK(client.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", self).find("The Nurse") != std::string::npos);
    CHECK(same_xml("<query xmlns='http://jabber.org/protocol/disco#items' node='nurse'/>",
                   client.gets("<query xmlns='http://jabber.org/protocol/disco#items' node='nurse'/>", self)));
    client.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#items' node='friar'/>", "item-not-found", self);
}
