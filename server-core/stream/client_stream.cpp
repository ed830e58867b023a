// SPDX-License-Identifier: MIT
#include "stream/client_stream.h"

#include "stream/negotiation.h"
#include "stream/pause.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <utility>

namespace stream {

using xmpp::Condition, xmpp::StreamCondition, xmpp::StreamError;

namespace {
constexpr std::size_t most_language = 35;  // RFC 5646 4.4.1
// XEP-0138 2.
StreamError compression_failed() {
    const xml::Element processing = xml::Element({xmpp::ns::compression, "processing-failed"});
    return {StreamCondition::undefined_condition, {}, xml::Element({xmpp::ns::compression, "failure"}).with(processing)};
}

}  // namespace

ClientStream::ClientStream(const Shared& shared, std::unique_ptr<net::Connection> connection, bool direct_tls)
    : shared_(shared), connection_(std::move(connection)), parser_(shared.rules.before_login), direct_tls_(direct_tls) {
    connection_->on_flush([this] { add_request(); });
    connection_->on_written([this] {
        if (session_ != nullptr) session_->written(connection_->written_total());
    });
    const auto handshake = shared_.rules.handshake_time, login = shared_.rules.login_time;
    limit_time(handshake.count() == 0 || (login.count() != 0 && login < handshake) ? login : handshake);
}

void ClientStream::limit_time(std::chrono::seconds time) {
    login_timer_.cancel();
    if (time.count() == 0) return;  // no limit
    login_timer_ = shared_.timers.after(time, [this] {
        end({StreamCondition::connection_timeout, {"no login in time", "pas de connexion à temps"}});
    });
}

ClientStream::~ClientStream() = default;

base::Task<> ClientStream::run() {
    try {
        const bool ready = !direct_tls_ || (co_await connection_->start_tls(shared_.credentials(), "xmpp-client")).has_value();
        if (ready) {
            if (direct_tls_) limit_time(shared_.rules.login_time);
            sasl_ = std::make_unique<SaslLogin>(shared_, *connection_);
            co_await converse();
        }
    } catch (const std::exception& bug) {
        shared_.node.log.error(std::string("a client's stream failed: ") + bug.what());
        end({StreamCondition::internal_server_error, {}});
    }
    finish();
}

base::Task<> ClientStream::converse() {
    while (!ending_) {
        const auto bytes = co_await connection_->read();
        if (!bytes && bytes.error() == net::Closed::not_compressed) co_return end(compression_failed());
        if (!bytes) co_return;
        awake_(*this);
        xml::Fed fed = parser_.feed(*bytes);
        for (xml::Event& event : fed.events) {
            const auto* stanza = std::get_if<xml::StanzaRead>(&event);
            if (stanza && session_ != nullptr) {
                if (!take_stanza(stanza->element)) co_await wait_handled();
            } else {
                co_await take(std::move(event));
            }
            // A segment may hold a thousand questions: whoever asks them waits, not the others (DESIGN 4.6).
            if (!ending_ && !shared_.loop.has_time()) co_await shared_.loop.next_turn();
            if (ending_) co_return;
            if (std::exchange(begun_anew_, false)) {
                // What came with the last words of the old stream is no part of the new one (command injection).
                fed.error.reset();
                break;
            }
        }
        if (fed.error) end(xmpp::from_parse_error(*fed.error));
        if (shared_.writes.is_behind()) co_await wait_for_the_disk();
    }
}

base::Task<> ClientStream::wait_for_the_disk() {
    const routing::TicketPtr newest = shared_.writes.newest();
    if (!newest) co_return;
    const auto settled = [&newest](auto done) { newest->when_settled([done] { done(0); }); };
    co_await store::wait<int>(settled);
}

base::Task<> ClientStream::take(xml::Event event) {
    if (const auto* opened = std::get_if<xml::StreamOpened>(&event)) {
        take_header(*opened);
    } else if (std::holds_alternative<xml::StreamClosed>(event)) {
        say(std::string(closing));
        ending_ = true;
        connection_->close();
    } else {
        xml::Element element = std::get<xml::StanzaRead>(event).element;
        if (account_)
            co_await take_before_bind(std::move(element));
        else
            co_await take_before_login(std::move(element));
    }
}

void ClientStream::say(const std::string& bytes) {
    connection_->write(bytes);
    // Who asks and never reads, a stranger above all, costs his own stream (DESIGN 4.3).
    const std::size_t most = shared_.rules.login_queue_bytes;
    if (most != 0 && connection_->unsent() > most) end({StreamCondition::resource_constraint, {"read what you asked for", "lisez ce que vous avez demandé"}});
}

void ClientStream::begin_anew() {
    parser_.restart();
    opened_ = false;
    begun_anew_ = true;
}

void ClientStream::take_header(const xml::StreamOpened& opened) {
    const std::string_view language = opened.header.attribute(xml::Name{xml::xml_ns, "lang"}).value_or("");
    language_ = language.size() <= most_language ? language : std::string_view();
    const auto from = opened.header.attribute("from");
    const auto named = from ? xmpp::parse_jid(*from) : xmpp::parse_jid({});
    auto wrong = fault(opened, xmpp::ns::client, shared_.node.domain.text());
    // RFC 6120 4.9.3.9, 6.4.6: who has logged in is not somebody else.
    if (!wrong && account_ && named && named->bare() != *account_)
        wrong = StreamError{StreamCondition::invalid_from, {"you logged in as " + account_->text(), "vous êtes connecté comme " + account_->text()}, {}};
    open(!wrong, named ? named->bare_text() : std::string_view());
    if (wrong) end(*wrong);
}

void ClientStream::open(bool with_features, std::string_view to) {
    say(opening(xmpp::ns::client, shared_.node.domain.text(), shared_.node.random.text(16), xmpp::language_named(language_), to));
    opened_ = true;
    if (with_features) say(current_features());
}

std::string ClientStream::current_features() const {
    if (!connection_->is_encrypted()) return features({"<starttls xmlns='" + std::string(xmpp::ns::tls) + "'><required/></starttls>"});
    if (!account_) {
        auto offered = sasl_->features();
        offered.push_back(stream_limits(shared_.rules.before_login.stanza_bytes, std::chrono::seconds(0)));
        if (shared_.rules.registration_open) offered.push_back("<register xmlns='http://jabber.org/features/iq-register'/>");
        return features(offered);
    }
    std::vector<std::string> offered = {"<bind xmlns='" + std::string(xmpp::ns::bind) + "'/>",
                                        "<session xmlns='" + std::string(xmpp::ns::session) + "'><optional/></session>",
                                        "<sm xmlns='urn:xmpp:sm:3'/>", "<ver xmlns='" + std::string(xmpp::ns::roster_versions) + "'/>",
                                        "<sub xmlns='" + std::string(xmpp::ns::pre_approval) + "'/>"};
    offered.push_back(stream_limits(shared_.rules.after_login.stanza_bytes, shared_.rules.ping_time));
    if (shared_.rules.compression && !connection_->is_compressed())
        offered.push_back("<compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>");
    if (shared_.rules.client_state) offered.push_back("<csi xmlns='" + std::string(xmpp::ns::client_state) + "'/>");
    if (shared_.rules.capabilities) offered.push_back(xml::to_string(*shared_.rules.capabilities));
    return features(offered);
}

base::Task<> ClientStream::take_before_login(xml::Element element) {
    if (!connection_->is_encrypted()) {
        if (element.is({xmpp::ns::tls, "starttls"})) co_return co_await start_tls();
        // RFC 6120 5.3.1: TLS is required, so nothing else is listened to before it; 4.3.5: a stanza has a condition of its own.
        const bool is_stanza = xmpp::is_stanza_name(element.name());
        co_return end({is_stanza ? StreamCondition::not_authorized : StreamCondition::policy_violation, {"STARTTLS comes first", "STARTTLS vient d'abord"}, {}});
    }
    if (element.name().ns == xmpp::ns::sasl) co_return co_await login(std::move(element));
    const auto payload = element.first_child();
    const bool asks_registration = element.is({xmpp::ns::client, "iq"}) && payload && payload->name().ns == xmpp::ns::registration;
    if (asks_registration) co_return co_await registration(std::move(element));
    if (element.name().ns == xmpp::ns::stream_management) co_return co_await take_management_before_bind(std::move(element));
    end({StreamCondition::not_authorized, {"log in first", "connectez-vous d'abord"}});
}

base::Task<> ClientStream::start_tls() {
    say("<proceed xmlns='" + std::string(xmpp::ns::tls) + "'/>");
    begin_anew();
    const auto secured = co_await connection_->start_tls(shared_.credentials());
    if (secured) co_return limit_time(shared_.rules.login_time);
    shared_.node.log.info("TLS with " + connection_->peer_address() + " failed: " + connection_->tls_description());
    ending_ = true;
}

base::Task<> ClientStream::login(xml::Element element) {
    SaslLogin::Step step = co_await sasl_->take(std::move(element));
    say(step.answer);
    if (step.give_up) co_return end({StreamCondition::policy_violation, {"too many tries", "trop d'essais"}});
    if (!step.logged_in) co_return;
    account_ = step.logged_in;
    sasl_.reset();
    login_timer_.cancel();
    logged_in_(*this);
    parser_.set_limits(shared_.rules.after_login);
    begin_anew();
}

base::Task<> ClientStream::take_before_bind(xml::Element element) {
    const auto payload = element.first_child();
    const bool binds = element.is({xmpp::ns::client, "iq"}) && element.attribute("type") == "set" && payload &&
                       payload->is({xmpp::ns::bind, "bind"});
    if (binds) co_return co_await bind(std::move(element));
    if (element.is({xmpp::ns::compression, "compress"})) co_return compress(element);
    if (element.name().ns == xmpp::ns::stream_management) co_return co_await take_management_before_bind(std::move(element));
    if (!xmpp::is_stanza_name(element.name())) co_return end({StreamCondition::unsupported_stanza_type, {}});
    end({StreamCondition::not_authorized, {"bind a resource first", "liez d'abord une ressource"}});  // RFC 6120 7.1
}

// XEP-0138 2: after login only, so that a stranger costs no memory; a failure is no end.
void ClientStream::compress(const xml::Element& element) {
    const auto fails = [this](const std::string& why) {
        say("<failure xmlns='" + std::string(xmpp::ns::compression) + "'><" + why + "/></failure>");
    };
    if (!shared_.rules.compression || connection_->is_compressed()) return fails("setup-failed");
    const auto methods = element.children();
    const bool knows = std::any_of(methods.begin(), methods.end(), [](const xml::Element& method) {
        return method.is({xmpp::ns::compression, "method"}) && method.text() == "zlib";
    });
    if (!knows) return fails("unsupported-method");
    say("<compressed xmlns='" + std::string(xmpp::ns::compression) + "'/>");
    connection_->start_compression();
    begin_anew();
}

base::Task<> ClientStream::bind(xml::Element iq) {
    const std::string asked = iq.first_child()->child_text({xmpp::ns::bind, "resource"});
    // As part of an address, so that its length counts too (RFC 7622 3.4).
    const auto wished = xmpp::make_jid(account_->local(), account_->domain(), asked);
    if (!wished) co_return say_iq_error(iq, {Condition::bad_request, {"this resource name cannot be used", "ce nom de ressource ne peut pas servir"}, {}, {}});
    routing::Users& users = shared_.users;
    const auto load = [&](auto done) {
        if (!users.when_loaded(*account_, done)) done(nullptr);
    };
    routing::Account* account = co_await store::wait<routing::Account*>(load);
    if (ending_) co_return;
    if (account == nullptr || !account->exists() || account->is_disabled())
        co_return end({StreamCondition::not_authorized, {"the account is gone", "le compte n'existe plus"}});
    session_ = users.open_session(*account, wished->resource(), *this);
    if (session_ == nullptr) co_return say_iq_error(iq, {Condition::resource_constraint, {"too many clients of this account are connected", "trop de clients de ce compte sont connectés"}, {}, {}});
    shared_.node.log.info("login: " + session_->jid().text() + " from " + connection_->peer_address());
    const xml::Element jid = xml::Element({xmpp::ns::bind, "jid"}).with_text(session_->jid().text());
    say_iq_result(iq, xml::Element({xmpp::ns::bind, "bind"}).with(jid));
}

base::Task<> ClientStream::wait_handled() {
    co_await store::wait<int>([this](auto done) { waker_ = [done] { done(0); }; });
}

void ClientStream::write(std::string_view bytes) {
    connection_->write(bytes);
    if (session_ != nullptr && !session_->management().unacknowledged.empty()) request_acknowledgement();
}

void ClientStream::end(const StreamError& error) {
    if (ending_) return;
    ending_ = true;
    if (!opened_) say(opening(xmpp::ns::client, shared_.node.domain.text(), shared_.node.random.text(16), xmpp::language_named(language_)));
    say(error_bytes(error, xmpp::language_named(language_)) + std::string(closing));
    connection_->close();
}

void ClientStream::ping() {
    if (!account_) return;  // the time for login is limited anyway
    if (session_ == nullptr) return end({StreamCondition::connection_timeout, {"nothing was heard", "rien n'a été entendu"}});
    const std::string id = "ping-" + std::to_string(noted_);
    session_->deliver(xmpp::Iq(shared_.node.domain, session_->jid(), xmpp::Iq::get, id, xml::Element({"urn:xmpp:ping", "ping"})), {});
}

void ClientStream::give_up() {
    if (!account_) return;
    // RFC 6120 4.6.1: where not even TCP gets through a word is of no use.
    if (connection_->unsent() > 0) return connection_->abort();
    // 4.6.2. It is no end(): the client may come back (XEP-0198 5).
    connection_->write(error_bytes({StreamCondition::connection_timeout, {"nothing was heard", "rien n'a été entendu"}, {}}, xmpp::language_named(language_)) + std::string(closing));
    connection_->close();
}

void ClientStream::finish() {
    login_timer_.cancel();
    if (session_ != nullptr && ending_) shared_.users.close_session(*session_);
    // Without a word: the client may come back (XEP-0198 5).
    if (session_ != nullptr) shared_.users.lose_stream(*std::exchange(session_, nullptr));
    connection_->close();
}

}  // namespace stream
