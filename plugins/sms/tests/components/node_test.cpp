// SPDX-License-Identifier: Apache-2.0
// The built plugin on an emulated modem.
#include "people/handled_batches.hpp"
#include "tests/modem/modem_fixture.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

using namespace modem_fixture;
using namespace releve::sms;
using namespace releve::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

TEST_CASE("a message that comes is a record, and leaves the modem only when that is acknowledged") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(n.start());
    REQUIRE(b.device.deliver(incoming("before")));
    n.run();
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 1; }));
    REQUIRE(b.device.deliver(incoming("compteur \u00e9lectrique")));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 2; }));
    const auto one = n.last("message", {{"sender", "+33601020304"}});
    CHECK(one.text == "compteur \u00e9lectrique");
    CHECK(b.device.store().size() == 2);
    n.acknowledge();
    CHECK(n.run_until([&] { return b.device.store().empty(); }));
    CHECK(n.stop());
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("after a crash a message that was not acknowledged comes again, with its time; another of that second has "
          "another") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(b.device.deliver(incoming("one")));
    REQUIRE(b.device.deliver(incoming("two")));
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 2; }));
    n.restart();
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 4; }));
    const auto all = n.emitted("message");
    CHECK(all[0].time == all[2].time);
    CHECK(all[1].time == all[3].time);
    CHECK(all[0].time != all[1].time);
    CHECK(std::chrono::floor<std::chrono::seconds>(all[0].time) ==
          std::chrono::floor<std::chrono::seconds>(all[1].time));
}

TEST_CASE("a message in parts is one record once all are there; with one missing it is marked as suspect") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source("parts_timeout = \"10m\"\n"), b.setup()};
    REQUIRE(n.start());
    n.run();
    const auto parts = split_text(std::string(400, 'x') + "end", 7);
    REQUIRE(parts.size() == 3);
    const auto pdu_of = [&](std::size_t i) {
        sms_deliver message;
        message.sender = address_of("+33601020304");
        message.time = pdu_time{1'767'225'600, 4};
        message.data = parts[i];
        return to_base16(write_pdu({{}, message}));
    };
    REQUIRE(b.device.deliver(pdu_of(2)));
    REQUIRE(b.device.deliver(pdu_of(0)));
    n.run_until([&] { return false; }, 2min);
    CHECK(n.emitted("message").empty());
    REQUIRE(b.device.deliver(pdu_of(1)));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 1; }));
    CHECK(n.last("message").text == std::string(400, 'x') + "end");
    n.acknowledge();
    REQUIRE(n.run_until([&] { return b.device.store().empty(); }));
    REQUIRE(b.device.deliver(pdu_of(1)));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 2; }, 15min));
    CHECK(n.last("message").quality == releve::quality::suspect);
    REQUIRE(n.logs("missing_parts").size() == 1);
    CHECK_THAT(n.logs("missing_parts")[0].text, Contains("2 of 3 parts did not arrive"));
}

namespace {

sms_deliver one_part(const std::string& text, std::uint8_t number, std::int64_t after_s, std::uint8_t total = 2) {
    sms_deliver message;
    message.sender = address_of("+33601020304");
    message.time = pdu_time{1'767'225'600 + after_s, 4};
    message.data.text = text;
    message.data.headers = {header_of({3, false, total, number})};
    return message;
}
std::string pdu_of(const sms_deliver& message) { return to_base16(write_pdu({{}, message})); }

} // namespace

TEST_CASE("parts of two messages with one reference are never joined; each is said, counted, and suspect") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source("parts_timeout = \"2h\"\n"), b.setup()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(b.device.deliver(pdu_of(one_part("INDEX A1", 1, 0))));
    REQUIRE(b.device.deliver(pdu_of(one_part("99", 2, 3600))));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 2; }, 3h));
    for (const auto& one : n.emitted("message")) CHECK(one.quality == releve::quality::suspect);
    CHECK(n.emitted("message")[0].text == "INDEX A1");
    CHECK(n.emitted("message")[1].text == "99");
    CHECK(n.metric("incomplete_messages_total") == 2);
    CHECK_FALSE(n.logs("missing_parts").empty());
    n.acknowledge();
    CHECK(n.run_until([&] { return b.device.store().empty(); }));
}

