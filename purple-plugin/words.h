// SPDX-License-Identifier: GPL-2.0-or-later
// Every sentence the plugin says, in French and English. Compiled in: bindtextdomain needs a library whose name
// differs between the Windows bundles.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

namespace purple_plugin {

enum class Word {
    // in failure_words.cpp
    summary, settings_wrong, name_empty, name_not_latin, name_foreign, no_account_made,
    account_exists, account_name_refused, registration_closed, registration_too_often, registration_not_now,
    registration_refused, certificate_untrusted, certificate_other_name, certificate_expired,
    certificate_too_early, certificate_other_key, server_unproven, server_unreachable, connection_lost,
    connection_silent, computer_slept, network_changed, server_trouble, server_other, sent_too_much,
    login_impossible, undelivered, bounce_nobody, bounce_away, bounce_other_server,
    bounce_forbidden, bounce_blocked, bounce_not_in_room, bounce_too_much, bounce_not_kept,
    bounce_refused, link_offline, server_restarts, server_full, password_wrong, too_many_tries,
    account_disabled, account_gone, logged_in_elsewhere, not_secure, connection_failed,
    // in words.cpp
    corrected, history_begins, room_history_gap, nothing_to_correct, delivered, contact_not_kept,
    contact_refused, menu_password,
    menu_details, menu_directory, menu_rooms, menu_check, menu_help, menu_ordinary, button_go,
    button_cancel, password_form, password_new, password_again, password_differs, password_changed,
    password_refused, password_unknown, directory_form, directory_given, directory_family,
    directory_address, directory_found, directory_nobody, directory_missing, details_form,
    details_phone, details_service, details_title, details_missing, details_refused, details_kept,
    help_whom, help_nobody_named, help_password, help_facts, migrate_offer, migrate_keeps, migrate_yes,
    migrate_later, migrate_never, migrate_done, ordinary_offer, ordinary_keeps, ordinary_done, domain_offer, domain_keeps,
    domain_refused, rooms_name, rooms_missing, check_server, check_server_silent, check_certificate,
    check_certificate_by_computer, check_rooms, check_rooms_missing, check_history,
    check_history_missing, check_proxy, check_proxy_missing, check_proxy_unreachable,
    check_proxy_refused, check_upload, check_upload_missing, check_upload_refused, check_upload_unreachable,
    check_upload_untrusted, check_upload_altered, transfer_declined, transfer_other_way, transfer_in_band_here, transfer_in_band_there,
    transfer_unreachable_here, transfer_unreachable_there, transfer_refused, transfer_broken, transfer_kept_here,
    transfer_kept_there, transfer_kept_refused, transfer_kept_other, upload_missing,
    upload_missing_for_stranger, upload_missing_for_room, upload_missing_for_program, upload_too_large, upload_full, upload_refused, upload_untrusted,
    upload_unreachable, upload_broken, upload_unreadable,
    send_what, send_missing, send_no_file, send_unreadable, send_empty, send_offline,
    command_failed, help_affiliate, help_ban, help_buzz, help_config,
    help_correct, help_invite, help_join, help_kick, help_mood, help_msg, help_nick, help_part,
    help_ping, help_register, help_role, help_send, help_topic, last = help_topic,
};

enum class Language { english, french };

// The user's language: the first of g_get_language_names() that we have.
Language user_language();

// The sentence for `word`, with {1}, {2}... replaced by `details`.
std::string say(Word word, Language language, std::initializer_list<std::string_view> details = {});

// The same in the user's language.
std::string say(Word word, std::initializer_list<std::string_view> details = {});

} // namespace purple_plugin
