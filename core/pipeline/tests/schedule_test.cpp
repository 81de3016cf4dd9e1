// SPDX-License-Identifier: Apache-2.0
#include "pipeline/schedule.hpp"

#include <releve/testing/catch.hpp>

using namespace releve::core;

namespace {
constexpr std::int64_t second = 1'000'000'000, minute = 60 * second, hour = 60 * minute;
constexpr std::int64_t utc(std::int64_t epoch_s) { return epoch_s * second; }
constexpr std::int64_t march_28 = 1774652400; // 2026-03-28 00:00 in Paris, the last whole day of winter
constexpr std::int64_t march_29 = 1774738800; // 2026-03-29 00:00 in Paris: a day of 23 hours
constexpr std::int64_t march_30 = 1774821600; // 2026-03-30 00:00 in Paris
} // namespace

TEST_CASE("aligned readings fall on multiples since local midnight") {
    CHECK(next_aligned(utc(march_28), 15 * minute, "Europe/Paris") == utc(march_28) + 15 * minute);
    CHECK(next_aligned(utc(march_28) + 1, 15 * minute, "Europe/Paris") == utc(march_28) + 15 * minute);
    CHECK(next_aligned(utc(march_28) + 15 * minute, 15 * minute, "Europe/Paris") == utc(march_28) + 30 * minute);
}

TEST_CASE("a day begins afresh, also when its hours are no multiple of the interval") {
    CHECK(next_aligned(utc(march_28) + 22 * hour, 7 * hour, "Europe/Paris") == utc(march_29));
    CHECK(next_aligned(utc(march_29) + 22 * hour, 2 * hour, "Europe/Paris") == utc(march_30)); // it has 23
}

TEST_CASE("a day of readings has as many as the day has hours") {
    const auto count = [](std::int64_t from, std::int64_t to) {
        int n = 0;
        for (auto t = from; t < to; t = next_aligned(t, hour, "Europe/Paris")) ++n;
        return n;
    };
    CHECK(count(utc(march_28), utc(march_29)) == 24);
    CHECK(count(utc(march_29), utc(march_30)) == 23);
    CHECK(count(utc(1792879200), utc(1792969200)) == 25); // 2026-10-25
}

TEST_CASE("a midnight that the clock skips is the moment of the change") {
    // Beirut, 2022-03-27: 00:00 became 01:00, at 2022-03-26 22:00 UTC.
    const auto change = utc(1648332000);
    CHECK(next_aligned(change - minute, hour, "Asia/Beirut") == change);
    CHECK(next_aligned(change, hour, "Asia/Beirut") == change + hour);
}

TEST_CASE("back-off doubles up to its limit, within a fifth, and begins again") {
    backoff pace{second, 60 * second, 7};
    std::int64_t expected = second;
    for (int i = 0; i < 12; ++i) {
        const auto pause = pace.next();
        CHECK(pause >= expected * 8 / 10);
        CHECK(pause <= expected * 12 / 10);
        expected = std::min(expected * 2, 60 * second);
    }
    pace.reset();
    CHECK(pace.next() <= second * 12 / 10);
}

TEST_CASE("back-off is the same for the same seed, and not for another") {
    backoff one{second, 60 * second, 7}, same{second, 60 * second, 7}, other{second, 60 * second, 1000};
    const auto first = one.next();
    CHECK(same.next() == first);
    CHECK(other.next() != first);
}
