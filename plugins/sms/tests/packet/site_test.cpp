// SPDX-License-Identifier: Apache-2.0
// The figure that the format was made for, held: a day of twenty dwellings in one message.
#include "tests/packet/example.hpp"
#include "tests/packet/site_year.hpp"

#include <releve/testing/catch.hpp>

using namespace packet_example;

TEST_CASE("a day of twenty dwellings is one message of 140 octets, without loss, on nearly all days of a year") {
    site_year::site home{7};
    const auto series = site_year::dictionary(-3);
    packet_writer writer{key()};
    packet_reader reader{key()};
    for (const auto& m : writer.define(series)) REQUIRE(reader.read(m.bytes).verdict == packet_verdict::accepted);
    CHECK(reader.state().series == series);
    int one = 0;
    for (int d = 0; d < 30 + 365; ++d) {
        home.next_weather();
        home.live_a_day();
        const auto records = site_year::reading(home, series, midnight + d * day);
        std::vector<packet_record> got;
        const auto messages = writer.report(records);
        for (const auto& m : messages) {
            REQUIRE(m.bytes.size() <= sms_octets);
            const auto read = reader.read(m.bytes);
            REQUIRE(read.verdict == packet_verdict::accepted);
            got.insert(got.end(), read.records.begin(), read.records.end());
        }
        REQUIRE(got == records);
        if (d >= 30 && messages.size() == 1) ++one;
    }
    CHECK(one >= 350);
    CHECK(reader.state().bytes() == writer.state().bytes());
}
