// SPDX-License-Identifier: MIT
// XEP-0114 1.6: the link to the server as an external component. Comes back by itself; transfers do not depend on it.
#pragma once
#include "base/log.h"
#include "base/task.h"
#include "back_off.h"
#include "net/connection.h"
#include "net/loop.h"
#include "net/timer.h"
#include "services.h"
#include "settings.h"
#include "xml/parser.h"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace proxy65 {

class Component {
public:
    Component(net::Loop& loop, net::Timers& timers, const base::Log& log, const Settings& settings, Services& services);
    // Joins the server, and again whenever the link breaks, after 1 to 60 seconds, until `stop`.
    void start();
    enum class Refused { wrong, taken }; // secret or name; the name, by another proxy
    // `attempted` is called once: when the first attempt has joined or found no server, which trying again may change
    // (nothing), or when the server refused it; nothing more is tried then.
    void on_first_attempt(std::function<void(std::optional<Refused>)> attempted) { attempted_ = std::move(attempted); }
    // Says good-bye.
    void stop();
    // Joins anew where name, server or secret are others than those it joined with, and at once where it waits.
    void settings_changed();
    bool is_joined() const { return is_joined_; }
    // Called with one line whenever the state of the link changes.
    void on_status(std::function<void(const std::string&)> fn) { on_status_ = std::move(fn); }

private:
    base::Task<> run();
    base::Task<std::string> attend();
    base::Task<std::string> follow(xml::Parser& parser);
    // What follow() goes on with after an event; a text: why the link must end.
    std::string react(const xml::Event& event);
    std::string read_element(const xml::Element& element);
    std::string why_refused(const xml::Element& error);
    void answer(const xml::Element& element);
    void leave();
    void say_status(const std::string& text) const;
    void say_why(const std::string& reason);
    void tell_first_attempt();

    net::Loop& loop_;
    net::Timers& timers_;
    const base::Log& log_;
    const Settings& settings_;
    Services& services_;
    boost::asio::steady_timer sleep_;
    std::unique_ptr<net::Connection> connection_;
    std::function<void(const std::string&)> on_status_;
    std::function<void(std::optional<Refused>)> attempted_;
    std::optional<Refused> refused_; // in this attempt
    std::string name_, secret_;  // that the link has
    base::Endpoint server_;
    std::string last_reason_; // said already
    bool is_joined_ = false;
    bool is_stopping_ = false;
    bool is_changed_ = false; // the settings, since this attempt began
    BackOff back_off_;
};

} // namespace proxy65
