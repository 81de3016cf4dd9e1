// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/printable.hpp>

#include <releve/testing/catch.hpp>

#include <string>

using namespace releve::kit;

TEST_CASE("nothing from a wire moves the cursor") {
    CHECK(printable("HP..") == "HP..");
    CHECK(printable("\u00e9t\u00e9 \U0001f4a7") == "\u00e9t\u00e9 \U0001f4a7");
    CHECK(printable("\033[2Jgone") == "\ufffd[2Jgone");
    CHECK(printable("a\r\nb\tc\x7f") == "a\ufffd\ufffdb\ufffdc\ufffd");
    CHECK(printable("\u009b2J") == "\ufffd2J"); // CSI in one character
    CHECK(printable("\u202eab") == "\ufffd"
                                   "ab"); // right to left from here
    CHECK(printable("\u061cab\u2028\ufeff") == "\ufffd"
                                               "ab\ufffd\ufffd");
    CHECK(printable("caf\xe9") == "caf\ufffd");
    CHECK(printable(std::string_view{"a\0b", 3}) == "a\ufffd"
                                                    "b");
    CHECK(printable("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");
}

TEST_CASE("a text of several lines keeps its lines, and nothing else") {
    CHECK(printable_lines("a\nb\033[1m\n") == "a\nb\ufffd[1m\n");
    CHECK(printable_lines("a\r\n\nb\u2028") == "a\ufffd\n\nb\ufffd");
    CHECK(printable_lines("").empty());
}

TEST_CASE("width counts columns, not bytes") {
    CHECK(width("") == 0);
    CHECK(width("\u00e9t\u00e9") == 3);
    CHECK(width("e\u0301") == 1);
    CHECK(width("\u6f22\u5b57") == 4);
    CHECK(width("m\u00b3") == 2);
}

TEST_CASE("what is too long is cut at a character, with an ellipsis") {
    CHECK(shortened("abc", 3) == "abc");
    CHECK(shortened("abcd", 3) == "ab\u2026");
    CHECK(shortened("\u00e9\u00e9\u00e9\u00e9", 3) == "\u00e9\u00e9\u2026");
    CHECK(shortened("\u6f22\u5b57\u6f22", 4) == "\u6f22\u2026");
    CHECK(shortened("abc", 0).empty());
}

TEST_CASE("one line has at most max_bytes, and cuts no character") {
    CHECK(one_line("a\nb", 100) == "a\ufffd"
                                   "b");
    CHECK(one_line("abc", 3) == "abc");
    CHECK(one_line("abcd", 3) == "abc\u2026");
    CHECK(one_line("\u00e9\u00e9", 3) == "\u00e9\u2026");
    CHECK(one_line("", 0).empty());
}
