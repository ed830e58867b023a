// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xmpp/entity_caps.h"

#include <doctest/doctest.h>

namespace {

std::optional<std::string> version_of(const std::string& inside) {
    return xmpp::caps_version(*xml::parse_element("<query xmlns='http://jabber.org/protocol/disco#info' node='n'>" + inside + "</query>"));
}

const std::string exodus = "<identity category='client' name='Exodus 0.9.1' type='pc'/>";
const std::string chat_features = "<feature var='http://jabber.org/protocol/muc'/><feature var='http://jabber.org/protocol/disco#items'/>"
                                  "<feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#info'/>";
const std::string psi = "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"
                        "<identity xml:lang='el' category='client' name='\u03a8 0.11' type='pc'/>";

std::string form(const std::string& fields) { return "<x xmlns='jabber:x:data' type='result'>" + fields + "</x>"; }
std::string form_type(const std::string& values, const std::string& type = "hidden") {
    return "<field var='FORM_TYPE' type='" + type + "'>" + values + "</field>";
}
const std::string software = "<value>urn:xmpp:dataforms:softwareinfo</value>";
const std::string about = "<field var='software_version'><value>0.11</value></field><field var='software'><value>Psi</value></field>"
                          "<field var='ip_version' type='text-multi'><value>ipv6</value><value>ipv4</value></field>"
                          "<field var='os_version'><value>10.5.1</value></field><field var='os'><value>Mac</value></field>";

}  // namespace

TEST_CASE("XEP-0115 5.2: the simple example, whatever the order of the features") {
    CHECK(version_of(exodus + chat_features) == "QgayPKawpkPSDYmwT/WM94uAlu0=");
    CHECK(version_of(chat_features + exodus) == "QgayPKawpkPSDYmwT/WM94uAlu0=");
}

TEST_CASE("XEP-0115 5.3: the complex example, whatever the order of identities, fields and values") {
    CHECK(version_of(psi + chat_features + form(form_type(software) + about)) == "q07IKJEyjvHSyhy//CH0CxmKi8w=");
    CHECK(version_of(form(about + form_type(software)) + chat_features + psi) == "q07IKJEyjvHSyhy//CH0CxmKi8w=");
}

TEST_CASE("XEP-0115 5.4 3.3 to 3.5: what is there twice makes the whole ill-formed") {
    CHECK_FALSE(version_of(exodus + exodus + chat_features));
    CHECK_FALSE(version_of(exodus + chat_features + "<feature var='http://jabber.org/protocol/muc'/>"));
    CHECK_FALSE(version_of(psi + chat_features + form(form_type(software) + about) + form(form_type(software))));
    CHECK_FALSE(version_of(psi + chat_features + form(form_type(software + "<value>urn:other</value>") + about)));
    CHECK(version_of(psi + chat_features + form(form_type(software + software) + about)) == "q07IKJEyjvHSyhy//CH0CxmKi8w=");
}

TEST_CASE("XEP-0115 5.4 3.6: a form without a hidden FORM_TYPE is ignored") {
    for (const std::string& ignored : {form(about), form(form_type(software, "text-single") + about)})
        CHECK(version_of(exodus + chat_features + ignored) == "QgayPKawpkPSDYmwT/WM94uAlu0=");
}

TEST_CASE("XEP-0115 5.1: forms are sorted by FORM_TYPE, and each says something") {
    const std::string one = form(form_type("<value>urn:a</value>")), other = form(form_type("<value>urn:b</value>"));
    CHECK(version_of(exodus + one + other) == version_of(other + exodus + one));
    CHECK(version_of(exodus + one) != version_of(exodus + other));
}
