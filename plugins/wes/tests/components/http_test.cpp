// SPDX-License-Identifier: Apache-2.0
// Values read from healthy servers: the real plugin against the real simulator.
#include "tests/components/site.hpp"

#include <cmath>
#include <releve/testing/catch.hpp>

using namespace wes_testing;
using Catch::Approx;
using releve::testing::node;
using releve::testing::plugin;

TEST_CASE("each firmware gives the same series, and the truth") {
    for (const std::string profile : {"V0.61D", "V0.8x", "V0.84A10"}) {
        INFO(profile);
        wes_simulator::process wes{noon({"--profile", profile})};
        node n{plugin{}, "wes_http", sections(wes), real_peers()};
        REQUIRE(n.start());
        REQUIRE(n.collect());
        CHECK(n.last("up", {{"device", "S0"}}).value == 1);
        const auto index = [&](const char* name) {
            return n.last("active_energy_drawn_tariff", {{"device", "S0"}, {"channel", "tic1"}, {"register", name}});
        };
        CHECK(index("HCHC").value == std::floor(wes.truth("off_peak_wh")));
        CHECK(index("HCHP").value == std::floor(wes.truth("peak_wh")));
        CHECK(index("HCHP").kind() == releve::kind::counter);
        CHECK(index("HCHP").unit() == "Wh");
        CHECK(n.last("apparent_power_drawn").value == std::floor(wes.truth("apparent_power_va")));
        CHECK(n.last("apparent_power_drawn").unit() == "V.A");
        CHECK(n.last("tariff_period").text == "H. Pleines");
        CHECK(n.last("tariff_option").text == "HC");
        CHECK(n.last("active_energy_drawn", {{"channel", "clamp1"}}).value == std::floor(wes.truth("heating_wh")));
        CHECK(n.last("pulse_count", {{"channel", "pulse1"}}).value == std::floor(wes.truth("cold_water_l")));
        CHECK(n.last("temperature", {{"channel", "probe2"}}).value == Approx(wes.truth("outdoor_c")).margin(0.051));
        CHECK(n.last("relay", {{"channel", "relay2"}}).value == 0);
        CHECK(n.last("meter_present", {{"channel", "tic1"}}).value == 1);
        // What is not there is not reported: other meters, tariffs, probes.
        CHECK(n.emitted("meter_present").size() == 1);
        CHECK(n.emitted("active_energy_drawn", {{"channel", "tic1"}}).empty());
        CHECK(n.emitted("temperature").size() == 4);
        CHECK(n.emitted("pulse_count").size() == 3);
        CHECK(n.emitted("volume").empty());
        CHECK(n.misbehaviour().empty());
    }
}

TEST_CASE("Tempo") {
    wes_simulator::process wes{{"--contract", "tempo", "--start", "2026-01-15T21:00", "--speed", "0"}};
    node n{plugin{}, "wes_http", sections(wes), real_peers()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("active_energy_drawn_tariff", {{"register", "BBRHPJR"}}).value ==
          std::floor(wes.truth("tempo_red_peak_wh")));
    CHECK(n.emitted("active_energy_drawn_tariff").size() == 6);
    CHECK(n.last("tempo_tomorrow").text.rfind("Jour ", 0) == 0);
}

