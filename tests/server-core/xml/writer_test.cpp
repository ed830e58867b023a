// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

using xml::Element, xml::to_string;

namespace {
constexpr std::string_view ns = xml::stanza_ns;
}

TEST_CASE("XML 1.0 2.4: text and attributes are escaped so that they are read back as they were") {
    const std::string odd = "a<b>&\"'\t\n\r]]>é\xF0\x9F\x98\x80";
    const auto element = Element({ns, "m"}).with_attribute("a", odd).with_text(odd);
    const auto text = to_string(element);
    CHECK(text == "<m a='a&lt;b&gt;&amp;&quot;&apos;&#x9;&#xA;&#xD;]]&gt;é\xF0\x9F\x98\x80'>a&lt;b&gt;&amp;\"'\t\n&#xD;]]&gt;é\xF0\x9F\x98\x80</m>");
    const auto again = xml::parse_element(text);
    REQUIRE(again);
    CHECK(again->attribute("a") == odd);
    CHECK(again->text() == odd);
}

TEST_CASE("XML 1.0 2.2: control characters, which would end the receiver's stream, are replaced") {
    CHECK(to_string(Element({ns, "m"}).with_text(std::string("a\0b\x01\x1F", 5))) == "<m>a\xEF\xBF\xBD" "b\xEF\xBF\xBD\xEF\xBF\xBD</m>");
    std::string out;
    xml::escape_attribute(out, "\x0B");
    CHECK(out == "\xEF\xBF\xBD");
}

TEST_CASE("a namespace is declared only where it changes") {
    const auto inner = Element({ns, "message"}).with(Element({ns, "body"}));
    const auto outer = Element({"urn:a", "x"}).with(Element({"urn:a", "y"})).with(inner);
    const auto message = Element({ns, "message"}).with(outer).with(Element({"", "z"}));
    CHECK(to_string(message) == "<message><x xmlns='urn:a'><y/><message xmlns='jabber:client'><body/></message></x><z xmlns=''/></message>");
    CHECK(to_string(message, "").starts_with("<message xmlns='jabber:client'>"));
    CHECK(to_string(*xml::parse_element(to_string(message))) == to_string(message));
}

TEST_CASE("XML namespaces 3: attributes with a namespace get a prefix, xml: has one already") {
    const auto element =
        Element({ns, "m"}).with_attribute({xml::xml_ns, std::string_view("lang")}, "en").with_attribute({"urn:'", std::string_view("a")}, "1").with_attribute({"urn:c", std::string_view("a")}, "2");
    const auto text = to_string(element);
    CHECK(text == "<m xml:lang='en' xmlns:ns1='urn:&apos;' ns1:a='1' xmlns:ns2='urn:c' ns2:a='2'/>");
    CHECK(to_string(*xml::parse_element(text)) == text);
}

TEST_CASE("RFC 6120 4.8.5: names of the stream's namespace have the prefix that old clients look for") {
    const auto features = Element({xml::stream_ns, "features"}).with(Element({"urn:b", "bind"})).with(Element({ns, "x"}));
    CHECK(to_string(features) == "<stream:features><bind xmlns='urn:b'/><x/></stream:features>");
    std::string out;
    const auto header = Element({xml::stream_ns, "stream"}).with_attribute("id", "1").with_attribute({xml::xml_ns, std::string_view("lang")}, "en");
    xml::write_start_tag(out, header, "jabber:component:accept");
    CHECK(out == "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1' xml:lang='en'>");
    out.clear();
    xml::write_start_tag(out, Element({"u", "a"}).with_text("x"), ns);
    CHECK(out == "<a xmlns='u'>");
}

TEST_CASE("what was serialised once is copied, under a new top tag too, and dropped when the content grows") {
    auto message = *xml::parse_element("<message to='a'><body>x &amp; y</body><x xmlns='u'><z/></x></message>");
    const auto text = to_string(message);
    xml::keep_serialised(message);
    CHECK(message.node().content->wire == "<body>x &amp; y</body><x xmlns='u'><z/></x>");
    CHECK(to_string(message) == text);
    CHECK(to_string(message.with_attribute("to", "b")) == "<message to='b'><body>x &amp; y</body><x xmlns='u'><z/></x></message>");
    CHECK(to_string(Element({"f", "f"}).with(message)) ==
          "<f xmlns='f'><message xmlns='jabber:client' to='a'><body>x &amp; y</body><x xmlns='u'><z/></x></message></f>");
    CHECK(to_string(message.with(Element({ns, "more"}))).ends_with("</x><more/></message>"));
    auto fresh = Element({ns, "a"}).with(Element({ns, "b"}));
    xml::keep_serialised(fresh);
    fresh = std::move(fresh).with(Element({ns, "c"}));
    CHECK(to_string(fresh) == "<a><b/><c/></a>");
    xml::keep_serialised(Element({ns, "empty"}));
}

TEST_CASE("what was serialised lives as long as the content, not as the tag by which it was asked for") {
    const auto message = *xml::parse_element("<message><body>hi</body></message>");
    {
        const auto copy = message.with_attribute("to", "b");
        xml::keep_serialised(copy);
    }
    CHECK(message.node().content->wire == "<body>hi</body>");
    CHECK(to_string(message) == "<message><body>hi</body></message>");
}
