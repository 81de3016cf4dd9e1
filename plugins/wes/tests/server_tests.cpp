// SPDX-License-Identifier: Apache-2.0
// The client library by itself, as a program of one's own uses it.
#include "site.hpp"
#include "wes_server.hpp"

#include <cmath>
#include <releve/testing/catch.hpp>

using namespace releve::wes;
using Catch::Approx;

TEST_CASE("a WES as an object") {
    wes_simulator::process wes{wes_testing::noon()};
    server s{{.host = "127.0.0.1", .port = wes.port(), .user = "admin", .password = "wes"}};
    auto clamp = s.clamp(1);
    CHECK(clamp.enabled());
    CHECK(clamp.voltage() > 200);
    CHECK(clamp.energy_wh() == std::floor(wes.truth("heating_wh")));
    CHECK_FALSE(s.clamp(4).enabled());
    CHECK(s.meter(1).enabled());
    CHECK(s.meter(1).energy_wh("HCHP") == std::floor(wes.truth("peak_wh")));
    CHECK(s.meter(1).apparent_power() > 60);
    CHECK(s.meter(1).tariff_period() == "H. Pleines");
    CHECK_FALSE(s.meter(2).enabled());
    CHECK(s.pulse(1).count() == std::floor(wes.truth("cold_water_l")));
    CHECK(s.probe(1).temperature() == Approx(wes.truth("living_room_c")).margin(0.051));
    CHECK_FALSE(s.relay(1).on());
    CHECK(s.firmware() == "V0.84A10");
    CHECK(wes.truth("requests") == 1); // all of that in one

    wes_simulator::request(wes.port(), wes_simulator::get("/RL.cgi?rl1=ON"));
    s.refresh();
    CHECK(s.relay(1).on());
}

TEST_CASE("a WES that can't be read says why") {
    wes_simulator::process wes{wes_testing::noon({"--count", "2"})};
    server wrong{{.host = "127.0.0.1", .port = wes.port(), .password = "other"}};
    CHECK_THROWS_WITH(wrong.clamp(1), "127.0.0.1 asks for other credentials (HTTP 401)");
    REQUIRE(wes.fault("name=dead", 1));
    server dead{{.host = "127.0.0.1", .port = wes.port(1)}};
    CHECK_THROWS_WITH(dead.refresh(), "127.0.0.1 refuses the connection");
    REQUIRE(wes.fault("name=cut"));
    server cut{{.host = "127.0.0.1", .port = wes.port()}};
    CHECK_THROWS_AS(cut.refresh(), bad_document);
}

TEST_CASE("another transport") {
    struct recorded final : transport {
        std::string fetch(std::string_view path) override {
            return path == "/data.cgx" ? "<data><temp><SONDE1>21.5</SONDE1></temp></data>" : "";
        }
    };
    server s{std::make_unique<recorded>()};
    CHECK(s.probe(1).temperature() == 21.5);
    CHECK_FALSE(s.meter(1).enabled());
}
