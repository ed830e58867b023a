// SPDX-License-Identifier: MIT
// XEP-0313 Message Archive Management 1.1.3: what an account's archive answers.
#include "xep_0313_play.h"

using namespace archive_play;

TEST_CASE("XEP-0313 3.3.1, 7: the account, not the server, tells that it has an archive") {
    Verona play;
    const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    const std::string of_account = play.romeo.gets(info, "romeo@verona.example");
    CHECK(of_account.find("'urn:xmpp:mam:2'") != std::string::npos);
    CHECK(of_account.find("'urn:xmpp:mam:2#extended'") != std::string::npos);
    CHECK(play.romeo.gets(info, "verona.example").find("urn:xmpp:mam:2") == std::string::npos);
}

TEST_CASE("XEP-0313 3.1: both sides of a conversation are kept at both accounts, in order, with their times") {
    Verona play;
    play.talk();
    for (TestClient* client : {&play.romeo, &play.juliet}) {
        const Found found = play.asks(*client, query());
        CHECK(found.words() == "one two three four five");
        CHECK(found.is_complete());
        CHECK(found.stamps.front() == "2023-11-14T22:13:30Z");
        CHECK(found.told("first") == found.ids.front());
        CHECK(found.told("last") == found.ids.back());
        CHECK(found.told("count") == "5");
    }
}

TEST_CASE("XEP-0313 4.2: a result is the message as it was, forwarded, with the id that its receiver saw") {
    Verona play;
    play.romeo.sends("<message to='juliet@verona.example' type='chat' id='m1'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='m1'/></message>");
    const std::string live = xml::to_string(play.juliet.next());
    play.juliet.sends("<iq type='set' id='mam'><query xmlns='urn:xmpp:mam:2'/></iq>");
    const std::string id = live.substr(live.find(" id='", live.find("<stanza-id")) + 5, 16);
    play.juliet.receives("<message from='juliet@verona.example' to='juliet@verona.example/balcony'><result xmlns='urn:xmpp:mam:2' id='" + id +
                         "'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2023-11-14T22:13:20Z'/>" +
                         "<message xmlns='jabber:client'" + live.substr(live.find(' ')) + "</forwarded></result></message>");
    play.juliet.receives("<iq type='result' id='mam' to='juliet@verona.example/balcony'>"
                         "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>"
                         "<first index='0'>" + id + "</first><last>" + id + "</last><count>1</count></set></fin></iq>");
    // 3.5: the sender's id in his own archive is his own, and no other sees it.
    const Found sent = play.asks(play.romeo, query());
    CHECK(sent.words() == "hi");
    CHECK(sent.ids.front() != id);
    CHECK(live.find("romeo@verona.example'/>") == std::string::npos);
}

TEST_CASE("XEP-0313 3.5: a sent copy tells the sender's other client the id in the archive") {
    Verona play;
    auto& home = play.client("romeo@verona.example/home");
    home.sets("<enable xmlns='urn:xmpp:carbons:2'/>");
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>hi</body></message>");
    const std::string copy = xml::to_string(home.next());
    const Found found = play.asks(play.romeo, query());
    CHECK(copy.find("<stanza-id xmlns='urn:xmpp:sid:0' id='" + found.ids.front() + "' by='romeo@verona.example'/>") != std::string::npos);
}

TEST_CASE("XEP-0313 3, XEP-0359 3: ids cannot be guessed from those before") {
    Verona play;
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>one</body></message>");
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>two</body></message>");
    const Found found = play.asks(play.juliet, query());
    CHECK(std::stoull(found.ids[1]) > std::stoull(found.ids[0]) + 1);
}

TEST_CASE("XEP-0313 4.1.1: by correspondent, bare or full") {
    Verona play;
    auto& home = play.client("romeo@verona.example/home");
    play.talk();
    play.says(home, "six", juliet_bare);
    play.says(play.juliet, "seven", "romeo@verona.example/orchard");
    play.says(play.juliet, "eight", "nurse@verona.example");
    CHECK(play.words(play.juliet, query(form(field("with", "romeo@verona.example")))) == "one two three four five six seven");
    CHECK(play.words(play.juliet, query(form(field("with", "ROMEO@verona.example/orchard")))) == "one three five seven");
    CHECK(play.words(play.juliet, query(form(field("with", "romeo@verona.example/home")))) == "six");
    CHECK(play.words(play.juliet, query(form(field("with", "paris@verona.example")))) == "");
    play.juliet.is_refused("set", query(form(field("with", "not@an@address"))), "jid-malformed");
}

