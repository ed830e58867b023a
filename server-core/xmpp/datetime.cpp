// SPDX-License-Identifier: MIT
#include "xmpp/datetime.h"
#include "xmpp/namespaces.h"

#include <array>
#include <cstdio>
#include <utility>

namespace xmpp {
namespace {

using namespace std::chrono;

// Takes exactly `digits` digits; nothing when they are not there.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    int value = 0;
    if (text.size() < digits) return std::nullopt;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

// ".123" as nanoseconds, cut after the ninth digit; nothing for a point without digits.
std::optional<nanoseconds> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return nanoseconds(0);
    long value = 0;
    long unit = 100'000'000;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits, unit /= 10)
        value += (text[digits] - '0') * unit;
    text.remove_prefix(digits);
    return digits > 0 ? std::optional(nanoseconds(value)) : std::nullopt;
}

std::optional<minutes> take_zone(std::string_view& text) {
    if (take(text, 'Z')) return minutes(0);
    const int sign = text.starts_with('-') ? -1 : 1;
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 14 || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    return minutes(sign * (*hour * 60 + *minute));
}

std::optional<sys_days> take_date(std::string_view& text) {
    const auto y = take_number(text, 4);
    if (!y || !take(text, '-')) return std::nullopt;
    const auto m = take_number(text, 2);
    if (!m || !take(text, '-')) return std::nullopt;
    const auto d = take_number(text, 2);
    // The clock counts nanoseconds in 64 bits: it ends in 2262.
    if (!d || *y < 1700 || *y > 2261) return std::nullopt;
    const year_month_day date(year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d)));
    return date.ok() ? std::optional(sys_days(date)) : std::nullopt;
}

std::optional<seconds> take_time(std::string_view& text) {
    const auto h = take_number(text, 2);
    if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
    const auto m = take_number(text, 2);
    if (!m || *m > 59 || !take(text, ':')) return std::nullopt;
    const auto s = take_number(text, 2);
    if (!s || *s > 59) return std::nullopt;
    return hours(*h) + minutes(*m) + seconds(*s);
}

}  // namespace

std::string format_datetime(Time time) {
    const auto whole = floor<milliseconds>(time);
    const auto day = floor<days>(whole);
    const year_month_day date(day);
    const hh_mm_ss clock(whole - day);
    std::array<char, 64> text;
    const auto part = static_cast<int>(clock.subseconds().count());
    int length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                               static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                               static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                               static_cast<int>(clock.seconds().count()));
    const auto rest = text.size() - static_cast<std::size_t>(length);
    if (part != 0) length += std::snprintf(text.data() + length, rest, ".%03d", part);
    return std::string(text.data(), static_cast<std::size_t>(length)) + 'Z';
}

std::optional<Time> parse_datetime(std::string_view text) {
    const auto date = take_date(text);
    if (!date || !take(text, 'T')) return std::nullopt;
    const auto time = take_time(text);
    if (!time) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto zone = take_zone(text);
    if (!zone || !text.empty()) return std::nullopt;
    return time_point_cast<Time::duration>(*date + *time + *fraction - *zone);
}

xml::Element delay(const Jid& from, Time stamp) {
    auto element = xml::Element({ns::delay, "delay"});
    if (!from.empty()) element = std::move(element).with_attribute("from", from.text());
    return std::move(element).with_attribute("stamp", format_datetime(stamp));
}

}  // namespace xmpp
