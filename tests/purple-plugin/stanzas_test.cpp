// SPDX-License-Identifier: MIT
// What the plugin decides by looking at a stanza alone.
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/registration.h"
#include "purple-plugin/transfers.h"

#include <doctest/doctest.h>
#include <utility>

using namespace purple_plugin;

// libpurple counts its nodes for D-Bus, where it was built with that.
extern "C" [[gnu::weak]] void purple_dbus_init_ids();

namespace {

Node parse(const std::string& xml) {
    if (static bool once = true; std::exchange(once, false) && purple_dbus_init_ids != nullptr) purple_dbus_init_ids();
    Node node(xmlnode_from_str(xml.c_str(), -1));
    REQUIRE(node != nullptr);
    return node;
}

// The JIDs that remain in an offer of these streamhosts.
std::string remaining(const std::string& type, const std::string& ns, const std::string& hosts) {
    const auto iq = parse("<iq type='" + type + "'><query xmlns='" + ns + "' sid='s'>" + hosts + "</query></iq>");
    prefer_proxy(iq.get());
    std::string jids;
    for (auto* host = xmlnode_get_child(xmlnode_get_child(iq.get(), "query"), "streamhost"); host != nullptr;
         host = xmlnode_get_next_twin(host))
        jids += std::string(xmlnode_get_attrib(host, "jid")) + ' ';
    return jids;
}

const std::string bytestreams = "http://jabber.org/protocol/bytestreams";
const std::string own =
    "<streamhost jid='a@b.org/r' host='10.0.0.1' port='1'/><streamhost jid='a@b.org/r' host='::1' port='1'/>";
const std::string proxy = "<streamhost jid='proxy.b.org' host='p' port='7777'/>";

bool ours(const std::string& fields) {
    return asks_name_and_password_only(parse("<query xmlns='jabber:iq:register'>" + fields + "</query>").get());
}

std::string form(const std::string& more) {
    return "<x xmlns='jabber:x:data' type='form'><field type='hidden' "
           "var='FORM_TYPE'><value>jabber:iq:register</value></field>"
           "<field type='text-single' var='username'><required/></field>"
           "<field type='text-private' var='password'><required/></field>" +
           more + "</x>";
}

} // namespace

TEST_CASE("XEP-0065 5.3.1: an offer keeps the proxy and drops our own addresses") {
    CHECK(remaining("set", bytestreams, own + proxy) == "proxy.b.org ");
    CHECK(remaining("set", bytestreams, proxy + own + proxy) == "proxy.b.org proxy.b.org ");
}

TEST_CASE("without a proxy our own addresses are offered") {
    CHECK(remaining("set", bytestreams, own) == "a@b.org/r a@b.org/r ");
    CHECK(remaining("set", bytestreams, "") == "");
}

TEST_CASE("what is no offer of bytestreams stays as it is") {
    CHECK(remaining("result", bytestreams, own + proxy) == "a@b.org/r a@b.org/r proxy.b.org ");
    CHECK(remaining("set", "other", own + proxy) == "a@b.org/r a@b.org/r proxy.b.org ");
    const auto message = parse("<message><body>x</body></message>");
    prefer_proxy(message.get());
    CHECK(xmlnode_get_child(message.get(), "body") != nullptr);
}

TEST_CASE("XEP-0077 3.1: a form for name and password is ours to fill, any other the user's") {
    CHECK(ours("<instructions>Choose</instructions><username/><password/>"));
    CHECK(ours("<username/><password/>" + form("")));
    CHECK(ours(form("")));
    CHECK(ours(form("<field var='nick'/>")));
    CHECK_FALSE(ours("<username/><password/><email/>"));
    CHECK_FALSE(ours(form("<field var='ocr'><required/></field>")));
    CHECK_FALSE(ours("<username/><password/>" + form("<field var='ocr'><required/></field>")));
    CHECK_FALSE(ours("<instructions>Visit our page</instructions>"));
    CHECK_FALSE(ours(""));
}
