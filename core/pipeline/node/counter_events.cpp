// SPDX-License-Identifier: Apache-2.0
#include "counter_events.hpp"

#include "name_list.hpp"

#include <releve/record_text.hpp>
#include <releve/string.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace releve::core {

namespace {

constexpr const char *held = "held", *confirmed = "confirmed", *set_back = "set_back", *replaced = "replaced",
                     *rolled_over = "rolled_over", *clock_back = "clock_back";

struct line {
    const char* word;
    log_level level;
    const char *event, *after_names;
};
constexpr std::array lines{
    line{held, log_level::info, "counter_held", ": suspect until others agree with it"},
    line{confirmed, log_level::info, "counter_confirmed", ": what was held is not confirmed"},
    line{rolled_over, log_level::info, "counter_rolled_over", ": it has reached its modulus"},
    line{set_back, log_level::warning, "counter_replaced", ": it was reset, or it is another meter"},
    line{replaced, log_level::warning, "counter_replaced", ": it was set, or it is another meter"},
    line{clock_back, log_level::warning, "counter_clock_back",
         ": the time of what was believed lies in the future, so a clock was ahead; it begins anew"}};

/// Room that the contract gives a batch.
constexpr std::uint32_t max_records = 65'536;

} // namespace

void counter_events::note(std::uint32_t slot, counter_verdict verdict, bool was_held, bool is_held, double before,
                          const releve_record& reading) {
    const auto value = reading.value.number;
    const char* word = nullptr;
    switch (verdict) {
    case counter_verdict::plausible:
        word = was_held && !is_held ? confirmed : nullptr;
        break;
    case counter_verdict::suspect:
        word = is_held && !was_held ? held : nullptr;
        break;
    case counter_verdict::rolled_over:
        word = rolled_over;
        break;
    case counter_verdict::replaced:
        word = value < before ? set_back : replaced;
        break;
    case counter_verdict::clock_back:
        word = clock_back;
        break;
    }
    if (word != nullptr) all_.push_back({word, slot, before, value, reading.time});
}

std::string counter_events::text_of(const event& one) { return shortest(one.value) + " after " + shortest(one.before); }

void counter_events::tell(const std::function<std::string(std::uint32_t slot)>& name) const {
    for (const auto& kind : lines) {
        name_list names;
        for (const auto& one : all_)
            if (one.word == kind.word) names.add(name(one.slot) + " " + text_of(one));
        if (names.empty()) continue;
        auto word = std::string{kind.word};
        std::replace(word.begin(), word.end(), '_', ' ');
        shared_.log.write(kind.level, node_, kind.event, word + ": " + names.text() + kind.after_names);
    }
}

std::uint32_t counter_events::declare(const releve_series& counter, const series_table::declarer& by) {
    std::vector<releve_label> labels;
    for (std::uint32_t i = 0; i < counter.label_count; ++i)
        if (view(counter.labels[i].key) != "counter") labels.push_back(counter.labels[i]);
    labels.push_back({to_c(std::string_view{"counter"}), counter.name});
    releve_series what{};
    what.size = sizeof what;
    what.kind = RELEVE_KIND_EVENT;
    what.name = to_c(std::string_view{"counter_event"});
    what.help =
        to_c(std::string_view{"What the host made of the counter's readings, and the last believed one before"});
    what.labels = labels.data();
    what.label_count = static_cast<std::uint32_t>(labels.size());
    std::string why;
    const auto number = shared_.series.declare(by, what, why);
    if (number == 0)
        shared_.log.write(log_level::warning, node_, "counter_event",
                          "what happens to " + spell(counter) + " is in the log alone: " + why);
    return number;
}

batch_ref counter_events::add_to(batch_ref batch, const std::function<std::uint32_t(std::uint32_t slot)>& series) {
    struct made {
        releve_record record;
        std::string text;
    };
    const std::size_t room = max_records - std::min(max_records, batch->batch.count);
    const auto last = all_.begin() + static_cast<std::ptrdiff_t>(std::min(room, all_.size()));
    std::vector<made> added;
    std::uint32_t text = 0;
    for (auto one = all_.begin(); one != last; ++one) {
        releve_record record{};
        record.series = series(one->slot);
        if (record.series == 0) continue;
        record.time = one->time;
        record.type = RELEVE_VALUE_TEXT;
        added.push_back({record, one->word + (" " + text_of(*one))});
        text += static_cast<std::uint32_t>(added.back().text.size());
    }
    all_.erase(all_.begin(), last);
    if (added.empty()) return batch;
    auto* block = shared_.pool.grow(batch.release(), static_cast<std::uint32_t>(added.size()), text);
    auto& whole = block->batch;
    for (auto& [record, words] : added) {
        record.value.text = {whole.text_size, static_cast<std::uint32_t>(words.size())};
        std::memcpy(block->text() + whole.text_size, words.data(), words.size());
        whole.text_size += static_cast<std::uint32_t>(words.size());
        block->records()[whole.count++] = record;
    }
    block->counters_due = true;
    return batch_ref{block};
}

} // namespace releve::core