TEST_CASE("parts without their others leave room in the store: the oldest go out as they are") {
    fixture b{5};
    node n{plugin{}, "gsm_sms", b.source("parts_timeout = \"24h\"\n"), b.setup()};
    REQUIRE(n.start());
    n.run();
    std::size_t delivered = 0;
    for (int i = 0; i < 30; ++i) { // a stranger who is allowed, and sends first parts alone
        delivered += b.device.deliver(pdu_of(one_part("part " + std::to_string(i), 1, 3600 * i))) ? 1 : 0;
        n.run_until([] { return false; }, 1s);
        n.acknowledge();
        n.run_until([] { return false; }, 1s);
    }
    CHECK(delivered == 30);
    CHECK(b.device.store().size() <= 3);
    CHECK(n.emitted("message").size() >= 27);
    CHECK(n.metric("incomplete_messages_total") == static_cast<double>(n.emitted("message").size()));
    CHECK_FALSE(n.logs("parts_fill_store").empty());
    REQUIRE(b.device.deliver(incoming("whole")));
    REQUIRE(n.run_until([&] { return n.last("message").text == "whole"; }));
    CHECK(n.last("message").quality == releve::quality::good);
}

TEST_CASE("a text is one that every sink can hold, and says when it is not what was sent") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(n.start());
    n.run();
    auto message = one_part("", 1, 0);
    message.data.headers.clear();
    message.data.coding = 8;
    message.data.units = from_base16("0041004200000000").value();
    REQUIRE(b.device.deliver(pdu_of(message)));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 1; }));
    CHECK(n.last("message").text == "AB");
    CHECK(n.last("message").quality == releve::quality::good);
    message.data.units = from_base16("00410000008500420000").value();
    REQUIRE(b.device.deliver(pdu_of(message)));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 2; }));
    CHECK(n.last("message").text == "A\ufffd\ufffdB");
    CHECK(n.last("message").quality == releve::quality::suspect);
    CHECK(n.logs("odd_text").size() == 1);
}

TEST_CASE("a message that the modem does not store is a record, and so is one in parts") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return !n.emitted("messages_stored").empty(); }));
    b.device.show(incoming("shown"));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 1; }));
    CHECK(n.last("message").text == "shown");
    n.acknowledge();
    b.device.show(pdu_of(one_part("one ", 1, 0)));
    n.run_until([] { return false; }, 2min);
    b.device.show(pdu_of(one_part("two", 2, 5)));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 2; }));
    CHECK(n.last("message").text == "one two");
    n.acknowledge();
    n.run_until([] { return false; }, 5min);
    CHECK(n.emitted("message").size() == 2);
}

TEST_CASE("a message in another store than the chosen one is a record, and goes when that is acknowledged") {
    fixture b;
    b.device.set_manners({.stores = {"SM", "ME"}});
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(b.device.deliver(incoming("here")));
    REQUIRE(b.device.deliver_into("ME", incoming("there")));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 2; }));
    n.acknowledge();
    CHECK(n.run_until([&] { return b.device.store("ME").empty() && b.device.store("SM").empty(); }));
    CHECK(n.emitted("message").size() == 2);
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("delivery reports that the modem stores are records, whether it lists them or not") {
    const bool lists = GENERATE(true, false);
    fixture b;
    b.device.set_manners({.news = {"2,1,0,2,0"}, .lists_reports = lists});
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return !n.emitted("messages_stored").empty(); }));
    for (const int status : {0x1F, 0x30, 0x4A, 0x7F, 0x80, 0xFF}) {
        sms_status_report report;
        report.reference = 9;
        report.recipient = address_of("+33612345678");
        report.time = pdu_time{1'767'225'600, 4};
        report.status = static_cast<std::uint8_t>(status);
        b.device.store_report(to_base16(write_pdu({{}, report})));
    }
    REQUIRE(n.run_until([&] { return n.emitted("delivery").size() == 6; }));
    std::vector<std::string> said;
    for (const auto& one : n.emitted("delivery")) said.push_back(one.text);
    CHECK(said == std::vector<std::string>{"delivered reference 9 status 31", "trying reference 9 status 48",
                                           "failed reference 9 status 74", "failed reference 9 status 127",
                                           "unknown reference 9 status 128", "unknown reference 9 status 255"});
    n.acknowledge();
    CHECK(n.run_until([&] { return b.device.store("SR").empty(); }));
}

