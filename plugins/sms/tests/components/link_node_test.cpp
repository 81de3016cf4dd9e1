// SPDX-License-Identifier: Apache-2.0
// Two sites, each with a modem, gsm_sms and sms_link of the built plugin: readings go one way, settings the other.
#include "pdu/base16.hpp"
#include "tests/modem/modem_fixture.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <deque>
#include <mutex>

using namespace modem_fixture;
using namespace releve::sms;
using namespace releve::testing;
using namespace std::chrono_literals;

namespace {

const std::string central_number = "+33600000001", server_number = "+33600000002";
const std::string key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

struct end {
    fixture device;
    site at;
    node messages, link;
    std::string mine;

    end(const std::string& name, const std::string& number, const std::string& other, const std::string& which,
        const std::string& form)
        : at{plugin{}, device.modem(), device.setup(name)}
        , messages{at, "gsm_sms",
                   "connection = \"modem\"\nsenders = [\"" + other + "\"]\nlinks = [ { number = \"" + other +
                       "\", key = \"" + key + "\", end = \"" + which + "\", form = \"" + form +
                       "\", gather = \"1s\", resend_after = \"1h\", acknowledge_after = \"1s\" } ]\n",
                   "messages"}
        , link{at, "sms_link", "connection = \"modem\"\nto = \"" + other + "\"\ntimeout = \"5s\"\n", "link"}
        , mine{number} {
        device.device.on_sent([this](const std::string& pdu) {
            const std::lock_guard lock{mutex_};
            sent_.push_back(pdu);
        });
        REQUIRE(messages.start());
        messages.run();
        REQUIRE(messages.run_until([&] { return !messages.emitted("messages_stored").empty(); }));
        REQUIRE(link.start());
    }
    ~end() { device.device.on_sent({}); }
    end(const end&) = delete;
    end& operator=(const end&) = delete;

