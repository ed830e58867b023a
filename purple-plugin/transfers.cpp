// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/transfers.h"

#include "purple-plugin/bytestreams.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/disco.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/transport.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* proposal_ns = "http://jabber.org/protocol/si";
constexpr const char* profile_ns = "http://jabber.org/protocol/si/profile/file-transfer";
constexpr const char* info_ns = "http://jabber.org/protocol/disco#info";
constexpr const char* in_band_ns = "http://jabber.org/protocol/ibb";
constexpr std::size_t shown_digits = 10; // the first of those in the logs of server-core and proxy65

Transfers* transfers_of(void* data) { return static_cast<Transfers*>(data); }

bool is_iq(const xmlnode* stanza) { return stanza != nullptr && std::strcmp(stanza->name, "iq") == 0; }

void on_sending(PurpleConnection* connection, xmlnode** stanza, void* transfers) {
    guarded([=] {
        // What is not sent now stays whose it is: libpurple frees it.
        if (is_iq(*stanza) && !transfers_of(transfers)->send(connection, *stanza)) *stanza = nullptr;
    });
}

void on_receiving(PurpleConnection* connection, xmlnode** stanza, void* transfers) {
    guarded([=] {
        if (is_iq(*stanza)) transfers_of(transfers)->receive(connection, *stanza);
    });
}

void on_offered(PurpleXfer* shown, void* transfers) {
    guarded([=] { transfers_of(transfers)->offered(shown); });
}

void on_cancelled(PurpleXfer* shown, void* transfers) {
    guarded([=] { transfers_of(transfers)->cancelled(shown); });
}

void on_complete(PurpleXfer* shown, void* transfers) {
    guarded([=] { transfers_of(transfers)->finished(shown); });
}

void on_signed_off(PurpleConnection* connection, void* transfers) {
    guarded([=] { transfers_of(transfers)->forget(connection); });
}

// XEP-0095: what a client answers for its user who does not want the file. Any other refusal is the client's own.
bool is_users_no(const std::string& condition) {
    return condition == "forbidden" || condition == "not-acceptable" || condition == "not-allowed";
}

} // namespace

Transfers::Transfers(const Context& context, Reachability& reachability, TransferNotices& notices, TakeOver take_over)
    : context_(context), reachability_(reachability), notices_(notices), take_over_(std::move(take_over)) {
    purple_signal_connect(context.self, "jabber-sending-xmlnode", this, PURPLE_CALLBACK(on_sending), this);
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving), this,
                                   as_it_came);
    void* files = purple_xfers_get_handle();
    purple_signal_connect(files, "file-recv-request", this, PURPLE_CALLBACK(on_offered), this);
    for (const char* signal : {"file-send-cancel", "file-recv-cancel"})
        purple_signal_connect(files, signal, this, PURPLE_CALLBACK(on_cancelled), this);
    for (const char* signal : {"file-send-complete", "file-recv-complete"})
        purple_signal_connect(files, signal, this, PURPLE_CALLBACK(on_complete), this);
    purple_signal_connect(purple_connections_get_handle(), "signed-off", this, PURPLE_CALLBACK(on_signed_off), this);
}

Transfers::~Transfers() { purple_signals_disconnect_by_handle(this); }

Transfers::Transfer* Transfers::find(PurpleConnection* connection, const std::string& peer, const std::string& session) {
    const auto found = std::find_if(transfers_.begin(), transfers_.end(), [&](const Transfer& transfer) {
        return transfer.connection == connection && transfer.peer == peer && transfer.session == session;
    });
    return found != transfers_.end() ? &*found : nullptr;
}

// The transfer that an answer belongs to; an answer of the proxy's comes from another than the peer.
Transfers::Transfer* Transfers::find_by(std::string Transfer::*id, PurpleConnection* connection, const xmlnode* iq,
                                        const char* other_side) {
    const auto wanted = attribute(iq, "id"), peer = attribute(iq, other_side);
    const auto found = std::find_if(transfers_.begin(), transfers_.end(), [&](const Transfer& transfer) {
        return transfer.connection == connection && !wanted.empty() && transfer.*id == wanted &&
               (id == &Transfer::activation || transfer.peer == peer);
    });
    return found != transfers_.end() ? &*found : nullptr;
}

