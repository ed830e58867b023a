// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/transport.h"

#include "purple-plugin/c_boundary.h"

#include <connection.h>
#include <signals.h>
#include <value.h>

namespace purple_plugin {
namespace {

constexpr const char* receiving_node = "jabber-receiving-xmlnode";
constexpr const char* sending_node = "jabber-sending-xmlnode";
constexpr const char* sending_text = "jabber-sending-text";
constexpr const char* receiving_message = "jabber-receiving-message";
constexpr const char* receiving_iq = "jabber-receiving-iq";
constexpr const char* receiving_presence = "jabber-receiving-presence";
constexpr const char* watched_iq = "jabber-watched-iq";

void* xmpp_of(void* transport_context) { return static_cast<Context*>(transport_context)->xmpp; }

void forward_received_node(PurpleConnection* connection, xmlnode** node, void* context) {
    if (*node != nullptr) purple_signal_emit(xmpp_of(context), receiving_node, connection, node); // others look into it
}

void forward_sent_node(PurpleConnection* connection, xmlnode** node, void* context) {
    if (*node != nullptr) // else it leaves later
        purple_signal_emit(xmpp_of(context), sending_node, connection, node);
}

void forward_sent_text(PurpleConnection* connection, char** text, void* context) {
    purple_signal_emit(xmpp_of(context), sending_text, connection, text);
}

gboolean forward_message(PurpleConnection* connection, const char* type, const char* id, const char* from,
                         const char* to, xmlnode* node, void* context) {
    return GPOINTER_TO_INT(
        purple_signal_emit_return_1(xmpp_of(context), receiving_message, connection, type, id, from, to, node));
}

gboolean forward_iq(PurpleConnection* connection, const char* type, const char* id, const char* from, xmlnode* node,
                    void* context) {
    return GPOINTER_TO_INT(
        purple_signal_emit_return_1(xmpp_of(context), receiving_iq, connection, type, id, from, node));
}

gboolean forward_presence(PurpleConnection* connection, const char* type, const char* from, xmlnode* node,
                          void* context) {
    return GPOINTER_TO_INT(
        purple_signal_emit_return_1(xmpp_of(context), receiving_presence, connection, type, from, node));
}

gboolean forward_watched_iq(PurpleConnection* connection, const char* type, const char* id, const char* from,
                            xmlnode* node, void* context) {
    return GPOINTER_TO_INT(purple_signal_emit_return_1(xmpp_of(context), watched_iq, connection, type, id, from, node));
}

// Registers `signal` on our plugin and passes on what our own features let through: the highest priority comes last.
void bridge(Context* context, const char* signal, PurpleSignalMarshalFunc marshal, bool answers,
            PurpleCallback forward) {
    purple_signal_register(context->self, signal, marshal, answers ? purple_value_new(PURPLE_TYPE_BOOLEAN) : nullptr,
                           0);
    purple_signal_connect_priority(context->self, signal, context, forward, context, PURPLE_SIGNAL_PRIORITY_HIGHEST);
}

} // namespace

Transport::Transport(const Context& context) : context_(context) {
    auto* c = const_cast<Context*>(&context); // libpurple's callbacks know no const
    bridge(c, receiving_node, purple_marshal_VOID__POINTER_POINTER, false, PURPLE_CALLBACK(forward_received_node));
    bridge(c, sending_node, purple_marshal_VOID__POINTER_POINTER, false, PURPLE_CALLBACK(forward_sent_node));
    bridge(c, sending_text, purple_marshal_VOID__POINTER_POINTER, false, PURPLE_CALLBACK(forward_sent_text));
    bridge(c, receiving_message, purple_marshal_BOOLEAN__POINTER_POINTER_POINTER_POINTER_POINTER_POINTER, true,
           PURPLE_CALLBACK(forward_message));
    bridge(c, receiving_iq, purple_marshal_BOOLEAN__POINTER_POINTER_POINTER_POINTER_POINTER, true,
           PURPLE_CALLBACK(forward_iq));
    bridge(c, receiving_presence, purple_marshal_BOOLEAN__POINTER_POINTER_POINTER_POINTER, true,
           PURPLE_CALLBACK(forward_presence));
    bridge(c, watched_iq, purple_marshal_BOOLEAN__POINTER_POINTER_POINTER_POINTER_POINTER, true,
           PURPLE_CALLBACK(forward_watched_iq));
}

Transport::~Transport() { purple_signals_unregister_by_instance(context_.self); }

void send_stanza(const Context& context, PurpleConnection* connection, Node stanza) {
    xmlnode* node = stanza.release();
    purple_signal_emit(context.self, sending_node, connection, &node);
    Node(node).reset(); // a handler may have replaced it
}

// libpurple lists a feature as often as it is added, and a plugin may be loaded again.
void advertise(const Context& context, const char* feature) {
    if (g_dataset_get_data(context.xmpp, feature) != nullptr) return;
    gboolean is_known = FALSE;
    purple_plugin_ipc_call(context.xmpp, "add_feature", &is_known, feature);
    if (is_known != FALSE) g_dataset_set_data(context.xmpp, feature, context.xmpp);
}

} // namespace purple_plugin
