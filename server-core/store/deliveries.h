// SPDX-License-Identifier: MIT
// DESIGN 4.1, XEP-0198: which entries of message logs were sent to which stream under which number, and how far each stream
// was acknowledged, remembered over kill -9: the marks in the store are always a commit behind (docs/decisions/0121).
#pragma once
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace store {

// One thing that has happened: an entry was sent, or (`log_id` 0) all up to `number` was acknowledged. Streams and owners by
// their hashes. What does not fit its `check` was never written whole.
struct DeliveryFact {
    std::uint64_t check, serial, stream, owner, log_id, number;
};

// A file that is mapped and never synced: it outlives the process, not the machine. After a power cut it is older or torn,
// so that more is delivered again; it never says of anything that it was sent or acknowledged when it was not.
class DeliveriesFile {
public:
    // The error is a sentence.
    static base::Result<DeliveriesFile, std::string> open(const std::string& file);
    DeliveriesFile(DeliveriesFile&& other) noexcept;
    DeliveriesFile& operator=(DeliveriesFile&&) = delete;
    ~DeliveriesFile();
    std::span<DeliveryFact> ring() const { return ring_; }

private:
    explicit DeliveriesFile(std::span<DeliveryFact> ring) : ring_(ring) {}
    std::span<DeliveryFact> ring_;
};

class Deliveries {
public:
    // Newer facts take the place of the oldest in `ring`, which outlives this; empty: nothing is remembered.
    explicit Deliveries(std::span<DeliveryFact> ring);
    Deliveries(const Deliveries&) = delete;
    Deliveries& operator=(const Deliveries&) = delete;

    // How a stream is called here. `id`: the client's secret for resumption; empty: it has none, and gets a name of its own.
    std::uint64_t stream(std::string_view id);
    // Before the stanza is written: an entry of `owner`'s log goes out as the stream's stanza `number` (XEP-0198 4).
    void sent(std::uint64_t stream, std::string_view owner, std::uint32_t number, std::uint64_t log_id);
    void acknowledged(std::uint64_t stream, std::string_view owner, std::uint32_t handled);

    // Of former lives of the server: the entries that reached a client of `owner` for certain, because it acknowledged them...
    std::vector<std::uint64_t> acknowledged_by(std::string_view owner) const;
    // ...or says now that it had handled so many stanzas of that stream.
    std::vector<std::uint64_t> reached(std::string_view id, std::string_view owner, std::uint32_t handled) const;

private:
    void add(DeliveryFact fact);
    std::span<const DeliveryFact> of(std::uint64_t owner) const;
    std::span<DeliveryFact> ring_;
    std::uint64_t next_ = 1;  // serial
    std::vector<DeliveryFact> former_;  // by owner, stream, serial
};

}  // namespace store
