// SPDX-License-Identifier: MIT
// An XMPP client that logs in as most do (STARTTLS, SCRAM-SHA-1, bind) and then hands over each stanza.
#pragma once
#include "scanner.h"
#include "scram.h"
#include "wire.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

struct Account {
    std::string domain;
    std::string name;
    std::string password;
    int port = 0;
    bool to_be_made = false; // registered (XEP-0077) before it logs in
};

class Client {
public:
    Client(Loop& loop, Account account);

    void on_ready(std::function<void()> fn) { on_ready_ = std::move(fn); }
    // Each stanza, and each <r/> and <a/>, once logged in.
    void on_element(std::function<void(std::string_view)> fn) { on_element_ = std::move(fn); }
    void send(std::string_view bytes) { wire_->send(bytes); }
    // </stream:stream>; the server closes.
    void say_goodbye();

    const std::string& jid() const { return jid_; }
    bool is_ready() const { return stage_ == Stage::ready; }
    bool is_closed() const { return stage_ == Stage::closed; }
    // Why it could not log in, or lost its connection; empty while all is well.
    const std::string& failure() const { return failure_; }

private:
    enum class Stage {
        features,
        proceed,
        secured_features,
        registering,
        challenge,
        success,
        bind_features,
        bound,
        ready,
        leaving,
        closed
    };
    void take(std::string_view element);
    void take_secured(std::string_view element);
    void open_stream();
    void log_in();
    void fail(const std::string& why);

    Account account_;
    std::optional<Scram> scram_;
    std::string jid_;
    std::string failure_;
    Stage stage_ = Stage::features;
    Scanner scanner_;
    std::function<void()> on_ready_;
    std::function<void(std::string_view)> on_element_;
    std::unique_ptr<Wire> wire_;
};

} // namespace bench
