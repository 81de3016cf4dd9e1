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

TEST_CASE("options that name no database, or two, are refused, with what to write instead") {
    CHECK_THAT(refusal(""), ContainsSubstring("give path = \"readings.db\""));
    CHECK_THAT(refusal("path = \"a.db\"\nurl = \"sqlite:///b.db\""), ContainsSubstring("two databases"));
    CHECK_THAT(refusal("url = \"sqlite:readings.db\""), ContainsSubstring("path = \"file.db\""));
    CHECK_THAT(refusal("url = \"sqlite://readings.db\""), ContainsSubstring("sqlite:///folder/file.db"));
    CHECK_THAT(refusal("url = \"readings.db\""), ContainsSubstring("path = \"readings.db\""));
    CHECK_THAT(refusal("url = \"sqlite:///a.db?mode=ro\""), ContainsSubstring("'?'"));
    CHECK_THAT(refusal("url = \"sqlite:///a%2.db\""), ContainsSubstring("hexadecimal"));
    CHECK_THAT(refusal("url = \"sqlite:///a%22.db\""), ContainsSubstring("can't contain"));
    CHECK_THAT(refusal("url = \"sqlite:///a%00.db\""), ContainsSubstring("can't contain"));
    CHECK_THAT(refusal("url = \"sqlite:///folder/\""), ContainsSubstring("folder"));
}

TEST_CASE("a server is named by a URL, and its password by a separate option") {
    for (const auto* url :
         {"mysql://releve@localhost/readings", "mariadb://releve@db.example:3307/readings",
          "mysql:///readings?socket=/run/mysqld/mysqld.sock", "postgresql://releve@[::1]:5433/readings",
          "postgres://r%40b@/my%20readings?socket=/run/postgresql", "postgresql:///readings"}) {
        std::string options = "password = \"x\"\ntimeout = \"20s\"\nurl = \"";
        CHECK(refusal((options += url) += '"') == "");
    }
    CHECK_THAT(refusal("url = \"mysql://localhost\""), ContainsSubstring("the name of one database"));
    CHECK_THAT(refusal("url = \"mysql://localhost/a/b\""), ContainsSubstring("the name of one database"));
    CHECK_THAT(refusal("url = \"mysql://localhost:0/a\""), ContainsSubstring("1 to 65535"));
    CHECK_THAT(refusal("url = \"mysql://localhost:33o6/a\""), ContainsSubstring("1 to 65535"));
    CHECK_THAT(refusal("url = \"postgresql://[::1/a\""), ContainsSubstring("']'"));
    CHECK_THAT(refusal("url = \"postgresql:///a?sslmode=off\""), ContainsSubstring("socket="));
    CHECK_THAT(refusal("url = \"postgresql:///a?socket=run\""), ContainsSubstring("absolute"));
    CHECK_THAT(refusal("url = \"postgresql://host/a?socket=/run\""), ContainsSubstring("two servers"));
    CHECK_THAT(refusal("url = \"postgresql://host/a%00b\""), ContainsSubstring("NUL"));
    CHECK_THAT(refusal("path = \"a.db\"\nurl = \"mysql:///a\""), ContainsSubstring("two databases"));
    for (const auto* odd :
         {"a%3bssl-verify-server-cert=0", "a b", "a%27", "a,b"}) // nothing but a host gets to a library
        CHECK_THAT(refusal(std::string{"url = \"mysql://"} + odd + "/x\""), ContainsSubstring("what names the server"));
}

TEST_CASE("options of another kind of database are refused, not ignored") {
    CHECK_THAT(refusal("path = \"a.db\"\npassword = \"x\""), ContainsSubstring("for a database server"));
    CHECK_THAT(refusal("path = \"a.db\"\ntimeout = \"5s\""), ContainsSubstring("for a database server"));
    CHECK_THAT(refusal("path = \"a.db\"\ntls = \"off\""), ContainsSubstring("for a database server"));
    CHECK_THAT(refusal("url = \"mysql:///a\"\ntls = \"verify\""), ContainsSubstring("Unix socket has no TLS"));
    CHECK_THAT(refusal("url = \"mysql://localhost/a\"\nca = \"/a.pem\""), ContainsSubstring("for tls = \"verify\""));
    CHECK(refusal("url = \"mysql://localhost/a\"\ntls = \"verify\"\nca = \"/a.pem\"") == "");
    CHECK(refusal("url = \"postgresql://db.example/a\"\nca = \"/a.pem\"") == "");
    CHECK_THAT(refusal("url = \"mysql:///a\"\nsynchronous = \"normal\""), ContainsSubstring("for SQLite"));
    CHECK_THAT(refusal("url = \"mysql:///a\"\ncache = \"1MiB\""), ContainsSubstring("for SQLite"));
    CHECK_THAT(refusal("url = \"mysql:///a\"\nbusy_timeout = \"10s\""), ContainsSubstring("less than timeout"));
}

TEST_CASE("a password in a URL, and an unknown kind of database, are refused without showing the password") {
    for (const auto* url : {"mysql://releve:s3cret@localhost/readings", "postgresql://releve:s3cret@localhost/readings",
                            "oracle://releve:s3cret@localhost/readings"}) {
        const auto why = refusal(std::string{"url = \""} + url + "\"");
        CHECK_THAT(why, ContainsSubstring("option password") || ContainsSubstring("'oracle' are unknown"));
        CHECK_THAT(why, !ContainsSubstring("s3cret"));
    }
}
