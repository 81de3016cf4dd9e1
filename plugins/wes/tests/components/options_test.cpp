// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

using releve::testing::plugin;

namespace {

std::string said(const std::string& connection, const std::string& source) {
    std::string all;
    const auto toml = "[connection.c]\ncomponent = \"wes\"\n" + connection +
                      "\n[source.s]\ncomponent = \"wes_http\"\nconnection = \"c\"\n" + source;
    try {
        for (const auto& one : releve::testing::problems(plugin{}, "wes_http", toml)) all += one.what + "\n";
    } catch (const releve::testing::bad_options& problems) {
        all = problems.what();
    }
    return all;
}

const std::string one_server = "servers = [{ name = \"A11\", host = \"192.168.1.111\" }]";

} // namespace

TEST_CASE("good options are accepted") {
    CHECK(said(one_server, "").empty());
    CHECK(said("servers = [{ name = \"A\", host = \"wes.local\", port = 8081, user = \"me\", password = \"x\" }, "
               "{ name = \"B\", host = \"fe80::1\" }]\ntimeout = \"5s\"",
               "interval = \"1s\"\nchannels = [{ channel = \"pulse1\", unit = \"l\", per_pulse = 0.25 }, "
               "{ channel = \"probe30\", server = \"B\", measures = \"illuminance\", enabled = true }, "
               "{ channel = \"relay101\", enabled = false }]\nunlisted = \"off\"")
              .empty());
}

TEST_CASE("bad options are refused, each with a reason") {
    using Catch::Matchers::ContainsSubstring;
    const std::vector<std::pair<std::string, std::string>> servers{
        {"{ name = \"\", host = \"h\" }", "1 to 64"},
        {"{ name = \"A\", host = \"h\" }, { name = \"A\", host = \"i\" }", "another server has the name 'A'"},
        {"{ name = \"A\", host = \"http://h/\" }", "not an address or host name"},
        {"{ name = \"A\", host = \"h@i\" }", "not an address or host name"},
        {"{ name = \"A\", host = \"h\", user = \"a:b\" }", "no ':'"},
        {"{ name = \"A\", host = \"h\", password = \"" + std::string(65, 'x') + "\" }", "longer than 64"},
        {"{ name = \"A\", host = \"h\", port = 0 }", "port"},
    };
    for (const auto& [server, why] : servers)
        CHECK_THAT(said("servers = [" + server + "]", ""), ContainsSubstring(why));
    CHECK_THAT(said(one_server + "\npath = \"data.cgx\"", ""), ContainsSubstring("begins with '/'"));

    const std::vector<std::pair<std::string, std::string>> channels{
        {"{ channel = \"probe31\" }", "no channel 'probe31'"},
        {"{ channel = \"tic1\", server = \"B\" }", "no server 'B'"},
        {"{ channel = \"tic1\", unit = \"l\" }", "is for pulse counters"},
        {"{ channel = \"pulse1\", per_pulse = 2 }", "of which unit"},
        {"{ channel = \"tic1\", measures = \"illuminance\" }", "is for probes"},
        {"{ channel = \"tic1\" }, { channel = \"tic1\" }", "twice"},
    };
    for (const auto& [channel, why] : channels)
        CHECK_THAT(said(one_server, "channels = [" + channel + "]"), ContainsSubstring(why));
}

TEST_CASE("a password is never shown") {
    const auto text =
        said("servers = [{ name = \"A\", host = \"h\", password = \"" + std::string(65, 'Z') + "\" }]", "");
    CHECK(text.find("ZZZ") == std::string::npos);
}
