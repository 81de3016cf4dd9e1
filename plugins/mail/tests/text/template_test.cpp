// SPDX-License-Identifier: Apache-2.0
#include "text/html.hpp"
#include "text/template.hpp"

#include <releve/failure.hpp>
#include <releve/kit/text/number.hpp>
#include <releve/kit/text/printable.hpp>
#include <releve/kit/time/site_time.hpp>
#include <releve/testing/catch.hpp>

#include <limits>
#include <stdexcept>

using Catch::Matchers::ContainsSubstring;
using namespace releve::mail;
using namespace releve::kit;
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

TEST_CASE("names in a template stand for the texts of the record; a brace itself is written twice") {
    CHECK(text_template{"{device} of {label.dwelling}: {{{value}}}"}.filled(some(), form::plain) ==
          "boiler of A11: {1 < 2}");
    CHECK(text_template{""}.filled(some(), form::plain).empty());
    CHECK(text_template{"{label.floor}|{unit}|"}.filled(some(), form::plain) == "||");
}

TEST_CASE("in HTML only the texts of the record are escaped") {
    CHECK(text_template{"<i>{value}</i>{label.note}"}.filled(some(), form::html) == "<i>1 &lt; 2</i>&lt;b&gt;");
    CHECK(html_escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
}

TEST_CASE("an unknown name is an error that lists the known ones") {
    CHECK_THROWS_WITH(text_template{"{vlaue}"}, ContainsSubstring("no {vlaue}") && ContainsSubstring("{value}, "));
    CHECK_THROWS_AS(text_template{"{label.}"}, std::invalid_argument);
    CHECK_THROWS_AS(text_template{"{value"}, std::invalid_argument);
    CHECK_THROWS_AS(text_template{"value}"}, std::invalid_argument);
    CHECK_THROWS_AS(text_template{"{}"}, std::invalid_argument);
}

TEST_CASE("one line: no control character, no line end, only UTF-8, a maximum length") {
    CHECK(one_line("a\r\nBcc: x@y\t\0"
                   "b",
                   100) == "a\ufffd\ufffdBcc: x@y\ufffd");
    CHECK(one_line("caf\xe9 \u202e", 100) == "caf\ufffd \ufffd");
    CHECK(one_line("\u0085\u2028", 100) == "\ufffd\ufffd"); // some programs take these for line ends
    CHECK(one_line("\u00e9\u00e9\u00e9", 5) == "\u00e9\u00e9\u2026");
    CHECK(one_line("\u00e9\u00e9", 4) == "\u00e9\u00e9");
}

TEST_CASE("numbers have the digits of their resolution") {
    CHECK(number_text(21.46, decimals_of(0.1)) == "21.5");
    CHECK(number_text(12345678, decimals_of(1)) == "12345678");
    CHECK(number_text(0.1 + 0.2, decimals_of(0)) == "0.3");
    CHECK(number_text(-0.04, decimals_of(0.1)) == "0.0");
    CHECK(number_text(0.000123456, decimals_of(0)) == "0.0001235");
    CHECK(number_text(std::numeric_limits<double>::infinity(), decimals_of(0.1)) == "\u221e");
}

TEST_CASE("times are the site's; the two passes of a repeated hour are distinguished") {
    site_time paris{"Europe/Paris"};
    CHECK(paris.with_zone(utc(2026y / 11 / 23, 13h + 3min + 22s)) == "2026-11-23 14:03:22 CET");
    CHECK(paris.with_zone(utc(2026y / 10 / 25, 30min)) == "2026-10-25 02:30:00 CEST");
    CHECK(paris.with_zone(utc(2026y / 10 / 25, 1h + 30min)) == "2026-10-25 02:30:00 CET");
    CHECK(paris.mail_header(utc(2026y / 11 / 23, 13h + 3min + 22s)) == "Mon, 23 Nov 2026 14:03:22 +0100");
    CHECK(site_time{"America/St_Johns"}.mail_header(utc(2027y / 1 / 1, 3h)) == "Thu, 31 Dec 2026 23:30:00 -0330");
    CHECK_THROWS_AS(site_time{"Europe/Atlantis"}, releve::permanent_error);
}
