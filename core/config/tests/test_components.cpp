// SPDX-License-Identifier: Apache-2.0
#include "test_components.hpp"

#include <releve/connection.hpp>
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/transform.hpp>

using namespace releve::literals;

namespace {

class bus final : public releve::connection {
public:
    static constexpr auto summary = "Servers that several nodes read";
    static void describe(releve::option_list& o) {
        o.tables("servers", "Servers on the bus",
                 [](releve::option_list& server) {
                     server.text("name", "How it is called").required().example("\"A11\"");
                     server.text("host", "Its address").required().example("\"192.168.1.111\"");
                     server.integer("port", "Its TCP port").fallback(80).at_least(1).at_most(65535);
                     server.secret("password", "Its password").fallback("bus");
                     server.texts("channels", "Channels to read");
                 })
            .required()
            .at_least(1);
        o.duration("time_limit", "How long an answer may take").fallback(5s).at_least(100ms).at_most(60s);
    }
    explicit bus(releve::context&) {}
};

class modem final : public releve::connection {
public:
    static constexpr auto summary = "A modem";
    static void describe(releve::option_list& o) {
        o.path("port", "Serial port").required().example("\"/dev/ttyUSB0\"");
    }
    explicit modem(releve::context&) {}
};

class meter final : public releve::source {
public:
    static constexpr auto summary = "Polled, over a bus";
    static void describe(releve::option_list& o) {
        o.connection("connection", "bus", "Where the servers are").required();
        o.interval(10s).at_least(1s).at_most(1h);
        o.choice("detail", {"totals", "channels", "all"}, "What is read").fallback("totals");
        o.number("voltage", "Nominal voltage").unit("V").fallback(230).at_least(100).at_most(400);
        o.boolean("names", "Whether names are labels").fallback(true);
        o.integers("channels", "Channels to read");
        o.size("buffer", "Room for an answer").fallback("64KiB").at_most("1MiB");
        o.table("limits", "When a value is doubtful", [](releve::option_list& limits) {
            limits.number("power", "Greatest power").unit("W").fallback(36000);
            limits.duration("age", "Greatest age").fallback(1h);
        });
    }
    explicit meter(releve::context&) {}
    void collect(releve::output&) override {}
};

class line final : public releve::streaming_source {
public:
    static constexpr auto summary = "Streaming, from a serial port";
    static void describe(releve::option_list& o) {
        o.path("port", "Serial port").required().example("\"/dev/ttyUSB0\"");
        o.integer("baud", "Speed of the line").fallback(1200).at_least(300).unit("Bd");
    }
    explicit line(releve::context&) {}
    void run(releve::output&) override {}
};

class scale final : public releve::transform {
public:
    static constexpr auto summary = "Multiplies";
    static void describe(releve::option_list& o) { o.number("by", "Factor").required(); }
    explicit scale(releve::context&) {}
    void process(const releve::batch&, releve::output&) override {}
};

class store final : public releve::sink {
public:
    static constexpr auto summary = "Keeps records";
    static void describe(releve::option_list& o) {
        o.text("url", "Where to").fallback("memory");
        o.secret("password", "Password of the store");
    }
    explicit store(releve::context&) {}
    void write(const releve::delivery&) override {}
};

class relay final : public releve::source, public releve::sink {
public:
    static constexpr auto summary = "A device that is read and controlled";
    static void describe(releve::option_list& o) { o.interval(1min); }
    explicit relay(releve::context&) {}
    void collect(releve::output&) override {}
    void write(const releve::delivery&) override {}
};

} // namespace

RELEVE_PLUGIN("test-components", "1.0.0", releve::component<bus>("bus"), releve::component<modem>("modem"),
              releve::component<meter>("meter"), releve::component<line>("line"), releve::component<scale>("scale"),
              releve::component<store>("store"), releve::component<relay>("relay"))

const releve_plugin_descriptor& test_components() { return releve_plugin; }
