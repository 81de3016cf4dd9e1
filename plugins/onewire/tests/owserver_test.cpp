// SPDX-License-Identifier: Apache-2.0
// Against a real owserver, which the tests start, kill and start again.
#include "tests/peers.hpp"

#include <filesystem>
#include <fstream>
#include <releve/testing/catch.hpp>
#include <unistd.h>

using namespace onewire_testing;
using releve::testing::node;
using releve::testing::plugin;

namespace {

const std::string all_chips = "--tester=DS18S20,DS2438,DS18B20,DS2423,DS2406,DS2408";
const std::string b20 = "28.000028D70200";

void check_values(node& n) {
    CHECK(n.last("up", {{"device", "onewire"}}).value == 1);
    CHECK(n.last("temperature", {{"channel", "10.000010EF0000"}}).value == 1.6);
    CHECK(n.last("temperature", {{"channel", b20}}).value == 4.2);
    CHECK(n.last("temperature", {{"channel", "A6.0000A6590100"}}).value == 16.7);
    CHECK(n.last("relative_humidity", {{"channel", "A6.0000A6590100"}}).value == 16.7);
    CHECK(n.last("pulse_count", {{"channel", "1D.00001DE20300.A"}}).value == 32);
    CHECK(n.last("pulse_count", {{"channel", "1D.00001DE20300.B"}}).value == 33);
    CHECK(n.last("input", {{"channel", "12.000012ED0400.B"}}).value == 1);
    CHECK(n.last("relay", {{"channel", "29.000029D60500.6"}}).value == 0);
    CHECK(n.emitted("relay").size() == 10);
    CHECK(n.last("up", {{"channel", b20}}).value == 1);
    CHECK(n.health().empty());
    CHECK(n.misbehaviour().empty());
}

} // namespace

TEST_CASE("every kind of chip, found by scanning") {
    owserver server{{all_chips}};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.probe());
    REQUIRE(n.start());
    REQUIRE(n.collect());
    check_values(n);
    CHECK(n.logs("found").size() == 1);
}

TEST_CASE("an old server, one that talks without need, and one behind another give the same") {
    owserver first{{all_chips}};
    for (const auto& options :
         std::vector<std::vector<std::string>>{{all_chips, "--no_dirall", "--no_get", "--no_persistence"},
                                               {all_chips, "--pingcrazy"},
                                               {"-s", first.address()}}) {
        INFO(options.back());
        owserver server{options};
        node n{plugin{}, "onewire", server.toml(), with_real_peer()};
        REQUIRE(n.start());
        REQUIRE(n.collect());
        check_values(n);
    }
}

TEST_CASE("a server that is killed is lost once, its values stop, and it is back once") {
    owserver server{{all_chips}};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    server.kill();
    n.forget();
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.emitted("temperature").empty());
    CHECK(n.last("up", {{"channel", b20}}).value == 0);
    REQUIRE(n.health().size() == 1);
    CHECK_THAT(n.health()[0].why, Catch::Matchers::ContainsSubstring("refuses the connection"));
    server.start();
    n.forget();
    for (int i = 0; i < 2; ++i) REQUIRE(n.collect());
    CHECK(n.emitted("temperature", {{"channel", b20}}).size() == 2);
    REQUIRE(n.health().size() == 1);
    CHECK(n.health()[0].up);
}

TEST_CASE("a server restarted between two readings is not a loss") {
    owserver server{{all_chips}};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    server.kill();
    server.start();
    n.forget();
    REQUIRE(n.collect());
    check_values(n);
}

TEST_CASE("a server that is not there at the start") {
    owserver server{{all_chips}};
    server.kill();
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    CHECK(n.probe().transient());
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("up").value == 0);
    server.start();
    REQUIRE(n.collect());
    CHECK(n.last("temperature", {{"channel", b20}}).value == 4.2);
}

TEST_CASE("a probe that goes and comes") {
    owserver server{{"--tester=DS18S20,DS2438,DS18B20"}};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    server.kill();
    server.start({"--tester=DS18S20,DS2438"});
    n.forget();
    for (int i = 0; i < 2; ++i) REQUIRE(n.collect());
    CHECK(n.last("up", {{"channel", b20}}).value == 0);
    CHECK(n.emitted("temperature", {{"channel", b20}}).empty());
    CHECK(n.emitted("temperature", {{"channel", "10.000010EF0000"}}).size() == 2);
    REQUIRE(n.health().size() == 1);
    CHECK(n.health()[0].subject == b20);
    server.kill();
    server.start({"--tester=DS18S20,DS2438,DS18B20"});
    n.forget();
    REQUIRE(n.collect());
    CHECK(n.last("up", {{"channel", b20}}).value == 1);
    CHECK(n.last("temperature", {{"channel", b20}}).value == 4.2);
    REQUIRE(n.health().size() == 1);
    CHECK(n.health()[0].up);
}

TEST_CASE("names: of the file, else the server's aliases; named devices without scanning") {
    const auto aliases = std::filesystem::temp_directory_path() / ("releve_aliases_" + std::to_string(::getpid()));
    std::ofstream{aliases} << "28.000028D70200=cuisine\n10.000010EF0000=cave\n";
    owserver server{{all_chips, "-a", aliases.string()}};
    node n{plugin{}, "onewire",
           server.toml() + "devices = [{ id = \"10.000010ef0000\", name = \"cellar\" }, "
                           "{ id = \"28.FFFFFFFFFFFF\", name = \"gone\" }]",
           with_real_peer()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("temperature", {{"channel", "cuisine"}}).value == 4.2);
    CHECK(n.last("temperature", {{"channel", "cellar"}}).value == 1.6);
    CHECK(n.last("up", {{"channel", "gone"}}).value == 0);
    CHECK(n.up("gone") == false);

    node only{plugin{}, "onewire",
              server.toml() + "scan = false\ndevices = [{ id = \"A6.0000A6590100\", humidity = \"none\" }]",
              with_real_peer()};
    REQUIRE(only.start());
    REQUIRE(only.collect());
    CHECK(only.emitted("temperature").size() == 1);
    CHECK(only.emitted("relative_humidity").empty());
    std::filesystem::remove(aliases);
}

