// SPDX-License-Identifier: MIT
#include "socks5.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace proxy65 {
namespace {

constexpr char socks_version = 5;
constexpr char connect = 1;
constexpr char ipv4 = 1, domain_name = 3, ipv6 = 4;
constexpr std::size_t hash_digits = 40; // SHA-1 in hexadecimal
constexpr std::string_view no_method_fits{"\x05\xFF", 2};
constexpr std::string_view no_authentication{"\x05\x00", 2};

bool is_hash(std::string_view name) {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return name.size() == hash_digits && std::all_of(name.begin(), name.end(), is_digit);
}

std::string answer_without_address(Reply reply) {
    std::string bytes{socks_version, static_cast<char>(reply), 0, ipv4};
    bytes.append(6, '\0');
    return bytes;
}

} // namespace

std::string Handshake::take(std::string_view bytes) {
    bytes_ += bytes.substr(0, wanted());
    if (part_ == Part::over || bytes_.size() < needed_) return {};
    return complete();
}

std::string Handshake::complete() {
    switch (part_) {
    case Part::greeting:
        if (bytes_[0] != socks_version || bytes_[1] == 0) return refuse(std::string(no_method_fits));
        return next(Part::methods, static_cast<unsigned char>(bytes_[1]));
    case Part::methods: return chosen_method();
    case Part::request: return read_request();
    case Part::name_length:
        // An empty name still has its port.
        return next(Part::name, static_cast<unsigned char>(bytes_[0]) + 2u);
    case Part::name: return read_name();
    case Part::other_address: return refuse(answer_without_address(Reply::address_type_not_supported));
    case Part::over: break;
    }
    return {};
}

std::string Handshake::next(Part part, std::size_t bytes) {
    part_ = part;
    needed_ = bytes;
    bytes_.clear();
    return {};
}

std::string Handshake::chosen_method() {
    if (bytes_.find('\0') == std::string::npos) return refuse(std::string(no_method_fits));
    next(Part::request, 4);
    return std::string(no_authentication);
}

std::string Handshake::read_request() {
    if (bytes_[0] != socks_version) return refuse(answer_without_address(Reply::general_failure));
    command_ = bytes_[1];
    // A known address is read to its end before the answer, so that no reset overtakes it.
    switch (bytes_[3]) {
    case domain_name: return next(Part::name_length, 1);
    case ipv4: return next(Part::other_address, 4 + 2);
    case ipv6: return next(Part::other_address, 16 + 2);
    default: return refuse(answer_without_address(Reply::address_type_not_supported));
    }
}

std::string Handshake::read_name() {
    name_ = bytes_.substr(0, bytes_.size() - 2);
    const bool is_port_zero = bytes_.ends_with(std::string_view("\0\0", 2));
    const auto hash = base::lower_ascii(name_);
    if (command_ != connect) return refuse(answer_without_address(Reply::command_not_supported));
    if (!is_hash(hash) || !is_port_zero) return refuse(answer_without_address(Reply::not_allowed));
    next(Part::over, 0);
    hash_ = hash;
    return {};
}

std::string Handshake::refuse(std::string last_word) {
    next(Part::over, 0);
    return last_word;
}

std::string Handshake::answer(Reply reply) const {
    std::string bytes{socks_version, static_cast<char>(reply), 0, domain_name, static_cast<char>(name_.size())};
    return bytes + name_ + std::string(2, '\0');
}

} // namespace proxy65
