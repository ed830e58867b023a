// SPDX-License-Identifier: MIT
// server-core on a disk that fails when a test says so, since all files of SQLite go through FaultVfs, and with a clock that
// jumps. What it is to do is read, a line each, from the FIFO named by BAD_DISK; each line is said on stderr once it holds.
//   full | broken | sync fails | slow MILLISECONDS | good | clock SECONDS (beside the right time)
//   cut SEED: the power fails; the process ends at once, and of what was not synced its files keep any sectors
#include "../server-core/store/fault_vfs.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#undef main
int server_core_main(int count, char** arguments); // main.cpp's, by another name

namespace {

std::atomic<long> clock_offset = 0; // seconds

[[noreturn]] void cut(const store::test::PowerCut& power, unsigned seed) {
    umask(S_IRWXG | S_IRWXO);
    const auto files = power.fail(0.5, seed);
    for (const auto& [name, bytes] : files) {
        const std::string left = name + ".left";
        std::ofstream(left, std::ios::binary) << bytes;
        std::rename(left.c_str(), name.c_str());
        const std::string wal = name + "-wal";
        if (name.ends_with(".sqlite") && !files.contains(wal)) std::remove(wal.c_str());
    }
    _exit(1);
}

void obey(store::test::FaultVfs& faults, const std::string& line) {
    if (line.starts_with("clock ")) {
        clock_offset = std::stol(line.substr(6));
        std::cerr << "disk: " << line << std::endl;
        return;
    }
    if (line.starts_with("cut ")) cut(*faults.power, static_cast<unsigned>(std::stoul(line.substr(4))));
    faults.disk_is_full = line == "full";
    faults.writes_fail = line == "broken";
    faults.sync_fails = line == "sync fails";
    faults.sync_milliseconds = line.starts_with("slow ") ? std::stoi(line.substr(5)) : 0;
    std::cerr << "disk: " << line << std::endl;
}

} // namespace

// In the place of the C library's, for the whole process: what base::Clock reads on the wall.
extern "C" int clock_gettime(clockid_t which, timespec* now) noexcept {
    const long code = syscall(SYS_clock_gettime, which, now);
    if (which == CLOCK_REALTIME) now->tv_sec += clock_offset;
    return static_cast<int>(code);
}

int main(int count, char** arguments) {
    static store::test::FaultVfs faults; // outlives the thread that is not joined
    static store::test::PowerCut power;
    faults.power = &power;
    sqlite3_vfs_register(sqlite3_vfs_find(faults.name()), 1);
    if (const char* fifo = std::getenv("BAD_DISK"))
        std::thread([name = std::string(fifo)] {
            for (;;) {
                std::ifstream lines(name); // returns when somebody opens it to write
                for (std::string line; std::getline(lines, line);) obey(faults, line);
            }
        }).detach();
    return server_core_main(count, arguments);
}
