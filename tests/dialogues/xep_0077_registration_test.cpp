// SPDX-License-Identifier: MIT
// XEP-0077: making an account before login, changing its password, ending it.
#include "routing/registration.h"
#include "support/test_host.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>

namespace {

using routing::Registration;
using Outcome = base::Result<xmpp::Jid, xmpp::StanzaError>;

std::string query(const std::string& inside) { return "<query xmlns='jabber:iq:register'>" + inside + "</query>"; }
std::string fields(const std::string& name, const std::string& password) {
    return query("<username>" + name + "</username><password>" + password + "</password>");
}
std::string form(const std::string& name, const std::string& password, const std::string& type = "submit") {
    return query("<x xmlns='jabber:x:data' type='" + type + "'>"
                 "<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>"
                 "<field var='username'><value>" + name + "</value></field>"
                 "<field var='password'><value>" + password + "</value></field></x>");
}

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    Registration registration{host.node(), host.users(), {true, choices().account_pattern, "prenom.nom"}};

    // What came of it, once it is asked for.
    struct Submitted {
        TestHost& host;
        std::shared_ptr<std::optional<Outcome>> told;
        Outcome get() const {
            host.works_until([&] { return told->has_value(); });
            REQUIRE(told->has_value());
            return **told;
        }
    };
    Submitted submit(const std::string& payload) {
        auto told = std::make_shared<std::optional<Outcome>>();
        registration.submit(*xml::parse_element(payload), [told](Outcome outcome) { *told = std::move(outcome); });
        return {host, told};
    }
    std::string refused(const std::string& payload) {
        const Outcome outcome = submit(payload).get();
        REQUIRE(!outcome.has_value());
        CHECK(!outcome.error().text.empty());
        return std::string(xmpp::to_string(outcome.error().condition));
    }
    const store::AccountRecord& record(const std::string& bare) {
        auto* account = host.users().find(*xmpp::parse_jid(bare));
        REQUIRE(account != nullptr);
        REQUIRE(account->exists());
        return account->record();
    }
    bool password_is(const std::string& bare, const std::string& password) {
        return xmpp::password_fits(xmpp::ScramHash::sha1, password, record(bare).sha1) &&
               xmpp::password_fits(xmpp::ScramHash::sha256, password, record(bare).sha256);
    }
};

}  // namespace

TEST_CASE("XEP-0077 3.1.1, 6: the form has plain fields and a data form") {
    Verona play;
    CHECK(same_xml("<query xmlns='jabber:iq:register'><instructions>*</instructions><username/><password/>"
                   "<x xmlns='jabber:x:data' type='form'><title>*</title><instructions>*</instructions>"
                   "<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>"
                   "<field var='username' type='text-single' label='*'><required/></field>"
                   "<field var='password' type='text-private' label='*'><required/></field></x></query>",
                   xml::to_string(play.registration.form(xmpp::Language::english))));
}

TEST_CASE("RFC 6120 8.1.5: registration speaks French to those who ask in French") {
    Verona play;
    CHECK(xml::to_string(play.registration.form(xmpp::Language::french)).find("Choisissez un nom comme") != std::string::npos);
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    romeo.sends("<iq type='get' id='x' to='verona.example' xml:lang='fr'><query xmlns='jabber:iq:register'/></iq>");
    CHECK(xml::to_string(romeo.next()).find("Pour changer de mot de passe") != std::string::npos);
    romeo.sends("<message to='nobody@capulet.example' xml:lang='fr-CA'><body>hi</body></message>");
    CHECK(xml::to_string(romeo.next()).find("xml:lang='fr'>ce serveur ne parle pas") != std::string::npos);
}

