// SPDX-License-Identifier: Apache-2.0
// The client library alone, as another program uses it.
#include "client/server.hpp"
#include "tests/components/log_server.hpp"
#include "tests/components/site.hpp"

#include <cmath>
#include <releve/testing/catch.hpp>

using namespace releve::wes;
using Catch::Approx;
using wes_testing::header;
using wes_testing::log_server;

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
    CHECK_THROWS_WITH(wrong.clamp(1).current(), "127.0.0.1 asks for other credentials (HTTP 401)");
    REQUIRE(wes.fault("name=dead", 1));
    server dead{{.host = "127.0.0.1", .port = wes.port(1)}};
    CHECK_THROWS_WITH(dead.refresh(), "127.0.0.1 refuses the connection");
    REQUIRE(wes.fault("name=cut"));
    server cut{{.host = "127.0.0.1", .port = wes.port()}};
    CHECK_THROWS_AS(cut.refresh(), bad_document);
}

TEST_CASE("another transport") {
    struct recorded final : transport {
        std::string fetch(resource what, std::string_view name) override {
            if (what == resource::tag) return name == "W001" ? "21.7" : "0";
            return name == "/data.cgx" ? "<data><temp><SONDE1>21.5</SONDE1><SONDE2>7</SONDE2></temp></data>" : "";
        }
    };
    server s{std::make_unique<recorded>()};
    CHECK(s.probe(1).temperature() == 21.5);
    CHECK(s.probe(2).values().size() == 1);
    CHECK(s.probe(2).values()[0].row->unit == "Cel");
    CHECK_FALSE(s.meter(1).enabled());
    server over_m2m{std::make_unique<recorded>(), read_from::m2m};
    CHECK(over_m2m.probe(1).temperature() == 21.7);
}

TEST_CASE("the same values over M2M, in both dialects, and from the page where M2M has none") {
    for (const std::string dialect : {"a", "b"}) {
        wes_simulator::process wes{wes_testing::noon({"--m2m", dialect})};
        server s{{.host = "127.0.0.1", .port = wes.port(), .m2m_port = wes.port()}, read_from::m2m};
        server page{{.host = "127.0.0.1", .port = wes.port()}};
        CHECK(s.meter(1).apparent_power() == page.meter(1).apparent_power());
        CHECK(s.meter(1).current() == page.meter(1).current());
        CHECK(s.clamp(1).current() == page.clamp(1).current());
        CHECK(s.probe(1).temperature() == page.probe(1).temperature());
        CHECK(s.relay(1).on() == page.relay(1).on());
        CHECK(s.meter(1).energy_wh("HCHP") == page.meter(1).energy_wh("HCHP")); // M2M does not say which index it is
        CHECK(s.clamp(1).voltage() == page.clamp(1).voltage());
        CHECK(std::stod(s.tag("T100")) == page.meter(1).apparent_power());
        CHECK_THROWS_AS(s.tag("T1"), unreachable);
    }
    server dead{{.host = "127.0.0.1", .port = 1, .m2m_port = 1}, read_from::m2m};
    CHECK_THROWS_WITH(dead.meter(1).apparent_power(), "127.0.0.1, port 1 (M2M), refuses the connection");
}

TEST_CASE("its files, over FTP") {
    const log_server ftp;
    ftp.put("LOG.CSV", header + "01/01/2026 00:00;1;185\r\n");
    server s{{.host = "127.0.0.1", .ftp_port = ftp.port()}};
    const auto files = s.files();
    REQUIRE(files.size() == 1);
    CHECK(files[0].name == "LOG.CSV");
    CHECK(s.file("/LOG.CSV") == header + "01/01/2026 00:00;1;185\r\n");
    CHECK_THROWS_WITH(s.file("/NONE.CSV"), "127.0.0.1 does not have it, or does not show it (FTP 550): FTP /NONE.CSV");
    CHECK_THROWS_AS(s.file("/../etc/passwd"), unreachable);
    server wrong{{.host = "127.0.0.1", .ftp_port = ftp.port(), .ftp_password = "other"}};
    CHECK_THROWS_AS(wrong.files(), unreachable);
    server small{{.host = "127.0.0.1", .ftp_port = ftp.port(), .max_file = 10}};
    CHECK_THROWS_AS(small.file("/LOG.CSV"), unreachable);
}

TEST_CASE("a relay is set by the request that the firmware knows") {
    for (const std::string profile : {"V0.61D", "V0.8x", "V0.84A10"}) {
        wes_simulator::process wes{wes_testing::noon({"--profile", profile})};
        server s{{.host = "127.0.0.1", .port = wes.port()}};
        s.set_relay(2, true);
        CHECK(s.relay(2).on());
        s.set_virtual_switch(3, true);
        CHECK(s.virtual_switch(3).on());
        s.set_relay(2, false);
        CHECK_FALSE(s.relay(2).on());
        CHECK_THROWS_AS(s.set_relay(3, true), not_set);
    }
    CHECK(pages_of_firmware("V0.61D") == control_pages::by_kind);
    CHECK(pages_of_firmware("V0.79") == control_pages::by_kind);
    CHECK(pages_of_firmware("V0.83H") == control_pages::ajax);
    CHECK(pages_of_firmware("V1.02") == control_pages::ajax);
    CHECK(pages_of_firmware("") == control_pages::ajax);
    CHECK(pages_of_firmware("V0.") == control_pages::ajax);
}
