// SPDX-License-Identifier: Apache-2.0
// What is committed together: after a crash either all of it is present, or nothing.
#pragma once
#include "records/batch_pool.hpp"
#include "records/counter_check.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace releve::core {

/// A batch that waits for a sink. Ids of one sink only rise, also over restarts.
struct spooled_batch {
    std::uint64_t id = 0;
    batch_ref batch;
};

/// What a node changed in its state: by key, the last value, or nothing when it was deleted. So it stays small while
/// nothing can be committed.
using state_changes = std::map<std::string, std::optional<std::string>>;
inline void add_changes(state_changes& to, state_changes newer) {
    newer.merge(to); // keys of both keep the value of `newer`
    to.swap(newer);
}

/// A record that its sink can never write.
struct dead_letter {
    std::int64_t time = 0; // of the refusal, UTC ns
    std::string sink;
    std::uint64_t batch = 0; // the delivery's id,
    std::uint32_t index = 0; // and the record's index in it: reported twice, it is kept once
    releve_record record{};  // its text is in `text`
    std::string text, reason;
};

struct epoch {
    struct sink_part {
        std::string sink;
        std::vector<spooled_batch> added; // without a batch: written meanwhile
        std::vector<std::uint64_t> gone;  // committed earlier, written or rejected since
        std::uint64_t next_id = 1;
        std::int64_t limit_bytes = 0, limit_age = 0; // beyond, the oldest after `in_hand` are dropped; 0: no limit
        std::uint64_t in_hand = 0;                   // the sink has batches up to this id in memory
    };
    struct node_part {
        std::string node;
        std::optional<std::string> cursor;
        state_changes state;
    };
    std::int64_t time = 0; // UTC ns
    std::vector<sink_part> sinks;
    std::vector<node_part> nodes;
    std::vector<std::pair<std::uint32_t, counter_state>> counters; // by series number
    std::vector<dead_letter> dead;
};

} // namespace releve::core
