// SPDX-License-Identifier: Apache-2.0
// The series that one node declared, what is known of their counters, and what its batches are checked against.
#pragma once
#include "counter_events.hpp"
#include "pipeline/services.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace releve::core {

/// Used by one thread at a time: its node's emit lock is held.
class own_series {
public:
    /// `passes_on`: the node may also emit series that others declared.
    own_series(services& shared, std::string_view node, bool passes_on)
        : shared_{shared}
        , passes_on_{passes_on}
        , events_{shared, node} {}

    /// The node may emit the series from now on.
    void add(std::uint32_t number, const releve_series& series);
    /// Those that the node declared.
    std::size_t size() const { return all_.size() - host_made_; }
    /// Series and counters as the pipeline has them now.
    void refresh();

    /// A rule of the contract that records of a batch break.
    struct broken_rule {
        const char* event;
        std::string text;
    };
    struct checked {
        std::uint32_t left = 0, lost = 0; // records
        std::vector<broken_rule> broken;
    };
    /// Before anyone sees a batch: a record that can't be one is taken out, one whose value can't be is marked, and
    /// counters are judged.
    checked check(batch_block& batch);
    /// The same batch, and what happened to its counters; declared `by` the node.
    batch_ref add_events(batch_ref batch, const series_table::declarer& by);

    /// What is known of counters: all, or what has changed since changed_counters() was last called.
    void known_counters(counter_list& into) const;
    void changed_counters(counter_list& into);

private:
    struct entry {
        const releve_series* series = nullptr;
        counter_state state;
        std::uint32_t number = 0;
        std::uint32_t events = 0;   // the series of what happens to it; 0: not declared
        std::int64_t committed = 0; // the state's time when changed_counters() last gave it,
        bool committed_held = false;
    };
    void judge_counter(std::uint32_t slot, releve_record& record, const judging& how);
    std::uint32_t events_of(std::uint32_t slot, const series_table::declarer& by);

    services& shared_;
    const bool passes_on_;
    std::vector<std::uint32_t> slots_; // by series number: position in all_ from 1; 0: not its own
    std::vector<entry> all_;
    std::size_t host_made_ = 0; // of all_
    counter_events events_;
    bool new_counters_ = false; // since a batch was last checked: first readings are committed soon
};

} // namespace releve::core
