// SPDX-License-Identifier: Apache-2.0
#include "config/pipeline_file.hpp"
#include "config/shown_line.hpp"
#include "test_components.hpp"

#include <releve/testing/catch.hpp>

#include <sstream>

using releve::core::show_line;

namespace {

std::string both(std::string_view line, releve::options::position where,
                 const std::vector<releve::options::position>& hidden = {}) {
    const auto shown = show_line(line, where, hidden);
    return shown.text + "\n" + shown.underline;
}

releve::core::checked_file read(const std::string& text) {
    static releve::core::catalogue plugins({});
    static const bool added = (plugins.add(test_components()), true);
    REQUIRE(added);
    return releve::core::read_pipeline_text(text, "site.toml", plugins);
}

} // namespace

TEST_CASE("the underline is below its characters") {
    CHECK(both("name = 1", {1, 1, 4}) == "name = 1\n^^^^");
    CHECK(both("\tname = 1", {1, 2, 4}) == "    name = 1\n    ^^^^");
    CHECK(both("t\u00e9 = \"\u00e9\", x = 1", {1, 11, 1}) == "t\u00e9 = \"\u00e9\", x = 1\n          ^");
    CHECK(both("e\u0301x", {1, 3, 1}) == "e\u0301x\n ^");
    CHECK(both("\u96fb\u8a71 = 1", {1, 1, 2}) == "\u96fb\u8a71 = 1\n^^^^");
    CHECK(both("b =", {1, 5, 1}) == "b =\n   ^");
    CHECK(both("", {1, 1, 1}) == "\n^");
}

TEST_CASE("a line can do nothing to a terminal") {
    CHECK(show_line("a\033[31mb", {1, 1, 1}, {}).text == "a\ufffd[31mb");
    CHECK(show_line("a\xff\xfe", {1, 1, 1}, {}).text == "a\ufffd\ufffd");
    CHECK(show_line("a\u202eb\u200fc", {1, 1, 1}, {}).text == "a\ufffdb\ufffdc");
    CHECK(show_line("\u009b31m", {1, 1, 1}, {}).text == "\ufffd31m");
    CHECK(show_line("\xe2\x82", {1, 1, 1}, {}).text == "\ufffd\ufffd");
}

TEST_CASE("a long line is shown around the position") {
    const auto line = std::string(300, 'a') + "KEY" + std::string(300, 'b');
    const auto shown = show_line(line, {1, 301, 3}, {});
    CHECK(shown.text.size() < 170);
    CHECK(shown.text.find("KEY") == shown.underline.find("^^^"));
    CHECK(shown.text.starts_with("...aaa"));
    CHECK(shown.text.ends_with("bbb..."));
}

TEST_CASE("a secret in a shown line is not shown") {
    CHECK(both("password = \"hunter2\", x = 1", {1, 23, 1}, {{1, 12, 9}}) ==
          "password = \"***\", x = 1\n                  ^");
    CHECK(both("x = \"hunter2\"", {1, 1, 1}, {{2, 5, 9}}) == "x = \"hunter2\"\n^"); // another line's
    // In text that is not TOML, by the name of the key.
    CHECK(show_line("wifi_password = \"hunter2", {1, 1, 1}, {}).text == "wifi_password = \"***\"");
    CHECK(show_line("a = 1, \"api_token\" = 'hunter2' x", {1, 1, 1}, {}).text.find("hunter2") == std::string::npos);
    CHECK(show_line("sim_pin = 12a4", {1, 1, 1}, {}).text == "sim_pin = \"***\"");
    CHECK(show_line("password = hunter2 or 3, x = 1", {1, 1, 1}, {}).text == "password = \"***\", x = 1");
    CHECK(show_line("password = { env = \"NAME\" }", {1, 1, 1}, {}).text == "password = { env = \"NAME\" }");
}

TEST_CASE("scripts get JSON") {
    std::ostringstream good, bad;
    releve::core::print_json(
        good, read("[source.a]\ncomponent = \"relay\"\n[sink.b]\ncomponent = \"relay\"\ninputs = [\"b\"]\n"));
    releve::core::print_json(
        bad, read("[site]\ncolour = \"\\\"\"\n[sink.b]\ncomponent = \"relay\"\ninputs = [\"\\u0007\"]\n"));
    CHECK(bad.str() == "[\n"
                       "  {\"file\": \"site.toml\", \"line\": 2, \"column\": 1, \"length\": 6, \"message\": \"no "
                       "option 'colour' in [site]\", "
                       "\"help\": \"there are 'name', 'timezone', 'state', 'max_series', 'grace', 'commit', "
                       "'first_reading', 'control' "
                       "and 'listen'\"},\n"
                       "  {\"file\": \"site.toml\", \"line\": 5, \"column\": 11, \"length\": 8, \"message\": \"there "
                       "is no node '\\u0007'\", "
                       "\"help\": \"\"}\n"
                       "]\n");
    std::ostringstream none;
    releve::core::print_json(
        none,
        read("[sink.b]\ncomponent = \"store\"\ninputs = [\"a\"]\n[source.a]\ncomponent = \"line\"\nport = \"p\"\n"));
    CHECK(none.str() == "[]\n");
}

TEST_CASE("a component's own refusal is shown at its key") {
    auto result =
        read("[connection.b]\ncomponent = \"bus\"\nservers = [{ name = \"a\", host = \"h\" }]\n"
             "[source.a]\ncomponent = \"line\"\nport = \"p\"\n[sink.s]\ncomponent = \"store\"\ninputs = [\"a\"]\n");
    REQUIRE(result.diagnostics.empty());
    const auto& bus = result.pipeline.connections[0];
    result.diagnostics.push_back(locate(result, bus, "servers[0].host", "\"h\" is not an address"));
    result.diagnostics.push_back(locate(result, bus, "time_limit", "it is too short for one server"));
    result.diagnostics.push_back(locate(result, result.pipeline.nodes[1], "", "there is no room"));
    std::ostringstream printed;
    releve::core::print(printed, result, false);
    CHECK(printed.str() == "site.toml:3:26: error: 'servers[0].host' is refused: \"h\" is not an address\n"
                           "    3 | servers = [{ name = \"a\", host = \"h\" }]\n"
                           "      |                          ^^^^\n"
                           "site.toml:1:1: error: 'time_limit' is refused: it is too short for one server\n"
                           "    1 | [connection.b]\n"
                           "      | ^^^^^^^^^^^^^^\n"
                           "site.toml:7:1: error: sink 's' can't be created: there is no room\n"
                           "    7 | [sink.s]\n"
                           "      | ^^^^^^^^\n");
    std::ostringstream coloured;
    releve::core::print(coloured, result, true);
    CHECK(coloured.str().find("\033[1;31merror: \033[0m") != std::string::npos);
}
