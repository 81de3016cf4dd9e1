// SPDX-License-Identifier: Apache-2.0
#include "setting_lines.hpp"

#include <releve/testing/catch.hpp>

#include <cmath>

using releve::file::read_settings;

namespace {

std::string why_bad(const std::string& line) {
    const auto found = read_settings(line, ',');
    return found.bad.empty() ? "" : found.bad.front().why;
}

constexpr const char* sample = "setting,device,channel,value\n"
                               "# dwelling A11\n"
                               "heating,A11,relay1,on\n"
                               "\n"
                               "price_peak,A11,,0.2146\r\n"
                               " alert_below , A12 , probe1 , -5e0 \n";

} // namespace

TEST_CASE("lines are settings, with their numbers in the file") {
    const auto found = read_settings(sample, ',');
    CHECK(found.bad.empty());
    REQUIRE(found.good.size() == 3);
    CHECK(found.good[0].number == 3);
    CHECK(found.good[0].setting == "heating");
    CHECK(found.good[0].device == "A11");
    CHECK(found.good[0].channel == "relay1");
    CHECK(found.good[0].value == 1);
    CHECK(found.good[1].channel.empty());
    CHECK(found.good[1].value == 0.2146);
    CHECK(found.good[2].device == "A12");
    CHECK(found.good[2].value == -5);
}

TEST_CASE("the format of spreadsheets: a byte order mark, semicolons, CR LF") {
    const auto found = read_settings("\xef\xbb\xbfsetting;device;channel;value\r\nheating;Séjour;relay1;off\r\n", ';');
    CHECK(found.bad.empty());
    REQUIRE(found.good.size() == 1);
    CHECK(found.good[0].number == 2);
    CHECK(found.good[0].device == "Séjour");
    CHECK(found.good[0].value == 0);
}

TEST_CASE("a value in double quotes is a text, whatever it contains") {
    const auto found = read_settings("name,A11,,\"Séjour, nord\"\nname,A12,, \"21.5\" \r\nname,A13,,\"\"\n", ',');
    CHECK(found.bad.empty());
    REQUIRE(found.good.size() == 3);
    CHECK(found.good[0].text == "Séjour, nord");
    CHECK(found.good[1].text == "21.5");
    CHECK(found.good[2].text == "");
    for (const std::string wrong : {"\"", "\"a", "a\"", "\"a\"b", "\"a\"b\"", "\"a\xff\"", "\"a\tb\""})
        CHECK_FALSE(why_bad("name,A11,," + wrong + '\n').empty());
    CHECK_FALSE(why_bad("name,A11,,\"" + std::string(101, 'a') + "\"\n").empty());
}

TEST_CASE("a bad line has a reason") {
    using Catch::Matchers::ContainsSubstring;
    CHECK_THAT(why_bad("heating,A11,1\n"), ContainsSubstring("3 fields"));
    CHECK_THAT(why_bad("heating,A11,relay1,1,2\n"), ContainsSubstring("5 fields"));
    CHECK_THAT(why_bad("Heating,A11,relay1,1\n"), ContainsSubstring("lower case"));
    CHECK_THAT(why_bad(",A11,relay1,1\n"), ContainsSubstring("lower case"));
    CHECK_THAT(why_bad("heating,\"A11\",relay1,1\n"), ContainsSubstring("without quotes"));
    CHECK_THAT(why_bad("heating,A\xff,relay1,1\n"), ContainsSubstring("UTF-8"));
    CHECK_THAT(why_bad("heating," + std::string(101, 'a') + ",relay1,1\n"), ContainsSubstring("100 bytes"));
    for (const auto* value : {"", "warm", "21,5", "0x1f", "nan", "inf", "1e999", "1 2", "+1", "ON"})
        CHECK_FALSE(why_bad(std::string{"heating,A11,relay1,"} + value + '\n').empty());
    CHECK_THAT(why_bad("heating,A11,relay1,1"), ContainsSubstring("no line end"));
    const auto twice = read_settings("a,b,c,1\na,b,d,1\na, b,c,2\n", ',');
    CHECK(twice.good.size() == 2);
    REQUIRE(twice.bad.size() == 1);
    CHECK(twice.bad[0].number == 3);
    CHECK(twice.bad[0].why == "line 1 sets the same");
}

TEST_CASE("cut anywhere, a file gives its complete lines, and no other value") {
    const std::string whole = sample;
    const auto all = read_settings(whole, ',').good;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const auto found = read_settings(std::string_view{whole}.substr(0, size), ',');
        REQUIRE(found.good.size() <= all.size());
        for (std::size_t i = 0; i < found.good.size(); ++i) {
            CHECK(found.good[i].value == all[i].value);
            CHECK(found.good[i].setting == all[i].setting);
        }
        CHECK(found.bad.size() <= 1);
    }
}

TEST_CASE("any bit flipped: a line is a setting or bad, with finite values") {
    for (std::size_t bit = 0; bit < std::string_view{sample}.size() * 8; ++bit) {
        std::string text = sample;
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
        const auto found = read_settings(text, ',');
        CHECK(found.good.size() + found.bad.size() <= 6);
        for (const auto& one : found.good) CHECK(std::isfinite(one.value));
        for (const auto& one : found.bad) CHECK_FALSE(one.why.empty());
    }
}
