// SPDX-License-Identifier: Apache-2.0
#include "records/counter_check.hpp"

#include <releve/string.hpp>
#include <releve/testing/catch.hpp>

using namespace releve::core;

namespace {

constexpr std::int64_t second = 1'000'000'000;

struct meter {
    releve_series series{};
    counter_state state;
    std::int64_t now = 1'700'000'000 * second;
    explicit meter(double modulus = 0, double max_rate = 0) {
        series.kind = RELEVE_KIND_COUNTER;
        series.modulus = modulus;
        series.max_rate = max_rate;
    }
    counter_verdict read(double value, std::int64_t after = 10 * second) {
        now += after;
        return judge(state, series, value, now);
    }
};

constexpr auto good = counter_verdict::plausible;
constexpr auto suspect = counter_verdict::suspect;

} // namespace

TEST_CASE("a counter that rises or rests is plausible") {
    meter m;
    CHECK(m.read(100) == good);
    CHECK(m.read(100) == good);
    CHECK(m.read(250.5) == good);
}

TEST_CASE("one fall is a glitch: suspect, and forgotten when the counter is back") {
    meter m;
    m.read(1000);
    CHECK(m.read(0) == suspect);
    CHECK(m.read(1001) == good);
    CHECK(m.read(10) == suspect);
    CHECK(m.read(1002) == good);
}

TEST_CASE("zeros never replace a counter, however many come") {
    meter m;
    m.read(1000);
    for (int i = 0; i < 50; ++i) CHECK(m.read(0) == suspect);
    CHECK(m.read(1001) == good);
}

TEST_CASE("a reset is believed at the third reading that agrees") {
    meter m;
    m.read(1000);
    CHECK(m.read(0) == suspect);
    CHECK(m.read(1) == suspect);
    CHECK(m.read(2) == counter_verdict::replaced);
    CHECK(m.read(3) == good);
}

