// SPDX-License-Identifier: Apache-2.0
// The command beside a running releve that reads the same servers: it asks them through that.
#include "command.hpp"
#include "integration/program/process.hpp"

#include <releve/testing/catch.hpp>
#include <wes_simulator/ftp_server.hpp>
#include <wes_simulator/process.hpp>
#include <wes_simulator/temporary_folder.hpp>

#include <csignal>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

/// Two simulated servers, the FTP server of the first, and a host that reads them, with a password that only the host
/// knows.
struct site {
    std::string interval = "1s";
    testbed::folder in;
    wes_simulator::process wes{
        {"--count", "2", "--start", "2026-01-15T12:00", "--speed", "0", "--password", "of-the-site"}};
    wes_simulator::temporary_folder files;
    wes_simulator::ftp_server ftp{files.path};
    std::string file = in.write("site.toml", text());
    testbed::releve_process host{{"run", file},
                                 {{"RELEVE_PLUGINS", RELEVE_TEST_PLUGINS}, {"WES_PASSWORD", "of-the-site"}}};

    explicit site(std::string every = "1s")
        : interval{std::move(every)} {
        host.wait_for_error("nodes run");
        while (wes.truth("requests", 1) < 1) std::this_thread::yield(); // the connection is started
    }
    std::string text() const {
        const auto server = [&](const char* name, std::size_t number) {
            const auto port = std::to_string(wes.port(number));
            return std::string{"{ name = \""} + name + "\", host = \"127.0.0.1\", port = " + port +
                   ", m2m_port = " + port + ", ftp_port = " + std::to_string(ftp.port()) +
                   ", password = { env = \"WES_PASSWORD\" } },\n";
        };
        return "[site]\nname = \"s\"\nstate = \"" + in.file("state") +
               "\"\n[connection.dwellings]\ncomponent = \"wes\"\nconnect_timeout = \"1m\"\ntimeout = \"5m\"\nservers = "
               "[\n" +
               server("A11", 0) + server("A12", 1) +
               "]\n[source.now]\ncomponent = \"wes_http\"\nconnection = \"dwellings\"\ninterval = \"" + interval +
               "\"\n[sink.nowhere]\ncomponent = \"print\"\ninputs = [\"*\"]\n";
    }
    wes_command::ran command(const std::string& words) const {
        return wes_command::run("RELEVE_CONTROL=" + in.file("state/control") + " " WES_COMMAND " " + words);
    }
    std::string at(std::size_t server) const { return "--host 127.0.0.1 --port " + std::to_string(wes.port(server)); }
};

} // namespace

TEST_CASE("through the running host, which knows the password") {
    const site s;
    const auto voltage = s.command(s.at(0) + " clamp 1 voltage");
    CHECK(voltage.code == 0);
    CHECK_THAT(voltage.said, StartsWith("2") && ContainsSubstring(" V\n"));
    CHECK(s.command("--host A12 firmware").said == "V0.84A10\n"); // by its name there
    CHECK(s.command("--host A12 relay 2 on").said == "relay 2 is on\n");
    CHECK(s.command(s.at(1) + " relay 2").said == "relay2 relay                                    1\n");
    CHECK(s.command(s.at(0) + " relay 2").said == "relay2 relay                                    0\n");
    auto tag = s.command("--host A11 tag T100").said;
    REQUIRE(tag.ends_with("\n"));
    tag.pop_back();
    CHECK_THAT(s.command("--host A11 --m2m meter 1 power").said,
               ContainsSubstring("apparent_power_drawn ") && ContainsSubstring(" " + tag + " V.A\n"));
    s.files.put("LOG.CSV", "one\r\ntwo\r\n");
    CHECK_THAT(s.command("--host A11 files").said, ContainsSubstring(" LOG.CSV\n"));
    CHECK(s.command("--host A11 get /LOG.CSV").said == "one\r\ntwo\r\n");
    const auto wrong = s.command("--host A11 tag T1");
    CHECK(wrong.code == 1);
    CHECK(wrong.said == "wes: a tag is a letter and three to five digits, as in T100\n");
}

TEST_CASE("programs that ask through the host wait for their turn: a server never has two requests at once") {
    const site s;
    REQUIRE(s.wes.fault("name=slow&seconds=1"));
    std::vector<std::thread> all;
    std::vector<int> codes(4, -1);
    for (auto& code : codes) all.emplace_back([&] { code = s.command(s.at(0) + " relay 1").code; });
    for (auto& one : all) one.join();
    CHECK(codes == std::vector<int>(4, 0));
    CHECK(s.wes.truth("max_answering") == 1);
    REQUIRE(s.wes.fault("name=dead", 1));
    const auto dead = s.command(s.at(1) + " relay 1");
    CHECK(dead.code == 1);
    CHECK(dead.said == "wes: 127.0.0.1 refuses the connection\n");
}

TEST_CASE("without a host that has the server, or with a host that has ended, a server is asked directly") {
    site s;
    wes_simulator::process other{{"--start", "2026-01-15T12:00", "--speed", "0"}};
    CHECK(s.command("--host 127.0.0.1 --port " + std::to_string(other.port()) + " firmware").said == "V0.84A10\n");
    s.host.signal(SIGKILL); // which leaves its socket behind
    CHECK(s.host.wait().code == 128 + SIGKILL);
    CHECK(s.command(s.at(0) + " firmware").said == "wes: 127.0.0.1 asks for other credentials (HTTP 401)\n");
    CHECK(s.command("--user admin " + s.at(0) + " firmware").code == 1);
}

TEST_CASE("a stop of the host ends a question in progress") {
    site s{"1h"};
    while (s.wes.truth("requests") < 1) std::this_thread::yield();
    REQUIRE(s.wes.fault("name=slow&seconds=3600"));
    std::string said;
    std::thread asks{[&] { said = s.command(s.at(0) + " firmware").said; }};
    while (s.wes.truth("requests") < 2) std::this_thread::yield();
    s.host.signal(SIGTERM);
    CHECK(s.host.wait().code == 0);
    asks.join();
    CHECK_THAT(said, StartsWith("wes: ")); // the host may end before its reason arrives
}