// libpurple's own transfer to that client which it has not proposed yet; of two with the same file, the first.
PurpleXfer* Transfers::unproposed(PurpleConnection* connection, const std::string& peer, const std::string& file) const {
    for (GList* item = purple_xfers_get_all(); item != nullptr; item = item->next) {
        auto* shown = static_cast<PurpleXfer*>(item->data);
        const bool is_known = std::any_of(transfers_.begin(), transfers_.end(), [shown](const Transfer& transfer) {
            return transfer.shown == shown && !transfer.question.empty();
        });
        const bool is_uploaded = shown->data == nullptr;
        if (!is_known && !is_uploaded && purple_xfer_get_type(shown) == PURPLE_XFER_SEND &&
            purple_xfer_get_account(shown) == purple_connection_get_account(connection) && peer == shown->who &&
            (file.empty() || file == purple_xfer_get_filename(shown)))
            return shown;
    }
    return nullptr;
}

// Knows from now on what `shown` is.
Transfers::Transfer& Transfers::know(PurpleConnection* connection, PurpleXfer* shown) {
    forget(shown);
    auto& transfer = transfers_.emplace_back(
        Transfer{connection, true, shown->who, {}, purple_xfer_get_filename(shown), {}, shown});
    transfer.path = purple_xfer_get_local_filename(shown);
    transfer.size = purple_xfer_get_size(shown);
    return transfer;
}

void Transfers::begin(PurpleConnection* connection, const xmlnode* iq, const xmlnode* si) {
    auto* shown = unproposed(connection, attribute(iq, "to"), attribute(xmlnode_get_child(si, "file"), "name"));
    if (shown == nullptr) return;
    auto& transfer = know(connection, shown);
    transfer.session = attribute(si, "id");
    transfer.question = attribute(iq, "id");
}

// libpurple asks a client what it can do before it proposes a file, unless it knows.
void Transfers::ask_features(PurpleConnection* connection, const xmlnode* iq) {
    if (xmlnode_get_child_with_namespace(iq, "query", info_ns) == nullptr) return;
    auto* shown = unproposed(connection, attribute(iq, "to"), {});
    if (shown != nullptr) know(connection, shown).features = attribute(iq, "id");
}

bool Transfers::send(PurpleConnection* connection, xmlnode* iq) {
    const auto type = attribute(iq, "type");
    if (type == "error") send_error(connection, iq);
    if (type == "get") ask_features(connection, iq);
    return type != "set" || send_request(connection, iq);
}

bool Transfers::send_request(PurpleConnection* connection, xmlnode* iq) {
    if (const xmlnode* si = xmlnode_get_child_with_namespace(iq, "si", proposal_ns)) begin(connection, iq, si);
    if (const xmlnode* open = xmlnode_get_child_with_namespace(iq, "open", in_band_ns))
        if (auto* transfer = find(connection, attribute(iq, "to"), attribute(open, "sid")))
            transfer->in_band = attribute(iq, "id");
    xmlnode* query = bytestreams_query(iq);
    if (query == nullptr) return true;
    const auto target = text_in(query, "activate");
    if (target.empty()) return send_offer(connection, iq, query);
    if (auto* transfer = find(connection, target, attribute(query, "sid"))) transfer->activation = attribute(iq, "id");
    return true;
}

// Without the proxies that this computer cannot reach: libpurple would connect to the one that the receiver chose.
bool Transfers::send_offer(PurpleConnection* connection, xmlnode* iq, xmlnode* query) {
    auto* transfer = find(connection, attribute(iq, "to"), attribute(query, "sid"));
    const auto proxies = proxies_in(query);
    const auto all_hosts = offered_hosts(query);
    if (transfer != nullptr && transfer->offer.empty() && !reachability_.knows(proxies)) {
        hold(*transfer, iq, proxies);
        return false;
    }
    drop_proxies(query, [this](const Streamhost& host) { return reachability_.is_dead(host); });
    prefer_proxy(query);
    if (transfer == nullptr) return true;
    transfer->offer = attribute(iq, "id");
    transfer->hosts = offered_hosts(query);
    transfer->is_told = !proxies.empty() && proxies_in(query).empty();
    if (transfer->is_told)
        notices_.say(connection, transfer->peer, sentence(*transfer, Word::transfer_other_way, all_hosts));
    return true;
}

