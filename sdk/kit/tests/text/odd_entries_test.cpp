// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/odd_entries.hpp>

#include <releve/testing/catch.hpp>

using releve::kit::odd_entries;

TEST_CASE("an odd entry is told once, and once when it is over") {
    odd_entries odd;
    odd.note("temp/SONDE3", "is not a number");
    odd.note("temp/SONDE3", "is not a number"); // twice in one round
    auto told = odd.end_round();
    CHECK(told.begun == "temp/SONDE3 is not a number");
    CHECK(told.over.empty());
    CHECK(odd.count() == 2);
    for (int i = 0; i < 3; ++i) {
        odd.note("temp/SONDE3", "is not closed");
        told = odd.end_round();
        CHECK(told.begun.empty());
        CHECK(told.over.empty());
    }
    told = odd.end_round();
    CHECK(told.begun.empty());
    CHECK(told.over == "temp/SONDE3");
    CHECK(odd.count() == 0);
    CHECK(odd.end_round().over.empty());
    odd.note("temp/SONDE3", "is not a number");
    CHECK(odd.end_round().begun == "temp/SONDE3 is not a number");
}

TEST_CASE("an entry that is odd now and then is not told before it is so in several rounds") {
    odd_entries odd{3};
    for (int i = 0; i < 10; ++i) {
        odd.note("PAPP", "has another form");
        CHECK(odd.end_round().begun.empty());
        odd.note("PAPP", "has another form");
        CHECK(odd.end_round().begun.empty());
        CHECK(odd.end_round().over.empty());
    }
    for (int i = 0; i < 3; ++i) {
        odd.note("PAPP", "has another form");
        CHECK(odd.end_round().begun == (i == 2 ? "PAPP has another form" : ""));
    }
    for (int i = 0; i < 3; ++i) CHECK(odd.end_round().over == (i == 2 ? "PAPP" : ""));
}

TEST_CASE("many odd entries, and hostile ones, take one bounded line") {
    odd_entries odd;
    for (int i = 0; i < 10'000; ++i) odd.note("e" + std::to_string(i), "is\nodd \x1b[2J");
    odd.note(std::string(1'000'000, 'x'), std::string(1'000'000, 'y'));
    const auto told = odd.end_round();
    CHECK(told.begun.size() < 2500);
    CHECK(told.begun.find('\n') == std::string::npos);
    CHECK(told.begun.find('\x1b') == std::string::npos);
    CHECK(told.begun.ends_with(", and 9993 more"));
    CHECK(odd.count() == 10'001);
    CHECK(odd.end_round().over.size() < 2500);
}
