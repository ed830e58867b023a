// SPDX-License-Identifier: MIT
#include "admin/commands.h"

#include "net/certificates.h"
#include "routing/account.h"
#include "routing/registration.h"
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
                   std::optional<Running> running)
    : deployment_(deployment), node_(node), users_(users), store_(store), running_(std::move(running)) {}

base::Task<Answer> Commands::run(Request request) {
    const auto& words = request.words;
    if (words == Words{"status"}) co_return co_await status(request.json);
    if (words == Words{"account", "list"}) co_return co_await list(request.json);
    if (words.size() == 3 && words[0] == "account") co_return co_await run_account(std::move(request));
    co_return not_understood(unknown_command);
}

base::Task<Answer> Commands::run_account(Request request) {
    const auto& verb = request.words[1];
    const auto jid = parse_account(request.words[2], node_.domain);
    if (!jid) co_return failed(jid.error());
    if (verb == "add") co_return co_await set_password(*jid, std::move(request.input), true);
    if (verb == "passwd") co_return co_await set_password(*jid, std::move(request.input), false);
    if (verb == "delete") co_return co_await remove(*jid);
    if (verb == "show") co_return co_await show(*jid, request.json);
    co_return not_understood(unknown_command);
}

base::Task<routing::Account*> Commands::load(xmpp::Jid jid) {
    co_return co_await store::wait<routing::Account*>([this, &jid](std::function<void(routing::Account*)> answer) {
        if (!users_.when_loaded(jid, answer)) answer(nullptr);
    });
}

base::Task<store::AccountRecord> Commands::make_record(std::string prepared_password) {
    co_return co_await store::wait<store::AccountRecord>([&](std::function<void(store::AccountRecord)> answer) {
        routing::make_keys(node_, prepared_password, node_.clock.wall(), answer);
    });
}

base::Task<Names> Commands::names() {
    co_return co_await store::wait<Names>(
        [this](std::function<void(Names)> answer) { store_.owners(store::account_drawer, answer); });
}

base::Task<Answer> Commands::set_password(xmpp::Jid jid, std::string password, bool is_new) {
    const auto prepared = xmpp::prepare_password(password);
    if (!prepared)
        co_return failed(password.empty() ? "the password is empty; write one line to standard input"
                                          : "the password has characters that no client could send; choose another");
    auto record = co_await make_record(*prepared);
    // Only now: between this look and the write nobody else's turn comes.
    routing::Account* account = co_await load(jid);
    if (!account) co_return failed(store_failed);
    if (is_new && account->exists())
        co_return failed(jid.text() + " exists already; 'account passwd' gives it another password");
    if (!is_new && !account->exists()) co_return failed("there is no account " + jid.text());
    if (!is_new) record.created = account->record().created;
    const bool kept =
        co_await store::wait<bool>([&](std::function<void(bool)> answer) { users_.put(*account, record, answer); });
    if (!kept) co_return failed(store_failed);
    co_return done(is_new ? "made " + jid.text() + "\n" : jid.text() + " has a new password\n");
}

base::Task<Answer> Commands::remove(xmpp::Jid jid) {
    routing::Account* account = co_await load(jid);
    if (!account) co_return failed(store_failed);
    if (!account->exists()) co_return failed("there is no account " + jid.text());
    const bool gone =
        co_await store::wait<bool>([&](std::function<void(bool)> answer) { users_.remove(*account, answer); });
    if (!gone) co_return failed(store_failed);
    co_return done("deleted " + jid.text() + "\n");
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
                           .number("contacts", static_cast<long long>(contacts))
                           .list("clients", clients)
                           .str() +
                       "\n");
    std::string text = jid.text() + "\n  made " + created + "\n  contacts: " + std::to_string(contacts) + "\n";
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

} // namespace admin
