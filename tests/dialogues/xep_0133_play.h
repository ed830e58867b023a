// SPDX-License-Identifier: MIT
// XEP-0133 played: the prince administers Verona.
#pragma once
#include "support/test_host.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

struct Administered {
    using Fields = std::vector<std::pair<std::string, std::string>>;  // of one value each; a name may come again

    explicit Administered(const xmpp::Words& welcome = {})
        : host("verona.example", {[this, welcome](routing::Feature& feature) {
              modules::Choices chosen = choices();
              chosen.administrators = {*xmpp::parse_jid("escalus@verona.example")};
              chosen.welcome = welcome;
              chosen.stop = [this] { ++stops; };
              add_chosen(feature, chosen);
          }}) {}

    static std::string command(const std::string& name, const std::string& attributes = "", const std::string& inside = "") {
        return "<command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#" + name + "'" + attributes + ">" + inside + "</command>";
    }
    static std::string filled(const Fields& fields) {
        std::string form = "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field>";
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const bool is_new = i == 0 || fields[i - 1].first != fields[i].first;
            if (is_new) form += (i == 0 ? "" : "</field>") + ("<field var='" + fields[i].first + "'>");
            form += "<value>" + fields[i].second + "</value>";
        }
        return form + (fields.empty() ? "" : "</field>") + "</x>";
    }
    xml::Element begin(const std::string& name) { return *xml::parse_element(prince.sets(command(name), "verona.example")); }
    static std::string session(const xml::Element& shown) { return " sessionid='" + std::string(*shown.attribute("sessionid")) + "'"; }
    // Runs a command with one form to its end; what it answered.
    std::string run(const std::string& name, const Fields& fields) {
        const std::string answer = prince.sets(command(name, session(begin(name)), filled(fields)), "verona.example");
        CHECK_MESSAGE(answer.find("status='completed'") != std::string::npos, answer);
        return answer;
    }
    // The same, refused.
    void refused(const std::string& name, const Fields& fields, const std::string& condition) {
        prince.is_refused("set", command(name, session(begin(name)), filled(fields)), condition, "verona.example");
    }
    routing::Account& account(const std::string& jid) {
        routing::Account* found = nullptr;
        host.users().when_loaded(*xmpp::parse_jid(jid), [&](routing::Account* loaded) { found = loaded; });
        REQUIRE(found != nullptr);
        return *found;
    }

    int stops = 0;
    TestHost host;
    TestClient& prince = host.login("escalus@verona.example/palace");
};
