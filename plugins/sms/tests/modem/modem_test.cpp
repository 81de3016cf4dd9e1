// SPDX-License-Identifier: Apache-2.0
// The modem's driver against an emulated modem, in virtual time.
#include "tests/modem/modem_fixture.hpp"
#include "tests/modem/trouble.hpp"

#include <releve/testing/catch.hpp>

#include <poll.h>

using namespace releve::sms;
using Catch::Matchers::Contains;
using modem_fixture::incoming;
using releve::sms::tests::trouble;
using namespace std::chrono_literals;

namespace {

struct fixture : modem_fixture::fixture {
    using modem_fixture::fixture::fixture;
    modem_settings settings() const {
        modem_settings made;
        made.port = folder / "modem";
        made.timeout = 2s;
        made.send_timeout = 2s;
        return made;
    }
    releve::duration now{};
    /// Virtual time: the modem works in each wait, and time passes when neither side has anything to do.
    releve::kit::waiter waiter() {
        return {[this](std::span<releve_wait> fds, releve::duration timeout) {
                    device.step(now);
                    if (is_ready(fds)) return;
                    const auto due = device.due();
                    now = due ? std::min(now + timeout, std::max(now, *due)) : now + timeout;
                },
                [this] { return now; }};
    }
    static bool is_ready(std::span<releve_wait> fds) {
        bool any = false;
        for (auto& one : fds) {
            pollfd polled{one.fd, one.events, 0};
            any |= ::poll(&polled, 1, 0) > 0;
            one.revents = polled.revents;
        }
        return any;
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
    fixture b;
    modem m{b.settings(), b.waiter()};
    m.open();
    const auto one = incoming("one"), two = incoming("two");
    REQUIRE(b.device.deliver(one));
    REQUIRE(b.device.deliver(two));
    auto all = m.list();
    REQUIRE(all.size() == 2);
    CHECK(all[0].pdu == one);
    CHECK(all[0].is == stored_message::state::unread);
    CHECK(m.usage().used == 2);
    CHECK(m.usage().total == 20);
    auto other = all[0];
    other.pdu = two; // the modem's place was taken by another message meanwhile
    m.remove(other);
    m.remove(all[1]);
    REQUIRE(m.list().size() == 1);
    CHECK(m.list()[0].pdu == one);
}

TEST_CASE("unsolicited lines of a modem, at any point, are distinguished from its response") {
    fixture b;
    modem m{b.settings(), b.waiter()};
    b.device.set_talkative(true);
    m.open();
    const auto one = incoming("one");
    REQUIRE(b.device.deliver(one));
    REQUIRE(m.list().size() == 1);
    sms_status_report report;
    report.recipient = address_of("+33612345678");
    const auto said = to_base16(write_pdu({{}, report}));
    b.device.report(said);
    b.device.say("RI\x00\xffNG\r\n\x01\x02garbage without end");
    m.list();
    REQUIRE(m.take_reports().size() == 1);
    CHECK(m.take_reports().empty());
    b.device.deliver(incoming("two"));
    b.device.step();
    CHECK(m.listen());
    CHECK_FALSE(m.listen());
}

TEST_CASE("messages are sent in order, from the store, where they stay as sent until they are removed") {
    fixture b;
    modem m{b.settings(), b.waiter()};
    m.open();
    const std::vector all{submit("one"), submit("two"), submit("two", "+33600000000")};
    const auto sent = m.send(all, false, {});
    CHECK(b.device.sent() == std::vector{to_base16(all[0]), to_base16(all[1]), to_base16(all[2])});
    REQUIRE(b.device.store().size() == 3);
    REQUIRE(sent.size() == 3);
    for (const auto& [place, one] : b.device.store()) CHECK(one.state == 3);
    for (const auto& one : sent) m.remove(one);
    CHECK(b.device.store().empty());
    REQUIRE(b.device.deliver(incoming("one"))); // at the first one's place
    m.remove(sent[0]);
    CHECK(b.device.store().size() == 1);
}

TEST_CASE("equal messages are sent once each, also while the first ones are still in the store") {
    const bool again = GENERATE(true, false);
    fixture b;
    modem m{b.settings(), b.waiter()};
    m.open();
    const auto first = m.send({submit("door open")}, again, {});
    m.send({submit("door open"), submit("door open")}, again, first);
    CHECK(b.device.sent().size() == 3);
    CHECK(b.device.store().size() == 3);
    modem after{b.settings(), b.waiter()}; // the program was killed
    m.close();
    after.open();
    auto found = after.send({submit("door open")}, true, {});
    for (const auto& one : after.send({submit("door open"), submit("door open")}, true, found)) found.push_back(one);
    CHECK(b.device.sent().size() == 3);
    after.send({submit("door open")}, true, found);
    CHECK(b.device.sent().size() == 4);
}

TEST_CASE("what a killed program has sent, and nobody asks for, is not taken for a new message") {
    fixture b;
    modem m{b.settings(), b.waiter()};
    m.open();
    m.send({submit("door open")}, false, {});
    modem after{b.settings(), b.waiter()};
    m.close();
    after.open();
    b.device.add({.command = "AT+CMSS", .response = "+CMS ERROR: 38", .executed = false, .times = 1});
    CHECK(trouble([&] { after.send({submit("door open")}, false, {}); }) == at_trouble::transient);
    after.send({submit("door open")}, true, {});
    CHECK(b.device.sent().size() == 2);
    CHECK(b.device.store().size() == 1);
}

TEST_CASE("a message whose answer never comes is not sent twice, whether the network took it or not") {
    const bool taken = GENERATE(true, false);
    const auto* command = GENERATE("AT+CMGW", "AT+CMSS");
    const bool killed = GENERATE(true, false); // the program, which restarts
    CAPTURE(taken, command, killed);
    fixture b;
    modem m{b.settings(), b.waiter()};
    m.open();
    const std::vector all{submit("one"), submit("two"), submit("three")};
    b.device.add({.command = command, .response = "", .executed = taken, .times = 1});
    std::string why;
    const auto send_all = [&](modem& by) {
        for (const auto& one : by.send(all, true, {})) by.remove(one);
    };
    CHECK(trouble([&] { send_all(m); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("the modem does not respond to " + std::string{command}));
    CHECK_FALSE(m.is_open());
    modem after{b.settings(), b.waiter()};
    auto& again = killed ? after : m;
    m.close();
    again.open();
    send_all(again);
    CHECK(b.device.sent() == std::vector{to_base16(all[0]), to_base16(all[1]), to_base16(all[2])});
    CHECK(b.device.store().empty());
    // The same texts another day are other messages.
    send_all(again);
    CHECK(b.device.sent().size() == 6);
}

TEST_CASE("without the store a message is sent at once, and a silence says that it may have gone") {
    fixture b;
    auto settings = b.settings();
    settings.store_first = false;
    modem m{settings, b.waiter()};
    m.open();
    CHECK(m.send({submit("one")}, false, {}).empty());
    CHECK(b.device.sent().size() == 1);
    b.device.add({.command = "AT+CMGS", .response = "", .executed = true, .times = 1});
    std::string why;
    CHECK(trouble([&] { m.send({submit("two")}, false, {}); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("may have been sent"));
}

TEST_CASE("each kind of refusal has its own message") {
    const auto& [answer, is, words] = GENERATE(table<const char*, at_trouble, const char*>({
        {"+CMS ERROR: 1", at_trouble::permanent, "the number is not assigned (+CMS ERROR: 1)"},
        {"+CMS ERROR: 38", at_trouble::transient, "the network is out of order (+CMS ERROR: 38)"},
        {"+CMS ERROR: 331", at_trouble::transient, "no network service"},
        {"+CMS ERROR: 330", at_trouble::configuration, "the service centre's number is not known"},
        {"+CME ERROR: 10", at_trouble::configuration, "no SIM is inserted (+CME ERROR: 10)"},
        {"+CMS ERROR: 4711", at_trouble::transient, "the modem refuses (+CMS ERROR: 4711)"},
        {"ERROR", at_trouble::configuration, "gives no reason"},
    }));
    fixture b;
    modem m{b.settings(), b.waiter()};
    m.open();
    b.device.add({.command = "AT+CMSS", .response = answer, .executed = false, .times = 1});
    std::string why;
    CHECK(trouble([&] { m.send({submit("one")}, false, {}); }, &why) == is);
    CHECK_THAT(why, Contains(words));
    CHECK(m.is_open());
    CHECK(b.device.store().size() == 1);
    CHECK(m.give_up({submit("one")}, {}).empty());
    CHECK(b.device.store().empty());
}

TEST_CASE("of messages that are given up, those that were sent stay in the store as sent") {
    fixture b;
    modem m{b.settings(), b.waiter()};
    m.open();
    const std::vector all{submit("one"), submit("two")};
    b.device.on_sent([&](const auto&) {
        b.device.add({.command = "AT+CMSS", .response = "+CMS ERROR: 1", .executed = false, .times = 1});
    });
    CHECK(trouble([&] { m.send(all, false, {}); }) == at_trouble::permanent);
    const auto went = m.give_up(all, {});
    REQUIRE(went.size() == 1);
    REQUIRE(b.device.store().size() == 1);
    CHECK(b.device.store().begin()->second.state == 3);
    b.device.on_sent({});
    m.send({all[0]}, true, went); // another one
    CHECK(b.device.sent().size() == 2);
    m.remove(went[0]);
    CHECK(b.device.store().size() == 1);
}

TEST_CASE("a full store refuses to send, and takes no message, until there is room") {
    fixture b{2};
    modem m{b.settings(), b.waiter()};
    m.open();
    REQUIRE(b.device.deliver(incoming("one")));
    REQUIRE(b.device.deliver(incoming("two")));
    CHECK_FALSE(b.device.deliver(incoming("three")));
    std::string why;
    CHECK(trouble([&] { m.send({submit("four")}, false, {}); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("the modem's store is full"));
    m.remove(m.list().front());
    m.send({submit("four")}, false, {});
    CHECK(b.device.sent().size() == 1);
}

TEST_CASE("a port that goes away is noticed, and what comes back is treated as another modem") {
    fixture b;
    modem m{b.settings(), b.waiter()};
    m.open();
    b.device.unplug();
    CHECK(trouble([&] { m.list(); }) == at_trouble::transient);
    CHECK_FALSE(m.is_open());
    std::string why;
    CHECK(trouble([&] { m.open(); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("is the device plugged in?"));
    b.device.plug_in();
    m.open();
    CHECK(m.list().empty());
}

TEST_CASE("the SIM's PIN is given once, and a wrong one never again") {
    fixture b;
    b.device.set_pin("1234");
    auto settings = b.settings();
    std::string why;
    modem none{settings, b.waiter()};
    CHECK(trouble([&] { none.open(); }, &why) == at_trouble::configuration);
    CHECK_THAT(why, Contains("set 'pin'"));
    settings.pin = "9999";
    modem wrong{settings, b.waiter()};
    for (int i = 0; i < 2; ++i) CHECK(trouble([&] { wrong.open(); }, &why) == at_trouble::configuration);
    CHECK_THAT(why, Contains("not tried again before the next start"));
    int tries = 0;
    for (const auto& one : b.device.commands()) tries += one.starts_with("AT+CPIN=") ? 1 : 0;
    CHECK(tries == 1);
    settings.pin = "1234";
    modem right{settings, b.waiter()};
    right.open();
    CHECK(right.is_open());
}

TEST_CASE("the late answer to another command is not taken for what the SIM says") {
    fixture b;
    b.device.add({.command = "AT+CPIN?", .response = "OK", .executed = false, .times = 1});
    modem m{b.settings(), b.waiter()};
    CHECK(trouble([&] { m.open(); }) == at_trouble::transient);
    CHECK_FALSE(m.is_open());
    m.open();
    CHECK(m.is_open());
}

TEST_CASE("a modem that is slow to answer at first is still recognised, and no response is taken for another's") {
    fixture b;
    b.device.add({.command = "AT",
                  .response = {},
                  .executed = false,
                  .times = 1,
                  .late = 1200ms}); // it is asked again after 1 s
    b.device.add({.command = "AT", .response = {}, .executed = false, .times = 20, .late = 100ms});
    modem m{b.settings(), b.waiter()};
    m.open();
    CHECK(m.list().empty());
    CHECK(m.usage().total == 20);
}

TEST_CASE("a port without a modem is given up after a time limit") {
    fixture b;
    b.device.add({.command = "AT", .response = "", .executed = false, .times = 1000});
    modem m{b.settings(), b.waiter()};
    std::string why;
    CHECK(trouble([&] { m.open(); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("no modem responds at 115200 Bd"));
}

TEST_CASE("a PDU follows the prompt of any modem") {
    fixture b;
    b.device.set_manners(
        {.prompt = GENERATE("\r\n> ", "\r\n>\r\n", "\r\n> \r\n", "\r\n>", ">", "\r\n\r\n >  ", "> \r")});
    auto settings = b.settings();
    settings.store_first = GENERATE(true, false);
    modem m{settings, b.waiter()};
    m.open();
    m.send({submit("one"), submit("two")}, false, {});
    CHECK(b.device.sent() == std::vector{to_base16(submit("one")), to_base16(submit("two"))});
    CHECK(m.is_open());
}

TEST_CASE("a modem gets what it allows, and what it can't is said once") {
    using manners = gsm_modem::emulated_modem::manners;
    const auto& [of, store, words] = GENERATE(table<manners, const char*, const char*>({
        {{.news = {"2,1"}}, "SM", "passes no delivery reports on"},
        {{.news = {"1,1"}}, "SM", "passes no delivery reports on"},
        {{.news = {"2,0"}}, "SM", "found by looking"},
        {{.news = {"1,1,0,2,0"}}, "SM", ""},
        {{.stores = {"SM", "ME"}, .receives = {"SM", "MT"}}, "ME", "receives into \"SM\", not \"ME\""},
        {{.stores = {"SM", "ME", "MT"}, .receives = {"MT"}}, "SM", "receives into \"MT\", not \"SM\""},
        {{.stores = {"SM"}}, "ME", "has no store \"ME\""},
        {{.stores = {"ME"}}, "SM", "has no store \"SM\""},
        {{.stores = {"SM", "ME"}}, "ME", ""},
    }));
    fixture b;
    b.device.set_manners(of);
    std::vector<std::string> said;
    auto settings = b.settings();
    settings.store = store;
    settings.say = [&](const char*, const std::string& text) { said.push_back(text); };
    modem m{settings, b.waiter()};
    for (int i = 0; i < 3; ++i) m.open();
    const std::string all = [&] {
        std::string made;
        for (const auto& one : said) made += one + '\n';
        return made;
    }();
    CAPTURE(all, store, words);
    CHECK_THAT(all, Contains(words));
    CHECK(said.size() == (*words == '\0' ? 0 : words == std::string{"found by looking"} ? 2 : 1));
    const auto one = incoming("one");
    REQUIRE(b.device.deliver(one));
    const auto listed = m.list();
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].pdu == one);
    m.remove(listed[0]);
    CHECK(m.list().empty());
    for (const auto& sent : m.send({submit("two")}, true, {})) m.remove(sent);
    CHECK(b.device.sent().size() == 1);
    CHECK(m.list().empty());
}

TEST_CASE("a busy SIM is not taken for a modem without that store") {
    fixture b;
    b.device.add({.command = "AT+CPMS=", .response = "+CMS ERROR: 314", .executed = false, .times = 1});
    modem m{b.settings(), b.waiter()};
    std::string why;
    CHECK(trouble([&] { m.open(); }, &why) == at_trouble::transient);
    CHECK_THAT(why, Contains("the SIM is busy"));
    m.open();
    CHECK(m.is_open());
}
