// SPDX-License-Identifier: MIT
// What is kept of an account besides roster and messages: SCRAM keys and when it was made. Drawer "account".
#pragma once
#include "store/store.h"
#include "xmpp/scram.h"

#include <optional>
#include <string>
#include <vector>

namespace store {

inline constexpr const char* account_drawer = "account";
// A record here, whatever it says: nobody may log in (XEP-0133 4.3).
inline constexpr const char* disabled_drawer = "disabled";
// Of an account that was erased: its roster, until everybody has been told (docs/decisions/0080).
inline constexpr const char* ended_drawer = "ended";

struct AccountRecord {
    xmpp::ScramKeys sha1;
    xmpp::ScramKeys sha256;
    Time created{};
};

// Iterations of PBKDF2 for new keys (RFC 7677 4 asks for at least 4096).
inline constexpr unsigned usual_scram_iterations = 10000;

// Derives both keys, with fresh salts. Costs milliseconds: run it on the workers.
AccountRecord make_account(std::string_view prepared_password, std::string_view salt1, std::string_view salt256, Time created,
                           unsigned iterations = usual_scram_iterations);

Put put_account(const std::string& owner, const AccountRecord& account);
// Nothing when `records` have no account, or a damaged one.
std::optional<AccountRecord> read_account(const std::vector<Record>& records);

}  // namespace store
