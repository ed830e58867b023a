// SPDX-License-Identifier: GPL-2.0-or-later
// "Check my connection": what works from this desk and what does not, a line each, for the user and whoever helps him.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/proxy_probe.h"
#include "purple-plugin/questions.h"
#include "purple-plugin/upload_probe.h"
#include "purple-plugin/words.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace purple_plugin {

class ConnectionCheck {
public:
    ConnectionCheck(const Context& context, Questions& questions, TrustedHosts& hosts)
        : context_(context), questions_(questions), hosts_(hosts), upload_service_(context, questions) {}
    ConnectionCheck(const ConnectionCheck&) = delete;
    ConnectionCheck& operator=(const ConnectionCheck&) = delete;

    // Looks at everything and shows the result when all has answered; one check at a time.
    void begin(PurpleConnection* connection);

    void forget(PurpleConnection* connection);

private:
    enum Line { server, certificate, rooms, history, proxy, upload, line_count };
    struct Check {
        gint64 begun = 0; // microseconds
        std::array<std::optional<std::string>, line_count> lines;
        std::unique_ptr<ProxyProbe> probe;
        std::unique_ptr<UploadProbe> upload_probe;
    };

    void got_ping(PurpleConnection* connection, const xmlnode* answer);
    void got_rooms(PurpleConnection* connection, const xmlnode* answer);
    void got_account(PurpleConnection* connection, const xmlnode* answer);
    void probe_proxy(PurpleConnection* connection, const std::string& own_full_address);
    void got_probe(PurpleConnection* connection, ProxyProbe::Outcome outcome);
    void probe_upload(PurpleConnection* connection);
    void judge_certificate(PurpleConnection* connection);
    void write(PurpleConnection* connection, Line line, bool is_right, Word word, const std::string& detail = {});
    void show(PurpleConnection* connection) const;

    const Context& context_;
    Questions& questions_;
    TrustedHosts& hosts_;
    UploadService upload_service_;
    std::map<PurpleConnection*, Check> checks_;
};

} // namespace purple_plugin