TEST_CASE("XEP-0313 4.1.1, 6.1.1: notes to oneself are kept once, and found by one's own address") {
    Verona play;
    play.talk();
    play.client("juliet@verona.example/home");
    play.says(play.juliet, "note", juliet_bare);
    CHECK(play.words(play.juliet, query(form(field("with", juliet_bare)))) == "note");
    CHECK(play.words(play.juliet, query()) == "one two three four five note");
}

TEST_CASE("XEP-0313 4.1.2: by time, both ends included") {
    Verona play;
    play.talk();
    const auto between = [&](const std::string& start, const std::string& end) {
        return play.words(play.juliet, query(form((start.empty() ? "" : field("start", start)) + (end.empty() ? "" : field("end", end)))));
    };
    CHECK(between("2023-11-14T22:13:40Z", "2023-11-14T22:14:00Z") == "two three four");
    CHECK(between("2023-11-14T22:13:40.001Z", "") == "three four five");
    CHECK(between("", "2023-11-14T22:13:59.999Z") == "one two three");
    CHECK(between("2023-11-14T23:13:40+01:00", "") == "two three four five");
    CHECK(between("2024-01-01T00:00:00Z", "") == "");
    play.juliet.is_refused("set", query(form(field("start", "yesterday"))), "bad-request");
}

TEST_CASE("XEP-0313 4.1.3: by ids; one that is not there, in whatever field, is not found") {
    Verona play;
    play.talk();
    const auto ids = play.asks(play.juliet, query()).ids;
    CHECK(play.words(play.juliet, query(form(field("after-id", ids[1])))) == "three four five");
    CHECK(play.words(play.juliet, query(form(field("before-id", ids[1])))) == "one");
    CHECK(play.words(play.juliet, query(form(field("after-id", ids[0]) + field("before-id", ids[4])))) == "two three four");
    CHECK(play.words(play.juliet, query(form("<field var='ids'><value>" + ids[3] + "</value><value>" + ids[0] + "</value></field>"))) == "one four");
    const auto theirs = play.asks(play.romeo, query()).ids;
    for (const std::string& unknown : {std::string("1"), std::string("0" + ids[0]), std::string("x"), theirs[0]})
        for (const std::string var : {"after-id", "before-id", "ids"})
            play.juliet.is_refused("set", query(form(field(var, unknown))), "item-not-found");
}

TEST_CASE("XEP-0313 4.1.3: no more ids than 250, and the queryid, which comes back each time, is short") {
    Verona play;
    std::string many;
    for (int i = 0; i < 251; ++i) many += "<value>7</value>";
    play.juliet.is_refused("set", query(form("<field var='ids'>" + many + "</field>")), "policy-violation");
    play.juliet.is_refused("set", "<query " + mam + " queryid='" + std::string(257, 'q') + "'/>", "bad-request");
}

TEST_CASE("XEP-0313 4.1.5: the form names the fields; others are not implemented, another form is none of ours") {
    Verona play;
    const std::string answer = play.juliet.gets("<query " + mam + "/>");
    CHECK(same_xml("<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='form'>"
                   "<field type='hidden' var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field type='jid-single' var='with'/>"
                   "<field type='text-single' var='start'/><field type='text-single' var='end'/>"
                   "<field type='text-single' var='before-id'/><field type='text-single' var='after-id'/>"
                   "<field type='list-multi' var='ids'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'>"
                   "<open/></validate></field></x></query>", answer));
    play.juliet.is_refused("set", query(form(field("{http://example.com/}mood", "lonely"))), "feature-not-implemented");
    play.juliet.is_refused("set", query("<x xmlns='jabber:x:data' type='submit'>" + field("FORM_TYPE", "jabber:iq:search") + "</x>"), "bad-request");
    play.juliet.is_refused("set", query("<x xmlns='jabber:x:data' type='submit'>" + field("with", "a@b") + "</x>"), "bad-request");
}

TEST_CASE("XEP-0313 4.3.1, 4.3.2: pages forwards, until one is complete") {
    Verona play;
    play.talk();
    const Found first = play.asks(play.juliet, query(set("<max>2</max>")));
    CHECK(first.words() == "one two");
    CHECK_FALSE(first.is_complete());
    CHECK(first.told("count") == "5");
    const Found second = play.asks(play.juliet, query(set("<max>2</max><after>" + first.ids[1] + "</after>")));
    CHECK(second.words() == "three four");
    CHECK(second.fin.child({"http://jabber.org/protocol/rsm", "set"})->child({"http://jabber.org/protocol/rsm", "first"})->attribute("index") == "2");
    const Found last = play.asks(play.juliet, query(set("<max>2</max><after>" + second.ids[1] + "</after>")));
    CHECK(last.words() == "five");
    CHECK(last.is_complete());
    CHECK(play.asks(play.juliet, query(set("<max>5</max>"))).is_complete());
    const Found empty = play.asks(play.juliet, query(set("<max>2</max><after>" + last.ids[0] + "</after>")));
    CHECK(empty.words() == "");
    CHECK(empty.is_complete());
    CHECK(same_xml("<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'><count>5</count></set></fin>",
                   xml::to_string(empty.fin)));
    play.juliet.is_refused("set", query(set("<max>2</max><after>123</after>")), "item-not-found");
    play.juliet.is_refused("set", query(set("<max>2</max><before>123</before>")), "item-not-found");
    play.juliet.is_refused("set", query(set("<max>two</max>")), "bad-request");
}

