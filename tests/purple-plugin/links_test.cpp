// SPDX-License-Identifier: MIT
// Addresses of files: those that are used, and those that are shown.
#include "purple-plugin/https_url.h"
#include "purple-plugin/links.h"
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/upload_service.h"
#include "purple-plugin/uploads.h"

#include <doctest/doctest.h>
#include <string>
#include <utility>

using namespace purple_plugin;

// libpurple counts its nodes for D-Bus, where it was built with that.
extern "C" [[gnu::weak]] void purple_dbus_init_ids();

namespace {

Node message(const std::string& content) {
    if (static bool once = true; std::exchange(once, false) && purple_dbus_init_ids != nullptr) purple_dbus_init_ids();
    Node node(xmlnode_from_str(("<message xmlns='jabber:client'>" + content + "</message>").c_str(), -1));
    REQUIRE(node != nullptr);
    return node;
}

std::string oob(const std::string& url) { return "<x xmlns='jabber:x:oob'><url>" + url + "</url></x>"; }

// The text that is shown of a message with that content.
std::string shown(const std::string& content) {
    const auto node = message(content);
    show_link(node.get());
    return text_in(node.get(), "body");
}

std::string read(const std::string& url) {
    const auto parsed = parse_https_url(url);
    return parsed ? parsed->host + " " + std::to_string(parsed->port) + " " + parsed->authority + " " + parsed->target : "";
}

} // namespace

TEST_CASE("XEP-0066 3: a link is shown once, as text") {
    CHECK(shown(oob("https://x/a.png")) == "https://x/a.png");
    CHECK(shown("<body>https://x/a.png</body>" + oob("https://x/a.png")) == "https://x/a.png");
    CHECK(shown("<body>see https://x/a.png!</body>" + oob("https://x/a.png")) == "see https://x/a.png!");
    CHECK(shown("<body>look</body>" + oob("http://x/a.png")) == "look\nhttp://x/a.png");
}

TEST_CASE("a link that is in no text is seen beside markup too") {
    const auto node = message("<body>look</body><html xmlns='http://jabber.org/protocol/xhtml-im'><body>look</body></html>" +
                              oob("https://x/a"));
    show_link(node.get());
    CHECK(xmlnode_get_child(node.get(), "html") == nullptr);
}

TEST_CASE("only addresses of the web are shown as links") {
    for (const std::string url : {"file:///etc/passwd", "javascript:alert(1)", "", "httpsx://a"}) {
        CHECK(shown(oob(url)) == "");
        CHECK(shown("<body>look</body>" + oob(url)) == "look");
    }
    CHECK(shown("<body>look</body>") == "look");
}

TEST_CASE("XEP-0363 4: of a slot's URL come host, port and path") {
    CHECK(read("https://a.b/c") == "a.b 443 a.b /c");
    CHECK(read("HTTPS://a.b:5443/c/d?e=f#g") == "a.b 5443 a.b:5443 /c/d?e=f");
    CHECK(read("https://a.b?e") == "a.b 443 a.b /?e");
    CHECK(read("https://a.b") == "a.b 443 a.b /");
    CHECK(read("https://[2001:db8::7]:99/x") == "2001:db8::7 99 [2001:db8::7]:99 /x");
}

TEST_CASE("XEP-0363 4: what is no URL of HTTPS is refused") {
    for (const std::string url : {"http://a.b/c", "", "https://", "https:///c", "https://u:p@a.b/", "https://a.b:0/", "https://a.b:65536/",
                                  "https://a.b:x/", "https://a.b:/", "https://[::1/", "https://[::1]x/", "ftp://a.b/"})
        CHECK_MESSAGE(read(url) == "", url);
    for (const std::string url : {"https://a.b/c d", "https://a.b/\r\nEvil: 1", "https://a.b/\x01", "https://a.b/é"})
        CHECK_MESSAGE(read(url) == "", url);
    CHECK(read("https://a.b:65535/") == "a.b 65535 a.b:65535 /");
}

TEST_CASE("the type of a file is told by its name") {
    CHECK(content_type_of("Plan.PNG") == "image/png");
    CHECK(content_type_of("plan.v2.pdf") == "application/pdf");
    CHECK(content_type_of("a.tar.xyz") == "application/octet-stream");
    CHECK(content_type_of("png") == "application/octet-stream");
    CHECK(content_type_of("") == "application/octet-stream");
}
