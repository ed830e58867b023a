// SPDX-License-Identifier: MIT
#include "pipes.h"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace proxy65 {
namespace {

constexpr std::size_t most_idle = 32;

} // namespace

Pipe::Pipe(Pipe&& other) noexcept
    : read_end_(std::exchange(other.read_end_, -1)), write_end_(std::exchange(other.write_end_, -1)) {}

Pipe& Pipe::operator=(Pipe&& other) noexcept {
    std::swap(read_end_, other.read_end_);
    std::swap(write_end_, other.write_end_);
    return *this;
}

Pipe::~Pipe() {
    if (read_end_ >= 0) ::close(read_end_);
    if (write_end_ >= 0) ::close(write_end_);
}

std::optional<Pipe> Pipes::take() {
    if (!idle_.empty()) {
        std::optional<Pipe> pipe(std::move(idle_.back()));
        idle_.pop_back();
        return pipe;
    }
    int ends[2];
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return std::nullopt;
    // Refused beyond the user's share (pipe-user-pages-soft): the pipe then keeps the size it has.
    ::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(size_bytes));
    return Pipe(ends[0], ends[1]);
}

void Pipes::give_back(Pipe pipe) {
    if (idle_.size() < most_idle) idle_.push_back(std::move(pipe));
}

} // namespace proxy65
