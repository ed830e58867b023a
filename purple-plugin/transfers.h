// SPDX-License-Identifier: GPL-2.0-or-later
// Files go through the organisation's proxy (XEP-0065): two desks seldom reach each other, and each address that
// does not answer costs the receiver five seconds. Keeps what is known of each transfer of libpurple's (XEP-0096), to
// say why one failed, with the id that the logs of server and proxy have; one with no way left is handed on.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/reachability.h"
#include "purple-plugin/stranded_file.h"
#include "purple-plugin/transfer_notices.h"
#include "purple-plugin/words.h"

#include <list>
#include <optional>
#include <string>

#include <ft.h>
#include <xmlnode.h>

namespace purple_plugin {

class Transfers {
public:
    Transfers(const Context& context, Reachability& reachability, TransferNotices& notices, TakeOver take_over);
    ~Transfers();
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;

    // A stanza that leaves or arrives. What leaves may have to wait: then it is kept here, and false is returned.
    bool send(PurpleConnection* connection, xmlnode* iq);
    void receive(PurpleConnection* connection, xmlnode* iq);

    // libpurple asks the user about a file that was offered; a transfer was cancelled by anybody; one is over.
    void offered(PurpleXfer* shown);
    void cancelled(PurpleXfer* shown);
    void finished(PurpleXfer* shown);
    void forget(PurpleConnection* connection);

private:
    enum class Trouble { none, declined, unreachable_here, unreachable_there, refused, incapable };
    struct Transfer {
        PurpleConnection* connection;
        bool is_ours; // we send
        std::string peer, session, file;
        std::string question; // id of the IQ that proposes the file (XEP-0095)
        PurpleXfer* shown;    // libpurple's own; null when that is over
        std::string own{};    // our address, as the peer knows it
        std::string offer{}, activation{}; // ids of the IQs of XEP-0065
        std::string hosts{};               // for people
        Trouble trouble = Trouble::none;
        bool is_told = false;    // that it does not go through a proxy
        std::string condition{}; // why the proxy refused
        std::string features{}, in_band{}; // ids of our questions what the peer's client can do, and for XEP-0047
        std::string path{};
        std::uint64_t size = 0;
    };

    Transfer* find(PurpleConnection* connection, const std::string& peer, const std::string& session);
    Transfer* find_by(std::string Transfer::*id, PurpleConnection* connection, const xmlnode* iq, const char* other_side);
    PurpleXfer* unproposed(PurpleConnection* connection, const std::string& peer, const std::string& file) const;
    Transfer& know(PurpleConnection* connection, PurpleXfer* shown);
    void begin(PurpleConnection* connection, const xmlnode* iq, const xmlnode* si);
    void ask_features(PurpleConnection* connection, const xmlnode* iq);
    bool send_request(PurpleConnection* connection, xmlnode* iq);
    bool send_offer(PurpleConnection* connection, xmlnode* iq, xmlnode* query);
    void hold(Transfer& transfer, const xmlnode* offer, const std::vector<Streamhost>& proxies);
    void send_error(PurpleConnection* connection, const xmlnode* iq);
    void receive_request(PurpleConnection* connection, xmlnode* iq);
    void receive_answer(PurpleConnection* connection, const xmlnode* iq, bool is_error);
    void got_features(PurpleConnection* connection, const xmlnode* iq, bool is_error);
    void got_in_band(PurpleConnection* connection, const xmlnode* iq, bool is_error);
    void got_activation(PurpleConnection* connection, const xmlnode* iq, bool is_error);
    void hand_on(const Transfer& transfer);
    void forget(const PurpleXfer* shown);
    void fall_back(Transfer& transfer);
    struct Words {
        Word lost;
        std::optional<Word> kept; // where the file may still go another way
    };
    static Words words_for(Trouble trouble);
    std::string sentence(const Transfer& transfer, Word word, const std::string& hosts) const;

    const Context& context_;
    Reachability& reachability_;
    TransferNotices& notices_;
    const TakeOver take_over_;
    std::list<Transfer> transfers_;
    struct {
        std::string from, session, question;
    } proposed_; // the last file that somebody proposed to us
};

} // namespace purple_plugin
