// SPDX-License-Identifier: MIT
#include "outside.h"

#include "clock.h"
#include "json_line.h"

#include <cstdlib>
#include <ctime>

#include <account.h>
#include <blist.h>
#include <core.h>
#include <glib.h>
#include <log.h>
#include <network.h>
#include <plugin.h>
#include <pounce.h>
#include <prpl.h>
#include <server.h>
#include <signals.h>
#include <util.h>

namespace headless {
namespace {

// link URI: as a click on a page hands it over.
Failure follow_link(const Words& words) {
    purple_got_protocol_handler_uri(words[1].c_str());
    return std::nullopt;
}

// sleep SECONDS: the wall clock is ahead by that when the computer wakes up.
Failure sleep(const Words& words) {
    sleep_for(std::atoll(words[1].c_str()));
    return std::nullopt;
}

Failure change_network(const Words&) {
    purple_signal_emit(purple_network_get_handle(), "network-configuration-changed", nullptr);
    return std::nullopt;
}

// All accounts, a line each: protocol, name, "online" or "-".
Failure list_accounts(const Words&) {
    std::string all;
    for (GList* item = purple_accounts_get_all(); item != nullptr; item = item->next) {
        auto* account = static_cast<PurpleAccount*>(item->data);
        all += std::string(purple_account_get_protocol_id(account)) + ' ' + purple_account_get_username(account) +
               (purple_account_is_connected(account) ? " online\n" : " -\n");
    }
    JsonLine("accounts").add("list", all);
    return std::nullopt;
}

PurpleAccount* find_account(const std::string& name) {
    for (GList* item = purple_accounts_get_all(); item != nullptr; item = item->next)
        if (name == purple_account_get_username(static_cast<PurpleAccount*>(item->data)))
            return static_cast<PurpleAccount*>(item->data);
    return nullptr;
}

// add-account PROTOCOL NAME PASSWORD: not used yet.
Failure add_account(const Words& words) {
    PurpleAccount* account = purple_account_new(words[2].c_str(), words[1].c_str());
    purple_account_set_password(account, words[3].c_str());
    purple_account_set_remember_password(account, TRUE);
    purple_accounts_add(account);
    return std::nullopt;
}

// set-number KEY NUMBER: a setting of the last account.
Failure set_number(const Words& words) {
    auto* account = static_cast<PurpleAccount*>(g_list_last(purple_accounts_get_all())->data);
    purple_account_set_int(account, words[1].c_str(), std::atoi(words[2].c_str()));
    return std::nullopt;
}

// pounce ACCOUNT BUDDY: an alert when that contact comes, kept.
Failure add_pounce(const Words& words) {
    auto* account = find_account(words[1]);
    if (account == nullptr) return "no such account";
    auto* pounce =
        purple_pounce_new("headless", account, words[2].c_str(), PURPLE_POUNCE_SIGNON, PURPLE_POUNCE_OPTION_NONE);
    purple_pounce_action_register(pounce, "popup-notify");
    purple_pounce_action_set_enabled(pounce, "popup-notify", TRUE);
    purple_pounce_set_save(pounce, TRUE);
    return std::nullopt;
}

// Pounces, contacts and chats, a line each, with the account that each belongs to.
Failure list_belongings(const Words&) {
    std::string all;
    for (GList* item = purple_pounces_get_all(); item != nullptr; item = item->next) {
        auto* pounce = static_cast<PurplePounce*>(item->data);
        auto* account = purple_pounce_get_pouncer(pounce);
        all += std::string("pounce ") + purple_account_get_protocol_id(account) + ' ' +
               purple_account_get_username(account) + ' ' + purple_pounce_get_pouncee(pounce) + '\n';
    }
    for (auto* node = purple_blist_get_root(); node != nullptr; node = purple_blist_node_next(node, TRUE)) {
        if (purple_blist_node_get_type(node) == PURPLE_BLIST_BUDDY_NODE) {
            auto* buddy = reinterpret_cast<PurpleBuddy*>(node);
            all += std::string("contact ") + purple_account_get_protocol_id(purple_buddy_get_account(buddy)) + ' ' +
                   purple_buddy_get_name(buddy) + ' ' + purple_buddy_get_alias(buddy) + '\n';
        }
        if (purple_blist_node_get_type(node) == PURPLE_BLIST_CHAT_NODE) {
            auto* chat = reinterpret_cast<PurpleChat*>(node);
            all += std::string("chat ") + purple_account_get_protocol_id(purple_chat_get_account(chat)) + ' ' +
                   purple_chat_get_name(chat) + '\n';
        }
    }
    JsonLine("belongings").add("list", all);
    return std::nullopt;
}

// log ACCOUNT WHO TEXT: a line in the log of a conversation.
Failure write_log(const Words& words) {
    auto* account = find_account(words[1]);
    if (account == nullptr) return "no such account";
    auto* log = purple_log_new(PURPLE_LOG_IM, words[2].c_str(), account, nullptr, std::time(nullptr), nullptr);
    purple_log_write(log, PURPLE_MESSAGE_RECV, words[2].c_str(), std::time(nullptr), words[3].c_str());
    purple_log_free(log);
    return std::nullopt;
}

// logs ACCOUNT WHO: all that the account's log viewer would show of that conversation.
Failure read_logs(const Words& words) {
    auto* account = find_account(words[1]);
    if (account == nullptr) return "no such account";
    std::string all;
    GList* logs = purple_log_get_logs(PURPLE_LOG_IM, words[2].c_str(), account);
    for (; logs != nullptr; logs = g_list_delete_link(logs, logs)) {
        auto* log = static_cast<PurpleLog*>(logs->data);
        gchar* text = purple_log_read(log, nullptr);
        all += text;
        g_free(text);
        purple_log_free(log);
    }
    JsonLine("logs").add("text", all);
    return std::nullopt;
}

} // namespace

const Commands& outside_commands() {
    static const Commands commands{
        {"add-account", {3, add_account}}, {"set-number", {2, set_number}},
        {"link", {1, follow_link}},        {"sleep", {1, sleep}},
        {"network", {0, change_network}},  {"accounts", {0, list_accounts}},
        {"pounce", {2, add_pounce}},       {"belongings", {0, list_belongings}},
        {"log", {3, write_log}},           {"logs", {2, read_logs}},
    };
    return commands;
}

} // namespace headless
