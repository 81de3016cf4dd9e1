// SPDX-License-Identifier: Apache-2.0
// Turns a meter's values into records: declares a series at its first value, and limits how often a meter that sends
// every second makes records.
#pragma once
#include "decoder/meter.hpp"

#include <releve/source.hpp>

#include <string>
#include <unordered_map>
#include <vector>

namespace releve::teleinfo {

class tic_publisher {
public:
    struct pace {
        duration publish; // at most one record of a measured value in this time
        duration refresh; // a value that does not change is reported again after this time
    };
    tic_publisher(context& host, pace limits)
        : host_{host}
        , pace_{limits} {}

    /// Labels that all series get from now on.
    void set_labels(std::vector<label> labels);
    /// Changed words and states at once, measured values at most once in `publish`, values with their own time always.
    void report(output& out, const meter_value& value, time_point at);

private:
    struct reported {
        double number = 0;
        std::string text;
        bool doubtful = false;
        duration when{}; // steady
    };
    series declare(const meter_value& value) const;
    bool is_due(const meter_value& value, const reported& last, duration now) const;

    context& host_;
    pace pace_;
    std::vector<label> labels_;
    std::unordered_map<std::uint32_t, series> series_;     // by meter_value::id
    std::unordered_map<std::uint32_t, reported> reported_; // by the series' number: two modes may share one
};

} // namespace releve::teleinfo
