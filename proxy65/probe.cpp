// SPDX-License-Identifier: MIT
#include "probe.h"

#include "client_link.h"
#include "net/resolver.h"
#include "net/service_records.h"
#include "net/timer.h"
#include "pairing.h"
#include "xmpp/namespaces.h"
#include "xmpp/random.h"

#include <chrono>
#include <csignal>
#include <iostream>

namespace proxy65 {
namespace {

using base::Unexpected;
using Done = base::Result<void, std::string>;
using namespace std::chrono_literals;

constexpr std::string_view streamhosts_ns = "http://jabber.org/protocol/bytestreams";
constexpr auto streamhost_connect_limit = 10s;
constexpr auto step_limit = 30s;
constexpr std::size_t bytes_each_way = 256 * 1024;
constexpr std::uint16_t client_port = 5222;
constexpr std::size_t answer_head_bytes = 5; // version, reply, reserved, address type, length

class Probe {
public:
    Probe(const base::Organisation& organisation, xmpp::Jid user, std::string password)
        : organisation_(organisation), user_(std::move(user)), password_(std::move(password)), link_(loop_) {}

    int run() {
        loop_.spawn(follow());
        loop_.run();
        return verdict_;
    }

private:
    using Link = std::unique_ptr<net::Connection>;

    base::Task<> follow();
    ClientLink::Account account() const;
    base::Task<Done> find_addresses();
    base::Task<Done> try_address(base::Endpoint where);
    base::Task<base::Result<Link, std::string>> join(base::Endpoint where, std::string hash);
    base::Task<Done> pass(net::Connection& from, net::Connection& to);
    base::Task<std::string> read_exactly(net::Connection& from, std::size_t count);
    void begin(const std::string& step);
    void good(const std::string& text) const { std::cout << "ok    " << text << std::endl; }
    void bad(const std::string& text) const { std::cout << "FAIL  " << text << std::endl; }
    void end(const std::string& text);

