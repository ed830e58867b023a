// SPDX-License-Identifier: MIT
// A feature's own state on a session or an account: one T for each type, private to the feature's file.
#pragma once
#include <memory>
#include <utility>
#include <vector>

namespace routing {

class StateBag {
public:
    // The T of this bag, made when first asked for.
    template <class T>
    T& get() {
        for (auto& [key, value] : states_)
            if (key == key_of<T>()) return *static_cast<T*>(value.get());
        states_.emplace_back(key_of<T>(), std::make_shared<T>());
        return *static_cast<T*>(states_.back().second.get());
    }
    // The T, or null when nobody asked for it yet.
    template <class T>
    const T* find() const {
        for (const auto& [key, value] : states_)
            if (key == key_of<T>()) return static_cast<const T*>(value.get());
        return nullptr;
    }

private:
    template <class T>
    static const void* key_of() {
        static constexpr char key = 0;
        return &key;
    }
    std::vector<std::pair<const void*, std::shared_ptr<void>>> states_;
};

}  // namespace routing
