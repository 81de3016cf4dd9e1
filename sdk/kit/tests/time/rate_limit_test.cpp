// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/time/rate_limit.hpp>

#include <releve/testing/catch.hpp>

using namespace std::chrono_literals;
using releve::duration;
using releve::kit::rate_limit;

namespace {

constexpr duration start = 1'767'225'600s; // 2026

} // namespace

TEST_CASE("any 24 hours have at most the maximum") {
    rate_limit limit{3};
    CHECK(limit.has_room(3, start));
    limit.note(2, start);
    CHECK(limit.used(start) == 2);
    CHECK(limit.has_room(1, start + 1h));
    CHECK_FALSE(limit.has_room(2, start + 1h));
    limit.note(1, start + 1h);
    CHECK_FALSE(limit.has_room(1, start + 24h - 1s));
    CHECK(limit.has_room(2, start + 24h));
    CHECK_FALSE(limit.has_room(3, start + 24h));
    CHECK(limit.has_room(3, start + 25h));
}

TEST_CASE("when there is room again is known") {
    rate_limit limit{3, 1h, 1s};
    CHECK(limit.next_room(1, start) == start);
    limit.note(1, start);
    limit.note(2, start + 10min);
    CHECK(limit.next_room(1, start + 20min) == start + 1h);
    CHECK(limit.next_room(2, start + 20min) == start + 70min);
    CHECK(limit.next_room(3, start + 20min) == start + 70min);
    CHECK(limit.next_room(9, start + 20min) == start + 70min); // never enough: when nothing is left
    CHECK(limit.next_room(1, start + 2h) == start + 2h);
}

TEST_CASE("ten thousand messages in a day are counted in little room, also over a restart") {
    rate_limit limit{20'000};
    for (int i = 0; i < 10'000; ++i) limit.note(1, start + i * 8s);
    CHECK(limit.has_room(10'000, start + 80'000s));
    CHECK_FALSE(limit.has_room(10'001, start + 80'000s));
    CHECK(limit.saved().size() < 65'536);
    rate_limit again{20'000};
    again.restore(limit.saved());
    CHECK_FALSE(again.has_room(10'001, start + 80'000s));
    CHECK(again.has_room(20'000, start + 80'000s + 24h));
}

TEST_CASE("what a wrong clock noted in the future is forgotten") {
    rate_limit ahead{1};
    ahead.note(1, start + 30 * 24h); // the clock was a month fast
    CHECK(ahead.has_room(1, start));
}

TEST_CASE("0 is any number") {
    rate_limit any{0};
    any.note(100, start);
    CHECK(any.has_room(1'000'000, start));
    CHECK(any.next_room(1'000'000, start) == start);
}

TEST_CASE("a damaged count is read as far as it can be") {
    for (const char* bad :
         {"what is this", "", "1", ":", "1:", ":1", "x:1", "1:-1", "-1:1", "99999999999999999999:1", "99999999999:1"}) {
        rate_limit one{1};
        one.restore(bad);
        CHECK(one.has_room(1, start));
    }
    rate_limit some{2};
    some.restore("1767225600:1 what is this");
    CHECK(some.used(start) == 1);
}
