// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/number.hpp>
#include <releve/kit/text/unit.hpp>

#include <releve/testing/catch.hpp>

#include <clocale>
#include <cstdint>
#include <limits>

using namespace releve::kit;

TEST_CASE("a number is the whole text or nothing") {
    CHECK(number_in("12") == 12.0);
    CHECK(number_in("-0.5") == -0.5);
    CHECK(number_in("1e3") == 1000.0);
    CHECK(number_in("0.1") == 0.1);
    for (const char* bad : {"", " 1", "1 ", "+1", "1,5", "0x10", "1e", "nan", "inf", "-inf", "infinity", "1e999", ".",
                            "-", "1.2.3", "1\n"})
        CHECK_FALSE(number_in(bad).has_value());
    CHECK_FALSE(number_in(std::string_view{"1\0", 2}).has_value());
}

TEST_CASE("numbers do not depend on the locale") {
    for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR"})
        if (std::setlocale(LC_ALL, name) != nullptr) break; // where the machine has one
    CHECK(number_in("1.5") == 1.5);
    CHECK(number_text(1.5, 1) == "1.5");
    CHECK(releve::shortest(1.5) == "1.5");
    std::setlocale(LC_ALL, "C");
}

TEST_CASE("an integer fits its type or is nothing") {
    CHECK(integer_in<int>("-12") == -12);
    CHECK(integer_in<std::uint16_t>("65535") == 65'535);
    CHECK_FALSE(integer_in<std::uint16_t>("65536").has_value());
    CHECK_FALSE(integer_in<unsigned>("-1").has_value());
    CHECK(integer_in<unsigned char>("ff", 16) == 255);
    CHECK(integer_in<std::int64_t>("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
    for (const char* bad : {"", " 1", "1 ", "+1", "1.0", "0x1", "one"}) CHECK_FALSE(integer_in<int>(bad).has_value());
}

TEST_CASE("the decimals are those of the resolution") {
    CHECK(decimals_of(1) == 0);
    CHECK(decimals_of(10) == 0);
    CHECK(decimals_of(0.1) == 1);
    CHECK(decimals_of(0.25) == 2);
    CHECK(decimals_of(0.0625) == 4);
    CHECK(decimals_of(0.001) == 3);
    CHECK(decimals_of(1e-12) == 9);
    CHECK(decimals_of(0) == -1);
    CHECK(decimals_of(-1) == -1);
    CHECK(number_text(21.4999999, 1) == "21.5");
    CHECK(number_text(21, 1) == "21.0");
    CHECK(number_text(123456789, 0) == "123456789");
    CHECK(number_text(-0.04, 1) == "0.0");
    CHECK(number_text(-3.26, 1) == "-3.3");
}

TEST_CASE("without a resolution a number has as few decimals as a person needs") {
    CHECK(number_text(0, -1) == "0");
    CHECK(number_text(-0.0, -1) == "0");
    CHECK(number_text(123456789, -1) == "123456789");
    CHECK(number_text(0.1 + 0.2, -1) == "0.3");
    CHECK(number_text(50.0 / 3, -1) == "16.667");
    CHECK(number_text(0.000123456, -1) == "0.0001235");
    CHECK(number_text(6.02214076e23, -1) == "6.02214076e+23");
}

TEST_CASE("a number that is not finite is shown as a person writes it") {
    CHECK(number_text(std::numeric_limits<double>::quiet_NaN(), 2) == "\u2014");
    CHECK(number_text(std::numeric_limits<double>::infinity(), -1) == "\u221e");
    CHECK(number_text(-std::numeric_limits<double>::infinity(), 0) == "-\u221e");
}

TEST_CASE("units are shown as people write them, and unknown ones as they are") {
    CHECK(unit_text("Cel") == "\u00b0C");
    CHECK(unit_text("m3") == "m\u00b3");
    CHECK(unit_text("V.A") == "VA");
    CHECK(unit_text("1").empty());
    CHECK(unit_text("kWh") == "kWh");
    CHECK(unit_text("a\033[2J") == "a\ufffd[2J");
}