TEST_CASE("one conversion for all thermometers, and the wait for it") {
    owserver server{{"--tester=DS18B20,DS18S20"}};
    node n{plugin{}, "onewire", server.toml() + "simultaneous = \"on\"", with_real_peer()};
    REQUIRE(n.start());
    const auto before = n.steady();
    REQUIRE(n.collect());
    CHECK(n.steady() - before >= std::chrono::milliseconds{700});
    CHECK(n.emitted("temperature").size() == 2);
    CHECK(n.health().empty());
}

TEST_CASE("85 and -127 degrees: no value, unless it was as hot before") {
    owserver server{{"--mock=DS18B20"}};
    const auto id = server.first();
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    const auto read = [&](const std::string& value) {
        server.write("/" + id + "/temperature", value);
        REQUIRE(n.collect());
        return n.last("temperature");
    };
    CHECK(read("21.5").value == 21.5);
    CHECK(read("85").quality == releve::quality::absent);
    CHECK(read("-127").quality == releve::quality::absent);
    CHECK(read("127.9375").quality == releve::quality::absent);
    CHECK(read("-10.0625").value == -10.0625);
    CHECK(read("84.5").value == 84.5);
    CHECK(read("85").value == 85);
    CHECK(n.last("up").value == 1);
    CHECK(n.metric("rejected_values_total") == 3);
    CHECK(n.health().empty());
}

TEST_CASE("humidity of the sensor that is fitted; what no air can hold is another sensor") {
    owserver server{{"--mock=DS2438"}};
    const auto toml = server.toml() + "devices = [{ id = \"" + server.first() + "\", name = \"bath\" }]\n";
    const auto at = "/" + server.first();
    server.write(at + "/HIH4000/humidity", "61.5");
    server.write(at + "/HIH3600/humidity", "44");
    node n{plugin{}, "onewire", toml, with_real_peer()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("relative_humidity").value == 61.5);
    server.write(at + "/HIH4000/humidity", "150");
    REQUIRE(n.collect());
    CHECK(n.last("relative_humidity").quality == releve::quality::absent);
    CHECK(n.last("up", {{"channel", "bath"}}).value == 1);
    REQUIRE(n.logs("value_rejected").size() == 1);
    CHECK_THAT(n.logs("value_rejected")[0].text, Catch::Matchers::ContainsSubstring("option 'humidity'"));

    node other{plugin{}, "onewire", toml + "humidity = \"HIH3600\"", with_real_peer()};
    REQUIRE(other.start());
    REQUIRE(other.collect());
    CHECK(other.last("relative_humidity").value == 44);
}

TEST_CASE("counters as they rise, and fall back to 0") {
    owserver server{{"--mock=DS2423"}};
    const auto counter = server.first();
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    for (const char* both : {"5,4294967294", "6,4294967295", "7,0"}) {
        server.write("/" + counter + "/counters.ALL", both);
        REQUIRE(n.collect());
    }
    CHECK(n.last("pulse_count", {{"channel", counter + ".A"}}).value == 7);
    CHECK(n.last("pulse_count", {{"channel", counter + ".A"}}).kind() == releve::kind::counter);
    CHECK(n.emitted("pulse_count", {{"channel", counter + ".B"}})[1].value == 4'294'967'295);
    CHECK(n.last("pulse_count", {{"channel", counter + ".B"}}).value == 0);
}

TEST_CASE("aliases with blanks, commas, umlauts and dots cost no chip") {
    const auto aliases = std::filesystem::temp_directory_path() / ("releve_odd_" + std::to_string(::getpid()));
    std::ofstream{aliases} << "28.000028D70200=Greenhouse Peak\n10.000010EF0000=a,b\n"
                              "A6.0000A6590100=K\xc3\xbc"
                              "che\n12.000012ED0400=..\n29.000029D60500="
                           << std::string(10'000, 'z') << "\n1D.00001DE20300=a/b\n";
    owserver server{{all_chips, "-a", aliases.string()}};
    for (const bool with : {true, false}) {
        node n{plugin{}, "onewire", server.toml() + (with ? "" : "aliases = false"), with_real_peer()};
        REQUIRE(n.start());
        REQUIRE(n.collect());
        CHECK(n.last("up", {{"device", "onewire"}}).value == 1);
        CHECK(n.last("temperature", {{"channel", with ? "Greenhouse Peak" : b20}}).value == 4.2);
        CHECK(n.last("temperature", {{"channel", with ? "a,b" : "10.000010EF0000"}}).value == 1.6);
        CHECK(n.last("temperature", {{"channel", with ? "K\xc3\xbc"
                                                        "che"
                                                      : "A6.0000A6590100"}})
                  .value == 16.7);
        CHECK(n.last("input", {{"channel", with ? "...B" : "12.000012ED0400.B"}}).value == 1);
        CHECK(n.last("pulse_count", {{"channel", "1D.00001DE20300.A"}}).value == 32);
        CHECK(n.emitted("relay").size() == 10);
        CHECK(n.logs("odd_entries").empty());
        CHECK(n.health().empty());
    }
    std::filesystem::remove(aliases);
}
