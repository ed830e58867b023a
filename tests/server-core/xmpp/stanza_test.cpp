// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"
#include "xmpp/stanza.h"
#include "xmpp/stream_error.h"

#include <doctest/doctest.h>

using namespace xmpp;
using xml::Element, xml::to_string;

namespace {

const Jid romeo = *parse_jid("romeo@montague.example/garden");
const Jid juliet = *parse_jid("juliet@capulet.example");

base::Result<AnyStanza, StanzaError> parse(std::string_view text) {
    const auto element = xml::parse_element(text);
    REQUIRE(element);
    return parse_stanza(*element);
}

template <class Kind>
Kind parse_as(std::string_view text) {
    const auto stanza = parse(text);
    REQUIRE(stanza);
    REQUIRE(std::holds_alternative<Kind>(*stanza));
    return std::get<Kind>(*stanza);
}

bool is_refused(std::string_view text, Condition condition) {
    const auto stanza = parse(text);
    return !stanza && stanza.error().condition == condition;
}

}  // namespace

TEST_CASE("RFC 6120 8.1: a stanza has its addresses prepared and its id") {
    const auto message = parse_as<Message>("<message id='7' from='Romeo@Montague.example/Garden' to='juliet@capulet.example'/>");
    CHECK(message.from().text() == "romeo@montague.example/Garden");
    CHECK(message.to() == juliet);
    CHECK(message.id() == "7");
    CHECK(parse_as<Message>("<message/>").from().empty());
    CHECK(parse_as<Message>("<message/>").id().empty());
}

TEST_CASE("RFC 6120 8.3.3.8: an address that is none is jid-malformed") {
    CHECK(is_refused("<message to='a@@b'/>", Condition::jid_malformed));
    CHECK(is_refused("<message to=''/>", Condition::jid_malformed));
    CHECK(is_refused("<presence from='@b'/>", Condition::jid_malformed));
    CHECK(is_refused("<iq type='get' id='1' to='b/'><q/></iq>", Condition::jid_malformed));
}

TEST_CASE("RFC 6120 8: there are three stanzas") {
    CHECK(is_refused("<msg/>", Condition::bad_request));
    CHECK(is_refused("<message xmlns='jabber:server'/>", Condition::bad_request));
    CHECK(is_stanza_name({xml::stanza_ns, "iq"}));
    CHECK_FALSE(is_stanza_name({"u", "iq"}));
}

TEST_CASE("RFC 6121 5.2.2: a message of unknown type is normal") {
    CHECK(parse_as<Message>("<message/>").type() == Message::normal);
    CHECK(parse_as<Message>("<message type='x'/>").type() == Message::normal);
    CHECK(parse_as<Message>("<message type='normal'/>").type() == Message::normal);
    CHECK(parse_as<Message>("<message type='chat'/>").type() == Message::chat);
    CHECK(parse_as<Message>("<message type='groupchat'/>").type() == Message::groupchat);
    CHECK(parse_as<Message>("<message type='headline'/>").type() == Message::headline);
    CHECK(parse_as<Message>("<message type='error'/>").is_error());
    CHECK(parse_as<Message>("<message><body>x</body></message>").has_body());
    CHECK_FALSE(parse_as<Message>("<message><body xmlns='u'>x</body></message>").has_body());
}

TEST_CASE("RFC 6121 4.7.1: presence of unknown type is bad-request") {
    CHECK(parse_as<Presence>("<presence/>").type() == Presence::available);
    CHECK(is_refused("<presence type='available'/>", Condition::bad_request));
    CHECK(is_refused("<presence type=''/>", Condition::bad_request));
    for (const auto type : {Presence::unavailable, Presence::subscribe, Presence::subscribed, Presence::unsubscribe, Presence::unsubscribed,
                            Presence::probe, Presence::error})
        CHECK(parse_as<Presence>("<presence type='" + std::string(to_string(type)) + "'/>").type() == type);
}

TEST_CASE("RFC 6121 4.7.2.3: priority is a number from -128 to 127, 0 when it is none") {
    const auto priority = [](std::string_view text) {
        return parse_as<Presence>("<presence><priority>" + std::string(text) + "</priority></presence>").priority();
    };
    CHECK(parse_as<Presence>("<presence/>").priority() == 0);
    CHECK(priority("5") == 5);
    CHECK(priority(" -1\n") == -1);
    CHECK(priority("+7") == 7);
    CHECK(priority("-128") == -128);
    CHECK(priority("128") == 127);
    CHECK(priority("-999") == -128);
    for (const char* none : {"", "x", "5x", "--5", "-", "1000000000000", "1 2"}) CHECK(priority(none) == 0);
}