TEST_CASE("channels are named, measured and turned off as configured") {
    wes_simulator::process wes{noon({"--count", "2"})};
    node n{plugin{}, "wes_http",
           sections(wes, long_timeouts,
                    R"(channels = [
        { channel = "pulse1", name = "cold_water", unit = "l" },
        { channel = "pulse2", name = "hot_water", unit = "l", per_pulse = 1 },
        { channel = "pulse3", name = "gas", unit = "m3" },
        { channel = "probe4", measures = "relative_humidity" },
        { channel = "probe20", name = "cellar", enabled = true },
        { channel = "clamp1", enabled = false },
        { channel = "clamp2", server = "S1", enabled = false },
    ])"),
           real_peers()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto cold = n.last("volume", {{"device", "S0"}, {"channel", "cold_water"}});
    CHECK(cold.value == Approx(std::floor(wes.truth("cold_water_l")) / 1000));
    CHECK(cold.unit() == "m3");
    CHECK(cold.kind() == releve::kind::counter);
    CHECK(n.last("volume", {{"device", "S0"}, {"channel", "hot_water"}}).value ==
          Approx(std::floor(wes.truth("hot_water_l")) / 1000));
    CHECK(n.last("volume", {{"device", "S0"}, {"channel", "gas"}}).value ==
          Approx(std::floor(wes.truth("gas_l") / 10) / 100));
    CHECK(n.last("relative_humidity", {{"device", "S0"}}).unit() == "%");
    CHECK(n.last("temperature", {{"device", "S0"}, {"channel", "cellar"}}).value == 0);
    CHECK(n.emitted("current", {{"channel", "clamp1"}}).empty());
    CHECK(n.emitted("current", {{"channel", "clamp2"}, {"device", "S0"}}).size() == 1);
    CHECK(n.emitted("current", {{"channel", "clamp2"}, {"device", "S1"}}).empty());
}

TEST_CASE("unlisted channels can be off") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_http",
           sections(wes, long_timeouts, "unlisted = \"off\"\nchannels = [{ channel = \"tic1\" }]"), real_peers()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("active_energy_drawn_tariff").size() == 2);
    CHECK(n.emitted("relay").empty());
    CHECK(n.emitted("temperature").empty());
    CHECK(n.emitted("up").size() == 1);
}

TEST_CASE("what was seen stays reported when it is 0, also after a restart") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_http", sections(wes), real_peers()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("virtual_switch").empty());
    wes_simulator::request(wes.port(), wes_simulator::get("/AJAX.cgx?vs3=ON"));
    REQUIRE(n.collect());
    CHECK(n.last("virtual_switch", {{"channel", "switch3"}}).value == 1);
    n.acknowledge();
    wes_simulator::request(wes.port(), wes_simulator::get("/AJAX.cgx?vs3=OFF"));
    REQUIRE(n.collect());
    CHECK(n.last("virtual_switch", {{"channel", "switch3"}}).value == 0);
    n.restart();
    n.forget();
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("virtual_switch", {{"channel", "switch3"}}).value == 0);
}

TEST_CASE("a hundred servers in one collect, one request each") {
    wes_simulator::process wes{noon({"--count", "100"})};
    node n{plugin{}, "wes_http", sections(wes), real_peers()};
    REQUIRE(n.start());
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.emitted("apparent_power_drawn").size() == 300);
    for (std::size_t i = 0; i < wes.size(); ++i) {
        REQUIRE(wes.truth("requests", i) == 3);
        REQUIRE(wes.truth("connections", i) == 5); // with these two questions
        REQUIRE(wes.truth("max_answering", i) == 1);
    }
}

TEST_CASE("two nodes at one server ask one after the other") {
    wes_simulator::process wes{noon()};
    const auto toml = sections(wes);
    const auto source = toml.find("[source.s]");
    releve::testing::site at{plugin{}, toml.substr(0, source), real_peers()};
    node first{at, "wes_http", "connection = \"c\"\nunlisted = \"off\""};
    CHECK_THROWS(node{at, "wes_http", "connection = \"c\""}); // both would make the same series
    REQUIRE(first.start());
    REQUIRE(first.collect());
}

TEST_CASE("check --online names the servers that can't be reached") {
    wes_simulator::process wes{noon({"--count", "3"})};
    node n{plugin{}, "wes_http", sections(wes), real_peers()};
    CHECK(n.probe());
    REQUIRE(wes.fault("name=dead", 1));
    const auto got = n.probe();
    CHECK(got.transient());
    CHECK(got.why == "S1 refuses the connection");
    CHECK(wes.truth("requests") == 0); // no data moved
}
