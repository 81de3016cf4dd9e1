// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/line_reader.hpp>

#include <releve/testing/catch.hpp>

#include <stdexcept>
#include <vector>

using releve::kit::line_reader;

namespace {

std::vector<std::string> lines_of(line_reader& reader, std::string_view bytes, std::size_t piece) {
    std::vector<std::string> all;
    while (!bytes.empty()) {
        reader.feed(bytes.substr(0, piece), [&](std::string_view line) { all.emplace_back(line); });
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    return all;
}

} // namespace

TEST_CASE("lines are the same in whatever pieces they come") {
    for (std::size_t piece = 1; piece < 30; ++piece) {
        line_reader reader{8};
        CHECK(lines_of(reader, "one\r\n\r\n\ntwo\nlast 567\nhalf", piece) ==
              std::vector<std::string>{"one", "", "", "two", "last 567"});
        CHECK(reader.overlong() == 0);
        CHECK(lines_of(reader, " is\n", piece) == std::vector<std::string>{"half is"});
    }
}

TEST_CASE("a line that is too long is skipped and counted") {
    for (std::size_t piece = 1; piece < 30; ++piece) {
        line_reader reader{4};
        CHECK(lines_of(reader, "12345\n1234\n1234567890123\nend\n", piece) == std::vector<std::string>{"1234", "end"});
        CHECK(reader.overlong() == 2);
    }
}

TEST_CASE("a line ends as the protocol says") {
    line_reader reader{100, '!'};
    CHECK(lines_of(reader, "a\r\nb!c\r!d", 100) == std::vector<std::string>{"a\r\nb", "c\r"});
}

TEST_CASE("after a loss the beginning of a line is forgotten") {
    line_reader reader{100};
    CHECK(lines_of(reader, "half of", 100).empty());
    reader.restart();
    CHECK(lines_of(reader, "whole\n", 100) == std::vector<std::string>{"whole"});
}

TEST_CASE("what is thrown over a line passes, and the next line is whole") {
    line_reader reader{100};
    lines_of(reader, "o", 100);
    CHECK_THROWS_AS(reader.feed("ne\ntwo", [](std::string_view) { throw std::runtime_error("no"); }),
                    std::runtime_error);
    CHECK(lines_of(reader, "three\n", 100) == std::vector<std::string>{"three"});
}
