// SPDX-License-Identifier: MIT
#include "xmpp/entity_caps.h"

#include "base/text.h"
#include "xmpp/data_form.h"
#include "xmpp/namespaces.h"
#include "xmpp/scram.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace xmpp {
namespace {

using Parts = std::vector<std::string>;

std::string attribute(const xml::Element& element, const char* name) {
    return std::string(element.attribute(name).value_or(""));
}

// Category, type, language, name: sorted one after the other.
using Identity = std::array<std::string, 4>;

Identity parse_identity(const xml::Element& identity) {
    std::string language(identity.attribute({xml::xml_ns, std::string_view("lang")}).value_or(""));
    return {attribute(identity, "category"), attribute(identity, "type"), std::move(language), attribute(identity, "name")};
}

void append(std::string& to, std::string_view part) { to.append(part).push_back('<'); }

// False when one is there twice; so are the next two.
bool append_identities(std::string& to, std::vector<Identity> identities) {
    std::ranges::sort(identities);
    for (const auto& [category, type, language, name] : identities) append(to, category + '/' + type + '/' + language + '/' + name);
    return std::ranges::adjacent_find(identities) == identities.end();
}

bool append_sorted(std::string& to, Parts parts) {
    std::ranges::sort(parts);
    for (const std::string& part : parts) append(to, part);
    return std::ranges::adjacent_find(parts) == parts.end();
}

std::string form_part(const DataForm& form) {
    std::vector<const FormField*> fields;
    for (const FormField& field : form.fields())
        if (field.var != "FORM_TYPE") fields.push_back(&field);
    std::ranges::stable_sort(fields, {}, &FormField::var);
    std::string part;
    for (const FormField* field : fields) {
        append(part, field->var);
        append_sorted(part, field->values);
    }
    return part;
}

// Also false for a FORM_TYPE of several values (XEP-0115 5.4 3.5).
bool append_forms(std::string& to, const std::vector<DataForm>& forms) {
    std::vector<std::pair<std::string, std::string>> parts;
    for (const DataForm& form : forms) {
        if (form.form_type().empty()) continue;  // XEP-0115 5.4 3.6: ignored
        const Parts& types = form.field("FORM_TYPE")->values;
        if (!std::ranges::all_of(types, [&](const std::string& type) { return type == types.front(); })) return false;
        parts.emplace_back(form.form_type(), form_part(form));
    }
    std::ranges::sort(parts);
    for (const auto& [type, part] : parts) {
        append(to, type);
        to += part;
    }
    return std::ranges::adjacent_find(parts, {}, [](const auto& part) -> const std::string& { return part.first; }) == parts.end();
}

}  // namespace

std::optional<std::string> caps_version(const xml::Element& info) {
    std::vector<Identity> identities;
    Parts features;
    std::vector<DataForm> forms;
    for (const auto child : info.children()) {
        if (child.is({ns::disco_info, "identity"})) identities.push_back(parse_identity(child));
        if (child.is({ns::disco_info, "feature"})) features.push_back(attribute(child, "var"));
        if (auto form = parse_form(child)) forms.push_back(*std::move(form));
    }
    std::string text;
    if (!append_identities(text, std::move(identities)) || !append_sorted(text, std::move(features)) || !append_forms(text, forms))
        return std::nullopt;
    return base::base64_encode(digest(ScramHash::sha1, text));
}

}  // namespace xmpp
