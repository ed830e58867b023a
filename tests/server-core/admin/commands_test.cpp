// SPDX-License-Identifier: MIT
#include "admin/commands.h"

#include "admin/answer.h"
#include "admin/socket.h"
#include "installation.h"
#include "routing/account.h"
#include "store/memory/memory_store.h"

#include <optional>
#include <thread>

using namespace admin;

namespace {

// A server's parts, as far as commands need them.
struct Node {
    explicit Node(bool is_server = true) {
        if (is_server) running.emplace(Running{"0.1", base::Clock::Wall(), {{"listen", {{"127.0.0.1", 40001}}}}});
    }
    Answer run(std::vector<std::string> words, std::string input = "", bool json = false) {
        std::optional<Answer> answer;
        loop.spawn(keep(commands(), {std::move(words), json, std::move(input)}, answer));
        while (!answer) loop.poll();
        return *answer;
    }
    static base::Task<> keep(Commands& commands, Request request, std::optional<Answer>& answer) {
        answer = co_await commands.run(std::move(request));
    }
    Commands& commands() {
        if (!commands_) commands_.emplace(at.deployment, node, users, store, nullptr, running);
        return *commands_;
    }
    bool password_is(const std::string& name, const std::string& password) {
        std::optional<bool> fits;
        users.when_loaded(xmpp::parse_jid(name).value(), [&](routing::Account* account) {
            fits = account->exists() && password_fits(xmpp::ScramHash::sha1, password, account->record().sha1) &&
                   password_fits(xmpp::ScramHash::sha256, password, account->record().sha256);
        });
        return fits.value();
    }

    Installation at;
    net::Loop loop;
    store::Workers workers{1, [this](std::function<void()> fn) { loop.post(std::move(fn)); }};
    store::MemoryStore store;
    base::Log log{base::LogLevel::error};
    routing::Node node{.domain = xmpp::parse_jid("montague.example").value(),
                       .clock = at.clock,
                       .random = at.random,
                       .log = log,
                       .workers = workers};
    routing::Writes writes{store};
    routing::Users users{node, store, writes};
    std::optional<Running> running;

private:
    std::optional<Commands> commands_;
};

} // namespace

TEST_CASE("DESIGN 2: account add makes an account whose password fits") {
    Node node;
    CHECK(node.run({"account", "add", "Jean.Dupont"}, "secret").text == "made jean.dupont@montague.example\n");
    CHECK(node.password_is("jean.dupont@montague.example", "secret"));
    CHECK_FALSE(node.password_is("jean.dupont@montague.example", "other"));
    CHECK(node.run({"account", "add", "anna@montague.example"}, "x").exit_code == 0);
    CHECK(node.run({"account", "list"}).text == "anna@montague.example\njean.dupont@montague.example\n");
    CHECK(node.run({"account", "list"}, "", true).text ==
          "{\"accounts\":[\"anna@montague.example\",\"jean.dupont@montague.example\"]}\n");
}

TEST_CASE("DESIGN 2: account add refuses what is there, an empty password, and names that are none of ours") {
    Node node;
    node.run({"account", "add", "jean"}, "first");
    const auto again = node.run({"account", "add", "jean"}, "second");
    CHECK(again.exit_code == 1);
    CHECK(again.text == "jean@montague.example exists already; 'account passwd' gives it another password\n");
    CHECK(node.password_is("jean@montague.example", "first"));
    CHECK(node.run({"account", "add", "anna"}, "").text.starts_with("the password is empty"));
    CHECK(node.run({"account", "add", "anna"}, "a\tb").text.starts_with("the password has characters"));
    CHECK(node.run({"account", "add", "anna@capulet.example"}, "x").text ==
          "this server has no accounts at capulet.example, only at montague.example\n");
    for (const auto* name : {"jean dupont", "@montague.example", "jean@", "jean@montague.example/home"})
        CHECK(node.run({"account", "add", name}, "x").exit_code == 1);
    CHECK(node.run({"account", "list"}).text == "jean@montague.example\n");
}

