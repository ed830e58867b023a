// SPDX-License-Identifier: MIT
// RFC 6121 8.5, row by row: what becomes of a stranger's stanza, by its kind, its type, its address and who is there.
#include "support/test_host.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <set>

namespace {

const std::string bare = "juliet@verona.example";
const std::string match = bare + "/match";
const std::string no_match = bare + "/gone";

// Which clients Juliet has. Several: two share the highest priority, "match" has less, "robot" is negative.
enum class Who { nobody, away, silent, negative, one, several };
constexpr std::array everybody = {Who::nobody, Who::away, Who::silent, Who::negative, Who::one, Who::several};

// Paris, whom she does not know: a client of her server, or one behind a component.
struct Verona {
    TestHost host{"verona.example", {add_everything}};
    std::map<std::string, TestClient*> clients;
    TestClient* paris = nullptr;
    std::vector<std::string> answers;

    Verona(Who who, bool is_local) {
        if (who != Who::nobody) host.make_account(bare);
        if (who == Who::silent) clients["match"] = &host.connect(match);
        if (who == Who::negative) arrives("match", -1);
        if (who == Who::one || who == Who::several) arrives("match", 0);
        if (who == Who::several)
            for (const auto& [resource, priority] : {std::pair("high", 5), std::pair("tied", 5), std::pair("robot", -1)}) arrives(resource, priority);
        for (const auto& [resource, client] : clients) client->forget_received();
        if (is_local) paris = &host.login("paris@verona.example/church");
        if (is_local) return;
        host.router().serve("mantua.example", [this](const xmpp::AnyStanza& stanza) { answers.push_back(xml::to_string(xmpp::common(stanza).element())); });
    }
    void arrives(const std::string& resource, int priority) {
        clients[resource] = &host.connect(bare + "/" + resource);
        clients[resource]->sends("<presence><priority>" + std::to_string(priority) + "</priority></presence>");
    }
    void send(const std::string& name, const std::string& to, const std::string& type, const std::string& inside) {
        const std::string attributes = " id='1' to='" + to + "'" + (type.empty() ? "" : " type='" + type + "'") + ">";
        if (paris)
            paris->sends("<" + name + attributes + inside + "</" + name + ">");
        else
            host.arrives("<" + name + " from='paris@mantua.example/church'" + attributes + inside + "</" + name + ">");
    }
    // What came back to Paris, but for what his own server tells him of his own roster.
    std::vector<std::string> answered() {
        while (paris && paris->has_received()) {
            const xml::Element stanza = paris->next();
            if (stanza.attribute("from").value_or("").starts_with(bare)) answers.push_back(xml::to_string(stanza));
        }
        return answers;
    }
};

bool is_of_paris(const xml::Element& stanza, const std::string& name) {
    return stanza.is({xml::stanza_ns, name}) && stanza.attribute("from").value_or("").starts_with("paris@");
}

// How often Paris's stanza came to that client.
int count(TestClient& client, const std::string& name) {
    int found = 0;
    while (client.has_received()) found += is_of_paris(client.next(), name);
    return found;
}

// The resources that got it, each once.
std::set<std::string> receivers(Verona& play, const std::string& name) {
    std::set<std::string> got;
    for (const auto& [resource, client] : play.clients) {
        const int times = count(*client, name);
        CHECK(times <= 1);
        if (times > 0) got.insert(resource);
    }
    return got;
}

// Who gets it: D the client that is addressed, M those of the highest priority, A all that are not negative, P all that
// are available; O it waits for the next login, R is P and O, E the sender has an error, U he hears 'unsubscribed', S
// nothing happens.
std::set<std::string> expected_receivers(char outcome, Who who) {
    if (outcome == 'D' || ((outcome == 'M' || outcome == 'A') && who == Who::one)) return {"match"};
    if (outcome == 'M') return {"high", "tied"};
    if (outcome == 'A') return {"high", "match", "tied"};
    if (outcome != 'P' && outcome != 'R') return {};
    return who == Who::several ? std::set<std::string>{"high", "match", "robot", "tied"} : std::set<std::string>{"match"};
}

std::string condition_in(const std::string& answer) {
    const auto stanza = xml::parse_element(answer);
    const auto error = stanza->child({xml::stanza_ns, "error"});
    return error ? std::string(xmpp::to_string(xmpp::parse_stanza_error(*error).condition)) : std::string(stanza->attribute("type").value_or(""));
}

void check_answer(Verona& play, char outcome) {
    const auto answers = play.answered();
    const bool is_unheard = outcome == 'U' && play.paris;  // who never asked is not told (RFC 6121 3.2.3)
    const bool is_answered = (outcome == 'E' || outcome == 'U') && !is_unheard;
    REQUIRE(answers.size() == (is_answered ? 1 : 0));
    if (is_answered) CHECK(condition_in(answers.front()) == (outcome == 'E' ? "service-unavailable" : "unsubscribed"));
}

// Juliet's next client, or that of one who takes the name later, gets what waited, and only that.
void check_login(Verona& play, const std::string& name, char outcome) {
    auto& later = play.host.connect(bare + "/later");
    later.sends("<presence/>");
    CHECK(count(later, name) == (outcome == 'O' || outcome == 'R' ? 1 : 0));
}

struct Column {
    std::string type, inside;
};
struct Row {
    const char* rule;
    Who who;
    const std::string& to;
    std::string_view expected;  // a letter for each column
};

void check_cell(const std::string& name, const Row& row, const Column& column, char outcome) {
    for (const bool is_local : {true, false}) {
        CAPTURE(row.rule);
        CAPTURE(static_cast<int>(row.who));
        CAPTURE(row.to);
        CAPTURE(column.type);
        Verona play(row.who, is_local);
        play.send(name, row.to, column.type, column.inside);
        CHECK(receivers(play, name) == expected_receivers(outcome, row.who));
        check_answer(play, outcome);
        check_login(play, name, outcome);
    }
}

template <class Rows, class Columns>
void check_table(const std::string& name, const Rows& rows, const Columns& columns) {
    for (const Row& row : rows) {
        REQUIRE(row.expected.size() == columns.size());
        for (std::size_t i = 0; i < columns.size(); ++i) check_cell(name, row, columns[i], row.expected[i]);
    }
}

}  // namespace

