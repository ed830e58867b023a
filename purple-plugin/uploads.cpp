// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/uploads.h"

#include "base/text.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/features.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"

#include <tuple>

#include <server.h>
#include <signals.h>
#include <util.h>

namespace purple_plugin {
namespace {

constexpr const char* file_transfer_ns = "http://jabber.org/protocol/si/profile/file-transfer";

Uploads* loaded_uploads() { return loaded_features()->uploads(); }

void on_chosen(PurpleXfer* shown) {
    guarded([=] { loaded_uploads()->begin(shown); });
}

void on_over(PurpleXfer* shown) {
    guarded([=] { loaded_uploads()->forget(shown); });
}

void on_sending(PurpleConnection*, xmlnode** stanza, void* uploads) {
    guarded([=] {
        if (is_message(*stanza)) static_cast<Uploads*>(uploads)->mark_link(*stanza);
    });
}

PurpleConversation* room_of(PurpleConnection* connection, const std::string& address) {
    auto* account = purple_connection_get_account(connection);
    return purple_find_conversation_with_account(PURPLE_CONV_TYPE_CHAT, address.c_str(), account);
}

// XEP-0363 6: the largest file, where an error tells it; else 0.
std::uint64_t limit_said_in(const xmlnode* answer) {
    const xmlnode* error = answer != nullptr ? xmlnode_get_child(answer, "error") : nullptr;
    const xmlnode* limit =
        error != nullptr ? xmlnode_get_child_with_namespace(error, "file-too-large", "urn:xmpp:http:upload:0") : nullptr;
    return g_ascii_strtoull(text_in(limit, "max-file-size").c_str(), nullptr, 10);
}

bool is_here(PurpleConnection* connection, const std::string& who) {
    auto* buddy = purple_find_buddy(purple_connection_get_account(connection), who.c_str());
    return buddy != nullptr && PURPLE_BUDDY_IS_ONLINE(buddy);
}

Word word_without_place(PurpleConnection* connection, const std::string& who) {
    if (room_of(connection, who) != nullptr) return Word::upload_missing_for_room;
    if (is_here(connection, who)) return Word::upload_missing_for_program;
    // Nobody tells us whether a stranger is there.
    const bool is_stranger = purple_find_buddy(purple_connection_get_account(connection), who.c_str()) == nullptr;
    return is_stranger ? Word::upload_missing_for_stranger : Word::upload_missing;
}

// What prpl-jabber knows of a client by its presence (XEP-0115); of one that has told nothing, that is nothing.
bool tells_of(const Context& context, PurpleConnection* connection, const std::string& client, const char* feature) {
    gboolean is_known = FALSE;
    const void* has = purple_plugin_ipc_call(context.xmpp, "contact_has_feature", &is_known,
                                             purple_connection_get_account(connection), client.c_str(), feature);
    return is_known != FALSE && has != nullptr;
}

std::string in_units(std::uint64_t bytes) { return Text(purple_str_size_to_units(static_cast<std::size_t>(bytes))).get(); }

} // namespace

Uploads::Uploads(const Context& context, Questions& questions, TransferNotices& notices, TrustedHosts& hosts)
    : context_(context), service_(context, questions), notices_(notices), hosts_(hosts) {
    purple_signal_connect_priority(context.self, "jabber-sending-xmlnode", this, PURPLE_CALLBACK(on_sending), this,
                                   adds_payloads);
}

Uploads::~Uploads() { purple_signals_disconnect_by_handle(this); }

// Whoever is named with a resource was chosen as the client that takes it. Of one that tells features, this is the first.
bool Uploads::needed_for(PurpleConnection* connection, const std::string& who) const {
    if (who.find('/') != who.npos)
        return tells_of(context_, connection, who, "http://jabber.org/protocol/disco#info") &&
               !tells_of(context_, connection, who, file_transfer_ns);
    return !is_here(connection, who) || !context_.protocol().can_receive_file(connection, who.c_str());
}

void Uploads::offer(PurpleConnection* connection, const std::string& who, const char* path) {
    auto* shown = purple_xfer_new(purple_connection_get_account(connection), PURPLE_XFER_SEND, who.c_str());
    purple_xfer_set_init_fnc(shown, on_chosen);
    purple_xfer_set_cancel_send_fnc(shown, on_over);
    purple_xfer_set_end_fnc(shown, on_over);
    uploads_.insert_or_assign(shown, Upload{++begun_, connection, who});
    if (path != nullptr)
        purple_xfer_request_accepted(shown, path);
    else
        purple_xfer_request(shown);
}

Uploads::Upload* Uploads::find(PurpleXfer* shown, unsigned long number) {
    const auto found = uploads_.find(shown);
    return found != uploads_.end() && found->second.number == number ? &found->second : nullptr;
}

void Uploads::begin(PurpleXfer* shown) {
    const auto& upload = uploads_.at(shown);
    service_.find(upload.connection, [=, this, number = upload.number](const UploadPlace* place) {
        if (auto* same = find(shown, number)) got_place(shown, *same, place);
    });
}

void Uploads::got_place(PurpleXfer* shown, Upload& upload, const UploadPlace* place) {
    if (place == nullptr)
        return fail(shown, upload, word_without_place(upload.connection, upload.who),
                    correspondent(upload.connection, upload.who));
    const auto size = purple_xfer_get_size(shown);
    if (place->limit && size > *place->limit) return fail(shown, upload, Word::upload_too_large, in_units(*place->limit));
    const std::string file = purple_xfer_get_filename(shown);
    service_.ask_slot(upload.connection, *place, file, size, content_type_of(file),
                      [=, this, number = upload.number](const UploadSlot* slot, const xmlnode* answer) {
                          if (auto* same = find(shown, number)) got_slot(shown, *same, slot, answer);
                      });
}

void Uploads::take_over(const StrandedFile& file, Decided decided) {
    service_.find(file.connection, [=, this](const UploadPlace* place) {
        const bool is_known = is_here(file.connection, file.who);
        if (place == nullptr)
            return decided(false, say(is_known ? Word::upload_missing_for_program : Word::upload_missing, {file.name, file.who}));
        if (place->limit && file.size > *place->limit)
            return decided(false, say(Word::upload_too_large, {file.name, in_units(*place->limit)}));
        decided(true, {});
        offer(file.connection, file.who, file.path.c_str());
    });
}

void Uploads::got_slot(PurpleXfer* shown, Upload& upload, const UploadSlot* slot, const xmlnode* answer) {
    if (slot == nullptr) {
        const auto condition = answer != nullptr ? error_condition(answer) : std::string();
        const auto limit = limit_said_in(answer);
        if (limit > 0) return fail(shown, upload, Word::upload_too_large, in_units(limit));
        if (condition == "resource-constraint") return fail(shown, upload, Word::upload_full);
        return fail(shown, upload, Word::upload_refused, condition);
    }
    const auto url = parse_https_url(slot->put);
    if (!url || !parse_https_url(slot->get)) return fail(shown, upload, Word::upload_refused, slot->put);
    if (!g_file_test(purple_xfer_get_local_filename(shown), G_FILE_TEST_IS_REGULAR))
        return fail(shown, upload, Word::upload_unreadable);
    const auto number = upload.number;
    upload.link = slot->get;
    upload.host = std::make_unique<TrustedHosts::Entry>(hosts_, url->host);
    purple_xfer_start(shown, -1, nullptr, 0); // libpurple shows it, and moves no bytes
    if (auto* started = find(shown, number)) send_bytes(shown, *started, {"PUT", *url, {}, {}, 0, {}, slot->headers});
}

void Uploads::send_bytes(PurpleXfer* shown, Upload& upload, HttpsExchange::Request request) {
    request.path = purple_xfer_get_local_filename(shown);
    request.size = purple_xfer_get_size(shown);
    request.content_type = content_type_of(purple_xfer_get_filename(shown));
    upload.host_name = request.url.host;
    upload.put = std::make_unique<HttpsExchange>(
        purple_xfer_get_account(shown), std::move(request),
        [=](std::uint64_t sent) {
            purple_xfer_set_bytes_sent(shown, static_cast<std::size_t>(sent));
            purple_xfer_update_progress(shown);
        },
        [=, this](HttpsExchange::Outcome outcome, int status) { end(shown, uploads_.at(shown), outcome, status); });
}

// The transfer and what is known of it here are gone afterwards.
void Uploads::end(PurpleXfer* shown, const Upload& upload, HttpsExchange::Outcome outcome, int status) {
    using Outcome = HttpsExchange::Outcome;
    switch (outcome) {
    case Outcome::done: return stored(shown, upload);
    case Outcome::refused: return fail(shown, upload, Word::upload_refused, "HTTP " + std::to_string(status));
    case Outcome::untrusted: return fail(shown, upload, Word::upload_untrusted, upload.host_name);
    case Outcome::unreachable: return fail(shown, upload, Word::upload_unreachable, upload.host_name);
    case Outcome::broken: return fail(shown, upload, Word::upload_broken, upload.host_name);
    case Outcome::unreadable: return fail(shown, upload, Word::upload_unreadable);
    }
}

void Uploads::stored(PurpleXfer* shown, const Upload& upload) {
    const auto [connection, who, link] = std::tuple(upload.connection, upload.who, upload.link);
    purple_xfer_set_completed(shown, TRUE);
    purple_xfer_end(shown);
    send_link(connection, who, link);
}

void Uploads::fail(PurpleXfer* shown, const Upload& upload, Word word, const std::string& detail) {
    notices_.say_instead(upload.connection, upload.who,
                         say(word, {purple_xfer_get_filename(shown), detail, context_.organisation.name}));
    purple_xfer_cancel_remote(shown); // in Pidgin's list: failed, where cancel_local means the user's will
}

void Uploads::send_link(PurpleConnection* connection, const std::string& who, const std::string& url) {
    const Text markup(g_markup_escape_text(url.c_str(), -1));
    link_ = url;
    if (auto* room = room_of(connection, who))
        purple_conv_chat_send(PURPLE_CONV_CHAT(room), markup.get());
    else
        purple_conv_im_send(PURPLE_CONV_IM(conversation_with(connection, who)), markup.get());
    link_.clear();
}

// Clients that show pictures by themselves look for a text that is this URL and nothing else.
void Uploads::mark_link(xmlnode* message) const {
    if (link_.empty() || text_in(message, "body") != link_) return;
    add_child(add_child(message, "x", "jabber:x:oob"), "url", "jabber:x:oob", link_);
}

void Uploads::forget(PurpleConnection* connection) {
    service_.forget(connection);
    GList* all = g_list_copy(purple_xfers_get_all());
    for (GList* item = all; item != nullptr; item = item->next) {
        auto* shown = static_cast<PurpleXfer*>(item->data);
        if (uploads_.count(shown) != 0 && uploads_.at(shown).connection == connection) purple_xfer_cancel_local(shown);
    }
    g_list_free(all);
}

std::string content_type_of(const std::string& file) {
    static const std::map<std::string, std::string> types{
        {"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"}, {"png", "image/png"},        {"gif", "image/gif"},
        {"webp", "image/webp"}, {"svg", "image/svg+xml"}, {"pdf", "application/pdf"}, {"txt", "text/plain"},
        {"mp3", "audio/mpeg"}, {"ogg", "audio/ogg"},   {"mp4", "video/mp4"},        {"webm", "video/webm"},
        {"zip", "application/zip"}};
    const auto dot = file.rfind('.');
    const auto found = types.find(dot != file.npos ? base::lower_ascii(file.substr(dot + 1)) : "");
    return found != types.end() ? found->second : "application/octet-stream";
}

} // namespace purple_plugin