TEST_CASE("DESIGN 2: account passwd changes the password and keeps the date") {
    Node node;
    node.at.clock.set_by_hand(base::Clock::Wall(std::chrono::seconds(1'000'000'000)));
    node.run({"account", "add", "jean"}, "first");
    node.at.clock.advance(std::chrono::hours(1));
    CHECK(node.run({"account", "passwd", "jean"}, "second").exit_code == 0);
    CHECK(node.password_is("jean@montague.example", "second"));
    CHECK(
        node.run({"account", "show", "jean"}, "", true).text ==
        "{\"account\":\"jean@montague.example\",\"created\":\"2001-09-09T01:46:40Z\",\"disabled\":false,\"contacts\":0,\"clients\":[]}\n");
    CHECK(node.run({"account", "passwd", "anna"}, "x").text == "there is no account anna@montague.example\n");
}

TEST_CASE("DESIGN 2: account delete removes it") {
    Node node;
    node.run({"account", "add", "jean"}, "x");
    CHECK(node.run({"account", "delete", "jean"}).text == "deleted jean@montague.example\n");
    CHECK(node.run({"account", "list"}).text == "");
    CHECK(node.run({"account", "delete", "jean"}).exit_code == 1);
    CHECK(node.run({"account", "show", "jean"}).exit_code == 1);
}

TEST_CASE("DESIGN 2: account disable and enable; show says which it is") {
    Node node;
    node.run({"account", "add", "jean"}, "x");
    CHECK(node.run({"account", "disable", "jean"}).text == "disabled jean@montague.example; 'account enable' takes that back\n");
    CHECK(node.run({"account", "show", "jean"}).text.starts_with("jean@montague.example\n  disabled: nobody can log in\n"));
    CHECK(node.run({"account", "show", "jean"}, "", true).text.find("\"disabled\":true") != std::string::npos);
    CHECK(node.run({"account", "enable", "jean"}).text == "enabled jean@montague.example\n");
    CHECK(node.run({"account", "show", "jean"}).text.find("disabled") == std::string::npos);
    CHECK(node.run({"account", "disable", "anna"}).text == "there is no account anna@montague.example\n");
}

TEST_CASE("DESIGN 4.1: what the store refuses is not said to be done") {
    Node node;
    node.store.refuse_next(store::Refusal::resource_constraint);
    CHECK(node.run({"account", "add", "jean"}, "x").text.starts_with("the store failed"));
    CHECK(node.run({"account", "show", "jean"}).exit_code == 1);
}

TEST_CASE("DESIGN 2: status counts, or says that no server runs") {
    Node node;
    node.at.start();
    node.run({"account", "add", "jean"}, "x");
    const auto text = node.run({"status"}).text;
    CHECK(text.starts_with("server-core 0.1 for montague.example, running since 1970-01-01T00:00:00Z\n"
                           "sessions: 0\naccounts: 1\ncertificate valid until: "));
    CHECK(text.ends_with("listen: 127.0.0.1:40001\n"));
    CHECK(node.run({"status"}, "", true).text.starts_with(R"({"version":"0.1","domain":"montague.example",)"));
    CHECK(Node(false).run({"status"}).exit_code == 3);
}

TEST_CASE("DESIGN 2: what is no command is not understood") {
    Node node;
    for (const auto& words : {std::vector<std::string>{}, {"acount"}, {"account", "rename", "x"}, {"account", "add"}})
        CHECK(node.run(words).exit_code == 2);
}

TEST_CASE("DESIGN 2: a request travels whole over the socket, and no word can forge another") {
    const Request request{{"account", "add", "jean"}, true, "pass word"};
    const auto back = parse_request(serialise(request).value()).value();
    CHECK(back.words == request.words);
    CHECK(back.json);
    CHECK(back.input == "pass word");
    CHECK_FALSE(serialise({{"account\nadd"}, false, ""}));
    CHECK_FALSE(serialise({{""}, false, ""}));
    CHECK_FALSE(serialise({{"x"}, false, "a\nb"}));
    CHECK_FALSE(parse_request("account\nadd\n"));
    CHECK_FALSE(parse_request(""));
}

TEST_CASE("DESIGN 2: a running server answers on its control socket, which is closed to others and goes away with it") {
    Node node;
    node.at.start();
    const auto file = node.at.deployment.control_socket();
    node.at.write(file, "left behind by a server that was killed");
    {
        auto control = ControlSocket::open(node.loop, file, node.commands());
        REQUIRE(control);
        CHECK(node.at.mode(file) == 0600);
        std::optional<base::Result<Answer, std::string>> added, too_long;
        std::thread client([&] {
            added.emplace(ask_server(file, {{"account", "add", "jean"}, false, "secret"}));
            too_long.emplace(ask_server(file, {{std::string(9000, 'x')}, false, ""}));
            node.loop.stop();
        });
        node.loop.run();
        client.join();
        REQUIRE(*added);
        CHECK((*added)->text == "made jean@montague.example\n");
        CHECK(node.password_is("jean@montague.example", "secret"));
        CHECK((!*too_long || (*too_long)->exit_code == 2));
    }
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK_FALSE(ask_server(file, {{"status"}, false, ""}));
    CHECK_FALSE(ControlSocket::open(node.loop, std::string(200, 'x'), node.commands()));
}

TEST_CASE("DESIGN 2: JSON is well-formed whatever the text") {
    CHECK(Json().text("a\"b", "c\\d\n\x01").flag("e", false).number("f", -1).list("g", {}).str() ==
          R"({"a\"b":"c\\d\u000a\u0001","e":false,"f":-1,"g":[]})");
}
