// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include <unistd.h>

using xml::Limits, xml::ParseError, xml::Parser;

namespace {

const std::string header =
    "<?xml version='1.0'?><stream:stream to='a.example' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
const std::string opened =
    "open <stream:stream xmlns='' xmlns:stream='http://etherx.jabber.org/streams' to='a.example'>\n";

const char* name(ParseError error) {
    switch (error) {
    case ParseError::not_well_formed: return "not-well-formed";
    case ParseError::restricted_xml: return "restricted-xml";
    case ParseError::policy_violation: return "policy-violation";
    case ParseError::unsupported_encoding: return "unsupported-encoding";
    case ParseError::bad_namespace_prefix: return "bad-namespace-prefix";
    case ParseError::bad_format: return "bad-format";
    }
    return "";
}

// What the parser said, one line for each event.
struct Log {
    std::string text;
    bool take(const xml::Fed& fed) {
        for (const auto& event : fed.events) {
            if (const auto* read = std::get_if<xml::StreamOpened>(&event)) {
                text += "open ";
                xml::write_start_tag(text, read->header, "");
            } else if (const auto* stanza = std::get_if<xml::StanzaRead>(&event)) {
                text += xml::to_string(stanza->element) + " " + std::to_string(stanza->bytes);
            } else {
                text += "closed";
            }
            text += '\n';
        }
        if (fed.error) text += name(*fed.error);
        return !fed.error;
    }
};

// Reads `text` in pieces of `size` bytes after a first one of `first` bytes.
std::string read_in_pieces(std::string_view text, std::size_t first, std::size_t size, Limits limits) {
    Parser parser(limits);
    Log log;
    bool may_go_on = true;
    for (std::size_t at = 0; at < text.size() && may_go_on;) {
        const auto piece = text.substr(at, at == 0 ? first : size);
        may_go_on = log.take(parser.feed(piece));
        at += piece.size();
    }
    return log.text;
}

// What the parser says to `text`, which must not depend on where it is cut.
std::string read(const std::string& text, Limits limits = {}) {
    const auto whole = read_in_pieces(text, text.size(), text.size(), limits);
    CHECK(read_in_pieces(text, 1, 1, limits) == whole);
    CHECK(read_in_pieces(text, 3, 7, limits) == whole);
    if (text.size() < 2000)
        for (std::size_t cut = 1; cut < text.size(); ++cut) CHECK(read_in_pieces(text, cut, text.size(), limits) == whole);
    return whole;
}

std::string stanzas(const std::string& text, Limits limits = {}) {
    const auto all = read(header + text, limits);
    REQUIRE(all.starts_with(opened));
    return all.substr(opened.size());
}

std::string repeat(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

}  // namespace

TEST_CASE("RFC 6120 4.2: a stream is its header, stanzas and its end, wherever the bytes are cut") {
    CHECK(stanzas("<message to='b'><body>hi</body></message> \n<iq/><presence></presence></stream:stream>") ==
          "<message to='b'><body>hi</body></message> 41\n<iq/> 5\n<presence/> 21\nclosed\n");
}

TEST_CASE("RFC 6120 4.4: what follows the end of the stream is ignored") {
    CHECK(stanzas("</stream:stream><message/>\0\xFF") == "closed\n");
    CHECK(read("<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>x").ends_with("closed\n"));
}

TEST_CASE("RFC 6120 11.1: the five predefined entities, character references and CDATA sections are text, in one piece") {
    const auto text = stanzas("<m><b>a&lt;b&gt;c&amp;d&apos;e&quot;&#xe9;&#233;<![CDATA[<x>]]>é</b></m>");
    CHECK(text == "<m><b>a&lt;b&gt;c&amp;d'e\"éé&lt;x&gt;é</b></m> 73\n");
    Parser parser({});
    parser.feed(header);
    const auto fed = parser.feed(std::string("<m>a&lt;b<![CDATA[c]]>d</m>"));
    CHECK(std::get<xml::StanzaRead>(fed.events.at(0)).element.node().content->nodes.size() == 1);
}

TEST_CASE("XML 1.0 3.3.3: references in attributes are resolved, white space is normalised") {
    CHECK(stanzas("<m a='&lt;&#10;&amp;&quot;' b=\"x\ny\"/>") == "<m a='&lt;&#xA;&amp;&quot;' b='x y'/> 37\n");
}

TEST_CASE("XML 1.0 2.11: line ends become line feeds, a carriage return by reference stays") {
    CHECK(stanzas("<m>a\r\nb\rc&#13;</m>") == "<m>a\nb\nc&#xD;</m> 18\n");
}

TEST_CASE("RFC 6120 11.1: a processing instruction ends the stream with restricted-xml") {
    CHECK(stanzas("<iq/><?x y?>") == "<iq/> 5\nrestricted-xml");
    CHECK(stanzas("<iq><?x?></iq>") == "restricted-xml");
    CHECK(read("<?x y?>" + header) == "restricted-xml");
    CHECK(read("<?xml-stylesheet href='a'?><a/>") == "restricted-xml");
}

TEST_CASE("RFC 6120 11.1: a comment ends the stream with restricted-xml") {
    CHECK(stanzas("<iq/><!-- x -->") == "<iq/> 5\nrestricted-xml");
    CHECK(stanzas("<iq><!----></iq>") == "restricted-xml");
    CHECK(read("<!-- x --><a/>") == "restricted-xml");
}

TEST_CASE("RFC 6120 11.1: a document type ends the stream with restricted-xml, so that no entity expands") {
    CHECK(read("<!DOCTYPE a [<!ENTITY x 'yyyy'>]><a>&x;</a>") == "restricted-xml");
    CHECK(read("<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>") == "restricted-xml");
    CHECK(read("<!DOCTYPE a><a/>") == "restricted-xml");
}

TEST_CASE("RFC 6120 11.1: an entity that is not predefined ends the stream with restricted-xml") {
    CHECK(stanzas("<iq/><m>&nbsp;</m>") == "<iq/> 5\nrestricted-xml");
    CHECK(stanzas("<m a='&nbsp;'/>") == "restricted-xml");
}

TEST_CASE("RFC 6120 11.3: what is not well-formed ends the stream with not-well-formed, after the stanzas before it") {
    // libxml2 waits for the ";" of a reference, at most until the stanza's limit.
    for (const std::string bad : {"<m></n>", "<m a='1' a='2'/>", "<m a=1/>", "<m a></m>", "<m><</m>", "</m>", "<m>&#0;</m>", "<m>&#1;</m>",
                            "<m>\x01</m>", "<m>]]></m>", "<m>&lt</m>;", "<m a='<'/>", "<1/>", "< m/>", "<m>\xEF\xBF\xBF</m>",
                            "<m>& </m>;", "</stream:strea>"}) {
        CAPTURE(bad);
        CHECK(stanzas("<iq/>" + bad + "<message/>") == "<iq/> 5\nnot-well-formed");
    }
    CHECK(stanzas(std::string("<iq/>\0<iq/>", 11)) == "<iq/> 5\nnot-well-formed");
    CHECK(stanzas(std::string("<iq><a>\0</a></iq>", 17)) == "not-well-formed");
    CHECK(read("hello") == "not-well-formed");
    CHECK(read("<a\x0F:b xmlns='c'>") == "not-well-formed");
}

TEST_CASE("RFC 6120 11.3 (libxml2 2.9.14 reports success): namespaces must be well-formed") {
    CHECK(stanzas("<iq/><x:m/>") == "<iq/> 5\nbad-namespace-prefix");
    CHECK(stanzas("<iq/><m x:a='1'/>") == "<iq/> 5\nbad-namespace-prefix");
    CHECK(stanzas("<m xmlns:a='u' xmlns:b='u' a:x='1' b:x='2'/>") == "not-well-formed");
    CHECK(stanzas("<m xmlns:p=''/>") == "not-well-formed");
    CHECK(stanzas("<m xmlns:xml='u'/>") == "not-well-formed");
    CHECK(stanzas("<m xmlns:xmlns='u'/>") == "not-well-formed");
    CHECK(stanzas("<m xmlns='http://www.w3.org/2000/xmlns/'/>") == "not-well-formed");
    CHECK(stanzas("<a:b:c xmlns:a='u'/>") == "not-well-formed");
    CHECK(stanzas("<m xmlns:a='u'><b/></m><a:c/>") == "<m><b/></m> 23\nbad-namespace-prefix");
}

TEST_CASE("a namespace need not be a URI") {
    CHECK(stanzas("<m xmlns='a b'/><n xmlns='é:{'/><x:n/>") == "<m xmlns='a b'/> 16\n<n xmlns='é:{'/> 17\nbad-namespace-prefix");
}

TEST_CASE("RFC 6120 11.5: the XML declaration stands at the start or not at all") {
    CHECK(read("<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes' ?><a/>") == "open <a>\nclosed\n");
    CHECK(read(" <?xml version='1.0'?><a/>") == "not-well-formed");
    CHECK(read("<?xml version='1.0'?><?xml version='1.0' encoding='ISO-8859-1'?><a/>") == "not-well-formed");
    CHECK(stanzas("<?xml version='1.0'?>") == "not-well-formed");
    for (const std::string bad : {"<?xml?>", "<?xml ?>", "<?xml version='1.1'?>", "<?xml encoding='UTF-8'?>", "<?xml version=1.0?>",
                            "<?xml version='1.0' standalone='maybe'?>", "<?xml version='1.0'encoding='UTF-8'?>",
                            "<?xml version='1.0' x='y'?>", "<?xml version='1.0' standalone='no' encoding='UTF-8'?>"}) {
        CAPTURE(bad);
        CHECK(read(bad + std::string("<a/>")) == "not-well-formed");
    }
    CHECK(read("<?xml " + std::string(1000, ' ') + "version='1.0'?><a/>") == "not-well-formed");
    CHECK(read("\n<a/>") == "open <a>\nclosed\n");
}

TEST_CASE("RFC 6120 11.6 (libxml2 2.9.14 switches silently): another encoding than UTF-8 is unsupported-encoding") {
    CHECK(read("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>") == "unsupported-encoding");
    CHECK(read("<?xml version='1.0' encoding='UTF-16'?><a/>") == "unsupported-encoding");
    CHECK(read("<?xml version='1.0' encoding='UTF-7'?><a/>") == "unsupported-encoding");
    CHECK(read("<?xml version='1.0' encoding=''?><a/>") == "unsupported-encoding");
    CHECK(read("\xFE\xFF") == "unsupported-encoding");
    CHECK(read(std::string("\xFF\xFE<\0a\0/\0>\0", 10)) == "unsupported-encoding");
    CHECK(read(std::string("<\0a\0/\0>\0", 8)) == "unsupported-encoding");
    CHECK(read(std::string("\0<\0a\0/\0>", 8)) == "unsupported-encoding");
}

TEST_CASE("RFC 6120 11.6: a byte order mark in UTF-8 is no white space") {
    CHECK(read("\xEF\xBB\xBF<a/>") == "not-well-formed");
}

TEST_CASE("RFC 6120 11.6 (libxml2 2.9.14 goes on as Latin-1): wrong UTF-8 is not-well-formed") {
    for (const std::string bad : {"<m>\xE9</m>", "<m>\xC0\x80</m>", "<m>\xED\xA0\x80</m>", "<m>\xF4\x90\x80\x80</m>", "<m a='\xE9'/>",
                            "<\xE9/>", "<m \xE9='1'/>", "<m>\xC3</m>", "<m>\x80</m>", "<m><![CDATA[\xE9]]></m>", "<m xmlns='\xE9'/>"}) {
        CAPTURE(bad);
        CHECK(stanzas("<iq/>" + bad) == "<iq/> 5\nnot-well-formed");
    }
    CHECK(stanzas("<m>\xF0\x9F\x98\x80</m>") == "<m>\xF0\x9F\x98\x80</m> 11\n");
}

TEST_CASE("RFC 6120 4.9.3.1: text between stanzas is bad-format") {
    CHECK(stanzas("<iq/>x<iq/>") == "<iq/> 5\nbad-format");
    CHECK(stanzas("&#x20;<iq/>&amp;<iq/>") == "<iq/> 5\nbad-format");
}

TEST_CASE("RFC 6120 13.12: a stanza above the limit is a policy-violation, finished or not; below 10000 no limit goes") {
    const Limits limits{.stanza_bytes = 100};
    const auto stanza = [](std::size_t bytes) { return "<m>" + std::string(bytes - 7, 'x') + "</m>"; };
    CHECK(stanzas("<iq/>" + stanza(10000) + "\n<iq/>", limits).ends_with(" 10000\n<iq/> 5\n"));
    CHECK(stanzas("<iq/>" + stanza(10001), limits) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/>" + stanza(20000), limits) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas(stanza(20000), {.stanza_bytes = 20000}).ends_with(" 20000\n"));
}

TEST_CASE("RFC 6120 13.12 (libxml2 2.9.14 holds 10 MB without a word): what is unfinished counts too") {
    CHECK(stanzas("<iq/><m><!-- " + std::string(20000, 'x')) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/><m a='" + std::string(20000, 'x')) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/><m>" + std::string(20000, 'x')) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/><m><![CDATA[" + std::string(20000, 'x')) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/><m><?x " + std::string(20000, 'x')) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/><m></m" + std::string(20000, ' ')) == "<iq/> 5\npolicy-violation");
    CHECK(read("<!DOCTYPE a " + std::string(20000, 'x')) == "policy-violation");
    CHECK(read("<stream:stream a='" + std::string(20000, 'x')) == "policy-violation");
    CHECK(read(std::string(20000, ' ')) == "policy-violation");
}

TEST_CASE("a start tag has a limit of its own, since many attributes cost libxml2 quadratic time") {
    const Limits limits{.stanza_bytes = 100000, .start_tag_bytes = 500};
    const auto tag = [](std::size_t bytes) { return "<m a='" + std::string(bytes - 9, 'x') + "'/>"; };
    CHECK(stanzas("<iq/>" + tag(501), limits).ends_with(" 501\n"));  // the '/>' or '>' does not count
    CHECK(stanzas("<iq/>" + tag(600), limits) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/><m>" + std::string(3000, 'x') + "<b/>" + std::string(3000, '\n') + tag(400) + "</m>", limits).ends_with(" 6411\n"));
    CHECK(stanzas("<iq/><m>" + std::string(3000, 'x') + tag(600) + "</m>", limits) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/><m>é" + repeat("x&amp;é", 500) + tag(600) + "</m>", limits) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/><m>é" + repeat("x&amp;é", 500) + tag(400) + "</m>", limits).ends_with(" 4409\n"));
}

TEST_CASE("RFC 6120 13.12 (libxml2 2.9.14 has no limit): depth is a policy-violation") {
    const Limits limits{.stanza_depth = 5};
    CHECK(stanzas(repeat("<a>", 5) + repeat("</a>", 5), limits).ends_with(" 35\n"));
    CHECK(stanzas("<iq/>" + repeat("<a>", 6), limits) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<iq/>" + repeat("<a>", 3000), limits) == "<iq/> 5\npolicy-violation");
}

TEST_CASE("RFC 6120 13.12: the number of nodes in a stanza is a policy-violation") {
    const Limits limits{.children = 10};
    CHECK(stanzas("<a>" + repeat("<b/>", 9) + "</a>", limits).ends_with(" 43\n"));
    CHECK(stanzas("<iq/>" + repeat("<a>", 11), {.stanza_depth = 0, .children = 10}) == "<iq/> 5\npolicy-violation");
    CHECK(stanzas("<a>" + repeat("<b/>", 10) + "</a>", limits) == "policy-violation");
    CHECK(stanzas("<a>" + repeat("x<b/>", 5) + "</a>", limits) == "policy-violation");
}

TEST_CASE("RFC 6120 4.6.1: white space between stanzas is free and makes no parser") {
    Parser parser({});
    parser.feed(header);
    parser.rest();
    CHECK(parser.is_resting());
    for (int i = 0; i < 1000; ++i) CHECK(parser.feed(std::string(100, i % 2 ? ' ' : '\n')).events.empty());
    CHECK(parser.is_resting());
    Log log;
    log.take(parser.feed(std::string(" <iq/>") + std::string(50000, ' ')));
    CHECK(log.text == "<iq/> 5\n");
    for (int i = 0; i < 1000; ++i) CHECK_FALSE(parser.feed(std::string(100, ' ')).error);
    log.take(parser.feed(std::string("<iq/>")));
    CHECK(log.text == "<iq/> 5\n<iq/> 5\n");
}

TEST_CASE("a parser that rested knows the peer's namespaces, and the end of the stream") {
    Parser parser({});
    Log log;
    log.take(parser.feed(std::string("<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client' xmlns:q='a&amp;&lt;&apos;b' q:x='1'>")));
    log.text.clear();
    for (int i = 0; i < 3; ++i) {
        parser.rest();
        CHECK(parser.is_resting());
        log.take(parser.feed(std::string("<message><q:a/></message>")));
    }
    parser.rest();
    log.take(parser.feed(std::string("<s:features/></s:stream>")));
    const std::string message = "<message><a xmlns='a&amp;&lt;&apos;b'/></message> 25\n";
    CHECK(log.text == message + message + message + "<stream:features/> 13\nclosed\n");
}

TEST_CASE("inside a stanza a parser does not rest") {
    Parser parser({});
    parser.feed(header);
    for (const char* piece : {"<", "message", "><bo", "dy>", "x", "</body></message"}) {
        CHECK(parser.feed(std::string(piece)).events.empty());
        parser.rest();
        CHECK_FALSE(parser.is_resting());
    }
    CHECK(parser.feed(std::string(">")).events.size() == 1);
    parser.rest();
    CHECK(parser.is_resting());
}

TEST_CASE("between stanzas a parser does not rest inside a CDATA section") {
    Parser parser({});
    parser.feed(header + "<![CDATA[");
    parser.rest();
    CHECK_FALSE(parser.is_resting());
    CHECK(parser.feed(std::string("<iq/>]]>")).error == ParseError::bad_format);
}

TEST_CASE("ever new names, short or long, do not grow the parser: it is made anew between stanzas") {
    for (const std::size_t length : {0U, 1000U}) {
        Parser parser({});
        parser.feed(header);
        std::size_t most = 0;
        for (int i = 0; i < 10000; ++i) {
            const auto name = "n" + std::string(length, 'x') + std::to_string(i);
            const auto fed = parser.feed("<" + name + "/>");
            REQUIRE(fed.events.size() == 1);
            most = std::max(most, parser.dictionary_bytes());
        }
        CHECK(most < 140 * 1024);                         // pieces of the dictionary double
        CHECK(parser.dictionary_bytes() + 1000 < most);   // it began anew, more than once
    }
}

TEST_CASE("nothing of libxml2 speaks on stderr") {
    std::FILE* const catcher = std::tmpfile();
    REQUIRE(catcher);
    const int real = dup(2);
    dup2(fileno(catcher), 2);
    for (const std::string bad : {"<x:m/>", "<m xmlns:p=''/>", "<m>\xE9</m>", "<m></n>", "<!DOCTYPE a [<!ENTITY x 'y'>", "&x;", "<m xmlns='a b'/>", "<?x"})
        for (const auto& start : {std::string(), header}) Parser({}).feed(start + bad + "<m/>");
    dup2(real, 2);
    close(real);
    CHECK(std::ftell(catcher) == 0);
    CHECK(std::fseek(catcher, 0, SEEK_END) == 0);
    CHECK(std::ftell(catcher) == 0);
    std::fclose(catcher);
}

TEST_CASE("restart forgets the stream; limits can grow after login") {
    Parser parser({});
    parser.feed(header + "<auth/><unfinished");
    parser.restart();
    Log log;
    log.take(parser.feed(header + "<iq/>"));
    CHECK(log.text == opened + "<iq/> 5\n");
    parser.set_limits({.stanza_bytes = 50000});
    CHECK(parser.feed("<m>" + std::string(40000, 'x') + "</m>").events.size() == 1);
}

TEST_CASE("a spent parser repeats its error and nothing else") {
    Parser parser({});
    CHECK(parser.feed(header + "<x:a/>").error == ParseError::bad_namespace_prefix);
    const auto again = parser.feed(std::string("<iq/>"));
    CHECK(again.events.empty());
    CHECK(again.error == ParseError::bad_namespace_prefix);
    CHECK(parser.is_resting());
}

TEST_CASE("XEP-0114 3: names in a component's namespace are those of any other stream") {
    Parser parser({}, "jabber:component:accept");
    const auto fed = parser.feed(std::string(
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'><iq><query xmlns='a'/></iq>"));
    REQUIRE(fed.events.size() == 2);
    const auto& iq = std::get<xml::StanzaRead>(fed.events[1]).element;
    CHECK(iq.is({xml::stanza_ns, "iq"}));
    CHECK(iq.has_child({"a", "query"}));
}

TEST_CASE("an element outlives its parser and the others of its bytes") {
    std::optional<xml::Element> kept;
    {
        Parser parser({});
        auto fed = parser.feed(header + "<iq id='1'><a>text</a></iq><iq/>");
        kept = std::get<xml::StanzaRead>(fed.events.at(1)).element.first_child();
    }
    CHECK(kept->text() == "text");
}
