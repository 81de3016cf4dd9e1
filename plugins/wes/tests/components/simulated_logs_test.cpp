// SPDX-License-Identifier: Apache-2.0
// The log that simulated servers keep, over FTP, with the map of sample.toml: each record is compared with the file.
#include "tests/components/log_server.hpp"

#include <releve/testing/catch.hpp>

#include <iterator>
#include <map>
#include <sstream>

using namespace wes_testing;
using releve::testing::node;
using releve::testing::plugin;

namespace {

/// The section of wes_files in sample.toml, with this server and its folder instead.
std::string sample(std::uint16_t port) {
    std::ifstream file{"sample.toml"};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    text = text.substr(text.find("component  = \"wes_files\""));
    text = text.substr(0, text.find("\n[")); // other sections
    return "[connection.dwellings]\ncomponent = \"wes\"\nservers = [{ name = \"A11\", host = \"127.0.0.1\", ftp_port "
           "= " +
           std::to_string(port) + " }]\n[source.history]\nfolder = \"/LOG\"\n" + text;
}

/// "15/01/2026 13:00" and column number to what stands there.
using cells = std::map<std::pair<std::string, std::size_t>, std::string>;

cells cells_in(const std::filesystem::path& folder) {
    cells all;
    for (const auto& one : std::filesystem::directory_iterator{folder}) {
        std::ifstream file{one.path()};
        std::string line, time, cell;
        std::getline(file, line); // the header
        while (std::getline(file, line)) {
            std::istringstream fields{line};
            std::getline(fields, time, ';');
            for (std::size_t column = 2; std::getline(fields, cell, ';'); ++column)
                all[{time, column}] = cell.substr(0, cell.find('\r'));
        }
    }
    return all;
}

/// In January Paris is an hour before UTC.
std::string as_logged(releve::time_point time) {
    const std::time_t at = releve::to_ns(time) / 1'000'000'000 + 3600;
    char text[32];
    std::tm parts{};
    ::gmtime_r(&at, &parts);
    std::strftime(text, sizeof text, "%d/%m/%Y %H:%M", &parts);
    return text;
}

struct mapped {
    const char* series;
    const char* channel;
    std::size_t column;
};
constexpr mapped map[] = {
    {"pulse_count", "pulse1", 2},        {"pulse_count", "pulse2", 3}, {"pulse_count", "pulse3", 4},
    {"pulse_count", "pulse4", 5},        {"current", "clamp1", 6},     {"current", "clamp2", 7},
    {"temperature_min", "probe1", 8},    {"temperature", "probe1", 9}, {"temperature_max", "probe1", 10},
    {"active_energy_drawn", "tic1", 11},
};

} // namespace

TEST_CASE("history is filled in with the files' own times, then what is new hour by hour") {
    const wes_simulator::temporary_folder files;
    wes_simulator::process wes{noon({"--files", files.path.string(), "--logs"})};
    REQUIRE(wes.advance(3 * 86400)); // before anyone looks
    wes_simulator::ftp_server ftp{files.path};
    node n{plugin{}, "wes_files", sample(ftp.port()), in_paris()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("temperature").size() == 72);
    n.acknowledge();
    REQUIRE(wes.fault("name=absent_meter"));
    for (int hour = 0; hour < 20; ++hour) {
        if (hour == 5) REQUIRE(wes.fault("name=none"));
        REQUIRE(wes.advance(3600));
        REQUIRE(n.collect());
        if (hour % 3 != 0) continue;
        n.restart(); // the others were not acknowledged: they come again
        REQUIRE(n.start());
    }
    n.acknowledge();
    n.restart();
    REQUIRE(n.start());
    REQUIRE(n.collect());

    const auto there = cells_in(files.path / "LOG");
    for (const auto& [series, channel, column] : map) {
        INFO(series << " " << channel);
        std::map<std::string, double> seen;
        for (const auto& one : n.emitted(series, {{"device", "A11"}, {"channel", channel}})) {
            const auto time = as_logged(one.time);
            const auto cell = there.find({time, column});
            REQUIRE(cell != there.end());
            CHECK(one.value == std::stod(cell->second));
            CHECK(one.quality == (there.at({time, 13}) == "1" ? releve::quality::suspect : releve::quality::good));
            seen[time] = one.value;
        }
        CHECK(seen.size() == (column == 11 ? 87 : 92)); // five rows have no index
    }
    CHECK(n.logs("bad_lines").empty());
    CHECK(n.misbehaviour().empty());
}
