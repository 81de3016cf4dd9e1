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
    CHECK(m.read(999) == good);
}

TEST_CASE("an older reading is neither remembered nor believed when it is greater") {
    meter m;
    m.read(1000);
    CHECK(m.read(900, -60 * second) == good);
    CHECK(m.read(1100, -1 * second) == suspect);
    m.now += 120 * second;
    CHECK(m.read(1001) == good);
}
