// SPDX-License-Identifier: Apache-2.0
#include "number_text.hpp"

#include <releve/testing/catch.hpp>

using releve::print::decimals_of;
using releve::print::number_text;

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
