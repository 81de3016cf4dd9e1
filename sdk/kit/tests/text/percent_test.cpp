// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/percent.hpp>

#include <releve/testing/catch.hpp>

using namespace releve::kit;

TEST_CASE("all but unreserved characters are encoded") {
    CHECK(percent_encoded("aZ09-_.~") == "aZ09-_.~");
    CHECK(percent_encoded("a b/\u00e9%") == "a%20b%2F%C3%A9%25");
}

TEST_CASE("encoded text is decoded, and a wrong one is refused") {
    CHECK(percent_decoded("a%20b%2f%C3%A9%25") == "a b/\u00e9%");
    CHECK(percent_decoded("a+b") == "a+b");
    CHECK(percent_decoded("a+b", plus_sign::blank) == "a b");
    CHECK(percent_decoded("%2B", plus_sign::blank) == "+");
    CHECK(percent_decoded("%00") == std::string(1, '\0'));
    for (const char* bad : {"%", "%2", "a%", "%zz", "%-1", "% 1"}) CHECK_FALSE(percent_decoded(bad).has_value());
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    CHECK(percent_decoded(percent_encoded(all)) == all);
}
