// SPDX-License-Identifier: MIT
// bench-generator: runs one scenario against one server and prints what it found as one line of JSON.
#include "scenario.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <sys/resource.h>

namespace {

struct Entry {
    const char* name;
    bench::Finding (*run)(bench::World&);
};

constexpr Entry scenarios[] = {
    {"seed", bench::seed},
    {"idle", bench::idle},
    {"login", bench::logins},
    {"message", bench::message},
    {"message-logged", bench::message_logged},
    {"room", bench::room},
    {"proxy", bench::proxy},
    {"forward", bench::forward},
};

double number(const std::string& text) {
    std::size_t used = 0;
    const double value = std::stod(text, &used);
    if (used != text.size()) throw std::invalid_argument(text + " is no number");
    return value;
}

void set(bench::Options& options, const std::string& key, const std::string& value) {
    if (key == "--scenario")
        options.scenario = value;
    else if (key == "--domain")
        options.domain = value;
    else if (key == "--rooms")
        options.rooms = value;
    else if (key == "--proxy")
        options.proxy = value;
    else if (key == "--port")
        options.port = static_cast<int>(number(value));
    else if (key == "--target")
        options.target = static_cast<int>(number(value));
    else if (key == "--first")
        options.first = static_cast<int>(number(value));
    else if (key == "--count")
        options.count = static_cast<int>(number(value));
    else if (key == "--span")
        options.span = bench::Seconds(number(value));
    else if (key == "--settle")
        options.settle = bench::Seconds(number(value));
    else if (key == "--process")
        options.processes.push_back(static_cast<int>(number(value)));
    else
        throw std::invalid_argument("there is no option " + key);
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return out + '"';
}

void print(const bench::World& world, const bench::Finding& found) {
    const double seconds = std::chrono::duration<double>(found.after.when - found.before.when).count();
    std::printf(
        "{\"scenario\": %s, \"value\": %.6g, \"unit\": %s, \"amount\": %.0f, \"seconds\": %.3f, \"cpu_seconds\": %.3f, "
        "\"pss_before_kib\": %.0f, \"pss_after_kib\": %.0f, \"load_cpu_seconds\": %.3f, \"missing\": %.0f, \"fault\": %s}\n",
        quoted(world.options.scenario).c_str(), std::isfinite(found.value) ? found.value : 0.0,
        quoted(found.unit).c_str(), found.amount, seconds, bench::cpu_between(found.before, found.after),
        found.before.pss_kib, found.after.pss_kib, found.load_cpu_seconds, found.missing,
        quoted(world.fault).c_str());
}

int run(const bench::Options& options) {
    for (const Entry& entry : scenarios) {
        if (options.scenario != entry.name) continue;
        bench::World world{options, bench::Meter(options.processes), {}, {}};
        const bench::Finding found = entry.run(world);
        print(world, found);
        return world.fault.empty() ? 0 : 1;
    }
    throw std::invalid_argument("there is no scenario '" + options.scenario + "'");
}

} // namespace

int main(int argc, char** argv) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    try {
        bench::Options options;
        for (int i = 1; i + 1 < argc; i += 2) set(options, argv[i], argv[i + 1]);
        return run(options);
    } catch (const std::exception& mistake) {
        std::fprintf(stderr, "bench-generator: %s\n", mistake.what());
        return 2;
    }
}
