// SPDX-License-Identifier: Apache-2.0
#include "records/series_table.hpp"

#include <releve/string.hpp>
#include <releve/testing/catch.hpp>

#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace releve::core;
using releve::to_c;
using releve::view;

namespace {

struct declaration {
    std::string name = "temperature", unit = "Cel", quantity, help = "How warm it is";
    std::vector<std::pair<std::string, std::string>> labels;
    std::uint32_t kind = RELEVE_KIND_GAUGE;
};

struct fixture {
    series_table table;
    std::string why;
    int linky = 0, boiler = 0; // two nodes

    std::uint32_t declare(const declaration& d, const int& by, const char* node = "linky") {
        std::vector<releve_label> labels;
        for (const auto& [k, v] : d.labels) labels.push_back({to_c(k), to_c(v)});
        releve_series c{};
        c.size = sizeof c;
        c.kind = d.kind;
        c.name = to_c(d.name);
        c.unit = to_c(d.unit);
        c.quantity = to_c(d.quantity);
        c.help = to_c(d.help);
        c.labels = labels.data();
        c.label_count = static_cast<std::uint32_t>(labels.size());
        return table.declare({&by, node, "tilleuls"}, c, why);
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "the host adds site and device where absent, and the quantity that the unit tells") {
    const auto number = declare({}, linky);
    REQUIRE(number == 1);
    CHECK(spell(*table.find(number)) == R"(temperature{device="linky", site="tilleuls"})");
    CHECK(view(table.find(number)->quantity) == "temperature");
    const auto own = declare({.labels = {{"device", "probe3"}}}, linky);
    CHECK(spell(*table.find(own)) == R"(temperature{device="probe3", site="tilleuls"})");
}

TEST_CASE_METHOD(fixture, "identity is name and labels, in any order") {
    const auto a = declare({.labels = {{"a", "1"}, {"b", "2"}}}, linky);
    CHECK(declare({.labels = {{"b", "2"}, {"a", "1"}}}, linky) == a);
    CHECK(declare({.labels = {{"b", "1"}, {"a", "2"}}}, linky) != a);
    CHECK(declare({.name = "temperature_2", .labels = {{"a", "1"}, {"b", "2"}}}, linky) != a);
}

TEST_CASE_METHOD(fixture, "the same series declared otherwise, or by another node, is refused") {
    REQUIRE(declare({.labels = {{"device", "x"}}}, linky) != 0);
    CHECK(declare({.unit = "K", .labels = {{"device", "x"}}}, linky) == 0);
    CHECK(why == R"(temperature{device="x", site="tilleuls"} was declared in 'Cel', now in 'K')");
    CHECK(declare({.labels = {{"device", "x"}}, .kind = RELEVE_KIND_COUNTER}, linky) == 0);
    CHECK(why == R"(temperature{device="x", site="tilleuls"} was declared as a gauge, now as a counter)");
    CHECK(declare({.labels = {{"device", "x"}}}, boiler, "boiler") == 0);
    CHECK(why == R"(temperature{device="x", site="tilleuls"} is already made by node 'linky')");
}

TEST_CASE_METHOD(fixture, "what is no series is refused with the reason") {
    CHECK(declare({.name = "Température"}, linky) == 0);
    CHECK(why == "a series' name is lower case letters, digits and '_', not 'Température'");
    CHECK(declare({.name = std::string(300, 'a')}, linky) == 0);
    CHECK(why == "the name of a series has 300 bytes, and at most 256 are allowed: make it shorter");
    CHECK(declare({.labels = {{"a", std::string(257, 'x')}}}, linky) == 0);
    CHECK(why ==
          "the value of label 'a' of series 'temperature' has 257 bytes, and at most 256 are allowed: make it shorter");
    CHECK(declare({.labels = {{std::string(257, 'x'), "1"}}}, linky) == 0);
    CHECK(why ==
          "the key of a label of series 'temperature' has 257 bytes, and at most 256 are allowed: make it shorter");
    CHECK(declare({.help = ""}, linky) == 0);
    CHECK(why == "a series says in one sentence what it is: 'help' is empty");
    CHECK(declare({.labels = {{"a", "1"}, {"a", "2"}}}, linky) == 0);
    CHECK(why == "label 'a' is given twice");
    CHECK(declare({.unit = "kWh", .quantity = "active_energy"}, linky) == 0);
    CHECK(why == "the unit of active_energy is 'Wh', not 'kWh': the source converts");
    CHECK(declare({.kind = 9}, linky) == 0);
}

TEST_CASE_METHOD(fixture, "series are looked at while others are declared") {
    constexpr int each = 3000; // more than two chunks
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            std::string reason;
            for (int i = 0; i < each; ++i) {
                const auto name = "s" + std::to_string(t) + "_" + std::to_string(i);
                releve_series c{};
                c.size = sizeof c;
                c.name = to_c(name);
                c.unit = to_c(std::string_view{"1"});
                c.help = to_c(std::string_view{"a series"});
                const auto number = table.declare({&table, "n", "s"}, c, reason);
                if (number == 0 || view(table.find(number)->name) != name) throw std::runtime_error(reason);
            }
        });
    for (auto& one : threads) one.join();
    CHECK(table.size() == 4 * each);
    std::set<std::string> names;
    for (std::uint32_t i = 1; i <= table.size(); ++i) names.emplace(view(table.find(i)->name));
    CHECK(names.size() == 4 * each);
    CHECK(table.find(0) == nullptr);
    CHECK(table.find(table.size() + 1) == nullptr);
    CHECK(table.find(0xffffffffu) == nullptr);
}

TEST_CASE_METHOD(fixture, "a series that is declared as an earlier run had it is not described a second time") {
    const auto number = declare({.labels = {{"a", "1"}}}, linky);
    fixture later;
    later.table.restore(number, *table.find(number));
    std::vector<std::uint32_t> described;
    later.table.take_described(described);
    const auto* restored = later.table.find(number);
    CHECK(later.declare({.labels = {{"a", "1"}}}, later.linky) == number);
    CHECK(later.table.find(number) == restored);
    CHECK(later.table.owner(number) == &later.linky);
    described.clear();
    later.table.take_described(described);
    CHECK(described.empty());
    CHECK(later.declare({.labels = {{"a", "1"}, {"device", "linky"}}}, later.boiler, "boiler") == 0);
    CHECK(later.why.find("already made by node 'linky'") != std::string::npos);
}
