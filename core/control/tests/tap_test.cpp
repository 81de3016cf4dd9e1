// SPDX-License-Identifier: Apache-2.0
#include "components.hpp"
#include "control/tap.hpp"

#include <releve/testing/catch.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <sstream>

using namespace releve::core;
using testbed::bed;
using testbed::stored;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 1'767'225'600 * second; // 2026-01-01 00:00 UTC

using virtual_bed = bed<virtual_clock>;

constexpr auto two_sources = R"(grace = "5m"
[source.a]
component = "odd"
[source.b]
component = "beat"
interval = "10s"
records = 3
[sink.db]
component = "store"
inputs = ["a", "b"])";

std::vector<std::string> take_all(tap& from) {
    std::vector<std::string> lines;
    for (auto text = from.take(); !text.empty(); text = from.take()) {
        std::istringstream in{text};
        for (std::string line; std::getline(in, line);) lines.push_back(line);
    }
    return lines;
}

std::function<void()> counted(std::atomic<int>& wakes) {
    return [&wakes] { ++wakes; };
}

} // namespace

TEST_CASE("a tap shows what its nodes make from its start on, and wakes once for what waits") {
    virtual_bed b{two_sources, start};
    b.pipeline->start();
    b.clock.advance(15 * second);
    std::atomic<int> wakes{0};
    {
        tap t{*b.pipeline, {"b"}, "", counted(wakes)};
        CHECK(t.take().empty());
        b.clock.advance(20 * second); // at 20 and 30 s
        CHECK(wakes == 1);
        const auto lines = take_all(t);
        REQUIRE(lines.size() == 6);
        const auto last = boost::json::parse(lines.back());
        CHECK(last.at("node").as_string() == "b");
        CHECK(last.at("series").as_string() == "beat");
        CHECK(last.at("value").as_double() == 4);
        CHECK(last.at("time").as_string() == "2026-01-01T00:00:30.000Z");
        b.clock.advance(10 * second);
        CHECK(wakes == 2);
    }
    b.clock.advance(10 * second); // nobody taps
    CHECK(wakes == 2);
    CHECK(b.pipeline->stop());
    CHECK(stored("db").size() == 6 * 3 + 6 + 2); // with what a said of its counter: broken records, and an event
}

TEST_CASE("a tap of some series shows only those, by name or identity") {
    virtual_bed b{two_sources, start};
    std::atomic<int> wakes{0};
    tap by_name{*b.pipeline, std::vector<std::string>{"a", "b"}, "wor*", counted(wakes)};
    tap by_label{*b.pipeline, std::vector<std::string>{"a", "b"}, "*{*device=\"b\"*", counted(wakes)};
    tap none{*b.pipeline, std::vector<std::string>{"a", "b"}, "nothing", counted(wakes)};
    b.pipeline->start();
    b.clock.advance(5 * second);
    CHECK(b.pipeline->stop());
    const auto lines = take_all(by_name);
    REQUIRE(lines.size() == 1);
    CHECK(boost::json::parse(lines[0]).at("value").as_string() == "heures creuses");
    CHECK(take_all(by_label).size() == 3);
    CHECK(take_all(none).empty());
}

TEST_CASE("more records than one take are shown completely, also when the rest has nothing to show") {
    virtual_bed b{R"(grace = "5m"
[source.a]
component = "beat"
records = 2500
[sink.db]
component = "store"
inputs = ["a"])",
                  start};
    tap t{*b.pipeline, {"a"}, "beat", [] {}};
    b.pipeline->start();
    b.clock.settle();
    CHECK(b.pipeline->stop());
    CHECK(take_all(t).size() == 2500);
}

TEST_CASE("a client that is too slow loses records, is notified how many, and delays nothing") {
    constexpr std::uint64_t total = 100'000;
    virtual_bed b{R"(grace = "5m"
[source.a]
component = "flood"
total = 100000
[sink.db]
component = "store"
inputs = ["a"])",
                  start};
    std::atomic<int> wakes{0};
    tap t{*b.pipeline, {"a"}, "", counted(wakes)};
    b.pipeline->start();
    b.clock.settle();
    CHECK(b.pipeline->stop());
    CHECK(stored("db").size() == total);
    CHECK(wakes == 1);

    std::uint64_t shown = 0, dropped = 0;
    for (const auto& line : take_all(t)) {
        const auto one = boost::json::parse(line);
        if (const auto* some = one.as_object().if_contains("dropped")) {
            dropped += boost::json::value_to<std::uint64_t>(*some);
        } else {
            CHECK(one.at("value").as_double() ==
                  static_cast<double>(shown + dropped)); // reported where they are missing
            ++shown;
        }
    }
    CHECK(dropped > 0);
    CHECK(shown > 10'000);
    CHECK(shown + dropped == total);
}
