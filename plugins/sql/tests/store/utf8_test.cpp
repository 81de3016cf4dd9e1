// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/utf8.hpp>
#include <releve/testing/catch.hpp>

#include <string_view>

using releve::kit::is_storable;
using namespace std::string_view_literals;

TEST_CASE("well-formed UTF-8 can be stored") {
    CHECK(is_storable(""));
    CHECK(is_storable("HEURES PLEINES"));
    CHECK(is_storable("\u00e9\u20ac\u6f22\U0001f4a7"));
    CHECK(
        is_storable("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf")); // on both sides of the surrogates; the last character
}

TEST_CASE("a text that is not UTF-8, or would be cut at a NUL, can't be stored") {
    for (const auto bad :
         {"a\0b"sv, "\x80"sv, "\xc3"sv, "\xc0\xaf"sv, "\xe0\x80\xaf"sv, "\xed\xa0\x80"sv, "\xf0\x80\x80\xaf"sv,
          "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xe2\x82"sv, "\xff"sv, "caf\xe9"sv})
        CHECK_FALSE(is_storable(bad));
}
