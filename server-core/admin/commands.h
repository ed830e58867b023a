// SPDX-License-Identifier: MIT
// What an administrator may ask of accounts and server. The command line calls it, in the server's process when one
// runs and in its own when none does. What changes accounts is routing/administration's, which ad-hoc commands call too.
#pragma once
#include "admin/answer.h"
#include "admin/data_folder.h"
#include "admin/deployment.h"
#include "base/task.h"
#include "routing/administration.h"
#include "routing/node.h"
#include "routing/users.h"
#include "store/store.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace admin {

struct Request {
    std::vector<std::string> words; // "account", "add", "jean.dupont"
    bool json = false;
    std::string input; // the line on standard input, where the command takes one: a password
};

// Whether the command reads a line from standard input.
bool takes_input(const std::vector<std::string>& words);

// What a running server says of itself.
struct Running {
    std::string version;
    base::Clock::Wall since;
    Ports ports;
};

// Copies the store into a file that is not there; told when it is done: nothing, or what is wrong.
using CopyStore = std::function<void(std::string file, std::function<void(std::optional<std::string>)> done)>;

class Commands {
public:
    // `running`: absent in a process that is no server. All else must outlive this object.
    Commands(const Deployment& deployment, const routing::Node& node, routing::Users& users, store::Store& store,
             CopyStore copy_store, std::optional<Running> running);

    base::Task<Answer> run(Request request);

private:
    base::Task<Answer> run_account(Request request);
    base::Task<Answer> change(std::string verb, xmpp::Jid jid, std::string password);
    base::Task<Answer> tell(std::function<void(routing::Administration::Done)> act, std::string sentence);
    base::Task<Answer> show(xmpp::Jid jid, bool json);
    base::Task<Answer> list(bool json);
    base::Task<Answer> status(bool json);
    base::Task<Answer> copy();
    base::Task<routing::Account*> load(xmpp::Jid jid);
    base::Task<base::Result<std::vector<std::string>, store::Refusal>> names();

    const Deployment& deployment_;
    const routing::Node& node_;
    routing::Users& users_;
    store::Store& store_;
    routing::Administration administration_;
    CopyStore copy_store_;
    std::optional<Running> running_;
};

} // namespace admin