// Leaves when it is known which proxies can be reached, unless the transfer has ended meanwhile.
void Transfers::hold(Transfer& transfer, const xmlnode* offer, const std::vector<Streamhost>& proxies) {
    transfer.offer = attribute(offer, "id");
    auto kept = std::make_shared<Node>(xmlnode_copy(offer));
    const auto send = [this, kept, connection = transfer.connection, peer = transfer.peer, session = transfer.session] {
        if (find(connection, peer, session) != nullptr) send_stanza(context_, connection, std::move(*kept));
    };
    reachability_.look(transfer.connection, proxies, send);
}

// libpurple says so of itself: as receiver when it has tried all addresses, as sender when it cannot reach the one that
// the receiver chose. The answer to a proposal is the user's no.
void Transfers::send_error(PurpleConnection* connection, const xmlnode* iq) {
    if (auto* transfer = find_by(&Transfer::offer, connection, iq, "to"); transfer != nullptr && !transfer->is_ours)
        transfer->trouble = Trouble::unreachable_here;
    auto* proposed = find_by(&Transfer::question, connection, iq, "to");
    if (proposed == nullptr) return;
    if (proposed->is_ours)
        proposed->trouble = Trouble::unreachable_here;
    else
        forget(proposed->shown);
}

void Transfers::receive(PurpleConnection* connection, xmlnode* iq) {
    const auto type = attribute(iq, "type");
    if (type == "set") receive_request(connection, iq);
    if (type == "result" || type == "error") receive_answer(connection, iq, type == "error");
}

void Transfers::receive_request(PurpleConnection* connection, xmlnode* iq) {
    const auto from = attribute(iq, "from");
    if (const xmlnode* si = xmlnode_get_child_with_namespace(iq, "si", proposal_ns))
        proposed_ = {from, attribute(si, "id"), attribute(iq, "id")};
    if (const xmlnode* open = xmlnode_get_child_with_namespace(iq, "open", in_band_ns))
        if (auto* transfer = find(connection, from, attribute(open, "sid"))) fall_back(*transfer);
    xmlnode* query = bytestreams_query(iq);
    if (query == nullptr) return;
    proxies_first(query);
    auto* transfer = find(connection, from, attribute(query, "sid"));
    if (transfer == nullptr) return;
    transfer->own = attribute(iq, "to");
    transfer->offer = attribute(iq, "id");
    transfer->hosts = offered_hosts(query);
}

void Transfers::receive_answer(PurpleConnection* connection, const xmlnode* iq, bool is_error) {
    if (auto* transfer = find_by(&Transfer::question, connection, iq, "from")) {
        transfer->own = attribute(iq, "to");
        if (is_error) transfer->trouble = is_users_no(error_condition(iq)) ? Trouble::declined : Trouble::incapable;
    }
    if (auto* transfer = find_by(&Transfer::offer, connection, iq, "from"); transfer != nullptr && is_error)
        transfer->trouble = Trouble::unreachable_there;
    got_features(connection, iq, is_error);
    got_in_band(connection, iq, is_error);
    got_activation(connection, iq, is_error);
}

// libpurple reads this next: in place of a transfer it then shows a window.
void Transfers::got_features(PurpleConnection* connection, const xmlnode* iq, bool is_error) {
    auto* transfer = find_by(&Transfer::features, connection, iq, "from");
    if (transfer == nullptr) return;
    transfer->features.clear();
    if (!is_error && has_feature(iq, profile_ns)) return;
    transfer->trouble = Trouble::incapable;
    notices_.hush(connection, transfer->peer);
}

// XEP-0047 2.1: the peer's client may not want it.
void Transfers::got_in_band(PurpleConnection* connection, const xmlnode* iq, bool is_error) {
    auto* transfer = find_by(&Transfer::in_band, connection, iq, "from");
    if (transfer == nullptr) return;
    transfer->in_band.clear();
    if (!is_error) return fall_back(*transfer);
    if (transfer->trouble == Trouble::none) transfer->trouble = Trouble::incapable;
}

// libpurple does not look at this answer: it sends into nothing, and calls a small file complete.
void Transfers::got_activation(PurpleConnection* connection, const xmlnode* iq, bool is_error) {
    auto* transfer = find_by(&Transfer::activation, connection, iq, "from");
    if (transfer == nullptr) return;
    transfer->activation.clear();
    auto* shown = transfer->shown;
    if (is_error) {
        transfer->trouble = Trouble::refused;
        transfer->condition = error_condition(iq);
        if (shown != nullptr) return purple_xfer_cancel_remote(shown);
        hand_on(*transfer);
    }
    if (shown == nullptr) transfers_.remove_if([transfer](const Transfer& one) { return &one == transfer; });
}

