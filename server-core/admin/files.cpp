// SPDX-License-Identifier: MIT
#include "admin/files.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace admin {
namespace {

const char* remedy() {
    switch (errno) {
    case ENOSPC:
    case EDQUOT: return "; make room on its disk, nothing was changed";
    case EEXIST: return "; name a file that is not there, or move that one away";
    case ENOENT: return "; is the path right?";
    case EACCES:
    case EPERM:
    case EROFS: return "; name one that you may use";
    default: return "; check the disk and the system's log";
    }
}

bool copy_all(int from, int to) {
    std::array<char, 256 * 1024> buffer{};
    while (true) {
        const auto got = read(from, buffer.data(), buffer.size());
        if (got == 0) return true;
        if (got < 0) return false;
        for (ssize_t written = 0, now = 0; written < got; written += now) {
            now = write(to, buffer.data() + written, static_cast<std::size_t>(got - written));
            if (now < 0) return false;
        }
    }
}

} // namespace

std::string sentence_of(const std::string& file, const std::string& what) {
    const std::string help = remedy();
    return file + " cannot be " + what + " (" + std::strerror(errno) + ")" + help;
}

std::optional<std::string> base_name_in(const std::string& folder, const std::string& file) {
    const std::filesystem::path path(file);
    if (path.parent_path() != std::filesystem::path(folder)) return std::nullopt;
    return path.filename().string();
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor::~Descriptor() {
    if (number_ >= 0) close(number_);
}

std::optional<std::string> copy_file(int from, const std::string& to) {
    const Descriptor out(open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (out.number() < 0) return sentence_of(to, "made");
    if (!copy_all(from, out.number()) || fsync(out.number()) != 0) return sentence_of(to, "written");
    return std::nullopt;
}

std::optional<std::string> synchronise_folder(const std::string& folder) {
    const Descriptor opened(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.number() < 0 || fsync(opened.number()) != 0) return sentence_of(folder, "synchronised");
    return std::nullopt;
}

AsCaller::AsCaller() : user_(geteuid()), group_(getegid()) {
    // Back to the real ids, which a process may always do.
    if (seteuid(getuid()) != 0 || setegid(getgid()) != 0) std::abort();
}

AsCaller::~AsCaller() {
    if (setegid(group_) != 0 || seteuid(user_) != 0) std::abort();
}

} // namespace admin
