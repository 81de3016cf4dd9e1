// SPDX-License-Identifier: Apache-2.0
// What docs/patterns.md says, line by line.
#include <releve/kit/text/pattern.hpp>

#include <releve/testing/catch.hpp>

#include <string>

using releve::kit::has_wildcards;
using releve::kit::matches;
using releve::kit::matches_any;
using releve::kit::problem_of_pattern;

TEST_CASE("a pattern matches the whole text") {
    CHECK(matches("linky", "linky"));
    CHECK_FALSE(matches("linky", "linky2"));
    CHECK_FALSE(matches("linky", "Linky"));
    CHECK_FALSE(matches("", "a"));
    CHECK(matches("", ""));
}

TEST_CASE("a star stands for any characters, also none") {
    CHECK(matches("*", "linky"));
    CHECK(matches("*", ""));
    CHECK(matches("l*y", "linky"));
    CHECK(matches("l*y", "ly"));
    CHECK(matches("wes_*", "wes_http"));
    CHECK_FALSE(matches("wes_*", "wes"));
    CHECK(matches("*a*b*", "xaxxbx"));
    CHECK_FALSE(matches("*a*b", "xaxxbx"));
    CHECK(matches("a*ab", "aaab"));
    CHECK(matches("*_energy", "active_energy"));
    CHECK_FALSE(matches("*x", "active_energy"));
}

TEST_CASE("a question mark stands for one character") {
    CHECK(matches("?inky", "linky"));
    CHECK_FALSE(matches("?linky", "linky"));
    CHECK_FALSE(matches("?", ""));
    CHECK(matches("?t?", "\u00e9t\u00e9"));
    CHECK(matches("caf?", "caf\xe9")); // a byte that is not UTF-8
    CHECK_FALSE(matches("caf?", "caf\xe9\xe9"));
}

TEST_CASE("brackets stand for one character of a set") {
    CHECK(matches("phase_[123]", "phase_2"));
    CHECK_FALSE(matches("phase_[123]", "phase_4"));
    CHECK(matches("A1[1-9]", "A15"));
    CHECK_FALSE(matches("A1[1-9]", "A10"));
    CHECK(matches("[a-cx-z]", "y"));
    CHECK_FALSE(matches("[a-c]", ""));
    CHECK(matches("A1[!0]", "A15"));
    CHECK_FALSE(matches("A1[!0]", "A10"));
    CHECK(matches("A1[^0]", "A15")); // as in a shell
    CHECK(matches("[]]", "]"));      // first in the set, it is one of it
    CHECK(matches("[!]]", "a"));
    CHECK_FALSE(matches("[!]]", "]"));
    CHECK(matches("[a-]", "-"));
    CHECK(matches("[*?]x", "*x"));
    CHECK_FALSE(matches("[*?]x", "ax"));
    CHECK(matches("[\u00e0-\u00ff]", "\u00e9"));
    CHECK(matches("*[0-9]", "channel 12"));
    CHECK(matches("*[0-9]b", "a1b2b"));
    CHECK(matches("[\\]a]", "]"));
    CHECK_FALSE(matches("[z-a]", "m"));
}

TEST_CASE("a backslash takes the meaning from the character after it") {
    CHECK(matches("\\*", "*"));
    CHECK_FALSE(matches("\\*", "a"));
    CHECK(matches("a\\?b", "a?b"));
    CHECK(matches("\\[a]", "[a]"));
    CHECK(matches("\\\\", "\\"));
    CHECK(matches("\\a", "a"));
    CHECK(matches("\\\u00e9", "\u00e9"));
}

TEST_CASE("an invalid pattern is reported as such, and matches nothing") {
    CHECK(problem_of_pattern("a*[b-c]?\\*").empty());
    CHECK(problem_of_pattern("").empty());
    CHECK(problem_of_pattern("a[bc") == "has a '[' without its ']'; write \\[ for a '[' itself");
    CHECK(problem_of_pattern("a[]") == "has a '[' without its ']'; write \\[ for a '[' itself");
    CHECK(problem_of_pattern("a\\") == "ends in a backslash; write \\\\ for a backslash itself");
    CHECK_FALSE(matches("a[bc", "a[bc"));
    CHECK_FALSE(matches("*[", "["));
    CHECK_FALSE(matches("a\\", "a\\"));
    CHECK_FALSE(matches("*\\", "a"));
    CHECK_FALSE(matches("a*[", "a"));
}

TEST_CASE("matching any pattern ends soon") {
    const std::string text(2000, 'a');
    CHECK_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
    std::string stars;
    for (int i = 0; i < 500; ++i) stars += "*[a-z]";
    CHECK(matches(stars, text));
    CHECK_FALSE(matches(stars + "b", text));
}

TEST_CASE("a text without wildcards is a name") {
    CHECK_FALSE(has_wildcards("linky"));
    for (const char* one : {"l*", "l?", "[l]", "\\l"}) CHECK(has_wildcards(one));
}

TEST_CASE("patterns match a series by its name or its identity") {
    releve_label channel{{"channel", 7}, {"gas", 3}};
    releve_series raw{};
    raw.size = sizeof raw;
    raw.name = {"volume", 6};
    raw.labels = &channel;
    raw.label_count = 1;
    const releve::series_view volume{&raw};
    CHECK(matches_any({"x", "vol*"}, volume));
    CHECK(matches_any({"volume{*channel=\"gas\"*"}, volume));
    CHECK(matches_any({"*\"g[ao]s\"}"}, volume));
    CHECK_FALSE(matches_any({"x", "y*"}, volume));
    CHECK_FALSE(matches_any(std::vector<std::string>{}, volume));
    CHECK(matches_any({"x", "p*"}, std::string_view{"power"}));
}
