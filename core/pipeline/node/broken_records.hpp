// SPDX-License-Identifier: Apache-2.0
// Records of one batch that break the contract: what becomes of each, and of which series they were.
#pragma once
#include "own_series.hpp"
#include "records/batch_pool.hpp"
#include "records/series_table.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

namespace releve::core {

class broken_records {
public:
    broken_records(const series_table& series, batch_block& batch)
        : series_{series}
        , batch_{batch} {}

    /// Marks a record whose value can't be one. False: it can be no record of `series` (nullptr: the node may not emit
    /// it). Texts of the batch are mended in place.
    bool mend(releve_record& one, const releve_series* series) {
        const bool in_order = series != nullptr && one.type == RELEVE_VALUE_NUMBER && std::isfinite(one.value.number) &&
                              one.quality < RELEVE_QUALITY_ABSENT &&
                              (series->kind <= RELEVE_KIND_COUNTER || series->kind == RELEVE_KIND_SETTING);
        return in_order || look_at(one, series);
    }
    /// A sentence for each rule that was broken.
    void tell(std::vector<own_series::broken_rule>& into) const {
        if (!found_.empty()) tell_all(into);
    }

private:
    enum class rule : std::uint8_t { undeclared, wrong_value, no_number, absent_number, no_text, no_quality };
    struct offence {
        rule broken;
        std::uint32_t series;
    };
    struct words;
    bool look_at(releve_record& one, const releve_series* series);
    bool look_at_text(releve_record& one);
    void look_at_number(releve_record& one);
    void note(rule broken, const releve_record& one) { found_.push_back({broken, one.series}); }
    void tell_all(std::vector<own_series::broken_rule>& into) const;

    const series_table& series_;
    batch_block& batch_;
    std::vector<offence> found_; // of each record
};

} // namespace releve::core