TEST_CASE("XEP-0077 3.1.1: an account is made from plain fields or from a form, and kept") {
    Verona play;
    const Outcome first = play.submit(fields("Romeo.Montague", "swear not")).get();
    REQUIRE(first.has_value());
    CHECK(first->text() == "romeo.montague@verona.example");
    CHECK(play.submit(form("juliet.capulet", "by the moon")).get().has_value());
    play.host.restarts();
    Verona again;
    play.host.users().when_loaded(*xmpp::parse_jid("juliet.capulet@verona.example"), [](routing::Account* account) {
        REQUIRE(account->exists());
        CHECK(xmpp::password_fits(xmpp::ScramHash::sha256, "by the moon", account->record().sha256));
    });
}

TEST_CASE("XEP-0077 3.1.1: a name that is taken is a conflict, also when both come at once") {
    Verona play;
    auto first = play.submit(fields("romeo.montague", "first"));
    CHECK(play.refused(fields("ROMEO.montague", "second")) == "conflict");
    CHECK(first.get().has_value());
    CHECK(play.refused(fields("romeo.montague", "third")) == "conflict");
    CHECK(play.password_is("romeo.montague@verona.example", "first"));
}

TEST_CASE("XEP-0077 3.1.1: what a name and a password may not be") {
    Verona play;
    CHECK(play.refused(fields("romeo", "secret")) == "not-acceptable");           // the organisation's pattern
    CHECK(play.refused(fields("romeo montague", "secret")) == "not-acceptable");  // RFC 7622 3.3
    CHECK(play.refused(fields("romeo.montague@verona.example", "secret")) == "not-acceptable");
    CHECK(play.refused(fields("", "secret")) == "not-acceptable");
    CHECK(play.refused(fields("romeo.montague", "")) == "not-acceptable");
    CHECK(play.refused(fields("romeo.montague", std::string(1024, 'x'))) == "not-acceptable");
    CHECK(play.refused(query("<username>romeo.montague</username>")) == "not-acceptable");
    CHECK(play.refused(query("")) == "not-acceptable");
    CHECK(play.refused(form("romeo.montague", "secret", "cancel")) == "not-acceptable");
}

TEST_CASE("XEP-0077: names of the organisation's own are reserved, and a closed server makes none") {
    Verona play;
    Registration any(play.host.node(), play.host.users(), {true, *base::Pattern::compile(".*"), "x"});
    Registration closed(play.host.node(), play.host.users(), {false, *base::Pattern::compile(".*"), "x"});
    const auto condition = [&](Registration& registration, const std::string& name) {
        std::string found;
        registration.submit(*xml::parse_element(fields(name, "secret")), [&](Outcome outcome) {
            if (!outcome) found = xmpp::to_string(outcome.error().condition);
        });
        return found;
    };
    CHECK(condition(any, "Postmaster") == "not-acceptable");
    CHECK(condition(any, "admin") == "not-acceptable");
    CHECK(condition(closed, "romeo.montague") == "not-allowed");
}

TEST_CASE("DESIGN 4.1: an account that could not be stored is not there") {
    Verona play;
    play.host.make_account("warm@verona.example");
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    CHECK(play.refused(fields("romeo.montague", "secret")) == "resource-constraint");
    CHECK(play.submit(fields("romeo.montague", "secret")).get().has_value());
}

TEST_CASE("XEP-0077 3.1.1, 10: who is logged in is told that he is registered, and that one can be here") {
    Verona play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    CHECK(romeo.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "verona.example").find("<feature var='jabber:iq:register'/>") != std::string::npos);
    const std::string registered = "<query xmlns='jabber:iq:register'><registered/><instructions>*</instructions>"
                                   "<username>romeo</username><password/></query>";
    CHECK(same_xml(registered, romeo.gets(query(""))));
    CHECK(same_xml(registered, romeo.gets(query(""), "verona.example")));
    play.host.make_account("juliet@verona.example");
    romeo.is_refused("get", query(""), "service-unavailable", "juliet@verona.example");
}