TEST_CASE("RFC 6121 8.5.4, 5.2.2: messages, each cell of the table, errors, and a type that nobody knows") {
    const std::string body = "<body>hello</body>";
    const std::array columns = {Column{"normal", body}, Column{"chat", body}, Column{"groupchat", body}, Column{"headline", body}, Column{"error", body},
                              Column{"telegram", body}};  // a type that nobody knows is normal (5.2.2)
    const std::array rows = {
        Row{"8.5.1", Who::nobody, bare, "SSESSS"},          Row{"8.5.1", Who::nobody, no_match, "ESESSE"},
        Row{"8.5.2.2.1", Who::away, bare, "OOESSO"},        Row{"8.5.3.2.1", Who::away, no_match, "EOESSE"},
        Row{"8.5.2.2.1", Who::silent, bare, "OOESSO"},      Row{"8.5.3.1", Who::silent, match, "DDDDDD"},
        Row{"8.5.3.2.1", Who::silent, no_match, "EOESSE"},  Row{"8.5.2.2.1", Who::negative, bare, "OOESSO"},
        Row{"8.5.3.1", Who::negative, match, "DDDDDD"},     Row{"8.5.3.2.1", Who::negative, no_match, "EOESSE"},
        Row{"8.5.2.1.1", Who::one, bare, "DDEASD"},         Row{"8.5.3.1", Who::one, match, "DDDDDD"},
        Row{"8.5.3.2.1", Who::one, no_match, "EDESSE"},     Row{"8.5.2.1.1", Who::several, bare, "MMEASM"},
        Row{"8.5.3.1", Who::several, match, "DDDDDD"},      Row{"8.5.3.2.1", Who::several, no_match, "EMESSE"},
    };
    check_table("message", rows, columns);
}

