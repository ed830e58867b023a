// SPDX-License-Identifier: MIT
// One user on two devices, one of them cut off and resumed (XEP-0198), one offline for an hour, and somebody they talk to:
// all end with the same words in the same order, by carbons (XEP-0280), archive (XEP-0313) and stanza ids (XEP-0359).
#include "support/test_host.h"
#include "xmpp/datetime.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace std::chrono_literals;

namespace {

using Texts = std::vector<std::string>;

// A client with a screen: what it heard or said, by time, each message once by its id.
class Device {
public:
    Device(TestHost& host, std::string jid, std::string other) : host_(host), jid_(std::move(jid)), other_(std::move(other)) {}

    void connects() {
        client_ = &host_.connect(jid_);
        caught_up_to_ = last_id_;
        client_->sets("<enable xmlns='urn:xmpp:carbons:2'/>");
    }
    void shows_presence() {
        client_->sends("<presence/>");
        hears();
    }
    void leaves() {
        hears();
        client_->logs_out();
    }
    TestClient& client() { return *client_; }
    void says(const std::string& text) {
        host_.passes(10s);
        client_->sends("<message id='" + jid_ + text + "' to='" + other_ + "' type='chat'><body>" + text + "</body></message>");
        own_.insert(jid_ + text);
        lines_.push_back({host_.node().clock.wall(), text});
        hears();
    }
    void hears() {
        while (client_->has_received()) {
            const xml::Element stanza = client_->next();
            if (stanza.is({xml::stanza_ns, "message"})) takes(stanza);
        }
    }
    // XEP-0313 3.2: all since the last id it knows, in pages.
    void catches_up() {
        for (bool is_complete = false; !is_complete;) {
            const std::string after = caught_up_to_.empty() ? "" : "<after>" + caught_up_to_ + "</after>";
            const std::string fin = client_->sets("<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>3</max>" + after + "</set></query>");
            hears();
            is_complete = fin.find("complete='true'") != std::string::npos || fin.find("complete=\"true\"") != std::string::npos;
        }
    }
    Texts transcript() {
        std::ranges::stable_sort(lines_, {}, &Line::when);
        Texts texts;
        for (const Line& line : lines_) texts.push_back(line.text);
        return texts;
    }
    // How many came although they were known by their id.
    int repeated() const { return repeated_; }

private:
    struct Line {
        std::chrono::system_clock::time_point when;
        std::string text;
    };
    // A message, or one in a carbon or in a result of the archive.
    void takes(const xml::Element& message) {
        const auto wrapper = message.first_child();
        const auto forwarded = wrapper ? wrapper->child({"urn:xmpp:forward:0", "forwarded"}) : std::nullopt;
        const bool is_archived = wrapper && wrapper->is({"urn:xmpp:mam:2", "result"});
        const xml::Element said = forwarded ? *forwarded->child({xml::stanza_ns, "message"}) : message;
        const auto stanza_id = said.child({"urn:xmpp:sid:0", "stanza-id"});
        const std::string id(is_archived ? *wrapper->attribute("id") : stanza_id ? *stanza_id->attribute("id") : "");
        REQUIRE_FALSE(id.empty());
        const auto delay = (is_archived ? *forwarded : said).child({"urn:xmpp:delay", "delay"});
        const auto when = delay ? xmpp::parse_datetime(*delay->attribute("stamp")) : std::optional(host_.node().clock.wall());
        REQUIRE(when);
        (is_archived ? caught_up_to_ : last_id_) = id;
        const bool is_own = own_.contains(std::string(said.attribute("id").value_or("")));  // the archive gives it its id
        if (known_.insert(id).second && !is_own)
            lines_.push_back({*when, said.child_text({xml::stanza_ns, "body"})});
        else if (!is_own)
            ++repeated_;
    }
    TestHost& host_;
    std::string jid_, other_, last_id_, caught_up_to_;
    TestClient* client_ = nullptr;
    std::vector<Line> lines_;
    std::set<std::string> known_, own_;
    int repeated_ = 0;
};

std::string joined(const Texts& texts) {
    std::string all;
    for (const std::string& text : texts) all += text + ' ';
    return all;
}

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    Device romeo{host, "romeo@verona.example/orchard", "juliet@verona.example"};
    Device desk{host, "juliet@verona.example/desk", "romeo@verona.example"};
    Device phone{host, "juliet@verona.example/phone", "romeo@verona.example"};
    Verona() {
        for (Device* device : {&romeo, &desk, &phone}) {
            device->connects();
            if (device == &desk) desk.client().enables_resumption();
            device->shows_presence();
        }
    }
    void all_hear() {
        for (Device* device : {&romeo, &desk, &phone})
            if (device->client().is_connected()) device->hears();
    }
    // All who are there hear it.
    void says(Device& device, const std::string& text) {
        device.says(text);
        all_hear();
    }
    // Romeo asks, Juliet answers at her desk.
    void talk(const Texts& texts) {
        for (const std::string& text : texts) says(text.ends_with('?') ? romeo : desk, text);
    }
    void end(const Texts& all) {
        all_hear();
        for (Device* device : {&romeo, &desk, &phone}) CHECK(joined(device->transcript()) == joined(all));
    }
};

}  // namespace

