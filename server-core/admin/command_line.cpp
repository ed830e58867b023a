// SPDX-License-Identifier: MIT
#include "admin/command_line.h"

#include "admin/backup.h"
#include "admin/check.h"
#include "admin/commands.h"
#include "admin/profile.h"
#include "admin/restore.h"
#include "admin/socket.h"
#include "store/sqlite/sqlite_store.h"

#include <chrono>
#include <exception>
#include <istream>
#include <ostream>

#include <poll.h>

namespace admin {
namespace {

using Words = std::vector<std::string>;
using std::chrono::steady_clock;

constexpr std::chrono::seconds patience{10}; // for a server that is just starting, or another command
constexpr int pause_ms = 50;

base::Task<> run_and_stop(Commands& commands, Request request, Answer& answer, net::Loop& loop) {
    answer = co_await commands.run(std::move(request));
    loop.stop();
}

// In this process, on the store of a server that does not run; the folder is ours.
Answer run_here(const Deployment& deployment, const Request& request) {
    if (const auto mistake = finish_restore(deployment)) return failed(*mistake);
    const auto domain = xmpp::parse_jid(deployment.organisation.domain);
    if (!domain) return failed(deployment.organisation.domain + " is no domain");
    net::Loop loop;
    const store::Post post = [&loop](std::function<void()> fn) { loop.post(std::move(fn)); };
    store::Workers workers(1, post);
    const base::Log log;
    auto store = store::SqliteStore::open(deployment.store_file(), post, log);
    if (!store) return failed(store.error());
    base::Clock clock;
    xmpp::Random random;
    const routing::Node node{.domain = *domain, .clock = clock, .random = random, .log = log, .workers = workers,
                             .scram_iterations = deployment.scram_iterations};
    routing::Writes writes(**store);
    routing::Users users(node, **store, writes);
    const auto copy_store = [&store](std::string file, auto done) { (*store)->copy_to(std::move(file), std::move(done)); };
    Commands commands(deployment, node, users, **store, copy_store, std::nullopt);
    loop.each_turn([&store] { (*store)->end_turn(); });
    Answer answer;
    loop.spawn(run_and_stop(commands, request, answer, loop));
    loop.run();
    return answer;
}

// Where the lock says. A server that starts holds the lock before it listens, and commands follow one another.
Answer run_where_it_belongs(const Deployment& deployment, const Request& request) {
    const auto deadline = steady_clock::now() + patience;
    while (true) {
        const auto folder = DataFolder::take(deployment);
        if (folder && request.words == Words{"status"}) return {3, "no server runs on " + deployment.data + "\n"};
        if (folder) return run_here(deployment, request);
        if (!folder.error().by_another) return failed(folder.error().sentence);
        const auto answer = ask_server(deployment.control_socket(), request);
        if (answer) return *answer;
        if (steady_clock::now() > deadline)
            return failed("a server holds " + deployment.data + " but does not answer: " + answer.error());
        poll(nullptr, 0, pause_ms);
    }
}

bool is_known(const Words& words) {
    if (words.size() == 1) return words[0] == "status";
    if (words[0] != "account") return false;
    if (words.size() == 2) return words[1] == "list";
    return words.size() == 3 && (takes_input(words) || words[1] == "delete" || words[1] == "disable" || words[1] == "enable" || words[1] == "show");
}

Answer run(const Deployment& deployment, const Words& words, bool json, std::istream& in) {
    if (words == Words{"profile"}) return profile(deployment);
    if (words == Words{"check"}) return check(deployment, base::Clock(), json);
    const auto ask = [&deployment](const Request& request) { return run_where_it_belongs(deployment, request); };
    if (words == Words{"check", "store"}) return check_store(deployment, base::Clock(), json, ask);
    if (words.size() == 2 && words[0] == "backup") return back_up(deployment, words[1], base::Clock(), json, ask);
    if (words.size() == 2 && words[0] == "restore") return restore(deployment, words[1], base::Clock(), json);
    if (!is_known(words)) return not_understood("there is no such command; see server-core --help");
    Request request{words, json, {}};
    if (takes_input(words)) {
        std::getline(in, request.input);
        if (request.input.ends_with('\r')) request.input.pop_back();
        if (request.input.empty()) return failed("the password is empty; write one line to standard input");
    }
    return run_where_it_belongs(deployment, request);
}

} // namespace

int run_command(const Deployment& deployment, const Words& words, bool json, std::istream& in, std::ostream& out,
                std::ostream& err) {
    const auto owner = act_as_owner(deployment);
    const auto answer = owner ? run(deployment, words, json, in) : failed(owner.error());
    // What `check` found is its result, also when it is not good.
    (answer.exit_code == 0 || words == Words{"check"} ? out : err) << answer.text << std::flush;
    return answer.exit_code;
}

} // namespace admin