TEST_CASE("XEP-0313 4.3.3, XEP-0059 2.3: the last page, and pages backwards, in order within each") {
    Verona play;
    play.talk();
    const Found last = play.asks(play.juliet, query(set("<max>2</max><before/>")));
    CHECK(last.words() == "four five");
    CHECK_FALSE(last.is_complete());
    const Found before = play.asks(play.juliet, query(set("<max>2</max><before>" + last.ids[0] + "</before>")));
    CHECK(before.words() == "two three");
    const Found first = play.asks(play.juliet, query(set("<max>2</max><before>" + before.ids[0] + "</before>")));
    CHECK(first.words() == "one");
    CHECK(first.is_complete());
}

TEST_CASE("XEP-0313 4.3.4: a flipped page is the same page, the newest first") {
    Verona play;
    play.talk();
    const Found page = play.asks(play.juliet, query(set("<max>3</max>") + "<flip-page/>"));
    CHECK(page.words() == "three two one");
    CHECK(page.told("first") == page.ids[2]);
    CHECK(page.told("last") == page.ids[0]);
    CHECK(play.words(play.juliet, query(set("<max>2</max><before/>") + "<flip-page/>")) == "five four");
}

TEST_CASE("XEP-0059 2.7: only the count, of what the filter means") {
    Verona play;
    play.talk();
    const Found all = play.asks(play.juliet, query(set("<max>0</max>")));
    CHECK(all.ids.empty());
    CHECK(all.told("count") == "5");
    CHECK(play.asks(play.juliet, query(form(field("start", "2023-11-14T22:14:00Z")) + set("<max>0</max>"))).told("count") == "2");
    CHECK(play.asks(play.juliet, query(form(field("with", "nurse@verona.example")) + set("<max>0</max>"))).told("count") == "0");
}

TEST_CASE("XEP-0313 4.3.1: a page has at most 250 messages, 100 where nothing is said, or half a megabyte") {
    Verona play;
    for (int i = 0; i < 300; ++i) play.says(play.romeo, std::to_string(i), juliet_bare);
    CHECK(play.asks(play.juliet, query()).ids.size() == 100);
    const Found most = play.asks(play.juliet, query(set("<max>1000</max>")));
    CHECK(most.ids.size() == 250);
    CHECK_FALSE(most.is_complete());
    for (int i = 0; i < 5; ++i) play.says(play.romeo, std::string(200'000, 'x'), juliet_bare);
    const Found large = play.asks(play.juliet, query(set("<before/><max>10</max>")));
    CHECK(large.ids.size() == 3);
    CHECK_FALSE(large.is_complete());
}

TEST_CASE("XEP-0313 5: metadata tells the first and the last message; an empty archive has none") {
    Verona play;
    CHECK(play.juliet.gets("<metadata " + mam + "/>") == "<metadata xmlns='urn:xmpp:mam:2'/>");
    CHECK(play.asks(play.juliet, query()).is_complete());
    play.talk();
    const auto ids = play.asks(play.juliet, query()).ids;
    CHECK(same_xml("<metadata xmlns='urn:xmpp:mam:2'><start id='" + ids.front() + "' timestamp='2023-11-14T22:13:30Z'/>"
                   "<end id='" + ids.back() + "' timestamp='2023-11-14T22:14:10Z'/></metadata>", play.juliet.gets("<metadata " + mam + "/>")));
}

TEST_CASE("XEP-0313 8.1: an archive is its owner's alone; others learn nothing, not even whether there is one") {
    Verona play;
    for (const std::string to : {"juliet@verona.example", "nobody@verona.example"}) {
        play.romeo.is_refused("set", query(), "forbidden", to);
        play.romeo.is_refused("get", "<query " + mam + "/>", "forbidden", to);
        play.romeo.is_refused("get", "<metadata " + mam + "/>", "forbidden", to);
        play.romeo.is_refused("get", "<prefs " + mam + "/>", "forbidden", to);
        play.romeo.is_refused("set", "<prefs " + mam + " default='never'/>", "forbidden", to);
    }
    CHECK(play.words(play.romeo, query()) == "");
}
