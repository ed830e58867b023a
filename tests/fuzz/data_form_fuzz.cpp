// SPDX-License-Identifier: MIT
// Any element as a data form (XEP-0004): what is understood is written and read again as the same.
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/data_form.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {
void demand(bool fact) {
    if (!fact) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto element = xml::parse_element({reinterpret_cast<const char*>(data), size});
    if (!element) return 0;
    const auto form = xmpp::parse_form(*element);
    if (!form) return 0;
    demand(form->form_type().empty() || form->field("FORM_TYPE") != nullptr);
    for (const xmpp::FormField& field : form->fields()) {
        demand(form->field(field.var) != nullptr);
        demand(form->value(field.var).has_value() || !form->boolean(field.var).has_value());
    }
    const auto again = xmpp::parse_form(form->to_element());
    demand(again && again->fields().size() == form->fields().size());
    demand(xml::to_string(again->to_element()) == xml::to_string(form->to_element()));
    return 0;
}