TEST_CASE("RFC 6120 8.2.3: an iq has an id, a type, and as many children as the type wants") {
    CHECK(parse_as<Iq>("<iq id='1' type='get'><q xmlns='u'/></iq>").payload()->is({"u", "q"}));
    CHECK(parse_as<Iq>("<iq id='1' type='set'><q/></iq>").is_request());
    CHECK_FALSE(parse_as<Iq>("<iq id='1' type='result'/>").payload());
    CHECK(parse_as<Iq>("<iq id='1' type='result'><q/></iq>").type() == Iq::result);
    CHECK(parse_as<Iq>("<iq id='1' type='error'><q/><error/></iq>").is_error());
    for (const char* bad : {"<iq type='get'><q/></iq>", "<iq id='' type='get'><q/></iq>", "<iq id='1'><q/></iq>", "<iq id='1' type='x'><q/></iq>",
                            "<iq id='1' type='get'/>", "<iq id='1' type='set'>x</iq>", "<iq id='1' type='get'><q/><r/></iq>",
                            "<iq id='1' type='result'><q/><r/></iq>"}) {
        CAPTURE(std::string(bad));
        CHECK(is_refused(bad, Condition::bad_request));
    }
}

TEST_CASE("a stanza is made with addresses, type and payload") {
    const auto body = Element({xml::stanza_ns, "body"}).with_text("hi");
    CHECK(to_string(Message(romeo, juliet, Message::chat, body).element()) ==
          "<message from='romeo@montague.example/garden' to='juliet@capulet.example' type='chat'><body>hi</body></message>");
    CHECK(to_string(Message(romeo, Jid(), Message::normal, body).element()) == "<message from='romeo@montague.example/garden'><body>hi</body></message>");
    CHECK(to_string(Presence(juliet, romeo, Presence::subscribe).element()) ==
          "<presence from='juliet@capulet.example' to='romeo@montague.example/garden' type='subscribe'/>");
    CHECK(to_string(Presence(juliet, Jid(), Presence::available).element()) == "<presence from='juliet@capulet.example'/>");
    CHECK(to_string(Iq(juliet, romeo, Iq::get, "1", Element({"u", "q"})).element()) ==
          "<iq from='juliet@capulet.example' to='romeo@montague.example/garden' type='get' id='1'><q xmlns='u'/></iq>");
    CHECK(to_string(Iq(Jid(), Jid(), Iq::result, "1").element()) == "<iq type='result' id='1'/>");
}

TEST_CASE("addressed rewrites from and to and shares the rest") {
    const auto message = parse_as<Message>("<message type='chat' to='a' id='1'><body>hi</body></message>");
    const auto copy = message.addressed(romeo, juliet);
    CHECK(to_string(copy.element()) ==
          "<message type='chat' to='juliet@capulet.example' id='1' from='romeo@montague.example/garden'><body>hi</body></message>");
    CHECK(copy.from() == romeo);
    CHECK(copy.to() == juliet);
    CHECK(copy.type() == Message::chat);
    CHECK(copy.element().node().content == message.element().node().content);
    CHECK(to_string(copy.addressed(Jid(), Jid()).element()) == "<message type='chat' id='1'><body>hi</body></message>");
    CHECK(parse_as<Presence>("<presence type='probe'/>").addressed(romeo, juliet).type() == Presence::probe);
    CHECK(parse_as<Iq>("<iq type='get' id='1'><q/></iq>").addressed(romeo, Jid()).to().empty());
    CHECK(message.with(Element({"u", "x"})).has_child({"u", "x"}));
    CHECK(Presence(romeo, juliet, Presence::available).with(Element({"u", "x"})).element().children().begin() !=
          Presence(romeo, juliet, Presence::available).element().children().end());
}

