// SPDX-License-Identifier: Apache-2.0
#include "captured.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <algorithm>
#include <string>

using namespace releve::testing;
using releve::quality;
using releve::print::tests::captured;
using namespace std::chrono_literals;

TEST_CASE("each record is a line of JSON, complete and escaped; an absent value is null") {
    node n{plugin{}, "print", "format = \"json\""};
    REQUIRE(n.start());
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W", {{"odd", "a\"b\\c\n\x01\u00e9\U0001f4a7"}});
    const auto door = from.event("door");
    const auto t = n.now();
    const auto text = captured(1, [&] {
        REQUIRE(n.write(from.batch()
                            .add(power, 0.1, t)
                            .add(power, 0.1, t + 1ms, quality::suspect)
                            .absent(power)
                            .add(door, "open \xff\x7f", t)));
    });
    const std::string begin = "{\"time\":\"2026-01-01T00:00:00";
    CAPTURE(text);
    // The order of labels is the host's.
    CHECK(text.find(begin + "Z\",\"name\":\"power\",\"labels\":{") == 0);
    CHECK(text.find("\"odd\":\"a\\\"b\\\\c\\u000a\\u0001\u00e9\U0001f4a7\"") != text.npos);
    CHECK(text.find("},\"value\":0.1,\"unit\":\"W\",\"kind\":\"gauge\",\"quality\":\"good\"}\n") != text.npos);
    CHECK(text.find(begin + ".001Z\"") != text.npos);
    CHECK(text.find("\"value\":0.1,\"unit\":\"W\",\"kind\":\"gauge\",\"quality\":\"suspect\"}\n") != text.npos);
    CHECK(text.find("\"value\":null,\"unit\":\"W\",\"kind\":\"gauge\",\"quality\":\"absent\"}\n") != text.npos);
    CHECK(text.find("\"value\":\"open \ufffd\\u007f\",\"unit\":\"\",\"kind\":\"event\",\"quality\":\"good\"}\n") !=
          text.npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 4);
}

TEST_CASE("all records are JSON lines, unless only changes are selected") {
    for (const bool changed : {false, true}) {
        node n{plugin{}, "print", changed ? "format = \"json\"\nevery = \"changed\"" : "format = \"json\""};
        REQUIRE(n.start());
        upstream from{n, "linky"};
        const auto power = from.gauge("power", "W");
        const auto text = captured(1, [&] {
            REQUIRE(
                n.write(from.batch().add(power, 1, n.now()).add(power, 1, n.now() + 1s).add(power, 2, n.now() + 2s)));
        });
        CHECK(std::count(text.begin(), text.end(), '\n') == (changed ? 2 : 3));
    }
}
