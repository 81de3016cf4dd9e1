// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace {

std::string said(const std::string& toml) {
    std::string all;
    for (const auto& one : releve::testing::problems(releve::testing::plugin{}, "onewire", toml))
        all += one.what + "\n";
    return all;
}

} // namespace

TEST_CASE("options that are good") {
    for (const char* server : {"localhost", "localhost:4304", "192.168.1.5:14304", "[::1]", "[fe80::1%eth0]:4304"})
        CHECK(said("server = \"" + std::string{server} + "\"").empty());
    CHECK(said("w1 = \"/sys/bus/w1/devices\"\ndevices = [{ id = \"28-0002D7280000\", name = \"a\" }]").empty());
}

TEST_CASE("options that are refused, each with a reason") {
    const std::string server = "server = \"localhost\"\n", w1 = "w1 = \"/sys\"\n";
    const std::vector<std::pair<std::string, std::string>> all{
        {"", "give one"},
        {server + w1, "give one"},
        {"server = \"a:b\"", "an address and port is localhost:4304"},
        {"server = \"a:70000\"", "an address and port is localhost:4304"},
        {"server = \"tcp://a\"", "an address and port is localhost:4304"},
        {"server = \"[::1\"", "an address and port is localhost:4304"},
        {server + "devices = [{ id = \"28-0002d7280000\" }]", "as owserver writes it"},
        {w1 + "devices = [{ id = \"28.0002d7280000\" }]", "as the kernel writes it"},
        {server + "devices = [{ id = \"28.0002d728000/\" }]", "as owserver writes it"},
        {server + "devices = [{ id = \"01.0002d7280000\" }]", "family"},
        {w1 + "devices = [{ id = \"12-0002d7280000\" }]", "family"},
        {server + "devices = [{ id = \"28.0002d7280000\" }, { id = \"28.0002D7280000\" }]", "another device"},
        {server + "devices = [{ id = \"28.0002d7280000\", name = \"a\" }, { id = \"28.0002d7280001\", name = \"a\" }]",
         "another device has this name"},
        {server + "devices = [{ id = \"28.0002d7280000\", name = \"\" }]", "1 to 64"},
        {server + "scan = false", "'devices'"},
        {w1 + "humidity = \"HIH5030\"", "HIH4000 and HIH3600"},
    };
    for (const auto& [toml, why] : all) {
        INFO(toml);
        CHECK_THAT(said(toml), Catch::Matchers::ContainsSubstring(why));
    }
}
