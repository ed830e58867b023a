// SPDX-License-Identifier: MIT
// RFC 1928 as XEP-0065 uses it: the proxy's side of one handshake. No sockets, no clock.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace proxy65 {

// RFC 1928 6, those that we use.
enum class Reply : unsigned char {
    succeeded = 0,
    general_failure = 1,
    not_allowed = 2,
    command_not_supported = 7,
    address_type_not_supported = 8,
};

// Takes a client's bytes at any segmentation and never asks for one that may belong to the file.
//   refused with   version not 5: FF in the greeting, general failure in the request; no method 0: FF;
//                  command not CONNECT: 07; an IPv4, IPv6 or unknown address type: 08; a name that is not 40
//                  hexadecimal digits, or a port that is not 0: 02
//   source         RFC 1928 3, 4, 6; XEP-0065 6.3.2 (DST.ADDR and DST.PORT), 10.2
class Handshake {
public:
    // How many bytes belong to the handshake for certain: read no more at once; 0: none, it is over.
    std::size_t wanted() const { return part_ == Part::over ? 0 : needed_ - bytes_.size(); }
    // Takes at most wanted() bytes, returns what must be sent to the client now (mostly nothing).
    std::string take(std::string_view bytes);
    // Refused: what take() returned last is the last word.
    bool is_refused() const { return part_ == Part::over && !hash_; }
    // The name that the client asked for, in lower case, once the whole request is there: 40 hexadecimal digits.
    const std::optional<std::string>& hash() const { return hash_; }
    // The answer to that request; with the address as the client wrote it (XEP-0065 6.3.2).
    std::string answer(Reply reply) const;

private:
    enum class Part { greeting, methods, request, name_length, name, other_address, over };
    std::string complete();
    std::string next(Part part, std::size_t bytes);
    std::string chosen_method();
    std::string read_request();
    std::string read_name();
    std::string refuse(std::string last_word);

    Part part_ = Part::greeting;
    std::size_t needed_ = 2;
    std::string bytes_; // of this part
    char command_ = 0;
    std::string name_; // as the client wrote it
    std::optional<std::string> hash_;
};

} // namespace proxy65