TEST_CASE("a report that can't be read is kept as it is") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return !n.emitted("messages_stored").empty(); }));
    b.device.report("000609");
    REQUIRE(n.run_until([&] { return n.emitted("message_unreadable").size() == 1; }));
    CHECK(n.last("message_unreadable").text == "000609");
}

TEST_CASE("a modem that shows no message by its index is freed of it; one that removes none tells it once") {
    const bool removes = GENERATE(true, false), shows = GENERATE(true, false);
    fixture b;
    b.device.set_manners({.shows_one = shows, .removes = removes});
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(b.device.deliver(incoming("one")));
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 1; }));
    for (int i = 0; i < 5; ++i) {
        n.acknowledge();
        n.run_until([] { return false; }, 2min);
    }
    CHECK(n.emitted("message").size() == 1);
    CHECK(b.device.store().size() == (removes ? 0 : 1));
    CHECK(n.logs("left_in_store").size() == (removes ? 0 : 1));
}

TEST_CASE("a message that the modem refuses to remove stops nothing") {
    fixture b;
    b.device.add({.command = "AT+CMGD", .response = "+CMS ERROR: 320", .executed = false, .times = 3});
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(b.device.deliver(incoming("one")));
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 1; }));
    n.acknowledge();
    CHECK(n.run_until([&] { return b.device.store().empty(); }, 10min)); // it is tried again
    CHECK_FALSE(n.ended());
    CHECK(n.emitted("message").size() == 1);
    CHECK(n.logs("left_in_store").size() == 1);
}

TEST_CASE("a PDU in quotes is read; what stands in a PDU's place is kept as it is") {
    fixture b;
    b.device.set_manners({.after_pdu = GENERATE("\"", "XY")});
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    const auto pdu = incoming("one");
    REQUIRE(b.device.deliver(pdu));
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return n.emitted("message").size() + n.emitted("message_unreadable").size() == 1; }));
    if (!n.emitted("message").empty())
        CHECK(n.last("message").text == "one");
    else
        CHECK(n.last("message_unreadable").text == pdu + "XY");
    n.acknowledge();
    CHECK(n.run_until([&] { return b.device.store().empty(); }));
}

TEST_CASE("what is sent to people holds nothing that controls their telephone; what is too long is refused alone") {
    fixture b;
    node n{plugin{}, "sms_report", b.sink(), b.setup()};
    upstream from{n, "boiler"};
    const auto door = from.event("door", {{"place", "a\x1b[2Jb"}});
    REQUIRE(n.start());
    const auto wrote = n.write(from.batch()
                                   .add(door, std::string(1'000'000, 'x'))
                                   .add(door, "\x1b]0;x\a one\r\ntwo")
                                   .add(door, "\xff")
                                   .add(door, "last"));
    REQUIRE(wrote);
    CHECK(wrote.answers[0].is == verdict::rejected);
    CHECK(wrote.answers[1].is == verdict::written);
    CHECK(wrote.answers[2].is == verdict::rejected);
    CHECK(wrote.answers[3].is == verdict::written);
    const auto all = texts(b.device.sent());
    REQUIRE_FALSE(all.empty());
    std::string together;
    for (const auto& one : all) together += one;
    CHECK(together.find('\x1b') == together.npos);
    CHECK_THAT(together, Contains("one\ntwo") && Contains("last"));
}

