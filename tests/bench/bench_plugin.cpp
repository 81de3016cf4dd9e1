// SPDX-License-Identifier: Apache-2.0
// The components that are measured with: a source as fast as can be, and a sink that reads every record and keeps none.
#include <releve/sink.hpp>
#include <releve/source.hpp>

#include <vector>

namespace {

class generate final : public releve::streaming_source {
    releve::context& host_;
    std::int64_t total_, batch_;
    std::vector<releve::series> series_;
    bool counters_;

public:
    static constexpr auto summary = "Numbers, as fast as can be";
    static void describe(releve::option_list& o) {
        o.integer("total", "Records in all").fallback(1'000'000);
        o.integer("batch", "Records a batch").fallback(1000).at_least(1).at_most(1000);
        o.integer("series", "Series, taken in turn; each round is a second").fallback(64).at_least(1);
        o.boolean("counters", "Whether they are counters, which the host checks").fallback(false);
    }
    explicit generate(releve::context& host)
        : host_{host}
        , total_{host.options().integer("total")}
        , batch_{host.options().integer("batch")}
        , counters_{host.options().boolean("counters")} {
        for (std::int64_t i = 0; i < host.options().integer("series"); ++i)
            series_.push_back(host.declare({.is = counters_ ? releve::kind::counter : releve::kind::gauge,
                                            .name = "value",
                                            .unit = "Wh",
                                            .help = "A number that rises",
                                            .labels = {{"channel", std::to_string(i)}},
                                            .max_rate = 1000}));
    }
    void run(releve::output& out) override {
        constexpr std::int64_t second = 1'000'000'000;
        std::int64_t at = 1'767'225'600 * second;
        double value = 0;
        std::size_t next = 0;
        for (std::int64_t done = 0; done < total_ && !host_.stopping();) {
            for (std::int64_t i = 0; i < batch_ && done < total_; ++i, ++done) {
                out.add(series_[next], value, releve::to_time(at));
                if (++next == series_.size()) {
                    next = 0;
                    at += second;
                    value += 1;
                }
            }
            out.flush();
        }
    }
};

class null final : public releve::sink {
    double sum_ = 0;

public:
    static constexpr auto summary = "Reads every record and keeps none";
    explicit null(releve::context&) {}
    void write(const releve::delivery& in) override {
        for (const auto record : in.records()) sum_ += record.number();
    }
};

} // namespace

RELEVE_PLUGIN("bench", "1.0.0", releve::component<generate>("generate"), releve::component<null>("null"))