TEST_CASE("XEP-0077 3.3: a password is changed by fields or a form, to server or self, and other clients stay") {
    Verona play;
    auto& orchard = play.host.login("romeo@verona.example/orchard");
    auto& street = play.host.login("romeo@verona.example/street");
    const auto created = play.record("romeo@verona.example").created;
    orchard.sets(fields("romeo", "new one"), "verona.example");
    CHECK(play.password_is("romeo@verona.example", "new one"));
    orchard.sets(form("Romeo", "another"));
    CHECK(play.password_is("romeo@verona.example", "another"));
    orchard.sets(query("<password>third</password>"));
    CHECK(play.password_is("romeo@verona.example", "third"));
    CHECK(play.record("romeo@verona.example").created == created);
    CHECK(orchard.is_connected());
    CHECK(street.is_connected());
}

TEST_CASE("XEP-0077 3.3: an empty password or another's name changes nothing, and the error does not quote it") {
    Verona play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    romeo.sets(fields("romeo", "good"));
    romeo.is_refused("set", fields("romeo", ""), "bad-request");
    romeo.is_refused("set", query("<username>romeo</username>"), "bad-request");
    romeo.is_refused("set", fields("juliet", "bad"), "bad-request");
    romeo.is_refused("set", fields("romeo", std::string(1024, 'x')), "not-acceptable");
    CHECK(play.password_is("romeo@verona.example", "good"));
    romeo.forget_received();
    romeo.sends("<iq type='set' id='p'>" + fields("juliet", "secret") + "</iq>");
    CHECK(xml::to_string(romeo.next()).find("secret") == std::string::npos);
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    romeo.is_refused("set", fields("romeo", "lost"), "resource-constraint");
    CHECK(play.password_is("romeo@verona.example", "good"));
}

TEST_CASE("XEP-0077 3.2: an account is ended: result, then the streams end, its contacts hear of it, all is erased") {
    Verona play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    auto& street = play.host.login("romeo@verona.example/street");
    auto& juliet = play.host.login("juliet@verona.example/balcony");
    play.host.befriend(romeo, juliet);
    romeo.sets("<vCard xmlns='vcard-temp'><FN>Romeo</FN></vCard>");
    juliet.sends("<message to='romeo@verona.example' type='chat'><body>hi</body></message>");
    romeo.is_refused("set", query("<remove/><username>romeo</username>"), "bad-request");
    CHECK(romeo.sets(query("<remove/>")).empty());
    CHECK(romeo.ended_with() == "not-authorized");
    CHECK(street.ended_with() == "not-authorized");
    CHECK_FALSE(romeo.is_connected());
    juliet.receives_somewhere("<presence type='unsubscribed' from='romeo@verona.example' to='juliet@verona.example'/>");
    for (const std::string resource : {"orchard", "street"})
        juliet.receives_somewhere("<presence type='unavailable' from='romeo@verona.example/" + resource + "' to='juliet@verona.example'/>");
    while (juliet.has_received()) CHECK(juliet.next().attribute("type") != "unavailable");
    CHECK(juliet.gets("<query xmlns='jabber:iq:roster'/>").find("subscription='none'") != std::string::npos);
    juliet.is_refused("get", "<vCard xmlns='vcard-temp'/>", "service-unavailable", "romeo@verona.example");
    bool is_erased = false;
    play.host.users().keep_marks();
    play.host.store().load("romeo@verona.example", {"last-activity", "vcard", "delivered", "roster", "account"},
                           [&](const auto& loaded) { is_erased = loaded->records.empty() && loaded->last_entry_id == 0; });
    CHECK(is_erased);
    auto& heir = play.host.login("romeo@verona.example/orchard");
    CHECK(same_xml("<query xmlns='jabber:iq:roster'/>", heir.gets("<query xmlns='jabber:iq:roster'/>")));
}

TEST_CASE("XEP-0077 3.2: an account that could not be erased stays") {
    Verona play;
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    play.host.store().refuse_next(store::Refusal::internal_error);
    romeo.is_refused("set", query("<remove/>"), "resource-constraint");
    CHECK(romeo.is_connected());
    CHECK(romeo.gets("<ping xmlns='urn:xmpp:ping'/>").empty());
}
