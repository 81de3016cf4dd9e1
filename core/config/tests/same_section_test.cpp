// SPDX-License-Identifier: Apache-2.0
// What a reload takes for changed.
#include "config/same_section.hpp"
#include "test_components.hpp"

#include <releve/testing/catch.hpp>

#include <string>

using namespace releve::core;

namespace {

/// A file with a sink and a polled source, whose keys are added to.
struct site_file {
    explicit site_file(const std::string& sink, const std::string& source, const std::string& options = {}) {
        plugins.add(test_components());
        file = read_pipeline_text(
            "[sink.db]\ncomponent = \"store\"\ninputs = [\"*\"]\n" + sink +
                "\n[source.readings]\ncomponent = \"meter\"\nconnection = \"bus\"\n" + source +
                "\n[source.linky]\ncomponent = \"line\"\nport = \"p\"\n" + options +
                "\n[connection.bus]\ncomponent = \"bus\"\nservers = [{ name = \"a\", host = \"h\" }]\n",
            "site.toml", plugins);
        REQUIRE(file.diagnostics.empty());
    }
    const node_section& sink() const { return file.pipeline.nodes[0]; }
    const node_section& source() const { return file.pipeline.nodes[1]; }
    const node_section& line() const { return file.pipeline.nodes[2]; }
    catalogue plugins{std::vector<std::filesystem::path>{}};
    checked_file file;
};

} // namespace

TEST_CASE("a section is the same in two files that say the same, wherever it is") {
    const site_file one{"", ""}, other{"queue = { size = \"4MiB\" } # as by default, and given\n\n", ""};
    CHECK(same_section(one.source(), other.source()));
    CHECK(one.source().where.line != other.source().where.line);
    CHECK(same_section(one.sink(), other.sink())); // the host's own keys count by their value
}

TEST_CASE("each key of a node makes another section") {
    const site_file one{"", ""};
    for (const auto* keys :
         {"queue = { size = \"5MiB\" }", "queue = { policy = \"drop_oldest\" }", "spool = false",
          "spool = { size = \"2GiB\" }", "spool = { age = \"1h\" }", "spool = { full = \"block\" }",
          "spool = { first = true }", "startup = \"fail\"", "url = \"other\"", "password = \"other\""}) {
        INFO(keys);
        const site_file other{keys, ""};
        CHECK_FALSE(same_section(one.sink(), other.sink()));
        CHECK(same_section(one.source(), other.source()));
    }
    for (const auto* keys : {"interval = \"30s\"", "detail = \"all\"", "align = true", "at = [\"06:00\"]",
                             "align = true\njitter = \"1s\"", "align = true\ndays = [\"mon\"]"}) {
        INFO(keys);
        CHECK_FALSE(same_section(one.source(), site_file("", keys).source()));
    }
    CHECK_FALSE(same_section(one.line(), site_file("", "", "baud = 9600").line()));
    CHECK_FALSE(same_section(one.sink(), one.source()));
}

TEST_CASE("the key of [site] that differs is named") {
    const site_section one{"a", "UTC", "/state", 1, 2, 3, "/control", {"127.0.0.1", 1}};
    CHECK(changed_key(one, one).empty());
    const auto changed = [&](auto change) {
        auto other = one;
        change(other);
        return changed_key(one, other);
    };
    CHECK(changed([](auto& it) { it.name = "b"; }) == "name");
    CHECK(changed([](auto& it) { it.timezone = "Europe/Paris"; }) == "timezone");
    CHECK(changed([](auto& it) { it.state = "/other"; }) == "state");
    CHECK(changed([](auto& it) { it.max_series = 9; }) == "max_series");
    CHECK(changed([](auto& it) { it.grace = 9; }) == "grace");
    CHECK(changed([](auto& it) { it.commit_interval = 9; }) == "commit");
    CHECK(changed([](auto& it) { it.believes_first = true; }) == "first_reading");
    CHECK(changed([](auto& it) { it.control = "/other"; }) == "control");
    CHECK(changed([](auto& it) { it.listen.host = "::1"; }) == "listen");
    CHECK(changed([](auto& it) { it.listen.port = 9; }) == "listen");
}
