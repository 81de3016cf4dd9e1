// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "lines.hpp"
#include <releve/kit/time/site_time.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace releve::print {

/// Columns for people: time and device where they change, name and labels, value and unit, and the quality where it is
/// not good.
///     14:03:22  linky     active_energy register=BASE      12345678 Wh
///                         apparent_power                       1250 VA
class text_lines final : public lines {
public:
    text_lines(kit::site_time& clock, bool coloured)
        : clock_{clock}
        , coloured_{coloured} {}
    /// Columns that later lines may take; 0: any number.
    void fit(std::size_t columns) { columns_ = columns; }
    void expect(const record& one, series_view as) override { heading_of(one, as); }
    void add(const record& one, series_view as, std::string& to) override;

private:
    struct heading {
        bool made = false;
        std::string device, name, labels, labels_without_keys, unit;
        int decimals = -1;
    };
    const heading& heading_of(const record& one, series_view as);
    void add_time(time_point utc, std::string& to);
    void add_name(const heading& of, std::string& to);
    void add_value(const record& one, const heading& of, std::string& to);
    void put(std::string& to, const char* colour, const std::string& text) const;

    kit::site_time& clock_;
    bool coloured_;
    std::size_t columns_ = 0;
    std::size_t device_columns_ = 6, name_columns_ = 24; // grow with the records, so that later lines are aligned
    std::vector<heading> headings_;
    std::string device_;                // of the line before
    std::optional<kit::civil_time> at_; // the same
};

} // namespace releve::print
