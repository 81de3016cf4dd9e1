// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <fstream>
#include <iterator>

namespace rt = releve::testing;
using namespace std::chrono_literals;
using std::chrono::sys_days;

namespace {
/// Two telegrams of 2026-01-15 18:30:05 and :06, UTC+1.
const std::string telegrams = [] {
    std::ifstream file{"testdata/three_phases.p1", std::ios::binary};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
}();
const releve::time_point first = sys_days{std::chrono::year{2026} / 1 / 15} + 17h + 30min + 5s;
} // namespace

TEST_CASE("a recorded file: each value in the unit of its quantity, with the meter's own time") {
    rt::node meter{rt::plugin{}, "dsmr_p1", "port = 'testdata/three_phases.p1'"};
    REQUIRE(meter.start());
    meter.run();
    CHECK_FALSE(meter.running()); // the recording has ended
    const auto drawn = meter.emitted("active_energy_drawn_tariff", {{"register", "1"}});
    REQUIRE(drawn.size() == 2);
    CHECK(drawn[0].value == Catch::Approx(4'321'567));
    CHECK(drawn[0].time == first);
    CHECK(drawn[1].time == first + 1s);
    CHECK(meter.last("active_energy_injected_tariff", {{"register", "2"}}).value == Catch::Approx(56'780));
    CHECK(meter.last("power_drawn").value == Catch::Approx(1210));
    CHECK(meter.last("voltage", {{"phase", "3"}}).value == 231.3);
    CHECK(meter.last("tariff_period").text == "0002");
    REQUIRE(meter.emitted("volume", {{"channel", "gas"}}).size() == 1); // the same reading in both telegrams
    CHECK(meter.last("volume", {{"channel", "gas"}}).value == 1785.123);
    CHECK(meter.last("volume", {{"channel", "water"}}).time == first - 5min - 5s);
    CHECK(meter.metric("bad_telegrams_total") == 0);
    CHECK(meter.misbehaviour().empty());
}

TEST_CASE("over TCP and over a serial port, in pieces, begun in the middle of a telegram") {
    rt::tcp_device tcp;
    rt::serial_device serial;
    const bool over_tcp = GENERATE(true, false);
    rt::node meter{rt::plugin{}, "dsmr_p1", "port = '" + (over_tcp ? tcp.url() : serial.path()) + "'"};
    REQUIRE(meter.start());
    const int line = over_tcp ? tcp.connection() : serial.line();
    meter.run();
    for (std::size_t i = 100; i < telegrams.size(); i += 300) meter.feed(line, telegrams.substr(i, 300));
    CHECK(meter.emitted("power_drawn").size() == 1);
    CHECK(meter.last("power_drawn").value == Catch::Approx(1210));
    REQUIRE(meter.stop());
}

TEST_CASE("no flipped bit becomes a value") {
    rt::tcp_device tcp;
    rt::node meter{rt::plugin{}, "dsmr_p1", "port = '" + tcp.url() + "'"};
    REQUIRE(meter.start());
    meter.run();
    const auto one = telegrams.substr(0, telegrams.size() / 2);
    for (std::size_t i = 0; i < one.size(); i += 7) {
        auto broken = one;
        broken[i] = static_cast<char>(broken[i] ^ 1 << i % 8);
        meter.feed(tcp.connection(), broken);
    }
    CHECK(meter.emitted("power_drawn").size() <= 2); // at most: a flip in the line end after the checksum
    CHECK(meter.metric("bad_telegrams_total").value_or(0) > 100);
    CHECK(meter.misbehaviour().empty());
}

TEST_CASE("a meter that sends nothing is tried again") {
    rt::serial_device serial;
    rt::node meter{rt::plugin{}, "dsmr_p1", "port = '" + serial.path() + "'"};
    REQUIRE(meter.start());
    meter.run();
    meter.advance(30s);
    CHECK((meter.ended() && meter.ended()->transient()));
}
