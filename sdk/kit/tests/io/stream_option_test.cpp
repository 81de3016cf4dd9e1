// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/stream_option.hpp>
#include <releve/source.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;

namespace {

class reads_options final : public releve::source {
    releve::kit::byte_stream port_;

public:
    static constexpr auto summary = "Reads options of a line";
    static void describe(releve::option_list& o) {
        o.text("port", "Where").required();
        o.integer("speed", "Speed").fallback(9600);
    }
    explicit reads_options(releve::context& host)
        : port_{releve::kit::stream_option(host, "port", {.speed = releve::kit::speed_option(host, "speed")})} {}
    void collect(releve::output&) override {}
};

const rt::plugin plugin{releve::component<reads_options>("reads_options")};

} // namespace

TEST_CASE("an option that is not a stream or not a speed is refused at its key") {
    CHECK(rt::problems(plugin, "reads_options", "port = '/dev/ttyUSB0'").empty());
    CHECK(rt::problems(plugin, "reads_options", "port = 'tcp://[::1]:2001'\nspeed = 115200").empty());
    for (const auto* speed : {"0", "-1", "12345", "5000000000"}) {
        const auto found =
            rt::problems(plugin, "reads_options", std::string{"port = '/dev/ttyUSB0'\nspeed = "} + speed);
        REQUIRE(found.size() == 1);
        CHECK(found[0].line == 2);
    }
    for (const auto* port : {"", "udp://host:1", "tcp://host", "tcp://host:0"}) {
        const auto found = rt::problems(plugin, "reads_options", std::string{"port = '"} + port + "'");
        REQUIRE(found.size() == 1);
        CHECK(found[0].line == 1);
        CHECK_THAT(found[0].what, Catch::Matchers::StartsWith("option 'port': "));
    }
}