TEST_CASE(
    "a sender who is not allowed is refused and logged, and does not fill the store; unreadable messages are kept") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(b.device.deliver(incoming("let me in", "+33699999999")));
    REQUIRE(b.device.deliver("0004")); // cut
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return n.emitted("message_unreadable").size() == 1; }));
    CHECK(n.emitted("message").empty());
    CHECK(n.last("message_unreadable").text == "0004");
    CHECK(n.metric("refused_messages_total") == 1);
    CHECK_THAT(n.logs("refused_sender").at(0).text, Contains("+33699999999"));
    n.acknowledge();
    CHECK(n.run_until([&] { return b.device.store().empty(); }));
}

TEST_CASE("a full store is reported, and so is its recovery; nothing is lost meanwhile") {
    fixture b{2};
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return !n.emitted("messages_stored").empty(); }));
    REQUIRE(b.device.deliver(incoming("one")));
    REQUIRE(b.device.deliver(incoming("two")));
    CHECK_FALSE(b.device.deliver(incoming("three"))); // the network keeps it
    const auto store = (b.folder / "modem").string() + " store";
    REQUIRE(n.run_until([&] { return n.up(store) == false; }));
    CHECK(n.last("messages_stored").value == n.last("message_places").value);
    n.acknowledge();
    REQUIRE(n.run_until([&] { return b.device.store().empty(); }));
    REQUIRE(b.device.deliver(incoming("three")));
    REQUIRE(n.run_until([&] { return n.emitted("message").size() == 3; }));
    CHECK(n.up(store) == true);
}

