// SPDX-License-Identifier: Apache-2.0
// The example of README.md. In a plugin's own tests the plugin is `releve::testing::plugin{}`: the file that
// releve_add_plugin_test names.
#include <releve/source.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

using namespace releve::literals;

namespace {

class cpu_temperature final : public releve::source {
    std::string path_;
    releve::series temperature_;

public:
    static constexpr auto summary = "Temperature of this machine's processor";
    static void describe(releve::option_list& o) {
        o.path("path", "sysfs file to read").fallback("/sys/class/thermal/thermal_zone0/temp");
        o.interval(10s).at_least(1s);
    }
    explicit cpu_temperature(releve::context& host)
        : path_{host.options().path("path")}
        , temperature_{host.gauge("temperature", "Cel", "Processor temperature", {{"device", "cpu"}})} {}

    void collect(releve::output& out) override { out.add(temperature_, releve::read_number(path_) / 1000); }
};

const releve::testing::plugin sensors{releve::component<cpu_temperature>("cpu_temperature")};

} // namespace

TEST_CASE("the temperature is read in degrees") {
    releve::testing::node n{sensors, "cpu_temperature", R"(path = "testdata/temperature")"};
    REQUIRE(n.start());
    REQUIRE(n.collect());

    const auto record = n.last("temperature", {{"device", "cpu"}});
    CHECK(record.value == 47.5);
    CHECK(record.unit() == "Cel");
    CHECK(record.time == n.now()); // of the virtual clock, which did not move
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("a missing sensor is a transient failure, with its path") {
    releve::testing::node n{sensors, "cpu_temperature", R"(path = "testdata/none")"};
    REQUIRE(n.start());
    const auto answer = n.collect();
    CHECK(answer.transient());
    CHECK_THAT(answer.why, Catch::Matchers::ContainsSubstring("testdata/none: No such file"));
}

TEST_CASE("a misspelt option is reported with its line, and the right one is suggested") {
    const auto found = releve::testing::problems(sensors, "cpu_temperature", "\npaht = \"x\"");
    REQUIRE(found.size() == 1);
    CHECK(found[0].line == 2);
    CHECK_THAT(found[0].help, Catch::Matchers::ContainsSubstring("'path'"));
}