// A file's proposal is read by libpurple, which then asks the user, in one go.
void Transfers::offered(PurpleXfer* shown) {
    auto* account = purple_xfer_get_account(shown);
    if (!is_ours(account) || proposed_.from != shown->who) return;
    transfers_.push_back({purple_account_get_connection(account), false, proposed_.from, proposed_.session,
                          purple_xfer_get_filename(shown), proposed_.question, shown});
}

std::string Transfers::sentence(const Transfer& transfer, Word word, const std::string& hosts) const {
    const auto& [initiator, target] = transfer.is_ours ? std::tie(transfer.own, transfer.peer)
                                                       : std::tie(transfer.peer, transfer.own);
    const auto hash = bytestream_hash(transfer.session, initiator, target);
    return say(word, {transfer.file, bare(transfer.peer), hosts, hash.substr(0, shown_digits), transfer.condition});
}

// XEP-0047 in place of XEP-0065; when nothing went wrong before, it was agreed upon. What breaks from now on is this way.
void Transfers::fall_back(Transfer& transfer) {
    const bool is_here = transfer.trouble == Trouble::unreachable_here;
    const auto word = is_here ? Word::transfer_in_band_here : Word::transfer_in_band_there;
    if (!transfer.offer.empty() && !transfer.is_told)
        notices_.say(transfer.connection, transfer.peer, sentence(transfer, word, transfer.hosts));
    transfer.trouble = Trouble::none;
    transfer.hosts = context_.organisation.domain;
}

// Who cancels a transfer that goes well knows it, and who cancels it while XEP-0047 is asked for.
void Transfers::cancelled(PurpleXfer* shown) {
    const auto found = std::find_if(transfers_.begin(), transfers_.end(),
                                    [shown](const Transfer& transfer) { return transfer.shown == shown; });
    if (found == transfers_.end()) return;
    const auto transfer = *found;
    transfers_.erase(found);
    const bool goes_well = transfer.trouble == Trouble::none || !transfer.in_band.empty();
    if (goes_well && purple_xfer_get_status(shown) == PURPLE_XFER_STATUS_CANCEL_LOCAL) return;
    notices_.hush(transfer.connection, transfer.peer);
    hand_on(transfer);
}

Transfers::Words Transfers::words_for(Trouble trouble) {
    switch (trouble) {
    case Trouble::declined: return {Word::transfer_declined, {}};
    case Trouble::unreachable_here: return {Word::transfer_unreachable_here, Word::transfer_kept_here};
    case Trouble::unreachable_there: return {Word::transfer_unreachable_there, Word::transfer_kept_there};
    case Trouble::refused: return {Word::transfer_refused, Word::transfer_kept_refused};
    case Trouble::incapable: return {Word::upload_missing, Word::transfer_kept_other};
    default: return {Word::transfer_broken, {}};
    }
}

// Says what became of it: another way, where one is left for what never began, or why there is none.
void Transfers::hand_on(const Transfer& transfer) {
    const auto [lost, kept] = words_for(transfer.trouble);
    const bool is_leaving = purple_connection_get_account(transfer.connection)->disconnecting != FALSE;
    if (!transfer.is_ours || !kept || is_leaving)
        return notices_.say(transfer.connection, transfer.peer, sentence(transfer, lost, transfer.hosts));
    const StrandedFile file{transfer.connection, correspondent(transfer.connection, transfer.peer), transfer.file,
                            transfer.path, transfer.size};
    take_over_(file, [this, transfer, lost = lost, kept = *kept](bool is_taken, const std::string& why_not) {
        const bool is_theirs = !is_taken && transfer.trouble == Trouble::incapable;
        notices_.say(transfer.connection, transfer.peer,
                     is_theirs ? why_not : sentence(transfer, is_taken ? kept : lost, transfer.hosts));
    });
}

// Not for good while the proxy has not said that it passes on what libpurple has sent.
void Transfers::finished(PurpleXfer* shown) {
    for (auto& transfer : transfers_)
        if (transfer.shown == shown && !transfer.activation.empty()) transfer.shown = nullptr;
    forget(shown);
}

void Transfers::forget(const PurpleXfer* shown) {
    transfers_.remove_if([shown](const Transfer& transfer) { return transfer.shown == shown; });
}

void Transfers::forget(PurpleConnection* connection) {
    transfers_.remove_if([connection](const Transfer& transfer) { return transfer.connection == connection; });
}

} // namespace purple_plugin
