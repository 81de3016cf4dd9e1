// SPDX-License-Identifier: Apache-2.0
// The components that are measured with: a source as fast as can be, and a sink that reads every record and keeps none.
#include <releve/sink.hpp>
#include <releve/source.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <utility>
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

/// Says in the log how long it takes until what it emits is acknowledged.
class paced final : public releve::streaming_source {
    releve::context& host_;
    std::int64_t batches_;
    releve::duration pause_;
    releve::series series_;
    std::deque<std::pair<std::uint64_t, releve::duration>> open_; // emit, and when
    std::vector<releve::duration> took_;

    static releve::duration steady() { return std::chrono::steady_clock::now().time_since_epoch(); }
    void look() {
        const auto now = steady();
        for (const auto to = host_.acknowledged(); !open_.empty() && open_.front().first <= to; open_.pop_front())
            took_.push_back(now - open_.front().second);
    }
    std::string ms_of(std::size_t part) {
        const auto at = took_.begin() + static_cast<std::ptrdiff_t>(took_.size() * part / 100);
        std::nth_element(took_.begin(), at, took_.end());
        return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(*at).count());
    }

public:
    static constexpr auto summary = "A record after each pause, and how long it takes until it is acknowledged";
    static void describe(releve::option_list& o) {
        o.integer("batches", "How many").fallback(1000).at_least(1);
        o.duration("pause", "Between two").fallback(std::chrono::milliseconds{1});
    }
    explicit paced(releve::context& host)
        : host_{host}
        , batches_{host.options().integer("batches")}
        , pause_{host.options().duration("pause")}
        , series_{host.gauge("value", "Wh", "A number that rises")} {}
    void run(releve::output& out) override {
        auto due = steady();
        for (std::int64_t done = 0; done < batches_ || !open_.empty();) {
            if (done < batches_ && steady() >= due) {
                out.add(series_, static_cast<double>(done++), host_.now());
                open_.emplace_back(out.flush(), steady());
                due += pause_;
            }
            const auto rest = done < batches_ ? due - steady() : pause_; // an acknowledgement ends it too
            if (rest > releve::duration::zero() && host_.wait(rest) == releve::wake::stopped) return;
            look();
        }
        host_.log(releve::level::warning, "latency", ms_of(50) + " " + ms_of(99));
    }
};

class null final : public releve::sink {
    bool closed_;
    double sum_ = 0;

public:
    static constexpr auto summary = "Reads every record and keeps none";
    static void describe(releve::option_list& o) { o.boolean("closed", "Whether it takes none").fallback(false); }
    explicit null(releve::context& host)
        : closed_{host.options().boolean("closed")} {}
    void write(const releve::delivery& in) override {
        if (closed_) throw releve::transient_error("it is closed");
        for (const auto record : in.records()) sum_ += record.number();
    }
};

} // namespace

RELEVE_PLUGIN("bench", "1.0.0", releve::component<generate>("generate"), releve::component<paced>("paced"),
              releve::component<null>("null"))
