// SPDX-License-Identifier: MIT
// XEP-0133 4.31: the server stops after a delay, and says so before.
#include "modules/xep_0133_administration/administration.h"

#include <chrono>
#include <memory>

namespace modules::administration {
namespace {

using routing::CommandCall, routing::CommandReply;
using xmpp::Language, xmpp::Words;

const Words title("Shut down the server", "Arrêter le serveur");

struct Delay {
    int seconds;
    Words label;
};

xmpp::DataForm asked(Language language) {
    const Delay delays[] = {{30, {"30 seconds", "30 secondes"}}, {60, {"60 seconds", "60 secondes"}}, {90, {"90 seconds", "90 secondes"}},
                            {120, {"2 minutes", "2 minutes"}},    {180, {"3 minutes", "3 minutes"}},   {240, {"4 minutes", "4 minutes"}},
                            {300, {"5 minutes", "5 minutes"}}};
    auto delay = field(language, "delay", "list-single", {"Delay", "Délai"}, true);
    for (const Delay& choice : delays) delay.options.emplace_back(std::to_string(choice.seconds), choice.label.in(language));
    delay.values = {"30"};
    xmpp::DataForm form = administration::form(language, title);
    return form.add(delay).add(field(language, "announcement", "text-multi", {"Announcement", "Annonce"}, false));
}

} // namespace

void add_shutdown(routing::Feature& feature, const Choices& choices) {
    if (!choices.stop) return;
    const auto timer = std::make_shared<std::shared_ptr<void>>();
    const auto shut_down = [feature, stop = choices.stop, timer](const CommandCall& call, const CommandReply& reply) {
        const xmpp::DataForm& form = call.submitted.front();
        const std::string text = text_of(form, "announcement");
        if (!text.empty()) announce(feature.node(), feature.users(), feature.router(), text);
        // The form was filled in from its own options.
        *timer = feature.after(std::chrono::seconds(std::stoi(*form.value("delay"))), stop);
        reply(routing::CommandStep{{}, {"The server will stop.", "Le serveur va s'arrêter."}, false, false});
    };
    feature.commands().add(routing::with_form({node("shutdown"), title, administrators(choices), shut_down}, asked));
}

} // namespace modules::administration
