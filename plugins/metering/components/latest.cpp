// SPDX-License-Identifier: Apache-2.0
// Once a period, the latest record of each series: what an expensive way takes of what is read each second.
#include <releve/record_text.hpp>
#include <releve/series_text.hpp>
#include <releve/transform.hpp>

#include <cmath>
#include <map>
#include <optional>
#include <sstream>

using namespace releve::literals;

class latest final : public releve::transform {
    struct held_record {
        std::int64_t due = 0, time = 0; // UTC ns
        double value = 0;
        int quality = 0;
    };
    struct watched {
        std::string key; // of its state; empty: it is passed over
        std::optional<held_record> held;
    };
    releve::context& host_;
    std::vector<std::string> patterns_;
    std::int64_t every_;
    std::map<std::uint32_t, watched> all_; // by the number of the series

public:
    static constexpr auto summary = "The latest record of each series, once a period";
    static void describe(releve::option_list& o) {
        o.texts("series", "Series to pass on: names or identities, with * and ?")
            .required()
            .at_least(1)
            .example(R"(["volume", "active_energy_drawn*"])");
        o.duration("every", "The period; it begins at multiples of itself since midnight, UTC")
            .fallback(24h)
            .at_least(1s)
            .at_most(24h);
    }
    explicit latest(releve::context& host)
        : host_{host}
        , patterns_{host.options().texts("series")}
        , every_{host.options().duration("every").count()} {}

    void start() override { host_.wake_at(releve::to_time(end_of_period(releve::to_ns(host_.now())))); }

    // The host commits what is held with the epoch that acknowledges it: a crash takes neither.
    void process(const releve::batch& in, releve::output& out) override {
        const auto now = releve::to_ns(out.time()), end = end_of_period(now);
        host_.wake_at(releve::to_time(end)); // once more: the clock may have been set
        for (const auto record : in) {
            if (!record.is_number() || !std::isfinite(record.number())) continue;
            auto& one = watch(record.series());
            if (one.key.empty()) continue;
            if (one.held && is_due(*one.held, now)) pass_on(record.series(), one, out);
            if (one.held && one.held->time > releve::to_ns(record.time())) continue;
            one.held = {end, releve::to_ns(record.time()), record.number(), static_cast<int>(record.quality())};
            std::ostringstream text;
            text << one.held->due << ' ' << one.held->time << ' ' << releve::shortest(one.held->value) << ' '
                 << one.held->quality;
            host_.set_state(one.key, text.str());
        }
    }

    void tick(releve::time_point at, releve::output& out) override {
        const auto now = releve::to_ns(at);
        for (auto& [number, one] : all_)
            if (one.held && is_due(*one.held, now)) pass_on(releve::series{number}, one, out);
        host_.wake_at(releve::to_time(end_of_period(now)));
    }

private:
    std::int64_t end_of_period(std::int64_t now) const { return (now / every_ + 1) * every_; }
    /// Also when the clock was set back, and the end of its period is far away.
    bool is_due(const held_record& one, std::int64_t now) const { return one.due <= now || one.due > now + every_; }

    void pass_on(releve::series of, watched& one, releve::output& out) const {
        host_.erase_state(one.key);
        out.add(of, one.held->value, releve::to_time(one.held->time), static_cast<releve::quality>(one.held->quality));
        one.held.reset();
    }

    /// What was held before a restart is there again when its series is: till then nobody knows it here.
    watched& watch(releve::series of) {
        const auto [at, is_new] = all_.try_emplace(of.number());
        auto& one = at->second;
        const auto as = host_.declared(of);
        if (!is_new || !releve::matches(as, patterns_)) return one;
        one.key = releve::identity(as);
        held_record saved;
        std::istringstream text{host_.state(one.key).value_or("")};
        if (text >> saved.due >> saved.time >> saved.value >> saved.quality) one.held = saved;
        return one;
    }
};

RELEVE_PLUGIN("latest", "1.0.0", releve::component<latest>("latest"))
