// SPDX-License-Identifier: Apache-2.0
#include "components.hpp"
#include "control/metrics_page.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/string.hpp>
#include <releve/testing/catch.hpp>

#include <array>
#include <set>
#include <sstream>

using namespace releve::core;
using Catch::Matchers::ContainsSubstring;
using releve::to_c;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 1'767'225'600 * second; // 2026-01-01 00:00 UTC

void declare(runtime& in, std::string_view node, std::string_view name, std::string_view label, double value) {
    const releve_label one{to_c(label), to_c("x\"\\\n")};
    releve_metric what{};
    what.size = sizeof what;
    what.kind = name.ends_with("_total") ? RELEVE_METRIC_COUNTER : RELEVE_METRIC_GAUGE;
    what.name = to_c(name);
    what.help = to_c("A figure\nof the plugin");
    what.labels = &one;
    what.label_count = 1;
    std::string why;
    const auto number = in.metrics().declare(node, what, why);
    REQUIRE(number != 0);
    in.metrics().set(number, value);
}

/// Fails for what is against the format: a bad line, a name in two places, a sample twice.
void check_format(const std::string& page) {
    std::istringstream in{page};
    std::set<std::string> types, samples;
    std::string name;
    for (std::string line; std::getline(in, line);) {
        INFO(line);
        if (line.rfind("# TYPE ", 0) == 0) {
            name = line.substr(7, line.find(' ', 7) - 7);
            CHECK(types.insert(name).second);
            CHECK(line == "# TYPE " + name + (name.find("_total") == name.size() - 6 ? " counter" : " gauge"));
        } else if (line.rfind("# HELP ", 0) != 0) {
            const auto end = line.rfind(' ');
            CHECK(line.substr(0, line.find_first_of("{ ")) == name);
            CHECK(samples.insert(line.substr(0, end)).second);
            CHECK_NOTHROW(std::stod(line.substr(end + 1)));
        }
    }
    CHECK(types.size() > 10);
}

} // namespace

TEST_CASE("hostile labels neither reach a terminal nor cost the page") {
    testbed::bed<virtual_clock> b{R"([source.a]
component = "beat"
[sink.db]
component = "store"
inputs = ["a"])",
                                  start};
    const auto declare_with = [&](std::string_view value, double number) {
        const releve_label one{to_c("text"), to_c(value)};
        releve_metric what{};
        what.size = sizeof what;
        what.kind = RELEVE_METRIC_GAUGE;
        what.name = to_c("odd");
        what.help = to_c("A \033[31mfigure\xff");
        what.labels = &one;
        what.label_count = 1;
        std::string why;
        b.pipeline->metrics().set(b.pipeline->metrics().declare("a", what, why), number);
        CHECK(why.empty());
    };
    for (const auto* odd : {"\033[31m", "\xff[31m", "\u009b31m", "\u202e[31m"}) declare_with(odd, 1);
    declare_with("plain", 7);
    const auto page = metrics_page(*b.pipeline, start);
    INFO(page);
    check_format(page); // no sample is there twice
    CHECK(page == releve::kit::printable_lines(page));
    CHECK_THAT(page, ContainsSubstring("releve_odd{node=\"a\",text=\"plain\"} 7\n") &&
                         ContainsSubstring("releve_odd{node=\"a\",text=\"\ufffd[31m\"} 1\n") &&
                         ContainsSubstring("# HELP releve_odd A \ufffd[31mfigure\ufffd\n"));
}

TEST_CASE("the metrics page has the figures of each node, and those that nodes keep of themselves") {
    testbed::bed<virtual_clock> b{R"(grace = "5m"
[source.a]
component = "beat"
interval = "10s"
records = 2
[transform.t]
component = "rude"
inputs = ["a"]
[sink.db]
component = "store"
inputs = ["a", "t"])",
                                  start};
    b.pipeline->start();
    b.clock.advance(25 * second);
    declare(*b.pipeline, "a", "port_bytes_total", "port", 1.5);
    declare(*b.pipeline, "db", "port_bytes_total", "port", 2);
    declare(*b.pipeline, "a", "queue_bytes", "node", 3); // a name and a label of the host's
    declare(*b.pipeline, "a", "level", "0-name", -0.25);
    const auto page = metrics_page(*b.pipeline, start);
    INFO(page);
    check_format(page);
    for (const auto* line :
         {"releve_made_records_total{node=\"a\"} 6", "releve_taken_records_total{node=\"db\"} 6",
          "releve_written_records_total{node=\"db\"} 6", "releve_failures_total{node=\"t\"} 3",
          "releve_node_up{node=\"a\"} 1", "releve_node_info{node=\"db\",kind=\"sink\",component=\"store\"} 1",
          "releve_queue_limit_bytes{node=\"db\"} 4194304", "releve_last_value_timestamp_seconds{node=\"a\"} 1767225620",
          "releve_start_timestamp_seconds 1767225600", "# HELP releve_port_bytes_total A figure\\nof the plugin",
          "releve_port_bytes_total{node=\"a\",port=\"x\\\"\\\\\\n\"} 1.5",
          "releve_node_queue_bytes{node=\"a\",node_=\"x\\\"\\\\\\n\"} 3", "releve_level{node=\"a\",_0_name="})
        CHECK_THAT(page, ContainsSubstring("\n" + std::string{line}));
    CHECK_THAT(page, !ContainsSubstring("releve_written_records_total{node=\"a\"}"));
    CHECK(b.node("t").figures().last_error().time == start + 20 * second);
    CHECK(b.pipeline->stop());
}
