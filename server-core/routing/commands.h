// SPDX-License-Identifier: MIT
// XEP-0050 Ad-Hoc Commands: which there are on the server, and the sessions of those who are running one. A session
// belongs to one full address, dies ten minutes after its last step, and there are few of them.
#pragma once
#include "routing/discovery.h"
#include "xmpp/data_form.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace routing {

// One step of a command: what was submitted so far, and what the step shows.
struct CommandCall {
    const xmpp::Jid& by;
    xmpp::Language language;                         // the same in all steps (XEP-0050 3.7)
    const std::vector<xmpp::DataForm>& submitted;    // one for each step before this one; empty where none was asked for
    bool completes = false;                          // nothing is to follow
};

struct CommandStep {
    std::optional<xmpp::DataForm> form;              // of type form: it must be filled in; of type result: it is shown
    xmpp::Words note;                                // empty: none
    bool may_go_on = false, may_complete = false;    // neither: the command is over
    bool is_last() const { return !may_go_on && !may_complete; }
};
using CommandReply = std::function<void(base::Result<CommandStep, xmpp::StanzaError>)>;

struct Command {
    std::string node;
    xmpp::Words name;
    std::function<bool(const xmpp::Jid& by)> may;
    // Calls the reply once, now or later. An error leaves the session at the step before.
    std::function<void(const CommandCall&, const CommandReply&)> run;
    bool is_listed = true;                           // false: only so that it is refused for a reason
};

// A command that asks one form and then acts on it.
Command with_form(Command command, std::function<xmpp::DataForm(xmpp::Language)> form);

// XEP-0050 4.4: bad-request with the specific condition.
xmpp::StanzaError bad_command(const char* specific, xmpp::Words text = {});

class Commands {
public:
    explicit Commands(const Node& node) : node_(node) {}
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;

    // At start.
    void add(Command command) { commands_.push_back(std::move(command)); }

    // While running.
    const Command* find(std::string_view node) const;
    std::vector<DiscoItem> items(const Asked& asked) const;
    // The payload of an IQ set, <command/>.
    void take(const Request& request, const Reply& reply);

    static constexpr std::size_t most_sessions_each = 8;
    static constexpr std::size_t most_sessions = 1000;
    static constexpr std::chrono::minutes session_time{10};

private:
    struct Session {
        std::string id;
        xmpp::Jid by;
        const Command* command;
        xmpp::Language language;
        std::vector<xmpp::DataForm> submitted;
        CommandStep step;           // shown last
        bool is_busy = false;
        std::shared_ptr<void> timer;
    };
    using Trouble = std::optional<xmpp::StanzaError>;
    void begin(const Command& command, const Request& request, const Reply& reply);
    void go_on(Session& session, const Request& request, const Reply& reply);
    base::Result<Session*, xmpp::StanzaError> session_of(const Request& request);
    void run(Session& session, std::vector<xmpp::DataForm> submitted, bool completes, const Reply& reply);
    void shown(const std::string& id, std::vector<xmpp::DataForm> submitted, base::Result<CommandStep, xmpp::StanzaError> step, const Reply& reply);
    void renew(Session& session);
    void end(const std::string& id);

    const Node& node_;
    std::vector<Command> commands_;
    std::map<std::string, Session> sessions_;
    std::deque<std::string> ended_;  // the last ones, so that their owners hear "session-expired"
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace routing
