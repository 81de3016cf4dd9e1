// SPDX-License-Identifier: Apache-2.0
#include "text/number_text.hpp"
#include "text/safe_text.hpp"
#include "text/site_clock.hpp"
#include "text/template.hpp"

#include <releve/failure.hpp>
#include <releve/testing/catch.hpp>

#include <limits>
#include <stdexcept>

using Catch::Matchers::ContainsSubstring;
using namespace releve::mail;
using namespace std::chrono;
using form = text_template::form;

namespace {
record_text some() {
    record_text made;
    made.device = "boiler";
    made.value = "1 < 2";
    made.labels = {{"dwelling", "A11"}, {"note", "<b>"}};
    return made;
}
releve::time_point utc(year_month_day day, nanoseconds of_day = {}) {
    return releve::time_point{sys_days{day}} + of_day;
}
} // namespace

TEST_CASE("names in a template stand for what the record says; braces are written twice") {
    CHECK(text_template{"{device} of {label.dwelling}: {{{value}}}"}.filled(some(), form::plain) ==
          "boiler of A11: {1 < 2}");
    CHECK(text_template{""}.filled(some(), form::plain).empty());
    CHECK(text_template{"{label.floor}|{unit}|"}.filled(some(), form::plain) == "||");
}

TEST_CASE("in HTML only what the record says is escaped") {
    CHECK(text_template{"<i>{value}</i>{label.note}"}.filled(some(), form::html) == "<i>1 &lt; 2</i>&lt;b&gt;");
    CHECK(html_escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
}

TEST_CASE("a name that there is not is a mistake that lists those there are") {
    CHECK_THROWS_WITH(text_template{"{vlaue}"}, ContainsSubstring("no {vlaue}") && ContainsSubstring("{value}, "));
    CHECK_THROWS_AS(text_template{"{label.}"}, std::invalid_argument);
    CHECK_THROWS_AS(text_template{"{value"}, std::invalid_argument);
    CHECK_THROWS_AS(text_template{"value}"}, std::invalid_argument);
    CHECK_THROWS_AS(text_template{"{}"}, std::invalid_argument);
}

TEST_CASE("one line: no control character, no line end, only UTF-8, only so long") {
    CHECK(one_line("a\r\nBcc: x@y\t\0"
                   "b",
                   100) == "a\ufffd\ufffdBcc: x@y\ufffd");
    CHECK(one_line("caf\xe9 \u202e", 100) == "caf\ufffd \ufffd");
    CHECK(one_line("\u0085\u2028", 100) == "\ufffd\ufffd"); // line ends too, for some
    CHECK(one_line("\u00e9\u00e9\u00e9", 5) == "\u00e9\u00e9\u2026");
    CHECK(one_line("\u00e9\u00e9", 4) == "\u00e9\u00e9");
}

TEST_CASE("numbers have the digits of their resolution") {
    CHECK(number_text(21.46, 0.1) == "21.5");
    CHECK(number_text(12345678, 1) == "12345678");
    CHECK(number_text(0.1 + 0.2, 0) == "0.3");
    CHECK(number_text(-0.04, 0.1) == "0.0");
    CHECK(number_text(0.000123456, 0) == "0.0001235");
    CHECK(number_text(std::numeric_limits<double>::infinity(), 0.1) == "\u221e");
}

TEST_CASE("times are the site's; the hour that comes twice is told apart") {
    site_clock paris{"Europe/Paris"};
    CHECK(paris.for_people(utc(2026y / 11 / 23, 13h + 3min + 22s)) == "2026-11-23 14:03:22 CET");
    CHECK(paris.for_people(utc(2026y / 10 / 25, 30min)) == "2026-10-25 02:30:00 CEST");
    CHECK(paris.for_people(utc(2026y / 10 / 25, 1h + 30min)) == "2026-10-25 02:30:00 CET");
    CHECK(paris.for_header(utc(2026y / 11 / 23, 13h + 3min + 22s)) == "Mon, 23 Nov 2026 14:03:22 +0100");
    CHECK(site_clock{"America/St_Johns"}.for_header(utc(2027y / 1 / 1, 3h)) == "Thu, 31 Dec 2026 23:30:00 -0330");
    CHECK_THROWS_AS(site_clock{"Europe/Atlantis"}, releve::permanent_error);
}
