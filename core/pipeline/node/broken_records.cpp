// SPDX-License-Identifier: Apache-2.0
#include "broken_records.hpp"

#include "name_list.hpp"

#include <releve/record_text.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

namespace releve::core {

struct broken_records::words {
    rule broken;
    const char *event, *text;
};

bool broken_records::look_at(releve_record& one, const releve_series* series) {
    if (series == nullptr) return note(rule::undeclared, one), false;
    if (one.quality > RELEVE_QUALITY_ABSENT) {
        note(rule::no_quality, one);
        one.quality = RELEVE_QUALITY_SUSPECT;
    }
    const bool absent = one.quality == RELEVE_QUALITY_ABSENT, is_text = one.type == RELEVE_VALUE_TEXT;
    const bool wants_number = series->kind <= RELEVE_KIND_COUNTER;
    const bool wants_text = series->kind == RELEVE_KIND_TEXT || series->kind == RELEVE_KIND_EVENT;
    if (one.type > RELEVE_VALUE_TEXT || (is_text && wants_number) || (!is_text && wants_text && !absent))
        return note(rule::wrong_value, one), false;
    if (is_text) return look_at_text(one);
    look_at_number(one);
    return true;
}

void broken_records::look_at_number(releve_record& one) {
    auto& number = one.value.number;
    if (one.quality == RELEVE_QUALITY_ABSENT) {
        if (!std::isnan(number)) note(rule::absent_number, one);
    } else if (std::isfinite(number)) {
        return;
    } else {
        note(rule::no_number, one);
        one.quality = RELEVE_QUALITY_ABSENT;
    }
    number = std::numeric_limits<double>::quiet_NaN();
}

/// A byte that is no UTF-8 becomes '?', so that the rest of the text is kept, and the text as long as it was.
bool broken_records::look_at_text(releve_record& one) {
    const auto [offset, size] = one.value.text;
    if (offset > batch_.batch.text_size || size > batch_.batch.text_size - offset)
        return note(rule::wrong_value, one), false;
    bool whole = true;
    for (std::uint32_t i = offset; i < offset + size;) {
        const auto next = first_character({batch_.text() + i, offset + size - i});
        if (!next.valid) {
            batch_.text()[i] = '?';
            whole = false;
        }
        i += static_cast<std::uint32_t>(next.size);
    }
    if (whole) return true;
    note(rule::no_text, one);
    if (one.quality == RELEVE_QUALITY_GOOD) one.quality = RELEVE_QUALITY_SUSPECT;
    return true;
}

void broken_records::tell_all(std::vector<own_series::broken_rule>& into) const {
    constexpr std::array all{
        words{rule::wrong_value, "bad_record", " with no value of their type, which are lost"},
        words{rule::no_number, "not_finite", " whose number is NaN or infinite, which are absent now"},
        words{rule::absent_number, "absent_number", " that are absent and have a number, which is lost"},
        words{rule::no_text, "not_utf8", " whose text is not UTF-8, which are suspect now"},
        words{rule::no_quality, "bad_quality", " of an unknown quality, which are suspect now"}};
    const auto count_of = [&](rule broken) {
        return std::count_if(found_.begin(), found_.end(), [&](const auto& one) { return one.broken == broken; });
    };
    if (const auto count = count_of(rule::undeclared); count != 0)
        into.push_back({"undeclared_series", std::to_string(count) + " records of series it did not declare"});
    for (const auto& one : all) {
        const auto count = count_of(one.broken);
        if (count == 0) continue;
        name_list names;
        for (const auto& found : found_)
            if (found.broken == one.broken)
                if (const auto* series = series_.find(found.series)) names.add(spell(*series));
        into.push_back({one.event, std::to_string(count) + (count == 1 ? " record" : " records") + one.text + ": " +
                                       names.text()});
    }
}

} // namespace releve::core
