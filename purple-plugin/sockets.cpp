// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/sockets.h"

#ifdef _WIN32
#include <winsock2.h>
#else
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace purple_plugin {

#ifdef _WIN32
long send_bytes(int socket, const char* bytes, std::size_t count) {
    return send(static_cast<SOCKET>(socket), bytes, static_cast<int>(count), 0);
}

long receive_bytes(int socket, char* bytes, std::size_t most) {
    return recv(static_cast<SOCKET>(socket), bytes, static_cast<int>(most), 0);
}

void close_socket(int socket) { closesocket(static_cast<SOCKET>(socket)); }
#else
long send_bytes(int socket, const char* bytes, std::size_t count) { return send(socket, bytes, count, MSG_NOSIGNAL); }

long receive_bytes(int socket, char* bytes, std::size_t most) { return recv(socket, bytes, most, 0); }

void close_socket(int socket) { close(socket); }
#endif

} // namespace purple_plugin
