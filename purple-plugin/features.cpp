// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/features.h"

#include "purple-plugin/buddies.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/setting_mistakes.h"
#include "purple-plugin/words.h"

#include <connection.h>
#include <eventloop.h>

namespace purple_plugin {

Features* loaded_features() {
    const PurplePlugin* plugin = purple_plugins_find_with_id(protocol_id);
    return plugin != nullptr ? static_cast<Features*>(plugin->extra) : nullptr;
}

base::Result<base::Organisation, base::SettingError> read_organisation([[maybe_unused]] const PurplePlugin& self) {
    const char* variable = g_getenv("BIOASTER_ORGANISATION");
    const std::string named = variable != nullptr ? variable : "";
#ifdef _WIN32
    const Text folder(g_path_get_dirname(self.path));
    const Text beside(g_build_filename(folder.get(), "organisation.conf", nullptr));
    return base::find_organisation(named, beside.get());
#else
    return base::find_organisation(named);
#endif
}

Features::Features(PurplePlugin* self, PurplePlugin* xmpp, base::Organisation organisation)
    : context_{self, xmpp, std::move(organisation)},
      transport_(context_),
      questions_(context_),
      registration_(context_),
      commands_(context_),
      password_(context_, questions_),
      details_(context_, questions_),
      directory_(context_, questions_),
      room_list_(context_, questions_),
      connection_check_(context_, questions_, trusted_hosts_),
      scram_login_(context_),
      xmpp_links_(context_) {
    // libpurple loads protocols before its accounts and certificates exist.
    start_timer_ = purple_timeout_add(0, start_late, this);
}

Features::~Features() {
    if (start_timer_ != 0) purple_timeout_remove(start_timer_);
}

gboolean Features::start_late(void* features) {
    guarded([features] {
        static_cast<Features*>(features)->start_timer_ = 0;
        static_cast<Features*>(features)->start();
    });
    return FALSE;
}

// Also called at login: accounts that connect by themselves do so before the first turn of the loop.
void Features::start() {
    if (accounts_) return;
    accounts_.emplace(context_);
    certificates_.emplace(context_, trusted_hosts_);
    messages_.emplace(context_);
    failures_.emplace(context_);
    carbons_.emplace(context_, arrivals_);
    archive_.emplace(context_, questions_, arrivals_);
    room_history_.emplace(context_, questions_);
    receipts_.emplace(context_);
    correction_.emplace(context_);
    bookmarks_.emplace(context_, questions_);
    neighbours_.emplace();
    transfer_notices_.emplace();
    reachability_.emplace(context_, questions_);
    transfers_.emplace(context_, *reachability_, *transfer_notices_, [this](const StrandedFile& file, Decided decided) {
        uploads_->take_over(file, std::move(decided));
    });
    uploads_.emplace(context_, questions_, *transfer_notices_, trusted_hosts_);
    send_command_.emplace();
    links_.emplace(context_);
    migration_.emplace(context_);
    reconnect_.emplace(context_);
    undelivered_.emplace(context_);
    refused_contacts_.emplace(context_);
    subjects_.emplace(context_);
    watch_.emplace(
        context_, questions_, [this](PurpleConnection* dead, Word why) { give_up(dead, why); },
        [this] { reconnect_->try_all_soon(); });
}

base::Result<void, std::string> Features::prepare(PurpleAccount* account) {
    start();
    auto organisation = read_organisation(*context_.self);
    if (!organisation) return base::Unexpected(say(Word::settings_wrong, {mistake_text(organisation.error(), user_language())}));
    context_.organisation = std::move(*organisation);
    const auto prepared = prepare_account(account, context_.organisation);
    if (prepared) migration_->note_domain(account);
    return prepared;
}

void Features::login(PurpleAccount* account) {
    const auto prepared = prepare(account);
    if (prepared) return context_.protocol().login(account);
    const auto moved = migration_->ask_for_new_domain(account);
    purple_connection_error_reason(purple_account_get_connection(account), PURPLE_CONNECTION_ERROR_INVALID_SETTINGS,
                                   (moved.empty() ? prepared.error() : moved).c_str());
}

void Features::register_user(PurpleAccount* account) {
    const auto prepared = prepare(account);
    if (!prepared) return registration_.refuse(account, prepared.error());
    context_.protocol().register_user(account);
    registration_.begin(purple_account_get_connection(account));
}

// The network may be there again already: the first try need not wait.
void Features::give_up(PurpleConnection* dead, Word why) {
    failures_->give_up(dead, why);
    reconnect_->try_all_soon();
}

void Features::close(PurpleConnection* connection) {
    registration_.forget(connection);
    questions_.forget(connection);
    room_list_.forget(connection);
    connection_check_.forget(connection);
    scram_login_.forget(connection);
    if (uploads_) uploads_->forget(connection);
    details_.forget(connection);
    if (watch_) watch_->forget(connection);
    // prpl-jabber knows nothing of a connection that we refused before it could log in.
    if (connection->proto_data != nullptr) context_.protocol().close(connection);
}

const char* Features::normalize(const PurpleAccount* account, const char* who) {
    g_strlcpy(normal_name_.data(), normal_name(account, who, context_).c_str(), normal_name_.size());
    return normal_name_.data();
}

} // namespace purple_plugin
