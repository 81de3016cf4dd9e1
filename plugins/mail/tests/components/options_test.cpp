// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;

namespace {
const std::string required = "server = 'mail.example.org'\nfrom = 'a@example.org'\nto = ['b@example.org']\n";

std::vector<problem> with(const std::string& more) { return problems(plugin{}, "mail", required + more); }
std::vector<problem> address(const std::string& text) {
    return problems(plugin{}, "mail", "server = 'x'\nfrom = 'a@example.org'\nto = [\"" + text + "\"]\n");
}
} // namespace

TEST_CASE("the required options are sufficient") { CHECK(with("").empty()); }

TEST_CASE("no character that ends an address, a command or a URL is allowed") {
    for (const auto* bad : {"b@example.org\\r\\nBcc: c@example.org", "b@example.org>", "<b@example.org>",
                            "b c@example.org", "b", "@x", "b@", "b@example.org,c@example.org", "b@exa mple.org", "b@-x",
                            "\\u00e9t\\u00e9@example.org", "b@c@d", "b\\u0000@c.d"})
        CHECK(address(bad).size() == 1);
    CHECK(address("first.last+releve@mail.example.org").empty());
    for (const auto* bad : {"a/b", "a b", "a\\r\\nb", "user@host", "-x", "", "[::1]", "a?b"})
        CHECK_FALSE(problems(plugin{}, "mail",
                             "server = \"" + std::string{bad} + "\"\nfrom = 'a@example.org'\nto = ['b@example.org']\n")
                        .empty());
    CHECK(problems(plugin{}, "mail", "server = '::1'\nfrom = 'a@example.org'\nto = ['b@example.org']\n").empty());
    CHECK(with("hello = 'a b'").size() == 1);
}

TEST_CASE("a recipient that is listed twice is reported at its line") {
    const auto found =
        problems(plugin{}, "mail", "server = 'x'\nfrom = 'a@example.org'\nto = ['b@example.org', 'b@example.org']\n");
    REQUIRE(found.size() == 1);
    CHECK(found[0].line == 3);
    CHECK_THAT(found[0].what, ContainsSubstring("twice"));
}

TEST_CASE("a login is complete, and never in clear") {
    CHECK(with("user = 'x'").size() == 1);
    CHECK(with("password = 'x'").size() == 1);
    CHECK(with("user = 'x'\npassword = 'y'").empty());
    const auto found = with("user = 'x'\npassword = 'hunter2'\ntls = 'none'");
    REQUIRE(found.size() == 1);
    CHECK(found[0].line == 6);
    CHECK_THAT(found[0].what, !ContainsSubstring("hunter2"));
}

TEST_CASE("an error in a template is reported at its key") {
    const auto found = with("subject = '{vlaue}'\nline = '{'");
    REQUIRE(found.size() == 2);
    CHECK(found[0].line == 4);
    CHECK_THAT(found[0].what, ContainsSubstring("{vlaue}"));
    CHECK(found[1].line == 5);
}
