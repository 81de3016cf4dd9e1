// SPDX-License-Identifier: Apache-2.0
// What is read from a good pipeline file.
#include "config/pipeline_file.hpp"
#include "test_components.hpp"

#include <releve/testing/catch.hpp>

#include <cstdlib>
#include <sstream>

using namespace releve::core;

namespace {

checked_file read(const std::string& text, catalogue& plugins, const std::filesystem::path& name = "conf/site.toml") {
    auto result = read_pipeline_text(text, name, plugins);
    std::ostringstream printed;
    print(printed, result, false);
    INFO(printed.str());
    CHECK(result.diagnostics.empty());
    return result;
}

struct components : catalogue {
    components()
        : catalogue({}) {
        add(test_components());
    }
};

constexpr auto whole = R"(
[site]
name = "les-tilleuls"
timezone = "Europe/Paris"
state = "state"
max_series = 20
grace = "3s"

[sink.db]
component = "store"
inputs = ["lin*", "scaled", "relays"]
queue = { size = "1MiB", policy = "drop_oldest" }
startup = "fail"

[connection.unused]
component = "modem"
port = "/dev/ttyS0"

[connection.dwellings]
component = "bus"
servers = [{ name = "A11", host = "192.168.1.111" }]

[source.linky]
component = "line"
port = "ttyUSB0"

[source.readings]
component = "meter"
connection = "dwellings"
interval = "30s"
align = true

[transform.scaled]
component = "scale"
inputs = ["readings"]
by = 2

[sink.relays]
component = "relay"
inputs = ["linky"]
)";

} // namespace

TEST_CASE("a pipeline file is read whole") {
    components plugins;
    const auto result = read(whole, plugins);
    const auto& pipeline = result.pipeline;
    CHECK(pipeline.site.name == "les-tilleuls");
    CHECK(pipeline.site.timezone == "Europe/Paris");
    CHECK(pipeline.site.state == "conf/state");
    CHECK(pipeline.site.max_series == 20);
    CHECK(pipeline.site.grace == 3'000'000'000);

    REQUIRE(pipeline.connections.size() == 2);
    CHECK(pipeline.connections[1].name == "dwellings");
    CHECK(pipeline.connections[1].kind == section_kind::connection);

    REQUIRE(pipeline.nodes.size() == 5);
    const auto& db = pipeline.nodes[0];
    CHECK(db.name == "db");
    CHECK(db.kind == section_kind::sink);
    CHECK(db.component->abi->write != nullptr);
    CHECK(db.inputs == std::vector<std::size_t>{1, 3, 4});
    CHECK(db.queue_bytes == 1 << 20);
    CHECK(db.policy == queue_policy::drop_oldest);
    CHECK(db.startup == startup_policy::fail);
    CHECK(db.where.line == 9);
    CHECK(db.interval == 0);

    const auto& readings = pipeline.nodes[2];
    CHECK(readings.interval == 30'000'000'000);
    CHECK(readings.align);
    CHECK(readings.connections == std::vector<std::size_t>{1});
    CHECK(readings.queue_bytes == 4 << 20);
    CHECK(readings.policy == queue_policy::block);
    CHECK(readings.startup == startup_policy::retry);
    CHECK(pipeline.nodes[1].interval == 0);
    CHECK(pipeline.nodes[3].inputs == std::vector<std::size_t>{2});
    CHECK(pipeline.nodes[4].interval == 60'000'000'000); // the component's own default
}

TEST_CASE("a site without [site] has the defaults of the system") {
    components plugins;
    const std::string text =
        "[source.a]\ncomponent = \"line\"\nport = \"p\"\n[sink.b]\ncomponent = \"store\"\ninputs = [\"*\"]\n";
    ::unsetenv("STATE_DIRECTORY");
    const auto alone = read(text, plugins);
    CHECK_FALSE(alone.pipeline.site.name.empty());
    CHECK_FALSE(alone.pipeline.site.timezone.empty());
    CHECK(alone.pipeline.site.state == "conf/releve-state");
    CHECK(alone.pipeline.site.max_series == 10'000);
    CHECK(alone.pipeline.site.grace == 10'000'000'000);
    ::setenv("STATE_DIRECTORY", "/var/lib/releve:/var/lib/other", 1);
    CHECK(read(text, plugins).pipeline.site.state == "/var/lib/releve");
    ::unsetenv("STATE_DIRECTORY");
}

TEST_CASE("a file with DOS line ends and a byte order mark is read") {
    components plugins;
    CHECK(read("\xEF\xBB\xBF[source.a]\r\ncomponent = \"line\"\r\nport = \"p\"\r\n[sink.b]\r\ncomponent = "
               "\"store\"\r\ninputs = [\"a\"]\r\n",
               plugins)
              .pipeline.nodes.size() == 2);
}

TEST_CASE("a file that can't be read is reported") {
    components plugins;
    const auto first = [&](const char* file) {
        const auto result = read_pipeline(file, plugins);
        REQUIRE(result.diagnostics.size() == 1);
        CHECK(result.diagnostics[0].problem.where.line == 0);
        return result.diagnostics[0].problem.what;
    };
    CHECK(first("no/such/file.toml") == "the file can't be read: No such file or directory");
    CHECK(first("/") == "this is a folder, not a pipeline file");
    CHECK(first("/dev/zero") == "the file is larger than 1MiB");
}

TEST_CASE("a file cut anywhere, or with any byte changed, is at most reported") {
    components plugins;
    const std::string text = whole;
    for (std::size_t size = 0; size < text.size(); size += 3) {
        std::ostringstream printed;
        print(printed, read_pipeline_text(text.substr(0, size), "site.toml", plugins), false);
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
        std::ostringstream printed;
        print(printed, read_pipeline_text(changed, "site.toml", plugins), false);
    }
    SUCCEED();
}
