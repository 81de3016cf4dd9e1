// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/utf8.hpp>

#include <releve/testing/catch.hpp>

#include <string>

using namespace releve::kit;

namespace {

constexpr const char* wrong[] = {"\x80",
                                 "\xc3",
                                 "\xc0\x80",
                                 "\xc1\xbf",
                                 "\xe0\x9f\xbf",
                                 "\xed\xa0\x80",
                                 "\xf0\x8f\xbf\xbf",
                                 "\xf4\x90\x80\x80",
                                 "\xf5\x80\x80\x80",
                                 "\xff",
                                 "a\xe2\x82",
                                 "\xe2(\xa1"};

} // namespace

TEST_CASE("UTF-8 is distinguished from what looks like it") {
    for (const char* good : {"", "plain", "\u00e9", "\u20ac", "\U0001f4a7", "\u0800", "\uffff", "\U0010ffff", "\ud7ff"})
        CHECK(is_utf8(good));
    for (const char* one : wrong) CHECK_FALSE(is_utf8(one));
}

TEST_CASE("a database can hold what is UTF-8 without NUL") {
    CHECK(is_storable("\u00e9t\u00e9"));
    CHECK(is_utf8(std::string_view{"a\0b", 3}));
    CHECK_FALSE(is_storable(std::string_view{"a\0b", 3}));
    CHECK_FALSE(is_storable("caf\xe9"));
}

TEST_CASE("invalid UTF-8 is replaced, byte by byte") {
    CHECK(valid_utf8("a\nb\u00e9") == "a\nb\u00e9");
    CHECK(valid_utf8("caf\xe9!") == "caf\ufffd!");
    for (const char* one : wrong) CHECK(is_utf8(valid_utf8(one)));
}

TEST_CASE("a beginning cuts no character") {
    CHECK(utf8_prefix("abc", 2) == "ab");
    CHECK(utf8_prefix("\u00e9\u00e9", 3) == "\u00e9");
    CHECK(utf8_prefix("\U0001f4a7", 3).empty());
    CHECK(utf8_prefix("a\U0001f4a7", 4) == "a");
    CHECK(utf8_prefix("\u00e9", 2) == "\u00e9");
    CHECK(utf8_prefix("abc", 0).empty());
    CHECK(utf8_prefix("\x80\x80\x80\x80\x80\x80", 5).size() == 5); // of no character
}

TEST_CASE("a character is written as it is read") {
    for (const char32_t code : {U'a', U'\u00e9', U'\u20ac', U'\U0001f4a7', U'\U0010ffff'}) {
        std::string text;
        append_utf8(text, code);
        const auto read = releve::first_character(text);
        CHECK(read.valid);
        CHECK(read.code == code);
        CHECK(character_size(text) == text.size());
    }
    CHECK(character_size("\xe9") == 0);
}
