// SPDX-License-Identifier: MIT
// XEP-0133 4.23 to 4.28: announcements, the message of the day, the welcome message. What stands is kept as the domain's
// records, drawer "messages"; what an account has seen of it as its own, drawer "seen".
#include "modules/xep_0133_administration/administration.h"

#include "routing/account.h"
#include "routing/session.h"
#include "store/fields.h"

#include <memory>
#include <utility>

namespace modules::administration {
namespace {

using routing::Account, routing::CommandCall, routing::CommandReply, routing::CommandStep, routing::Feature;
using xmpp::Condition, xmpp::DataForm, xmpp::Language, xmpp::StanzaError, xmpp::Words;

constexpr const char* drawer = "messages";
constexpr const char* seen_drawer = "seen";
constexpr std::size_t most_text_bytes = 10'000;

// What an account has seen.
struct Seen {
    bool has_logged_in = false;
    std::string motd;  // its id
};

// What is said at a login. An empty text: nothing.
struct Standing {
    std::string motd, motd_id;
    Words welcome;
};

struct Messages {
    Feature feature;
    Words welcome_of_settings;
    Standing standing;
};
using MessagesPtr = std::shared_ptr<Messages>;

std::string to_value(const std::string& id, const std::string& text) {
    store::FieldWriter fields;
    fields.add('i', id);
    fields.add('t', text);
    return std::move(fields).take();
}

std::pair<std::string, std::string> from_value(const std::string& value) {
    std::pair<std::string, std::string> read;
    const auto fields = store::read_fields(value);
    if (!fields) return read;
    for (const store::Field& field : *fields) {
        if (field.letter == 'i') read.first = field.value;
        if (field.letter == 't') read.second = field.value;
    }
    return read;
}

// Keeps the record and then what stands; an empty text stays as a record, so that it hides what the settings say.
void keep(const MessagesPtr& messages, const char* name, const std::string& id, const std::string& text, std::function<void()> kept,
          const CommandReply& reply) {
    const std::string owner = messages->feature.node().domain.text();
    messages->feature.store().commit({store::Put{owner, {drawer, name, to_value(id, text)}}},
                                     [kept = std::move(kept), reply](std::optional<store::Refusal> refusal) {
        if (refusal)
            return reply(base::Unexpected(StanzaError{Condition::resource_constraint,
                                                      {"the server could not store this", "le serveur n'a pas pu enregistrer cela"},
                                                      xmpp::ErrorType::wait, {}}));
        kept();
        reply(CommandStep{{}, {"It is done.", "C'est fait."}, false, false});
    });
}

void say_now(const Feature& feature, const std::string& text) { announce(feature.node(), feature.users(), feature.router(), text); }

// To everybody who is online now, who has then seen it, and to the others when they come.
void set_motd(const MessagesPtr& messages, const std::string& text, const CommandReply& reply) {
    const std::string id = messages->feature.node().random.text(12);
    keep(messages, "motd", id, text, [messages, id, text] {
        messages->standing.motd = text;
        messages->standing.motd_id = id;
        const Feature& feature = messages->feature;
        say_now(feature, text);
        feature.users().for_each_session([&](routing::Session& session) {
            if (!session.is_available() || session.account().state<Seen>().motd == id) return;
            session.account().state<Seen>().motd = id;
            feature.writes().commit_aside({store::Put{session.account().jid().text(), {seen_drawer, "motd", id}}});
        });
    }, reply);
}

// XEP-0133 4.25: those who have seen it do not see it again.
void edit_motd(const MessagesPtr& messages, const std::string& text, const CommandReply& reply) {
    const std::string id = messages->standing.motd_id;
    keep(messages, "motd", id, text, [messages, text] { messages->standing.motd = text; }, reply);
}

void set_welcome(const MessagesPtr& messages, const std::string& text, const CommandReply& reply) {
    keep(messages, "welcome", "", text, [messages, text] { messages->standing.welcome = Words(text, text); }, reply);
}

// At a client's first presence: what its account has not seen yet. Waits for the record of it.
void greet(const Messages& messages, routing::Session& session, Language language) {
    const Feature& feature = messages.feature;
    Account& account = session.account();
    Seen& seen = account.state<Seen>();
    const Standing& standing = messages.standing;
    const bool is_first = !seen.has_logged_in, has_motd = !standing.motd.empty() && seen.motd != standing.motd_id;
    store::Batch batch;
    const std::string& owner = account.jid().text();
    if (is_first) batch.push_back(store::Put{owner, {seen_drawer, "login", "1"}});
    if (has_motd) batch.push_back(store::Put{owner, {seen_drawer, "motd", standing.motd_id}});
    if (batch.empty()) return;
    seen.has_logged_in = true;
    if (has_motd) seen.motd = standing.motd_id;
    feature.writes().commit(std::move(batch), [&users = feature.users(), jid = account.jid()] { users.reload(jid); });
    if (has_motd) feature.router().send(message_of_server(feature.node(), session.jid(), xmpp::Message::headline, standing.motd));
    // To the account, so that it is kept like any other message.
    if (is_first && !standing.welcome.empty())
        feature.router().send(message_of_server(feature.node(), account.jid(), xmpp::Message::normal, standing.welcome.in(language)));
}

void load(const MessagesPtr& messages) {
    Standing& standing = messages->standing;
    standing.welcome = messages->welcome_of_settings;
    messages->feature.store().load(messages->feature.node().domain.text(), {drawer}, [messages](const base::Result<store::Loaded, store::Refusal>& loaded) {
        if (!loaded) return;
        for (const store::Record& record : loaded->records) {
            const auto [id, text] = from_value(record.value);
            if (record.name == "welcome") messages->standing.welcome = Words(text, text);
            if (record.name != "motd") continue;
            messages->standing.motd = text;
            messages->standing.motd_id = id;
        }
    });
}

void watch_logins(Feature& feature, const MessagesPtr& messages) {
    feature.load_with_accounts(seen_drawer, [](Account& account, const std::vector<store::Record>& records) {
        Seen& seen = account.state<Seen>() = {};
        for (const store::Record& record : records) {
            if (record.name == "login") seen.has_logged_in = true;
            if (record.name == "motd") seen.motd = record.value;
        }
    });
    feature.on_presence_sent([messages](routing::Session& session, const xmpp::Presence& presence) {
        if (presence.to().empty() && presence.type() == xmpp::Presence::available && !session.is_available())
            greet(*messages, session, presence.language());
        return false;
    });
}

using Say = std::function<void(const std::string&, const CommandReply&)>;

// A command that asks for a text and says it. `current` is what the form starts with.
struct Text {
    const char* name;
    Words title;
    const char* var;
    std::function<std::string()> current;
    Say say;
};

void add_text(Feature& feature, const Choices& choices, const Text& text) {
    const auto asked = [text](Language language) {
        auto lines = field(language, text.var, "text-multi", text.title);
        const std::string now = text.current ? text.current() : std::string();
        for (std::size_t at = 0; at < now.size(); at = std::min(now.find('\n', at), now.size() - 1) + 1)
            lines.values.push_back(now.substr(at, now.find('\n', at) - at));
        return form(language, text.title).add(lines);
    };
    const auto run = [text](const CommandCall& call, const CommandReply& reply) {
        const std::string said = text_of(call.submitted.front(), text.var);
        if (said.size() > most_text_bytes)
            return reply(base::Unexpected(routing::bad_command("bad-payload", {"this text is too long", "ce texte est trop long"})));
        text.say(said, reply);
    };
    feature.commands().add(routing::with_form({node(text.name), text.title, administrators(choices), run}, asked));
}

// A command that only removes something. `is_there`: whether there is anything.
void add_removal(Feature& feature, const Choices& choices, const char* name, const Words& title, std::function<bool()> is_there, Say say) {
    feature.commands().add({node(name), title, administrators(choices), [is_there = std::move(is_there), say = std::move(say)](const CommandCall&, const CommandReply& reply) {
        if (is_there()) return say("", reply);
        reply(base::Unexpected(StanzaError{Condition::item_not_found, {"there is none", "il n'y en a pas"}, {}, {}}));
    }});
}

} // namespace

std::string text_of(const DataForm& form, const char* var) {
    std::string text;
    const xmpp::FormField* lines = form.field(var);
    if (lines == nullptr) return text;
    for (const std::string& line : lines->values) text += (text.empty() ? "" : "\n") + line;
    return text;
}

void add_message_commands(Feature& feature, const Choices& choices) {
    const auto messages = std::make_shared<Messages>(Messages{feature, choices.welcome, {}});
    load(messages);
    watch_logins(feature, messages);
    const Say announces = [feature](const std::string& text, const CommandReply& reply) {
        say_now(feature, text);
        reply(CommandStep{{}, {"It is said.", "C'est dit."}, false, false});
    };
    const auto motd = [messages] { return messages->standing.motd; };
    const auto has_motd = [messages] { return !messages->standing.motd.empty(); };
    const auto welcome = [messages] { return messages->standing.welcome.in(Language::english); };
    const auto has_welcome = [messages] { return !messages->standing.welcome.empty(); };
    const auto of = [messages](auto fn) { return Say([messages, fn](const std::string& text, const CommandReply& reply) { fn(messages, text, reply); }); };
    const Say edits = [messages, has_motd](const std::string& text, const CommandReply& reply) {
        if (has_motd()) return edit_motd(messages, text, reply);
        reply(base::Unexpected(StanzaError{Condition::item_not_found, {"there is no message of the day", "il n'y a pas de message du jour"}, {}, {}}));
    };
    add_text(feature, choices, {"announce", {"Announcement to those online", "Annonce à ceux qui sont en ligne"}, "announcement", {}, announces});
    add_text(feature, choices, {"set-motd", {"Set the message of the day", "Définir le message du jour"}, "motd", {}, of(set_motd)});
    add_text(feature, choices, {"edit-motd", {"Edit the message of the day", "Modifier le message du jour"}, "motd", motd, edits});
    add_removal(feature, choices, "delete-motd", {"Delete the message of the day", "Supprimer le message du jour"}, has_motd, of(edit_motd));
    add_text(feature, choices, {"set-welcome", {"Set the welcome message", "Définir le message d'accueil"}, "welcome", welcome, of(set_welcome)});
    add_removal(feature, choices, "delete-welcome", {"Delete the welcome message", "Supprimer le message d'accueil"}, has_welcome, of(set_welcome));
}

} // namespace modules::administration
