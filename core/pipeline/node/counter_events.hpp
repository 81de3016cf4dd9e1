// SPDX-License-Identifier: Apache-2.0
// What happened to the counters of one batch, as records of kind event that go with it, and as lines of the log.
#pragma once
#include "pipeline/services.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::core {

class counter_events {
public:
    counter_events(services& shared, std::string_view node)
        : shared_{shared}
        , node_{node} {}

    /// What the judge said of a reading of the counter in `slot`, whose last believed value was `before`. That a first
    /// reading is doubted or confirmed is no event: its quality says so.
    void note(std::uint32_t slot, counter_verdict verdict, bool was_held, bool is_held, double before,
              const releve_record& reading);
    bool empty() const { return all_.empty(); }

    /// A line for each kind of event, with the counters that it happened to.
    void tell(const std::function<std::string(std::uint32_t slot)>& name) const;
    /// The batch with the events at its end; what has no room in it is added to the next one.
    batch_ref add_to(batch_ref batch, const std::function<std::uint32_t(std::uint32_t slot)>& series);
    /// The series of a counter's events; 0: it can't be declared, which is logged.
    std::uint32_t declare(const releve_series& counter, const series_table::declarer& by);

private:
    struct event {
        const char* word;
        std::uint32_t slot;
        double before, value;
        std::int64_t time;
    };
    static std::string text_of(const event& one);

    services& shared_;
    const std::string_view node_;
    std::vector<event> all_;
};

} // namespace releve::core