TEST_CASE("a delivery report is a record") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return !n.emitted("messages_stored").empty(); }));
    sms_status_report report;
    report.reference = 9;
    report.recipient = address_of("+33612345678");
    report.ended = pdu_time{1'767'225'700, 4};
    report.time = pdu_time{1'767'225'600, 4};
    b.device.report(to_base16(write_pdu({{}, report})));
    REQUIRE(n.run_until([&] { return n.emitted("delivery").size() == 1; }));
    CHECK(n.last("delivery", {{"recipient", "+33612345678"}}).text == "delivered reference 9 status 0");
}

TEST_CASE("a modem that goes away is reported to the host, and read again when it is back") {
    fixture b;
    node n{plugin{}, "gsm_sms", b.source(), b.setup()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(n.run_until([&] { return !n.emitted("messages_stored").empty(); }));
    b.device.unplug();
    REQUIRE(n.run_until([&] { return n.ended().has_value(); }));
    CHECK_FALSE(*n.ended());
    CHECK_THAT(n.ended()->why, Contains("the device is gone"));
    CHECK_FALSE(n.stop());
    b.device.plug_in();
    REQUIRE(b.device.deliver(incoming("after")));
    REQUIRE(n.start());
    n.run();
    CHECK(n.run_until([&] { return n.emitted("message").size() == 1; }));
}

TEST_CASE("records are lines of a message, in as few as there can be, to each number") {
    fixture b;
    node n{plugin{}, "sms_report", b.sink("max_parts = 1\n"), b.setup()};
    upstream from{n, "boiler"};
    const auto heat = from.gauge("temperature", "Cel", {{"place", "cellar"}});
    const auto door = from.event("door");
    REQUIRE(n.start());
    auto in = from.batch().add(heat, 21.5).add(door, "open");
    for (int i = 0; i < 6; ++i) in.add(heat, 100 + i);
    REQUIRE(n.write(in));
    const auto all = texts(b.device.sent());
    REQUIRE(all.size() == 2);
    CHECK(all[0].starts_with("+33612345678: boiler temperature cellar 21.5 Cel\nboiler door open\nboiler temperature"));
    CHECK(all[1].ends_with("\nboiler temperature cellar 105 Cel"));
    CHECK(n.last("messages_sent").value == 2);
    CHECK(n.stop());
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("what the network refuses for good is rejected with its reason; what passes is tried again, and sent once") {
    fixture b;
    node n{plugin{}, "sms_report", b.sink(), b.setup()};
    upstream from{n, "boiler"};
    const auto heat = from.gauge("temperature", "Cel");
    REQUIRE(n.start());
    b.device.add({.command = "AT+CMSS", .response = "+CMS ERROR: 1", .executed = false, .times = 1});
    const auto refused = n.write(from.batch().add(heat, 1));
    REQUIRE(refused);
    CHECK(refused.answers[0].is == verdict::rejected);
    CHECK_THAT(refused.answers[0].why, Contains("the number is not assigned"));
    CHECK(b.device.store().empty());
    b.device.add({.command = "AT+CMSS", .response = "", .executed = true, .times = 1}); // taken, and no answer
    const auto silent = n.write(from.batch().add(heat, 2));
    CHECK_FALSE(silent);
    CHECK_THAT(silent.why, Contains("does not respond to AT+CMSS"));
    REQUIRE(n.write_kept());
    CHECK(texts(b.device.sent()) == std::vector<std::string>{"+33612345678: boiler temperature 2 Cel"});
    CHECK(b.device.store().size() == 1); // until it is committed
}

namespace {

struct reporting : fixture {
    node n;
    upstream from{n, "boiler"};
    releve::series heat = from.gauge("temperature", "Cel"), door = from.event("door");
    explicit reporting(const std::string& more = {}, int capacity = 20)
        : fixture{capacity}
        , n{plugin{}, "sms_report", sink(more), setup()} {
        REQUIRE(n.start());
    }
    /// Records are alike in their text, and differ in their time.
    records open(int minute) {
        return from.batch().add(door, "open", releve::to_time(1'767'225'600'000'000'000 + minute * 60'000'000'000));
    }
    void kill() {
        n.restart();
        REQUIRE(n.start());
    }
    /// Out of the spool, as it came first.
    writing again(const records& in, std::uint64_t number) { return n.write({in}, number); }
    std::size_t sent() const { return device.sent().size(); }
    std::size_t kept() const { return device.store().size(); }
};

} // namespace

TEST_CASE("a message goes once, whether the host is killed before its commit, or before that of the answer") {
    reporting r;
    REQUIRE(r.n.write(r.open(0)));
    CHECK(r.sent() == 1);
    CHECK(r.kept() == 1);
    r.kill(); // nothing was committed
    REQUIRE(r.again(r.open(0), 1));
    CHECK(r.sent() == 1);
    CHECK(r.kept() == 1);
    CHECK(r.n.last("messages_sent").value == 1);
    r.n.acknowledge();
    r.kill(); // that it was sent is committed, that the record is written is not
    REQUIRE(r.again(r.open(0), 1));
    CHECK(r.sent() == 1);
    CHECK(r.kept() == 0);
    r.kill(); // nor that the message was removed
    REQUIRE(r.again(r.open(0), 1));
    REQUIRE(r.n.write(r.open(1))); // another one
    CHECK(r.sent() == 2);
    REQUIRE(r.n.write(r.open(0))); // with its own number: somebody requests it once more
    CHECK(r.sent() == 3);
    CHECK(r.n.misbehaviour().empty());
}

TEST_CASE("what is sent leaves the store once it is committed, and a write waits a moment for it") {
    reporting r;
    const auto begun = r.n.steady();
    REQUIRE(r.n.write(r.open(0)));
    CHECK(r.n.steady() - begun >= 2s);
    CHECK(r.kept() == 1);
    r.n.acknowledge();
    REQUIRE(r.n.write(r.from.batch().add(r.door, std::string(1000, 'x')))); // it is rejected, and nothing is sent
    CHECK(r.kept() == 0);
    CHECK(r.sent() == 1);
}

TEST_CASE("equal messages are sent once each, also when killed at any moment") {
    const bool first_committed = GENERATE(true, false), second_committed = GENERATE(true, false);
    reporting r;
    REQUIRE(r.n.write(r.open(0)));
    if (first_committed) r.n.acknowledge();
    // The next message gets the index of a removed one: that has to be committed before.
    r.device.on_sent([&](const auto&) {
        if (first_committed) r.n.acknowledge(r.n.emits());
    });
    REQUIRE(r.n.write(r.open(1)));
    r.device.on_sent({});
    CHECK(r.sent() == 2);
    if (second_committed) r.n.acknowledge();
    r.kill();
    if (!first_committed) REQUIRE(r.again(r.open(0), 1));
    REQUIRE(r.again(r.open(1), 2));
    CHECK(r.sent() == 2);
    REQUIRE(r.n.write(r.open(2)));
    CHECK(r.sent() == 3);
}

TEST_CASE("of a batch in several texts, those that a killed host had sent do not go again") {
    const bool committed = GENERATE(true, false);
    reporting r{"max_parts = 1\n"};
    auto in = r.from.batch();
    for (int i = 0; i < 8; ++i) in.add(r.heat, 100 + i);
    r.device.on_sent([&](const auto&) {
        r.device.on_sent({});
        r.device.add({.command = "AT+CMSS", .response = "+CMS ERROR: 38", .executed = false, .times = 1});
    });
    CHECK_FALSE(r.n.write(in));
    CHECK(r.sent() == 1);
    if (committed) r.n.acknowledge();
    r.kill();
    REQUIRE(r.again(in, 1));
    const auto all = texts(r.device.sent());
    REQUIRE(all.size() == 2);
    CHECK_THAT(all[0], Contains("temperature 100 Cel"));
    CHECK_THAT(all[1], Contains("temperature 107 Cel"));
    CHECK(all[0] != all[1]);
}

TEST_CASE("where one number is refused for good, the others get it once, over a kill") {
    const bool committed = GENERATE(true, false);
    fixture b;
    node n{plugin{}, "sms_report",
           b.modem() + "[sink.out]\ncomponent = \"sms_report\"\nconnection = \"modem\"\ninputs = [\"x\"]\n"
                       "to = [\"+33612345678\", \"+33600000000\"]\n",
           b.setup()};
    upstream from{n, "boiler"};
    const auto in = from.batch().add(from.event("door"), "open");
    REQUIRE(n.start());
    b.device.on_sent([&](const auto&) {
        b.device.add({.command = "AT+CMSS", .response = "+CMS ERROR: 1", .executed = false, .times = 1});
    });
    const auto first = n.write(in);
    REQUIRE(first);
    CHECK(first.answers[0].is == verdict::rejected);
    CHECK(n.last("messages_sent").value == 1);
    CHECK(b.device.store().size() == 1);
    if (committed) n.acknowledge(); // the reason too
    n.restart();
    REQUIRE(n.start());
    if (!committed) b.device.add({.command = "AT+CMSS", .response = "+CMS ERROR: 1", .executed = false, .times = 1});
    const auto again = n.write({in}, 1);
    REQUIRE(again);
    CHECK(again.answers[0].is == (committed ? verdict::written : verdict::rejected));
    CHECK(b.device.sent().size() == 1);
}

TEST_CASE("a store full of sent messages is freed of those committed; else it is reported") {
    const bool committed = GENERATE(true, false);
    reporting r{"", 2};
    REQUIRE(r.device.deliver(incoming("one")));
    for (int i = 0; i < 3; ++i) {
        REQUIRE(r.n.write(r.open(i)));
        CHECK(r.kept() == 2);
        if (committed) r.n.acknowledge();
    }
    CHECK(r.sent() == 3);
    CHECK(r.n.logs("not_committed").empty() == committed);
}

TEST_CASE("how far the last batches were handled is known, also after a restart") {
    handled_batches all;
    for (std::size_t i = 0; i < handled_batches::max + 2; ++i) all.note(std::to_string(i), 1);
    all.note("2", 7);
    handled_batches after;
    after.restore(all.saved());
    CHECK(after.records_of("1") == 0);
    CHECK(after.records_of("2") == 7);
    CHECK(after.records_of(std::to_string(handled_batches::max + 1)) == 1);
    CHECK(after.saved() == all.saved());
    after.restore("nonsense");
    CHECK(after.saved().empty());
}

TEST_CASE("at most so many messages in 24 hours, also after a restart; then sending continues") {
    fixture b;
    node n{plugin{}, "sms_report", b.sink("max_parts = 1\nmax_per_day = 2\n"), b.setup()};
    upstream from{n, "boiler"};
    const auto heat = from.gauge("temperature", "Cel");
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch().add(heat, 1)));
    REQUIRE(n.write(from.batch().add(heat, 2)));
    n.acknowledge();
    n.restart();
    REQUIRE(n.start());
    const auto third = n.write(from.batch().add(heat, 3));
    CHECK_FALSE(third);
    CHECK(third.why == "the limit of 2 messages in 24 hours is reached");
    CHECK(b.device.sent().size() == 2);
    n.advance(24h);
    REQUIRE(n.write_kept());
    CHECK(b.device.sent().size() == 3);
}

TEST_CASE("records for a link that nobody has stay with the host; what a packet can't carry is rejected") {
    fixture b;
    site at{plugin{}, b.modem(), b.setup()};
    node n{at, "sms_link", "connection = \"modem\"\nto = \"+33612345678\"\n", "out"};
    CHECK_THAT(n.start().why, Contains("no gsm_sms of this modem has +33612345678 in its 'links'"));
    node waits{
        at, "gsm_sms",
        "connection = \"modem\"\nsenders = [\"*\"]\nlinks = [ { number = \"+33612345678\", end = \"a\", key = \"" +
            std::string(64, '1') + "\" } ]\n",
        "in"};
    upstream from{n, "boiler"};
    const auto heat = from.gauge("temperature", "Cel");
    const auto door = from.event("door");
    REQUIRE(n.start());
    const auto kept = n.write(from.batch().add(heat, 21.5).add(heat, 1e300).add(door, "open"));
    CHECK_FALSE(kept);
    CHECK_THAT(kept.why, Contains("no gsm_sms takes records for +33612345678"));
    CHECK(kept.answers[1].is == verdict::rejected);
    CHECK_THAT(kept.answers[1].why, Contains("out of the range of packets"));
    CHECK(kept.answers[2].is == verdict::keep);
}

TEST_CASE("a link's key that is not one is refused at its place") {
    fixture b;
    const auto wrong = problems(plugin{}, "gsm_sms",
                                b.source("links = [ { number = \"+33612345678\", key = \"12\", end = \"a\" } ]\n"));
    REQUIRE(wrong.size() == 1);
    CHECK_THAT(wrong[0].what, Contains("a key has 64 hexadecimal digits"));
}

TEST_CASE("a link's number that can't be sent to is refused at its place") {
    fixture b;
    for (const char* one : {"+A", "+", "", "TONIQUE"}) {
        const auto wrong = problems(plugin{}, "gsm_sms",
                                    b.source("links = [ { number = \"" + std::string{one} +
                                             "\", end = \"a\", key = \"" + std::string(64, '1') + "\" } ]\n"));
        REQUIRE(wrong.size() == 1);
        CHECK_THAT(wrong[0].what, Contains("write a number"));
    }
}

TEST_CASE("options that can't be are refused at their key") {
    fixture b;
    const auto wrong =
        problems(plugin{}, "sms_report", b.sink("text = \"{valeur}\"\nmax_parts = 3\nmax_per_day = 2\n"));
    REQUIRE(wrong.size() == 2);
    CHECK_THAT(wrong[0].what, Contains("there is no field {valeur}"));
}
