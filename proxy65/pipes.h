// SPDX-License-Identifier: MIT
// Kernel pipes for splice(2): a direction holds one only while bytes are in it.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

namespace proxy65 {

// Both ends of a pipe; closed when destroyed.
class Pipe {
public:
    Pipe(int read_end, int write_end) : read_end_(read_end), write_end_(write_end) {}
    Pipe(Pipe&& other) noexcept;
    Pipe& operator=(Pipe&& other) noexcept;
    ~Pipe();
    int read_end() const { return read_end_; }
    int write_end() const { return write_end_; }

private:
    int read_end_ = -1;
    int write_end_ = -1;
};

class Pipes {
public:
    // What one splice moves at most, and the size that a pipe is asked for. A process without CAP_SYS_RESOURCE that has
    // used its share of pipe memory gets less: 64 KiB, or 8 KiB. That costs speed, nothing else.
    static constexpr std::size_t size_bytes = 256 * 1024;

    // An empty pipe; nothing when no descriptor is left: try again later.
    std::optional<Pipe> take();
    // Takes an empty pipe back; a few are kept.
    void give_back(Pipe pipe);

private:
    std::vector<Pipe> idle_;
};

} // namespace proxy65
