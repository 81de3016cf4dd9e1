// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include <releve/testing/catch.hpp>

#include <boost/json.hpp>

using namespace testbed;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("without a command it shows its help, and says that this was no command") {
    const auto none = run({});
    CHECK(none.code == 2);
    CHECK_THAT(none.err, ContainsSubstring("usage: releve COMMAND"));
    const auto help = run({"help"});
    CHECK(help.code == 0);
    for (const auto* command :
         {"run", "check", "status", "tap", "reload", "dead-letters", "plugins", "describe", "new", "version"}) {
        CHECK_THAT(help.out, ContainsSubstring(std::string{"\n  "} + command + " "));
        const auto page = run({command, "--help"});
        CHECK(page.code == 0);
        CHECK_THAT(page.out, ContainsSubstring(std::string{"usage: releve "} + command));
    }
}

TEST_CASE("a command or an option that is not there is named, with the nearest one") {
    const auto wrong = run({"chek", "x.toml"});
    CHECK(wrong.code == 2);
    CHECK_THAT(wrong.err, ContainsSubstring("no command 'chek'; did you mean 'check'?"));
    const auto option = run({"run", "--onec", "x.toml"});
    CHECK(option.code == 2);
    CHECK_THAT(option.err, ContainsSubstring("--onec"));
    CHECK(run({"run"}).code == 2);
    CHECK(run({"run", "--log", "loud", "x.toml"}).code == 2);
}

TEST_CASE("version, plugins and describe speak JSON to scripts") {
    const auto version = boost::json::parse(run({"version", "--json"}).out);
    CHECK(version.at("abi").as_string() == "1.0");
    const auto plugins = boost::json::parse(run({"plugins", "--json"}).out);
    bool found = false;
    for (const auto& one : plugins.at("plugins").as_array())
        found = found || one.at("name").as_string() == "cpu-temperature";
    CHECK(found);
    const auto described = boost::json::parse(run({"describe", "--json", "cpu_temperature"}).out);
    CHECK(described.at("makes").as_bool());
    CHECK(described.at("options").as_array().front().at("key").as_string() == "path");
}

TEST_CASE("describe shows a component's options, and the nearest name for one that is not there") {
    const auto page = run({"describe", "cpu_temperature"});
    CHECK(page.code == 0);
    CHECK_THAT(page.out, ContainsSubstring("sysfs file to read"));
    CHECK_THAT(run({"describe", "--markdown", "cpu_temperature"}).out, ContainsSubstring("| `path` |"));
    const auto wrong = run({"describe", "cpu_temperatur"});
    CHECK(wrong.code == 1);
    CHECK_THAT(wrong.err, ContainsSubstring("did you mean 'cpu_temperature'?"));
}

TEST_CASE("plugins says where it looked when there are none") {
    const folder empty;
    const auto none = run({"plugins"}, {{"RELEVE_PLUGINS", empty.file("nowhere")}});
    CHECK(none.code == 0);
    CHECK_THAT(none.out, ContainsSubstring("no plugins found in " + empty.file("nowhere")));
}
