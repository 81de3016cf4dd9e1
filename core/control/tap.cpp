// SPDX-License-Identifier: Apache-2.0
#include "tap.hpp"

#include "pipeline/runtime.hpp"
#include "record_json.hpp"

#include <releve/kit/text/pattern.hpp>
#include <releve/string.hpp>

#include <algorithm>
#include <utility>

namespace releve::core {

bool series_filter::shows(std::uint32_t series) {
    if (pattern_.empty()) return true;
    if (series >= known_.size()) known_.resize(series + 1, unknown);
    auto& known = known_[series];
    if (known == unknown) {
        const auto* what = of_.series().find(series);
        const bool fits =
            what != nullptr && (kit::matches(pattern_, view(what->name)) || kit::matches(pattern_, spell(*what)));
        known = fits ? shown : hidden;
    }
    return known == shown;
}

std::uint32_t series_filter::count(const releve_batch& batch) {
    if (pattern_.empty()) return batch.count;
    std::uint32_t some = 0;
    for (std::uint32_t i = 0; i < batch.count; ++i)
        if (shows(batch.records[i].series)) ++some;
    return some;
}

tap::tap(runtime& of, std::vector<std::string> nodes, const std::string& series, std::function<void()> wake)
    : of_{of}
    , nodes_{std::move(nodes)}
    , wake_{std::move(wake)}
    , offered_{of, series}
    , taken_{of, series}
    , number_{of.taps().attach([this](const node& from, const batch_ref& batch) { offer(from, batch); })} {}

tap::~tap() { of_.taps().detach(number_); }

void tap::offer(const node& from, const batch_ref& batch) {
    if (std::find(nodes_.begin(), nodes_.end(), from.name()) == nodes_.end()) return;
    const auto records = offered_.count(*batch);
    if (records == 0) return;
    {
        const std::lock_guard lock{mutex_};
        if (!queue_.empty() && bytes_ + batch->bytes() > max_waiting) {
            dropped_ += records;
            return;
        }
        bytes_ += batch->bytes();
        queue_.push_back({from.shared_from_this(), batch, std::exchange(dropped_, 0)});
        if (!std::exchange(starving_, false)) return;
    }
    wake_();
}

bool tap::next(std::string& lines) {
    const std::lock_guard lock{mutex_};
    next_record_ = 0;
    auto dropped = std::uint64_t{0};
    if (queue_.empty()) {
        dropped = std::exchange(dropped_, 0);
        starving_ = dropped == 0;
    } else {
        current_ = std::move(queue_.front());
        queue_.pop_front();
        bytes_ -= current_.batch->bytes();
        dropped = current_.dropped_before;
    }
    if (dropped != 0) lines += "{\"dropped\":" + std::to_string(dropped) + "}\n";
    return static_cast<bool>(current_.batch);
}

std::string tap::take() {
    std::string lines;
    while (lines.empty()) { // the rest of a batch may have nothing to show
        if (!current_.batch && !next(lines)) break;
        const auto& batch = *current_.batch;
        for (std::uint32_t shown = 0; next_record_ < batch.count && shown < max_records; ++next_record_) {
            const auto& record = batch.records[next_record_];
            if (!taken_.shows(record.series)) continue;
            lines += json_record(*current_.from, *of_.series().find(record.series), record, batch.text);
            lines += '\n';
            ++shown;
        }
        if (next_record_ == batch.count) current_.batch = {};
    }
    return lines;
}

} // namespace releve::core