TEST_CASE("RFC 6120 8.3.1: an error goes back with the addresses swapped and the same id") {
    const auto iq = parse_as<Iq>("<iq type='get' id='1' from='romeo@montague.example/garden' to='juliet@capulet.example'><q xmlns='u'/></iq>");
    const auto error = error_reply(iq, {Condition::item_not_found, "No such thing", ErrorType::none, {}});
    CHECK(to_string(error.element()) ==
          "<iq from='juliet@capulet.example' to='romeo@montague.example/garden' type='error' id='1'><error type='cancel' code='404'>"
          "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
          "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>No such thing</text></error></iq>");
    CHECK(error.from() == juliet);
    CHECK(error.to() == romeo);
    CHECK(error.type() == Iq::error);
    CHECK(error_reply(parse_as<Message>("<message from='a' type='chat'/>"), {Condition::gone, {}, ErrorType::none, {}}).to().text() == "a");
    const auto presence = error_reply(parse_as<Presence>("<presence from='a' to='b'/>"), {Condition::conflict, {}, ErrorType::none, {}});
    CHECK(presence.type() == Presence::error);
    CHECK(presence.element().attribute("type") == "error");
}

TEST_CASE("RFC 6120 8.3.1: the error about a message has its body, for clients that show nothing without, and nothing else of it") {
    const auto message = parse_as<Message>("<message id='1' from='a' to='b' type='chat'><body>hi</body><active xmlns='u'/></message>");
    CHECK(to_string(error_reply(message, {Condition::gone, {}, ErrorType::none, {}}).element()) ==
          "<message from='b' to='a' type='error' id='1'><body>hi</body><error type='cancel' code='302'>"
          "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
}

TEST_CASE("RFC 6120 8.2.3: an iq is answered by a result or an error with its id") {
    const auto iq = parse_as<Iq>("<iq type='get' id='1' from='romeo@montague.example/garden'><q xmlns='u'/></iq>");
    CHECK(to_string(IqReply::done().answer(iq).element()) == "<iq to='romeo@montague.example/garden' type='result' id='1'/>");
    CHECK(IqReply::result(Element({"u", "q"})).answer(iq).payload()->is({"u", "q"}));
    const auto error = IqReply::error(Condition::forbidden, "no");
    CHECK(error.is_error());
    CHECK_FALSE(IqReply::done().is_error());
    CHECK(error.answer(iq).element().child({xml::stanza_ns, "error"})->attribute("type") == "auth");
}

TEST_CASE("RFC 6120 8.3.3: each condition has its name and type, and is read back") {
    for (int i = 0; i <= static_cast<int>(Condition::unexpected_request); ++i) {
        const StanzaError error{static_cast<Condition>(i), "why", ErrorType::none, Element({"app", "detail"})};
        const auto again = parse_stanza_error(*xml::parse_element(to_string(error.to_element())));
        CHECK(again.condition == error.condition);
        CHECK(again.type == default_type(error.condition));
        CHECK(again.text.in(xmpp::Language::english) == "why");
        REQUIRE(again.detail);
        CHECK(again.detail->is({"app", "detail"}));
    }
    CHECK(to_string(Condition::jid_malformed) == "jid-malformed");
    CHECK(to_string(Condition::unexpected_request) == "unexpected-request");
    CHECK(default_type(Condition::jid_malformed) == ErrorType::modify);
    CHECK(default_type(Condition::not_authorized) == ErrorType::auth);
    CHECK(default_type(Condition::resource_constraint) == ErrorType::wait);
    const StanzaError retried{Condition::internal_server_error, {}, ErrorType::wait, {}};
    CHECK(retried.to_element().attribute("type") == "wait");
    const auto unknown = parse_stanza_error(*xml::parse_element("<error type='x'><new xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"));
    CHECK(unknown.condition == Condition::undefined_condition);
    CHECK(unknown.type == ErrorType::none);
}

TEST_CASE("RFC 6120 4.9: a stream error is written with its condition and text") {
    CHECK(to_string(StreamError{StreamCondition::host_unknown, "not here"}.to_element()) ==
          "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
          "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>not here</text></stream:error>");
    CHECK(to_string(StreamCondition::bad_format) == "bad-format");
    CHECK(to_string(StreamCondition::unsupported_version) == "unsupported-version");
    CHECK(to_string(StreamCondition::reset) == "reset");
    CHECK(from_parse_error(xml::ParseError::restricted_xml).condition == StreamCondition::restricted_xml);
    CHECK(from_parse_error(xml::ParseError::not_well_formed).condition == StreamCondition::not_well_formed);
    CHECK(from_parse_error(xml::ParseError::policy_violation).condition == StreamCondition::policy_violation);
    CHECK(from_parse_error(xml::ParseError::unsupported_encoding).condition == StreamCondition::unsupported_encoding);
    CHECK(from_parse_error(xml::ParseError::bad_namespace_prefix).condition == StreamCondition::bad_namespace_prefix);
    CHECK(from_parse_error(xml::ParseError::bad_format).condition == StreamCondition::bad_format);
}