TEST_CASE("XEP-0198 5, 0280, 0313: one device killed and resumed, one offline for an hour, have the same transcript") {
    Verona play;
    play.talk({"1?", "2"});
    play.says(play.phone, "3");
    play.phone.leaves();
    play.host.passes(20min);
    play.talk({"4?", "5", "6?"});
    // What was on the wire when the line was cut is lost with it.
    play.romeo.says("7?");
    play.desk.client().loses_connection(1);
    play.says(play.romeo, "8?");
    play.host.passes(5min);
    play.says(play.romeo, "9?");
    REQUIRE(play.desk.client().resumes());
    play.desk.client().receives("<resumed xmlns='urn:xmpp:sm:3'/>");
    play.desk.hears();
    play.talk({"10", "11?"});
    play.host.passes(35min);
    play.phone.connects();
    play.phone.catches_up();
    CHECK(play.phone.transcript().size() == 11);
    play.phone.shows_presence();
    play.talk({"12?", "13"});
    play.says(play.phone, "14");
    play.end({"1?", "2", "3", "4?", "5", "6?", "7?", "8?", "9?", "10", "11?", "12?", "13", "14"});
    for (Device* device : {&play.romeo, &play.desk, &play.phone}) CHECK(device->repeated() == 0);
}

TEST_CASE("XEP-0198 5, 0280, 0313: the same while the first is still cut off when the second comes back") {
    Verona play;
    play.talk({"1?", "2"});
    play.phone.leaves();
    play.talk({"3?", "4"});
    play.host.passes(55min);
    play.desk.client().loses_connection();
    play.says(play.romeo, "5?");
    play.phone.connects();
    play.phone.shows_presence();
    play.phone.catches_up();
    play.says(play.phone, "6");
    play.says(play.romeo, "7?");
    play.phone.hears();
    REQUIRE(play.desk.client().resumes());
    play.desk.client().receives("<resumed xmlns='urn:xmpp:sm:3'/>");
    play.end({"1?", "2", "3?", "4", "5?", "6", "7?"});
}

TEST_CASE("decision 0032: what no device got comes as offline messages, and is known again in the archive by its id") {
    Verona play;
    play.talk({"1?", "2"});
    play.phone.leaves();
    play.talk({"3?", "4"});
    play.desk.client().acknowledges();
    play.desk.client().loses_connection();
    play.says(play.romeo, "5?");
    play.host.passes(601s);  // the stream cannot be resumed any more
    CHECK_FALSE(play.desk.client().resumes());
    play.host.passes(50min);
    play.says(play.romeo, "6?");
    play.host.restarts();
    play.phone.connects();
    play.phone.shows_presence();
    play.phone.catches_up();
    CHECK(play.phone.repeated() == 2);
    play.desk.connects();
    play.desk.catches_up();
    play.desk.shows_presence();
    CHECK(play.desk.repeated() == 0);
    play.romeo.connects();
    play.romeo.shows_presence();
    play.says(play.desk, "7");
    play.end({"1?", "2", "3?", "4", "5?", "6?", "7"});
}
