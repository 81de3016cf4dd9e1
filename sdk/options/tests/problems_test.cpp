// SPDX-License-Identifier: Apache-2.0
#include "described.hpp"

#include <releve/testing/catch.hpp>

using namespace described;

namespace {

std::string one(const std::string& toml, const releve::options::description& option) {
    return section(toml, {option}).problem();
}

} // namespace

TEST_CASE("an option that is not described is refused") {
    const auto wait = option(RELEVE_OPTION_DURATION, "wait");
    CHECK(one("wiat = \"1s\"", wait) == "2:1 no option 'wiat' in component 'meter'; did you mean 'wait'?");
    CHECK(one("colour = 1", wait) == "2:1 no option 'colour' in component 'meter'; there is only 'wait'");
    CHECK(one("inptus = 1", wait) == "2:1 no option 'inptus' in component 'meter'; did you mean 'inputs'?");
    CHECK(section("a = 1", {}).problem() == "2:1 no option 'a' in component 'meter'; it has no options");
    const auto servers = tables("servers", {option(RELEVE_OPTION_TEXT, "host")});
    CHECK(one("servers = [{ host = \"a\" }, { hots = \"b\" }]", servers) ==
          "2:30 no option 'hots' in 'servers[1]'; did you mean 'host'?");
}

TEST_CASE("a missing required option is reported at the section") {
    auto port = required(RELEVE_OPTION_PATH, "port");
    CHECK(one("", port) == "1:1 option 'port' is missing in component 'meter'; add 'port', a path: What it is for");
    port.example = "\"/dev/ttyUSB0\"";
    CHECK(one("", port) ==
          "1:1 option 'port' is missing in component 'meter'; add 'port = \"/dev/ttyUSB0\"': What it is for");
    CHECK(one("prot = \"x\"", port) == "2:1 no option 'prot' in component 'meter'; did you mean 'port'?");
    CHECK(one("servers = [{}]", tables("servers", {port}))
              .starts_with("2:12 option 'port' is missing in 'servers[0]'; "));
    CHECK(one("", tables("servers", {port})) == "none");
}

TEST_CASE("nothing is converted, and the help says what to write") {
    CHECK(one("a = 5", option(RELEVE_OPTION_TEXT, "a")) == "2:1 'a' must be a string, not an integer; write \"5\"");
    CHECK(one("a = 1.5", option(RELEVE_OPTION_INTEGER, "a")) == "2:1 'a' must be an integer, not a number");
    CHECK(one("a = \"5\"", option(RELEVE_OPTION_INTEGER, "a")) ==
          "2:1 'a' must be an integer, not a string; write 5, without quotes");
    CHECK(one("a = \"yes\"", option(RELEVE_OPTION_BOOLEAN, "a")) ==
          "2:1 'a' must be a boolean, not a string; write true, without quotes");
    CHECK(one("a = 1", option(RELEVE_OPTION_BOOLEAN, "a")) == "2:1 'a' must be a boolean, not an integer");
    CHECK(one("a = 10", option(RELEVE_OPTION_DURATION, "a")) ==
          "2:1 'a' must be a duration, not an integer; write \"10s\" if it is in seconds");
    CHECK(one("a = true", option(RELEVE_OPTION_SIZE, "a")) ==
          "2:1 'a' must be a size, not a boolean; a size is written like 4096, \"64KiB\" or \"10MB\"");
    CHECK(one("a = nan", option(RELEVE_OPTION_NUMBER, "a")) == "2:1 'a' must be a finite number");
    CHECK(one("a = \"x\"", list(RELEVE_OPTION_TEXT, "a")) ==
          "2:1 'a' must be a list of strings, not a string; write it in brackets: [...]");
    CHECK(one("a = [\"x\", 2]", list(RELEVE_OPTION_TEXT, "a")) ==
          "2:11 'a[1]' must be a string, not an integer; write \"2\"");
    CHECK(one("a = 1", table("a", {option(RELEVE_OPTION_TEXT, "b")})) == "2:1 'a' must be a table, not an integer");
    CHECK(one("a = 1979-05-27", option(RELEVE_OPTION_TEXT, "a")) == "2:1 'a' must be a string, not a date");
    CHECK(one("a = \"x\\u0000y\"", option(RELEVE_OPTION_TEXT, "a")) == "2:1 'a' holds a NUL character");
    CHECK(one("a = \"\"", option(RELEVE_OPTION_PATH, "a")) == "2:1 'a' is an empty path");
    CHECK(one("a = -1", option(RELEVE_OPTION_SIZE, "a")) == "2:1 'a' must not be negative");
}

TEST_CASE("for durations, sizes and choices the help says what was meant") {
    CHECK(one("a = \"10 min\"", option(RELEVE_OPTION_DURATION, "a")) ==
          "2:1 'a': \"10 min\" is not a duration; write \"10m\"");
    CHECK(one("a = \"soon\"", option(RELEVE_OPTION_DURATION, "a")) ==
          "2:1 'a': \"soon\" is not a duration; a duration is written like \"10s\", \"1h30m\" or \"500ms\"");
    CHECK(one("a = \"4 Mo\"", option(RELEVE_OPTION_SIZE, "a")) == "2:1 'a': \"4 Mo\" is not a size; write \"4MB\"");
    CHECK(one("a = \"blocks\"", choice("a", {"block", "drop_oldest"})) ==
          "2:1 'a' must be 'block' or 'drop_oldest', not \"blocks\"; did you mean 'block'?");
}

TEST_CASE("bounds are shown in the option's own notation") {
    auto wait = option(RELEVE_OPTION_DURATION, "a");
    wait.minimum = "1s";
    wait.maximum = "1h";
    CHECK(one("a = \"500ms\"", wait) == "2:1 'a' must be at least 1s, not 500ms; from 1s to 1h");
    CHECK(one("a = \"61m\"", wait) == "2:1 'a' must be at most 1h, not 1h1m; from 1s to 1h");
    CHECK(one("a = \"1h\"", wait) == "none");
    auto power = option(RELEVE_OPTION_NUMBER, "a");
    power.maximum = "36";
    power.unit = "kV.A";
    CHECK(one("a = 36.5", power) == "2:1 'a' must be at most 36 kV.A, not 36.5");
    auto servers = list(RELEVE_OPTION_TEXT, "a");
    servers.minimum = "1";
    CHECK(one("a = []", servers) == "2:1 'a' must have at least 1 item, not 0");
}

TEST_CASE("all mistakes are found, in the file's order") {
    const section read("z = 1\nwait = \"1 s\"\nb = 2\n",
                       {option(RELEVE_OPTION_DURATION, "wait"), required(RELEVE_OPTION_TEXT, "host")});
    std::vector<std::uint32_t> lines;
    for (const auto& problem : read.problems) lines.push_back(problem.where.line);
    CHECK(lines == std::vector<std::uint32_t>{1, 2, 3, 4});
}
