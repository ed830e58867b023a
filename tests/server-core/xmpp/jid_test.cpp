// SPDX-License-Identifier: MIT
#include "xmpp/jid.h"

#include <doctest/doctest.h>

using namespace xmpp;

namespace {

std::string text_of(std::string_view address) {
    const auto jid = parse_jid(address);
    return jid ? jid->text() : "(refused)";
}

bool fails(std::string_view address, JidError error) {
    const auto jid = parse_jid(address);
    return !jid && jid.error() == error;
}

}  // namespace

TEST_CASE("RFC 7622 3.1: an address has a domain, perhaps a local part, perhaps a resource") {
    const auto jid = *parse_jid("Romeo@Montague.Example/Garden of Roses");
    CHECK(jid.text() == "romeo@montague.example/Garden of Roses");
    CHECK(jid.local() == "romeo");
    CHECK(jid.domain() == "montague.example");
    CHECK(jid.resource() == "Garden of Roses");
    CHECK(jid.is_full());
    CHECK(jid.has_local());
    CHECK(jid.bare().text() == "romeo@montague.example");
    CHECK(jid.bare_text() == "romeo@montague.example");
    CHECK(jid.bare().is_bare());
    CHECK(jid.host().text() == "montague.example");
    CHECK(jid.host().domain() == "montague.example");
    CHECK_FALSE(jid.host().has_local());
    CHECK(jid.bare().with_resource("x").text() == "romeo@montague.example/x");
    CHECK(jid.with_resource("x").resource() == "x");
    CHECK(jid.with_resource("").is_bare());
    const auto host = *parse_jid("example.org/a@b/c");
    CHECK(host.local().empty());
    CHECK(host.domain() == "example.org");
    CHECK(host.resource() == "a@b/c");
    CHECK(Jid().empty());
    CHECK(Jid().is_bare());
    CHECK(Jid().domain().empty());
}

TEST_CASE("RFC 7622 3.1: which part offends is told") {
    CHECK(fails("", JidError::empty));
    CHECK(fails("@example.org", JidError::bad_local));
    CHECK(fails("a@", JidError::bad_domain));
    CHECK(fails("/x", JidError::bad_domain));
    CHECK(fails("a@/x", JidError::bad_domain));
    CHECK(fails("a@example.org/", JidError::bad_resource));
    CHECK(fails("a@b@example.org", JidError::bad_domain));
    CHECK(fails("a b@example.org", JidError::bad_local));
    CHECK(fails("a@example.org/x\n", JidError::bad_resource));
}

TEST_CASE("RFC 7622 3.2 to 3.4: at most 1023 bytes a part, after preparation") {
    const auto repeated = [](std::string_view text, int count) {
        std::string out;
        for (int i = 0; i < count; ++i) out += text;
        return out;
    };
    CHECK(parse_jid(repeated("a", 1023) + "@b"));
    CHECK(fails(repeated("a", 1024) + "@b", JidError::too_long));
    CHECK(parse_jid("a@b/" + repeated("é", 511)));
    CHECK(fails("a@b/" + repeated("é", 512), JidError::too_long));
    CHECK(parse_jid(repeated("e\xCC\x81", 500) + "@b"));  // 1500 bytes, composed to 1000
    CHECK(fails(repeated("a", 100000), JidError::too_long));
    CHECK(parse_jid(repeated("abc.", 255) + "ab"));
    CHECK(fails(repeated("a", 64) + ".example", JidError::bad_domain));
    const auto longest = *parse_jid(repeated("a", 1023) + "@" + repeated("abc.", 255) + "abc/" + repeated("x", 1023));
    CHECK(longest.resource().size() == 1023);
    CHECK(longest.domain().size() == 1023);
}

TEST_CASE("RFC 7622 3.3.1: nine characters are not for the local part") {
    for (const char c : std::string_view("\"&':<> ")) CHECK_FALSE(prepare_local("a" + std::string(1, c) + "b"));
    CHECK_FALSE(prepare_local("a/b"));
    CHECK_FALSE(prepare_local("a@b"));
    CHECK(prepare_local("!#$%()*+,-.;=?[\\]^_`{|}~") == "!#$%()*+,-.;=?[\\]^_`{|}~");
    CHECK_FALSE(prepare_local("\xEF\xBC\xA0"));      // full-width @ becomes @
    CHECK_FALSE(prepare_local("a\xEF\xBC\x8F" "b"));  // full-width /
    CHECK_FALSE(prepare_local(""));
    CHECK_FALSE(prepare_local("a\x7F"));
}

