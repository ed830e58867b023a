// SPDX-License-Identifier: GPL-2.0-or-later
// The platform's calls on sockets: on Windows a socket is no file.
#pragma once
#include <cstddef>

namespace purple_plugin {

// How many bytes were sent or received; 0 at the peer's end, below 0 for an error or when it has to wait.
long send_bytes(int socket, const char* bytes, std::size_t count);
long receive_bytes(int socket, char* bytes, std::size_t most);

void close_socket(int socket);

} // namespace purple_plugin
