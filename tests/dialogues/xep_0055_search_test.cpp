// SPDX-License-Identifier: MIT
// XEP-0055: Romeo looks for people, as Pidgin's 'Search for users' does.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string service = "search.verona.example";
const std::string fields = "<query xmlns='jabber:iq:search'/>";

std::string query(const std::string& wishes) { return "<query xmlns='jabber:iq:search'>" + wishes + "</query>"; }
std::string form(const std::string& var, const std::string& value) {
    return query("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>jabber:iq:search</value></field>"
                 "<field var='" + var + "'><value>" + value + "</value></field></x>");
}
std::string card(const std::string& given, const std::string& family, const std::string& more = {}) {
    return "<vCard xmlns='vcard-temp'><N><GIVEN>" + given + "</GIVEN><FAMILY>" + family + "</FAMILY></N>" + more + "</vCard>";
}
std::string item(const std::string& local, const std::string& first, const std::string& last, const std::string& nick, const std::string& email) {
    return "<item jid='" + local + "@verona.example'><first>" + first + "</first><last>" + last + "</last><nick>" + nick +
           "</nick><email>" + email + "</email></item>";
}
const std::string helene = item("helene.l", "Hélène", "L'Écuyer", "Léna", "helene@verona.example");

struct Verona {
    TestHost host;
    TestClient& romeo = host.login("romeo@verona.example/orchard");
    TestClient& someone = host.login("helene.l@verona.example/balcony");
    explicit Verona(modules::Search search = modules::Search::opt_in) : host("verona.example", {[search](routing::Feature& feature) {
        auto chosen = choices();
        chosen.search = search;
        add_chosen(feature, chosen);
    }}) {
        someone.sets(card("Hélène", "L'Écuyer", "<NICKNAME>Léna</NICKNAME><EMAIL><INTERNET/><USERID>helene@verona.example</USERID></EMAIL>"));
    }
    std::string finds(const std::string& wishes) { return romeo.sets(query(wishes), service); }
};
const std::string nobody = query("");

}  // namespace

