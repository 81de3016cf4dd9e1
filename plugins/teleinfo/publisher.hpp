// SPDX-License-Identifier: Apache-2.0
// From readings to records: declares a series when its first value comes, and keeps a meter that speaks every second
// from filling a disk.
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
        duration refresh; // a value that does not change is told again after this time
    };
    tic_publisher(context& host, pace how)
        : host_{host}
        , pace_{how} {}

    /// Labels that all series get from now on.
    void set_labels(std::vector<label> labels);
    /// Changed words and states at once, measured values at most once in `publish`, values with their own time always.
    void tell(output& out, const tic_reading& reading, time_point at);

private:
    struct told {
        double number = 0;
        std::string text;
        bool doubtful = false;
        duration when{}; // steady
    };
    series declare(const tic_reading& reading) const;
    bool is_due(const tic_reading& reading, const told& last, duration now) const;

    context& host_;
    pace pace_;
    std::vector<label> labels_;
    std::unordered_map<std::uint32_t, series> series_; // by tic_reading::id
    std::unordered_map<std::uint32_t, told> told_;     // by the series' number: two modes may share one
};

} // namespace releve::teleinfo
