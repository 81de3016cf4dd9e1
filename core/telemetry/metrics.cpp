// SPDX-License-Identifier: Apache-2.0
#include "metrics.hpp"

#include <releve/string.hpp>

#include <algorithm>

namespace releve::core {

namespace {
bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}
} // namespace

std::uint32_t metrics::declare(std::string_view node, const releve_metric& what, std::string& why) {
    sample made{std::string{node}, std::string{view(what.name)}, std::string{view(what.help)}, {}, true, 0};
    if (!is_name(made.name))
        return why = "a metric's name is lower case letters, digits and '_', not '" + made.name + "'", 0;
    if (made.help.empty()) return why = "a metric needs a sentence that says what it is: 'help' is empty", 0;
    made.counter = what.kind == RELEVE_METRIC_COUNTER;
    if (made.counter != made.name.ends_with("_total"))
        return why = "the name of a counter ends in _total, and no gauge's does", 0;
    for (std::uint32_t i = 0; i < what.label_count; ++i)
        made.labels.emplace_back(view(what.labels[i].key), view(what.labels[i].value));

    const std::lock_guard lock{mutex_};
    const auto same = [&](const one& old) {
        return old.what.node == made.node && old.what.name == made.name && old.what.labels == made.labels;
    };
    if (const auto old = std::find_if(all_.begin(), all_.end(), same); old != all_.end())
        return old->shown = true, static_cast<std::uint32_t>(old - all_.begin()) + 1;
    if (all_.size() >= max_metrics) return why = "there are too many metrics", 0;
    all_.emplace_back().what = std::move(made);
    return static_cast<std::uint32_t>(all_.size());
}

metrics::one* metrics::at(std::uint32_t number) noexcept {
    const std::lock_guard lock{mutex_};
    return number == 0 || number > all_.size() ? nullptr : &all_[number - 1];
}

void metrics::add(std::uint32_t number, double by) noexcept {
    if (auto* found = at(number)) found->value.fetch_add(by, std::memory_order_relaxed);
}

void metrics::set(std::uint32_t number, double to) noexcept {
    if (auto* found = at(number)) found->value.store(to, std::memory_order_relaxed);
}

void metrics::forget(std::string_view node) {
    const std::lock_guard lock{mutex_};
    for (auto& metric : all_)
        if (metric.what.node == node) metric.shown = false;
}

std::vector<metrics::sample> metrics::samples() const {
    const std::lock_guard lock{mutex_};
    std::vector<sample> all;
    for (const auto& metric : all_) {
        if (!metric.shown) continue;
        all.push_back(metric.what);
        all.back().value = metric.value.load(std::memory_order_relaxed);
    }
    return all;
}

} // namespace releve::core
