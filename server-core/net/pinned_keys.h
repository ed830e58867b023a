// SPDX-License-Identifier: MIT
// RFC 7469 2.4: a server is known by its public key, whoever signed its certificate.
#pragma once
#include "net/tls.h"

namespace net {

// Before a session begins: who has one of these keys is trusted as well; with no authority named, nobody else.
//   pins   SHA-256 of SubjectPublicKeyInfo, 32 bytes each; none: nothing changes
void trust_keys(const TlsCredentials& of_client, std::vector<std::string> pins);

} // namespace net