    /// What was sent comes to the other one.
    void pass_on_to(end& other) {
        const std::lock_guard lock{mutex_};
        for (const auto& pdu : std::exchange(sent_, {})) {
            sms_deliver message;
            message.sender = address_of(mine);
            message.time = pdu_time{releve::to_ns(other.at.now()) / 1'000'000'000, 0};
            message.data = submit_of(pdu).data;
            REQUIRE(other.device.device.deliver(to_base16(write_pdu({{}, message}))));
        }
    }
    double open() const { return messages.last("link_open").value; }

private:
    std::mutex mutex_;
    std::vector<std::string> sent_;
};

/// The network passes on and both hosts commit, until `done`.
bool live(end& one, end& other, const std::function<bool()>& done) {
    for (int i = 0; i < 60; ++i) {
        if (done()) return true;
        for (auto* now : {&one, &other}) {
            now->messages.acknowledge();
            now->at.run_until([] { return false; }, 1s);
        }
        one.pass_on_to(other);
        other.pass_on_to(one);
    }
    return false;
}

} // namespace

TEST_CASE("readings go one way and settings the other, by the same two components, as octets and as text") {
    const std::string form = GENERATE("octets", "base16");
    end central{"les-tilleuls", central_number, server_number, "a", form};
    end server{"association", server_number, central_number, "b", form};

    upstream boiler{central.at, "boiler"};
    const auto heat = boiler.counter("thermal_energy", "kWh", {{"dwelling", "A12"}});
    upstream office{server.at, "office"};
    const auto threshold = office.setting("threshold", "Cel", {{"dwelling", "A12"}});

    const auto name = office.setting("name", {}, {{"dwelling", "A12"}});
    const auto outcome =
        boiler.declare({.is = releve::kind::event, .name = "setting_outcome", .labels = {{"dwelling", "A12"}}});
    const auto state =
        boiler.declare({.is = releve::kind::text, .name = "tariff_period", .labels = {{"dwelling", "A12"}}});

    // One that the other host refuses: it has another of that name.
    const auto refused = office.setting("calendar", "1", {{"dwelling", "A12"}});
    upstream{central.at, "other"}.declare(
        {.is = releve::kind::gauge,
         .name = "calendar",
         .unit = "1",
         .labels = {{"device", "office"}, {"dwelling", "A12"}, {"site", "association"}}});

    // It is safe with the link once that is committed, which is after write: so it is kept, and nevertheless on its
    // way.
    CHECK(central.link.write(boiler.batch().add(heat, 1234.567).add(outcome, "set 1").add(state, "H. Creuses, é"))
              .transient());
    CHECK(server.link.write(office.batch().add(refused, 1).add(threshold, 19.5).add(name, "Salon")).transient());
    REQUIRE(live(central, server, [&] {
        return !server.messages.emitted("thermal_energy").empty() && !central.messages.emitted("threshold").empty() &&
               !server.messages.emitted("tariff_period").empty() && !central.messages.emitted("name").empty() &&
               central.open() == 0 && server.open() == 0;
    }));

    const auto setting = central.messages.last("threshold");
    CHECK(setting.kind() == releve::kind::setting);
    CHECK(setting.value == 19.5);
    CHECK(setting.unit() == "Cel");
    CHECK(setting.series->labels == labels{{"device", "office"}, {"dwelling", "A12"}, {"site", "association"}});
    CHECK(setting.quality == releve::quality::good);
    CHECK(central.messages.last("name").kind() == releve::kind::setting);
    CHECK(central.messages.last("name").text == "Salon");
    CHECK(server.messages.last("setting_outcome").kind() == releve::kind::event);
    CHECK(server.messages.last("setting_outcome").text == "set 1");
    CHECK(server.messages.last("tariff_period").kind() == releve::kind::text);
    CHECK(server.messages.last("tariff_period").text == "H. Creuses, é");
    const auto reading = server.messages.last("thermal_energy");
    CHECK(reading.kind() == releve::kind::counter);
    CHECK(reading.value == 1234.567);
    CHECK(reading.series->labels == labels{{"device", "boiler"}, {"dwelling", "A12"}, {"site", "les-tilleuls"}});
    CHECK(reading.time == std::chrono::floor<std::chrono::seconds>(reading.time));

    REQUIRE_FALSE(central.device.device.sent().empty());
    for (const auto* one : {&central, &server})
        for (const auto& pdu : one->device.device.sent()) {
            const auto data = submit_of(pdu).data;
            if (form == "octets") {
                CHECK(alphabet_of(data.coding) == pdu_alphabet::data8);
            } else {
                CHECK(alphabet_of(data.coding) == pdu_alphabet::gsm7);
                CHECK(from_base16(data.text));
                CHECK(data.text.size() <= 160);
            }
        }
    CHECK(central.messages.emitted("message").empty());
    CHECK(central.messages.emitted("calendar").empty());
    CHECK(central.messages.logs("refused_series").size() == 1);
    CHECK(live(central, server,
               [&] { return central.device.device.store().empty() && server.device.device.store().empty(); }));
    for (const auto* one : {&central.messages, &central.link, &server.messages, &server.link})
        CHECK(one->misbehaviour().empty());
}

TEST_CASE("a text that the other end would refuse is rejected, and holds up nothing") {
    end central{"les-tilleuls", central_number, server_number, "a", "octets"};
    end server{"association", server_number, central_number, "b", "octets"};
    upstream boiler{central.at, "boiler"};
    const auto outcome = boiler.declare({.is = releve::kind::event, .name = "setting_outcome"});
    const auto wrote = central.link.write(boiler.batch().add(outcome, "not set: \xe9").add(outcome, "set 1"));
    CHECK(wrote.transient());
    CHECK(live(central, server,
               [&] { return !server.messages.emitted("setting_outcome").empty() && central.open() == 0; }));
    CHECK(server.messages.last("setting_outcome").text == "set 1");
    CHECK(server.messages.emitted("setting_outcome").size() == 1);
}

TEST_CASE("a series of texts may have no value, and a setting be now a number, now a text") {
    end central{"les-tilleuls", central_number, server_number, "a", "octets"};
    end server{"association", server_number, central_number, "b", "octets"};
    upstream boiler{central.at, "boiler"};
    const auto outcome = boiler.declare({.is = releve::kind::event, .name = "setting_outcome"});
    const auto period = boiler.declare({.is = releve::kind::text, .name = "tariff_period"});
    const auto name = boiler.declare({.is = releve::kind::setting, .name = "display_name"});
    CHECK(central.link
              .write(boiler.batch()
                         .absent(outcome)
                         .absent(period)
                         .add(name, 12.5)
                         .add(outcome, "set 1")
                         .add(period, "HP")
                         .add(name, "Salon"))
              .transient());
    CHECK(live(central, server, [&] {
        return server.messages.emitted("setting_outcome").size() == 2 &&
               server.messages.emitted("tariff_period").size() == 2 &&
               server.messages.emitted("display_name").size() == 2;
    }));
    CHECK(server.messages.logs("refused_series").empty());
    for (const auto* of : {"setting_outcome", "tariff_period"}) {
        const auto all = server.messages.emitted(of);
        REQUIRE(all.size() == 2);
        CHECK(all[0].quality == releve::quality::absent);
        CHECK(all[1].quality == releve::quality::good);
    }
    CHECK(server.messages.last("setting_outcome").text == "set 1");
    CHECK(server.messages.last("tariff_period").text == "HP");
}
