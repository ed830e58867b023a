// SPDX-License-Identifier: MIT
#include "store/deliveries.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace store {
namespace {

// 1.5 MiB. What is older is on disk as a mark for long, unless its client is away without having acknowledged it.
constexpr std::size_t capacity = 32768;

// FNV-1a: the file outlives the process, so its hashes must too.
std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 0xcbf29ce484222325;
    for (const char byte : text) value = (value ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    return value;
}

std::uint64_t check_of(const DeliveryFact& fact) {
    std::uint64_t value = 0x9e3779b97f4a7c15;
    for (const std::uint64_t part : {fact.serial, fact.stream, fact.owner, fact.log_id, fact.number}) {
        value = (value ^ part) * 0xbf58476d1ce4e5b9;
        value ^= value >> 29;
    }
    return value;
}

bool is_whole(const DeliveryFact& fact) { return fact.serial != 0 && fact.check == check_of(fact); }

// Counts wrap at 2^32 (XEP-0198 4).
bool is_up_to(std::uint64_t number, std::uint32_t handled) {
    return static_cast<std::int32_t>(handled - static_cast<std::uint32_t>(number)) >= 0;
}

void take_reached(std::span<const DeliveryFact> of_stream, std::uint32_t handled, std::vector<std::uint64_t>& ids) {
    for (const DeliveryFact& fact : of_stream)
        if (fact.log_id != 0 && is_up_to(fact.number, handled)) ids.push_back(fact.log_id);
}

constexpr auto by_place = [](const DeliveryFact& fact) { return std::tuple(fact.owner, fact.stream, fact.serial); };

std::string sentence(const std::string& file) {
    return file + " cannot be used: " + std::error_code(errno, std::generic_category()).message();
}

}  // namespace

base::Result<DeliveriesFile, std::string> DeliveriesFile::open(const std::string& file) {
    constexpr std::size_t bytes = capacity * sizeof(DeliveryFact);
    const int opened = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (opened < 0) return base::Unexpected(sentence(file));
    struct stat status {};
    // All of it is on the disk from the start: a full one must not end the server later, when a page is touched.
    errno = ::fstat(opened, &status) != 0 ? errno : ::posix_fallocate(opened, 0, bytes);
    void* const mapped = errno == 0 ? ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0) : MAP_FAILED;
    if (mapped == MAP_FAILED) {
        auto mistake = sentence(file);
        ::close(opened);
        if (status.st_size == 0) ::unlink(file.c_str());
        return base::Unexpected(std::move(mistake));
    }
    ::close(opened);
    return DeliveriesFile({static_cast<DeliveryFact*>(mapped), capacity});
}

DeliveriesFile::DeliveriesFile(DeliveriesFile&& other) noexcept : ring_(std::exchange(other.ring_, {})) {}

DeliveriesFile::~DeliveriesFile() {
    if (!ring_.empty()) ::munmap(ring_.data(), ring_.size_bytes());
}

Deliveries::Deliveries(std::span<DeliveryFact> ring) : ring_(ring) {
    std::ranges::copy_if(ring, std::back_inserter(former_), is_whole);
    for (const DeliveryFact& fact : former_) next_ = std::max(next_, fact.serial + 1);
    std::ranges::sort(former_, {}, by_place);
}

std::uint64_t Deliveries::stream(std::string_view id) { return hash(id.empty() ? '#' + std::to_string(next_++) : std::string(id)); }

void Deliveries::sent(std::uint64_t stream, std::string_view owner, std::uint32_t number, std::uint64_t log_id) {
    add({0, 0, stream, hash(owner), log_id, number});
}

void Deliveries::acknowledged(std::uint64_t stream, std::string_view owner, std::uint32_t handled) {
    add({0, 0, stream, hash(owner), 0, handled});
}

void Deliveries::add(DeliveryFact fact) {
    if (ring_.empty()) return;
    fact.serial = next_++;
    fact.check = check_of(fact);
    ring_[fact.serial % ring_.size()] = fact;
}

std::span<const DeliveryFact> Deliveries::of(std::uint64_t owner) const {
    return std::ranges::equal_range(former_, owner, {}, &DeliveryFact::owner);
}

std::vector<std::uint64_t> Deliveries::acknowledged_by(std::string_view owner) const {
    std::vector<std::uint64_t> ids;
    for (auto rest = of(hash(owner)); !rest.empty();) {
        const auto of_stream = std::ranges::equal_range(rest, rest.front().stream, {}, &DeliveryFact::stream);
        const std::span<const DeliveryFact> facts(of_stream.begin(), of_stream.end());
        const auto last = std::ranges::find(facts.rbegin(), facts.rend(), 0U, &DeliveryFact::log_id);
        if (last != facts.rend()) take_reached(facts, static_cast<std::uint32_t>(last->number), ids);
        rest = rest.subspan(facts.size());
    }
    return ids;
}

std::vector<std::uint64_t> Deliveries::reached(std::string_view id, std::string_view owner, std::uint32_t handled) const {
    std::vector<std::uint64_t> ids;
    if (id.empty()) return ids;
    const auto of_stream = std::ranges::equal_range(of(hash(owner)), hash(id), {}, &DeliveryFact::stream);
    take_reached({of_stream.begin(), of_stream.end()}, handled, ids);
    return ids;
}

}  // namespace store
