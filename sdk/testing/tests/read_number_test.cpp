// SPDX-License-Identifier: Apache-2.0
#include <releve/file.hpp>
#include <releve/testing/catch.hpp>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <unistd.h>

namespace {

std::optional<double> number_of(const std::string& text) {
    const auto path = std::filesystem::temp_directory_path() / ("read_number-" + std::to_string(::getpid()));
    std::ofstream{path, std::ios::binary} << text;
    std::optional<double> number;
    try {
        number = releve::read_number(path.string());
    } catch (const releve::transient_error&) {
    }
    std::filesystem::remove(path);
    return number;
}

} // namespace

TEST_CASE("a file's number has a decimal point, whatever the locale") {
    CHECK(number_of("2.75\n") == 2.75);
    CHECK(number_of("  21500\n") == 21500);
    CHECK(number_of("\t+1.5e3 W") == 1500);
    CHECK(number_of("-0.25") == -0.25);
    CHECK(number_of("0.20 0.18 0.12 1/234 5678\n") == 0.2);
    CHECK(number_of("12:30") == 12);
    CHECK(number_of("45%, full") == 45);
}

TEST_CASE("what only looks like a number is none") {
    for (const std::string none :
         {"", "\n", "x1", "nan", "inf", "-inf", "1e999", "2,75", "1.2.3", "0x1f", "1_000", "1'000", "--1", "+-1", "."})
        CHECK_FALSE(number_of(none));
    CHECK_FALSE(number_of(std::string(100, '9'))); // longer than any that it reads: it may be cut
    CHECK(number_of(std::string(62, '1')));
}
