// SPDX-License-Identifier: GPL-2.0-or-later
// Owns every part of the plugin while it is loaded, and is what libpurple's functions find through the plugin.
#pragma once
#include "purple-plugin/account.h"
#include "purple-plugin/archive.h"
#include "purple-plugin/bookmarks.h"
#include "purple-plugin/carbons.h"
#include "purple-plugin/certificates.h"
#include "purple-plugin/commands.h"
#include "purple-plugin/connection_check.h"
#include "purple-plugin/context.h"
#include "purple-plugin/correction.h"
#include "purple-plugin/details.h"
#include "purple-plugin/directory.h"
#include "purple-plugin/failures.h"
#include "purple-plugin/links.h"
#include "purple-plugin/messages.h"
#include "purple-plugin/migration.h"
#include "purple-plugin/neighbours.h"
#include "purple-plugin/password.h"
#include "purple-plugin/reachability.h"
#include "purple-plugin/receipts.h"
#include "purple-plugin/reconnect.h"
#include "purple-plugin/refused_contacts.h"
#include "purple-plugin/registration.h"
#include "purple-plugin/room_history.h"
#include "purple-plugin/room_list.h"
#include "purple-plugin/scram_login.h"
#include "purple-plugin/send_command.h"
#include "purple-plugin/subjects.h"
#include "purple-plugin/transfer_notices.h"
#include "purple-plugin/transfers.h"
#include "purple-plugin/transport.h"
#include "purple-plugin/trusted_hosts.h"
#include "purple-plugin/uploads.h"
#include "purple-plugin/undelivered.h"
#include "purple-plugin/watch.h"
#include "purple-plugin/xmpp_links.h"

#include <array>
#include <optional>

namespace purple_plugin {

class Features {
public:
    Features(PurplePlugin* self, PurplePlugin* xmpp, base::Organisation organisation);
    ~Features();
    Features(const Features&) = delete;
    Features& operator=(const Features&) = delete;

    const Context& context() const { return context_; }
    Password& password() { return password_; }
    Details& details() { return details_; }
    Directory& directory() { return directory_; }
    Migration* migration() { return migration_ ? &*migration_ : nullptr; }
    Watch* watch() { return watch_ ? &*watch_ : nullptr; }
    RoomList& room_list() { return room_list_; }
    ConnectionCheck& connection_check() { return connection_check_; }
    Failures* failures() { return failures_ ? &*failures_ : nullptr; }
    TransferNotices* transfer_notices() { return transfer_notices_ ? &*transfer_notices_ : nullptr; }
    Uploads* uploads() { return uploads_ ? &*uploads_ : nullptr; }
    Certificates* certificates() { return certificates_ ? &*certificates_ : nullptr; }

    void login(PurpleAccount* account);
    void register_user(PurpleAccount* account);
    void close(PurpleConnection* connection);

    // `who` as libpurple compares it; valid until the next call.
    const char* normalize(const PurpleAccount* account, const char* who);

private:
    static gboolean start_late(void* features);
    void start();
    void give_up(PurpleConnection* dead, Word why);
    base::Result<void, std::string> prepare(PurpleAccount* account);

    Context context_;
    Transport transport_;
    Questions questions_;
    Arrivals arrivals_;
    TrustedHosts trusted_hosts_;
    Registration registration_;
    Commands commands_;
    Password password_;
    Details details_;
    Directory directory_;
    RoomList room_list_;
    ConnectionCheck connection_check_;
    ScramLogin scram_login_;
    XmppLinks xmpp_links_;
    std::optional<Accounts> accounts_; // these need parts of libpurple that start after its plugins
    std::optional<Certificates> certificates_;
    std::optional<Messages> messages_;
    std::optional<Failures> failures_;
    std::optional<Carbons> carbons_;
    std::optional<Archive> archive_;
    std::optional<RoomHistory> room_history_;
    std::optional<Receipts> receipts_;
    std::optional<Correction> correction_;
    std::optional<Bookmarks> bookmarks_;
    std::optional<Neighbours> neighbours_;
    std::optional<TransferNotices> transfer_notices_;
    std::optional<Reachability> reachability_;
    std::optional<Transfers> transfers_;
    std::optional<Uploads> uploads_;
    std::optional<SendCommand> send_command_;
    std::optional<Links> links_;
    std::optional<Migration> migration_;
    std::optional<Reconnect> reconnect_;
    std::optional<Undelivered> undelivered_;
    std::optional<RefusedContacts> refused_contacts_;
    std::optional<Subjects> subjects_;
    std::optional<Watch> watch_;
    guint start_timer_ = 0;
    std::array<char, 3072> normal_name_{}; // fixed, as prpl-jabber's: libpurple may look at an old answer
};

// The loaded plugin's features; null while it is not loaded. libpurple's callbacks bring nothing that leads to them.
Features* loaded_features();

// What the environment variable BIOASTER_ORGANISATION names, or else what base::find_organisation finds; on Windows the
// file for all users lies beside `self`.
base::Result<base::Organisation, base::SettingError> read_organisation(const PurplePlugin& self);

} // namespace purple_plugin
