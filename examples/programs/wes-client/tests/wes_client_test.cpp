// SPDX-License-Identifier: Apache-2.0
// The programs, run as from a shell, with a simulated server.
#include "command.hpp"

#include <releve/testing/catch.hpp>
#include <wes_simulator/process.hpp>

#include <string>
#include <thread>

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using wes_command::ran;
using wes_command::run;

namespace {

struct bench {
    wes_simulator::process wes{{"--start", "2026-01-15T12:00", "--speed", "0"}};
    ran command(const std::string& words) const {
        return run(std::string{WES_COMMAND} + " --host 127.0.0.1 --port " + std::to_string(wes.port()) + " " + words);
    }
};

} // namespace

TEST_CASE("the program of a few lines reads a clamp") {
    const bench b;
    const auto got = run(std::string{CLAMP_VOLTAGE} + " 127.0.0.1 " + std::to_string(b.wes.port()));
    CHECK(got.code == 0);
    CHECK_THAT(got.said, StartsWith("Clamp 1: 2") && ContainsSubstring(" V\n"));
}

TEST_CASE("one value, one channel, all values") {
    const bench b;
    const auto voltage = b.command("clamp 1 voltage");
    CHECK(voltage.code == 0);
    CHECK_THAT(voltage.said, StartsWith("2") && ContainsSubstring(" V\n"));
    const auto meter = b.command("meter 1");
    CHECK_THAT(meter.said, ContainsSubstring("tic1 apparent_power_drawn ") &&
                               ContainsSubstring("tic1 active_energy_drawn_tariff HCHP "));
    const auto list = b.command("list");
    CHECK_THAT(list.said, ContainsSubstring("probe1 temperature ") && ContainsSubstring("relay2 relay "));
    CHECK(b.command("firmware").said == "V0.84A10\n");
}

TEST_CASE("a relay and a switch are turned on and off, and read back") {
    const bench b;
    for (const std::string what : {"relay 2", "switch 7"}) {
        CHECK(b.command(what).said.find(" 0\n") != std::string::npos);
        CHECK(b.command(what + " on").said == what + " is on\n");
        CHECK(b.command(what + " on").said == what + " is on\n"); // it does not toggle
        CHECK(b.command(what).said.find(" 1\n") != std::string::npos);
        CHECK(b.command(what + " off").said == what + " is off\n");
        CHECK(b.command(what).said.find(" 0\n") != std::string::npos);
    }
}

TEST_CASE("each failure has a sentence and an exit code") {
    const bench b;
    CHECK(b.command("relay 3 on").code == 1);
    CHECK_THAT(b.command("relay 3 on").said, ContainsSubstring("a WES has no relay3"));
    CHECK(b.command("clamp 1 on").code == 2);
    CHECK(b.command("clampp 1").code == 2);
    CHECK(b.command("clamp one").code == 2);
    CHECK(b.command("clamp 1 temperature").code == 1);
    CHECK(run(WES_COMMAND " list").code == 2);
    const auto nobody = run(WES_COMMAND " --host 127.0.0.1 --port 1 list");
    CHECK(nobody.code == 1);
    CHECK(nobody.said == "wes: 127.0.0.1 refuses the connection\n");
    const auto password =
        run("WES_PASSWORD=wrong " WES_COMMAND " --host 127.0.0.1 --port " + std::to_string(b.wes.port()) + " list");
    CHECK(password.said == "wes: 127.0.0.1 asks for other credentials (HTTP 401)\n");
}

TEST_CASE("watch shows all values, then only those that change, and ends on a signal") {
    const bench b;
    wes_simulator::child watch{
        {WES_COMMAND, "--host", "127.0.0.1", "--port", std::to_string(b.wes.port()), "--every", "1", "watch"}};
    while (!watch.line().starts_with("relay2 relay ")) {
    }
    while (b.wes.truth("requests") < 3) std::this_thread::yield();
    wes_simulator::request(b.wes.port(), wes_simulator::get("/RL.cgi?rl2=ON"));
    std::string next; // time stands still in the dwelling: the relay is the next that changes
    while (!(next = watch.line()).starts_with("relay")) CHECK_THAT(next, !StartsWith("probe"));
    CHECK(next == "relay2 relay                                    1");
    CHECK(watch.end() == 0);
}
