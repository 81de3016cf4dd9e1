// SPDX-License-Identifier: Apache-2.0
#include "notation.hpp"

#include <releve/testing/catch.hpp>

#include <limits>

using namespace releve::options;

namespace {
constexpr std::int64_t us = 1'000, ms = 1'000 * us, s = 1'000 * ms, m = 60 * s, h = 60 * m, d = 24 * h;
}

TEST_CASE("durations are whole numbers with units, largest first") {
    CHECK(parse_duration("10s") == 10 * s);
    CHECK(parse_duration("1h30m") == h + 30 * m);
    CHECK(parse_duration("500ms") == 500 * ms);
    CHECK(parse_duration("2d") == 2 * d);
    CHECK(parse_duration("250us") == 250 * us);
    CHECK(parse_duration("7ns") == 7);
    CHECK(parse_duration("0s") == 0);
    CHECK(parse_duration("1d1h1m1s1ms1us1ns") == d + h + m + s + ms + us + 1);
}

TEST_CASE("a text that is not a duration is refused") {
    const auto* text = GENERATE("", "10", "s", "10 s", " 10s", "10s ", "-1s", "+1s", "1.5s", "1m1h", "1s1s", "10min",
                                "1S", "99999999999999999999s", "300000d", "1h 30m", "s1", "1e3s");
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text).has_value());
}

TEST_CASE("durations are shown in a form that can be read back") {
    CHECK(format_duration(90 * s) == "1m30s");
    CHECK(format_duration(0) == "0s");
    CHECK(format_duration(36 * h) == "1d12h");
    CHECK(format_duration(1) == "1ns");
    for (const auto ns : {std::int64_t{1}, 999 * us, 59 * s, h + 1, std::numeric_limits<std::int64_t>::max()})
        CHECK(parse_duration(format_duration(ns)) == ns);
}

TEST_CASE("the duration that was meant is guessed") {
    CHECK(duration_meant("10 min") == "10m");
    CHECK(duration_meant("10min") == "10m");
    CHECK(duration_meant("5 seconds") == "5s");
    CHECK(duration_meant("1 hour and 30 minutes") == "1h30m");
    CHECK(duration_meant("1h, 30 min") == "1h30m");
    CHECK(duration_meant("1.5h") == "1h30m");
    CHECK(duration_meant("1,5 h") == "1h30m");
    CHECK(duration_meant("90") == "1m30s");
    CHECK(duration_meant("2 weeks") == "14d");
    CHECK(duration_meant("3 jours") == "3d");
    CHECK(duration_meant("250 \u00b5s") == "250us");
    CHECK(duration_meant("10 S") == "10s");
    CHECK(duration_meant("30m1h") == "1h30m");
    CHECK(duration_meant("soon").empty());
    CHECK(duration_meant("-5s").empty());
    CHECK(duration_meant("1 2").empty());
    CHECK(duration_meant("").empty());
    CHECK(duration_meant("99999999999999999999999d").empty());
}

TEST_CASE("sizes are in bytes, or in units of 1000 or 1024") {
    CHECK(parse_size("4096") == 4096);
    CHECK(parse_size("64KiB") == 65536);
    CHECK(parse_size("10MB") == 10'000'000);
    CHECK(parse_size("10kB") == 10'000);
    CHECK(parse_size("10KB") == 10'000);
    CHECK(parse_size("1TiB") == 1LL << 40);
    CHECK(parse_size("7B") == 7);
    const auto* text =
        GENERATE("", "MB", "1.5MB", "10 MB", "-1", "10mb", "10M", "9999999999TiB", "99999999999999999999");
    CAPTURE(text);
    CHECK_FALSE(parse_size(text).has_value());
}

TEST_CASE("sizes are shown in the shortest form that can be read back") {
    CHECK(format_size(65536) == "64KiB");
    CHECK(format_size(10'000'000) == "10MB");
    CHECK(format_size(4 << 20) == "4MiB");
    CHECK(format_size(0) == "0");
    CHECK(format_size(1234567) == "1234567");
    for (const std::int64_t bytes : {1LL, 1000LL, 1024LL, 123LL << 30, std::numeric_limits<long long>::max()})
        CHECK(parse_size(format_size(bytes)) == bytes);
}

TEST_CASE("the size that was meant is guessed") {
    CHECK(size_meant("4 MB") == "4MB");
    CHECK(size_meant("4 Mo") == "4MB");
    CHECK(size_meant("4mib") == "4MiB");
    CHECK(size_meant("4M") == "4MiB");
    CHECK(size_meant("64k") == "64KiB");
    CHECK(size_meant("64 kbytes") == "64kB");
    CHECK(size_meant("1.5GiB") == "1536MiB");
    CHECK(size_meant("12 octets") == "12B");
    CHECK(size_meant("big").empty());
    CHECK(size_meant("4 parsecs").empty());
    CHECK(size_meant("-4MB").empty());
}