TEST_CASE("another meter with a greater index is believed at the third reading, too") {
    meter m{0, 10};
    m.read(1000);
    CHECK(m.read(500'000) == suspect);
    CHECK(m.read(500'001) == suspect);
    CHECK(m.read(500'002) == counter_verdict::replaced);
}

TEST_CASE("readings that disagree with each other confirm nothing") {
    meter m{0, 10};
    m.read(1000);
    CHECK(m.read(500'000) == suspect);
    CHECK(m.read(900'000) == suspect);
    CHECK(m.read(300'000) == suspect);
    CHECK(m.read(1005) == good);
}

TEST_CASE("a rise faster than the greatest plausible rate is suspect") {
    meter m{0, 10}; // 10 units a second
    m.read(1000);
    CHECK(m.read(1000 + 100) == good);
    CHECK(m.read(1100 + 10'000) == suspect);
    CHECK(m.read(1200) == good);
    CHECK(m.read(1200 + 36'000, 3600 * second) == good);
}

TEST_CASE("a rollover is told from a fall by the modulus") {
    SECTION("with a known rate") {
        meter m{1'000'000, 10};
        m.read(999'990);
        CHECK(m.read(20) == counter_verdict::rolled_over);
        CHECK(m.read(40) == good);
    }
    SECTION("without one, only from the last to the first quarter") {
        meter m{1'000'000};
        m.read(999'000);
        CHECK(m.read(100) == counter_verdict::rolled_over);
        CHECK(m.read(500'000) == good);
        CHECK(m.read(400'000) == suspect);
    }
    SECTION("not from the middle of the range") {
        meter m{1'000'000, 10};
        m.read(500'000);
        CHECK(m.read(20) == suspect);
    }
}

TEST_CASE("what can't be a reading of the counter is suspect") {
    meter m{1000};
    CHECK(m.read(-1) == suspect);
    CHECK(m.read(1000) == suspect);
    CHECK(m.read(998) == good);
    CHECK(m.read(999) == good); // the greatest: a small step led to it
}

TEST_CASE("an older reading is neither remembered nor believed when it is greater") {
    meter m;
    m.read(1000);
    CHECK(m.read(900, -60 * second) == good);
    CHECK(m.read(1100, -1 * second) == suspect);
    m.now += 120 * second;
    CHECK(m.read(1001) == good);
}

TEST_CASE("what a dead bus says is suspect alone, and the reading after it is no rollover") {
    struct dead {
        double modulus, resolution, ones;
    };
    const auto one = GENERATE(dead{4294967296, 1, 4294967295}, dead{4294967296, 0, 2147483647}, dead{0, 0, 4294967295},
                              dead{0, 0, 18446744073709551615.0}, dead{0, 0, 65535}, dead{0, 0, 2147483647},
                              dead{65536, 1, 65535}, dead{1e9, 1, 999'999'999}, dead{1e9, 1, 4294967295},
                              dead{0, 0.001, 4294967.295}, dead{0, 1, 4294967295e3}, dead{100'000, 0.001, 99'999.999},
                              dead{0, 0, 9223372036854775807.0}, dead{0, 0, 16'777'215});
    CAPTURE(one.ones);
    SECTION("between two readings") {
        meter m{one.modulus};
        m.series.resolution = one.resolution;
        CHECK(m.read(12'345) == good);
        CHECK(m.read(one.ones) == suspect);
        CHECK(m.read(12'346) == good);
        CHECK(m.read(12'347) == good);
    }
    SECTION("however often it says so") {
        meter m{one.modulus};
        m.series.resolution = one.resolution;
        m.read(1200);
        for (int i = 0; i < 20; ++i) CHECK(m.read(one.ones) == suspect);
        CHECK(m.read(1201) == good);
    }
    SECTION("as the first reading") {
        meter m{one.modulus};
        m.series.resolution = one.resolution;
        for (int i = 0; i < 5; ++i) CHECK(m.read(one.ones) == suspect);
        CHECK(m.read(1201) == good);
        CHECK(m.read(1202) == good);
    }
    SECTION("in the middle of a reset") {
        meter m{one.modulus};
        m.series.resolution = one.resolution;
        m.read(12'345);
        CHECK(m.read(0) == suspect);
        CHECK(m.read(one.ones) == suspect);
        CHECK(m.read(1) == suspect);
        CHECK(m.read(2) == counter_verdict::replaced);
    }
}

TEST_CASE("a counter that passes through all ones by small steps is believed, and so is its rollover") {
    meter m{65'536};
    for (const double value : {65'530.0, 65'534.0, 65'535.0, 65'535.0}) CHECK(m.read(value) == good);
    CHECK(m.read(0) == counter_verdict::rolled_over);
    CHECK(m.read(3) == good);
    meter small;
    for (const double value : {65'500.0, 65'535.0, 65'535.0, 65'540.0}) CHECK(small.read(value) == good);
}

TEST_CASE("a rise over half of the range wants confirmation, with and without a rate") {
    const double rate = GENERATE(0.0, 1e9);
    meter m{4294967296, rate};
    m.read(1000);
    CHECK(m.read(2'500'000'000) == suspect);
    CHECK(m.read(1001) == good);
    CHECK(m.read(2'500'000'000) == suspect);
    CHECK(m.read(2'500'000'001) == suspect);
    CHECK(m.read(2'500'000'002) == counter_verdict::replaced);
}

TEST_CASE("without a modulus and a rate, a counter that rises a thousandfold wants confirmation") {
    meter m;
    m.read(12'345);
    CHECK(m.read(99'999'999) == suspect);
    CHECK(m.read(12'346) == good);
}

TEST_CASE("a rollover that no rate explains wants confirmation") {
    SECTION("without a rate, from far below the modulus") {
        meter m{4294967296};
        m.read(3'500'000'000);
        CHECK(m.read(100) == suspect);
        CHECK(m.read(101) == suspect);
        CHECK(m.read(102) == counter_verdict::replaced);
    }
    SECTION("faster than the rate") {
        meter m{1'000'000, 10};
        m.read(999'000);
        CHECK(m.read(20) == suspect);
        CHECK(m.read(999'001) == good);
    }
    SECTION("over half of the range, although a rate allows it") {
        meter m{65'536, 1000};
        m.read(30'000);
        CHECK(m.read(100, 3600 * second) == suspect);
    }
}

TEST_CASE("zeros and one other reading replace nothing") {
    meter m;
    m.read(1000);
    for (int i = 0; i < 50; ++i) CHECK(m.read(0) == suspect);
    CHECK(m.read(3) == suspect);
    CHECK(m.read(1001) == good);
}

TEST_CASE("readings that are further from each other than from the believed one confirm nothing") {
    meter m;
    m.read(1000);
    CHECK(m.read(5) == suspect);
    CHECK(m.read(700) == suspect);
    CHECK(m.read(990) == suspect);
    CHECK(m.read(1001) == good);
}

TEST_CASE("unless the site says otherwise, a first reading is suspect until a second one agrees") {
    const judging how{.believes_first = false};
    const auto read = [&](meter& m, double value, std::int64_t after = 10 * second) {
        return judge(m.state, m.series, value, m.now += after, how);
    };
    SECTION("and good from then on") {
        meter m;
        CHECK(read(m, 100) == suspect);
        CHECK(read(m, 101, 3600 * second) == good);
        CHECK(read(m, 102, 3600 * second) == good);
    }
    SECTION("a meter that rests agrees with itself, also at zero") {
        const double at = GENERATE(0.0, 17'076'577.0);
        meter m;
        CHECK(read(m, at) == suspect);
        CHECK(read(m, at) == good);
    }
    SECTION("one that was wrong in either direction is never good") {
        const double wrong = GENERATE(4'294'967'295.0, 3'000'000'000.0, 7.0);
        meter m{4294967296, 1000};
        CHECK(read(m, wrong) == suspect);
        CHECK(read(m, 1'234'567) == suspect);
        CHECK(read(m, 1'234'570) == good);
    }
    SECTION("without a rate, more than twice the first one does not agree with it") {
        meter m;
        CHECK(read(m, 70'000) == suspect);
        CHECK(read(m, 17'000'000) == suspect);
        CHECK(read(m, 17'000'001) == good);
    }
}

TEST_CASE("after a clock that was ahead a counter begins anew, after the usual confirmation") {
    constexpr std::int64_t hour = 3600 * second;
    const auto ahead = hour * GENERATE(1, 24, 9 * 365 * 24);
    meter m;
    const auto at = [&](double value, std::int64_t fault = 0) {
        m.now += 10 * second;
        return judge(m.state, m.series, value, m.now + fault, {.now = m.now + fault});
    };
    CHECK(at(1000) == good);
    CHECK(at(1001, ahead) == good);
    SECTION("when it rises") {
        CHECK(at(1002) == suspect);
        CHECK(at(1003) == suspect);
        CHECK(at(1004) == counter_verdict::clock_back);
        CHECK(at(1005) == good);
        CHECK(at(0) == suspect);
        CHECK(at(1006) == good);
    }
    SECTION("when it rests") {
        CHECK(at(1001) == suspect);
        CHECK(at(1001) == suspect);
        CHECK(at(1001) == counter_verdict::clock_back);
        CHECK(at(1002) == good);
    }
    SECTION("when one reading in it is a glitch") {
        CHECK(at(1002) == suspect);
        CHECK(at(4'294'967'295) == suspect);
        CHECK(at(1003) == suspect);
        CHECK(at(1004) == counter_verdict::clock_back);
    }
}

TEST_CASE("what is read again, older than what is believed, begins nothing anew; a zero in it is suspect") {
    meter m;
    m.read(1000);
    for (int i = 5; i > 0; --i)
        CHECK(judge(m.state, m.series, 2000 - i, m.now - i * second, {.now = m.now}) == suspect);
    CHECK(judge(m.state, m.series, 0, m.now - second, {.now = m.now}) == suspect);
    CHECK(m.read(1000, 0) == good);
    CHECK(m.read(999, 0) == suspect);
    CHECK(m.read(1001) == good);
}
