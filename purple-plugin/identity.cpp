// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/identity.h"

#include "purple-plugin/identity_files.h"
#include "purple-plugin/purple_handles.h"

#include <glib/gstdio.h>

#include <blist.h>
#include <core.h>
#include <pounce.h>
#include <util.h>

namespace purple_plugin {
namespace {

constexpr const char* journal_name = "bioaster-change.conf";
constexpr const char* group = "change";

struct FreeKeyFile {
    void operator()(GKeyFile* file) const { g_key_file_free(file); }
};
using KeyFile = std::unique_ptr<GKeyFile, FreeKeyFile>;

std::string journal_path() { return Text(g_build_filename(purple_user_dir(), journal_name, nullptr)).get(); }

// What is to be done, on disk before any of it is.
void write_journal(const Identity& from, const Identity& to, const std::string& old_logs, const std::string& new_logs) {
    const KeyFile journal(g_key_file_new());
    const std::pair<const char*, const std::string&> entries[] = {
        {"from-protocol", from.protocol}, {"from-address", from.address}, {"to-protocol", to.protocol},
        {"to-address", to.address},       {"from-logs", old_logs},        {"to-logs", new_logs}};
    for (const auto& [key, value] : entries) g_key_file_set_string(journal.get(), group, key, value.c_str());
    const Text text(g_key_file_to_data(journal.get(), nullptr, nullptr));
    purple_util_write_data_to_file(journal_name, text.get(), -1);
}

std::string read(GKeyFile* journal, const char* key) {
    const Text value(g_key_file_get_string(journal, group, key, nullptr));
    return value != nullptr ? value.get() : "";
}

void save_soon(PurpleAccount* account) {
    purple_blist_schedule_save();
    for (GList* item = purple_pounces_get_all(); item != nullptr; item = item->next) {
        auto* pounce = static_cast<PurplePounce*>(item->data);
        if (purple_pounce_get_pouncer(pounce) == account)
            purple_pounce_set_save(pounce, purple_pounce_get_save(pounce));
    }
}

// Where the logs will lie: libpurple makes the path of what the account is at the moment.
std::string log_folder_as(PurpleAccount* account, const Identity& to) {
    const Identity now{purple_account_get_protocol_id(account), purple_account_get_username(account)};
    purple_account_set_protocol_id(account, to.protocol.c_str());
    purple_account_set_username(account, to.address.c_str());
    const auto folder = log_folder(account);
    purple_account_set_protocol_id(account, now.protocol.c_str());
    purple_account_set_username(account, now.address.c_str());
    return folder;
}

} // namespace

void change_identity(PurpleAccount* account, const Identity& to) {
    const Identity from{purple_account_get_protocol_id(account), purple_account_get_username(account)};
    const bool was_enabled = purple_account_get_enabled(account, purple_core_get_ui()) != FALSE;
    const char* known = purple_account_get_password(account); // which disabling forgets, where it is not to be kept
    const std::string password = known != nullptr ? known : "";
    if (was_enabled) purple_account_set_enabled(account, purple_core_get_ui(), FALSE);
    const auto old_logs = log_folder(account), new_logs = log_folder_as(account, to);
    write_journal(from, to, old_logs, new_logs);
    purple_account_set_protocol_id(account, to.protocol.c_str());
    purple_account_set_username(account, to.address.c_str());
    merge_folder(old_logs, new_logs);
    save_soon(account);
    if (!password.empty()) purple_account_set_password(account, password.c_str());
    if (was_enabled) purple_account_set_enabled(account, purple_core_get_ui(), TRUE);
}

void finish_change_of_identity() {
    const KeyFile journal(g_key_file_new());
    if (!g_key_file_load_from_file(journal.get(), journal_path().c_str(), G_KEY_FILE_NONE, nullptr)) return;
    const auto value = [&journal](const char* key) { return read(journal.get(), key); };
    rename_account_in_files({value("from-protocol"), value("from-address")},
                            {value("to-protocol"), value("to-address")});
    merge_folder(value("from-logs"), value("to-logs"));
    forget_change_of_identity();
}

void forget_change_of_identity() { g_unlink(journal_path().c_str()); }

} // namespace purple_plugin
