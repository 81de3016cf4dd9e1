// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;

namespace {
std::string refusal(const std::string& toml) {
    const auto found = problems(plugin{}, "sql", toml);
    if (found.empty()) return "";
    REQUIRE(found.size() == 1);
    return found.front().what;
}
} // namespace

TEST_CASE("a database is named by path or by url") {
    CHECK(refusal("path = \"readings.db\"") == "");
    CHECK(refusal("path = \"/var/lib/releve/my readings.db\"") == "");
    CHECK(refusal("url = \"sqlite:///var/lib/releve/readings.db\"") == "");
    CHECK(refusal("url = \"sqlite:/var/lib/releve/my%20readings.db\"") == "");
}

TEST_CASE("what names no database, or two, is refused and says what to write") {
    CHECK_THAT(refusal(""), ContainsSubstring("give path = \"readings.db\""));
    CHECK_THAT(refusal("path = \"a.db\"\nurl = \"sqlite:///b.db\""), ContainsSubstring("two databases"));
    CHECK_THAT(refusal("url = \"sqlite:readings.db\""), ContainsSubstring("path = \"file.db\""));
    CHECK_THAT(refusal("url = \"sqlite://readings.db\""), ContainsSubstring("sqlite:///folder/file.db"));
    CHECK_THAT(refusal("url = \"readings.db\""), ContainsSubstring("path = \"readings.db\""));
    CHECK_THAT(refusal("url = \"sqlite:///a.db?mode=ro\""), ContainsSubstring("'?'"));
    CHECK_THAT(refusal("url = \"sqlite:///a%2.db\""), ContainsSubstring("hexadecimal"));
    CHECK_THAT(refusal("url = \"sqlite:///a%22.db\""), ContainsSubstring("can't hold"));
    CHECK_THAT(refusal("url = \"sqlite:///a%00.db\""), ContainsSubstring("can't hold"));
    CHECK_THAT(refusal("url = \"sqlite:///folder/\""), ContainsSubstring("folder"));
}

TEST_CASE("another kind of database is refused by name, without showing its password") {
    const auto why = refusal("url = \"mysql://releve:s3cret@localhost/readings\"");
    CHECK_THAT(why, ContainsSubstring("'mysql' are not in this version"));
    CHECK_THAT(why, !ContainsSubstring("s3cret"));
    CHECK_THAT(refusal("url = \"postgresql://localhost/readings\""),
               ContainsSubstring("'postgresql' are not in this version"));
}
