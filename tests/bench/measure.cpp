// SPDX-License-Identifier: MIT
#include "measure.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

namespace bench {
namespace {

// utime + stime of the process with all its threads, those that ended included, in nanoseconds instead of ticks.
double cpu_seconds(int process) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double pss_kib(int process) {
    std::ifstream in("/proc/" + std::to_string(process) + "/smaps_rollup");
    for (std::string word; in >> word;)
        if (double kib = 0; word == "Pss:" && in >> kib) return kib;
    return 0;
}

void add_children(int process, std::vector<int>& found) {
    std::error_code gone;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", gone)) {
        std::ifstream in(thread.path() / "children");
        for (int child = 0; in >> child;) {
            found.push_back(child);
            add_children(child, found);
        }
    }
}

} // namespace

std::vector<int> Meter::tree() const {
    std::vector<int> found = processes_;
    for (const int process : processes_) add_children(process, found);
    return found;
}

Cost Meter::cpu() const {
    Cost cost;
    for (const int process : tree()) cost.cpu_seconds += cpu_seconds(process);
    cost.when = Clock::now();
    return cost;
}

Cost Meter::cpu_and_memory() const {
    Cost cost = cpu();
    for (const int process : tree()) cost.pss_kib += pss_kib(process);
    return cost;
}

} // namespace bench
