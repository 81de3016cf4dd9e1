// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;

namespace {

struct room {
    rt::node node;
    rt::upstream meter{node, "A11"};
    releve::series temperature = meter.gauge("temperature", "Cel", {{"channel", "boiler_room"}});

    explicit room(const std::string& options)
        : node{rt::plugin{}, "threshold", "series = ['temperature']\n" + options} {
        REQUIRE(node.start());
    }
    // The event that another value makes, a second later; empty: none.
    std::string event_of(double value, releve::quality quality = releve::quality::good) {
        node.advance(std::chrono::seconds{1});
        const auto before = node.emitted().size();
        REQUIRE(node.process(meter.batch().add(temperature, value, node.now(), quality)));
        return node.emitted().size() == before ? "" : node.emitted().back().text;
    }
};

} // namespace

TEST_CASE("an event when a bound is crossed, and one when the values are in range again") {
    room r{"above = 30\nbelow = 5"};
    CHECK(r.event_of(20).empty());
    CHECK(r.event_of(30).empty());
    CHECK(r.event_of(30.5) == "high 30.5 above 30");
    CHECK(r.event_of(31).empty());
    CHECK(r.event_of(4) == "low 4 below 5");
    CHECK(r.event_of(5) == "well 5");
    const auto event = r.node.last("temperature_alert", {{"device", "A11"}, {"channel", "boiler_room"}});
    CHECK(event.kind() == releve::kind::event);
    CHECK(event.label("threshold") == r.node.name());
    CHECK(event.time == r.node.now());
    CHECK(r.node.misbehaviour().empty());
}

TEST_CASE("a value that wavers at the bound is reported once") {
    room r{"above = 30\nhysteresis = 2"};
    CHECK(r.event_of(31) == "high 31 above 30");
    CHECK(r.event_of(29).empty());
    CHECK(r.event_of(31).empty());
    CHECK(r.event_of(28) == "well 28");
    CHECK(r.event_of(29).empty());
}

TEST_CASE("a change of state takes hits in a row, in each direction") {
    room r{"below = 1\nhits = 3"};
    CHECK(r.event_of(0).empty());
    CHECK(r.event_of(0).empty());
    CHECK(r.event_of(1).empty());
    CHECK(r.event_of(0).empty());
    CHECK(r.event_of(0).empty());
    CHECK(r.event_of(0) == "low 0 below 1");
    CHECK(r.event_of(1).empty());
    CHECK(r.event_of(1).empty());
    CHECK(r.event_of(1) == "well 1");
}

TEST_CASE("suspect and absent values, texts and other series make no event") {
    room r{"above = 30"};
    CHECK(r.event_of(85, releve::quality::suspect).empty());
    CHECK(r.event_of(31, releve::quality::estimated) == "high 31 above 30");
    const auto text = r.meter.text("temperature_text");
    const auto other = r.meter.gauge("pressure", "Pa");
    REQUIRE(r.node.process(r.meter.batch().add(text, "ours").add(other, 90).absent(r.temperature)));
    CHECK(r.node.emitted().size() == 1);
}

TEST_CASE("the state and the count of hits are kept over a restart") {
    room r{"above = 30\nhits = 2"};
    CHECK(r.event_of(31).empty());
    r.node.acknowledge();
    r.node.restart();
    REQUIRE(r.node.start());
    CHECK(r.event_of(32) == "high 32 above 30");
    r.node.acknowledge();
    r.node.restart();
    REQUIRE(r.node.start());
    CHECK(r.event_of(33).empty());
    CHECK(r.event_of(33).empty());
    CHECK(r.event_of(20).empty());
    CHECK(r.event_of(20) == "well 20");
}

TEST_CASE("an identity as a pattern picks one channel") {
    rt::node node{rt::plugin{}, "threshold",
                  R"(series = ['temperature{channel="tank"*'])"
                  "\nabove = 60"};
    rt::upstream meter{node, "A11"};
    const auto tank = meter.gauge("temperature", "Cel", {{"channel", "tank"}});
    const auto room = meter.gauge("temperature", "Cel", {{"channel", "room"}});
    REQUIRE(node.start());
    REQUIRE(node.process(meter.batch().add(room, 61).add(tank, 62)));
    REQUIRE(node.emitted().size() == 1);
    CHECK(node.emitted().front().label("channel") == "tank");
}

TEST_CASE("missing bounds, bounds that exclude every value, and broken patterns are refused") {
    CHECK(rt::problems(rt::plugin{}, "threshold", "series = ['up']").size() == 1);
    CHECK(rt::problems(rt::plugin{}, "threshold", "series = ['up']\nabove = 1\nbelow = 2").size() == 1);
    CHECK(rt::problems(rt::plugin{}, "threshold", "series = ['up']\nbelow = 1").empty());
    CHECK(rt::problems(rt::plugin{}, "threshold", "series = ['up', 'T[12']\nbelow = 1").size() == 1);
}
