// SPDX-License-Identifier: Apache-2.0
// The modem's driver against an emulated modem, in real time.
#include "tests/modem_bench.hpp"
#include "trouble.hpp"

#include <releve/testing/catch.hpp>

#include <poll.h>

using namespace releve::sms;
using Catch::Matchers::Contains;
using modem_bench::incoming;
using releve::sms::tests::trouble;
using namespace std::chrono_literals;

namespace {

struct bench : modem_bench::bench {
    using modem_bench::bench::bench;
    modem_settings settings() const {
        modem_settings made;
        made.port = folder / "modem";
        made.limit = 300ms;
        made.send_limit = 300ms;
        return made;
    }
    static patience real_time() {
        return {[](int fd, short events, nanoseconds limit) {
                    pollfd one{fd, events, 0};
                    return ::poll(&one, 1,
                                  static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(limit).count())) > 0;
                },
                [] { return std::chrono::steady_clock::now().time_since_epoch(); }};
    }
};

octets submit(const std::string& text, const std::string& to = "+33612345678") {
    sms_submit message;
    message.recipient = address_of(to);
    message.data.text = text;
    return write_pdu({{}, message});
}

} // namespace

TEST_CASE("messages are listed, removed if they are still the same, and the store's room is known") {
    bench b;
    modem m{b.settings(), bench::real_time()};
    m.open();
    const auto one = incoming("one"), two = incoming("two");
    REQUIRE(b.device.deliver(one));
    REQUIRE(b.device.deliver(two));
    auto all = m.list();
    REQUIRE(all.size() == 2);
    CHECK(all[0].pdu == one);
    CHECK(all[0].is == stored_message::state::unread);
    CHECK(m.room().used == 2);
    CHECK(m.room().total == 20);
    auto other = all[0];
    other.pdu = two; // the modem's place was taken by another message meanwhile
    m.remove(other);
    m.remove(all[1]);
    REQUIRE(m.list().size() == 1);
    CHECK(m.list()[0].pdu == one);
}

TEST_CASE("what a modem says unasked, between any two lines, is told from its answer") {
    bench b;
    modem m{b.settings(), bench::real_time()};
    b.device.set_talkative(true);
    m.open();
    const auto one = incoming("one");
    REQUIRE(b.device.deliver(one));
    REQUIRE(m.list().size() == 1);
    sms_status_report report;
    report.recipient = address_of("+33612345678");
    const auto said = base16_of(write_pdu({{}, report}));
    b.device.report(said);
    b.device.say("RI\x00\xffNG\r\n\x01\x02garbage without end");
    m.list();
    REQUIRE(m.take_reports().size() == 1);
    CHECK(m.take_reports().empty());
    b.device.deliver(incoming("two"));
    pollfd at{m.fd(), POLLIN, 0};
    REQUIRE(::poll(&at, 1, 5000) == 1);
    CHECK(m.listen());
    CHECK_FALSE(m.listen());
}

TEST_CASE("messages are sent in order, from the store, which is empty afterwards") {
    bench b;
    modem m{b.settings(), bench::real_time()};
    m.open();
    const std::vector all{submit("one"), submit("two"), submit("two", "+33600000000")};
    m.send(all);
    CHECK(b.device.sent() == std::vector{base16_of(all[0]), base16_of(all[1]), base16_of(all[2])});
    CHECK(b.device.store().empty());
}

