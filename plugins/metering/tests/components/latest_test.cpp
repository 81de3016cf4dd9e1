// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;
using namespace std::chrono_literals;

namespace {

// The virtual clock begins at midnight, UTC.
struct fixture {
    rt::node node{rt::plugin{}, "latest", "series = ['volume', 'energy*']\nevery = '1h'"};
    rt::upstream meter{node, "A11"};
    releve::series volume = meter.gauge("volume", "m3", {{"channel", "gas"}});

    fixture() { REQUIRE(node.start()); }
    void reads(double value, releve::quality quality = releve::quality::good) {
        REQUIRE(node.process(meter.batch().add(volume, value, node.now(), quality)));
    }
    void restart() {
        node.acknowledge(); // the host commits the state of a transform with the epoch, whether it emitted or not
        node.restart();
        REQUIRE(node.start());
    }
};

} // namespace

TEST_CASE("once an hour, the latest of each series, with its own time") {
    fixture l;
    l.node.advance(10min);
    l.reads(1);
    l.node.advance(40min);
    l.reads(2, releve::quality::suspect);
    const auto read_at = l.node.now();
    CHECK(l.node.emitted().empty());
    l.node.advance(10min);
    REQUIRE(l.node.emitted().size() == 1);
    CHECK(l.node.last("volume", {{"device", "A11"}}).value == 2);
    CHECK(l.node.last("volume").time == read_at);
    CHECK(l.node.last("volume").quality == releve::quality::suspect);
    l.node.advance(3h);
    CHECK(l.node.emitted().size() == 1); // nothing came
    l.reads(3);
    l.node.advance(1h);
    CHECK(l.node.emitted().size() == 2);
    CHECK(l.node.misbehaviour().empty());
}

TEST_CASE("other series, texts and absent values are not passed on") {
    fixture l;
    const auto energy = l.meter.counter("energy_drawn", "Wh"), power = l.meter.gauge("power", "W");
    const auto text = l.meter.text("energy_text");
    REQUIRE(l.node.process(
        l.meter.batch().add(energy, 1000).absent(energy).add(power, 5).add(text, "blue").absent(l.volume)));
    l.node.advance(1h);
    REQUIRE(l.node.emitted().size() == 1);
    CHECK(l.node.last("energy_drawn").value == 1000);
}

TEST_CASE("a record that is older than the held one does not replace it") {
    fixture l;
    l.node.advance(10min);
    REQUIRE(l.node.process(l.meter.batch().add(l.volume, 2).add(l.volume, 1, l.node.now() - 1min)));
    l.node.advance(1h);
    CHECK(l.node.last("volume").value == 2);
}

TEST_CASE("a record of a clock that was ahead gives way to what comes once the clock is right") {
    const auto ahead = GENERATE(std::chrono::hours{1}, std::chrono::hours{24}, std::chrono::hours{9 * 365 * 24});
    fixture l;
    l.node.advance(10min);
    REQUIRE(l.node.process(l.meter.batch().add(l.volume, 1, l.node.now() + ahead)));
    l.node.advance(10s);
    l.reads(2);
    l.node.advance(1h);
    REQUIRE(l.node.emitted().size() == 1);
    CHECK(l.node.last("volume").value == 2);
}

TEST_CASE("a held record is kept over a restart, and passed on when its series is declared again") {
    fixture l;
    l.node.advance(10min);
    l.reads(0.1);
    const auto read_at = l.node.now();
    l.restart();
    l.node.advance(2h);
    CHECK(l.node.emitted().empty());
    l.reads(7);
    REQUIRE(l.node.emitted().size() == 1);
    CHECK(l.node.last("volume").value == 0.1);
    CHECK(l.node.last("volume").time == read_at);
    l.node.advance(1h);
    CHECK(l.node.last("volume").value == 7);
    l.restart();
    l.node.advance(1h);
    l.reads(8);
    CHECK(l.node.emitted().size() == 2); // a record that was passed on is not held any more
}

TEST_CASE("a clock that is set back by a year delays no record for a year") {
    fixture l;
    l.reads(1);
    l.node.set_clock(l.node.now() - 24h * 365);
    l.reads(2);
    l.node.advance(1h);
    CHECK(l.node.emitted().size() == 2);
}
