// SPDX-License-Identifier: MIT
// XEP-0050: how commands are found and run, whatever they do.
#include "support/test_host.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

namespace {

using routing::CommandCall, routing::CommandReply, routing::CommandStep;
using xmpp::DataForm;

const std::string verona = "verona.example";
const std::string ns = "http://jabber.org/protocol/commands";

DataForm asks(const std::string& var) {
    DataForm form(DataForm::form, "urn:example");
    form.add({var, "text-single", "", {}, {}, true}).add({"colour", "list-single", "", {}, {{"red", ""}, {"blue", ""}}, false});
    return form;
}

// Two forms, then it is over and tells what was said.
void walk(const CommandCall& call, const CommandReply& reply) {
    if (call.submitted.empty()) return reply(CommandStep{asks("first"), {}, true, false});
    if (call.submitted.size() == 1) return reply(CommandStep{asks("second"), {"Half way.", "À mi-chemin."}, true, true});
    const std::string said = *call.submitted[0].value("first") + " " + *call.submitted[1].value("second") + (call.completes ? " done" : " next");
    reply(CommandStep{{}, {said, "fr " + said}, false, false});
}

void add_walk(routing::Feature& feature) {
    const auto may = [](const xmpp::Jid& by) { return by.local() != "paris"; };
    feature.commands().add({"walk", {"Walk", "Marcher"}, may, walk});
    feature.commands().add({"fails", {"Fails", "Échoue"}, may, [](const CommandCall&, const CommandReply& reply) {
                                reply(base::Unexpected(xmpp::StanzaError{xmpp::Condition::conflict, {}, {}, {}}));
                            }});
    feature.commands().add({"guess", {"Guess", "Deviner"}, may, [](const CommandCall& call, const CommandReply& reply) {
                                if (call.submitted.empty()) return reply(CommandStep{asks("first"), {}, true, false});
                                if (call.submitted[0].value("first") == "right") return reply(CommandStep{{}, {"So it is.", "C'est cela."}, false, false});
                                reply(base::Unexpected(xmpp::StanzaError{xmpp::Condition::not_acceptable, {"Guess again", "Encore"}, {}, {}}));
                            }});
    feature.commands().add({"hidden", {}, may, [](const CommandCall&, const CommandReply&) {}, false});
}

struct Play {
    TestHost host{verona, {add_everything, add_walk}};
    TestClient& romeo = host.login("romeo@verona.example/orchard");

    static std::string command(const std::string& attributes, const std::string& inside = "") {
        return "<command xmlns='" + ns + "'" + attributes + ">" + inside + "</command>";
    }
    static std::string filled(const std::string& var, const std::string& value, const std::string& type = "submit") {
        return "<x xmlns='jabber:x:data' type='" + type + "'><field var='" + var + "'><value>" + value + "</value></field></x>";
    }
    // Begins to walk; the session's id.
    std::string begin(TestClient& who) {
        const std::string shown = who.sets(command(" node='walk'"), verona);
        return std::string(*xml::parse_element(shown)->attribute("sessionid"));
    }
    std::string begin() { return begin(romeo); }
    std::string go(const std::string& id, const std::string& action, const std::string& inside = "") {
        return romeo.sets(command(" node='walk' sessionid='" + id + "' action='" + action + "'", inside), verona);
    }
    void refused(const std::string& attributes, const std::string& condition, const std::string& specific, const std::string& inside = "") {
        romeo.sends("<iq type='set' id='x' to='verona.example'>" + command(attributes, inside) + "</iq>");
        const xml::Element error = *romeo.next().child({xml::stanza_ns, "error"});
        CHECK_MESSAGE(xmpp::to_string(xmpp::parse_stanza_error(error).condition) == condition, attributes);
        if (!specific.empty()) CHECK_MESSAGE(error.has_child({ns, specific}), attributes);
    }
};

std::string form_of(const std::string& var) { return xml::to_string(asks(var).to_element()); }

}  // namespace

