// SPDX-License-Identifier: MIT
#include "xml/element.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

using xml::Element, xml::to_string;

namespace {
constexpr std::string_view ns = xml::stanza_ns;

Element parse(std::string_view text) {
    auto element = xml::parse_element(text);
    REQUIRE(element);
    return *element;
}
}  // namespace

TEST_CASE("a new top tag shares the content and leaves the old one as it was") {
    const auto message = parse("<message to='a'><body>hi</body></message>");
    const auto readdressed = message.with_attribute("to", "b");
    CHECK(readdressed.node().content == message.node().content);
    CHECK(to_string(message) == "<message to='a'><body>hi</body></message>");
    CHECK(to_string(readdressed) == "<message to='b'><body>hi</body></message>");
    CHECK(to_string(message.with(Element({"u", "x"}))) == "<message to='a'><body>hi</body><x xmlns='u'/></message>");
    CHECK(to_string(message.with_text("t")) == "<message to='a'><body>hi</body>t</message>");
    CHECK(to_string(message) == "<message to='a'><body>hi</body></message>");
}

TEST_CASE("a chain of with on a temporary costs one arena and no quadratic copies") {
    auto chain = Element({ns, "query"});
    const auto* arena = chain.arena().get();
    for (int i = 0; i < 1000; ++i) chain = std::move(chain).with_text("x");
    CHECK(chain.arena().get() == arena);
    CHECK(chain.text() == std::string(1000, 'x'));
    // 1000 nodes, their pointers in lists that doubled, and pieces that doubled: far from a million pointers.
    CHECK(chain.arena()->bytes() < 1000 * (sizeof(xml::Node) + 8 + 8 * 4) * 2);
    auto attributes = Element({ns, "a"});
    arena = attributes.arena().get();
    for (int i = 0; i < 1000; ++i) attributes = std::move(attributes).with_attribute("a" + std::to_string(i), "v");
    CHECK(attributes.arena().get() == arena);
    CHECK(attributes.attributes().size() == 1000);
    CHECK(attributes.arena()->bytes() < 1000 * sizeof(xml::Attribute) * 8);
}

TEST_CASE("an element that somebody else sees is never written to") {
    auto first = Element({ns, "a"}).with(Element({ns, "b"}));
    const auto seen = first;
    auto second = std::move(first).with(Element({ns, "c"})).with_attribute("x", "1");
    CHECK(to_string(seen) == "<a><b/></a>");
    CHECK(to_string(second) == "<a x='1'><b/><c/></a>");
    const auto also = second;
    const auto third = std::move(second).with_attribute("x", "2").with_text("t");
    CHECK(to_string(also) == "<a x='1'><b/><c/></a>");
    CHECK(to_string(third) == "<a x='2'><b/><c/>t</a>");
}

TEST_CASE("a child taken out of its tree, once alone, can be extended without touching what it came from") {
    const auto outside = parse("<a><b><c/></b></a>");
    auto holder = Element({ns, "h"}).with(outside);
    auto child = *holder.child({ns, "a"});
    holder = Element({ns, "other"});
    auto grown = std::move(child).with(Element({ns, "d"})).with_attribute("x", "1");
    CHECK(to_string(outside) == "<a><b><c/></b></a>");
    CHECK(to_string(grown) == "<a x='1'><b><c/></b><d/></a>");
    auto own = parse("<a><b/><e/></a>");
    auto inner = *own.child({ns, "b"});
    own = inner;
    CHECK(to_string(std::move(own).with_text("x")) == "<b>x</b>");
    CHECK(to_string(inner) == "<b/>");
}

TEST_CASE("an element can hold itself, as it was") {
    auto element = Element({ns, "a"});
    element = std::move(element).with(element);
    element = std::move(element).with(element);
    CHECK(to_string(element) == "<a><a/><a><a/></a></a>");
}

TEST_CASE("what an element holds outlives every other owner") {
    std::optional<Element> wrapped;
    {
        auto inner = parse("<message><body>hi</body></message>");
        wrapped = Element({"urn:xmpp:forward:0", "forwarded"}).with(inner.with_attribute("id", "1")).with_attribute("a", "b");
    }
    CHECK(to_string(*wrapped) ==
          "<forwarded xmlns='urn:xmpp:forward:0' a='b'><message xmlns='jabber:client' id='1'><body>hi</body></message></forwarded>");
}

TEST_CASE("depth costs no stack: 200000 levels are built, written and freed") {
    auto deep = Element({ns, "a"});
    for (int i = 0; i < 200000; ++i) deep = Element({ns, "a"}).with(deep);
    const auto text = to_string(deep);
    CHECK(text.size() == 200000 * 7 + 4);
    auto chain = Element({ns, "b"});
    for (int i = 0; i < 200000; ++i) {
        const auto kept = chain;
        chain = kept.with_attribute("a", "b");
    }
    CHECK(to_string(chain) == "<b a='b'/>");
}

TEST_CASE("children are elements in document order, text is apart") {
    const auto element = parse("<a>x<b/>y<c xmlns='u'/><b n='2'/>z</a>");
    std::string names;
    for (const auto child : element.children()) names += child.name().local;
    CHECK(names == "bcb");
    CHECK(element.text() == "xyz");
    CHECK(element.child({ns, "b"})->attribute("n") == std::nullopt);
    CHECK_FALSE(element.child({ns, "c"}));
    CHECK(element.has_child({"u", "c"}));
    CHECK(element.first_child()->is({ns, "b"}));
    CHECK(element.has_children());
    CHECK_FALSE(parse("<a>x</a>").has_children());
    CHECK_FALSE(parse("<a/>").first_child());
    CHECK(parse("<a><b>1<c/>2</b></a>").child_text({ns, "b"}) == "12");
    CHECK(parse("<a/>").child_text({ns, "b"}).empty());
    for ([[maybe_unused]] const auto child : Element({ns, "a"}).children()) FAIL("there is no child");
}

TEST_CASE("attributes: with a namespace and without are two; one of the same name is replaced") {
    const auto element = parse("<a xmlns:p='u' b='1' p:b='2' c=''/>");
    CHECK(element.attribute("b") == "1");
    CHECK(element.attribute(xml::Name{"u", "b"}) == "2");
    CHECK(element.attribute("c") == "");
    CHECK_FALSE(element.attribute("d"));
    const auto changed = element.with_attribute("b", "3").with_attribute(xml::Name{"u", "b"}, "4").with_attribute("d", "5");
    CHECK(to_string(changed) == "<a b='3' xmlns:ns1='u' ns1:b='4' c='' d='5'/>");
    CHECK(to_string(changed.without_attribute("b")) == "<a xmlns:ns1='u' ns1:b='4' c='' d='5'/>");
    CHECK(to_string(element) == "<a b='1' xmlns:ns1='u' ns1:b='2' c=''/>");
}

TEST_CASE("without leaves out children or content") {
    const auto element = parse("<a>x<b/>y<c><b/></c><b/></a>");
    CHECK(to_string(element.without({ns, "b"})) == "<a>xy<c><b/></c></a>");
    CHECK(to_string(element.without({"u", "b"})) == to_string(element));
    CHECK(to_string(element.without_content()) == "<a/>");
    CHECK(to_string(element.without({ns, "b"}).with(Element({ns, "d"}))) == "<a>xy<c><b/></c><d/></a>");
    CHECK(to_string(element) == "<a>x<b/>y<c><b/></c><b/></a>");
}