TEST_CASE("RFC 7622 3.5: the valid examples") {
    CHECK(text_of("juliet@example.com") == "juliet@example.com");
    CHECK(text_of("juliet@example.com/foo") == "juliet@example.com/foo");
    CHECK(text_of("juliet@example.com/foo bar") == "juliet@example.com/foo bar");
    CHECK(text_of("juliet@example.com/foo@bar") == "juliet@example.com/foo@bar");
    CHECK(text_of("foo\\20bar@example.com") == "foo\\20bar@example.com");
    CHECK(text_of("fussball@example.com") == "fussball@example.com");
    CHECK(text_of("fu\xC3\x9F" "ball@example.com") == "fu\xC3\x9F" "ball@example.com");
    CHECK(text_of("\xCF\x80@example.com") == "\xCF\x80@example.com");
    CHECK(text_of("\xCE\xA3@example.com/foo") == "\xCF\x83@example.com/foo");
    CHECK(text_of("king@example.com/\xE2\x99\x9A") == "king@example.com/\xE2\x99\x9A");
    CHECK(text_of("example.com") == "example.com");
    CHECK(text_of("example.com/foobar") == "example.com/foobar");
    CHECK(text_of("a.example.com/b@example.net") == "a.example.com/b@example.net");
}

TEST_CASE("RFC 7622 3.5: the invalid examples") {
    CHECK(text_of("\"juliet\"@example.com") == "(refused)");
    CHECK(text_of("foo bar@example.com") == "(refused)");
    CHECK(text_of("juliet@example.com/ foo") == "juliet@example.com/ foo");  // erratum 4560: a leading space is allowed
    CHECK(text_of("@example.com/") == "(refused)");
    CHECK(text_of("henry\xE2\x85\xA3@example.com") == "(refused)");  // ROMAN NUMERAL FOUR
    CHECK(text_of("\xE2\x99\x9A@example.com") == "(refused)");      // a symbol
    CHECK(text_of("juliet@") == "(refused)");
    CHECK(text_of("/foobar") == "(refused)");
}

TEST_CASE("RFC 8265 3.3: user names have one case, one width, one composition") {
    CHECK(prepare_local("JÉRÔME") == "jérôme");
    CHECK(prepare_local("e\xCC\x81") == "é");
    CHECK(prepare_local("E\xCC\x81") == "é");
    CHECK(prepare_local("\xEF\xBC\xA1\xEF\xBC\xA2") == "ab");       // full-width AB
    CHECK(prepare_local("\xEF\xBD\xB1") == "\xE3\x82\xA2");         // half-width katakana A
    CHECK_FALSE(prepare_local("\xEF\xAC\x80"));                     // the ligature ff
    CHECK_FALSE(prepare_local("\xE2\x84\xAB"));                     // ANGSTROM SIGN, though its lower case is allowed
    CHECK_FALSE(prepare_local("a\xC2\xA0" "b"));                    // no-break space
    CHECK_FALSE(prepare_local("a\xC2\xAD" "b"));                    // soft hyphen
    CHECK_FALSE(prepare_local("\xE1\x84\x80"));                     // old Hangul
    CHECK_FALSE(prepare_local("\xCD\xB8"));                         // unassigned U+0378
    CHECK_FALSE(prepare_local("\xF0\x9F\x98\x80"));                 // emoji
    CHECK_FALSE(prepare_local("\xEF\xB7\x90"));                     // noncharacter
    CHECK_FALSE(prepare_local("\xD9\x80"));                         // Arabic tatweel, RFC 5892 2.6
    CHECK(prepare_local("\xE3\x80\x87") == "\xE3\x80\x87");         // ideographic zero, RFC 5892 2.6
    CHECK_FALSE(prepare_local("\xC3"));                             // no UTF-8
    CHECK_FALSE(prepare_local("a\xED\xA0\x80"));                    // a surrogate
}

TEST_CASE("RFC 5892 A: some characters may stand only beside certain others") {
    CHECK(prepare_local("l\xC2\xB7l"));                                     // A.3
    CHECK_FALSE(prepare_local("l\xC2\xB7" "a"));
    CHECK_FALSE(prepare_local("\xC2\xB7l"));
    CHECK(prepare_local("\xCD\xB5\xCE\xB1"));                               // A.4: before Greek
    CHECK_FALSE(prepare_local("\xCD\xB5" "a"));
    CHECK_FALSE(prepare_local("\xCE\xB1\xCD\xB5"));
    CHECK(prepare_local("\xD7\x90\xD7\xB3"));                               // A.5: after Hebrew
    CHECK(prepare_local("\xD7\x90\xD7\xB4\xD7\x91"));                       // A.6
    CHECK_FALSE(prepare_local("a\xD7\xB3"));
    CHECK(prepare_local("\xE3\x83\xBB\xE3\x82\xA2"));                       // A.7: with Katakana
    CHECK_FALSE(prepare_local("a\xE3\x83\xBB"));
    CHECK_FALSE(prepare_local("\xD8\xA7\xD9\xA1\xDB\xB1"));                 // A.8, A.9: not both kinds of digits
    CHECK(prepare_local("\xD8\xA7\xD9\xA1"));
    CHECK(prepare_local("\xD8\xA7\xDB\xB1"));
    CHECK(prepare_local("\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8C\xE0\xA4\xB7"));  // A.1: after a virama
    CHECK(prepare_local("\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7"));  // A.2
    CHECK(prepare_local("\xD8\xA8\xE2\x80\x8C\xD8\xA8"));                   // A.1: between joining letters
    CHECK_FALSE(prepare_local("\xD8\xA8\xE2\x80\x8D\xD8\xA8"));
    CHECK_FALSE(prepare_local("a\xE2\x80\x8C" "b"));
    CHECK_FALSE(prepare_local("\xE2\x80\x8C"));
}

