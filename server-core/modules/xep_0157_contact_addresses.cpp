// SPDX-License-Identifier: MIT
// XEP-0157 Contact Addresses for XMPP Services 1.1.1, in a form of XEP-0128. They come from the settings.
#include "modules/modules.h"
#include "xmpp/data_form.h"

namespace modules {

void add_contact_addresses(routing::Feature& feature, const Choices& choices) {
    if (choices.contacts.empty()) return;
    xmpp::DataForm form(xmpp::DataForm::result, "http://jabber.org/network/serverinfo");
    for (const auto& [name, addresses] : choices.contacts) form.add({name, "list-multi", "", addresses, {}, false});
    const xml::Element element = form.to_element();
    feature.discovery().describe([element](const routing::Asked& asked, routing::Description& description) {
        if (asked.account == nullptr) description.forms.push_back(element);
    });
}

} // namespace modules
