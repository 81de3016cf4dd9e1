// SPDX-License-Identifier: Apache-2.0
// The series that one node declared, what is known of their counters, and what its batches are checked against.
#pragma once
#include "pipeline/services.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace releve::core {

/// Used by one thread at a time: its node's emit lock is held.
class own_series {
public:
    /// `passes_on`: the node may also emit series that others declared.
    own_series(services& shared, std::string_view node, bool passes_on)
        : shared_{shared}
        , node_{node}
        , passes_on_{passes_on} {}

    /// The node may emit the series from now on.
    void add(std::uint32_t number, const releve_series& series);
    std::size_t size() const { return all_.size(); }
    /// Series and counters as the pipeline has them now.
    void refresh();

    struct checked {
        std::uint32_t left = 0; // records
        std::uint32_t undeclared = 0, bad_values = 0;
    };
    /// Before anyone sees a batch: a record that breaks the contract is taken out, counters are judged and marked.
    checked check(batch_block& batch);

    /// What is known of counters: all, or what has changed since changed_counters() was last called.
    void known_counters(counter_list& into) const;
    void changed_counters(counter_list& into);

private:
    struct entry {
        const releve_series* series = nullptr;
        counter_state state;
        std::uint32_t number = 0;
        std::int64_t committed = 0; // the state's time when changed_counters() last gave it
    };
    void judge_counter(entry& own, releve_record& record);

    services& shared_;
    const std::string_view node_;
    const bool passes_on_;
    std::vector<std::uint32_t> slots_; // by series number: position in all_ from 1; 0: not its own
    std::vector<entry> all_;
};

} // namespace releve::core