TEST_CASE("RFC 5893 2: a name with right-to-left letters obeys the Bidi Rule") {
    CHECK(prepare_local("\xD7\x90\xD7\x91"));
    CHECK(prepare_local("\xD7\x90" "1"));
    CHECK_FALSE(prepare_local("1\xD7\x90"));          // begins with a number
    CHECK_FALSE(prepare_local("a\xD7\x90"));          // two directions
    CHECK_FALSE(prepare_local("\xD7\x90" "a"));
    CHECK_FALSE(prepare_local("\xD7\x90-"));          // ends with a neutral
    CHECK_FALSE(prepare_local("\xD8\xA7\xD9\xA1" "1"));  // both kinds of numbers
    CHECK(prepare_resource("\xD7\x90 and a"));        // RFC 8265 4.2.2: no such rule for resources
}

TEST_CASE("RFC 8265 4.2: resources and passwords keep case and compatibility, spaces become one kind") {
    CHECK(prepare_resource("É \xEF\xAC\x80 \xF0\x9F\x98\x80") == "É \xEF\xAC\x80 \xF0\x9F\x98\x80");
    CHECK(prepare_resource("a\xC2\xA0" "b\xE3\x80\x80" "c") == "a b c");
    CHECK(prepare_resource("e\xCC\x81") == "é");
    CHECK_FALSE(prepare_resource("é\t"));
    CHECK_FALSE(prepare_resource("\xC2\x85"));        // a control character
    CHECK_FALSE(prepare_resource("é\xE2\x80\x8B"));   // zero width space
    CHECK_FALSE(prepare_resource(""));
    CHECK_FALSE(prepare_resource("\xFF"));
    CHECK(prepare_password("Correct Horse \xC2\xA0!") == "Correct Horse  !");
    CHECK_FALSE(prepare_password(""));
    CHECK_FALSE(prepare_password(std::string_view("a\0b", 3)));
}

TEST_CASE("RFC 7622 3.2: domains are host names in lower case, U-labels or address literals") {
    CHECK(prepare_domain("Example.COM.") == "example.com");
    CHECK(prepare_domain("localhost") == "localhost");
    CHECK(prepare_domain("BÜCHER.example") == "bücher.example");
    CHECK(prepare_domain("xn--bcher-kva.example") == "bücher.example");
    CHECK(prepare_domain("XN--BCHER-KVA.example") == "bücher.example");
    CHECK(prepare_domain("bu\xCC\x88" "cher.example") == "bücher.example");
    CHECK(prepare_domain("fu\xC3\x9F.example") == "fu\xC3\x9F.example");
    CHECK(prepare_domain("a\xE3\x80\x82" "b") == "a.b");  // ideographic full stop
    CHECK(prepare_domain("127.0.0.1") == "127.0.0.1");
    CHECK(prepare_domain("[::1]") == "[::1]");
    CHECK(prepare_domain("[2001:DB8:0:0::1]") == "[2001:db8::1]");
    for (const std::string bad : {"", ".", "a..b", ".a", "-a", "a-", "a_b", "a b", "a:b", "a@b", "[::1", "[]", "[1.2.3.4]", "[::1%eth0]", "::1",
                                  "xn--", "xn--a-\xC3\xA9", "\xE2\x99\x9A.example", "a\xE2\x80\x8B.example", "\xFF", "a/b", "a,b.c", "ex\xC3\xA4mple\x01",
                                  "ex\xC3\xA4mple!", "\xC3\xA9..a", "xn--74h.example", "xn--bce"}) {
        CAPTURE(bad);
        CHECK_FALSE(prepare_domain(bad));
    }
    CHECK_FALSE(prepare_domain(std::string_view("a\0b", 3)));
    CHECK_FALSE(prepare_domain(std::string_view("\xC3\xA4\0b", 4)));
}

TEST_CASE("preparation is stable: what is prepared stays as it is") {
    for (const std::string text : {"romeo@montague.example/orchard", "JÉRÔME@BÜCHER.example/É", "\xCE\xA3\xCE\xA3@a/b", "\xC4\xB0@a", "\xE1\xBA\x9E@b"}) {
        const auto once = parse_jid(text);
        REQUIRE(once);
        CHECK(text_of(once->text()) == once->text());
        CHECK(*make_jid(once->local(), once->domain(), once->resource()) == *once);
    }
}

TEST_CASE("addresses compare by their text") {
    CHECK(*parse_jid("A@B/c") == *parse_jid("a@b/c"));
    CHECK(*parse_jid("a@b/c") != *parse_jid("a@b/C"));
    CHECK(*parse_jid("a@b") < *parse_jid("a@c"));
    CHECK(std::hash<Jid>{}(*parse_jid("A@b")) == std::hash<Jid>{}(*parse_jid("a@b")));
}
