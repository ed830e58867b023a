// SPDX-License-Identifier: MIT
// XEP-0050 Ad-Hoc Commands 1.3.0, of the server: how they are found and run. What they do is their features' business.
#include "modules/modules.h"
#include "routing/commands.h"
#include "xmpp/namespaces.h"

namespace modules {
namespace {

using routing::Commands, routing::Feature, routing::Reply, routing::Request;
using xmpp::IqReply;

constexpr std::string_view ns = "http://jabber.org/protocol/commands";

std::string_view node_of(const Request& request) { return request.payload().attribute("node").value_or(""); }
routing::Asked asked(const Request& request) { return {request.iq.from(), request.account, request.iq.language()}; }

// XEP-0050 2.2: the list of commands, or one of them.
bool take_info(const Commands& commands, const Request& request, const Reply& reply) {
    if (request.account != nullptr) return false;
    const std::string_view node = node_of(request);
    if (node == ns) {
        reply(IqReply::result(routing::to_info({{{"automation", "command-list", ""}}, {std::string(ns)}, {}}, node)));
        return true;
    }
    const routing::Command* command = commands.find(node);
    if (command == nullptr || !command->is_listed) return false;
    if (!command->may(request.iq.from().bare())) {
        reply(IqReply::error(xmpp::Condition::forbidden));
        return true;
    }
    const routing::Identity identity{"automation", "command-node", command->name.in(request.iq.language())};
    reply(IqReply::result(routing::to_info({{identity}, {std::string(ns), std::string(xmpp::ns::data_form)}, {}}, node)));
    return true;
}

// Accounts have none. XEP-0050 2.2: not everybody is told the same.
bool take_items(const Commands& commands, const Request& request, const Reply& reply) {
    const std::string_view node = node_of(request);
    const routing::Command* command = request.account == nullptr ? commands.find(node) : nullptr;
    if (node != ns && (command == nullptr || !command->is_listed)) return false;
    const bool is_list = node == ns && request.account == nullptr;
    reply(IqReply::result(routing::to_items(is_list ? commands.items(asked(request)) : std::vector<routing::DiscoItem>(), node)));
    return true;
}

} // namespace

void add_commands(Feature& feature) {
    Commands& commands = feature.commands();
    feature.advertise(ns);
    feature.answer_later(xmpp::Iq::set, {ns, "command"}, routing::the_server,
                         [&commands](const Request& request, const Reply& reply) { commands.take(request, reply); });
    feature.discovery().take_info([&commands](const Request& request, const Reply& reply) { return take_info(commands, request, reply); });
    feature.discovery().take_items([&commands](const Request& request, const Reply& reply) { return take_items(commands, request, reply); });
}

} // namespace modules