TEST_CASE("RFC 6121 8.5.1, 8.5.2.1.2, 8.5.2.2.2, 8.5.3.1, 8.5.3.2.2: presence, of each type") {
    const std::array columns = {Column{"", ""}, Column{"unavailable", ""}, Column{"subscribe", ""}, Column{"subscribed", ""},
                                Column{"unsubscribe", ""}, Column{"unsubscribed", ""}, Column{"probe", ""}};
    const std::array rows = {
        Row{"8.5.1", Who::nobody, bare, "SSSSSSU"},          Row{"8.5.1", Who::nobody, no_match, "SSSSSSU"},
        Row{"8.5.2.2.2", Who::away, bare, "SSOSSSU"},        Row{"8.5.3.2.2", Who::away, no_match, "SSOSSSU"},
        Row{"8.5.2.2.2", Who::silent, bare, "SSOSSSU"},      Row{"8.5.3.1", Who::silent, match, "DDOSSSU"},
        Row{"8.5.3.2.2", Who::silent, no_match, "SSOSSSU"},  Row{"8.5.2.1.2", Who::negative, bare, "PPRSSSU"},
        Row{"8.5.3.1", Who::negative, match, "DDRSSSU"},     Row{"8.5.3.2.2", Who::negative, no_match, "SSRSSSU"},
        Row{"8.5.2.1.2", Who::one, bare, "PPRSSSU"},         Row{"8.5.3.1", Who::one, match, "DDRSSSU"},
        Row{"8.5.3.2.2", Who::one, no_match, "SSRSSSU"},     Row{"8.5.2.1.2", Who::several, bare, "PPRSSSU"},
        Row{"8.5.3.1", Who::several, match, "DDRSSSU"},      Row{"8.5.3.2.2", Who::several, no_match, "SSRSSSU"},
    };
    check_table("presence", rows, columns);
}

TEST_CASE("RFC 6121 8.5.1, 8.5.2.1.3, 8.5.2.2.3, 8.5.3.1, 8.5.3.2.3: IQs, of each type") {
    const std::string query = "<query xmlns='urn:example:unknown'/>";
    const std::string error = "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    const std::array columns = {Column{"get", query}, Column{"set", query}, Column{"result", query}, Column{"error", error}};
    std::vector<Row> rows;
    for (const Who who : everybody) {
        rows.push_back({"8.5.2", who, bare, "EESS"});
        rows.push_back({"8.5.3.2.3", who, no_match, "EESS"});
        if (who != Who::nobody && who != Who::away) rows.push_back({"8.5.3.1", who, match, "DDDD"});
    }
    check_table("iq", rows, columns);
}

