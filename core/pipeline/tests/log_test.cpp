// SPDX-License-Identifier: Apache-2.0
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

#include <releve/string.hpp>
#include <releve/testing/catch.hpp>

#include <vector>

namespace core = releve::core;

namespace {
struct fixture {
    std::int64_t now = 0;
    std::vector<core::log_line> lines;
    core::log said{[this] { return now; }, [this](const core::log_line& line) { lines.push_back(line); }};
};
constexpr std::int64_t second = 1'000'000'000;
} // namespace

TEST_CASE_METHOD(fixture, "repeats of an event are counted and told with the next line") {
    for (int i = 0; i < 100; ++i) {
        said.write(core::log_level::warning, "linky", "checksum", "a group is damaged");
        now += second / 10;
    }
    CHECK(lines.size() == 1);
    said.write(core::log_level::warning, "linky", "checksum", "a group is damaged");
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].text == "a group is damaged (and 99 more like it)");
    said.write(core::log_level::warning, "boiler", "checksum", "another node is not kept silent");
    said.write(core::log_level::warning, "linky", "parity", "nor another event");
    CHECK(lines.size() == 4);
}

TEST_CASE_METHOD(fixture, "lines of one event that say different things at once are all written, up to eight") {
    for (int i = 1; i <= 10; ++i)
        said.write(core::log_level::warning, "attic", "refused", "probe " + std::to_string(i) + " is refused");
    REQUIRE(lines.size() == 8);
    CHECK(lines[7].text == "probe 8 is refused");
    said.settle();
    CHECK(lines.size() == 8); // a line may follow that says it
    now += 20 * second;
    said.settle();
    REQUIRE(lines.size() == 9);
    CHECK(lines[8].text == "probe 10 is refused (and 1 more like it)");
    said.settle(true);
    CHECK(lines.size() == 9);
}

TEST_CASE_METHOD(fixture, "an event that never ends has a line in ten seconds, whatever its texts say") {
    for (int i = 0; i < 1000; ++i) {
        said.write(core::log_level::warning, "attic", "refused", "probe " + std::to_string(i) + " is refused");
        said.settle();
        now += second / 2;
    }
    CHECK(lines.size() <= 8 + 50);
}

TEST_CASE_METHOD(fixture, "a loss is logged once, and the return once with how long it was") {
    said.health("dwellings", "A11", true, {});
    CHECK(lines.empty());
    for (int i = 0; i < 10; ++i) {
        said.health("dwellings", "A11", false, "connection refused");
        now += 9 * second;
    }
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].text == "A11: lost: connection refused");
    said.health("dwellings", "A11", true, {});
    said.health("dwellings", "A11", true, {});
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].text == "A11: back after 1 min 30 s");
}

TEST_CASE("durations are spelt for people") {
    CHECK(core::spell_duration(850'000'000) == "850 ms");
    CHECK(core::spell_duration(12 * second) == "12 s");
    CHECK(core::spell_duration(303 * second) == "5 min 3 s");
    CHECK(core::spell_duration(7440 * second) == "2 h 4 min");
}

TEST_CASE("metrics add, set, and are the same when declared again") {
    core::metrics all;
    std::string why;
    releve_metric what{};
    what.size = sizeof what;
    what.kind = RELEVE_METRIC_COUNTER;
    what.name = releve::to_c(std::string_view{"frames_total"});
    what.help = releve::to_c(std::string_view{"Frames received"});
    const auto number = all.declare("linky", what, why);
    REQUIRE(number != 0);
    CHECK(all.declare("linky", what, why) == number);
    CHECK(all.declare("other", what, why) != number);
    all.add(number, 2);
    all.add(number, 3);
    all.add(0, 1);
    all.add(99, 1);
    CHECK(all.samples().front().value == 5);
    what.name = releve::to_c(std::string_view{"frames"});
    CHECK(all.declare("linky", what, why) == 0);
    CHECK(why == "the name of a counter ends in _total, and no gauge's does");
}
