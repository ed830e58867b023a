// SPDX-License-Identifier: MIT
// Keeps with each session the latest questions of its transfers, for the answers to be understood, and how many lines it
// may still cause: a client that offers without end fills no log.
#include "routing/transfer_log.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "routing/users.h"
#include "xmpp/scram.h"

#include <algorithm>
#include <deque>

namespace routing {
namespace {

constexpr std::string_view streams_ns = "http://jabber.org/protocol/bytestreams";
constexpr std::string_view in_band_ns = "http://jabber.org/protocol/ibb";
constexpr std::size_t most_questions = 20;
constexpr std::size_t most_hosts = 5;
constexpr std::size_t most_host_bytes = 255;
constexpr std::int64_t lines_at_once = 60; // and then one a second

struct Question {
    std::string id;  // of the IQ
    xmpp::Jid asked; // who is to answer
    std::string transfer;
    bool is_activation = false;
};
struct Asked {
    std::deque<Question> open;
    std::chrono::steady_clock::time_point refilled{};
    std::int64_t lines = lines_at_once;
};

// XEP-0065 5.3.2: the name of a bytestream, of which both clients and the proxy know all parts.
std::string id_of(std::string_view session, const xmpp::Jid& initiator, const xmpp::Jid& target) {
    const auto name = std::string(session) + initiator.text() + target.text();
    return "id " + base::hexadecimal(xmpp::digest(xmpp::ScramHash::sha1, name));
}

std::string hosts_in(const xml::Element& offer) {
    std::string list;
    std::size_t count = 0;
    for (const xml::Element host : offer.children()) {
        if (!host.is({streams_ns, "streamhost"}) || ++count > most_hosts) continue;
        if (!list.empty()) list += ", ";
        list += host.attribute("jid").value_or("").substr(0, most_host_bytes);
        list += " at ";
        list += host.attribute("host").value_or("").substr(0, most_host_bytes);
    }
    return list;
}

class TransferLog {
public:
    TransferLog(const Node& node, Users& users) : node_(node), users_(users) {}

    void sent(Session& session, const xmpp::Iq& iq) const {
        if (iq.type() != xmpp::Iq::set) return;
        const auto payload = iq.payload();
        const auto sid = payload ? payload->attribute("sid") : std::nullopt;
        if (!sid) return;
        if (payload->is({in_band_ns, "open"}))
            tell(session, id_of(*sid, iq.from(), iq.to()), iq.from().text() + " to " + iq.to().text() + ", through this server");
        if (!payload->is({streams_ns, "query"})) return;
        if (const auto activated = payload->child({streams_ns, "activate"})) {
            if (const auto target = xmpp::parse_jid(activated->text()))
                expect(session, {std::string(iq.id()), iq.to(), id_of(*sid, iq.from(), *target), true});
            return;
        }
        const auto transfer = id_of(*sid, iq.from(), iq.to());
        tell(session, transfer, iq.from().text() + " to " + iq.to().text() + ", offered: " + hosts_in(*payload));
        expect(session, {std::string(iq.id()), iq.to(), transfer, false});
    }

    void received(const xmpp::Iq& iq) const {
        if (iq.is_request()) return;
        Session* session = users_.find_session(iq.to());
        if (session == nullptr || session->find_state<Asked>() == nullptr) return;
        auto& open = session->state<Asked>().open;
        const auto is_this = [&iq](const Question& one) { return one.id == iq.id() && one.asked == iq.from(); };
        const auto found = std::find_if(open.begin(), open.end(), is_this);
        if (found == open.end()) return;
        if (const auto error = iq.child({xml::stanza_ns, "error"}); error && iq.is_error())
            tell(*session, found->transfer,
                 iq.from().text() + (found->is_activation ? " did not start it: " : " reached nothing of that: ") +
                     std::string(xmpp::to_string(xmpp::parse_stanza_error(*error).condition)));
        open.erase(found);
    }

private:
    static void expect(Session& session, Question question) {
        auto& open = session.state<Asked>().open;
        open.push_back(std::move(question));
        if (open.size() > most_questions) open.pop_front();
    }

    void tell(Session& session, const std::string& transfer, const std::string& what) const {
        auto& asked = session.state<Asked>();
        const auto now = node_.clock.steady();
        const auto earned = std::chrono::duration_cast<std::chrono::seconds>(now - asked.refilled).count();
        if (earned > 0) {
            asked.lines = std::min(lines_at_once, asked.lines + earned);
            asked.refilled = now;
        }
        if (asked.lines == 0) return;
        --asked.lines;
        node_.log.info(transfer + ": " + what);
    }

    const Node& node_;
    Users& users_;
};

}  // namespace

void log_transfers(const Node& node, Users& users, Router& router) {
    const TransferLog transfers(node, users);
    router.on_iq_sent([transfers](Session& session, const xmpp::Iq& iq) {
        transfers.sent(session, iq);
        return false;
    });
    router.on_iq_received([transfers](const Account*, const xmpp::Iq& iq) {
        transfers.received(iq);
        return false;
    });
}

}  // namespace routing
