// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/transform.hpp>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace releve::metering {

/// Compares numbers with bounds: an event when a bound is crossed, and another when the values are in range again.
class threshold final : public transform {
public:
    static constexpr auto summary = "Numbers compared with bounds, and alerts";
    static void describe(option_list& o);
    explicit threshold(context& host);

    void process(const batch& in, output& out) override;

private:
    struct watched_series {
        std::string key; // of its state; empty: the series is not watched
        series event;
        std::string state = "well", next = "well"; // reported last, and what the latest values indicate
        int hits = 0;                              // values in a row that indicate `next`
    };
    void judge(watched_series& one, const record& record, output& out) const;
    watched_series& watch(series of);

    context& host_;
    std::vector<std::string> patterns_;
    bool has_above_, has_below_;
    double above_, below_, hysteresis_;
    std::int64_t hits_;
    std::unordered_map<std::uint32_t, watched_series> all_; // by the number of the series
};

} // namespace releve::metering
