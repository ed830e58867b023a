// SPDX-License-Identifier: MIT
// XEP-0157: whom to write to, in the server's disco#info.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

TestHost::Add with_contacts(std::vector<std::pair<std::string, std::vector<std::string>>> contacts) {
    return [contacts](routing::Feature& feature) {
        modules::Choices chosen = choices();
        chosen.contacts = contacts;
        add_chosen(feature, chosen);
    };
}

}  // namespace

TEST_CASE("XEP-0157 3, XEP-0128 2: the addresses stand in a result form of serverinfo, for the server alone") {
    TestHost host("verona.example", {with_contacts({{"abuse-addresses", {"mailto:abuse@verona.example"}},
                                                    {"support-addresses", {"xmpp:nurse@verona.example", "https://verona.example/help"}}})});
    auto& romeo = host.login("romeo@verona.example/orchard");
    const std::string form =
        "<x xmlns='jabber:x:data' type='result'>"
        "<field var='FORM_TYPE' type='hidden'><value>http://jabber.org/network/serverinfo</value></field>"
        "<field var='abuse-addresses' type='list-multi'><value>mailto:abuse@verona.example</value></field>"
        "<field var='support-addresses' type='list-multi'><value>xmpp:nurse@verona.example</value>"
        "<value>https://verona.example/help</value></field></x>";
    CHECK(romeo.gets(info, "verona.example").find(form) != std::string::npos);
    CHECK(romeo.gets(info, "romeo@verona.example").find("serverinfo") == std::string::npos);
}

TEST_CASE("XEP-0157 3: without addresses there is no form") {
    TestHost host("verona.example", {add_everything});
    auto& romeo = host.login("romeo@verona.example/orchard");
    CHECK(romeo.gets(info, "verona.example").find("serverinfo") == std::string::npos);
}
