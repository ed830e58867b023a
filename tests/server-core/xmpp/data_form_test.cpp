// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/data_form.h"

#include <doctest/doctest.h>

using namespace xmpp;

namespace {
std::optional<DataForm> parse(std::string_view text) {
    return parse_form(*xml::parse_element(text));
}
}  // namespace

TEST_CASE("XEP-0004 3: a form is written with its fields, options and values") {
    const auto form = DataForm(DataForm::form, "urn:a")
                          .title("T")
                          .instructions("I")
                          .add({"who", "list-single", "Who?", {"b"}, {{"a", "A"}, {"b", ""}}, true})
                          .add({"", "fixed", "", {"text"}, {}, false});
    CHECK(xml::to_string(form.to_element()) ==
          "<x xmlns='jabber:x:data' type='form'><title>T</title><instructions>I</instructions>"
          "<field var='FORM_TYPE' type='hidden'><value>urn:a</value></field>"
          "<field var='who' type='list-single' label='Who?'><required/><value>b</value>"
          "<option label='A'><value>a</value></option><option><value>b</value></option></field>"
          "<field type='fixed'><value>text</value></field></x>");
    const auto again = parse_form(form.to_element());
    REQUIRE(again);
    CHECK(xml::to_string(again->to_element()) == xml::to_string(form.to_element()));
    CHECK(again->field("who")->options.size() == 2);
    CHECK(again->field("who")->required);
}

TEST_CASE("XEP-0004 3.2: what somebody submitted is read by field") {
    const auto form = parse("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:a</value></field>"
                            "<field var='many'><value>1</value><value>2</value></field><field var='none'/><field var='yes'><value>true</value></field>"
                            "<field var='no'><value>0</value></field><field xmlns='u' var='other'/></x>");
    REQUIRE(form);
    CHECK(form->type() == DataForm::submit);
    CHECK(form->form_type() == "urn:a");
    CHECK(form->value("many") == "1");
    CHECK(form->field("many")->values.size() == 2);
    CHECK_FALSE(form->value("none"));
    CHECK(form->field("none"));
    CHECK_FALSE(form->field("other"));
    CHECK_FALSE(form->field("absent"));
    CHECK(form->boolean("yes") == true);
    CHECK(form->boolean("no") == false);
    CHECK(form->boolean("many") == true);
    CHECK_FALSE(form->boolean("none"));
    CHECK_FALSE(form->boolean("FORM_TYPE"));
}

TEST_CASE("XEP-0004 3.1: another type, name or namespace is no form") {
    CHECK(parse("<x xmlns='jabber:x:data' type='cancel'/>")->type() == DataForm::cancel);
    CHECK_FALSE(parse("<x xmlns='jabber:x:data' type='other'/>"));
    CHECK_FALSE(parse("<x xmlns='jabber:x:data'/>"));
    CHECK_FALSE(parse("<y xmlns='jabber:x:data' type='form'/>"));
    CHECK_FALSE(parse("<x type='form'/>"));
}

TEST_CASE("XEP-0068 3.1: outside a submitted form FORM_TYPE is hidden or it is an ordinary field") {
    CHECK(parse("<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>u</value></field></x>")->form_type().empty());
    CHECK(parse("<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>u</value></field></x>")->form_type() == "u");
    CHECK(DataForm(DataForm::submit).form_type().empty());
}
