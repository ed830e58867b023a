// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/questions.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/transport.h"

#include <iterator>

#include <eventloop.h>
#include <signals.h>

namespace purple_plugin {
namespace {

gboolean on_iq(PurpleConnection* connection, const char* type, const char* id, const char* from, xmlnode* iq,
               void* questions) {
    return guarded(FALSE, [=]() -> gboolean {
        return static_cast<Questions*>(questions)->receive(connection, type, id, from, iq) ? TRUE : FALSE;
    });
}

} // namespace

Questions::Questions(const Context& context) : context_(context) {
    purple_signal_connect(context.self, "jabber-receiving-iq", this, PURPLE_CALLBACK(on_iq), this);
}

Questions::~Questions() {
    purple_signals_disconnect_by_handle(this);
    for (const auto& [id, open] : open_) purple_timeout_remove(open.timer);
}

void Questions::ask(PurpleConnection* connection, Node iq, Answer answer, unsigned patience) {
    const std::string id = "bioaster-" + std::to_string(++asked_);
    xmlnode_set_attrib(iq.get(), "id", id.c_str());
    auto& open =
        open_.insert({id, {*this, id, connection, attribute(iq.get(), "to"), std::move(answer), 0}}).first->second;
    open.timer = purple_timeout_add_seconds(patience, give_up, &open);
    send_stanza(context_, connection, std::move(iq));
}

void Questions::forget(PurpleConnection* connection) {
    for (auto next = open_.begin(); next != open_.end();) {
        const auto open = next++;
        if (open->second.connection == connection) close(open->first);
    }
}

// The answer is called after its question is gone: it may ask another.
Questions::Answer Questions::close(const std::string& id) {
    const auto found = open_.find(id);
    const Answer answer = std::move(found->second.answer);
    purple_timeout_remove(found->second.timer);
    open_.erase(found);
    return answer;
}

// RFC 6120 8.1.2.1: what the own account answers may come without a sender.
bool Questions::is_from(const Open& open, const char* from) const {
    if (from == nullptr) return open.to.empty() || open.to == own_address(open.connection);
    if (!open.to.empty()) return open.to == from;
    return own_address(open.connection) == from || context_.organisation.domain == from;
}

bool Questions::receive(PurpleConnection* connection, const char* type, const char* id, const char* from, xmlnode* iq) {
    if (g_strcmp0(type, "result") != 0 && g_strcmp0(type, "error") != 0) return false;
    const auto found = id != nullptr ? open_.find(id) : open_.end();
    if (found == open_.end() || found->second.connection != connection || !is_from(found->second, from)) return false;
    close(found->first)(iq);
    return true;
}

gboolean Questions::give_up(void* data) {
    guarded([data] {
        auto& open = *static_cast<Open*>(data);
        open.questions.close(std::string(open.id))(nullptr);
    });
    return FALSE;
}

} // namespace purple_plugin
