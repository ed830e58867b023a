// SPDX-License-Identifier: MIT
// Bytes as GnuTLS takes them.
#pragma once

#include <gnutls/gnutls.h>

#include <string_view>

namespace net {

// A view: `bytes` outlives it. GnuTLS takes no const, and writes nothing.
inline gnutls_datum_t datum(std::string_view bytes) {
    return {reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data())), static_cast<unsigned>(bytes.size())};
}

} // namespace net
