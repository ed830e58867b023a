// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/links.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/stanzas.h"

#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* oob_ns = "jabber:x:oob";
constexpr const char* xhtml_ns = "http://jabber.org/protocol/xhtml-im";

void on_receiving(PurpleConnection*, xmlnode** stanza, void*) {
    guarded([=] {
        if (is_message(*stanza)) show_link(*stanza);
    });
}

} // namespace

Links::Links(const Context& context) {
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving),
                                   nullptr, marks_text);
}

Links::~Links() { purple_signals_disconnect_by_handle(this); }

// Others (file:, javascript:) are nothing to be clicked on.
std::string link_in(const xmlnode* message) {
    const auto url = text_in(xmlnode_get_child_with_namespace(message, "x", oob_ns), "url");
    for (const char* scheme : {"https://", "http://"})
        if (g_ascii_strncasecmp(url.c_str(), scheme, std::char_traits<char>::length(scheme)) == 0) return url;
    return {};
}

void show_link(xmlnode* message) {
    const auto url = link_in(message);
    if (url.empty()) return;
    xmlnode_free(xmlnode_get_child_with_namespace(message, "x", oob_ns));
    const auto text = text_in(message, "body");
    if (text.find(url) != text.npos) return;
    if (xmlnode* body = xmlnode_get_child(message, "body")) xmlnode_free(body);
    if (xmlnode* html = xmlnode_get_child_with_namespace(message, "html", xhtml_ns)) xmlnode_free(html);
    add_child(message, "body", "jabber:client", text.empty() ? url : text + "\n" + url);
}

} // namespace purple_plugin
