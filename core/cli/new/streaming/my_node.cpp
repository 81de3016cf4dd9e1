// SPDX-License-Identifier: Apache-2.0
// Numbers, one per line, that a device sends unasked. Replace take() by a parser for your device's format.
#include <releve/kit/io/line_reader.hpp>
#include <releve/kit/io/stream_option.hpp>
#include <releve/kit/text/number.hpp>
#include <releve/source.hpp>

#include <array>

using namespace releve::literals;

class my_node_source final : public releve::streaming_source {
    releve::context& host_;
    releve::kit::byte_stream port_;
    releve::kit::line_reader lines_{1000}; // bytes: longer lines are skipped
    releve::duration silence_;
    releve::series value_;
    releve::metric bad_lines_;

    void take(std::string_view line, releve::output& out) {
        if (const auto number = releve::kit::number_in(line))
            out.add(value_, *number);
        else
            bad_lines_.add();
    }

public:
    static constexpr auto summary = "Numbers that a device sends, over a serial port or TCP";

    static void describe(releve::option_list& o) {
        o.text("port", "Serial device, recorded file, or tcp://HOST:PORT").required().example("\"/dev/ttyUSB0\"");
        o.integer("speed", "Speed of a serial device, in Bd").fallback(9600);
        o.duration("silence", "The port is reopened after this time without a byte").fallback(1min).at_least(1s);
    }

    // Checks and stores the options. No I/O here: `releve check` creates every node and starts none.
    explicit my_node_source(releve::context& host)
        : host_{host}
        , port_{releve::kit::stream_option(host, "port", {.speed = releve::kit::speed_option(host, "speed")})}
        , silence_{host.options().duration("silence")}
        , value_{host.gauge("value", "1", "The number in a line")}
        , bad_lines_{host.counter_metric("bad_lines_total", "Lines that are not a number")} {}

    // When start, run or stop throws, the host logs it once, counts it, and tries again with back-off.
    void start() override {
        port_.open(releve::kit::waiter{host_});
        lines_.restart();
    }
    void stop() override { port_.close(); }

    // Runs until the host stops the node, or a recorded file ends.
    void run(releve::output& out) override {
        std::array<char, 4096> bytes;
        while (!port_.at_end()) {
            const auto woken = host_.wait(port_.fd(), RELEVE_READABLE, silence_); // first emits what was added
            if (woken == releve::wake::stopped) return;
            if (woken == releve::wake::timeout) throw releve::transient_error(port_.where() + ": sends nothing");
            lines_.feed({bytes.data(), port_.read(bytes)}, [&](std::string_view line) { take(line, out); });
        }
    }
};

RELEVE_PLUGIN("my-node", "0.1.0", releve::component<my_node_source>("my_node"))
