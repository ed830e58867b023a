// SPDX-License-Identifier: MIT
#include "net/service_records.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <tuple>

#include <arpa/nameser.h>
#include <resolv.h>

namespace net {
namespace {

constexpr std::size_t head_bytes = 12, question_bytes = 4, record_bytes = 10, srv_bytes = 6;

struct Record {
    unsigned priority, weight;
    base::Endpoint where;
};

// A name server's answer (RFC 1035 4.1), read from front to back; what runs over its end is nothing.
class Answer {
public:
    explicit Answer(std::span<const unsigned char> bytes) : bytes_(bytes) {}

    std::optional<std::string> name() {
        std::array<char, NS_MAXDNAME> text{};
        const auto* const begin = bytes_.data();
        const int used = ::dn_expand(begin, begin + bytes_.size(), begin + at_, text.data(), static_cast<int>(text.size()));
        if (used < 0) return std::nullopt;
        at_ += static_cast<std::size_t>(used);
        return std::string(text.data());
    }
    // The two bytes that are so far on; 0 beyond the end.
    unsigned number(std::size_t ahead) const {
        const auto place = at_ + ahead;
        return place + 2 <= bytes_.size() ? bytes_[place] * 256u + bytes_[place + 1] : 0;
    }
    std::size_t place() const { return at_; }
    void go_to(std::size_t place) { at_ = std::min(place, bytes_.size()); }

private:
    std::span<const unsigned char> bytes_;
    std::size_t at_ = 0;
};

// Nothing where the name is the root, which says that there is no such service.
std::optional<Record> read_srv(Answer& answer) {
    const unsigned priority = answer.number(0), weight = answer.number(2), port = answer.number(4);
    answer.go_to(answer.place() + srv_bytes);
    auto host = answer.name();
    if (!host || host->empty()) return std::nullopt;
    return Record{priority, weight, {std::move(*host), static_cast<std::uint16_t>(port)}};
}

std::vector<Record> read_records(Answer answer) {
    const unsigned questions = answer.number(4), answers = answer.number(6);
    std::vector<Record> found;
    answer.go_to(head_bytes);
    for (unsigned i = 0; i < questions; ++i) {
        if (!answer.name()) return found;
        answer.go_to(answer.place() + question_bytes);
    }
    for (unsigned i = 0; i < answers; ++i) {
        if (!answer.name()) return found;
        const unsigned type = answer.number(0), length = answer.number(8);
        answer.go_to(answer.place() + record_bytes);
        const auto next = answer.place() + length;
        if (type == ns_t_srv)
            if (auto record = read_srv(answer)) found.push_back(std::move(*record));
        answer.go_to(next);
    }
    return found;
}

} // namespace

std::vector<base::Endpoint> service_records(const std::string& name) {
    std::vector<unsigned char> bytes(NS_MAXMSG);
    const int size = ::res_query(name.c_str(), ns_c_in, ns_t_srv, bytes.data(), static_cast<int>(bytes.size()));
    if (size < 0) return {};
    bytes.resize(std::min(bytes.size(), static_cast<std::size_t>(size)));
    auto records = read_records(Answer(bytes));
    std::stable_sort(records.begin(), records.end(), [](const Record& a, const Record& b) {
        return std::tuple(a.priority, b.weight) < std::tuple(b.priority, a.weight);
    });
    std::vector<base::Endpoint> found;
    for (auto& record : records) found.push_back(std::move(record.where));
    return found;
}

} // namespace net
