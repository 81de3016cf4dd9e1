// SPDX-License-Identifier: Apache-2.0
// `./dev run` without its build: its first three lines, its data, and its end.
#include "started_demo.hpp"

#include <releve/testing/catch.hpp>

#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

// The first column of the first row; empty without one, or before there is a database.
std::string asked(const std::filesystem::path& file, const char* query) {
    sqlite3* opened = nullptr;
    const int error = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database{opened, sqlite3_close};
    if (error != SQLITE_OK) return {};
    sqlite3_busy_timeout(opened, 60'000);
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(opened, query, -1, &prepared, nullptr) != SQLITE_OK) return {};
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement{prepared, sqlite3_finalize};
    if (sqlite3_step(prepared) != SQLITE_ROW || sqlite3_column_type(prepared, 0) == SQLITE_NULL) return {};
    return reinterpret_cast<const char*>(sqlite3_column_text(prepared, 0));
}

constexpr const char* devices =
    "SELECT group_concat(device) FROM (SELECT DISTINCT device FROM measurements ORDER BY device)";

// In a record's line the name is followed by a gap or by the end of a colour; in lines of the log and of the start it
// is not.
bool shows(const std::string& shown, const std::string& device) {
    return shown.find(device + "  ") != std::string::npos || shown.find(device + "\x1b") != std::string::npos;
}

bool flows(const started_demo& demo) {
    return shows(demo.shown(), "A11") && shows(demo.shown(), "A12") && shows(demo.shown(), "linky") &&
           asked(demo.file("readings.db"), devices) == "A11,A12,linky";
}

void run_and_end(started_demo& demo) {
    const auto limit = std::chrono::steady_clock::now() + 300s;
    bool open = true;
    while (open && !flows(demo) && std::chrono::steady_clock::now() < limit) open = demo.read();
    INFO(demo.shown());
    REQUIRE(open);
    REQUIRE(flows(demo));

    const auto pressed = std::chrono::steady_clock::now();
    demo.press_ctrl_c();
    CHECK(demo.end() == 0);
    const auto took = std::chrono::steady_clock::now() - pressed;
    WARN("ended " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms after Ctrl-C");
    CHECK(started_demo::all_ended(60s));

    CHECK(asked(demo.file("readings.db"), "PRAGMA integrity_check") == "ok");
    CHECK(asked(demo.file("readings.db"), devices) == "A11,A12,linky");
    CHECK(asked(demo.file("readings.db"),
                "SELECT count(*) FROM readings WHERE series NOT IN (SELECT id FROM series)") == "0");
    CHECK_FALSE(std::filesystem::exists(demo.file("readings.db-wal")));
    CHECK_FALSE(std::filesystem::exists(std::filesystem::symlink_status(demo.file("linky"))));
}

} // namespace

TEST_CASE("the demo in a pipe: plain, stored, ended cleanly", "[demo]") {
    started_demo demo{started_demo::output::pipe};
    run_and_end(demo);
    CHECK_THAT(demo.shown(),
               ContainsSubstring("running  ") && ContainsSubstring("\ndata     ") && ContainsSubstring("\nquery    "));
    CHECK(demo.shown().find('\x1b') == std::string::npos);
}

TEST_CASE("the demo at a terminal: coloured, and Ctrl-C is the key", "[demo]") {
    started_demo demo{started_demo::output::terminal};
    run_and_end(demo);
    CHECK_THAT(demo.shown(), ContainsSubstring("\x1b["));
}

TEST_CASE("the query that the demo suggests shows all three meters", "[demo]") {
    started_demo demo{started_demo::output::pipe};
    const auto limit = std::chrono::steady_clock::now() + 300s;
    while (!flows(demo) && std::chrono::steady_clock::now() < limit && demo.read()) {
    }
    const auto& shown = demo.shown();
    const auto begin = shown.find("sqlite3 -box ");
    REQUIRE(begin != std::string::npos);
    const std::string command = shown.substr(begin, shown.find('\n', begin) - begin);
    const std::unique_ptr<FILE, int (*)(FILE*)> looked{popen(command.c_str(), "r"), pclose};
    REQUIRE(looked != nullptr);
    std::string table;
    for (int c = std::fgetc(looked.get()); c != EOF; c = std::fgetc(looked.get())) table += static_cast<char>(c);
    CHECK_THAT(table, ContainsSubstring("A11") && ContainsSubstring("A12") && ContainsSubstring("linky") &&
                          ContainsSubstring("active_energy_drawn"));
}

TEST_CASE("the two sites: what the central sends and the association sets is shown, and Ctrl-C ends all of it",
          "[sites]") {
    started_demo sites{started_demo::output::pipe, "two-sites"};
    const auto limit = std::chrono::steady_clock::now() + 300s;
    const auto came = [&] {
        return sites.shown().find("relay channel=relay1") != std::string::npos &&
               asked(sites.file("central/readings.db"),
                     "SELECT group_concat(DISTINCT text) FROM measurements WHERE name = 'setting_outcome'") ==
                   "set OFF";
    };
    bool open = true;
    while (open && !came() && std::chrono::steady_clock::now() < limit) open = sites.read();
    INFO(sites.shown());
    REQUIRE(open);
    REQUIRE(came());
    sites.press_ctrl_c();
    CHECK(sites.end() == 0);
    CHECK(started_demo::all_ended(60s));
    CHECK_THAT(sites.shown(), ContainsSubstring("central  ") && ContainsSubstring("association: stopped") &&
                                  ContainsSubstring("les-tilleuls: stopped"));
}
