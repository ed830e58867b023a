// SPDX-License-Identifier: GPL-2.0-or-later
// Files for rooms and for contacts who cannot take them now: they go to the server's upload service (XEP-0363), shown as
// any transfer of libpurple's, and the link to them as a message (XEP-0066).
#pragma once
#include "purple-plugin/https_exchange.h"
#include "purple-plugin/stranded_file.h"
#include "purple-plugin/transfer_notices.h"
#include "purple-plugin/trusted_hosts.h"
#include "purple-plugin/upload_service.h"
#include "purple-plugin/words.h"

#include <map>
#include <memory>
#include <string>

#include <ft.h>

namespace purple_plugin {

class Uploads {
public:
    Uploads(const Context& context, Questions& questions, TransferNotices& notices, TrustedHosts& hosts);
    ~Uploads();
    Uploads(const Uploads&) = delete;
    Uploads& operator=(const Uploads&) = delete;

    // Whether a file for `who` needs the service: he is no contact who is online with a client that takes files, or is
    // named as a client that takes none.
    bool needed_for(PurpleConnection* connection, const std::string& who) const;

    // A file for `who`, a contact or a room; the user is asked which unless `path` names it.
    void offer(PurpleConnection* connection, const std::string& who, const char* path);

    // A file that another way has failed for.
    void take_over(const StrandedFile& file, Decided decided);

    // The user has chosen the file; the transfer is over, whoever ended it.
    void begin(PurpleXfer* shown);
    void forget(PurpleXfer* shown) { uploads_.erase(shown); }
    void forget(PurpleConnection* connection);

    // Marks the message that is the link.
    void mark_link(xmlnode* message) const;

private:
    struct Upload {
        unsigned long number; // the same place in memory may be another's transfer later
        PurpleConnection* connection;
        std::string who;
        std::string host_name{}, link{};
        std::unique_ptr<TrustedHosts::Entry> host{}; // before what needs it
        std::unique_ptr<HttpsExchange> put{};
    };

    // Nothing when it is over, which it may be after each wait.
    Upload* find(PurpleXfer* shown, unsigned long number);
    void got_place(PurpleXfer* shown, Upload& upload, const UploadPlace* place);
    void got_slot(PurpleXfer* shown, Upload& upload, const UploadSlot* slot, const xmlnode* answer);
    void send_bytes(PurpleXfer* shown, Upload& upload, HttpsExchange::Request request);
    void end(PurpleXfer* shown, const Upload& upload, HttpsExchange::Outcome outcome, int status);
    void stored(PurpleXfer* shown, const Upload& upload);
    void fail(PurpleXfer* shown, const Upload& upload, Word word, const std::string& detail = {});
    void send_link(PurpleConnection* connection, const std::string& who, const std::string& url);

    const Context& context_;
    UploadService service_;
    TransferNotices& notices_;
    TrustedHosts& hosts_;
    std::map<PurpleXfer*, Upload> uploads_;
    unsigned long begun_ = 0;
    std::string link_; // of the message that is being sent
};

// The type of a file as its name tells it (RFC 6838).
std::string content_type_of(const std::string& file);

} // namespace purple_plugin