TEST_CASE("XEP-0055 1, XEP-0030: the service is found among the server's items, as a directory of users") {
    Verona play;
    CHECK(play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", "verona.example").find(service) != std::string::npos);
    const std::string info = play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", service);
    CHECK(same_xml("<query xmlns='http://jabber.org/protocol/disco#info'><identity category='directory' type='user' name='People'/>"
                   "<feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/disco#items'/>"
                   "<feature var='jabber:iq:search'/><feature var='http://jabber.org/protocol/rsm'/><feature var='urn:xmpp:ping'/></query>", info));
    CHECK(play.romeo.gets("<ping xmlns='urn:xmpp:ping'/>", service).empty());
    play.romeo.is_refused("get", "<vCard xmlns='vcard-temp'/>", "service-unavailable", service);
    play.romeo.is_refused("get", fields, "service-unavailable", "romeo@" + service);
    play.romeo.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>", "item-not-found", service);
}

TEST_CASE("XEP-0055 2.1, 3: the fields are told, plain and as a form, in the language of who asks") {
    Verona play;
    const auto told = [](const std::string& how, const std::string& title, const std::array<std::string, 4>& labels) {
        const std::array<std::string, 4> names{"first", "last", "nick", "email"};
        std::string plain, in_form;
        for (std::size_t i = 0; i < 4; ++i) {
            plain += "<" + names[i] + "/>";
            in_form += "<field var='" + names[i] + "' type='text-single' label='" + labels[i] + "'/>";
        }
        return query("<instructions>" + how + "</instructions>" + plain + "<x xmlns='jabber:x:data' type='form'><title>" + title +
                     "</title><instructions>" + how + "</instructions><field var='FORM_TYPE' type='hidden'><value>jabber:iq:search</value></field>" +
                     in_form + "</x>");
    };
    CHECK(same_xml(told("Type at least two letters of a name.", "Search for people",
                        {"Given name", "Family name", "Nickname", "Email address"}), play.romeo.gets(fields, service)));
    play.romeo.sends("<iq type='get' id='f' to='" + service + "' xml:lang='fr'>" + fields + "</iq>");
    CHECK(play.romeo.next().first_child()->child_text({"jabber:iq:search", "instructions"}).find("Tapez") == 0);
}

TEST_CASE("XEP-0055 2.1: any part of a name is found, whatever its case and accents; all that is asked for must fit") {
    Verona play;
    for (const std::string wish : {"<first>helene</first>", "<last>ECUYER</last>", "<nick>én</nick>", "<email>HELENE@</email>",
                                   "<first>Hél*</first>", "<first>lene</first><last>cuy</last>"}) {
        CAPTURE(wish);
        CHECK(same_xml(query(helene), play.finds(wish)));
    }
    CHECK(same_xml(nobody, play.finds("<first>Juliette</first>")));
    CHECK(same_xml(nobody, play.finds("<first>helene</first><last>Dupont</last>")));
}

TEST_CASE("XEP-0055 3: who sends a form gets a form, with the columns it reports") {
    Verona play;
    const std::string found = play.romeo.sets(form("first", "helene"), service);
    const auto value = [](const std::string& var, const std::string& text) { return "<field var='" + var + "'><value>" + text + "</value></field>"; };
    CHECK(same_xml(query("<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>jabber:iq:search</value></field>"
                         "<reported><field var='jid' type='jid-single' label='JID'/><field var='first' type='text-single' label='Given name'/>"
                         "<field var='last' type='text-single' label='Family name'/><field var='nick' type='text-single' label='Nickname'/>"
                         "<field var='email' type='text-single' label='Email address'/></reported><item>" +
                         value("jid", "helene.l@verona.example") + value("first", "Hélène") + value("last", "L'Écuyer") +
                         value("nick", "Léna") + value("email", "helene@verona.example") + "</item></x>"), found));
    CHECK(play.romeo.sets(query("<x xmlns='jabber:x:data' type='cancel'/>"), service).empty());
    play.romeo.is_refused("set", query("<x xmlns='jabber:x:data' type='form'/>"), "bad-request", service);
}

TEST_CASE("docs/decisions/0052: too little is asked for, and nobody from elsewhere asks") {
    Verona play;
    for (const std::string wish : {"", "<first>h</first>", "<first>*</first>", "<first> </first>"})
        play.romeo.is_refused("set", query(wish), "not-acceptable", service);
    play.romeo.is_refused("set", query("<first>" + std::string(256, 'h') + "</first>"), "not-acceptable", service);
    play.host.router().serve("mantua.example", [&](const xmpp::AnyStanza& stanza) {
        CHECK(xmpp::common(stanza).is_error());
    });
    play.host.arrives("<iq type='set' id='1' from='paris@mantua.example/x' to='" + service + "'>" + query("<first>helene</first>") + "</iq>");
}

TEST_CASE("docs/decisions/0052: found is who has a card, until it is taken back, hidden, or the account ends") {
    Verona play;
    CHECK(same_xml(nobody, play.finds("<first>romeo</first>")));
    play.host.restarts();
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    const auto finds = [&] { return romeo.sets(query("<last>ecuyer</last>"), service); };
    CHECK(same_xml(query(helene), finds()));
    auto& someone = play.host.login("helene.l@verona.example/balcony");
    someone.sets(card("Hélène", "L'Écuyer", "<CLASS><CONFIDENTIAL/></CLASS>"));
    CHECK(same_xml(nobody, finds()));
    someone.sets(card("Hélène", "L'Écuyer", "<CLASS><PUBLIC/></CLASS>"));
    CHECK(finds().find("helene.l") != std::string::npos);
    someone.sets("<vCard xmlns='vcard-temp'/>");
    CHECK(same_xml(nobody, finds()));
    someone.sets(card("Hélène", "L'Écuyer"));
    CHECK(finds().find("helene.l") != std::string::npos);
    someone.sets("<query xmlns='jabber:iq:register'><remove/></query>");
    CHECK(same_xml(nobody, finds()));
}

TEST_CASE("docs/decisions/0052: search=all finds accounts by their names, search=off has no service") {
    Verona play(modules::Search::all);
    play.host.make_account("jean-luc.picard@verona.example");
    CHECK(same_xml(query(item("jean-luc.picard", "Jean-Luc", "Picard", "", "")), play.finds("<first>jean</first><last>PIC</last>")));
    Verona off(modules::Search::off);
    off.romeo.is_refused("get", fields, "remote-server-not-found", service);
}

TEST_CASE("XEP-0059 3: at most a hundred are told at once, the rest by pages") {
    Verona play(modules::Search::all);
    for (int i = 100; i < 250; ++i) play.host.make_account("anna" + std::to_string(i) + "@verona.example");
    const auto count = [](const std::string& text) {
        std::size_t found = 0;
        for (std::size_t at = text.find("<item "); at != std::string::npos; at = text.find("<item ", at + 1)) ++found;
        return found;
    };
    CHECK(count(play.finds("<first>anna</first>")) == 100);
    const std::string page = play.finds("<first>anna</first><set xmlns='http://jabber.org/protocol/rsm'><max>2</max>"
                                        "<after>anna100@verona.example</after></set>");
    CHECK(count(page) == 2);
    CHECK(page.find("anna101") != std::string::npos);
    CHECK(page.find("<count>150</count>") != std::string::npos);
    CHECK(count(play.finds("<first>anna</first><set xmlns='http://jabber.org/protocol/rsm'><max>1000</max></set>")) == 100);
    play.romeo.is_refused("set", query("<first>anna</first><set xmlns='http://jabber.org/protocol/rsm'><max>x</max></set>"), "bad-request", service);
    play.romeo.is_refused("set", query("<first>anna</first><set xmlns='http://jabber.org/protocol/rsm'><after>x</after></set>"), "item-not-found", service);
}

TEST_CASE("XEP-0055: cards that were there before the directory was are found") {
    Verona play;
    play.host.store().commit({store::EraseDrawer{"verona.example", "directory"}}, [](auto) {});
    play.host.restarts();
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    CHECK(same_xml(query(helene), romeo.sets(query("<first>helene</first>"), service)));
}

TEST_CASE("DESIGN 4.1: a card that the disk refused is not found") {
    Verona play;
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    play.someone.is_refused("set", card("Juliette", "C"), "resource-constraint");
    CHECK(same_xml(nobody, play.finds("<first>juliette</first>")));
}
