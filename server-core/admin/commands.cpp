// SPDX-License-Identifier: MIT
#include "admin/commands.h"

#include "net/certificates.h"
#include "routing/account.h"
#include "routing/session.h"
#include "store/wait.h"
#include "xmpp/datetime.h"

namespace admin {
namespace {

using Words = std::vector<std::string>;
using Names = base::Result<Words, store::Refusal>;

constexpr const char* unknown_command = "there is no such command; see server-core --help";
constexpr const char* store_failed = "the store failed; see the server's log, and whether the disk is full";

// "jean.dupont" or "jean.dupont@bioaster.org".
base::Result<xmpp::Jid, std::string> parse_account(const std::string& name, const xmpp::Jid& domain) {
    const bool is_local = name.find('@') == name.npos;
    const auto jid = is_local ? xmpp::make_jid(name, domain.text(), "") : xmpp::parse_jid(name);
    if (!jid || !jid->is_bare() || !jid->has_local())
        return base::Unexpected("'" + name + "' cannot be the name of an account; write one such as jean.dupont");
    if (jid->host() != domain)
        return base::Unexpected("this server has no accounts at " + std::string(jid->domain()) + ", only at " +
                                domain.text());
    return *jid;
}

std::string lines(const Words& items) {
    std::string text;
    for (const auto& item : items) text += item + "\n";
    return text;
}

} // namespace

bool takes_input(const Words& words) {
    return words.size() > 1 && words[0] == "account" && (words[1] == "add" || words[1] == "passwd");
}

Commands::Commands(const Deployment& deployment, const routing::Node& node, routing::Users& users, store::Store& store,
                   CopyStore copy_store, std::optional<Running> running)
    : deployment_(deployment), node_(node), users_(users), store_(store), administration_(node, users, store),
      copy_store_(std::move(copy_store)), running_(std::move(running)) {}

base::Task<Answer> Commands::run(Request request) {
    const auto& words = request.words;
    if (words == Words{"status"}) co_return co_await status(request.json);
    if (words == Words{"backup"}) co_return co_await copy();
    if (words == Words{"account", "list"}) co_return co_await list(request.json);
    if (words.size() == 3 && words[0] == "account") co_return co_await run_account(std::move(request));
    co_return not_understood(unknown_command);
}

base::Task<Answer> Commands::run_account(Request request) {
    const std::string verb = request.words[1];
    const auto jid = parse_account(request.words[2], node_.domain);
    if (!jid) co_return failed(jid.error());
    if (verb == "show") co_return co_await show(*jid, request.json);
    co_return co_await change(verb, *jid, std::move(request.input));
}

base::Task<routing::Account*> Commands::load(xmpp::Jid jid) {
    co_return co_await store::wait<routing::Account*>([this, &jid](std::function<void(routing::Account*)> answer) {
        if (!users_.when_loaded(jid, answer)) answer(nullptr);
    });
}

base::Task<Names> Commands::names() {
    co_return co_await store::wait<Names>(
        [this](std::function<void(Names)> answer) { store_.owners(store::account_drawer, answer); });
}

// `act` calls what it is given once, with the result.
base::Task<Answer> Commands::tell(std::function<void(routing::Administration::Done)> act, std::string sentence) {
    using Result = base::Result<void, xmpp::StanzaError>;
    const Result result = co_await store::wait<Result>(act);
    if (result) co_return done(sentence + "\n");
    if (result.error().condition == xmpp::Condition::resource_constraint) co_return failed(store_failed);
    const bool is_there = result.error().condition == xmpp::Condition::conflict;
    co_return failed(result.error().text.in(xmpp::Language::english) + (is_there ? "; 'account passwd' gives it another password" : ""));
}

base::Task<Answer> Commands::change(std::string verb, xmpp::Jid jid, std::string password) {
    if (takes_input({"account", verb}) && password.empty())
        co_return failed("the password is empty; write one line to standard input");
    const routing::Administration& to = administration_;
    const std::string name = jid.text();
    std::function<void(routing::Administration::Done)> act;
    if (verb == "add") {
        act = [&](auto done) { to.add(jid, password, done); };
        co_return co_await tell(act, "made " + name);
    }
    if (verb == "passwd") {
        act = [&](auto done) { to.set_password(jid, password, done); };
        co_return co_await tell(act, name + " has a new password");
    }
    if (verb == "delete") {
        act = [&](auto done) { to.remove(jid, done); };
        co_return co_await tell(act, "deleted " + name);
    }
    if (verb == "disable") {
        act = [&](auto done) { to.disable(jid, done); };
        co_return co_await tell(act, "disabled " + name + "; 'account enable' takes that back");
    }
    if (verb != "enable") co_return not_understood(unknown_command);
    act = [&](auto done) { to.enable(jid, done); };
    co_return co_await tell(act, "enabled " + name);
}

base::Task<Answer> Commands::show(xmpp::Jid jid, bool json) {
    routing::Account* account = co_await load(jid);
    if (!account) co_return failed(store_failed);
    if (!account->exists()) co_return failed("there is no account " + jid.text());
    const auto created = xmpp::format_datetime(std::chrono::floor<std::chrono::seconds>(account->record().created));
    const auto contacts = account->roster().size();
    Words clients;
    for (const routing::Session* session : account->sessions()) clients.emplace_back(session->jid().resource());
    if (json)
        co_return done(Json()
                           .text("account", jid.text())
                           .text("created", created)
                           .flag("disabled", account->is_disabled())
                           .number("contacts", static_cast<long long>(contacts))
                           .list("clients", clients)
                           .str() +
                       "\n");
    const std::string state = account->is_disabled() ? "\n  disabled: nobody can log in" : "";
    std::string text = jid.text() + state + "\n  made " + created + "\n  contacts: " + std::to_string(contacts) + "\n";
    for (const auto& client : clients) text += "  connected: " + client + "\n";
    co_return done(text);
}

base::Task<Answer> Commands::list(bool json) {
    const auto all = co_await names();
    if (!all) co_return failed(store_failed);
    co_return done(json ? Json().list("accounts", *all).str() + "\n" : lines(*all));
}

base::Task<Answer> Commands::status(bool json) {
    if (!running_) co_return Answer{3, "no server runs on " + deployment_.data + "\n"};
    const auto all = co_await names();
    if (!all) co_return failed(store_failed);
    const auto pem = read_file(deployment_.certificate);
    const auto facts = pem ? net::read_certificate(*pem) : base::Unexpected(pem.error());
    const auto seconds = [](auto time) {
        return xmpp::format_datetime(std::chrono::floor<std::chrono::seconds>(time));
    };
    const auto until = facts ? seconds(facts->valid_until) : std::string("unknown: " + facts.error());
    const auto since = seconds(running_->since);
    if (json)
        co_return done(Json()
                           .text("version", running_->version)
                           .text("domain", node_.domain.text())
                           .text("since", since)
                           .number("sessions", static_cast<long long>(users_.session_count()))
                           .number("accounts", static_cast<long long>(all->size()))
                           .text("certificate-until", until)
                           .str() +
                       "\n");
    std::string text = "server-core " + running_->version + " for " + node_.domain.text() + ", running since " + since +
                       "\nsessions: " + std::to_string(users_.session_count()) +
                       "\naccounts: " + std::to_string(all->size()) + "\ncertificate valid until: " + until + "\n";
    for (const auto& [name, endpoints] : running_->ports)
        for (const auto& endpoint : endpoints) text += name + ": " + base::to_text(endpoint) + "\n";
    co_return done(text);
}

// The server's part of a backup, and the only one: all else is done by who asked.
base::Task<Answer> Commands::copy() {
    using Copied = std::optional<std::string>;
    const Copied mistake = co_await store::wait<Copied>(
        [this](std::function<void(Copied)> answer) { copy_store_(deployment_.backup_copy(), answer); });
    co_return mistake ? failed(*mistake) : done("");
}

} // namespace admin
