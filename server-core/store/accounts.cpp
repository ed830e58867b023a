// SPDX-License-Identifier: MIT
#include "store/accounts.h"

#include "store/fields.h"

#include <algorithm>

namespace store {
namespace {

constexpr const char* keys_name = "keys";

// One hash's keys take the letters that follow one another from `first`: salt, iterations, stored key, server key.
constexpr char first_of_sha1 = 'a';
constexpr char first_of_sha256 = 'e';
constexpr char created_letter = 't';

void add_keys(FieldWriter& fields, char first, const xmpp::ScramKeys& keys) {
    fields.add(first, keys.salt);
    fields.add_number(static_cast<char>(first + 1), keys.iterations);
    fields.add(static_cast<char>(first + 2), keys.stored_key);
    fields.add(static_cast<char>(first + 3), keys.server_key);
}

// Whether `field` is one of these keys; then it is put in its place.
bool take_key(const Field& field, char first, xmpp::ScramKeys& keys) {
    switch (field.letter - first) {
    case 0: keys.salt = field.value; return true;
    case 1:
        keys.iterations =
            static_cast<unsigned>(std::min<std::uint64_t>(read_number(field.value).value_or(0), UINT32_MAX));
        return true;
    case 2: keys.stored_key = field.value; return true;
    case 3: keys.server_key = field.value; return true;
    default: return false;
    }
}

bool is_complete(const xmpp::ScramKeys& keys, std::size_t digest_bytes) {
    return !keys.salt.empty() && keys.iterations > 0 && keys.stored_key.size() == digest_bytes &&
           keys.server_key.size() == digest_bytes;
}

} // namespace

AccountRecord make_account(std::string_view prepared_password, std::string_view salt1, std::string_view salt256,
                           Time created, unsigned iterations) {
    return {xmpp::derive_keys(xmpp::ScramHash::sha1, prepared_password, salt1, iterations),
            xmpp::derive_keys(xmpp::ScramHash::sha256, prepared_password, salt256, iterations), created};
}

Put put_account(const std::string& owner, const AccountRecord& account) {
    FieldWriter fields;
    add_keys(fields, first_of_sha1, account.sha1);
    add_keys(fields, first_of_sha256, account.sha256);
    const auto since_epoch = std::chrono::duration_cast<std::chrono::seconds>(account.created.time_since_epoch());
    fields.add_number(created_letter, static_cast<std::uint64_t>(since_epoch.count()));
    return {owner, {account_drawer, keys_name, std::move(fields).take()}};
}

std::optional<AccountRecord> read_account(const std::vector<Record>& records) {
    for (const Record& record : records) {
        if (record.drawer != account_drawer || record.name != keys_name) continue;
        const auto fields = read_fields(record.value);
        if (!fields) return std::nullopt;
        AccountRecord account;
        for (const Field& field : *fields) {
            if (take_key(field, first_of_sha1, account.sha1) || take_key(field, first_of_sha256, account.sha256))
                continue;
            if (field.letter != created_letter) continue;
            const auto seconds = read_number(field.value);
            // Beyond the year 2242 it is damage, and would not fit into nanoseconds either.
            if (!seconds || *seconds > (1ULL << 33)) return std::nullopt;
            account.created = Time(std::chrono::seconds(*seconds));
        }
        if (!is_complete(account.sha1, 20) || !is_complete(account.sha256, 32)) return std::nullopt;
        return account;
    }
    return std::nullopt;
}

} // namespace store
