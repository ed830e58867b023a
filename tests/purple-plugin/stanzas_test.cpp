// SPDX-License-Identifier: MIT
// What the plugin decides by looking at a stanza alone.
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/registration.h"

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
