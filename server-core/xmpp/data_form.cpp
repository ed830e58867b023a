// SPDX-License-Identifier: MIT
#include "xmpp/data_form.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <array>
#include <utility>

namespace xmpp {
namespace {

constexpr std::array<std::string_view, 4> form_types = {"form", "submit", "cancel", "result"};
constexpr std::string_view form_type_var = "FORM_TYPE";

xml::Element text_element(std::string_view name, std::string_view text) {
    return xml::Element({ns::data_form, name}).with_text(text);
}

xml::Element to_option(const std::pair<std::string, std::string>& option) {
    auto element = xml::Element({ns::data_form, "option"});
    if (!option.second.empty()) element = std::move(element).with_attribute("label", option.second);
    return std::move(element).with(text_element("value", option.first));
}

xml::Element to_element(const FormField& field) {
    auto element = xml::Element({ns::data_form, "field"});
    if (!field.var.empty()) element = std::move(element).with_attribute("var", field.var);
    if (!field.type.empty()) element = std::move(element).with_attribute("type", field.type);
    if (!field.label.empty()) element = std::move(element).with_attribute("label", field.label);
    if (field.required) element = std::move(element).with(xml::Element({ns::data_form, "required"}));
    for (const auto& value : field.values) element = std::move(element).with(text_element("value", value));
    for (const auto& option : field.options) element = std::move(element).with(to_option(option));
    return element;
}

std::string attribute(const xml::Element& element, std::string_view name) {
    return std::string(element.attribute(name).value_or(""));
}

FormField parse_field(const xml::Element& element) {
    FormField field{attribute(element, "var"), attribute(element, "type"), attribute(element, "label"), {}, {}, false};
    for (const auto child : element.children()) {
        if (child.is({ns::data_form, "value"})) {
            field.values.push_back(child.text());
        } else if (child.is({ns::data_form, "required"})) {
            field.required = true;
        } else if (child.is({ns::data_form, "option"})) {
            field.options.emplace_back(child.child_text({ns::data_form, "value"}), attribute(child, "label"));
        }
    }
    return field;
}

}  // namespace

DataForm::DataForm(Type type, std::string_view form_type) : type_(type) {
    if (!form_type.empty()) add({std::string(form_type_var), "hidden", {}, {std::string(form_type)}, {}, false});
}

DataForm& DataForm::title(std::string_view text) {
    title_ = text;
    return *this;
}

DataForm& DataForm::instructions(std::string_view text) {
    instructions_ = text;
    return *this;
}

DataForm& DataForm::add(FormField field) {
    fields_.push_back(std::move(field));
    return *this;
}

// XEP-0068 3.1: only a submitted form may leave out the type "hidden".
std::string_view DataForm::form_type() const {
    const FormField* found = field(form_type_var);
    if (!found || found->values.empty()) return {};
    const bool is_hidden = found->type == "hidden" || (type_ == submit && found->type.empty());
    return is_hidden ? std::string_view(found->values.front()) : std::string_view();
}

const FormField* DataForm::field(std::string_view var) const {
    const auto found = std::ranges::find(fields_, var, &FormField::var);
    return found == fields_.end() ? nullptr : &*found;
}

std::optional<std::string> DataForm::value(std::string_view var) const {
    const FormField* found = field(var);
    if (!found || found->values.empty()) return std::nullopt;
    return found->values.front();
}

std::optional<bool> DataForm::boolean(std::string_view var) const {
    const auto text = value(var);
    if (text == "1" || text == "true") return true;
    if (text == "0" || text == "false") return false;
    return std::nullopt;
}

xml::Element DataForm::to_element() const {
    auto x = xml::Element({ns::data_form, "x"}).with_attribute("type", form_types[static_cast<std::size_t>(type_)]);
    if (!title_.empty()) x = std::move(x).with(text_element("title", title_));
    if (!instructions_.empty()) x = std::move(x).with(text_element("instructions", instructions_));
    for (const auto& field : fields_) x = std::move(x).with(xmpp::to_element(field));
    return x;
}

std::optional<DataForm> parse_form(const xml::Element& x) {
    if (!x.is({ns::data_form, "x"})) return std::nullopt;
    const auto found = std::ranges::find(form_types, x.attribute("type").value_or(""));
    if (found == form_types.end()) return std::nullopt;
    DataForm form(static_cast<DataForm::Type>(found - form_types.begin()));
    form.title(x.child_text({ns::data_form, "title"}));
    form.instructions(x.child_text({ns::data_form, "instructions"}));
    for (const auto child : x.children())
        if (child.is({ns::data_form, "field"})) form.add(parse_field(child));
    return form;
}

}  // namespace xmpp