    const base::Organisation& organisation_;
    const xmpp::Jid user_;
    const std::string password_;
    net::Loop loop_;
    net::Timers timers_{loop_};
    net::Timer limit_;
    xmpp::Random random_;
    ClientLink link_;
    std::vector<base::Endpoint> addresses_;
    int verdict_ = does_not_work;
};

// Each step has its time; a step that takes longer is the verdict.
void Probe::begin(const std::string& step) {
    limit_ = timers_.after(step_limit, [this, step] {
        bad(step + ": no answer");
        end("it does not work");
    });
}

void Probe::end(const std::string& text) {
    std::cout << "verdict: " << text << std::endl;
    loop_.stop();
}

base::Task<> Probe::follow() {
    std::cout << "probing " << organisation_.proxy << " as " << user_.text() << std::endl;
    begin("login");
    auto whom = account();
    const auto logged_in = co_await link_.log_in(std::move(whom));
    if (!logged_in) {
        bad("login: " + logged_in.error());
        co_return end("it cannot be tried");
    }
    good("logged in as " + link_.jid().text() + " by " + to_text(link_.server()));
    const auto found = co_await find_addresses();
    if (!found) {
        bad(found.error());
        co_return end("it does not work");
    }
    std::size_t working = 0;
    for (const auto& address : addresses_) {
        const auto passed = co_await try_address(address);
        if (passed)
            ++working;
        else
            bad(to_text(address) + ": " + passed.error());
    }
    if (working == addresses_.size()) verdict_ = works;
    end("it works at " + std::to_string(working) + " of " + std::to_string(addresses_.size()) + " addresses");
}

// The organisation says whom to trust for its own domain only. Others are found as RFC 6120 3.2.1 says.
ClientLink::Account Probe::account() const {
    if (user_.domain() == organisation_.domain)
        return {user_, password_, {{organisation_.connect_server, organisation_.port}}, organisation_.trust_ca, organisation_.trust_pins};
    const std::string domain(user_.domain());
    auto servers = net::service_records("_xmpp-client._tcp." + domain);
    if (servers.empty()) servers.push_back({domain, client_port});
    return {user_, password_, std::move(servers), {}, {}};
}

base::Task<Done> Probe::find_addresses() {
    begin("discovery");
    const auto& proxy = organisation_.proxy;
    const auto info = co_await link_.ask(proxy, xmpp::Iq::get, xml::Element({xmpp::ns::disco_info, "query"}));
    if (!info) co_return Unexpected(proxy + " answers discovery with " + info.error());
    const auto query = info->child({xmpp::ns::disco_info, "query"});
    const auto identity = query ? query->child({xmpp::ns::disco_info, "identity"}) : std::nullopt;
    if (!identity || identity->attribute("category") != "proxy" || identity->attribute("type") != "bytestreams")
        co_return Unexpected(proxy + " is no proxy for bytestreams");
    good(proxy + " is a proxy for bytestreams");
    const auto answer = co_await link_.ask(proxy, xmpp::Iq::get, xml::Element({streamhosts_ns, "query"}));
    if (!answer) co_return Unexpected(proxy + " does not tell its addresses: " + answer.error());
    const auto hosts = answer->child({streamhosts_ns, "query"});
    if (!hosts) co_return Unexpected(proxy + " does not tell its addresses");
    for (const auto& host : hosts->children()) {
        const int port = std::atoi(std::string(host.attribute("port").value_or("1080")).c_str());
        addresses_.push_back({std::string(host.attribute("host").value_or("")), static_cast<std::uint16_t>(port)});
    }
    if (addresses_.empty()) co_return Unexpected(proxy + " names no address");
    good("it names " + std::to_string(addresses_.size()) + " addresses");
    co_return Done();
}

base::Task<Done> Probe::try_address(base::Endpoint where) {
    begin(to_text(where));
    const auto start = std::chrono::steady_clock::now();
    const auto session = random_.text(20);
    const auto target = user_.with_resource("probe").text();
    const auto hash = bytestream_hash(session, link_.jid().text(), target);
    auto first = co_await join(where, hash);
    if (!first) co_return Unexpected(first.error());
    auto second = co_await join(where, hash);
    if (!second) co_return Unexpected(second.error());
    auto query = xml::Element({streamhosts_ns, "query"})
                     .with_attribute("sid", session)
                     .with(xml::Element({streamhosts_ns, "activate"}).with_text(target));
    const auto activated = co_await link_.ask(organisation_.proxy, xmpp::Iq::set, std::move(query));
    if (!activated) co_return Unexpected("activation is refused: " + activated.error());
    auto passed = co_await pass(**second, **first);
    if (passed) passed = co_await pass(**first, **second);
    if (!passed) co_return passed;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    good(to_text(where) + ": " + std::to_string(bytes_each_way) + " bytes each way in " +
         std::to_string(taken.count()) + " s");
    co_return Done();
}

base::Task<base::Result<Probe::Link, std::string>> Probe::join(base::Endpoint where, std::string hash) {
    auto connected = co_await net::connect(loop_, where.host, where.port, streamhost_connect_limit);
    if (!connected) co_return Unexpected(connected.error());
    auto& link = **connected;
    link.write(std::string_view("\x05\x01\x00", 3));
    if (co_await read_exactly(link, 2) != std::string_view("\x05\x00", 2))
        co_return Unexpected("no SOCKS5 server without a password is there");
    link.write(std::string("\x05\x01\x00\x03", 4) + static_cast<char>(hash.size()) + hash + std::string(2, '\0'));
    const auto answer = co_await read_exactly(link, answer_head_bytes + hash.size() + 2);
    if (answer.size() < 2 || answer[1] != 0)
        co_return Unexpected("the SOCKS5 request is refused" +
                             (answer.size() < 2 ? "" : " with " + std::to_string(answer[1])));
    co_return std::move(*connected);
}

base::Task<Done> Probe::pass(net::Connection& from, net::Connection& to) {
    const auto sent = random_.bytes(bytes_each_way);
    from.write(sent);
    const auto got = co_await read_exactly(to, sent.size());
    if (got.size() < sent.size())
        co_return Unexpected(std::to_string(sent.size() - got.size()) + " bytes of " + std::to_string(sent.size()) +
                             " did not arrive");
    if (got != sent) co_return Unexpected("other bytes arrive than those that were sent");
    co_return Done();
}

// Fewer where the other side has ended.
base::Task<std::string> Probe::read_exactly(net::Connection& from, std::size_t count) {
    std::string got;
    while (got.size() < count) {
        const auto bytes = co_await from.read();
        if (!bytes) break;
        got.append(bytes->begin(), bytes->end());
    }
    co_return got;
}

} // namespace

int probe(const base::Organisation& organisation, const std::string& user, const std::string& password) {
    std::signal(SIGPIPE, SIG_IGN);
    const auto jid = xmpp::parse_jid(user);
    if (!jid || !jid->has_local() || !jid->is_bare()) {
        std::cerr << "'" << user << "' is no user: write a JID such as jean.dupont@" << organisation.domain << '\n';
        return 2;
    }
    return Probe(organisation, *jid, password).run();
}

} // namespace proxy65
