// SPDX-License-Identifier: MIT
#include "stream/negotiation.h"

#include "xml/writer.h"
#include "xmpp/namespaces.h"

namespace stream {

using xmpp::StreamCondition, xmpp::StreamError;

std::string opening(std::string_view content_ns, std::string_view from, std::string_view id, xmpp::Language language,
                    std::string_view to) {
    std::string out = "<?xml version='1.0'?><stream:stream xmlns='";
    out.append(content_ns).append("' xmlns:stream='").append(xmpp::ns::stream).append("' from='");
    xml::escape_attribute(out, from);
    if (!to.empty()) {
        out += "' to='";
        xml::escape_attribute(out, to);
    }
    out.append("' id='").append(id).append("' version='1.0' xml:lang='").append(xmpp::tag_of(language)).append("'>");
    return out;
}

std::optional<StreamError> fault(const xml::StreamOpened& opened, std::string_view content_ns, std::string_view host) {
    if (!opened.header.is({xmpp::ns::stream, "stream"}) || opened.content_ns != content_ns)
        return StreamError{StreamCondition::invalid_namespace, {"expected a stream of " + std::string(content_ns), "un flux de " + std::string(content_ns) + " est attendu"}};
    const auto to = opened.header.attribute("to");
    const auto asked = to ? xmpp::prepare_domain(*to) : std::nullopt;
    if (!asked || *asked != host)
        return StreamError{StreamCondition::host_unknown, {"this server serves " + std::string(host), "ce serveur sert " + std::string(host)}};
    // XEP-0114 streams have no version; a client's without one is of before 2004.
    const auto version = opened.header.attribute("version");
    if (content_ns == xmpp::ns::client && (!version || version->substr(0, 2) != "1."))
        return StreamError{StreamCondition::unsupported_version, {"expected version='1.0'", "version='1.0' est attendu"}};
    return std::nullopt;
}

std::string stream_limits(std::size_t stanza_bytes, std::chrono::seconds idle) {
    std::string out = "<limits xmlns='urn:xmpp:stream-limits:0'>";
    if (stanza_bytes != 0) out += "<max-bytes>" + std::to_string(stanza_bytes) + "</max-bytes>";
    if (idle.count() != 0) out += "<idle-seconds>" + std::to_string(idle.count()) + "</idle-seconds>";
    return out + "</limits>";
}

std::string features(const std::vector<std::string>& children) {
    std::string out = "<stream:features>";
    for (const std::string& child : children) out += child;
    return out + "</stream:features>";
}

std::string error_bytes(const StreamError& error, xmpp::Language language) {
    // The prefix is the one of our own header.
    std::string out = "<stream:error>";
    for (const xml::Element child : error.to_element(language).children()) xml::write(out, child, xmpp::ns::client);
    return out + "</stream:error>";
}

}  // namespace stream
