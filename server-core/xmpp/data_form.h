// SPDX-License-Identifier: MIT
// XEP-0004 data forms: read what somebody submitted, write what we offer.
#pragma once
#include "xml/element.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xmpp {

struct FormField {
    std::string var;
    std::string type;   // as on the wire: text-single, boolean, list-single, jid-multi, hidden, fixed...
    std::string label;
    std::vector<std::string> values;
    std::vector<std::pair<std::string, std::string>> options;  // value, label
    bool required = false;
};

class DataForm {
public:
    enum Type { form, submit, cancel, result };
    explicit DataForm(Type type, std::string_view form_type = {});

    DataForm& title(std::string_view text);
    DataForm& instructions(std::string_view text);
    DataForm& add(FormField field);
    Type type() const { return type_; }
    std::string_view form_type() const;  // the FORM_TYPE field; empty: none (XEP-0068)
    const FormField* field(std::string_view var) const;
    std::optional<std::string> value(std::string_view var) const;      // the first value
    std::optional<bool> boolean(std::string_view var) const;           // 1 true 0 false
    const std::vector<FormField>& fields() const { return fields_; }
    xml::Element to_element() const;

private:
    Type type_;
    std::string title_;
    std::string instructions_;
    std::vector<FormField> fields_;
};

// A <x xmlns='jabber:x:data'/>; nothing when it is none or has an unknown type.
std::optional<DataForm> parse_form(const xml::Element& x);

}  // namespace xmpp