namespace {

struct Sent {
    std::string name, type, inside;
};

// What somebody might try who wants to know whether there is such an account.
std::vector<Sent> attempts() {
    std::vector<Sent> all;
    for (const std::string type : {"normal", "chat", "groupchat", "headline", "error"})
        for (const std::string inside : {"<body>hello</body>", "<body>hello</body><no-store xmlns='urn:xmpp:hints'/>",
                                         "<active xmlns='http://jabber.org/protocol/chatstates'/>", "<subject>hello</subject>"})
            all.push_back({"message", type, inside});
    for (const std::string type : {"", "unavailable", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe"})
        all.push_back({"presence", type, ""});
    for (const std::string type : {"get", "set"})
        for (const auto& [tag, ns] : {std::pair("query", "jabber:iq:roster"), std::pair("query", "http://jabber.org/protocol/disco#info"),
                                      std::pair("query", "http://jabber.org/protocol/disco#items"), std::pair("vCard", "vcard-temp"),
                                      std::pair("query", "jabber:iq:last"), std::pair("query", "jabber:iq:version"), std::pair("time", "urn:xmpp:time"),
                                      std::pair("ping", "urn:xmpp:ping"), std::pair("query", "jabber:iq:private"), std::pair("query", "jabber:iq:register"),
                                      std::pair("query", "jabber:iq:search"), std::pair("query", "urn:xmpp:mam:2"), std::pair("prefs", "urn:xmpp:mam:2"),
                                      std::pair("metadata", "urn:xmpp:mam:2"), std::pair("blocklist", "urn:xmpp:blocking"), std::pair("block", "urn:xmpp:blocking"),
                                      std::pair("enable", "urn:xmpp:carbons:2"), std::pair("session", "urn:ietf:params:xml:ns:xmpp-session"),
                                      std::pair("services", "urn:xmpp:extdisco:2"), std::pair("standing", "urn:server-core:standing"),
                                      std::pair("command", "http://jabber.org/protocol/commands"), std::pair("query", "urn:example:unknown")})
            all.push_back({"iq", type, "<" + std::string(tag) + " xmlns='" + ns + "'/>"});
    for (const std::string action : {"<items node='http://jabber.org/protocol/tune'/>", "<items node='urn:xmpp:vcard4'/>", "<subscriptions/>",
                                     "<affiliations/>", "<subscribe node='n' jid='paris@verona.example'/>", "<publish node='n'><item/></publish>",
                                     "<retract node='n'><item id='i'/></retract>", "<create node='n'/>", "<unsubscribe node='n' jid='paris@verona.example'/>"})
        for (const std::string type : {"get", "set"}) all.push_back({"iq", type, "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + action + "</pubsub>"});
    for (const std::string action : {"<configure node='n'/>", "<default/>", "<delete node='n'/>", "<purge node='n'/>", "<affiliations node='n'/>"})
        for (const std::string type : {"get", "set"}) all.push_back({"iq", type, "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>" + action + "</pubsub>"});
    return all;
}

// What comes back for each attempt, where she has been there before and left what others do not see.
std::vector<std::string> answers_to(Who who, const std::string& to, bool is_local) {
    std::vector<std::string> found;
    Verona play(who, is_local);
    if (who != Who::nobody) {
        auto& juliet = play.host.login(bare + "/before");
        juliet.sets("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='http://jabber.org/protocol/tune'><item id='current'>"
                    "<tune xmlns='http://jabber.org/protocol/tune'/></item></publish></pubsub>");
        juliet.sets("<query xmlns='jabber:iq:private'><notes xmlns='urn:example:notes'>mine</notes></query>");
        juliet.sets("<query xmlns='jabber:iq:roster'><item jid='nurse@verona.example'/></query>");
        juliet.logs_out();
    }
    for (const Sent& sent : attempts()) {
        play.answers.clear();
        play.send(sent.name, to, sent.type, sent.inside);
        std::string all = sent.name + ' ' + sent.type + ' ' + sent.inside + " ->";
        for (const std::string& answer : play.answered()) all += ' ' + answer;
        found.push_back(all);
    }
    return found;
}

}  // namespace

TEST_CASE("DESIGN 4.4, RFC 6121 8.5.1: to a stranger a name that nobody has is answered as one that somebody has") {
    for (const bool is_local : {true, false})
        for (const std::string& to : {bare, no_match}) {
            const auto nobody = answers_to(Who::nobody, to, is_local);
            for (const Who who : everybody) {
                const auto somebody = answers_to(who, to, is_local);
                REQUIRE(somebody.size() == nobody.size());
                for (std::size_t i = 0; i < nobody.size(); ++i) CHECK(somebody[i] == nobody[i]);
            }
        }
}

TEST_CASE("XEP-0160 4, XEP-0359 5: the server says that messages wait, it and each account that they have ids") {
    TestHost host("verona.example", {add_everything});
    auto& juliet = host.login(bare + "/balcony");
    const auto says = [&](const std::string& whom, const std::string& feature) {
        return juliet.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", whom).find(feature) != std::string::npos;
    };
    CHECK(says("verona.example", "msgoffline"));
    for (const std::string& whom : {bare, std::string("verona.example")}) CHECK(says(whom, "urn:xmpp:sid:0"));
}
