// SPDX-License-Identifier: MIT
// A value or the peer's mistake: the part of C++23's std::expected that we use.
#pragma once
#include <type_traits>
#include <utility>
#include <variant>

namespace base {

// Wraps an error so that a Result is made from it without doubt: `return base::Unexpected(error);`
template <class E>
class Unexpected {
public:
    explicit Unexpected(E error) : error_(std::move(error)) {}
    const E& error() const& { return error_; }
    E&& error() && { return std::move(error_); }

private:
    E error_;
};

// Holds a T or an E. value() and operator* of an error, and error() of a value, are bugs: they throw bad_variant_access.
template <class T, class E>
class [[nodiscard]] Result {
public:
    using value_type = T;
    using error_type = E;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    template <class G>
    Result(Unexpected<G> wrapped) : state_(std::in_place_index<1>, std::move(wrapped).error()) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    E& error() & { return std::get<1>(state_); }
    const E& error() const& { return std::get<1>(state_); }
    E&& error() && { return std::get<1>(std::move(state_)); }
    T value_or(T other) const& { return has_value() ? value() : std::move(other); }

private:
    std::variant<T, E> state_;
};

// Success without a value, or an E.
template <class E>
class [[nodiscard]] Result<void, E> {
public:
    using value_type = void;
    using error_type = E;

    Result() = default;
    template <class G>
    Result(Unexpected<G> wrapped) : state_(std::in_place_index<1>, std::move(wrapped).error()) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    E& error() & { return std::get<1>(state_); }
    const E& error() const& { return std::get<1>(state_); }
    E&& error() && { return std::get<1>(std::move(state_)); }

private:
    std::variant<std::monostate, E> state_;
};

}  // namespace base
