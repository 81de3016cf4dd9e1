// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/transform.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace releve::metering {

/// The latest record of each series once a period: for expensive channels, such as SMS, and frequent readings.
class latest final : public transform {
public:
    static constexpr auto summary = "The latest record of each series, once a period";
    static void describe(option_list& o);
    explicit latest(context& host);

    void start() override;
    void process(const batch& in, output& out) override;
    void tick(time_point at, output& out) override;

private:
    struct held_record {
        std::int64_t due = 0, time = 0; // UTC ns
        double value = 0;
        int quality = 0;
    };
    struct watched_series {
        std::string key; // of its state; empty: the series is not forwarded
        std::optional<held_record> held;
    };
    std::int64_t end_of_period(std::int64_t now) const { return (now / every_ + 1) * every_; }
    /// Also true when the clock was set back, and the end of the record's period is far in the future.
    bool is_due(const held_record& one, std::int64_t now) const { return one.due <= now || one.due > now + every_; }
    void hold(watched_series& one, const record& record, std::int64_t due);
    void pass_on(series of, watched_series& one, output& out) const;
    watched_series& watch(series of);

    context& host_;
    std::vector<std::string> patterns_;
    std::int64_t every_;                          // ns
    std::map<std::uint32_t, watched_series> all_; // by the number of the series
};

} // namespace releve::metering
