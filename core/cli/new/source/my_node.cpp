// SPDX-License-Identifier: Apache-2.0
// Reads one number from a file at each interval. Read your device instead.
#include <releve/source.hpp>

using namespace releve::literals;

class my_node_source final : public releve::source {
    std::string path_;
    double factor_;
    releve::series value_;

public:
    static constexpr auto summary = "A number read from a file";

    // The options in the pipeline file. Their checks, documentation and completion in editors are derived from this.
    static void describe(releve::option_list& o) {
        o.path("path", "File that starts with the number").required().example("\"/proc/loadavg\"");
        o.number("factor", "The number is multiplied by this").fallback(1.0);
        o.interval(10s).at_least(1s);
    }

    // Checks and stores the options. No I/O here: `releve check` creates every node and starts none.
    explicit my_node_source(releve::context& host)
        : path_{host.options().path("path")}
        , factor_{host.options().number("factor")}
        , value_{host.gauge("value", "1", "The number at the start of the file, times factor")} {}

    // Called at each interval. When it throws, the host logs it once, counts it, and tries again with back-off.
    void collect(releve::output& out) override { out.add(value_, releve::read_number(path_) * factor_); }
};

RELEVE_PLUGIN("my-node", "0.1.0", releve::component<my_node_source>("my_node"))
