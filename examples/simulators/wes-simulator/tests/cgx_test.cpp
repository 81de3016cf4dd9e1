// SPDX-License-Identifier: Apache-2.0
#include "cgx.hpp"

#include <releve/testing/catch.hpp>

using namespace wes_simulator;

namespace {
arguments test_device(std::string_view code) {
    if (code == "ii0") return {5LL};
    if (code == "PA1") return {0.634};
    if (code == "es1") return {std::string{"041876543210"}};
    if (code == "gd") return {1LL, 5LL, 2017LL};
    if (code == "lSE10") return {1LL};
    if (code == "Vv1") return {0.0};
    return {};
}
std::string text(std::string_view page) { return render(page, test_device).text; }
} // namespace

TEST_CASE("a template prints what the real page printed", "[cgx]") {
    CHECK(text("c ii0 <IINST>%d</IINST>\n") == "<IINST>5</IINST>");
    CHECK(text("c P A1 <I1>%.02f</I1>\r\n") == " <I1>0.63</I1>");
    CHECK(text("c es1 <ADCO>%s</ADCO>\n") == "<ADCO>041876543210</ADCO>");
    CHECK(text("c g d <date>%02d/%02d/%04d</date>") == "<date>01/05/2017</date>");
    CHECK(text("c lSE10<SWITCH10>%d</SWITCH10>") == "<SWITCH10>1</SWITCH10>");
    CHECK(text("c Vv1 <VARIABLE1>%.02f</VARIABLE1>") == " <VARIABLE1>0.00</VARIABLE1>");
}

TEST_CASE("lines of a template: text, comment, end, unknown code", "[cgx]") {
    CHECK(text("t <data>\r\n# no\nc zz9 <x>%d</x>\n\nt </data>\n.\nt late\n") == "<data></data>");
    CHECK(text("").empty());
    CHECK(text("c\nt\n\nc P").empty());
}

TEST_CASE("an included file is sent unchanged; a missing one is empty", "[cgx]") {
    const auto files = [](std::string_view name) -> std::optional<std::string> {
        if (name != "pg_header.inc") return {};
        return "<h1>\r\nt no command</h1>";
    };
    const std::string_view page = "t <a>\r\ni pg_header.inc \r\ni none.inc\r\nt </a>\r\n";
    CHECK(render(page, test_device, files).text == "<a><h1>\r\nt no command</h1></a>");
    CHECK(text(page) == "<a></a>");
    CHECK(render(page, test_device, files, line_ends::kept).text == "<a>\r\n<h1>\r\nt no command</h1></a>\r\n");
}

TEST_CASE("a line is 119 bytes, and the rest is a separate line", "[cgx]") {
    const std::string longest(117, 'x');
    CHECK(text("t " + longest + "\nt y\n") == longest + "y");
    const rendered split = render("t " + longest + "t more\nt y\n", test_device);
    CHECK(split.text == longest + "morey"); // "t more" is a command, as it happens
    const rendered cut = render("t a\nt " + longest + "zzz\nt y\n", test_device);
    CHECK(cut.text == "a" + longest);
    CHECK(cut.broken);
    CHECK(render("t a\nx b\nt c\n", test_device).broken);
    CHECK_FALSE(render("t a\n", test_device).broken);
}

TEST_CASE("a page that would be too large is broken off", "[cgx]") {
    std::string page;
    for (int i = 0; i < 100; ++i) page += "i BIG\n";
    const auto big = [](std::string_view) { return std::optional<std::string>{std::string(100'000, 'x')}; };
    const rendered made = render(page, test_device, big);
    CHECK(made.broken);
    CHECK(made.text.size() <= max_page + 100'000);
}

TEST_CASE("a format that does not fit prints a question mark, never memory", "[cgx]") {
    CHECK(formatted("%s", {5LL}) == "?");
    CHECK(formatted("%d", {std::string{"a"}}) == "?");
    CHECK(formatted("%f", {5LL}) == "?");
    CHECK(formatted("%n %d", {5LL}) == "? 5");
    CHECK(formatted("%d %d", {5LL}) == "5 ?");
    CHECK(formatted("100%% %", {}) == "100% ");
    CHECK(formatted("%999999999d", {5LL}) == "?");
    CHECK(formatted("%09u %lu %d.%03.0f", {7LL, 8LL, 9LL, 40.0}) == "000000007 8 9.040");
}
