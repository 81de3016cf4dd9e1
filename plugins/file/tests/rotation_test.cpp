// SPDX-License-Identifier: Apache-2.0
#include "folder.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <algorithm>

using namespace releve::testing;
using namespace std::chrono_literals;
using releve::file::tests::folder;
using names = std::vector<std::string>;

namespace {

/// Numbers of the column `value`, in order.
std::vector<int> values(const std::string& text) {
    std::vector<int> all;
    for (auto at = text.find("site=testing,"); at != text.npos; at = text.find("site=testing,", at + 1))
        all.push_back(std::stoi(text.substr(at + 13)));
    return all;
}

} // namespace

TEST_CASE("by the day of the site's zone: the file of a past day has its date, and is compressed") {
    const folder at;
    setup paris;
    paris.timezone = "Europe/Paris";
    node n{plugin{}, "file", at.options("rotate = \"day\""), paris};
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.start()); // 2026-01-01 01:00 in Paris
    REQUIRE(n.write(from.batch().add(power, 1)));
    n.advance(22h + 59min);
    REQUIRE(n.write(from.batch().add(power, 2)));
    CHECK(at.names() == names{"readings.csv"});
    n.advance(1min); // midnight there
    REQUIRE(n.write(from.batch().add(power, 3)));
    CHECK(at.names() == names{"readings-2026-01-01.csv.gz", "readings.csv"});
    CHECK(values(at.text("readings-2026-01-01.csv.gz")) == std::vector{1, 2});
    CHECK(at.text().starts_with("time,"));
    CHECK(values(at.text()) == std::vector{3});
}

TEST_CASE("by size: each line is in one file, and the oldest files are removed") {
    const folder at;
    node n{plugin{}, "file", at.options("rotate = \"size\"\nsize = \"4KiB\"\ncompress = false\nkeep = 3")};
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.start());
    for (int i = 0; i < 400; ++i) {
        n.advance(1s);
        REQUIRE(n.write(from.batch().add(power, i)));
    }
    const auto all = at.names();
    REQUIRE(all.size() == 4);
    CHECK(all[0].starts_with("readings-20260101T00"));
    std::vector<int> kept;
    for (const auto& name : all) { // the file's name without a stamp sorts last
        CHECK(std::filesystem::file_size(at.path / name) <= 4096);
        const auto its = values(at.text(name));
        kept.insert(kept.end(), its.begin(), its.end());
    }
    REQUIRE(!kept.empty());
    CHECK(kept.back() == 399);
    for (std::size_t i = 1; i < kept.size(); ++i) CHECK(kept[i] == kept[i - 1] + 1);
}

TEST_CASE("two files of the same second have different names") {
    const folder at;
    node n{plugin{}, "file", at.options("rotate = \"size\"\nsize = \"4KiB\"")};
    upstream from{n, "linky"};
    const auto note = from.text("note");
    REQUIRE(n.start());
    for (int i = 0; i < 3; ++i) REQUIRE(n.write(from.batch().add(note, std::string(4000, 'x'))));
    CHECK(at.names() ==
          names{"readings-20260101T000000Z-2.csv.gz", "readings-20260101T000000Z.csv.gz", "readings.csv"});
}

TEST_CASE("files that a crash left half compressed are completed at the start, and other files are not touched") {
    const folder at;
    at.put("readings-2025-12-30.csv", "whole\n");
    at.put("readings-2025-12-30.csv.gz.part", "half");
    at.put("readings-2025-12-29.csv", "packed already\n");
    at.put("readings-2025-12-29.csv.gz", "packed already\n");
    at.put("readings-of-my-own.csv", "not ours\n");
    at.put("readings-2025-12-30.csv.bak", "not ours\n");
    node n{plugin{}, "file", at.options("rotate = \"day\"\nkeep = 1")};
    REQUIRE(n.start());
    // keep = 1: that of the 29th, which is as new, or that of the 30th
    const auto left = at.names();
    CHECK(left.size() == 4);
    CHECK(std::count(left.begin(), left.end(), "readings-of-my-own.csv") == 1);
    CHECK(std::count(left.begin(), left.end(), "readings-2025-12-30.csv.bak") == 1);
    CHECK(std::count(left.begin(), left.end(), "readings-2025-12-30.csv.gz.part") == 0);
    CHECK(std::count(left.begin(), left.end(), "readings-2025-12-29.csv") == 0);
}

TEST_CASE("a failure to compress is logged once, and writing continues") {
    const folder at;
    node n{plugin{}, "file", at.options("rotate = \"day\"")};
    upstream from{n, "linky"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch().add(power, 1)));
    std::filesystem::create_directories(at.path / "readings-2026-01-01.csv.gz.part" / "full");
    n.advance(24h);
    REQUIRE(n.write(from.batch().add(power, 2)));
    CHECK(n.up("rotation") == false);
    CHECK(values(at.text("readings-2026-01-01.csv")) == std::vector{1});
    CHECK(values(at.text()) == std::vector{2});
    std::filesystem::remove_all(at.path / "readings-2026-01-01.csv.gz.part");
    n.advance(24h);
    REQUIRE(n.write(from.batch().add(power, 3)));
    CHECK(n.up("rotation") == true);
    CHECK(at.names() == names{"readings-2026-01-01.csv.gz", "readings-2026-01-02.csv.gz", "readings.csv"});
}
