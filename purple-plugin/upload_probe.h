// SPDX-License-Identifier: GPL-2.0-or-later
// Whether the server's upload service (XEP-0363) takes a file and gives it back: a few bytes, there and here again.
#pragma once
#include "purple-plugin/https_exchange.h"
#include "purple-plugin/trusted_hosts.h"
#include "purple-plugin/upload_service.h"

#include <functional>
#include <memory>
#include <string>

namespace purple_plugin {

class UploadProbe {
public:
    enum class Outcome {
        kept,        // what came back is what was sent
        missing,     // the server has no such service
        refused,     // it gives no place, or does not take what is sent there
        unreachable, // its host cannot be connected to from here, or is too slow
        untrusted,   // its host shows a certificate that is not the organisation's
        altered,     // something else came back, or nothing
    };
    // `detail`: the host, or what the service said when it refused.
    using Done = std::function<void(Outcome, const std::string& detail)>;

    // Begins; `done` is called once, unless the probe is destroyed before.
    UploadProbe(UploadService& service, TrustedHosts& hosts, PurpleConnection* connection, Done done);
    ~UploadProbe();
    UploadProbe(const UploadProbe&) = delete;
    UploadProbe& operator=(const UploadProbe&) = delete;

private:
    static gboolean give_up(void* probe);
    void got_place(const UploadPlace* place);
    void got_slot(const UploadSlot* slot, const xmlnode* answer);
    void exchange(HttpsExchange::Request request);
    void over(HttpsExchange::Outcome outcome, int status);
    void end(Outcome outcome, const std::string& detail);

    UploadService& service_;
    TrustedHosts& hosts_;
    PurpleConnection* connection_;
    const std::string content_;
    std::string host_; // what is waited for
    std::string link_;
    Done done_;
    std::unique_ptr<TrustedHosts::Entry> trusted_; // before what needs it
    std::unique_ptr<HttpsExchange> exchange_;
    bool is_got_ = false; // what is exchanged is the way back
    guint timer_;
    std::shared_ptr<char> alive_ = std::make_shared<char>(); // answers may come after the probe has ended
};

} // namespace purple_plugin