TEST_CASE("XEP-0050 2.1: the server lists the protocol") {
    Play play;
    CHECK(play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", verona).find("<feature var='" + ns + "'/>") != std::string::npos);
}

TEST_CASE("XEP-0050 2.2, 5: the list names each command for those who may run it, in their language; others get an empty one") {
    Play play;
    auto& paris = play.host.login("paris@verona.example/church");
    const std::string list = "<query xmlns='http://jabber.org/protocol/disco#items' node='" + ns + "'";
    const auto items = [&](const std::string& walk, const std::string& fails) {
        return list + "><item jid='verona.example' node='walk' name='" + walk + "'/><item jid='verona.example' node='fails' name='" + fails +
               "'/><item jid='verona.example' node='guess' name='*'/></query>";
    };
    CHECK(same_xml(items("Walk", "Fails"), play.romeo.gets(list + "/>", verona)));
    play.romeo.sends("<iq type='get' id='x' to='verona.example' xml:lang='fr'>" + list + "/></iq>");
    CHECK(same_xml(items("Marcher", "Échoue"), xml::to_string(*play.romeo.next().first_child())));
    CHECK(same_xml(list + "/>", paris.gets(list + "/>", verona)));
    CHECK(same_xml(list + "/>", play.romeo.gets(list + "/>", "romeo@verona.example")));
}

TEST_CASE("XEP-0050 2.2: list and command have their identities and features; who may not is forbidden to know") {
    Play play;
    auto& paris = play.host.login("paris@verona.example/church");
    const auto info = [](const std::string& node) { return "<query xmlns='http://jabber.org/protocol/disco#info' node='" + node + "'"; };
    const std::string disco = "<feature var='http://jabber.org/protocol/commands'/><feature var='http://jabber.org/protocol/disco#info'/>";
    CHECK(same_xml(info(ns) + "><identity category='automation' type='command-list'/>" + disco + "</query>", play.romeo.gets(info(ns) + "/>", verona)));
    CHECK(same_xml(info("walk") + "><identity category='automation' type='command-node' name='Walk'/>" + disco + "<feature var='jabber:x:data'/></query>",
                   play.romeo.gets(info("walk") + "/>", verona)));
    paris.is_refused("get", info("walk") + "/>", "forbidden", verona);
    play.romeo.is_refused("get", info("hidden") + "/>", "item-not-found", verona);
    play.romeo.is_refused("get", info("walk") + "/>", "item-not-found", "romeo@verona.example");
    CHECK(same_xml("<query xmlns='http://jabber.org/protocol/disco#items' node='walk'/>",
                   play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#items' node='walk'/>", verona)));
}

TEST_CASE("XEP-0050 2.4.2, 3.4, 4.1, 4.2: step by step, with the actions that are possible, to the end") {
    Play play;
    const std::string begun = play.romeo.sets(Play::command(" node='walk' action='execute' status='completed'"), verona);
    const std::string id(*xml::parse_element(begun)->attribute("sessionid"));
    const auto answer = [&](const std::string& status, const std::string& inside) {
        return "<command xmlns='" + ns + "' node='walk' sessionid='" + id + "' status='" + status + "' xml:lang='en'>" + inside + "</command>";
    };
    CHECK(!id.empty());
    CHECK(same_xml(answer("executing", "<actions execute='next'><next/></actions>" + form_of("first")), begun));
    const std::string second = answer("executing", "<actions execute='next'><prev/><next/><complete/></actions><note type='info'>Half way.</note>" + form_of("second"));
    CHECK(same_xml(second, play.go(id, "next", Play::filled("first", "one"))));
    CHECK(same_xml(answer("executing", "<actions execute='next'><next/></actions>" + form_of("first")), play.go(id, "prev")));
    CHECK(same_xml(second, play.go(id, "execute", Play::filled("first", "uno"))));
    CHECK(same_xml(answer("completed", "<note type='info'>uno two done</note>"), play.go(id, "complete", Play::filled("second", "two"))));
}

TEST_CASE("XEP-0050 3.5.1: a form of type cancel counts as submitted") {
    Play play;
    const std::string id = play.begin();
    CHECK(play.go(id, "next", Play::filled("first", "one", "cancel")).find("Half way") != std::string::npos);
}

TEST_CASE("XEP-0050 3.6, 3.1: what fails is an error that says why, never 'completed'; its step waits for a better answer") {
    Play play;
    const std::string shown = play.romeo.sets(Play::command(" node='guess'"), verona);
    const std::string session = " node='guess' sessionid='" + std::string(*xml::parse_element(shown)->attribute("sessionid")) + "'";
    for (const std::string wrong : {"wrong", "worse"}) {
        play.romeo.sends("<iq type='set' id='g' to='verona.example'>" + Play::command(session, Play::filled("first", wrong)) + "</iq>");
        const xml::Element error = *play.romeo.next().child({xml::stanza_ns, "error"});
        CHECK(xmpp::parse_stanza_error(error).condition == xmpp::Condition::not_acceptable);
        CHECK(xml::to_string(error).find("Guess again") != std::string::npos);
    }
    const std::string done = play.romeo.sets(Play::command(session, Play::filled("first", "right")), verona);
    CHECK(done.find("status='completed'") != std::string::npos);
    CHECK(done.find("<note type='info'>So it is.</note>") != std::string::npos);
    play.refused(session, "not-allowed", "session-expired", Play::filled("first", "right"));
}

TEST_CASE("XEP-0050 2.4.3: canceling ends the session and succeeds") {
    Play play;
    const std::string id = play.begin();
    CHECK(same_xml("<command xmlns='" + ns + "' node='walk' sessionid='" + id + "' status='canceled' xml:lang='en'/>", play.go(id, "cancel")));
    play.refused(" node='walk' sessionid='" + id + "'", "not-allowed", "session-expired");
}

TEST_CASE("XEP-0050 3.7: the first language is that of the whole session, of the IQ or of the command") {
    Play play;
    play.romeo.sends("<iq type='set' id='x' to='verona.example' xml:lang='fr-CA'>" + Play::command(" node='walk'") + "</iq>");
    const xml::Element shown = *play.romeo.next().first_child();
    CHECK(shown.attribute({xml::xml_ns, std::string_view("lang")}) == "fr");
    const std::string id(*shown.attribute("sessionid"));
    CHECK(play.go(id, "next", Play::filled("first", "one")).find("À mi-chemin.") != std::string::npos);
    CHECK(play.romeo.sets(Play::command(" node='walk' xml:lang='fr'"), verona).find("xml:lang='fr'") != std::string::npos);
}

TEST_CASE("XEP-0050 4.4: each mistake has its own error") {
    Play play;
    const std::string id = play.begin();
    const std::string session = " node='walk' sessionid='" + id + "'";
    play.refused(" node='nowhere'", "item-not-found", "");
    play.refused("", "item-not-found", "");
    play.refused(session + " action='jump'", "bad-request", "malformed-action");
    play.refused(session + " action='prev'", "bad-request", "bad-action");
    play.refused(session + " action='complete'", "bad-request", "bad-action", Play::filled("first", "one"));
    play.refused(" node='walk' action='next'", "bad-request", "bad-action");
    play.refused(" node='walk' sessionid='other'", "bad-request", "bad-sessionid");
    play.refused(" node='fails' sessionid='" + id + "'", "bad-request", "bad-sessionid");
    play.refused(session, "bad-request", "bad-payload");
    play.refused(session, "bad-request", "bad-payload", Play::filled("other", "one"));
    play.refused(session, "bad-request", "bad-payload", Play::filled("first", ""));
    play.refused(session, "bad-request", "bad-payload", Play::filled("first", "one", "result"));
    play.refused(session, "bad-request", "bad-payload",
                 "<x xmlns='jabber:x:data' type='submit'><field var='first'><value>1</value></field><field var='colour'><value>green</value></field></x>");
    play.refused(" node='fails'", "conflict", "");
    CHECK(play.go(id, "next", Play::filled("first", "one")).find("Half way") != std::string::npos);
    CHECK(play.go(id, "complete", Play::filled("second", "two")).find("completed") != std::string::npos);
    play.refused(session, "not-allowed", "session-expired");
}

TEST_CASE("XEP-0050 3.3: a session is its requester's alone; who may not run a command is forbidden") {
    Play play;
    auto& home = play.host.login("romeo@verona.example/home");
    auto& paris = play.host.login("paris@verona.example/church");
    const std::string id = play.begin();
    home.is_refused("set", Play::command(" node='walk' sessionid='" + id + "'", Play::filled("first", "one")), "bad-request", verona);
    paris.is_refused("set", Play::command(" node='walk'"), "forbidden", verona);
    paris.is_refused("set", Play::command(" node='nowhere'"), "item-not-found", verona);
}

TEST_CASE("XEP-0050 3.3: a session ends by itself some time after its last step") {
    Play play;
    const std::string id = play.begin();
    play.host.passes(routing::Commands::session_time - std::chrono::minutes(1));
    CHECK(play.go(id, "next", Play::filled("first", "one")).find("Half way") != std::string::npos);
    play.host.passes(routing::Commands::session_time - std::chrono::minutes(1));
    CHECK(play.go(id, "prev").find("executing") != std::string::npos);
    play.host.passes(routing::Commands::session_time);
    play.refused(" node='walk' sessionid='" + id + "'", "not-allowed", "session-expired");
}

TEST_CASE("DESIGN 4.3: one person has few sessions") {
    Play play;
    for (std::size_t i = 0; i < routing::Commands::most_sessions_each; ++i) play.begin();
    play.refused(" node='walk'", "resource-constraint", "");
    auto& juliet = play.host.login("juliet@verona.example/balcony");
    const std::string id = play.begin(juliet);
    CHECK(!id.empty());
}
