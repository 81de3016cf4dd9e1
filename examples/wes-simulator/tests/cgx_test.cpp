// SPDX-License-Identifier: Apache-2.0
#include "cgx.hpp"

#include <releve/testing/catch.hpp>

using namespace wes_simulator;

namespace {
arguments device(std::string_view code) {
    if (code == "ii0") return {5LL};
    if (code == "PA1") return {0.634};
    if (code == "es1") return {std::string{"041876543210"}};
    if (code == "gd") return {1LL, 5LL, 2017LL};
    if (code == "lSE10") return {1LL};
    if (code == "Vv1") return {0.0};
    return {};
}
} // namespace

TEST_CASE("a template prints what the real page printed", "[cgx]") {
    CHECK(render("c ii0 <IINST>%d</IINST>\n", device) == "<IINST>5</IINST>");
    CHECK(render("c P A1 <I1>%.02f</I1>\r\n", device) == " <I1>0.63</I1>");
    CHECK(render("c es1 <ADCO>%s</ADCO>\n", device) == "<ADCO>041876543210</ADCO>");
    CHECK(render("c g d <date>%02d/%02d/%04d</date>", device) == "<date>01/05/2017</date>");
    CHECK(render("c lSE10<SWITCH10>%d</SWITCH10>", device) == "<SWITCH10>1</SWITCH10>");
    CHECK(render("c Vv1 <VARIABLE1>%.02f</VARIABLE1>", device) == " <VARIABLE1>0.00</VARIABLE1>");
}

TEST_CASE("lines of a template: text, comment, end, unknown code", "[cgx]") {
    CHECK(render("t <data>\r\n# no\nc zz9 <x>%d</x>\nt </data>\n.\nt late\n", device) == "<data></data>");
    CHECK(render("", device).empty());
    CHECK(render("c\nt\n\nc P", device).empty());
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
