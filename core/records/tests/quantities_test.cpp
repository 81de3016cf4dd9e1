// SPDX-License-Identifier: Apache-2.0
#include "records/quantities.hpp"

#include <releve/testing/catch.hpp>

#include <fstream>
#include <map>
#include <string>

using namespace releve::core;

namespace {

/// The first table of docs/series.md whose head is "| quantity | unit |": quantity and unit in backticks.
std::map<std::string, std::string> documented() {
    std::ifstream file{std::string{RELEVE_DOCS} + "/series.md"};
    std::map<std::string, std::string> all;
    std::string line;
    bool inside = false;
    while (std::getline(file, line)) {
        if (line.rfind("| quantity | unit |", 0) == 0) inside = true;
        if (!inside) continue;
        if (line.empty()) break;
        const auto quoted = [&](std::size_t from) {
            const auto begin = line.find('`', from) + 1;
            return line.substr(begin, line.find('`', begin) - begin);
        };
        if (line.rfind("| `", 0) == 0) all[quoted(0)] = quoted(line.find('|', 2));
    }
    return all;
}

} // namespace

TEST_CASE("the quantities of the program are those of docs/series.md") {
    std::map<std::string, std::string> known;
    for (const auto& one : quantities()) known.emplace(one.name, one.unit);
    CHECK(known == documented());
}

TEST_CASE("a unit tells its quantity where only one has it") {
    REQUIRE(quantity_of_unit("Wh") != nullptr);
    CHECK(quantity_of_unit("Wh")->name == "active_energy");
    CHECK(quantity_of_unit("1") == nullptr);
    CHECK(quantity_of_unit("furlong") == nullptr);
}
