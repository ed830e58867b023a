// SPDX-License-Identifier: MIT
// XEP-0060 6 to 8: what the service refuses, each by the number of its section, condition and detail as written there.
#include "dialogues/xep_0060_play.h"

using namespace pubsub_play;

namespace {

const std::string service = "pubsub.denmark.example";
const std::string many = field("pubsub#max_items", "max");
const std::string payload = "<entry xmlns='http://www.w3.org/2005/Atom'/>";

std::string about(const std::string& action, const std::string& node) {
    return "<" + action + (node.empty() ? "" : " node='" + node + "'") + " jid='ophelia@denmark.example'/>";
}
std::string owners(const std::string& action, const std::string& node) {
    return owner("<" + action + (node.empty() ? "" : " node='" + node + "'") + "/>");
}

struct Court {
    TestHost host{"denmark.example", {add_everything}};
    TestClient& hamlet = host.login("hamlet@denmark.example/elsinore");
    TestClient& ophelia = host.login("ophelia@denmark.example/castle");
    TestClient& polonius = host.login("polonius@denmark.example/arras");

    Court() {
        hamlet.sets(create("open", many), service);
        hamlet.sets(create("white", many + field("pubsub#access_model", "whitelist")), service);
        hamlet.sets(create("asked", many + field("pubsub#access_model", "authorize")), service);
        hamlet.sets(create("passing", field("pubsub#persist_items", "0")), service);
        hamlet.sets(publish("open", item("a", payload)), service);
        hamlet.sets(owner("<affiliations node='open'><affiliation jid='polonius@denmark.example' affiliation='outcast'/></affiliations>"), service);
        ophelia.sets(pubsub(about("subscribe", "asked")), service);
    }
    // The condition, and behind a blank that of pubsub#errors with its feature.
    std::string refusal(TestClient& client, const std::string& type, const std::string& asked) {
        client.forget_received();
        client.sends("<iq type='" + type + "' id='refused' to='" + service + "'>" + asked + "</iq>");
        const auto error = client.next().child({"jabber:client", "error"});
        if (!error) return "none";
        std::string found;
        for (const auto child : error->children()) {
            if (child.name().local == "text") continue;
            found += (found.empty() ? "" : " ") + std::string(child.name().local);
            if (const auto feature = child.attribute("feature")) found += " " + std::string(*feature);
        }
        return found;
    }
};

struct Row {
    const char* section;
    std::string type, asked, refusal;
};

}  // namespace

TEST_CASE("XEP-0060 6.1.3, 6.2.3, 6.3.4, 6.5.9: what a subscriber may not have, and why") {
    Court play;
    const auto of_hamlet = [](const std::string& action) { return pubsub("<" + action + " node='open' jid='hamlet@denmark.example'/>"); };
    const std::vector<Row> rows{
        {"6.1.3.1", "set", of_hamlet("subscribe"), "bad-request invalid-jid"},
        {"6.1.3.4", "set", pubsub(about("subscribe", "white")), "not-allowed closed-node"},
        {"6.1.3.7", "set", pubsub(about("subscribe", "asked")), "not-authorized pending-subscription"},
        {"6.1.3.12", "set", pubsub(about("subscribe", "none")), "item-not-found"},
        {"6.2.3.2", "set", pubsub(about("unsubscribe", "open")), "unexpected-request not-subscribed"},
        {"6.2.3.3", "set", of_hamlet("unsubscribe"), "forbidden"},
        {"6.2.3.4", "set", pubsub(about("unsubscribe", "none")), "item-not-found"},
        {"6.3.4.6", "get", pubsub(about("options", "open")), "feature-not-implemented unsupported subscription-options"},
        {"6.4.3.2", "get", pubsub("<default/>"), "feature-not-implemented unsupported retrieve-default-sub"},
        {"6.5.9.4", "get", items("passing"), "feature-not-implemented unsupported persistent-items"},
        {"6.5.9.8", "get", items("white"), "not-allowed closed-node"},
        {"6.5.9.11", "get", items("none"), "item-not-found"},
    };
    for (const Row& row : rows) CHECK_MESSAGE(play.refusal(play.ophelia, row.type, row.asked) == row.refusal, row.section);
    CHECK_MESSAGE(play.refusal(play.polonius, "set", pubsub("<subscribe node='open' jid='polonius@denmark.example'/>")) == "forbidden", "6.1.3.8");
    CHECK_MESSAGE(play.refusal(play.polonius, "get", items("open")) == "forbidden", "6.5.9.10");
}

TEST_CASE("XEP-0060 7.1.3, 7.2.3: what a publisher may not do, and why") {
    Court play;
    CHECK_MESSAGE(play.refusal(play.ophelia, "set", publish("open", item("b", payload))) == "forbidden", "7.1.3.1");
    CHECK_MESSAGE(play.refusal(play.ophelia, "set", retract("open", "a")) == "forbidden", "7.2.3.1");
    const std::vector<Row> rows{
        {"7.1.3.6", "set", publish("open", "<item id='b'>" + payload + payload + "</item>"), "bad-request invalid-payload"},
        {"7.1.3.7", "set", publish("open", ""), "bad-request item-required"},
        {"7.1.3.7", "set", publish("open", "<item id='b'/>"), "bad-request payload-required"},
        {"7.2.3.2", "set", retract("none", "a"), "item-not-found"},
        {"7.2.3.2", "set", retract("open", "b"), "item-not-found"},
        {"7.2.3.3", "set", pubsub("<retract><item id='a'/></retract>"), "bad-request nodeid-required"},
        {"7.2.3.4", "set", pubsub("<retract node='open'/>"), "bad-request item-required"},
        {"7.2.3.5", "set", retract("passing", "a"), "feature-not-implemented unsupported persistent-items"},
    };
    for (const Row& row : rows) CHECK_MESSAGE(play.refusal(play.hamlet, row.type, row.asked) == row.refusal, row.section);
}

TEST_CASE("XEP-0060 8.1.1, 8.2.3, 8.4.3, 8.5.3, 8.8, 8.9, 15.2: what is an owner's alone, and what he cannot have") {
    Court play;
    struct Own {
        const char *type, *action, *of_others, *of_none;  // an action, and the sections of both refusals
    };
    for (const Own& own : {Own{"get", "configure", "8.2.3.2", "8.2.3.5"}, Own{"get", "subscriptions", "8.8.1.3.2", "8.8.1.3.3"},
                           Own{"get", "affiliations", "8.9.1.3.2", "8.9.1.3.3"}, Own{"set", "subscriptions", "8.8.2.3.2", "8.8.2.3.3"},
                           Own{"set", "affiliations", "8.9.2.3.3", "8.9.2.3.4"}, Own{"set", "delete", "8.4.3.1", "8.4.3.2"},
                           Own{"set", "purge", "8.5.3.2", "8.5.3.4"}}) {
        CHECK_MESSAGE(play.refusal(play.ophelia, own.type, owners(own.action, "open")) == "forbidden", own.of_others);
        CHECK_MESSAGE(play.refusal(play.hamlet, own.type, owners(own.action, "none")) == "item-not-found", own.of_none);
    }
    const std::vector<Row> rows{
        {"8.1.1", "set", create("open"), "conflict"},
        {"8.2.3.3", "get", owners("configure", ""), "bad-request nodeid-required"},
        {"8.5.3.3", "set", owners("purge", "passing"), "feature-not-implemented unsupported persistent-items"},
    };
    for (const Row& row : rows) CHECK_MESSAGE(play.refusal(play.hamlet, row.type, row.asked) == row.refusal, row.section);
}
