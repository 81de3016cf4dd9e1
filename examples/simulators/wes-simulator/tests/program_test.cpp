// SPDX-License-Identifier: Apache-2.0
// The program itself, with a real TCP client.
#include <wes_simulator/process.hpp>
#include <wes_simulator/temporary_folder.hpp>

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>

using namespace wes_simulator;
using clock_type = std::chrono::steady_clock;

namespace {
const std::vector<std::string> frozen{"--start", "2026-01-15T12:00", "--speed", "0"};

std::vector<std::string> with(std::vector<std::string> more) {
    more.insert(more.end(), frozen.begin(), frozen.end());
    return more;
}
} // namespace

TEST_CASE("a document, closed by the server, the same each time", "[program]") {
    process wes{with({"--profile", "V0.61D"})};
    const exchange first = request(wes.port(), get("/data.cgx"));
    CHECK(first.closed);
    CHECK(first.bytes.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(first.body().ends_with("</data>"));
    process again{with({"--profile", "V0.61D"})};
    CHECK(request(again.port(), get("/data.cgx")).bytes == first.bytes);
    CHECK(wes.truth("requests") == 1);
    REQUIRE(wes.advance(86400));
    CHECK(request(wes.port(), get("/data.cgx")).bytes != first.bytes);
    CHECK(wes.truth("time_s") == 1'768'435'200 + 43'200 + 86'400);
}

TEST_CASE("SIGTERM ends it at once, also in the middle of a reply", "[program]") {
    process wes{{"--count", "20", "--fault", "slow", "--fault-seconds", "3600"}};
    client waiting{wes.port(7)};
    waiting.send(get("/data.cgx"));
    CHECK(wes.end() == 0); // not after the hour
}

TEST_CASE("many servers in one program, each with its own home", "[program]") {
    process wes{with({"--count", "100"})};
    std::vector<std::string> seen;
    for (std::size_t i = 0; i < wes.size(); ++i) {
        const exchange got = request(wes.port(i), get("/data.cgx"));
        REQUIRE(got.body().ends_with("</data>"));
        seen.emplace_back(got.body());
    }
    std::sort(seen.begin(), seen.end());
    CHECK(std::unique(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("faults come and go while it runs", "[program]") {
    process wes{with({"--count", "2"})};
    const std::string whole = request(wes.port(), get("/data.cgx")).bytes;

    REQUIRE(wes.fault("name=split"));
    CHECK(request(wes.port(), get("/data.cgx")).bytes == whole);
    for (const std::size_t bytes : {1U, 17U, 500U, 100'000U}) {
        REQUIRE(wes.fault("name=split&bytes=" + std::to_string(bytes)));
        client one{wes.port()};
        one.send(get("/data.cgx"));
        CHECK(one.receive_some().size() == std::min(bytes, whole.size()));
        CHECK(one.receive().bytes == whole);
    }
    REQUIRE(wes.fault("name=cut&bytes=10"));
    CHECK(request(wes.port(), get("/data.cgx")).body().size() == 10);
    REQUIRE(wes.fault("name=slow&seconds=0.2"));
    const auto before = clock_type::now();
    CHECK(request(wes.port(), get("/data.cgx")).bytes == whole);
    CHECK(clock_type::now() - before >= std::chrono::milliseconds{200});
    CHECK(request(wes.port(1), get("/data.cgx")).bytes.starts_with("HTTP/1.1 200"));
    REQUIRE(wes.fault("name=401"));
    CHECK(request(wes.port(), get("/data.cgx")).bytes.starts_with("HTTP/1.1 401"));
    REQUIRE(wes.fault("name=none"));
    CHECK(request(wes.port(), get("/data.cgx")).bytes == whole);
    CHECK_FALSE(wes.fault("name=flood"));
    CHECK_FALSE(wes.fault("name=slow&seconds=x"));
}

TEST_CASE("a reply that is held back is sent when the fault ends", "[program]") {
    process wes{with({"--fault", "slow", "--fault-seconds", "3600"})};
    client waiting{wes.port()};
    waiting.send(get("/data.cgx"));
    while (wes.truth("held") < 1) {
    }
    CHECK(wes.truth("answering") == 1);
    REQUIRE(wes.fault("name=none"));
    CHECK(waiting.receive().body().ends_with("</data>"));
    CHECK(wes.truth("held") == 0);
}

TEST_CASE("a dead server refuses, keeps its port and comes back", "[program]") {
    process wes{with({"--count", "2"})};
    const std::string whole = request(wes.port(), get("/data.cgx")).bytes;
    REQUIRE(wes.fault("name=dead"));
    CHECK_FALSE(request(wes.port(), get("/data.cgx")).connected);
    REQUIRE(wes.fault("name=none")); // asked for at the other server
    CHECK(request(wes.port(), get("/data.cgx")).bytes == whole);
}

TEST_CASE("a reboot cuts, refuses and forgets no counter", "[program]") {
    process wes{with({"--count", "2"})};
    const std::string whole = request(wes.port(), get("/data.cgx")).bytes;
    REQUIRE(wes.fault("name=slow&seconds=3600"));
    client waiting{wes.port()};
    waiting.send(get("/data.cgx"));
    while (wes.truth("requests") < 2) {
    }
    REQUIRE(wes.fault("name=reboot&seconds=3600"));
    CHECK(waiting.receive().bytes.empty());
    CHECK_FALSE(request(wes.port(), get("/data.cgx")).connected);
    REQUIRE(wes.fault("name=reboot&seconds=0.1"));
    exchange back;
    while (!(back = request(wes.port(), get("/data.cgx"))).connected) {
    }
    CHECK(back.bytes == whole);

    request(wes.port(), get("/AJAX.CGX?reset=yes"));
    CHECK_FALSE(request(wes.port(), get("/data.cgx")).connected);
}

TEST_CASE("mistakes on the command line are refused", "[program]") {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"--profile", "V9"},
                                                  {"--fault", "flood"},
                                                  {"--start", "yesterday"},
                                                  {"--count", "1001"},
                                                  {"--contract", "none"},
                                                  {"--speed", "-1"},
                                                  {"--m2m-card", "2"},
                                                  {"--logs"},
                                                  {"--files", "/dev/null"}}) {
        CHECK_THROWS(process{words});
    }
}

TEST_CASE("with several servers each has its own folder", "[program]") {
    const temporary_folder files;
    const std::string name = files.path.string();
    process wes{with({"--count", "2", "--name", "A", "--files", name, "--logs", "--log-path", "DAY%d.CSV"})};
    REQUIRE(wes.advance(3600, 1));
    CHECK(std::filesystem::exists(name + "/A1/DATA.CGX"));
    CHECK(std::filesystem::exists(name + "/A2/DAY15.CSV"));
    CHECK_FALSE(std::filesystem::exists(name + "/A1/DAY15.CSV"));
    CHECK(request(wes.port(1), get("/day15.csv")).body().find("15/01/2026 13:00;") != std::string_view::npos);
}

TEST_CASE("a log grows without any request", "[program]") {
    const temporary_folder files;
    const std::string name = files.path.string();
    process wes{{"--start", "2026-01-15T12:00", "--speed", "3600", "--files", name, "--logs"}};
    const auto until = clock_type::now() + std::chrono::minutes{2};
    while (!std::filesystem::exists(name + "/LOG/20260115.CSV") && clock_type::now() < until) poll(nullptr, 0, 20);
    CHECK(std::filesystem::exists(name + "/LOG/20260115.CSV"));
}
