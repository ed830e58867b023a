// SPDX-License-Identifier: MIT
// XEP-0198 1.6.3: stream management of a client's stream, resumption included. What is kept of a stream that died is
// routing's (Session, Users).
#include "routing/former_streams.h"
#include "store/wait.h"
#include "stream/client_stream.h"
#include "stream/negotiation.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"

#include <charconv>
#include <utility>

namespace stream {
namespace {

using xmpp::StreamCondition;

constexpr std::string_view sm = xmpp::ns::stream_management;
constexpr std::string_view request = "<r xmlns='urn:xmpp:sm:3'/>";

std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

// `handled`: of the client's stanzas, in a session that is over (XEP-0198 5).
std::string failed(std::string_view condition, std::optional<std::uint32_t> handled = std::nullopt) {
    const std::string h = handled ? " h='" + std::to_string(*handled) + "'" : "";
    return "<failed xmlns='" + std::string(sm) + "'" + h + "><" + std::string(condition) + " xmlns='" +
           std::string(xmpp::ns::stanzas) + "'/></failed>";
}

// XEP-0198 4.
xmpp::StreamError too_high(std::uint32_t handled, std::uint32_t sent) {
    return {StreamCondition::undefined_condition, {"acknowledged more stanzas than were sent", "plus de stances accusées que d'envoyées"},
            xml::Element({sm, "handled-count-too-high"})
                .with_attribute("h", std::to_string(handled))
                .with_attribute("send-count", std::to_string(sent))};
}

bool is_true(std::optional<std::string_view> value) { return value == "true" || value == "1"; }

}  // namespace

base::Task<> ClientStream::take_management_before_bind(xml::Element element) {
    const bool enables = element.name().local == "enable", resumes = element.name().local == "resume";
    // XEP-0198 3, 10: first log in, and bind or resume.
    if (enables || (resumes && !account_)) co_return say(failed("unexpected-request"));
    if (resumes) co_return co_await resume(std::move(element));
    end({StreamCondition::unsupported_stanza_type, {}});
}

base::Task<> ClientStream::resume(xml::Element element) {
    const std::string id(element.attribute("previd").value_or(""));
    const auto handled = number(element.attribute("h").value_or(""));
    if (!handled) co_return say(failed("bad-request"));
    if (shared_.users.find_resumable(*account_, id) == nullptr) {
        // Most clients ask after a restart of ours too, then bind. What is told as handled is on disk (DESIGN 4.1).
        const auto noted = [&](auto done) { routing::note_former(shared_.node, shared_.users, *account_, id, *handled, [done] { done(0); }); };
        co_await store::wait<int>(noted);
        co_await wait_for_the_disk();
        co_return say(failed("item-not-found", shared_.users.handled_in_former(*account_, id)));
    }
    routing::Session& session = *shared_.users.find_resumable(*account_, id);
    if (!session.acknowledge(*handled)) co_return end(too_high(*handled, session.management().sent));
    session_ = &session;
    shared_.node.log.info("resumed: " + session.jid().text() + " from " + connection_->peer_address());
    const std::string resumed = xml::to_string(xml::Element({sm, "resumed"})
                                                   .with_attribute("previd", id)
                                                   .with_attribute("h", std::to_string(session.management().received)));
    shared_.users.resume(session, *this, resumed, shared_.writes.newest());
}

void ClientStream::enable_management(const xml::Element& element) {
    const auto wished = number(element.attribute("max").value_or(""));
    auto enabled = xml::Element({sm, "enabled"});
    if (is_true(element.attribute("resume")) && shared_.users.allow_resumption(*session_, std::chrono::seconds(wished.value_or(0))))
        enabled = std::move(enabled)
                      .with_attribute("id", session_->management().id)
                      .with_attribute("resume", "true")
                      .with_attribute("max", std::to_string(session_->management().resumable.count()));
    session_->enable_management(xml::to_string(enabled));
}

void ClientStream::take_management(const xml::Element& element) {
    routing::StreamManagement& state = session_->management();
    const std::string_view name = element.name().local;
    if (name == "enable") {
        if (state.enabled) {  // XEP-0198 3: once; its text asks for a stream error, its example shows this as well
            say(failed("unexpected-request"));
            return end({StreamCondition::policy_violation, {"stream management is enabled already", "la gestion du flux est déjà activée"}});
        }
        enable_management(element);
    } else if (name == "resume") {
        session_->deliver_nonza(failed("unexpected-request"), {});  // XEP-0198 5: in place of binding
    } else if (name == "r" && state.enabled) {
        // What is acknowledged is on disk: the answer waits for every commit under way (DESIGN 4.1).
        session_->deliver_nonza("<a xmlns='" + std::string(sm) + "' h='" + std::to_string(state.received) + "'/>", shared_.writes.newest());
    } else if (name == "a" && state.enabled) {
        acknowledgement_asked_ = false;
        const auto handled = number(element.attribute("h").value_or(""));
        if (!handled) return end({StreamCondition::bad_format, {"h must be a number", "h doit être un nombre"}});
        if (!session_->acknowledge(*handled)) return end(too_high(*handled, state.sent));
        wants_acknowledgement_ = !state.unacknowledged.empty();
        add_request();
    } else {
        end({StreamCondition::unsupported_stanza_type, {}});
    }
}

void ClientStream::add_request() {
    if (!wants_acknowledgement_ || acknowledgement_asked_ || ending_) return;
    wants_acknowledgement_ = false;
    acknowledgement_asked_ = true;
    connection_->write(request);
}

}  // namespace stream
