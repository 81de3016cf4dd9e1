// SPDX-License-Identifier: Apache-2.0
// Multiplies what it receives. Replace the computation by your own.
#include <releve/transform.hpp>

#include <unordered_map>

class my_node_transform final : public releve::transform {
    releve::context& host_;
    double factor_;
    std::unordered_map<std::uint32_t, releve::series> scaled_; // by the number of the received series

public:
    static constexpr auto summary = "Numbers multiplied by a factor";

    // The options in the pipeline file. Their checks, documentation and completion in editors are derived from this.
    static void describe(releve::option_list& o) {
        o.number("factor", "Each number is multiplied by this").required().example("10");
    }

    // Checks and stores the options. No I/O here: `releve check` creates every node and starts none.
    explicit my_node_transform(releve::context& host)
        : host_{host}
        , factor_{host.options().number("factor")} {}

    // Runs on the thread that moves all records: it must not block. What is not added to `out` is dropped.
    void process(const releve::batch& in, releve::output& out) override {
        for (const auto record : in)
            if (record.is_number() && record.quality() != releve::quality::absent)
                out.add(scaled(record.series()), record.number() * factor_, record.time(), record.quality());
    }

private:
    // A transform that changes values declares its own series: <name>_scaled, with the labels of the received series.
    releve::series scaled(releve::series of) {
        auto& known = scaled_[of.number()];
        if (!known) {
            const auto from = host_.declared(of);
            releve::series_description made{.name = std::string{from.name()} + "_scaled",
                                            .unit = std::string{from.unit()},
                                            .help = std::string{from.help()} + ", times factor"};
            for (std::uint32_t i = 0; i < from.label_count(); ++i)
                made.labels.push_back({std::string{from.label_key(i)}, std::string{from.label_value(i)}});
            known = host_.declare(made);
        }
        return known;
    }
};

RELEVE_PLUGIN("my-node", "0.1.0", releve::component<my_node_transform>("my_node"))