TEST_CASE("a message whose answer never comes is not sent twice, whether the network took it or not") {
    const bool taken = GENERATE(true, false);
    const auto* command = GENERATE("AT+CMGW", "AT+CMSS", "AT+CMGD");
    const bool killed = GENERATE(true, false); // the program, which begins anew
    CAPTURE(taken, command, killed);
    bench b;
    modem m{b.settings(), bench::real_time()};
    m.open();
    const std::vector all{submit("one"), submit("two"), submit("three")};
    b.device.add({.command = command, .answer = "", .done = taken, .times = 1});
    std::string why;
    CHECK(trouble([&] { m.send(all); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("the modem does not answer " + std::string{command}));
    CHECK_FALSE(m.is_open());
    modem after{b.settings(), bench::real_time()};
    auto& again = killed ? after : m;
    m.close();
    again.open();
    again.send(all);
    CHECK(b.device.sent() == std::vector{base16_of(all[0]), base16_of(all[1]), base16_of(all[2])});
    CHECK(b.device.store().empty());
    // The same texts another day are other messages.
    again.send(all);
    CHECK(b.device.sent().size() == 6);
}

TEST_CASE("without the store a message is sent at once, and a silence says that it may have gone") {
    bench b;
    auto settings = b.settings();
    settings.store_first = false;
    modem m{settings, bench::real_time()};
    m.open();
    m.send({submit("one")});
    CHECK(b.device.sent().size() == 1);
    b.device.add({.command = "AT+CMGS", .answer = "", .done = true, .times = 1});
    std::string why;
    CHECK(trouble([&] { m.send({submit("two")}); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("may have been sent"));
}

TEST_CASE("each kind of refusal is told from the others, in words") {
    const auto& [answer, is, words] = GENERATE(table<const char*, at_trouble, const char*>({
        {"+CMS ERROR: 1", at_trouble::permanent, "the number is not assigned (+CMS ERROR: 1)"},
        {"+CMS ERROR: 38", at_trouble::transient, "the network is out of order (+CMS ERROR: 38)"},
        {"+CMS ERROR: 331", at_trouble::transient, "no network service"},
        {"+CMS ERROR: 330", at_trouble::configuration, "the service centre's number is not known"},
        {"+CME ERROR: 10", at_trouble::configuration, "no SIM is inserted (+CME ERROR: 10)"},
        {"+CMS ERROR: 4711", at_trouble::transient, "the modem refuses (+CMS ERROR: 4711)"},
        {"ERROR", at_trouble::configuration, "does not say why"},
    }));
    bench b;
    modem m{b.settings(), bench::real_time()};
    m.open();
    b.device.add({.command = "AT+CMSS", .answer = answer, .done = false, .times = 1});
    std::string why;
    CHECK(trouble([&] { m.send({submit("one")}); }, &why) == is);
    CHECK_THAT(why, Contains(words));
    CHECK(m.is_open());
    CHECK(b.device.store().size() == 1);
    m.give_up({submit("one")});
    CHECK(b.device.store().empty());
}

TEST_CASE("a full store refuses to send, and takes no message, until there is room") {
    bench b{2};
    modem m{b.settings(), bench::real_time()};
    m.open();
    REQUIRE(b.device.deliver(incoming("one")));
    REQUIRE(b.device.deliver(incoming("two")));
    CHECK_FALSE(b.device.deliver(incoming("three")));
    std::string why;
    CHECK(trouble([&] { m.send({submit("four")}); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("the modem's store is full"));
    m.remove(m.list().front());
    m.send({submit("four")});
    CHECK(b.device.sent().size() == 1);
}

TEST_CASE("a port that goes away is noticed, and what comes back is another modem that begins anew") {
    bench b;
    modem m{b.settings(), bench::real_time()};
    m.open();
    b.device.unplug();
    CHECK(trouble([&] { m.list(); }) == at_trouble::transient);
    CHECK_FALSE(m.is_open());
    std::string why;
    CHECK(trouble([&] { m.open(); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("is the modem plugged in?"));
    b.device.plug_in();
    m.open();
    CHECK(m.list().empty());
}

TEST_CASE("the SIM's PIN is given once, and a wrong one never again") {
    bench b;
    b.device.set_pin("1234");
    auto settings = b.settings();
    std::string why;
    modem none{settings, bench::real_time()};
    CHECK(trouble([&] { none.open(); }, &why) == at_trouble::configuration);
    CHECK_THAT(why, Contains("give it as 'pin'"));
    settings.pin = "9999";
    modem wrong{settings, bench::real_time()};
    for (int i = 0; i < 2; ++i) CHECK(trouble([&] { wrong.open(); }, &why) == at_trouble::configuration);
    CHECK_THAT(why, Contains("not tried again until the next start"));
    int tries = 0;
    for (const auto& one : b.device.commands()) tries += one.starts_with("AT+CPIN=") ? 1 : 0;
    CHECK(tries == 1);
    settings.pin = "1234";
    modem right{settings, bench::real_time()};
    right.open();
    CHECK(right.is_open());
}

TEST_CASE("a port without a modem is given up after a limit") {
    bench b;
    b.device.add({.command = "AT", .answer = "", .done = false, .times = 1000});
    modem m{b.settings(), bench::real_time()};
    std::string why;
    CHECK(trouble([&] { m.open(); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("no modem answers at 115200 Bd"));
}
